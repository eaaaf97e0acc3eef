import numpy as np
import pytest

from nnlab.data import house_price
from nnlab.data.builtin import BUILTINS, MAX_SAMPLES, generate
from nnlab.data.dataset import Dataset, Task
from nnlab.errors import UserError

ORDER = [
    "and",
    "or",
    "xor",
    "linear",
    "blobs",
    "circles",
    "moons",
    "spiral",
    "checkerboard",
    "sine",
    "plane",
    "house_price",
    "iris",
    "digits",
    "playground_circle",
    "playground_xor",
    "playground_gauss",
    "playground_spiral",
    "playground_plane",
    "playground_multigauss",
]
DRAWN = [name for name in ORDER if BUILTINS[name].takes_samples]


def drawn(name: str, samples: int, noise: float, seed: int = 7) -> Dataset:
    return generate(name, samples, noise, np.random.default_rng(seed))


def by_default(name: str) -> Dataset:
    return drawn(name, BUILTINS[name].default_samples, BUILTINS[name].default_noise)


def test_the_catalogue_is_complete_and_in_order():
    assert list(BUILTINS) == ORDER


@pytest.mark.parametrize("name", ORDER)
def test_a_set_is_what_the_catalogue_says(name):
    entry, dataset = BUILTINS[name], by_default(name)
    assert dataset.X.shape == (entry.default_samples, entry.n_features)
    assert dataset.X.dtype == np.float64
    assert dataset.task is entry.task
    assert len(dataset.feature_names) == entry.n_features
    assert len(dataset.classes) == entry.n_classes
    assert np.isfinite(dataset.X).all()
    assert entry.title
    assert entry.description.endswith(".")
    if entry.task is Task.CLASSIFICATION:
        assert dataset.targets.shape == (entry.default_samples,)
        assert dataset.targets.dtype == np.int64
        assert set(dataset.targets) == set(range(entry.n_classes))
        assert len(dataset.target_names) == 1
    else:
        assert dataset.targets.shape == (entry.default_samples, 1)
        assert dataset.targets.dtype == np.float64
        assert dataset.classes == ()


@pytest.mark.parametrize("name", ORDER)
def test_the_same_seed_gives_the_same_set(name):
    first, second = by_default(name), by_default(name)
    assert np.array_equal(first.X, second.X)
    assert np.array_equal(first.targets, second.targets)


@pytest.mark.parametrize("name", DRAWN)
def test_another_seed_gives_another_set(name):
    assert not np.array_equal(drawn(name, 50, 0.1, seed=1).X, drawn(name, 50, 0.1, seed=2).X)


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("samples", [3, 10, 101])
def test_any_number_of_samples_is_met(name, samples):
    assert drawn(name, samples, 0.0).n_samples == samples


@pytest.mark.parametrize("name", [n for n in DRAWN if BUILTINS[n].n_features == 2])
def test_points_stay_in_the_plots_view(name):
    assert np.abs(by_default(name).X).max() < 7


@pytest.mark.parametrize(
    ("name", "outputs"), [("and", [0, 0, 0, 1]), ("or", [0, 1, 1, 1]), ("xor", [0, 1, 1, 0])]
)
def test_truth_tables_are_exact_and_ignore_samples_and_noise(name, outputs):
    table = drawn(name, -3, 99.0)
    assert table.X.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert table.targets.tolist() == outputs
    assert table.classes == ("0", "1")


def test_linear_is_separated_by_its_line_without_noise():
    dataset = drawn("linear", 500, 0.0)
    side = dataset.X @ [0.6, -0.8] + 0.5
    assert ((side > 0) == (dataset.targets == 1)).all()
    assert np.abs(side).min() >= 0.25 - 1e-12


def test_circles_are_two_radii_without_noise():
    dataset = drawn("circles", 100, 0.0)
    assert np.allclose(np.hypot(*dataset.X.T), np.where(dataset.targets == 0, 1.0, 0.5))


def test_moons_are_half_circles_centred_on_the_origin():
    dataset = drawn("moons", 2000, 0.0)
    upper = dataset.X[dataset.targets == 0]
    assert np.allclose(np.hypot(upper[:, 0] + 0.5, upper[:, 1] + 0.25), 1)
    assert np.abs(dataset.X.mean(axis=0)).max() < 0.5


def test_blobs_without_noise_are_their_centres():
    assert len(np.unique(drawn("blobs", 90, 0.0).X, axis=0)) == 3


