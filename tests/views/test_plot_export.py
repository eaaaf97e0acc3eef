"""Plots taken away: pictures of any size, drawings, numbers, from the menu of each plot."""

import csv
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from nnlab.errors import UserError
from nnlab.views.curves_area import CurvesArea
from nnlab.views.main_window import MainWindow
from nnlab.views.plot_export import Ground
from nnlab.views.plot_menu import PlotMenu, file_name
from nnlab.views.theme import LIGHT

pytestmark = pytest.mark.slow
"""Each test opens the real window; together they take minutes."""

PLOTS = ("boundary", "loss_plot", "network_diagram")
Mouse = Qt.MouseButton


@pytest.fixture
def trained(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """The window after two epochs."""
    for _ in range(2):
        with qtbot.waitSignal(window.session.phase_changed, timeout=5000):
            window.session.step_epoch()
        qtbot.waitUntil(lambda: not window.session.phase.is_running, timeout=5000)
    ready = [menu_of(window, name).drawing.numbers for name in PLOTS]
    qtbot.waitUntil(lambda: all(numbers() is not None for numbers in ready), timeout=5000)
    # What is drawn a moment later is drawn now.
    drawn = window.findChild(CurvesArea, "loss_plot").drawn
    qtbot.waitUntil(lambda: len(drawn()["train"]) == 3, timeout=5000)
    QApplication.processEvents()
    return window


def menu_of(window: MainWindow, plot: str) -> PlotMenu:
    return window.findChild(QWidget, plot).export_menu


def choose(
    qtbot: QtBot, window: MainWindow, plot: str, entry: str, monkeypatch: pytest.MonkeyPatch,
    path: Path | None = None,
) -> None:  # fmt: skip
    """Open a plot's menu as the Menu key does, choose an entry, and give a file its name."""
    answer = ("" if path is None else str(path), "")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kw: answer)
    widget = window.findChild(QWidget, plot)
    widget.setFocus()
    reason, at = QContextMenuEvent.Reason.Keyboard, QPoint(20, 20)
    QApplication.sendEvent(widget, QContextMenuEvent(reason, at, widget.mapToGlobal(at)))
    menu = window.findChild(QMenu, f"{plot}_menu")
    action = next(a for a in menu.actions() if a.objectName() == entry)
    action.trigger()
    menu.close()
    qtbot.waitUntil(lambda: window.findChild(QMenu, f"{plot}_menu") is None)


def settled(qtbot: QtBot, plot: QWidget) -> QImage:
    """Return what a plot shows once it is the same twice."""
    shown = plot.grab().toImage()
    for _ in range(20):
        qtbot.wait(100)
        before, shown = shown, plot.grab().toImage()
        if shown == before:
            break
    return shown


def differs(image: QImage) -> bool:
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    return len(np.unique(pixels.reshape(-1, 4)[::7], axis=0)) > 5


@pytest.mark.parametrize("plot", PLOTS)
def test_a_picture_has_the_size_that_was_asked_for(
    trained: MainWindow, tmp_path: Path, plot: str
) -> None:
    for size in [(100, 100), (640, 900), (2400, 300)]:
        menu_of(trained, plot).save_png(tmp_path / "p.png", QSize(*size))
        image = QImage(str(tmp_path / "p.png"))
        assert image.size().toTuple() == size
        assert differs(image)


