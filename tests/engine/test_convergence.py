"""Training reaches what networks of these shapes are known to reach on the built-in sets.

The figures are those that scikit-learn's MLP of the same shape, rule and number of epochs
reaches on the same samples, or the noise that is in them.
"""

import math
from dataclasses import replace

import numpy as np
import pytest

from nnlab.data.scaling import Scaling
from nnlab.engine.activations import (
    ACTIVATIONS,
    Activation,
    Identity,
    Logistic,
    ReLU,
    Softmax,
    Tanh,
)
from nnlab.engine.epoch_log import EpochRecord
from nnlab.engine.losses import LOSSES, fitting_losses
from nnlab.engine.trainer import FULL_BATCH, Goal, Trainer
from nnlab.errors import UserError
from nnlab.experiment.building import build_trainer
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.spec import (
    AdamSpec,
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    LayerSpec,
    NetworkSpec,
    OptimizerSpec,
    RMSPropSpec,
    SGDSpec,
    TrainingSpec,
)

SEEDS = (0, 1, 2)


def experiment(
    source: BuiltinSource,
    hidden: tuple[int, ...],
    activation: Activation,
    output: LayerSpec,
    loss: str,
    optimizer: OptimizerSpec,
    *,
    batch: int,
    seed: int = 0,
    test_fraction: float = 0.5,
    scaling: Scaling = Scaling.NONE,
    initializer: str = "xavier_uniform",
) -> ExperimentSpec:
    layers = (*(LayerSpec(m, activation) for m in hidden), output)
    return ExperimentSpec(
        DataSpec(source, test_fraction=test_fraction, scaling=scaling, seed=seed),
        NetworkSpec(layers, initializer, seed),
        TrainingSpec(loss, optimizer, batch, seed=seed, measure_every=10),
    )


def trained(spec: ExperimentSpec, epochs: int) -> Trainer:
    trainer = build_trainer(spec, prepare_data(spec.data))
    trainer.run(Goal(epoch=epochs))
    return trainer


def result(spec: ExperimentSpec, epochs: int) -> EpochRecord:
    return trained(spec, epochs).log[-1]


def truth_table(name: str, hidden: tuple[int, ...], *, seed: int, batch: int = 1) -> ExperimentSpec:
    return experiment(
        BuiltinSource(name), hidden, Tanh(), LayerSpec(1, Logistic()), "bce", SGDSpec(0.5),
        batch=batch, seed=seed, test_fraction=0.0,
    )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
class TestSingleNeuron:
    @pytest.mark.parametrize("name", ["and", "or"])
    def test_solves_what_a_line_separates(self, name: str, seed: int) -> None:
        assert result(truth_table(name, (), seed=seed), 300).train_accuracy == 1.0

    def test_never_gets_more_than_three_rows_of_xor_right(self, seed: int) -> None:
        log = trained(truth_table("xor", (), seed=seed), 300).log
        assert max(record.train_accuracy for record in log) <= 0.75
        assert log[-1].train_loss == pytest.approx(math.log(2.0), abs=0.03)

    def test_finds_a_plane_up_to_its_noise(self, seed: int) -> None:
        spec = experiment(
            BuiltinSource("plane", 200, 0.1), (), Tanh(), LayerSpec(1, Identity()), "mse",
            SGDSpec(0.05), batch=10, seed=seed,
        )  # fmt: skip
        trainer = trained(spec, 50)
        assert math.sqrt(trainer.log[-1].test_loss) < 0.12
        W, b = trainer.network.parameters.W[0], trainer.network.parameters.b[0]
        np.testing.assert_allclose([*W[0], *b], [0.5, -0.3, 1.0], atol=0.05)


