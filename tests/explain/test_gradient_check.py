"""The check passes what is right, for everything that can be combined, and catches mistakes."""

from dataclasses import replace

import numpy as np
import pytest

from nnlab.engine.activations import (
    ACTIVATIONS,
    Activation,
    BinaryStep,
    Identity,
    Logistic,
    PReLU,
    ReLU,
    Softmax,
    Tanh,
)
from nnlab.engine.losses import LOSSES
from nnlab.engine.network import Network
from nnlab.engine.trainer import FULL_BATCH, Goal
from nnlab.errors import UserError
from nnlab.experiment.building import build_trainer
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.spec import (
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    LayerSpec,
    NetworkSpec,
    SGDSpec,
    TrainingSpec,
)
from nnlab.experiment.weights import Place, weights_of
from nnlab.explain.gradient_check import (
    LEAST_STEP,
    MOST_PARAMETERS,
    MOST_STEP,
    MOST_WORK,
    Check,
    Problem,
    Verdict,
    check_gradient,
    gradient,
    make_problem,
    most_parameters,
    parameter_places,
    plain_symbol,
    relative_error,
    sweep_steps,
)
from nnlab.explain.mistakes import Mistake, backward, done_wrong, pattern, why_not, wrong_formula
from nnlab.explain.places import position_of
from nnlab.explain.steps import AlphaPlace
from tests.engine.support import ELEMENTWISE, PAIRINGS, label, small_network, some_targets

SMOOTH = (Logistic(), Tanh())


def problem(
    hidden: Activation,
    output: Activation,
    loss: str,
    widths: tuple[int, ...] = (3, 4, 4, 2),
    *,
    rows: int = 6,
    seed: int = 1,
    rate: float = 0.5,
) -> Problem:
    rng = np.random.default_rng(seed)
    network = small_network(widths, hidden, output, seed=seed)
    X = rng.standard_normal((rows, widths[0]))
    Y = some_targets(loss, (rows, widths[-1]), rng)
    return Problem(network, LOSSES[loss], X, Y, rows, rate)


def checked(made: Problem, step: float = 1e-5, mistake: Mistake = Mistake.NONE) -> Check:
    found = check_gradient(made, step, mistake)
    assert found is not None
    return found


@pytest.mark.parametrize(("output", "loss"), PAIRINGS, ids=label)
@pytest.mark.parametrize("hidden", ELEMENTWISE, ids=label)
def test_backpropagation_passes_with_every_activation_and_loss(
    hidden: Activation, output: Activation, loss: str
) -> None:
    found = checked(problem(hidden, output, loss))
    assert not found.count(Verdict.WRONG)
    assert not found.count(Verdict.CLOSE)
    assert found.worst is None or found.worst.relative < 1e-5
    assert found.count(Verdict.AGREES) >= 0.8 * len(found.findings)


@pytest.mark.parametrize("step", [MOST_STEP, 1e-4, 1e-6, 1e-7, LEAST_STEP])
@pytest.mark.parametrize("hidden", [Tanh(), ReLU(), PReLU()], ids=label)
@pytest.mark.parametrize("seed", range(4))
def test_no_step_that_can_be_chosen_calls_a_right_gradient_wrong(
    hidden: Activation, step: float, seed: int
) -> None:
    for output, loss in ((Logistic(), "bce"), (Identity(), "mse"), (Identity(), "mae")):
        found = checked(problem(hidden, output, loss, rows=40, seed=seed), step)
        assert found.verdict in (Verdict.AGREES, Verdict.CLOSE), found.worst
        assert not found.count(Verdict.WRONG)


SPEC = ExperimentSpec(
    DataSpec(BuiltinSource("moons", samples=40, noise=0.1), seed=1),
    NetworkSpec((LayerSpec(3, ReLU()), LayerSpec(3, PReLU()), LayerSpec(1, Logistic())), seed=2),
    TrainingSpec(optimizer=SGDSpec(0.03), batch_size=FULL_BATCH, l2=0.0),
)


