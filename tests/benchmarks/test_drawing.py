"""What a frame costs the window's thread: taking it in, and painting it."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import statistics
import time
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnlab.data.scaling import Scaling, fit_scaler
from nnlab.engine.activations import ACTIVATIONS
from nnlab.engine.epoch_log import Curves
from nnlab.engine.losses import LOSSES
from nnlab.engine.network import Layer, Network
from nnlab.engine.optimizers import SGD
from nnlab.engine.trainer import Goal, Trainer, TrainingData, TrainingSettings
from nnlab.experiment.fitting import fit_to_data
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.spec import BuiltinSource, DataSpec, ExperimentSpec, LayerSpec, NetworkSpec
from nnlab.session.frame import (
    AxisRange,
    FrameRequest,
    Part,
    PlaneRequest,
    PlaneValues,
    Speed,
)
from nnlab.session.frame_maker import FrameMaker
from nnlab.views.boundary_plot import BoundaryPlot, Shown
from nnlab.views.boundary_points import make_points
from nnlab.views.boundary_reading import make_reading
from nnlab.views.loss_plot import LossPlot
from nnlab.views.network_diagram import NetworkDiagram
from nnlab.views.theme import ThemeChoice, ThemeManager

from .table import print_table

ROUNDS = 60
WISH_MS = 6.0


def network_spec() -> NetworkSpec:
    output = LayerSpec(1, ACTIVATIONS["logistic"]())
    return NetworkSpec((LayerSpec(8, ACTIVATIONS["tanh"]()), output))


def plane_of(n_outputs: int, phase: float) -> PlaneValues:
    """Return a curved answer over [−6, 6]², another for each phase."""
    request = PlaneRequest(AxisRange(0, -6, 6), AxisRange(1, -6, 6), (0.0, 0.0), 100)
    along = np.linspace(-6, 6, 100)
    x, y = np.meshgrid(along, along)
    waves = [np.sin(x + phase + k) * np.cos(0.7 * y - k) + 0.2 * x for k in range(n_outputs)]
    powers = np.exp(2 * np.stack(waves, axis=-1))
    shares = powers / (1 + powers) if n_outputs == 1 else powers / powers.sum(-1, keepdims=True)
    return PlaneValues(request, shares)


def curves_of(epochs: int, offset: int = 0) -> Curves:
    """Return losses that fall with a little noise."""
    rng = np.random.default_rng(offset)
    epoch = np.arange(epochs, dtype=np.float64)
    train = 0.7 * np.exp(-epoch / epochs * 5) + 0.01 * rng.random(epochs)
    accuracy = np.full(epochs, 0.9)
    nothing = np.zeros(epochs)
    return Curves(epoch, epoch, train, train + 0.05, accuracy, accuracy, nothing, nothing)


def milliseconds(work: Callable[[int], None]) -> float:
    """Return the median time of one round."""
    times = []
    for round_ in range(ROUNDS + 5):
        start = time.perf_counter()
        work(round_)
        times.append(time.perf_counter() - start)
    return statistics.median(times[5:]) * 1000


def paint() -> None:
    """Let Qt paint what has changed, as it does after a frame."""
    QApplication.processEvents()


def boundary(qtbot: QtBot, name: str, samples: int, lines: bool) -> tuple[float, float]:
    """Return what taking in and what painting a plane costs."""
    data = DataSpec(BuiltinSource(name, samples, 0.2), None, 0.3)
    prepared = prepare_data(data)
    spec = fit_to_data(ExperimentSpec(data, network_spec()), prepared.dataset).spec
    plot = BoundaryPlot(ThemeManager(QApplication.instance(), ThemeChoice.LIGHT))
    qtbot.addWidget(plot)
    plot.resize(330, 300)
    with qtbot.waitExposed(plot):
        plot.show()
    reading = make_reading(spec, prepared)
    plot.set_ranges((-6, 6), (-6, 6))
    plot.set_reading(reading)
    plot.set_shown(Shown(lines=lines))
    plot.set_points(make_points(prepared, reading), prepared.dataset.X)
    planes = [plane_of(reading.n_outputs, phase=0.1 * k) for k in range(8)]
    takes: list[float] = []
    paints: list[float] = []

    def frame(round_: int) -> None:
        plane = planes[round_ % len(planes)]
        start = time.perf_counter()
        plot.show_plane(PlaneValues(plane.request, plane.outputs.copy()))
        middle = time.perf_counter()
        paint()
        takes.append(middle - start)
        paints.append(time.perf_counter() - middle)

    milliseconds(frame)
    return statistics.median(takes[5:]) * 1000, statistics.median(paints[5:]) * 1000


def loss(qtbot: QtBot, epochs: int) -> tuple[float, float]:
    """Return what taking in and what painting curves costs."""
    view = LossPlot(ThemeManager(QApplication.instance(), ThemeChoice.LIGHT))
    qtbot.addWidget(view)
    view.set_loss("bce")
    view.resize(330, 180)
    with qtbot.waitExposed(view):
        view.show()
    view.show_curves(curves_of(epochs))
    takes: list[float] = []
    paints: list[float] = []
    shown: list[Curves] = [curves_of(epochs, offset=k) for k in range(8)]

    def frame(round_: int) -> None:
        start = time.perf_counter()
        view.show_curves(shown[round_ % len(shown)])
        view.draw_now()
        middle = time.perf_counter()
        paint()
        takes.append(middle - start)
        paints.append(time.perf_counter() - middle)

    milliseconds(frame)
    return statistics.median(takes[5:]) * 1000, statistics.median(paints[5:]) * 1000


def diagram(qtbot: QtBot, *widths: int) -> tuple[float, float]:
    """Return what taking in and what painting the drawn network costs."""
    layers = [Layer(m, ACTIVATIONS["tanh"]()) for m in widths[1:]]
    network = Network(widths[0], layers)
    network.parameters.flat[:] = np.random.default_rng(0).normal(size=network.parameters.flat.size)
    X = np.random.default_rng(1).normal(size=(200, widths[0]))
    trainer = Trainer(
        network, LOSSES["mse"], SGD(network.parameters.flat.size),
        TrainingData(X, np.zeros((200, widths[-1])), X[:0], np.zeros((0, widths[-1]))),
        TrainingSettings(0.01, 20), np.random.default_rng(2),
    )  # fmt: skip
    trainer.run(Goal(iteration=1))
    request = PlaneRequest(AxisRange(0, -6, 6), AxisRange(1, -6, 6), (0.0,) * widths[0])
    maker = FrameMaker(trainer, fit_scaler(Scaling.NONE, X).transform)
    snapshot = maker.snapshot(0, FrameRequest(request), Part.NETWORK, Speed(), sketch=True)
    spec = ExperimentSpec(
        DataSpec(BuiltinSource("spiral", 200, 0.0)),
        NetworkSpec(tuple(LayerSpec(m, ACTIVATIONS["tanh"]()) for m in widths[1:])),
    )
    view = NetworkDiagram(ThemeManager(QApplication.instance(), ThemeChoice.LIGHT))
    qtbot.addWidget(view)
    view.resize(460, 320)
    view.set_network(spec, tuple(map(str, range(widths[0]))), tuple(map(str, range(widths[-1]))))
    with qtbot.waitExposed(view):
        view.show()
    takes: list[float] = []
    paints: list[float] = []

    def frame(_round: int) -> None:
        start = time.perf_counter()
        view.show_snapshot(snapshot)
        middle = time.perf_counter()
        paint()
        takes.append(middle - start)
        paints.append(time.perf_counter() - middle)

    milliseconds(frame)
    return statistics.median(takes[5:]) * 1000, statistics.median(paints[5:]) * 1000


@pytest.mark.benchmark
def test_cost_of_a_frame(qtbot: QtBot, qapp: QApplication) -> None:
    rows = []
    for title, costs in (
        ("boundary, 2 classes, 500 points, no line", boundary(qtbot, "spiral", 500, False)),
        ("boundary, 2 classes, 500 points, line", boundary(qtbot, "spiral", 500, True)),
        ("boundary, 3 classes, 500 points, lines", boundary(qtbot, "blobs", 500, True)),
        ("boundary, surface, 500 points, levels", boundary(qtbot, "plane", 500, True)),
        ("boundary, 2 classes, 5,000 points, line", boundary(qtbot, "spiral", 20_000, True)),
        ("loss, 300 epochs, antialiased", loss(qtbot, 300)),
        ("loss, 2,000 epochs", loss(qtbot, 2_000)),
        ("drawn network, 2-8-8-1", diagram(qtbot, 2, 8, 8, 1)),
        ("drawn network, 784-128-64-10", diagram(qtbot, 784, 128, 64, 10)),
    ):
        take, paint = costs
        rows.append([title, f"{take:.2f}", f"{paint:.2f}", f"{take + paint:.2f}"])
    print_table(
        f"A frame in the window's thread, ms, medians of {ROUNDS}; grid 100 × 100.\n"
        f"Wanted: boundary and loss together at most {WISH_MS:g} ms, a large network drawn\n"
        "in 50. Loss and network are drawn 4 times a second, the boundary with every frame.",
        ["what", "taking in", "painting", "both"],
        rows,
    )
    assert np.isfinite([float(row[-1]) for row in rows]).all()
