"""Where the z of a layer lie."""

import numpy as np

from nnlab.engine.activations import Logistic, ReLU, Softmax
from nnlab.engine.network import Layer, Network
from nnlab.explain.layer_sums import MOST_SAMPLES, layer_sums


def network() -> Network:
    made = Network(1, (Layer(2, ReLU()), Layer(1, Logistic())))
    made.parameters.W[0][:] = [[1.0], [-2.0]]
    made.parameters.b[0][:] = [0.0, 1.0]
    made.parameters.W[1][:] = [[1.0, 1.0]]
    return made


def test_z_is_that_of_every_sample_and_neuron() -> None:
    sums = layer_sums(network(), np.array([[-1.0], [0.0], [2.0]]), 0)
    assert sums.marks.tolist() == [-3.0, -1.0, 0.0, 1.0, 2.0, 3.0]
    assert (sums.low, sums.high, sums.count, sums.neurons, sums.samples) == (-3.0, 3.0, 6, 2, 3)
    assert sums.flat == 3  # −3, −1 and 0


def test_a_later_layer_reads_what_the_one_before_hands_on() -> None:
    sums = layer_sums(network(), np.array([[-1.0], [2.0]]), 1)
    assert sums.marks.tolist() == [2.0, 3.0]


def test_of_many_samples_some_are_looked_at() -> None:
    sums = layer_sums(network(), np.linspace(-1, 1, 5000)[:, None], 0)
    assert (sums.samples, sums.available) == (MOST_SAMPLES, 5000)
    assert (sums.low, sums.high) == (-1.0, 3.0)
    assert len(sums.marks) <= 80
    assert sums.weights.max() == 1.0


def test_what_is_not_a_number_is_left_out() -> None:
    made = network()
    made.parameters.b[0][:] = [0.0, np.nan]
    assert layer_sums(made, np.array([[1.0]]), 0).count == 1
    made.parameters.b[0][:] = np.nan
    assert layer_sums(made, np.array([[1.0]]), 0).count == 0


def test_softmax_has_no_flat_part_of_one_z() -> None:
    made = Network(1, (Layer(2, Softmax()),))
    assert layer_sums(made, np.array([[1.0]]), 0).flat is None