def test_the_numbers_are_those_of_the_trainer() -> None:
    prepared = prepare_data(SPEC.data)
    trainer = build_trainer(SPEC, prepared)
    made = make_problem(SPEC, prepared, weights_of(trainer.network.parameters), None)
    trainer.run(Goal(iteration=1))
    assert np.array_equal(gradient(made).flat, trainer.gradient.flat)
    found = checked(made)
    by_index = {each.index: each.backprop for each in found.findings}
    assert [by_index[k] for k in sorted(by_index)] == trainer.gradient.flat.tolist()
    assert found.loss == trainer.log[0].train_loss


def test_the_first_samples_are_a_batch_with_a_mean_of_its_own() -> None:
    prepared = prepare_data(SPEC.data)
    weights = weights_of(build_trainer(SPEC, prepared).network.parameters)
    made = make_problem(SPEC, prepared, weights, 1)
    assert np.array_equal(made.X, prepared.X_train[:1])
    found = checked(made)
    assert (found.samples, found.of) == (1, 40)
    assert found.worst is not None
    assert found.worst.relative < 1e-5


def test_a_difference_by_hand() -> None:
    network = small_network((1, 1), [], Identity())
    network.parameters.flat[:] = [0.5, 0.1]
    made = Problem(network, LOSSES["mse"], np.array([[2.0]]), np.array([[3.0]]), 1, 0.1)
    found = {plain_symbol(each.place): each for each in checked(made, 0.001).findings}
    # J = (2w + b − 3)², so ∂J/∂w = 2 (1.1 − 3) 2 and a difference of a square is exact.
    assert found["w_11^(1)"].backprop == pytest.approx(-7.6, rel=1e-14)
    assert found["w_11^(1)"].numeric == pytest.approx(-7.6, rel=1e-10)
    assert found["b_1^(1)"].numeric == pytest.approx(-3.8, rel=1e-10)
    assert network.parameters.flat.tolist() == [0.5, 0.1]


def test_the_relative_error_is_by_the_greater_and_0_for_0_against_0() -> None:
    assert relative_error(1.0, 2.0) == 0.5
    assert relative_error(-1.0, 1.0) == 2.0
    assert relative_error(0.0, 0.0) == 0.0


class TestKinks:
    def at_kink(self, gap: float) -> Problem:
        network = small_network((1, 1, 1), ReLU(), Identity())
        network.parameters.flat[:] = [1.0, 1.0, 0.0, 0.0]
        return Problem(network, LOSSES["mse"], np.array([[gap]]), np.array([[1.0]]), 1, 0.1)

    def test_a_relu_that_turns_within_h_is_recognised_and_not_counted(self) -> None:
        found = checked(self.at_kink(1e-6))
        bias = next(each for each in found.findings if each.place == Place(0, 0))
        assert bias.verdict is Verdict.KINK
        assert bias.relative > 0.1
        assert found.verdict is Verdict.AGREES

    def test_a_z_of_exactly_0_is_judged_by_the_slopes_of_both_sides(self) -> None:
        found = checked(self.at_kink(0.0))
        bias = next(each for each in found.findings if each.place == Place(0, 0))
        assert (bias.backprop, bias.verdict) == (0.0, Verdict.KINK)

    def test_a_kink_excuses_no_wrong_number(self) -> None:
        found = checked(self.at_kink(1e-6), mistake=Mistake.SIGN)
        bias = next(each for each in found.findings if each.place == Place(0, 0))
        assert bias.verdict is Verdict.WRONG

    def test_a_jump_of_the_binary_step_is_none_of_backpropagations_fault(self) -> None:
        made = problem(BinaryStep(), Identity(), "mse", rows=30)
        assert checked(made, 1e-3).verdict is Verdict.AGREES


