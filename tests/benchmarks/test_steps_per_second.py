"""How many updates a second nnlab makes, and how many scikit-learn's MLP makes of the same.

Same shape, data, batch size, activation and learning rate, plain SGD, shuffled each
epoch, one thread, alternating within one run. What differs: nnlab measures loss and
accuracy over the whole training set after every `measure_every`-th epoch, whereas
scikit-learn only adds up the losses of the batches while the weights change.
"""

import statistics
import time
import warnings
from dataclasses import dataclass

import numpy as np
import pytest

from nnlab.arrays import FloatArray, IntArray
from nnlab.engine.activations import ACTIVATIONS
from nnlab.engine.initializers import INITIALIZERS
from nnlab.engine.losses import LOSSES
from nnlab.engine.network import Layer, Network
from nnlab.engine.optimizers import SGD
from nnlab.engine.trainer import Goal, Trainer, TrainingData, TrainingSettings

from .table import print_table

sklearn_datasets = pytest.importorskip("sklearn.datasets")
sklearn_mlp = pytest.importorskip("sklearn.neural_network")
threadpoolctl = pytest.importorskip("threadpoolctl")

ROUNDS = 5
LEARNING_RATE = 0.01
NOTE = (
    "scikit-learn never measures the whole training set; nnlab does, as often as said.\n"
    "Of the large networks what is wanted concerns the rows measured every 10 epochs, whose "
    "work is nearly the same;\nmeasuring adds one forward pass to each epoch, about a third of it."
)


@dataclass(frozen=True)
class Case:
    """One row: a network, how it is fed, and the ratio that we want to see."""

    shape: tuple[int, ...]
    batch: int
    epochs: int
    wish: str
    activation: str = "tanh"
    measure_every: int = 1

    @property
    def title(self) -> str:
        """What the row is about, in words."""
        shape = "-".join(map(str, self.shape))
        return f"{shape}, {self.activation}, batch {self.batch}, {_measured(self)}"


def _measured(case: Case) -> str:
    n = case.measure_every
    return "measured each epoch" if n == 1 else f"measured every {n} epochs"


SMALL = [
    Case(shape, batch, epochs, wish)
    for shape in ((2, 4, 2, 1), (2, 8, 8, 1), (2, 32, 32, 1))
    for batch, epochs, wish in ((1, 8, ">= 4"), (10, 60, ">= 4"), (250, 600, ">= 1.5"))
]
LARGE = [
    Case(shape, batch, epochs, wish if measure_every > 1 else "", activation, measure_every)
    for shape, batch, epochs, wish in (
        ((64, 64, 32, 10), 32, 10, ">= 2"),
        ((784, 128, 10), 128, 10, ">= 1"),
    )
    for activation in ("relu", "tanh")
    for measure_every in (10, 1)
]


def samples_for(shape: tuple[int, ...]) -> tuple[FloatArray, IntArray]:
    """Return inputs and class numbers that suit a network of that shape."""
    rng = np.random.default_rng(0)
    if shape[0] == 64:
        X, y = sklearn_datasets.load_digits(return_X_y=True)
        return X / 16.0, y
    if shape[0] == 784:
        return rng.random((5_000, 784)), rng.integers(0, 10, 5_000)
    X = rng.uniform(-1.0, 1.0, (250, 2))
    return X, (np.hypot(*X.T) < 0.7).astype(np.int64)


def nnlab_updates_per_second(case: Case, X: FloatArray, y: IntArray) -> float:
    n_outputs = case.shape[-1]
    binary = n_outputs == 1
    hidden = [Layer(m, ACTIVATIONS[case.activation]()) for m in case.shape[1:-1]]
    output = Layer(n_outputs, ACTIVATIONS["logistic" if binary else "softmax"]())
    network = Network(case.shape[0], [*hidden, output])
    rng = np.random.default_rng(1)
    for W in network.parameters.W:
        W[:] = INITIALIZERS["xavier_uniform"](rng, *W.shape)
    Y = y.astype(np.float64)[:, None] if binary else np.eye(n_outputs)[y]
    trainer = Trainer(
        network,
        LOSSES["bce" if binary else "cce"],
        SGD(network.parameters.flat.size),
        TrainingData(X, Y, X[:0], Y[:0], threshold=0.5),
        TrainingSettings(LEARNING_RATE, case.batch, measure_every=case.measure_every),
        rng,
    )
    start = time.perf_counter()
    trainer.run(Goal(epoch=case.epochs))
    return trainer.iteration / (time.perf_counter() - start)


def sklearn_updates_per_second(case: Case, X: FloatArray, y: IntArray) -> float:
    model = sklearn_mlp.MLPClassifier(
        case.shape[1:-1],
        activation=case.activation,
        solver="sgd",
        alpha=0.0,
        batch_size=case.batch,
        learning_rate_init=LEARNING_RATE,
        momentum=0.0,
        nesterovs_momentum=False,
        max_iter=case.epochs,
        tol=0.0,
        n_iter_no_change=10**9,
        random_state=0,
    )
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it hasn't converged
        model.fit(X, y)
    elapsed = time.perf_counter() - start
    return model.n_iter_ * -(-len(X) // case.batch) / elapsed


@pytest.mark.benchmark
@pytest.mark.parametrize("cases", [SMALL, LARGE], ids=["small", "large"])
def test_updates_per_second_beside_sklearn(cases: list[Case]) -> None:
    rows = []
    with threadpoolctl.threadpool_limits(1):
        for case in cases:
            X, y = samples_for(case.shape)
            ours, theirs = [], []
            for round_ in range(ROUNDS + 1):
                pair = nnlab_updates_per_second(case, X, y), sklearn_updates_per_second(case, X, y)
                if round_:  # the first warms caches
                    ours.append(pair[0])
                    theirs.append(pair[1])
            ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
            rows.append(
                [
                    case.title,
                    f"{statistics.median(ours):,.0f}",
                    f"{statistics.median(theirs):,.0f}",
                    f"{statistics.median(ratios):.2f}",
                    f"{min(ratios):.2f}–{max(ratios):.2f}",
                    case.wish,
                ]
            )
    print_table(
        f"Updates a second, medians of {ROUNDS} rounds.\n{NOTE}",
        ["network", "nnlab", "scikit-learn", "ratio", "range", "wanted"],
        rows,
    )
