"""The page on SGD and batch, driven as a person does."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from nnlab.engine.trainer import Goal
from nnlab.experiment.building import build_trainer
from nnlab.experiment.weights import Place
from nnlab.explain.races import Track, raced
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.lab.sgd_and_batch import SgdAndBatchPage
from nnlab.views.theme import ThemeChoice, ThemeManager
from tests.session.support import make_session


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    made = make_session()
    yield made
    made.close()


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication, session: Session) -> SgdAndBatchPage:
    themes = ThemeManager(qapp, ThemeChoice.LIGHT)
    owner = QWidget()
    qtbot.addWidget(owner)
    made = SgdAndBatchPage(session, Actions(owner, themes, session.undo_stack), themes)
    qtbot.addWidget(made)
    made.resize(900, 600)
    with qtbot.waitSignal(made._background.done, timeout=5000):
        made.show()
    return made


def click(qtbot: QtBot, page: SgdAndBatchPage, name: str) -> None:
    widget = page.findChild(QWidget, name)
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(8, widget.height() // 2))


def compared_after(qtbot: QtBot, page: SgdAndBatchPage, name: str) -> None:
    with qtbot.waitSignal(page._background.done, timeout=5000):
        click(qtbot, page, name)


def type_into(qtbot: QtBot, page: SgdAndBatchPage, name: str, text: str) -> None:
    field = page.findChild(QLineEdit, name)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def tracks(page: SgdAndBatchPage) -> list[Track]:
    return [track for _, track in page._tracks]


def text(page: SgdAndBatchPage, name: str) -> str:
    return page.findChild(QLabel, name).text()


def test_counters_follow_the_lecture(page: SgdAndBatchPage) -> None:
    assert [track.per_epoch for track in tracks(page)] == [40, 4, 1]
    assert "An epoch is 40 iterations. 10 epochs, 400 iterations" in text(page, "race_counter_1")
    assert "An epoch is 1 iteration. 10 epochs, 10 iterations" in text(page, "race_counter_3")


def test_all_ways_begin_at_the_same_place_of_one_landscape(page: SgdAndBatchPage) -> None:
    starts = [path.points[0].tolist() for path in page.ways._paths]
    assert starts == [[-1.5, -1.5]] * 3
    x, y = page.ways.ranges()
    for path in page.ways._paths:
        assert (path.points[:, 0] >= x[0]).all()
        assert (path.points[:, 1] <= y[1]).all()
    assert len({path.style for path in page.ways._paths}) == 3


def test_a_run_can_be_left_out(qtbot: QtBot, page: SgdAndBatchPage) -> None:
    compared_after(qtbot, page, "race_run_2")
    assert not page.findChild(QCheckBox, "race_run_2").isChecked()
    assert [track.racer.name for track in tracks(page)] == ["SGD", "Full batch"]
    assert (
        page.findChild(QLabel, "race_counter_2").isHidden()
        or not page.findChild(QLabel, "race_counter_2").isVisible()
    )
    for name in ("race_run_1", "race_run_3"):
        compared_after(qtbot, page, name)
    assert "at least one run" in text(page, "race_words")


def test_another_rate_is_used_and_divergence_is_told(qtbot: QtBot, page: SgdAndBatchPage) -> None:
    with qtbot.waitSignal(page._background.done, timeout=5000):
        type_into(qtbot, page, "race_epochs", "300")
    with qtbot.waitSignal(page._background.done, timeout=5000):
        type_into(qtbot, page, "race_rate_3", "100")
    assert "Full batch: Training diverged" in text(page, "race_words")
    assert np.isfinite(tracks(page)[2].losses).all()


def test_one_that_runs_away_hides_no_other(qtbot: QtBot, page: SgdAndBatchPage) -> None:
    (_, high), (x, _) = page.plot.ranges()[1], page.ways.ranges()
    with qtbot.waitSignal(page._background.done, timeout=5000):
        type_into(qtbot, page, "race_rate_3", "2")
    assert "Full batch: the loss ends above 10 times" in text(page, "race_words")
    assert "leaves the plots" in text(page, "race_words")
    assert page.plot.ranges()[1][1] <= 1.5 * high
    assert page.ways.ranges()[0][1] - page.ways.ranges()[0][0] < 4 * (x[1] - x[0])


def test_a_start_beyond_the_axes_has_curves_but_no_landscape(
    qtbot: QtBot, page: SgdAndBatchPage, session: Session
) -> None:
    session.edit_weights({Place(0, 0, 0): 1e200}, "Weight")
    compared_after(qtbot, page, "race_problem_experiment")
    assert len(tracks(page)) == 3
    assert page.ways.surface is None
    assert "too large to be drawn" in text(page, "race_words")
    page.grab()
    compared_after(qtbot, page, "race_problem_a_line")
    assert page.ways.surface is not None


def test_it_says_how_far_it_is(qtbot: QtBot, page: SgdAndBatchPage) -> None:
    said: list[str] = []
    page._background.progressed.connect(lambda _: said.append(text(page, "race_words")))
    compared_after(qtbot, page, "race_run_2")
    assert "Training … SGD, 100 %" in said
    assert "Training … Full batch, 50 %" in said
    assert said[-1] == "Computing the landscape …"


def test_the_axis_counts_iterations_epochs_or_samples(qtbot: QtBot, page: SgdAndBatchPage) -> None:
    ends = {}
    for name in ("iterations", "epochs", "samples"):
        click(qtbot, page, f"race_over_{name}")
        ends[page.plot.axis_title("bottom")] = page.plot.ranges()[0][1] / 1.02
    assert ends == pytest.approx({"iteration": 400, "epoch": 10, "samples seen": 400})


def test_the_arrow_keys_read_all_runs_off(qtbot: QtBot, page: SgdAndBatchPage) -> None:
    page.plot.setFocus()
    qtbot.keyClick(page.plot, Qt.Key.Key_Right)
    lines = page.plot.card.text().splitlines()
    assert lines[0].startswith("epoch 5")
    assert [line.split(":")[0] for line in lines[1:]] == ["SGD", "Mini-batch", "Full batch"]
    assert lines[3].endswith("after 5 iterations")


def test_the_experiment_is_trained_as_its_own_trainer_would(
    qtbot: QtBot, page: SgdAndBatchPage, session: Session
) -> None:
    compared_after(qtbot, page, "race_problem_experiment")
    for track in tracks(page):
        trainer = build_trainer(raced(session.spec, track.racer), session.prepared)
        trainer.run(Goal(epoch=10))
        np.testing.assert_array_equal(track.parameters[-1], trainer.network.parameters.flat)
    assert "plain SGD" in text(page, "race_words")


def test_other_parameters_keep_the_runs(qtbot: QtBot, page: SgdAndBatchPage) -> None:
    compared_after(qtbot, page, "race_problem_experiment")
    had = tracks(page)
    box = page.findChild(QComboBox, "race_y_input")
    with qtbot.waitSignal(page._background.done, timeout=5000):
        box.setCurrentIndex(box.count() - 1)
        box.activated.emit(box.count() - 1)
    assert all(a is b for a, b in zip(tracks(page), had, strict=True))
    assert page.ways.surface.scene.axes.y.place == Place(0, 0)


def test_the_numbers_of_all_runs_can_be_taken_away(page: SgdAndBatchPage) -> None:
    numbers = page.plot.numbers()
    assert numbers.header == ("run", "iteration", "epoch", "samples seen", "mean loss")
    assert set(numbers.columns[0]) == {"SGD", "Mini-batch", "Full batch"}


def test_an_edit_of_the_lab_is_followed_only_where_it_is_compared(
    qtbot: QtBot, page: SgdAndBatchPage, session: Session
) -> None:
    had = tracks(page)
    session.draw_new_weights()
    assert tracks(page) == had
    assert not page._background.is_busy
    compared_after(qtbot, page, "race_problem_experiment")
    had = tracks(page)
    with qtbot.waitSignal(page._background.done, timeout=5000):
        session.draw_new_weights()
    assert tracks(page)[0].losses[0] != had[0].losses[0]
    page.hide()
    session.draw_new_weights()
    assert not page._background.is_busy
    with qtbot.waitSignal(page._background.done, timeout=5000):
        page.show()


def test_a_way_that_runs_away_is_drawn_as_far_as_it_can_be(
    qtbot: QtBot, page: SgdAndBatchPage
) -> None:
    with qtbot.waitSignal(page._background.done, timeout=5000):
        type_into(qtbot, page, "race_epochs", "300")
    with qtbot.waitSignal(page._background.done, timeout=5000):
        type_into(qtbot, page, "race_rate_3", "1e6")
    batch = page.ways._paths[2]
    assert len(batch.points) >= 1
    assert (np.abs(batch.points) <= 1e6).all()
    assert np.isfinite(page.ways.surface.x).all()
    for name in ("race_scale_log", "race_over_iterations"):
        click(qtbot, page, name)
    page.grab()