CATCHES = [
    (Mistake.FACTOR_2, Tanh(), Identity(), "mse"),
    (Mistake.FACTOR_2, ReLU(), Logistic(), "mse"),
    (Mistake.SLOPE, ReLU(), Logistic(), "bce"),
    (Mistake.SLOPE, Tanh(), Softmax(), "cce"),
    (Mistake.SIGN, ReLU(), Logistic(), "bce"),
    (Mistake.SIGN, Tanh(), Identity(), "mae"),
    (Mistake.UPDATED_FIRST, ReLU(), Logistic(), "bce"),
    (Mistake.UPDATED_FIRST, Logistic(), Identity(), "mse"),
    (Mistake.MEAN, ReLU(), Logistic(), "bce"),
    (Mistake.MEAN, Tanh(), Softmax(), "cce"),
    (Mistake.TRANSPOSED, ReLU(), Logistic(), "bce"),
]


class TestMistakes:
    @pytest.mark.parametrize(("mistake", "hidden", "output", "loss"), CATCHES, ids=label)
    def test_each_is_caught(
        self, mistake: Mistake, hidden: Activation, output: Activation, loss: str
    ) -> None:
        made = problem(hidden, output, loss)
        assert why_not(mistake, made.network, made.loss, len(made.X)) == ""
        found = checked(made, mistake=mistake)
        assert found.verdict is Verdict.WRONG
        assert done_wrong(mistake)
        assert pattern(mistake)
        assert wrong_formula(mistake) is not None

    @pytest.mark.parametrize(("output", "loss"), PAIRINGS, ids=label)
    def test_without_one_the_pass_is_the_engines(self, output: Activation, loss: str) -> None:
        made = problem(PReLU(), output, loss)
        mine = backward(made.network, made.loss, made.X, made.Y, Mistake.NONE, 0.1)
        np.testing.assert_allclose(mine.flat, gradient(made).flat, rtol=1e-13, atol=1e-15)

    def test_a_forgotten_2_halves_all(self) -> None:
        found = checked(problem(Tanh(), Identity(), "mse"), mistake=Mistake.FACTOR_2)
        assert [each.relative for each in found.findings] == pytest.approx(
            [0.5] * len(found.findings), rel=1e-4
        )

    def test_a_wrong_sign_is_off_by_2_everywhere(self) -> None:
        found = checked(problem(Tanh(), Logistic(), "bce"), mistake=Mistake.SIGN)
        assert {round(each.relative, 4) for each in found.findings} == {2.0}

    @pytest.mark.parametrize("mistake", [Mistake.SLOPE, Mistake.UPDATED_FIRST, Mistake.TRANSPOSED])
    def test_these_leave_the_output_layer_right(self, mistake: Mistake) -> None:
        found = checked(problem(Tanh(), Logistic(), "bce"), mistake=mistake).worst_by_layer()
        assert found[3] < 1e-5
        assert found[1] > 1e-3

    def test_an_early_update_shows_the_less_the_smaller_alpha(self) -> None:
        errors = []
        for rate in (1.0, 0.1, 0.01):
            made = problem(Tanh(), Logistic(), "bce", rate=rate)
            worst = checked(made, mistake=Mistake.UPDATED_FIRST).worst
            assert worst is not None
            errors.append(worst.relative)
        assert errors[0] > errors[1] > errors[2] > 1e-5

    def test_what_does_not_apply_is_refused_with_the_reason(self) -> None:
        flat = small_network((2, 1), [], Logistic())
        bce, mse = LOSSES["bce"], LOSSES["mse"]
        assert "mean squared error" in why_not(Mistake.FACTOR_2, flat, bce, 4)
        assert "no hidden layer" in why_not(Mistake.SLOPE, flat, bce, 4)
        assert "no hidden layer" in why_not(Mistake.UPDATED_FIRST, flat, bce, 4)
        assert "one output" in why_not(Mistake.MEAN, flat, mse, 1)
        assert "shapes would not fit" in why_not(Mistake.TRANSPOSED, flat, mse, 4)
        linear = small_network((2, 3, 1), Identity(), Logistic())
        assert "identity" in why_not(Mistake.SLOPE, linear, bce, 4)
        assert why_not(Mistake.SIGN, flat, bce, 1) == ""
        assert why_not(Mistake.NONE, flat, bce, 1) == ""


