"""Backpropagation and parameter counts that others have published with numbers.

Sources:
    Mazur, "A Step by Step Backpropagation Example", 2015,
    https://mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example/
    Stanford CS231n, "Neural Networks Part 1: Setting up the Architecture",
    https://cs231n.github.io/neural-networks-1/
"""

import numpy as np
import pytest

from nnlab.engine.activations import Logistic
from nnlab.engine.losses import LOSSES
from nnlab.engine.network import Layer, Network
from nnlab.engine.optimizers import SGD
from nnlab.engine.parameters import LayerShape, Parameters, parameter_count


class TestMazur:
    """2-2-2 logistic network, one sample, learning rate 0.5, biases that never change.

    Its error is Σ ½(target − out)² over 2 outputs; the mean of the squares over 2 outputs
    is the same number.
    """

    X, Y = np.array([[0.05, 0.10]]), np.array([[0.01, 0.99]])
    RATE = 0.5

    @pytest.fixture
    def network(self) -> Network:
        network = Network(2, [Layer(2, Logistic()), Layer(2, Logistic())])
        p = network.parameters
        p.W[0][:] = [[0.15, 0.20], [0.25, 0.30]]
        p.W[1][:] = [[0.40, 0.45], [0.50, 0.55]]
        p.b[0][:] = 0.35
        p.b[1][:] = 0.60
        return network

    def error(self, network: Network) -> float:
        work = network.forward(self.X)
        return LOSSES["mse"].value(work.Z[1], work.A[1], self.Y)

    def train(self, network: Network, updates: int) -> Parameters:
        gradient = Parameters(network.shapes)
        sgd = SGD(network.parameters.flat.size)
        for _ in range(updates):
            network.backward(self.X, self.Y, LOSSES["mse"], network.forward(self.X), gradient)
            for b in gradient.b:
                b.fill(0.0)
            sgd.update(network.parameters.flat, gradient.flat, self.RATE)
        return gradient

    def test_forward_pass(self, network: Network) -> None:
        work = network.forward(self.X)
        assert work.Z[0][0, 0] == pytest.approx(0.3775, abs=1e-12)
        assert work.A[0][0].tolist() == pytest.approx([0.593269992, 0.596884378], abs=5e-10)
        assert work.Z[1][0, 0] == pytest.approx(1.105905967, abs=5e-10)
        assert work.A[1][0].tolist() == pytest.approx([0.75136507, 0.772928465], abs=5e-9)

    def test_total_error(self, network: Network) -> None:
        assert self.error(network) == pytest.approx(0.298371109, abs=5e-10)

    def test_gradients(self, network: Network) -> None:
        gradient = self.train(network, updates=1)
        assert gradient.W[1][0, 0] == pytest.approx(0.082167041, abs=5e-10)
        assert gradient.W[0][0, 0] == pytest.approx(0.000438568, abs=5e-10)

    def test_weights_after_one_update(self, network: Network) -> None:
        self.train(network, updates=1)
        W_1, W_2 = (W.ravel().tolist() for W in network.parameters.W)
        assert pytest.approx([0.149780716, 0.19956143, 0.24975114, 0.29950229], abs=5e-9) == W_1
        assert pytest.approx([0.35891648, 0.408666186, 0.511301270, 0.561370121], abs=5e-9) == W_2

    def test_error_after_one_update(self, network: Network) -> None:
        self.train(network, updates=1)
        # Printed as 0.291027924, whose last three digits don't follow from the printed weights.
        assert self.error(network) == pytest.approx(0.29102777, abs=5e-9)
        assert self.error(network) == pytest.approx(0.291027924, abs=2e-7)

    def test_error_and_outputs_after_ten_thousand_updates(self, network: Network) -> None:
        self.train(network, updates=10_000)
        assert self.error(network) == pytest.approx(0.0000351085, rel=2e-3)
        outputs = network.predict(self.X)[0].tolist()
        assert outputs == pytest.approx([0.015912196, 0.984065734], abs=2e-5)


@pytest.mark.parametrize(("widths", "count"), [((3, 4, 2), 26), ((3, 4, 4, 1), 41)])
def test_parameter_counts_of_cs231n(widths: tuple[int, ...], count: int) -> None:
    layers = [Layer(m, Logistic()) for m in widths[1:]]
    network = Network(widths[0], layers)
    assert network.parameters.flat.size == parameter_count(network.shapes) == count


def test_a_learned_alpha_counts_as_a_parameter() -> None:
    assert parameter_count([LayerShape(4, 3, learns_alpha=True)]) == 17
