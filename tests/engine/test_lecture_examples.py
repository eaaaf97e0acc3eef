"""The lecture's worked examples, with every number computed a second way."""

import math

import numpy as np
import pytest

from nnlab.arrays import FloatArray
from nnlab.engine.activations import Identity, Logistic, ReLU, Tanh
from nnlab.engine.losses import LOSSES
from nnlab.engine.network import Layer, Network
from nnlab.engine.optimizers import SGD
from nnlab.engine.parameters import Parameters
from nnlab.engine.trainer import Goal, Trainer, TrainingData, TrainingSettings

from .support import OPTIMIZERS, backpropagated, existing, small_network


def test_single_neuron_of_the_lecture() -> None:
    neuron = Network(3, [Layer(1, Logistic())])
    neuron.parameters.W[0][:] = [[0.5, 0.2, 10.0]]
    neuron.parameters.b[0][:] = [2.0]
    work = neuron.forward(np.array([[2.0, 3.0, 1.0]]))
    assert work.Z[0][0, 0] == pytest.approx(13.6, rel=1e-15)
    assert work.A[0][0, 0] == pytest.approx(1.0 / (1.0 + math.exp(-13.6)), rel=1e-15)
    assert f"{work.A[0][0, 0]:.8f}" == "0.99999876"


class HousePrice:
    """The lecture's network: 4 inputs, 3 named hidden neurons, 5 of 12 hidden weights."""

    MASK = np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0]])
    x = (2.0, 3.0, 4.0, 5.0)  # Size, Bedrooms, Zip Code, Wealth
    y = 8.0
    w_11, w_12, b_1 = 0.5, 0.25, -0.5  # Family Size
    w_23, b_2 = 0.5, -0.75  # Walkable
    w_33, w_34, b_3 = -0.5, 1.0, 0.25  # School Quality
    v_1, v_2, v_3, c = 1.0, 2.0, -0.5, 0.5  # Price

    def network(self) -> Network:
        network = Network(4, [Layer(3, ReLU(), self.MASK), Layer(1, Identity())])
        p = network.parameters
        p.W[0][:] = [
            [self.w_11, self.w_12, 0.0, 0.0],
            [0.0, 0.0, self.w_23, 0.0],
            [0.0, 0.0, self.w_33, self.w_34],
        ]
        p.b[0][:] = [self.b_1, self.b_2, self.b_3]
        p.W[1][:] = [[self.v_1, self.v_2, self.v_3]]
        p.b[1][:] = [self.c]
        return network

    @property
    def sample(self) -> tuple[FloatArray, FloatArray]:
        return np.array([self.x]), np.array([[self.y]])

    def trainer(self, learning_rate: float) -> Trainer:
        X, Y = self.sample
        network = self.network()
        return Trainer(
            network,
            LOSSES["mse"],
            SGD(network.parameters.flat.size),
            TrainingData(X, Y, X[:0], Y[:0]),
            TrainingSettings(learning_rate),
            np.random.default_rng(0),
        )


class TestHousePrice(HousePrice):
    def test_forward_pass_by_hand(self) -> None:
        work = self.network().forward(self.sample[0])
        # 0.5·2 + 0.25·3 − 0.5; 0.5·4 − 0.75; −0.5·4 + 1·5 + 0.25
        assert work.Z[0].tolist() == [[1.25, 1.25, 3.25]]
        assert work.A[0].tolist() == [[1.25, 1.25, 3.25]]
        # 1.25 + 2·1.25 − 0.5·3.25 + 0.5
        assert work.Z[1].tolist() == [[2.625]]
        assert work.A[1].tolist() == [[2.625]]

    def test_cost_is_the_square_of_the_error_without_a_half(self) -> None:
        X, Y = self.sample
        work = self.network().forward(X)
        assert LOSSES["mse"].value(work.Z[1], work.A[1], Y) == (2.625 - 8.0) ** 2

    def test_twelve_gradients_by_the_chain_rule(self) -> None:
        x_1, x_2, x_3, x_4 = self.x
        a_1, a_2, a_3, price = 1.25, 1.25, 3.25, 2.625
        slope_1 = slope_2 = slope_3 = 1.0  # (7): every z is above 0
        common = 2.0 * (price - self.y)  # (2) × (3)
        gradient = backpropagated(self.network(), LOSSES["mse"], *self.sample)
        assert gradient.W[1].tolist() == [[common * a_1, common * a_2, common * a_3]]
        assert gradient.b[1].tolist() == [common]
        (w_1, w_2, w_3), (b_1, b_2, b_3) = gradient.W[0].tolist(), gradient.b[0].tolist()
        assert w_1[0] == common * self.v_1 * slope_1 * x_1
        assert w_1[1] == common * self.v_1 * slope_1 * x_2
        assert b_1 == common * self.v_1 * slope_1
        assert w_2[2] == common * self.v_2 * slope_2 * x_3
        assert b_2 == common * self.v_2 * slope_2
        assert w_3[2] == common * self.v_3 * slope_3 * x_3
        assert w_3[3] == common * self.v_3 * slope_3 * x_4
        assert b_3 == common * self.v_3 * slope_3
        assert (gradient.W[0][self.MASK == 0] == 0.0).all()

    def test_one_step_of_descent_by_hand(self) -> None:
        trainer = self.trainer(learning_rate=0.01)
        trainer.run(Goal(iteration=1))
        # ∂J/∂a = 2·(2.625 − 8) = −10.75, so each parameter rises by 0.1075 × its factors.
        p = trainer.network.parameters
        np.testing.assert_allclose(
            p.W[0],
            [
                [0.5 + 0.1075 * 2.0, 0.25 + 0.1075 * 3.0, 0.0, 0.0],
                [0.0, 0.0, 0.5 + 0.1075 * 2.0 * 4.0, 0.0],
                [0.0, 0.0, -0.5 - 0.1075 * 0.5 * 4.0, 1.0 - 0.1075 * 0.5 * 5.0],
            ],
            rtol=1e-15,
        )
        np.testing.assert_allclose(
            p.b[0], [-0.5 + 0.1075, -0.75 + 0.215, 0.25 - 0.05375], rtol=1e-15
        )
        np.testing.assert_allclose(
            p.W[1], [[1.0 + 0.134375, 2.0 + 0.134375, -0.5 + 0.349375]], rtol=1e-14
        )
        np.testing.assert_allclose(p.b[1], [0.6075], rtol=1e-15)

    def test_descent_lowers_the_cost_and_the_printed_sign_raises_it(self) -> None:
        costs = {}
        for rate in (0.001, -0.001):
            trainer = self.trainer(rate)
            trainer.run(Goal(epoch=1))
            costs[rate] = [record.train_loss for record in trainer.log]
        assert costs[0.001][1] < costs[0.001][0] == costs[-0.001][0] < costs[-0.001][1]

    def test_dead_neuron_passes_exactly_nothing_on(self) -> None:
        self.b_1 = -5.0  # z_1 = 0.5·2 + 0.25·3 − 5 < 0
        network = self.network()
        work = network.forward(self.sample[0])
        assert work.Z[0][0, 0] == -3.25
        assert work.A[0][0, 0] == 0.0
        gradient = backpropagated(network, LOSSES["mse"], *self.sample)
        assert gradient.W[0][0].tolist() == [0.0, 0.0, 0.0, 0.0]
        assert gradient.b[0][0] == 0.0
        assert gradient.W[1][0, 0] == 0.0
        assert np.count_nonzero(gradient.flat) == 12 - 4
        trainer = self.trainer(0.01)
        trainer.run(Goal(epoch=20))
        assert trainer.network.parameters.W[0][0].tolist() == [0.5, 0.25, 0.0, 0.0]
        assert trainer.network.parameters.b[0][0] == -5.0