class TestWhatIsChecked:
    def test_absent_connections_are_no_parameters(self) -> None:
        made = problem(Tanh(), Logistic(), "bce", (2, 2, 1))
        layers = (replace(made.network.layers[0], mask=np.array([[1.0, 0.0], [1.0, 1.0]])),)
        network = Network(2, (*layers, made.network.layers[1]))
        places = [place for _, place in parameter_places(network)]
        assert Place(0, 0, 1) not in places
        assert len(places) == 3 + 2 + 2 + 1

    def test_every_place_is_where_the_flat_vector_has_it(self) -> None:
        network = problem(PReLU(), Logistic(), "bce").network
        for index, place in parameter_places(network):
            assert position_of(network.shapes, place) == index

    def test_a_learned_alpha_is_one(self) -> None:
        found = checked(problem(PReLU(), Logistic(), "bce"))
        assert {each.place for each in found.findings} >= {AlphaPlace(0), AlphaPlace(1)}

    def test_of_too_many_some_are_taken_evenly(self) -> None:
        made = problem(Tanh(), Logistic(), "bce", (100, 200, 1), rows=2_000)
        count = made.network.parameters.flat.size
        most = most_parameters(made, count)
        assert most < count
        assert most * 2 * 2_000 * count <= MOST_WORK
        small = problem(Tanh(), Logistic(), "bce", (200, 100, 1), rows=1)
        assert most_parameters(small, 20_201) <= MOST_PARAMETERS

    def test_it_ends_when_nobody_waits(self) -> None:
        made = problem(Tanh(), Logistic(), "bce")
        assert check_gradient(made, 1e-5, Mistake.NONE, lambda _: False) is None

    def test_progress_rises_to_its_end(self) -> None:
        told: list[float] = []

        def goes_on(share: float) -> bool:
            told.append(share)
            return True

        check_gradient(problem(Tanh(), Logistic(), "bce"), 1e-5, Mistake.NONE, goes_on)
        assert told == sorted(told)
        assert 0.9 < told[-1] < 1

    def test_a_loss_that_is_no_number_is_refused(self) -> None:
        made = problem(Tanh(), Identity(), "mse")
        made.network.parameters.flat[:] = 1e300
        made.X[:] = 1e300
        with pytest.raises(UserError, match="not a finite number"):
            check_gradient(made, 1e-5)


class TestSweep:
    def test_the_error_falls_with_h_squared_and_rises_again_by_rounding(self) -> None:
        made = problem(Tanh(), Logistic(), "bce")
        found = sweep_steps(made, Place(0, 0, 0))
        by_step = dict(zip(found.steps.tolist(), found.errors.tolist(), strict=True))
        coarse, finer = by_step[found.steps[2]], by_step[found.steps[4]]
        assert coarse / finer == pytest.approx(100, rel=0.2)
        assert found.errors.argmin() not in (0, len(found.errors) - 1)
        assert found.errors[-1] > 100 * found.errors.min()

    def test_a_mistake_is_no_v_but_a_floor(self) -> None:
        made = problem(Tanh(), Identity(), "mse")
        found = sweep_steps(made, Place(0, 0, 0), Mistake.FACTOR_2)
        assert found.errors[4:-4] == pytest.approx([0.5] * (len(found.errors) - 8), rel=1e-3)


def test_every_activation_is_tried() -> None:
    assert {type(f).name for f in (*ELEMENTWISE, Softmax())} == set(ACTIVATIONS)
