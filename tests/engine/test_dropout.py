"""Dropout: passes by hand with a known mask, gradients, and what it must not touch."""

from dataclasses import replace

import numpy as np
import pytest

from nnlab.arrays import FloatArray
from nnlab.engine.activations import Activation, Identity, Logistic, PReLU, Tanh
from nnlab.engine.dropout import Dropout
from nnlab.engine.losses import LOSSES
from nnlab.engine.network import Layer, Network
from nnlab.engine.parameters import Parameters
from nnlab.engine.trainer import FULL_BATCH, Goal, Trainer, TrainingSettings

from .support import (
    numbers,
    numerical_gradient,
    records,
    relative_error,
    small_data,
    small_network,
    small_trainer,
)


class KnownDraws(np.random.Generator):
    """A generator whose numbers of [0, 1) were written down beforehand."""

    def __init__(self, draws: FloatArray) -> None:
        super().__init__(np.random.PCG64(0))
        self._draws = draws

    def random(self, *_args: object, out: FloatArray) -> FloatArray:  # type: ignore[override]
        out[:] = self._draws
        return out


def by_hand() -> tuple[Network, Dropout]:
    """Return 1–2–1 with identities, W1 = (1, 2)ᵀ, W2 = (3, 4), that drops its first neuron."""
    network = Network(1, [Layer(2, Identity()), Layer(1, Identity())])
    network.parameters.W[0][:] = [[1.0], [2.0]]
    network.parameters.W[1][:] = [[3.0, 4.0]]
    # p = 0.2: 0.1 drops, 0.9 keeps and is divided by 0.8.
    return network, Dropout([0.2], KnownDraws(np.array([[0.1, 0.9]])))


def test_a_pass_by_hand() -> None:
    network, dropout = by_hand()
    X = np.array([[5.0]])
    work = network.forward(X, dropout)
    # a = (5, 10); m ⊙ a = (0, 12.5); ŷ = 4 · 12.5
    assert work.A[0].tolist() == [[5.0, 10.0]]
    assert dropout.passed(0, work.A[0]).tolist() == [[0.0, 12.5]]
    assert work.A[1].tolist() == [[50.0]]


def test_a_way_back_by_hand() -> None:
    network, dropout = by_hand()
    X, Y = np.array([[5.0]]), np.array([[49.0]])
    gradient = Parameters(network.shapes)
    work = network.forward(X, dropout)
    network.backward(X, Y, LOSSES["mse"], work, gradient, dropout)
    # δ2 = 2 (50 − 49) = 2; ∂J/∂W2 = 2 · (0, 12.5); δ1 = (0, 4 · 2 · 1.25); ∂J/∂W1 = δ1 · 5
    assert gradient.W[1].tolist() == [[0.0, 25.0]]
    assert gradient.b[1].tolist() == [2.0]
    assert gradient.W[0].tolist() == [[0.0], [50.0]]
    assert gradient.b[0].tolist() == [0.0, 10.0]


def test_asking_the_network_drops_nothing() -> None:
    network, dropout = by_hand()
    X = np.array([[5.0]])
    network.forward(X, dropout)
    # 3 · 5 + 4 · 10
    assert network.forward(X).A[1].tolist() == [[55.0]]
    assert network.predict(X).tolist() == [[55.0]]


def test_a_draw_that_equals_the_rate_is_kept() -> None:
    dropout = Dropout([0.5], KnownDraws(np.array([[0.5, 0.49999]])))
    assert dropout.forward(0, np.array([[3.0, 3.0]])).tolist() == [[6.0, 0.0]]


def test_about_a_share_of_p_is_dropped_and_the_mean_stays() -> None:
    dropout = Dropout([0.3], np.random.default_rng(0))
    kept = dropout.forward(0, np.ones((1000, 100)))
    assert set(np.unique(kept)) == {0.0, 1 / 0.7}
    assert (kept == 0.0).mean() == pytest.approx(0.3, abs=0.01)
    assert kept.mean() == pytest.approx(1.0, abs=0.01)


def test_layers_without_a_rate_pass_all_on_and_draw_nothing() -> None:
    rng = np.random.default_rng(0)
    before = rng.bit_generator.state
    dropout = Dropout([0.0, 0.5], rng)
    A = np.ones((3, 2))
    assert dropout.forward(0, A) is A is dropout.passed(0, A)
    assert dropout.forward(7, A) is A
    assert rng.bit_generator.state == before