def test_a_spiral_turned_by_half_a_circle_is_the_other_arm():
    dataset = drawn("spiral", 200, 0.0)
    radius = np.hypot(*dataset.X.T)
    angle = 2 * np.pi * 1.25 * radius / 5 + np.pi * dataset.targets
    assert np.allclose(dataset.X, radius[:, None] * np.column_stack((np.sin(angle), np.cos(angle))))


def test_neighbouring_squares_of_the_checkerboard_differ():
    dataset = drawn("checkerboard", 1000, 0.0)
    centre = (np.abs(dataset.X) < 1).all(axis=1)
    edge = (np.abs(dataset.X[:, 0]) < 1) & (dataset.X[:, 1] > 1)
    corner = (dataset.X > 1).all(axis=1)
    assert set(dataset.targets[centre]) == {1}
    assert set(dataset.targets[edge]) == {0}
    assert set(dataset.targets[corner]) == {1}


def test_sine_and_plane_are_exact_without_noise():
    sine, plane = drawn("sine", 50, 0.0), drawn("plane", 50, 0.0)
    assert sine.feature_names == ("x",)
    assert np.array_equal(sine.targets[:, 0], np.sin(sine.X[:, 0]))
    assert np.allclose(plane.targets[:, 0], 0.5 * plane.X[:, 0] - 0.3 * plane.X[:, 1] + 1)


@pytest.mark.parametrize("name", ["linear", "circles", "moons", "spiral", "checkerboard"])
def test_noise_moves_the_same_points(name):
    still, moved = drawn(name, 200, 0.0), drawn(name, 200, 0.01)
    assert np.array_equal(still.targets, moved.targets)
    assert 0 < np.abs(still.X - moved.X).max() < 0.1


def test_classes_come_in_mixed_order():
    assert np.any(np.diff(drawn("blobs", 100, 1.0).targets) < 0)


def test_house_price_has_the_lectures_columns_and_structure():
    houses = drawn("house_price", 300, 0.0)
    assert houses.feature_names == ("Size", "Bedrooms", "Zip Code", "Wealth")
    assert houses.target_names == ("Price",)
    assert houses.target_units == ("100,000 €",)
    assert np.abs(houses.targets[:, 0] - house_price.price(houses.X)).max() < 1e-9
    assert houses.X.min() >= 0.5
    assert houses.X.max() <= 10
    assert 0.5 < houses.targets.min() < houses.targets.max() < 10


def test_one_house_price_by_hand():
    # Family 0.8·2 + 0.6·3 − 0.5 = 2.9; walkable 6 − 2 = 4; school 0.5·4 − 0.4·2 + 1 = 2.2.
    price = house_price.price(np.array([[2.0, 3.0, 2.0, 4.0]]))
    assert price[0] == pytest.approx(0.5 * 2.9 + 0.3 * 4 + 0.4 * 2.2 + 0.5)


def test_iris_is_fishers_with_the_two_flowers_as_in_the_paper():
    iris = by_default("iris")
    assert iris.classes == ("setosa", "versicolor", "virginica")
    assert iris.feature_units == ("cm",) * 4
    assert np.bincount(iris.targets).tolist() == [50, 50, 50]
    assert iris.X[34].tolist() == [4.9, 3.1, 1.5, 0.2]
    assert iris.X[37].tolist() == [4.9, 3.6, 1.4, 0.1]
    assert iris.X.mean(axis=0) == pytest.approx([5.843333, 3.057333, 3.758, 1.199333], abs=1e-6)


def test_digits_keep_their_counts():
    digits = by_default("digits")
    assert digits.feature_names[0] == "pixel_0_0"
    assert digits.feature_names[-1] == "pixel_7_7"
    assert (digits.X.min(), digits.X.max()) == (0, 16)
    assert digits.classes == tuple("0123456789")
    assert np.bincount(digits.targets).tolist() == [
        178,
        182,
        177,
        183,
        181,
        182,
        181,
        179,
        174,
        180,
    ]


PLAYGROUND_CLASSES = [
    "playground_circle",
    "playground_xor",
    "playground_gauss",
    "playground_spiral",
]


@pytest.mark.parametrize("name", [n for n in ORDER if n.startswith("playground")])
def test_playgrounds_defaults_are_the_pages(name):
    entry = BUILTINS[name]
    assert entry.default_samples == (500 if entry.task is Task.CLASSIFICATION else 1200)
    assert (entry.default_noise, entry.max_noise) == (0.0, 0.5)