@pytest.mark.parametrize("penalty", [{}, {"l1": 0.01}, {"l2": 0.1}, {"l1": 0.01, "l2": 0.1}])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_absent_connections_stay_exactly_zero(optimizer: str, penalty: dict[str, float]) -> None:
    rng = np.random.default_rng(4)
    masks = {0: HousePrice.MASK, 1: np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])}
    network = small_network([4, 3, 2], Tanh(), Identity(), masks=masks)
    X, Y = rng.standard_normal((30, 4)), rng.standard_normal((30, 2))
    trainer = Trainer(
        network,
        LOSSES["mse"],
        OPTIMIZERS[optimizer](network.parameters.flat.size),
        TrainingData(X, Y, X[:0], Y[:0]),
        TrainingSettings(0.01, batch_size=3, **penalty),
        rng,
    )
    absent = existing(network) == 0.0
    assert absent.sum() == 7 + 2
    start = network.parameters.flat.copy()
    for update in range(1, 101):
        trainer.run(Goal(iteration=update))
        assert not trainer.gradient.flat[absent].any()
        assert not network.parameters.flat[absent].any()
    assert (network.parameters.flat != start)[~absent].all()


def test_a_network_of_identities_is_one_linear_function() -> None:
    network = small_network([3, 5, 4, 2], Identity(), Identity(), seed=5)
    (W_1, W_2, W_3), (b_1, b_2, b_3) = network.parameters.W, network.parameters.b
    W, b = W_3 @ W_2 @ W_1, W_3 @ (W_2 @ b_1 + b_2) + b_3
    X = np.random.default_rng(5).standard_normal((20, 3))
    np.testing.assert_allclose(network.predict(X), X @ W.T + b, rtol=1e-12, atol=1e-14)


def test_identity_network_learns_what_one_linear_layer_learns() -> None:
    # Least squares has one best answer, which a deep linear network can't beat.
    rng = np.random.default_rng(6)
    X = rng.standard_normal((40, 2))
    Y = X[:, :1] ** 2 + 0.5 * X[:, 1:]
    design = np.hstack([X, np.ones((40, 1))])
    best = design @ np.linalg.lstsq(design, Y)[0]
    network = small_network([2, 3, 3, 1], Identity(), Identity(), seed=6)
    trainer = Trainer(
        network,
        LOSSES["mse"],
        SGD(network.parameters.flat.size),
        TrainingData(X, Y, X[:0], Y[:0]),
        TrainingSettings(0.05, batch_size=0, measure_every=5000),
        rng,
    )
    trainer.run(Goal(epoch=5000))
    np.testing.assert_allclose(network.predict(X), best, atol=1e-6)


def test_shapes_and_views_of_the_parameters() -> None:
    network = small_network([4, 3, 2], ReLU(), Identity())
    p = network.parameters
    assert [W.shape for W in p.W] == [(3, 4), (2, 3)]
    assert [b.shape for b in p.b] == [(3,), (2,)]
    assert p.weights.size == 18
    p.flat.fill(7.0)
    assert all((view == 7.0).all() for view in (*p.W, *p.b, p.weights))
    with pytest.raises(ValueError, match="23 parameters"):
        Parameters(network.shapes, np.zeros(4))
