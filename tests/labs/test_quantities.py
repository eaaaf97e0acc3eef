"""Quantities: the numbers that a sheet asks for are the engine's own."""

import json
import math

import numpy as np
import pytest

from nnlab import resources
from nnlab.engine.trainer import Goal
from nnlab.errors import UserError
from nnlab.experiment.document import read_document
from nnlab.labs.expressions import parse_expression
from nnlab.labs.quantities import Quantities
from tests.hostile.support import refused
from tests.labs.support import built, quantities, spec_of, two_layers


def example(name):
    return read_document(resources.path(f"experiments/{name}.nnlab")).spec


def ask(of, text):
    return parse_expression(text).number(of)


def single(values, row):
    """Return an experiment on one of its rows alone."""
    data = values["data"] | {"rows": [values["data"]["rows"][row]]}
    return spec_of(values | {"data": data})


@pytest.mark.parametrize("sample", [1, 2, 3])
def test_z_a_and_j_of_a_sample_are_the_forward_pass(sample):
    values = two_layers()
    spec = spec_of(values)
    _, trainer = built(spec)
    of = quantities(spec, sample)
    work = trainer.network.forward(trainer.data.X[sample - 1 : sample])
    for k, (Z, A) in enumerate(zip(work.Z, work.A, strict=True), start=1):
        for i in range(Z.shape[1]):
            assert ask(of, f"z({i + 1}, {k})") == Z[0, i]
            assert ask(of, f"a({i + 1}, {k})") == A[0, i]
    error = work.A[-1][0, 0] - trainer.data.Y[sample - 1, 0]
    assert ask(of, "J") == pytest.approx(error**2, rel=1e-14)
    assert ask(of, "y") == ask(of, "target(1)") == values["data"]["rows"][sample - 1][2]
    assert [ask(of, f"x({j})") for j in (1, 2)] == values["data"]["rows"][sample - 1][:2]


def test_z_by_hand():
    of = quantities(spec_of(two_layers()), 1)
    assert ask(of, "z(1, 1)") == pytest.approx(0.5 * 1 + 0.25 * 2 + 0.1)
    assert ask(of, "z(2, 1)") == pytest.approx(0.7 * 1 - 0.2 * 2 + 0.3)


@pytest.mark.parametrize("sample", [1, 2, 3])
def test_gradients_of_a_sample_are_those_of_the_trainers_rehearsal(sample):
    values = two_layers()
    of = quantities(spec_of(values), sample)
    alone = single(values, sample - 1)
    _, trainer = built(alone)
    rehearsal = trainer.rehearse()
    shapes, at = trainer.network.shapes, 0
    for k, shape in enumerate(shapes, start=1):
        for i in range(1, shape.neurons + 1):
            for j in range(1, shape.inputs + 1):
                assert ask(of, f"dJ_dw({i}, {j}, {k})") == pytest.approx(
                    rehearsal.loss_gradient[at], rel=1e-12, abs=1e-15
                )
                at += 1
    for k, shape in enumerate(shapes, start=1):
        for i in range(1, shape.neurons + 1):
            found = ask(of, f"dJ_db({i}, {k})")
            assert found == pytest.approx(rehearsal.loss_gradient[at], rel=1e-12, abs=1e-15)
            # A bias is a weight of an input that is 1, so its gradient is δ.
            assert ask(of, f"dJ_dz({i}, {k})") == pytest.approx(found, rel=1e-12, abs=1e-15)
            at += 1


def moved(values, layer, i, j, by):
    """Return the experiment with one weight, or with j None one bias, a little beside itself."""
    values = json.loads(json.dumps(values))
    of = values["weights"]["layers"][layer - 1]
    if j is None:
        of["b"][i - 1] += by
    else:
        of["W"][i - 1][j - 1] += by
    return spec_of(values)


