"""Small models of each kind, trained or not, for the export tests."""

import numpy as np
import pytest

from nnlab.data.dataset import Task
from nnlab.data.derived import Product, Sine
from nnlab.data.scaling import Scaler, Scaling
from nnlab.engine.activations import Identity, Logistic, PReLU, Softmax, Tanh
from nnlab.experiment.building import build_network
from nnlab.experiment.model import Model
from nnlab.experiment.spec import LayerSpec, NetworkSpec
from nnlab.experiment.weights import weights_of


def _model(layers, features, **rest):
    network = NetworkSpec(layers, "he_normal", seed=5)
    built = build_network(network, len(features))
    for b in built.parameters.b:
        b[:] = np.random.default_rng(1).normal(size=b.shape)
    defaults = {
        "scaler": Scaler(Scaling.NONE, np.zeros(len(features)), np.ones(len(features))),
        "task": Task.CLASSIFICATION,
        "targets": ("y",),
        "classes": ("0", "1"),
        "threshold": 0.5,
        "loss": "bce",
    }
    weights = weights_of(built.parameters)
    return Model(network=network, weights=weights, features=features, **(defaults | rest))


def binary():
    """Two inputs, a masked hidden layer with names, one logistic output."""
    mask = ((1, 0), (1, 1), (0, 1))
    hidden = LayerSpec(3, Tanh(), ("a", "b", "c"), mask)
    return _model((hidden, LayerSpec(1, Logistic())), ("x1", "x2"))


def signed():
    """One tanh output between the classes −1 and 1."""
    return _model((LayerSpec(1, Tanh()),), ("x1", "x2"), loss="mse", threshold=0.0)


def classes():
    """Standardised inputs, a learned α in layer 2, three classes with awkward names."""
    scaler = Scaler(Scaling.STANDARDISE, np.array([1.0, -0.1]), np.array([0.3, 7.0]))
    layers = (LayerSpec(3, Tanh()), LayerSpec(2, PReLU(0.2)), LayerSpec(3, Softmax()))
    labels = ("Größe, klein", 'the "big"', "ß")
    return _model(
        layers, ("länge", "width, mm"), scaler=scaler, classes=labels, targets=("art",), loss="cce"
    )


def regression():
    """Min-max scaled inputs and two values."""
    scaler = Scaler(Scaling.MIN_MAX, np.array([0.1]), np.array([3.0]))
    layers = (LayerSpec(4, Tanh()), LayerSpec(2, Identity()))
    return _model(
        layers, ("x",), scaler=scaler, task=Task.REGRESSION, classes=(), targets=("u", "v"),
        loss="mae",
    )  # fmt: skip


def derived():
    """Reads column b as it is, and two inputs derived from both columns of awkward names."""
    network = NetworkSpec((LayerSpec(2, Tanh()), LayerSpec(1, Logistic())), "he_normal", seed=5)
    scaler = Scaler(Scaling.STANDARDISE, np.array([1.0, 0.5, 0.1]), np.array([2.0, 0.3, 7.0]))
    return Model(
        network, weights_of(build_network(network, 3).parameters), ("a²", "b, m"), scaler,
        Task.CLASSIFICATION, ("y",), ("0", "1"), 0.5, "bce",
        direct=("b, m",), derived=(Product("b, m", "a²"), Sine("a²")),
    )  # fmt: skip


MODELS = {make.__name__: make for make in (binary, signed, classes, regression, derived)}


@pytest.fixture(params=MODELS)
def model(request):
    return MODELS[request.param]()


@pytest.fixture
def models():
    return {name: make() for name, make in MODELS.items()}