@pytest.mark.parametrize("name", PLAYGROUND_CLASSES)
def test_playground_labels_are_minus_one_and_one(name):
    assert by_default(name).classes == ("-1", "1")


@pytest.mark.parametrize("name", ["playground_circle", "playground_xor"])
def test_playground_noise_changes_labels_only(name):
    still, noisy = drawn(name, 500, 0.0), drawn(name, 500, 0.3)
    assert np.array_equal(still.X, noisy.X)
    assert 0 < (still.targets != noisy.targets).mean() < 0.5


@pytest.mark.parametrize("name", ["playground_plane", "playground_multigauss"])
def test_playground_noise_changes_values_only(name):
    still, noisy = drawn(name, 500, 0.0), drawn(name, 500, 0.3)
    assert np.array_equal(still.X, noisy.X)
    assert (still.targets != noisy.targets).any()


def test_playground_circle_is_a_disc_and_a_ring_of_equal_size():
    dataset = drawn("playground_circle", 500, 0.0)
    radius = np.hypot(*dataset.X.T)
    assert (radius[dataset.targets == 1] < 2.5).all()
    assert ((radius[dataset.targets == 0] >= 3.5) & (radius[dataset.targets == 0] <= 5)).all()
    assert (dataset.targets == 1).sum() == 250


def test_playground_xor_keeps_off_the_axes():
    dataset = drawn("playground_xor", 500, 0.0)
    assert np.abs(dataset.X).min() >= 0.3
    assert np.abs(dataset.X).max() <= 5.3
    assert ((dataset.X.prod(axis=1) >= 0) == (dataset.targets == 1)).all()


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.5, 4.0)])
def test_playground_gauss_has_the_pages_centres_and_variance(noise, variance):
    dataset = drawn("playground_gauss", 20_000, noise)
    positive = dataset.X[dataset.targets == 1]
    assert positive.mean(axis=0) == pytest.approx([2, 2], abs=0.1)
    assert positive.var(axis=0) == pytest.approx([variance] * 2, rel=0.05)


def test_playground_spiral_follows_the_pages_arms():
    dataset = drawn("playground_spiral", 100, 0.0)
    along = np.arange(50) / 50
    for label, delta in ((1, 0.0), (0, np.pi)):
        arm = dataset.X[dataset.targets == label]
        angle = 1.75 * along * 2 * np.pi + delta
        expected = 5 * along[:, None] * np.column_stack((np.sin(angle), np.cos(angle)))
        assert np.allclose(arm[np.argsort(np.hypot(*arm.T))], expected)


def test_playground_spirals_noise_is_at_most_its_reach():
    still, noisy = drawn("playground_spiral", 200, 0.0), drawn("playground_spiral", 200, 0.2)
    assert 0 < np.abs(still.X - noisy.X).max() <= 0.2


def test_playground_plane_is_a_tenth_of_the_sum():
    dataset = drawn("playground_plane", 100, 0.0)
    assert np.allclose(dataset.targets[:, 0], dataset.X.sum(axis=1) / 10)


def test_playground_multigauss_has_bumps_of_height_one_and_radius_two():
    dataset = drawn("playground_multigauss", 5000, 0.0)
    to_first = np.hypot(*(dataset.X - [-4, 2.5]).T)
    near = to_first < 1
    assert np.allclose(dataset.targets[near, 0], 1 - to_first[near] / 2)
    far = (np.abs(dataset.X[:, 1]) < 0.4) | (np.abs(dataset.X[:, 1]) > 4.6)
    assert (dataset.targets[far] == 0).all()
    assert dataset.targets[np.hypot(*(dataset.X - [0, 2.5]).T) < 1].max() < 0


def test_an_unknown_name_is_refused_with_those_there_are():
    with pytest.raises(UserError, match=r"'spirall'.*spiral.*digits"):
        drawn("spirall", 10, 0.0)


@pytest.mark.parametrize("samples", [0, 1, -5, MAX_SAMPLES + 1, 2.5, True])
def test_a_bad_number_of_samples_is_refused(samples):
    with pytest.raises(UserError, match="whole number from 2 to 100,000"):
        drawn("moons", samples, 0.1)


def test_blobs_need_a_sample_a_class():
    with pytest.raises(UserError, match="from 3 to"):
        drawn("blobs", 2, 0.1)


@pytest.mark.parametrize("noise", [-0.1, 0.51, float("nan"), float("inf")])
def test_a_bad_noise_is_refused(noise):
    with pytest.raises(UserError, match=r"from 0 to 0\.5"):
        drawn("playground_xor", 10, noise)
