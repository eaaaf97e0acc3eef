"""From a spec to a network and a trainer: starts, sizes, encodings, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from nnlab.data.dataset import Task
from nnlab.data.scaling import Scaling
from nnlab.engine.activations import Identity, Logistic, PReLU, ReLU, Softmax, Tanh
from nnlab.engine.trainer import Goal
from nnlab.errors import UserError
from nnlab.experiment.building import (
    build_network,
    build_trainer,
    check_size,
    check_training,
    target_range,
)
from nnlab.experiment.model import make_model
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.spec import (
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    InlineSource,
    LayerSpec,
    NetworkSpec,
    SGDSpec,
    TrainingSpec,
)
from nnlab.experiment.weights import LayerWeights, Weights, weights_of

XOR = DataSpec(BuiltinSource("xor"))
ONE = LayerSpec(1, Logistic())


def experiment(data=XOR, layers=(ONE,), **training):
    return ExperimentSpec(data, NetworkSpec(tuple(layers), seed=2), TrainingSpec(**training))


def trainer_of(spec):
    return build_trainer(spec, prepare_data(spec.data))


def given(*layers):
    return Weights(tuple(LayerWeights(np.array(W, float), np.array(b, float)) for W, b in layers))


def test_the_seed_decides_the_start_and_biases_are_zero():
    spec = NetworkSpec((LayerSpec(3, Tanh()), LayerSpec(1, Logistic())), seed=7)
    a, b = build_network(spec, 2), build_network(spec, 2)
    other = build_network(replace(spec, seed=8), 2)
    assert np.array_equal(a.parameters.flat, b.parameters.flat)
    assert not np.array_equal(a.parameters.W[0], other.parameters.W[0])
    assert not any(bias.any() for bias in a.parameters.b)


def test_given_weights_are_the_start_instead():
    spec = replace(experiment(), weights=given(([[0.5, 0.2]], [0.1])))
    parameters = trainer_of(spec).network.parameters
    assert parameters.W[0].tolist() == [[0.5, 0.2]]
    assert parameters.b[0].tolist() == [0.1]


def test_given_weights_survive_training_unchanged():
    weights = given(([[0.5, 0.2]], [0.1]))
    trainer_of(replace(experiment(), weights=weights)).run(Goal(epoch=3))
    assert weights == given(([[0.5, 0.2]], [0.1]))


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (given(([[1, 2, 3]], [0])), "W⁽¹⁾ is 1×3 with 1 biases, the network needs 1×2"),
        (given(([[1, 2], [3, 4]], [0, 0]), ([[1, 2]], [0])), "have 2 layers and the network has 1"),
    ],
)
def test_given_weights_of_another_shape_are_refused_with_both_shapes(weights, said):
    with pytest.raises(UserError) as caught:
        trainer_of(replace(experiment(), weights=weights))
    assert said in str(caught.value)


def test_masked_weights_are_zero_at_the_start_whatever_is_given_and_stay_so():
    layer = LayerSpec(1, Logistic(), mask=((1, 0),))
    spec = replace(experiment(layers=[layer]), weights=given(([[0.5, 0.2]], [0.1])))
    trainer = trainer_of(spec)
    assert trainer.network.parameters.W[0].tolist() == [[0.5, 0.0]]
    trainer.run(Goal(epoch=5))
    assert trainer.network.parameters.W[0][0, 1] == 0.0


@pytest.mark.parametrize("mask", [((1,),), ((1, 1, 0),), ((1, 0), (1, 0))])
def test_a_mask_of_another_size_is_refused_with_its_layer(mask):
    with pytest.raises(UserError, match=r"mask of layer 1 is .* make it 1×2"):
        trainer_of(experiment(layers=[LayerSpec(1, Logistic(), mask=mask)]))


def test_a_learned_alpha_is_loaded_and_one_that_is_missing_keeps_its_start():
    spec = NetworkSpec((LayerSpec(1, PReLU(0.3)),))
    weights = Weights((LayerWeights(np.ones((1, 2)), np.zeros(1), alpha=0.7),))
    assert build_network(spec, 2, weights).parameters.alpha[0].tolist() == [0.7]
    plain = Weights((LayerWeights(np.ones((1, 2)), np.zeros(1)),))
    assert build_network(spec, 2, plain).parameters.alpha[0].tolist() == [0.3]


def test_a_network_too_large_for_memory_is_refused_with_numbers():
    spec = NetworkSpec((LayerSpec(100_000, ReLU()), LayerSpec(100_000, ReLU())))
    with pytest.raises(UserError, match=r"10,000,\d+,\d+ parameters needs about .* GB"):
        check_size(spec, 2)


def test_a_batch_too_large_for_memory_is_refused_and_a_smaller_one_taken():
    data = DataSpec(BuiltinSource("moons", samples=1000))
    network = NetworkSpec((LayerSpec(1_000_000, ReLU()), LayerSpec(1, Logistic())))
    spec = ExperimentSpec(data, network, TrainingSpec(batch_size=0))
    prepared = prepare_data(data)
    with pytest.raises(UserError, match=r"batch of 1,000 samples .* about 37.3 GB .* smaller"):
        check_training(spec, prepared)
    check_training(replace(spec, training=TrainingSpec(batch_size=100)), prepared)


@pytest.mark.parametrize(
    ("output", "loss", "task", "expected"),
    [
        (LayerSpec(1, Logistic()), "bce", Task.CLASSIFICATION, (0, 1)),
        (LayerSpec(1, Logistic()), "mse", Task.CLASSIFICATION, (0, 1)),
        (LayerSpec(1, Tanh()), "mse", Task.CLASSIFICATION, (-1, 1)),
        (LayerSpec(1, Identity()), "mae", Task.CLASSIFICATION, (-1, 1)),
        (LayerSpec(1, ReLU()), "mse", Task.CLASSIFICATION, (0, 1)),
        (LayerSpec(2, Tanh()), "mse", Task.CLASSIFICATION, (0, 1)),
        (LayerSpec(1, Identity()), "mse", Task.REGRESSION, (0, 1)),
    ],
)
def test_classes_are_signed_only_for_one_tanh_or_identity_output(output, loss, task, expected):
    span = target_range(output, loss, task)
    assert (span.low, span.high) == expected
    assert span.threshold == sum(expected) / 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"layers": [LayerSpec(1, Tanh())], "loss": "bce"}, "needs a Logistic"),
        ({"layers": [LayerSpec(1, Softmax())], "loss": "cce"}, "at least 2 neurons"),
        ({"layers": [LayerSpec(2, Softmax())], "loss": "mse"}, "does not go with"),
        ({"layers": [LayerSpec(3, Logistic())], "loss": "bce"}, "2 classes and the output layer 3"),
        ({"data": DataSpec(BuiltinSource("sine")), "loss": "bce"}, "values to predict"),
        ({"data": DataSpec(BuiltinSource("xor"), features=("x3",))}, "x3"),
    ],
)
def test_parts_that_do_not_go_together_are_refused(change, said):
    with pytest.raises(UserError) as caught:
        trainer_of(experiment(**change))
    assert said in str(caught.value)


def test_the_split_does_not_depend_on_how_the_samples_were_drawn():
    source = BuiltinSource("sine", 40, 0.0)
    a = prepare_data(DataSpec(source, test_fraction=0.5, seed=3))
    b = prepare_data(DataSpec(replace(source, noise=0.3), test_fraction=0.5, seed=3))
    assert not np.array_equal(a.dataset.targets, b.dataset.targets)
    assert np.array_equal(a.split.test, b.split.test)


def test_scaling_is_fitted_on_the_training_rows_and_the_model_takes_raw_inputs():
    data = DataSpec(
        BuiltinSource("moons", 40, 0.1), test_fraction=0.5, scaling=Scaling.STANDARDISE, seed=3
    )
    spec = experiment(data)
    prepared = prepare_data(data)
    assert np.allclose(prepared.X_train.mean(axis=0), 0)
    assert not np.allclose(prepared.X_test.mean(axis=0), 0, atol=1e-6)
    trainer = build_trainer(spec, prepared)
    trainer.run(Goal(epoch=5))
    model = make_model(spec, prepared, weights_of(trainer.network.parameters))
    raw = prepared.dataset.X[prepared.split.test]
    assert np.array_equal(model.outputs(raw), trainer.network.predict(prepared.X_test))
    right = (
        model.predicted_classes(model.outputs(raw)) == prepared.dataset.targets[prepared.split.test]
    )
    assert right.mean() == trainer.log[-1].test_accuracy


def test_a_sample_typed_in_by_hand_is_trained_as_the_lecture_computes_it():
    # One neuron, f(x) = x, J = (ŷ − y)²: w := w − α · 2 (ŷ − y) x.
    source = InlineSource(("x",), ("y",), ((2.0, 1.0),), Task.REGRESSION)
    layers = [LayerSpec(1, Identity())]
    spec = experiment(DataSpec(source), layers, loss="mse", optimizer=SGDSpec(0.1))
    trainer = trainer_of(replace(spec, weights=given(([[1.0]], [0.5]))))
    trainer.run(Goal(iteration=1))
    assert trainer.network.parameters.W[0][0, 0] == pytest.approx(1 - 0.1 * 2 * 1.5 * 2)
    assert trainer.network.parameters.b[0][0] == pytest.approx(0.5 - 0.1 * 2 * 1.5)


def test_dropout_on_the_output_layer_is_refused():
    spec = experiment(layers=(LayerSpec(2, Tanh()), replace(ONE, dropout=0.5)))
    with pytest.raises(UserError, match="Dropout is for hidden layers"):
        trainer_of(spec)


def test_an_exported_model_predicts_the_same_with_and_without_dropout():
    layers = (LayerSpec(3, Tanh(), dropout=0.5), ONE)
    spec = experiment(layers=layers)
    trainer = trainer_of(spec)
    trainer.run(Goal(epoch=2))
    weights, prepared = weights_of(trainer.network.parameters), prepare_data(XOR)
    plain = experiment(layers=(replace(layers[0], dropout=0.0), ONE))
    X = prepared.raw.X
    models = [make_model(each, prepared, weights).outputs(X) for each in (spec, plain)]
    assert np.array_equal(*models)
    assert np.array_equal(models[0], trainer.network.predict(X))