@pytest.mark.parametrize("hidden", [Tanh(), Logistic(), Identity(), PReLU()], ids=lambda f: f.name)
@pytest.mark.parametrize("rates", [(0.5, 0.0), (0.0, 0.4), (0.3, 0.6)])
def test_gradients_are_those_of_the_masked_network(
    hidden: Activation, rates: tuple[float, ...]
) -> None:
    network = small_network((3, 5, 4, 1), hidden, Logistic(), seed=3)
    rng = np.random.default_rng(1)
    X, Y = rng.standard_normal((6, 3)), rng.integers(0, 2, (6, 1)).astype(float)
    loss = LOSSES["mse"]

    def dropout() -> Dropout:
        # The same seed, so the same masks.
        return Dropout(rates, np.random.default_rng(8))

    def cost() -> float:
        work = network.forward(X, dropout())
        return loss.total(work.Z[-1], work.A[-1], Y) / loss.divisor(*Y.shape)

    gradient, once = Parameters(network.shapes), dropout()
    network.backward(X, Y, loss, network.forward(X, once), gradient, once)
    measured = numerical_gradient(cost, network.parameters.flat, 1e-5)
    assert relative_error(gradient.flat, measured) < 1e-7


def trainer(batch_size: int = 4, dropout: tuple[float, ...] = (0.5, 0.2), seed: int = 0) -> Trainer:
    return small_trainer(settings=TrainingSettings(0.05, batch_size, dropout=dropout), seed=seed)


@pytest.mark.parametrize("batch_size", [1, 4, FULL_BATCH])
def test_equal_seeds_give_equal_numbers(batch_size: int) -> None:
    one, other = trainer(batch_size), trainer(batch_size)
    for each in (one, other):
        each.run(Goal(epoch=4))
    assert numbers(one) == numbers(other)
    without = trainer(batch_size, ())
    without.run(Goal(epoch=4))
    assert records(without) != records(one)


def test_the_order_of_the_samples_is_the_same_with_and_without() -> None:
    def state(dropout: tuple[float, ...]) -> object:
        one = trainer(dropout=dropout)
        one.run(Goal(epoch=3))
        return one.state().shuffle_state

    assert state((0.5, 0.2)) == state(())


@pytest.mark.parametrize("batch_size", [1, 4, 7, FULL_BATCH])
@pytest.mark.parametrize("cut", [0, 3, 7, 12])
def test_a_restored_trainer_draws_on_where_the_other_one_was(batch_size: int, cut: int) -> None:
    first = trainer(batch_size)
    first.run(Goal(iteration=cut))
    state = first.state()
    first.run(Goal(epoch=first.epoch + 2))
    second = trainer(batch_size, seed=4)
    second.run(Goal(iteration=2))
    second.restore(state)
    second.run(Goal(epoch=first.epoch))
    assert second.network.parameters.flat.tobytes() == first.network.parameters.flat.tobytes()
    assert second.state().dropout_state == first.state().dropout_state


def test_a_state_of_before_there_was_dropout_is_taken() -> None:
    first, second = trainer(), trainer()
    second.restore(replace(first.state(), dropout_state=None))
    for each in (first, second):
        each.run(Goal(epoch=2))
    assert first.network.parameters.flat.tobytes() == second.network.parameters.flat.tobytes()


@pytest.mark.parametrize("batch_size", [4, FULL_BATCH])
def test_the_loss_is_measured_with_all_neurons(batch_size: int) -> None:
    one = trainer(batch_size)
    one.run(Goal(epoch=3))
    all_there = trainer(batch_size, ())
    all_there.network.parameters.flat[:] = one.network.parameters.flat
    assert all_there.measure_now().train_loss == one.log[-1].train_loss


def test_the_full_batch_makes_a_pass_of_its_own_for_each_update() -> None:
    one, without = trainer(FULL_BATCH), trainer(FULL_BATCH, ())
    for each in (one, without):
        each.run(Goal(epoch=5))
    # Training and test set are measured at the start and after each epoch.
    assert without.network.passes == 12
    assert one.network.passes == 12 + 5


def test_switched_off_it_trains_as_without_from_there() -> None:
    one = trainer()
    one.run(Goal(epoch=2))
    other = trainer(dropout=())
    other.restore(one.state())
    one.reconfigure(other.settings)
    for each in (one, other):
        each.run(Goal(epoch=4))
    assert one.network.parameters.flat.tobytes() == other.network.parameters.flat.tobytes()


def test_a_larger_batch_and_a_short_last_one_go_through() -> None:
    one = small_trainer(small_data(25), TrainingSettings(0.05, 4, dropout=(0.5, 0.5)))
    one.run(Goal(epoch=1))
    one.reconfigure(replace(one.settings, batch_size=10))
    one.run(Goal(epoch=3))
    assert np.isfinite(one.network.parameters.flat).all()