def test_a_large_picture_is_drawn_anew_and_not_enlarged(
    trained: MainWindow, tmp_path: Path
) -> None:
    menu_of(trained, "loss_plot").save_png(tmp_path / "p.png", QSize(640, 400) * 8)
    image = QImage(str(tmp_path / "p.png")).convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)[..., :3]
    # Were it enlarged, neighbours would hardly ever differ much.
    steps = np.abs(np.diff(pixels.astype(int), axis=1)).max(axis=2)
    assert (steps > 60).sum() > 200
    # A line of a pixel in the window is eight wide here.
    frame = pixels[image.height() // 3, :, 0].astype(int)
    left = np.flatnonzero(frame != frame[0])[0]
    assert (frame[left : left + 6] != frame[0]).all()


def test_a_plot_is_laid_out_for_its_picture_and_then_as_it_was(
    qtbot: QtBot, trained: MainWindow, tmp_path: Path
) -> None:
    plot = trained.findChild(QWidget, "loss_plot")
    seen, before = settled(qtbot, plot), plot.size()
    menu_of(trained, "loss_plot").save_png(tmp_path / "p.png", QSize(1600, 400))
    assert plot.size() == before
    assert settled(qtbot, plot) == seen
    image = QImage(str(tmp_path / "p.png")).convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(400, -1, 4)
    drawn = np.flatnonzero((pixels != pixels[0, 0]).any(axis=(0, 2)))
    # It fills the width, which a plot of its own proportions would not.
    assert drawn[0] < 0.05 * 1600
    assert drawn[-1] > 0.95 * 1600


@pytest.mark.parametrize("size", [(99, 500), (500, 10_001)])
def test_a_size_out_of_range_is_refused_in_a_sentence(
    trained: MainWindow, tmp_path: Path, size: tuple[int, int]
) -> None:
    with pytest.raises(UserError, match="100 to 10,000 pixels"):
        menu_of(trained, "loss_plot").save_png(tmp_path / "p.png", QSize(*size))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("plot", PLOTS)
def test_the_ground_is_the_themes_light_or_none(
    qtbot: QtBot, trained: MainWindow, tmp_path: Path, plot: str
) -> None:
    trained.findChild(QAction, "theme_dark").trigger()
    before = settled(qtbot, trained.findChild(QWidget, plot))
    corners = {}
    for ground in Ground:
        menu_of(trained, plot).save_png(tmp_path / "p.png", QSize(400, 400), ground)
        corners[ground] = QImage(str(tmp_path / "p.png")).pixelColor(1, 1)
    assert corners[Ground.THEME].lightness() < 80
    assert corners[Ground.LIGHT].name() == LIGHT.colors.plot_background
    assert corners[Ground.TRANSPARENT].alpha() == 0
    # The plot itself looks as it did.
    assert settled(qtbot, trained.findChild(QWidget, plot)) == before
    trained.findChild(QAction, "theme_light").trigger()


@pytest.mark.parametrize("plot", PLOTS)
def test_a_drawing_has_its_title_and_text_and_needs_nothing_else(
    trained: MainWindow, tmp_path: Path, plot: str
) -> None:
    menu_of(trained, plot).save_svg(tmp_path / "p.svg")
    text = (tmp_path / "p.svg").read_text(encoding="utf-8")
    root = ET.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{space}title").text == menu_of(trained, plot).drawing.title()
    words = " ".join("".join(each.itertext()) for each in root.iter(f"{space}text"))
    expected = {"boundary": "x1", "loss_plot": "epoch", "network_diagram": "inputs"}
    assert expected[plot] in words
    links = re.findall(r'href="([^"]*)"', text)
    assert all(link.startswith(("data:image/png;base64,", "#")) for link in links)
    # No line is left that would stay thin while the drawing grows.
    seen = re.sub(r"<clipPath.*?</clipPath>", "", text, flags=re.DOTALL)
    if plot != "boundary":
        assert "non-scaling-stroke" not in seen


def test_the_boundarys_numbers_are_its_grid(trained: MainWindow, tmp_path: Path) -> None:
    menu_of(trained, "boundary").save_numbers(tmp_path / "n.csv")
    header, rows = table(tmp_path / "n.csv")
    assert header == ["x1", "x2", "ŷ"]
    plane = trained.findChild(QWidget, "boundary").plane
    assert np.array_equal(np.array(rows, float)[:, 2], plane.outputs.ravel())
    low, high = plane.request.y.low, plane.request.y.high
    assert (float(rows[0][1]), float(rows[-1][1])) == (low, high)
    assert float(rows[1][0]) > float(rows[0][0])


def test_the_losses_numbers_are_those_of_every_epoch(
    trained: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    log = trained.session.training_log()
    qtbot.mouseClick(trained.findChild(QWidget, "loss_scale_log"), Mouse.LeftButton)
    menu_of(trained, "loss_plot").save_numbers(tmp_path / "n.csv")
    header, rows = table(tmp_path / "n.csv")
    assert header[:2] == ["epoch", "iteration"]
    assert header[2].startswith("train: mean ")
    assert [int(row[0]) for row in rows] == [0, 1, 2]
    assert [float(row[2]) for row in rows] == [record.train_loss for record in log]


def test_the_networks_numbers_are_its_weights(trained: MainWindow, tmp_path: Path) -> None:
    menu_of(trained, "network_diagram").save_numbers(tmp_path / "n.csv")
    header, rows = table(tmp_path / "n.csv")
    values = {row[0]: float(row[header.index("value")]) for row in rows}
    layers = trained.session.model().weights.layers
    assert values["w_12^(1)"] == layers[0].W[0, 1]
    assert values["b_1^(1)"] == layers[0].b[0]
    assert len(values) == sum(layer.W.size + layer.b.size for layer in layers)


def test_the_samples_numbers_name_part_and_class(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.findChild(QAction, "data_table").trigger()
    menu = menu_of(window, "column_scatter")
    menu.save_numbers(tmp_path / "n.csv")
    menu.save_png(tmp_path / "p.png", QSize(300, 200))
    header, rows = table(tmp_path / "n.csv")
    assert header == ["sample", "x1", "x2", "part", "class"]
    X = window.session.prepared.raw.X
    assert np.array_equal(np.array([row[1:3] for row in rows], float), X)
    assert {row[3] for row in rows} <= {"train", "test"}


def test_every_plot_there_is_can_be_taken_away(trained: MainWindow, tmp_path: Path) -> None:
    trained.findChild(QAction, "data_table").trigger()
    for action in trained.findChildren(QAction):
        # The pages of the drawer, one after the other, so that what is seen is drawn.
        if action.objectName().startswith("show_") and action.isCheckable():
            action.setChecked(True)
            QApplication.processEvents()
    plots = [each for each in trained.findChildren(QWidget) if hasattr(each, "export_menu")]
    assert len(plots) > len(PLOTS)
    for plot in plots:
        drawing = plot.export_menu.drawing
        assert drawing.title(), plot.objectName()
        numbers = drawing.numbers()
        assert numbers is None or (numbers.n_rows and all(numbers.header)), plot.objectName()
        if plot.isVisible():
            plot.export_menu.save_svg(tmp_path / "p.svg")
            ET.parse(tmp_path / "p.svg")


def table(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


@pytest.mark.parametrize("plot", PLOTS)
def test_the_menu_copies_picture_and_numbers(
    qtbot: QtBot, trained: MainWindow, monkeypatch: pytest.MonkeyPatch, plot: str
) -> None:
    choose(qtbot, trained, plot, "copy_picture", monkeypatch)
    assert differs(QGuiApplication.clipboard().image().convertToFormat(QImage.Format.Format_RGB32))
    choose(qtbot, trained, plot, "copy_numbers", monkeypatch)
    assert "\t" in QGuiApplication.clipboard().text().splitlines()[1]
    assert "on the clipboard" in trained.findChild(QWidget, "message_bar_text").text()


@pytest.mark.parametrize(("entry", "suffix"), [("save_svg", ".svg"), ("save_numbers", ".csv")])
def test_a_file_is_saved_and_its_folder_kept(
    qtbot: QtBot, trained: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    entry: str, suffix: str,
) -> None:  # fmt: skip
    choose(qtbot, trained, "loss_plot", entry, monkeypatch, tmp_path / "mine")
    assert (tmp_path / f"mine{suffix}").stat().st_size > 0
    assert trained.save_folder() == tmp_path
    assert trained.findChild(QWidget, "message_bar_text").text() == f"Saved mine{suffix}."


@pytest.mark.parametrize("entry", ["save_svg", "save_numbers"])
def test_a_folder_that_takes_no_file_is_one_sentence(
    qtbot: QtBot, trained: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    choose(qtbot, trained, "loss_plot", entry, monkeypatch, tmp_path / "none" / "mine")
    said = trained.findChild(QWidget, "message_bar_text").text()
    assert "could not be written" in said
    assert not (tmp_path / "none").exists()


def open_size_dialog(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch, path: Path | None = None
) -> Callable[[str], QWidget]:
    choose(qtbot, window, "boundary", "save_png", monkeypatch, path)
    dialog = window.findChild(QDialog, "png_dialog")
    return lambda name: dialog.findChild(QWidget, name)


def type_into(qtbot: QtBot, field: QWidget, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Tab)


def test_width_and_height_follow_each_other_until_they_are_let_go(
    qtbot: QtBot, trained: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = open_size_dialog(qtbot, trained, monkeypatch, tmp_path / "p.png")
    type_into(qtbot, part("png_width"), "1000")
    before = part("png_height").value()
    type_into(qtbot, part("png_width"), "2000")
    assert part("png_height").value() == pytest.approx(2 * before, abs=1)
    qtbot.mouseClick(part("png_keep_ratio"), Mouse.LeftButton, pos=QPoint(8, 8))
    type_into(qtbot, part("png_height"), "300")
    assert part("png_width").value() == 2000
    qtbot.mouseClick(part("png_save"), Mouse.LeftButton)
    assert QImage(str(tmp_path / "p.png")).size().toTuple() == (2000, 300)


def test_a_size_that_is_no_size_cannot_be_saved(
    qtbot: QtBot, trained: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = open_size_dialog(qtbot, trained, monkeypatch)
    field = part("png_width")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "20000")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not part("png_save").isEnabled()
    qtbot.mouseClick(part("png_cancel"), Mouse.LeftButton)
    qtbot.waitUntil(lambda: trained.findChild(QDialog, "png_dialog") is None)


def test_before_anything_is_drawn_there_are_no_numbers_to_choose(
    window: MainWindow, qtbot: QtBot
) -> None:
    menu = menu_of(window, "loss_plot").open_menu(QPoint(0, 0))
    by_name = {a.objectName(): a for a in menu.actions()}
    assert not by_name["save_numbers"].isEnabled()
    assert by_name["save_png"].isEnabled()
    menu.close()


@pytest.mark.parametrize("plot", PLOTS)
def test_the_button_shows_with_the_focus_and_covers_no_data(
    qtbot: QtBot, window: MainWindow, plot: str
) -> None:
    widget = window.findChild(QWidget, plot)
    button = window.findChild(QToolButton, f"{plot}_more")
    # The mouse may be where an earlier test left it.
    qtbot.mouseMove(window, QPoint(1, 1))
    QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: not button.isVisible())
    widget.setFocus()
    assert button.isVisible()
    if plot != "network_diagram":
        assert not widget.room().intersects(button.geometry())
    qtbot.mouseClick(button, Mouse.LeftButton)
    menu = window.findChild(QMenu, f"{plot}_menu")
    assert menu is not None
    menu.close()
    window.setFocus()
    qtbot.waitUntil(lambda: not button.isVisible())


@pytest.mark.parametrize("plot", PLOTS)
def test_the_right_button_opens_one_menu_where_it_was_pressed(
    window: MainWindow, plot: str
) -> None:
    widget = window.findChild(QWidget, plot)
    under = widget.viewport() if plot != "network_diagram" else widget
    reason, at = QContextMenuEvent.Reason.Mouse, QPoint(60, 30)
    QApplication.sendEvent(under, QContextMenuEvent(reason, at, under.mapToGlobal(at)))
    menus = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible()]
    assert [menu.objectName() for menu in menus] == [f"{plot}_menu"]
    # At the side, where the screen ends there.
    assert menus[0].pos().y() == under.mapToGlobal(at).y()
    menus[0].close()


def test_pictures_leave_samples_in_their_classes(
    qtbot: QtBot, trained: MainWindow, tmp_path: Path
) -> None:
    plot = trained.findChild(QWidget, "boundary")
    before = settled(qtbot, plot)
    menu_of(trained, "boundary").save_svg(tmp_path / "p.svg")
    plot.scene().invalidate()
    assert settled(qtbot, plot) == before


def test_a_title_makes_a_name_for_a_file() -> None:
    assert file_name("y over x1 and x2 (m²)") == "y_over_x1_and_x2_m²"
    assert file_name("∂J") == "j"
    assert file_name("∂") == "plot"
    assert file_name("../../etc") == "etc"
