"""When the data changes, as little of the experiment changes as can be."""

from dataclasses import replace

import numpy as np
import pytest

from nnlab.data.dataset import Task
from nnlab.engine.activations import ELU, Identity, Logistic, Softmax, Tanh
from nnlab.engine.clipping import Clipping
from nnlab.engine.schedules import StepDecay
from nnlab.experiment.building import build_trainer
from nnlab.experiment.fitting import fit_to_data, losses_for, output_widths
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.spec import (
    AdamSpec,
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    LayerSpec,
    NetworkSpec,
    TrainingSpec,
)
from nnlab.experiment.weights import LayerWeights, Weights

MOONS = DataSpec(BuiltinSource("moons", 40))
IRIS = DataSpec(BuiltinSource("iris"))
HIDDEN = (LayerSpec(3, ELU(0.5)),)
SINE = DataSpec(BuiltinSource("sine", 40))


def experiment(data, output=None, loss="bce", hidden=HIDDEN):
    layers = (*hidden, output or LayerSpec(1, Logistic()))
    training = TrainingSpec(loss, AdamSpec(0.02), 7, l2=0.1)
    return ExperimentSpec(data, NetworkSpec(layers, "he_normal", 5), training)


def fitted(spec, data):
    return fit_to_data(replace(spec, data=data), prepare_data(data).dataset)


def test_what_fits_stays_as_it_is():
    spec = experiment(MOONS)
    result = fitted(spec, MOONS)
    assert result.spec == spec
    assert result.changes == ()


@pytest.mark.parametrize(
    ("data", "output", "loss"),
    [
        (IRIS, LayerSpec(3, Softmax()), "cce"),
        (SINE, LayerSpec(1, Logistic()), "mse"),
        (MOONS, LayerSpec(1, Logistic()), "bce"),
    ],
)
def test_the_output_layer_and_the_loss_follow_the_data(data, output, loss):
    result = fitted(experiment(MOONS), data)
    assert result.spec.network.output == output
    assert result.spec.training.loss == loss
    assert result.spec.network.hidden == experiment(MOONS).network.hidden
    assert replace(result.spec.training, loss="bce") == experiment(MOONS).training
    assert len(result.changes) == (output.neurons > 1) + (loss != "bce")


def test_a_softmax_output_becomes_identity_for_values():
    result = fitted(experiment(IRIS, LayerSpec(3, Softmax()), "cce"), SINE)
    assert result.spec.network.output == LayerSpec(1, Identity())


@pytest.mark.parametrize(
    ("output", "kept"),
    [(Logistic(), False), (Tanh(), False), (ELU(2.0), True), (Identity(), True)],
)
def test_an_output_chosen_for_classes_gives_way_where_it_cannot_reach_the_values(output, kept):
    spec = replace(experiment(MOONS, LayerSpec(1, output), "mse"), data=SINE)
    sine = prepare_data(DataSpec(BuiltinSource("sine", 400, 0.3))).dataset
    result = fit_to_data(spec, sine, Task.CLASSIFICATION)
    assert result.spec.network.output == LayerSpec(1, output if kept else Identity())
    assert bool(result.changes) == (not kept)
    # One that was chosen for values is the student's own choice.
    assert fit_to_data(spec, sine, Task.REGRESSION).spec.network.output == LayerSpec(1, output)


def test_masks_and_weights_go_where_the_number_of_inputs_changes():
    mask = ((1, 0), (1, 1), (0, 1))
    spec = experiment(MOONS, hidden=(LayerSpec(3, Tanh(), ("a", "b", "c"), mask),))
    weights = Weights(
        (LayerWeights(np.ones((3, 2)), np.zeros(3)), LayerWeights(np.ones((1, 3)), np.zeros(1)))
    )
    spec = replace(spec, weights=weights)
    assert fitted(spec, MOONS).spec == spec
    result = fitted(spec, SINE)
    assert result.spec.network.layers[0].mask is None
    assert result.spec.network.layers[0].names == ("a", "b", "c")
    assert result.spec.weights is None
    assert len(result.changes) == 3


@pytest.mark.parametrize("data", [MOONS, IRIS, SINE])
@pytest.mark.parametrize(
    "output",
    [
        LayerSpec(1, Tanh()),
        LayerSpec(3, Softmax()),
        LayerSpec(2, Identity()),
        LayerSpec(5, Logistic()),
    ],
)
def test_what_was_fitted_can_be_trained(data, output):
    loss = losses_for(output, prepare_data(MOONS).dataset.task)[0]
    spec = fitted(experiment(MOONS, output, loss), data).spec
    build_trainer(spec, prepare_data(data))


def test_the_widths_that_fit_are_named_best_first():
    assert output_widths(prepare_data(MOONS).dataset) == (1, 2)
    assert output_widths(prepare_data(IRIS).dataset) == (3,)
    assert output_widths(prepare_data(SINE).dataset) == (1,)


def test_dropout_schedule_and_clipping_stay_with_other_data():
    hidden = (replace(HIDDEN[0], dropout=0.3),)
    spec = experiment(MOONS, hidden=hidden)
    training = replace(spec.training, schedule=StepDecay(), clipping=Clipping())
    found = fitted(replace(spec, training=training), IRIS).spec
    assert [layer.dropout for layer in found.network.layers] == [0.3, 0.0]
    assert (found.training.schedule, found.training.clipping) == (StepDecay(), Clipping())
