"""How long the page that walks through an update takes to open, and to go elsewhere.

Wanted: another sample or weight within 50 ms for 2-8-8-1, and opening within 300 ms for
64-64-10, painting included.
"""

import statistics
import time
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from nnlab.engine.activations import Logistic, Softmax, Tanh
from nnlab.engine.trainer import FULL_BATCH
from nnlab.experiment.spec import (
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    LayerSpec,
    NetworkSpec,
    TrainingSpec,
)
from nnlab.experiment.weights import Place
from nnlab.explain.steps import Stage, Step
from nnlab.views.actions import Actions
from nnlab.views.explain.explain_page import ExplainPage
from nnlab.views.theme import ThemeManager
from tests.benchmarks.table import print_table
from tests.session.support import make_session

_TIMES = 30


def small(batch: int) -> ExperimentSpec:
    return ExperimentSpec(
        DataSpec(BuiltinSource("spiral", samples=500, noise=0.1), test_fraction=0.3, seed=1),
        NetworkSpec((LayerSpec(8, Tanh()), LayerSpec(8, Tanh()), LayerSpec(1, Logistic())), seed=1),
        TrainingSpec(batch_size=batch),
    )


def digits(batch: int) -> ExperimentSpec:
    return ExperimentSpec(
        DataSpec(BuiltinSource("digits", samples=1797, noise=0.0), test_fraction=0.3, seed=1),
        NetworkSpec((LayerSpec(64, Tanh()), LayerSpec(10, Softmax())), seed=1),
        TrainingSpec(loss="cce", batch_size=batch),
    )


def ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    QApplication.processEvents()
    return 1000 * (time.perf_counter() - began)


@pytest.mark.benchmark
@pytest.mark.parametrize("make", [small, digits], ids=["2-8-8-1", "64-64-10"])
@pytest.mark.parametrize("batch", [1, 10, FULL_BATCH], ids=["sgd", "mini-batch", "batch"])
def test_opening_and_going_elsewhere(
    qtbot: QtBot, make: Callable[[int], ExperimentSpec], batch: int
) -> None:
    session = make_session(make(batch))
    host = QWidget()
    qtbot.addWidget(host)
    themes = ThemeManager(QApplication.instance())
    page = ExplainPage(session, Actions(host, themes, session.undo_stack), themes)
    QVBoxLayout(host).addWidget(page)
    host.resize(1262, 190)
    page.hide()
    host.show()
    qtbot.waitUntil(lambda: session._run._thread is None, timeout=10_000)
    walk = page.walk

    def until_shown() -> None:
        page.show()
        while walk.explanation is None:
            QApplication.processEvents()

    opened = ms(until_shown)
    weights = []
    for k in range(_TIMES):
        place = Place(k % 2, k % 8, k % 2)
        stage = (Stage.BACKWARD, Stage.UPDATE)[k % 3 == 0]
        weights.append(ms(lambda p=place, s=stage: walk.go_to(Step(s, parameter=p))))
    neurons = [ms(lambda by=by: walk.go(by)) for by in [1] * _TIMES]
    box = page._bar._subject
    box.setCurrentIndex(1)
    box.activated.emit(1)
    samples = [ms(lambda row=row: session.select([row])) for row in range(_TIMES)]
    print_table(
        f"{make.__name__}, batch of {len(walk.rows) if batch == 1 else batch or 'all'}",
        ("what", "median ms", "worst ms"),
        [
            ("opened", f"{opened:.1f}", ""),
            *(
                (name, f"{statistics.median(times):.1f}", f"{max(times):.1f}")
                for name, times in (("weight", weights), ("next", neurons), ("sample", samples))
            ),
        ],
    )
    host.hide()
    session.close()