class TestXor:
    @pytest.mark.parametrize(("hidden", "seeds"), [(2, (0, 1, 2, 3)), (4, range(8))])
    def test_hidden_layer_gets_all_four_rows_right(
        self, hidden: int, seeds: tuple[int, ...]
    ) -> None:
        for seed in seeds:
            record = result(truth_table("xor", (hidden,), seed=seed), 500)
            assert record.train_accuracy == 1.0
            assert record.train_loss < 0.02

    @pytest.mark.parametrize(
        ("optimizer", "epochs"),
        [
            (SGDSpec(0.5), 2000),
            (SGDSpec(0.1, momentum=0.9), 1000),
            (SGDSpec(0.1, momentum=0.9, nesterov=True), 1000),
            (RMSPropSpec(0.01), 1000),
            (AdamSpec(0.02), 1000),
        ],
    )
    def test_every_optimizer_solves_it_by_full_batches(
        self, optimizer: OptimizerSpec, epochs: int
    ) -> None:
        spec = truth_table("xor", (4,), seed=0, batch=FULL_BATCH)
        spec = replace(spec, training=replace(spec.training, optimizer=optimizer))
        assert result(spec, epochs).train_accuracy == 1.0


@pytest.mark.parametrize("seed", SEEDS)
class TestClassification:
    def binary(
        self, source: BuiltinSource, hidden: tuple[int, ...], optimizer: OptimizerSpec,
        batch: int, seed: int,
    ) -> ExperimentSpec:  # fmt: skip
        output = LayerSpec(1, Logistic())
        return experiment(source, hidden, Tanh(), output, "bce", optimizer, batch=batch, seed=seed)

    def test_circles(self, seed: int) -> None:
        source = BuiltinSource("circles", 500, 0.05)
        record = result(self.binary(source, (8,), SGDSpec(0.3), 10, seed), 300)
        assert record.test_accuracy >= 0.98

    def test_moons(self, seed: int) -> None:
        source = BuiltinSource("moons", 300, 0.15)
        record = result(self.binary(source, (8,), SGDSpec(0.3), 10, seed), 200)
        assert record.test_accuracy >= 0.97

    def test_spiral(self, seed: int) -> None:
        source = BuiltinSource("spiral", 500, 0.15)
        record = result(self.binary(source, (16, 16), AdamSpec(0.01), 32, seed), 300)
        assert record.test_accuracy >= 0.95

    def test_checkerboard(self, seed: int) -> None:
        source = BuiltinSource("checkerboard", 500, 0.1)
        record = result(self.binary(source, (16, 16), AdamSpec(0.01), 32, seed), 200)
        assert record.train_accuracy >= 0.95
        assert record.test_accuracy >= 0.85

    def test_iris(self, seed: int) -> None:
        spec = experiment(
            BuiltinSource("iris"), (8,), Tanh(), LayerSpec(3, Softmax()), "cce", SGDSpec(0.1),
            batch=10, seed=seed, test_fraction=0.3, scaling=Scaling.STANDARDISE,
        )  # fmt: skip
        assert result(spec, 100).test_accuracy >= 0.93

    def test_digits(self, seed: int) -> None:
        spec = experiment(
            BuiltinSource("digits"), (64, 32), ReLU(), LayerSpec(10, Softmax()), "cce",
            SGDSpec(0.1, momentum=0.9), batch=32, seed=seed, test_fraction=0.25,
            scaling=Scaling.MIN_MAX,
        )  # fmt: skip
        assert result(spec, 30).test_accuracy >= 0.96

    @pytest.mark.parametrize("name", ["playground_circle", "playground_xor", "playground_gauss"])
    def test_playground_with_its_own_defaults(self, name: str, seed: int) -> None:
        # TensorFlow Playground: tanh 4-2, learning rate 0.03, batch 10, half for testing. Its
        # loss is ½(ŷ − y)², whose gradient is half of ours, and so is the rate here.
        spec = experiment(
            BuiltinSource(name, 500, 0.0), (4, 2), Tanh(), LayerSpec(1, Tanh()), "mse",
            SGDSpec(0.015), batch=10, seed=seed, initializer="uniform",
        )  # fmt: skip
        record = result(spec, 400)
        assert record.test_accuracy >= 0.98
        assert record.test_loss < 0.05