@pytest.mark.parametrize("sample", [None, 1, 2, 3])
@pytest.mark.parametrize(
    ("layer", "i", "j"),
    [(1, 1, 1), (1, 2, 2), (2, 1, 2), (2, 2, 1), (3, 1, 1), (1, 2, None), (3, 1, None)],
)
def test_gradients_are_the_slopes_of_j(sample, layer, i, j):
    values, by = two_layers(), 1e-6
    high = ask(quantities(moved(values, layer, i, j, by), sample), "J")
    low = ask(quantities(moved(values, layer, i, j, -by), sample), "J")
    text = f"dJ_db({i}, {layer})" if j is None else f"dJ_dw({i}, {j}, {layer})"
    slope = ask(quantities(spec_of(values), sample), text)
    assert slope == pytest.approx((high - low) / (2 * by), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("sample", [1, 2, 3])
def test_new_values_are_those_after_a_real_update_of_sgd(sample):
    values = two_layers()
    of = quantities(spec_of(values), sample)
    _, trainer = built(single(values, sample - 1))
    trainer.run(Goal(iteration=1))
    for k, (W, b) in enumerate(
        zip(trainer.network.parameters.W, trainer.network.parameters.b, strict=True), start=1
    ):
        for (i, j), w in np.ndenumerate(W):
            found = ask(of, f"new_w({i + 1}, {j + 1}, {k})")
            assert found == pytest.approx(w, rel=1e-13)
        for i, value in enumerate(b):
            assert ask(of, f"new_b({i + 1}, {k})") == pytest.approx(value, rel=1e-13)


def test_new_values_of_all_samples_are_those_of_a_full_batch():
    spec = spec_of(two_layers(batch_size="full"))
    _, trainer = built(spec)
    trainer.run(Goal(iteration=1))
    found = ask(quantities(spec), "new_w(2, 1, 2)")
    assert found == pytest.approx(trainer.network.parameters.W[1][1, 0], rel=1e-13)


@pytest.mark.parametrize(
    "training",
    [
        {"optimizer": {"name": "adam", "learning_rate": 0.1}},
        {"optimizer": {"name": "rmsprop", "learning_rate": 0.1}},
        {"optimizer": {"name": "sgd", "learning_rate": 0.1, "momentum": 0.9}},
        {"l1": 0.01},
        {"l2": 0.01},
    ],
)
def test_new_values_are_refused_where_the_update_is_another(training):
    of = quantities(spec_of(two_layers(**training)), 1)
    assert "new_w" in refused(lambda: ask(of, "new_w(1, 1, 1)"))
    assert "new_b" in refused(lambda: ask(of, "new_b(1, 1)"))


def test_absent_connections_have_no_gradient_and_are_no_parameters():
    spec = example("house_price")
    of = quantities(spec, 1)
    # 3 × 4 weights of which 5 are there, 3 biases, 3 weights and a bias of the output.
    assert ask(of, "parameters") == 5 + 3 + 3 + 1
    for i, j in ((1, 3), (1, 4), (2, 1), (2, 2), (2, 4), (3, 1), (3, 2)):
        assert ask(of, f"w({i}, {j}, 1)") == 0
        assert ask(of, f"dJ_dw({i}, {j}, 1)") == 0
        assert ask(of, f"new_w({i}, {j}, 1)") == 0


@pytest.mark.parametrize(("widths", "count"), [((4, 2), 26), ((4, 4, 1), 41)])
def test_the_parameters_of_the_nets_of_cs231n(widths, count):
    # “4 + 2 = 6 neurons, [3×4] + [4×2] = 20 weights and 4 + 2 = 6 biases, 26 parameters”;
    # “4 + 4 + 1 = 9 neurons, 12 + 16 + 4 = 32 weights and 9 biases, 41”. Both have 3 inputs.
    targets = widths[-1]
    names = [f"y{n}" for n in range(targets)]
    spec = spec_of(
        {
            "format": "nnlab-experiment", "version": 1,
            "data": {"source": "inline", "features": ["a", "b", "c"], "target": names,
                     "rows": [[0.0, 1.0, 2.0] + [1.0] * targets, [1.0, 0.5, 0.1] + [2.0] * targets],
                     "task": "regression"},
            "network": {"initializer": "xavier_uniform", "seed": 1,
                        "layers": [{"neurons": n, "activation": "tanh"} for n in widths[:-1]]
                        + [{"neurons": targets, "activation": "identity"}]},
            "training": {"loss": "mse", "optimizer": {"name": "sgd", "learning_rate": 0.1},
                         "batch_size": 1, "epochs": 1},
        }
    )  # fmt: skip
    of = quantities(spec)
    assert ask(of, "parameters") == count
    assert ask(of, "hidden_layers") == len(widths) - 1
    assert ask(of, "hidden_neurons") == sum(widths[:-1])
    assert (ask(of, "inputs"), ask(of, "outputs")) == (3, targets)


def test_settings_are_words_and_numbers():
    of = quantities(spec_of(two_layers()))
    for text in (
        "loss == 'mse'", "optimizer == 'sgd'", "output_activation == 'identity'",
        "activation(1) == 'relu'", "initializer == 'zeros'", "data == 'own'", "alpha == 0.1",
        "learning_rate == alpha", "batch_size == 1", "samples == 3", "train_samples == 3",
        "neurons(2) == 2", "l1 == 0", "l2 == 0", "noise == 0", "test_fraction == 0",
        "epoch == 0", "iteration == 0",
    ):  # fmt: skip
        assert parse_expression(text).holds(of), text
    assert parse_expression("data == 'and'").holds(quantities(example("perceptron")))


def test_measures_are_the_trainers():
    spec = example("house_price")
    prepared, trainer = built(spec)
    trainer.run(Goal(epoch=2))
    of = Quantities(spec, prepared, trainer)
    record = trainer.measure_now()
    assert ask(of, "train_loss") == record.train_loss
    assert ask(of, "test_loss") == record.test_loss
    assert ask(of, "epoch") == 2
    assert ask(of, "iteration") == 300


def test_what_was_not_measured_is_refused():
    of = quantities(spec_of(two_layers()))
    assert "test loss" in refused(lambda: ask(of, "test_loss"))
    assert "accuracy" in refused(lambda: ask(of, "train_accuracy"))


def test_the_size_of_gradients_is_their_length_in_a_layer():
    of = quantities(spec_of(two_layers()), 1)
    squares = [ask(of, f"dJ_dw({i}, {j}, 1)") ** 2 for i in (1, 2) for j in (1, 2)]
    assert ask(of, "gradient_size(1)") == pytest.approx(sum(squares) ** 0.5)


@pytest.mark.parametrize(
    "text",
    [
        "z(3, 1)", "z(1, 4)", "z(0, 1)", "z(1, -1)", "z(1.5, 1)", "z(1)", "z(1, 2, 3)", "z()",
        "a(9, 9)", "w(1, 3, 1)", "w(3, 1, 1)", "w(1, 1, 9)", "b(3, 1)", "x(3)", "x(0)",
        "target(2)", "dJ_dw(1, 3, 1)", "dJ_dw(1, 1)", "new_w(1, 1, 4)", "dJ_dz(3, 1)",
        "neurons(4)", "activation(9)", "gradient_size(4)", "z(1e300, 1)", "z(1e999, 1)",
        "nothing", "nothing(1)", "J(1)", "z", "x(1e999 - 1e999)",
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused_in_a_sentence(text):
    of = quantities(spec_of(two_layers()), 1)
    refused(lambda: ask(of, text))


@pytest.mark.parametrize("sample", [0, 4, -1])
def test_a_sample_that_is_not_there_is_refused(sample):
    with pytest.raises(UserError, match="no training sample"):
        quantities(spec_of(two_layers()), sample)


def test_numbers_beyond_all_bounds_are_refused_and_warn_of_nothing():
    values = two_layers()
    for layer in values["weights"]["layers"]:
        layer["W"] = [[1e200 for _ in row] for row in layer["W"]]
    of = quantities(spec_of(values), 1)
    for text in (
        "J",
        "z(1, 3)",
        "dJ_dw(1, 1, 1)",
        "new_w(1, 1, 1)",
        "train_loss",
        "gradient_size(1)",
    ):
        refused(lambda text=text: ask(of, text))
    assert math.isfinite(ask(of, "z(1, 1)"))