@pytest.mark.parametrize("seed", SEEDS)
def test_sine_up_to_its_noise(seed: int) -> None:
    spec = experiment(
        BuiltinSource("sine", 400, 0.1), (16,), Tanh(), LayerSpec(1, Identity()), "mse",
        AdamSpec(0.005), batch=16, seed=seed,
    )  # fmt: skip
    assert math.sqrt(result(spec, 400).test_loss) < 0.13


def test_house_prices_up_to_their_noise_by_the_lectures_partial_network() -> None:
    # Many a start has a neuron that is dead for all houses; this one hasn't.
    spec = experiment(
        BuiltinSource("house_price", 200, 0.2), (), ReLU(), LayerSpec(1, Identity()), "mse",
        AdamSpec(0.005), batch=16, seed=4,
    )  # fmt: skip
    mask = ((1, 1, 0, 0), (0, 0, 1, 0), (0, 0, 1, 1))
    hidden = LayerSpec(3, ReLU(), ("Family Size", "Walkable", "School Quality"), mask)
    spec = replace(spec, network=replace(spec.network, layers=(hidden, spec.network.output)))
    trainer = trained(spec, 500)
    assert math.sqrt(trainer.log[-1].test_loss) < 0.25
    assert not trainer.network.parameters.W[0][np.array(mask) == 0].any()


def test_deep_identity_network_equals_its_collapsed_matrix_after_training() -> None:
    spec = experiment(
        BuiltinSource("plane", 200, 0.1), (4, 3), Identity(), LayerSpec(1, Identity()), "mse",
        SGDSpec(0.02), batch=10,
    )  # fmt: skip
    trainer = trained(spec, 100)
    W, b = np.eye(2), np.zeros(2)
    for W_k, b_k in zip(trainer.network.parameters.W, trainer.network.parameters.b, strict=True):
        W, b = W_k @ W, W_k @ b + b_k
    X = trainer.data.X_test
    np.testing.assert_allclose(trainer.network.predict(X), X @ W.T + b, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose([*W[0], *b], [0.5, -0.3, 1.0], atol=0.05)


def test_l2_penalty_keeps_weights_small_and_l1_makes_many_of_them_vanish() -> None:
    def weights(**penalty: float) -> np.ndarray:
        spec = experiment(
            BuiltinSource("linear", 300, 0.3), (8,), Tanh(), LayerSpec(1, Logistic()), "bce",
            SGDSpec(0.1), batch=10,
        )  # fmt: skip
        spec = replace(spec, training=replace(spec.training, **penalty))
        return np.abs(trained(spec, 200).network.parameters.weights)

    free, l1, l2 = weights(), weights(l1=0.01), weights(l2=0.01)
    assert (l2**2).sum() < 0.5 * (free**2).sum()
    assert (l1 < 0.01).mean() >= 0.3 > (free < 0.01).mean()


def test_zeros_leave_all_hidden_neurons_alike() -> None:
    spec = experiment(
        BuiltinSource("circles", 200, 0.05), (4,), Logistic(), LayerSpec(1, Logistic()), "bce",
        SGDSpec(0.3), batch=10, initializer="zeros",
    )  # fmt: skip
    W = trained(spec, 50).network.parameters.W[0]
    np.testing.assert_allclose(W, np.tile(W[0], (4, 1)), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("kind", ACTIVATIONS.values(), ids=list(ACTIVATIONS))
def test_a_trainer_is_built_or_refused_with_a_sentence(kind: type[Activation], loss: str) -> None:
    spec = experiment(
        BuiltinSource("xor"), (2,), Tanh(), LayerSpec(2, kind()), loss, SGDSpec(0.1),
        batch=1, test_fraction=0.0,
    )  # fmt: skip
    if loss in fitting_losses(kind.name):
        assert trained(spec, 1).epoch == 1
        return
    with pytest.raises(UserError, match=r"(use|change) .*\.$"):
        trained(spec, 1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_playground_spiral(seed: int) -> None:
    spec = experiment(
        BuiltinSource("playground_spiral", 500, 0.0), (16, 16), Tanh(), LayerSpec(1, Tanh()),
        "mse", AdamSpec(0.01), batch=10, seed=seed,
    )  # fmt: skip
    assert result(spec, 1000).test_accuracy >= 0.95
