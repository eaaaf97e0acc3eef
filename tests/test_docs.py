"""What the documentation says is so: snippets run, links lead somewhere, no widget is left out."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QGraphicsView,
    QLineEdit,
    QListWidget,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

import nnlab.app
from nnlab import cli, resources
from nnlab.data.builtin import BUILTINS
from nnlab.data.derived import Square
from nnlab.engine.activations import ACTIVATIONS
from nnlab.engine.initializers import INITIALIZERS
from nnlab.engine.losses import LOSSES
from nnlab.engine.schedules import SCHEDULES
from nnlab.engine.stopping import Outcome
from nnlab.engine.trainer import Goal, Trainer
from nnlab.experiment.building import build_trainer
from nnlab.experiment.codec import spec_to_json
from nnlab.experiment.document import from_text, read_document
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.spec import BuiltinSource
from nnlab.views.confusion_view import ConfusionView
from nnlab.views.examples import EXAMPLES as MENU
from nnlab.views.lab.catalogue import WORKBENCHES, Workbench
from nnlab.views.layer_strip import LayerStrip
from nnlab.views.main_window import MainWindow
from nnlab.views.network_diagram import NetworkDiagram
from nnlab.views.widgets.choices import ChipGroup, SegmentedControl
from nnlab.views.widgets.tiles import TileGrid
from tests.views.conftest import forget_changes

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
EXAMPLES = sorted(path.name for path in resources.path("experiments").glob("*.nnlab"))


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    """Return the fenced blocks of a language in a page."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text_of(name), re.DOTALL | re.MULTILINE)


def trained(name: str) -> tuple[Trainer, Outcome]:
    spec = read_document(resources.path(f"experiments/{name}")).spec
    trainer = build_trainer(spec, prepare_data(spec.data))
    return trainer, trainer.run(Goal(epoch=spec.training.epochs))


class TestPages:
    @pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
    def test_links_lead_to_files_and_headings_that_exist(self, page: Path) -> None:
        text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
        targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)
        for target in targets:
            if target.startswith("https://"):
                continue
            path, _, heading = target.partition("#")
            found = (page.parent / path).resolve() if path else page
            assert found.exists(), target
            assert not heading or heading in headings(found), target

    def test_files_named_in_the_text_exist(self) -> None:
        for page in PAGES:
            for name in re.findall(
                r"`((?:nnlab|resources|tests|docs)/[\w./-]+)`", page.read_text()
            ):
                if name != "docs/screenshots/":
                    assert (ROOT / name).exists(), f"{page.name}: {name}"


def headings(page: Path) -> set[str]:
    """Return the anchors that a page's headings make."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


class TestSnippets:
    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A working folder as a reader has it: the repository's files, and the demo's."""
        (tmp_path / "resources").symlink_to(ROOT / "resources")
        monkeypatch.chdir(tmp_path)
        Path("nnlab-demo").mkdir()
        spiral = str(resources.path("experiments/first.nnlab"))
        assert cli.main(["train", spiral, "--quiet", "--export", "nnlab-demo/weights.npz"]) == 0
        return tmp_path

    def run(self, code: str, folder: Path) -> str:
        environment = os.environ | {
            "PYTHONPATH": str(ROOT),
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_CONFIG_HOME": str(folder / "config"),
        }
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True,
            text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def test_the_readme_reads_the_demos_weights_and_predicts_as_nnlab_does(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (code,) = blocks("README.md", "python")
        answer = re.search(r"P\(y = 1\) = \[(.*)\]", self.run(code, folder))
        assert answer is not None
        Path("point.csv").write_text("x1,x2\n1.0,2.0\n1.0,3.0\n")
        capsys.readouterr()
        assert cli.main(["predict", "nnlab-demo/weights.npz", "--data", "point.csv"]) == 0
        names, first, *_ = capsys.readouterr().out.splitlines()
        row = dict(zip(names.split(","), first.split(","), strict=True))
        assert float(row["probability_1"]) == pytest.approx(float(answer[1]), rel=1e-6)

    def test_the_commands_of_the_readme_run(self, folder: Path) -> None:
        lines = [x for block in blocks("README.md", "bash") for x in block.splitlines()]
        commands = [x for x in lines if x.startswith(("nnlab train", "nnlab predict"))]
        assert len(commands) >= 5
        for command in commands:
            assert cli.main(shlex.split(command)[1:]) == 0, command

    def test_the_window_is_driven_as_the_page_says(self, folder: Path) -> None:
        drive, show, _ = blocks("docs/automation.md", "python")
        assert self.run(drive, folder).startswith("20 epochs\nafter epoch 20: train loss")
        assert "learning_rate_edit Learning rate" in self.run(show, folder)

    def test_exported_weights_are_read_as_the_page_says(self, folder: Path) -> None:
        (code,) = blocks("docs/experiment-file.md", "python")
        (folder / "weights.npz").write_bytes((folder / "nnlab-demo/weights.npz").read_bytes())
        assert self.run(code, folder) == "(8, 2) tanh ['x1', 'x2']\n"


class TestExperimentFile:
    def test_the_example_loads_trains_and_names_every_key(self) -> None:
        text = blocks("docs/experiment-file.md", "json")[0]
        spec = from_text(text, "example").spec
        trainer = build_trainer(spec, prepare_data(spec.data))
        trainer.run(Goal(epoch=spec.training.epochs))
        assert trainer.log[-1].train_loss < 0.5 * trainer.log[0].train_loss
        # What would be written of it is what stands there: no key is forgotten.
        top = {"format": "nnlab-experiment", "version": 1}
        assert json.loads(text) == top | spec_to_json(spec)

    def test_the_other_sources_load(self, tmp_path: Path) -> None:
        experiment = json.loads(blocks("docs/experiment-file.md", "json")[0])
        _, file, short, long, labelled = blocks("docs/experiment-file.md", "json")
        (tmp_path / "flowers.csv").write_text("length,kind\n1,lily\n2,rose\n3,rose\n")
        assert prepared(experiment, file, tmp_path).dataset.classes == ("lily", "rose")
        assert prepared(experiment, short, tmp_path).dataset.feature_names == ("x1", "x2", "x3")
        assert prepared(experiment, long, tmp_path).dataset.feature_names == ("x1", "x3")
        assert prepared(experiment, labelled, tmp_path).dataset.classes == ("lily", "rose")

    @pytest.mark.parametrize(
        "names",
        [BUILTINS, ACTIVATIONS, LOSSES, INITIALIZERS, SCHEDULES],
        ids=["datasets", "activations", "losses", "initializers", "schedules"],
    )
    def test_every_name_is_listed(self, names: dict[str, object]) -> None:
        listed = set(re.findall(r"`(\w+)`", text_of("docs/experiment-file.md")))
        assert set(names) <= listed


def prepared(experiment: dict, data: str, folder: Path):
    path = folder / "experiment.nnlab"
    # The network of the example need not fit: only the data is prepared.
    path.write_text(json.dumps(experiment | {"data": json.loads(data)}), encoding="utf-8")
    return prepare_data(read_document(path).spec.data)


class TestExamples:
    def test_the_readme_lists_all_of_them_and_no_other(self) -> None:
        listed = re.findall(r"^\| `(\w+\.nnlab)` \|", text_of("README.md"), re.MULTILINE)
        assert sorted(listed) == EXAMPLES

    @pytest.mark.parametrize("name", EXAMPLES)
    def test_each_trains_and_its_loss_falls(self, name: str) -> None:
        trainer, _ = trained(name)
        assert trainer.log[-1].train_loss < trainer.log[0].train_loss

    def test_the_menu_lists_all_of_them_and_no_other(self) -> None:
        assert sorted(f"{example.name}.nnlab" for example in MENU) == EXAMPLES

    def test_ten_layers_of_sigmoid_stay_where_they_are_and_ten_of_relu_learn(self) -> None:
        (sigmoid, _), (relu, _) = (trained(f"vanishing_{n}.nnlab") for n in ("sigmoid", "relu"))
        assert sigmoid.log[-1].train_loss > 0.99 * sigmoid.log[0].train_loss
        assert sigmoid.log[-1].test_accuracy < 0.6
        assert relu.log[-1].test_accuracy > 0.95
        # The last update's gradient, at the first layer and at the last.
        first, *_, last = (np.linalg.norm(W) for W in sigmoid.gradient.W)
        assert first < 1e-5 * last
        first, *_, last = (np.linalg.norm(W) for W in relu.gradient.W)
        assert first > 0.1 * last

    def test_the_vanishing_pair_differs_in_nothing_but_the_activation(self) -> None:
        one, other = (
            json.loads(resources.path(f"experiments/vanishing_{n}.nnlab").read_text("utf-8"))
            for n in ("sigmoid", "relu")
        )
        assert [each["activation"] for each in one["network"]["layers"]] == ["logistic"] * 11
        for layer in one["network"]["layers"][:-1]:
            layer["activation"] = "relu"
        assert one == other

    @pytest.mark.parametrize("name", ["first.nnlab", "iris.nnlab", "digits.nnlab"])
    def test_the_classifiers_generalise(self, name: str) -> None:
        assert trained(name)[0].log[-1].test_accuracy > 0.95

    def test_the_perceptron_learns_and_but_not_xor(self) -> None:
        trainer, _ = trained("perceptron.nnlab")
        assert trainer.log[-1].train_accuracy == 1.0
        spec = read_document(resources.path("experiments/perceptron.nnlab")).spec
        spec = replace(spec, data=replace(spec.data, source=BuiltinSource("xor", 4, 0.0)))
        fails = build_trainer(spec, prepare_data(spec.data))
        fails.run(Goal(epoch=1000))
        assert fails.log[-1].train_accuracy < 1.0

    def test_one_neuron_draws_a_circle_with_squares_alone(self) -> None:
        trainer, _ = trained("circles_one_neuron.nnlab")
        assert trainer.network.n_inputs == 2
        assert trainer.log[-1].test_accuracy == 1.0

    def test_two_hidden_neurons_solve_xor(self) -> None:
        trainer, outcome = trained("xor.nnlab")
        assert outcome is Outcome.TARGET_LOSS_REACHED
        assert trainer.log[-1].train_accuracy == 1.0

    def test_the_playgrounds_defaults_part_disc_and_ring(self) -> None:
        trainer, _ = trained("playground_default.nnlab")
        spec = read_document(resources.path("experiments/playground_default.nnlab")).spec
        assert [layer.neurons for layer in spec.network.layers] == [4, 2, 1]
        assert spec.weights is not None
        assert all((layer.b == 0.1).all() for layer in spec.weights.layers)
        assert all((abs(layer.W) <= 0.5).all() for layer in spec.weights.layers)
        assert (len(trainer.data.X), len(trainer.data.X_test)) == (250, 250)
        assert set(trainer.data.Y.ravel()) == {-1.0, 1.0}
        assert trainer.log[-1].test_loss < 0.01
        assert trainer.log[-1].test_accuracy == 1.0

    def test_an_update_of_the_playgrounds_is_the_one_that_its_page_makes(self) -> None:
        spec = read_document(resources.path("experiments/playground_default.nnlab")).spec
        trainer = build_trainer(spec, prepare_data(spec.data))
        W, b = trainer.network.parameters.W[2].copy(), trainer.network.parameters.b[2].copy()
        X, t = trainer.data.X[:10], trainer.data.Y[:10]
        work = trainer.network.forward(X)
        y, before = work.A[2].copy(), work.A[1].copy()
        trainer.run(Goal(iteration=1))
        # Its J = ½ (y − t)², its α = 0.03, the mean over the batch.
        delta = (y - t) * (1 - y**2)
        W -= 0.03 * (delta * before).mean(axis=0)
        b -= 0.03 * delta.mean(axis=0)
        assert trainer.network.parameters.W[2] == pytest.approx(W, rel=1e-12)
        assert trainer.network.parameters.b[2] == pytest.approx(b, rel=1e-12)

    def test_the_classifier_of_cs231n_closes_a_boundary_around_the_disc(self) -> None:
        trainer, _ = trained("cs231n_2d.nnlab")
        spec = read_document(resources.path("experiments/cs231n_2d.nnlab")).spec
        assert [layer.neurons for layer in spec.network.layers] == [6, 2, 2]
        assert trainer.log[-1].train_accuracy == 1.0
        circle = np.linspace(0.0, 2 * np.pi, 12)
        around = np.column_stack((np.cos(circle), np.sin(circle)))
        classes = [trainer.network.predict(r * around).argmax(axis=1) for r in (1.0, 4.0)]
        assert classes[0].all()
        assert not classes[1].any()

    def test_the_truth_table_is_learned_to_its_tolerance(self) -> None:
        trainer, outcome = trained("truth_table_backprop.nnlab")
        spec = read_document(resources.path("experiments/truth_table_backprop.nnlab")).spec
        assert spec.training.batch_size == 1
        assert spec.network.initializer == "uniform"
        assert outcome is Outcome.TARGET_LOSS_REACHED
        assert abs(trainer.network.predict(trainer.data.X) - trainer.data.Y).max() < 0.1

    def test_the_house_price_network_is_the_lectures_and_finds_the_price(self) -> None:
        trainer, _ = trained("house_price.nnlab")
        spec = read_document(resources.path("experiments/house_price.nnlab")).spec
        hidden, output = spec.network.layers
        assert hidden.names == ("Family Size", "Walkable", "School Quality")
        assert output.names == ("Price",)
        assert hidden.mask is not None
        assert sum(map(sum, hidden.mask)) == 5
        assert trainer.log[-1].test_loss < 0.001

    def test_identity_layers_do_no_better_than_a_line(self) -> None:
        trainer, _ = trained("linear_collapse.nnlab")
        assert trainer.log[-1].train_accuracy < 0.7


class TestAutomation:
    @pytest.fixture
    def window(self, qtbot: QtBot, own_settings: Path) -> Iterator[MainWindow]:
        _, made = nnlab.app.create(["nnlab"])
        qtbot.addWidget(made, before_close_func=forget_changes)
        with qtbot.waitExposed(made):
            made.show()
        # Four inputs: two have no axis and get a row each.
        made.session.edit_data(
            replace(
                made.session.spec.data,
                source=BuiltinSource("iris", 150, 0.0),
                derived=(Square("petal width"),),
            ),
            "Iris",
        )
        held = made.findChild(QAbstractButton, "show_held")
        qtbot.waitUntil(held.isVisible, timeout=5000)
        held.click()
        # Made when it is first wanted.
        made.findChild(QAction, "data_table").trigger()
        return made

    def test_every_action_is_listed_and_none_is_missing(self, window: MainWindow) -> None:
        found = {a.objectName(): a for a in window.findChildren(QAction)}
        names = {n for n in found if n and not n.startswith(("_q", "qt_"))}
        assert names == set(listed("Actions"))

    def test_shortcuts_are_those_of_the_window(self, window: MainWindow) -> None:
        rows = re.findall(r"^\| `(\w+)` \| [^|]* \| ([^|]*)\|$", section("Actions"), re.MULTILINE)
        assert len(rows) > 20
        for name, shortcut in rows:
            keys = window.findChild(QAction, name).shortcuts()
            # Quit has a standard key of the desktop, which the unseen platform has not.
            if name != "quit":
                shown = [key.toString() for key in keys]
                assert (shortcut.strip() in shown) if shortcut.strip() else not shown, name

    def test_every_input_is_listed_and_none_is_missing(self, window: MainWindow) -> None:
        patterns = {name: pattern(name) for name in listed("Inputs")}
        found = {w.objectName() for w in window.findChildren(QWidget) if is_input(w)}
        unlisted = [n for n in found if not any(p.fullmatch(n) for p in patterns.values())]
        assert not unlisted
        vanished = [n for n, p in patterns.items() if not any(map(p.fullmatch, found))]
        assert not vanished

    def test_what_can_be_read_is_there(self, window: MainWindow) -> None:
        found = {w.objectName() for w in window.findChildren(QWidget)}
        missing = [
            n for n in listed("What can be read") if not any(map(pattern(n).fullmatch, found))
        ]
        assert not missing

    def test_the_loading_dialog_is_listed_and_nothing_of_it_is_missing(
        self, qtbot: QtBot, window: MainWindow
    ) -> None:
        QGuiApplication.clipboard().setText("a\tb\n1\t2\n3\t4\n")
        window.findChild(QAction, "paste_data").trigger()
        dialog = window.findChild(QDialog, "load_dialog")
        qtbot.waitUntil(dialog.findChild(QAbstractButton, "load_accept").isEnabled, timeout=5000)
        widgets = {w.objectName(): w for w in dialog.findChildren(QWidget)}
        names = listed("The loading dialog")
        assert {n for n, w in widgets.items() if is_input(w)} <= set(names)
        rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \|", section("The loading dialog"), re.MULTILINE)
        assert len(rows) == len(names)
        for name, kind in rows:
            assert kind in [c.__name__ for c in type(widgets[name]).__mro__], name
            if is_input(widgets[name]):
                assert widgets[name].accessibleName(), name
                assert widgets[name].toolTip(), name
        dialog.reject()

    def test_the_help_is_listed(self, window: MainWindow) -> None:
        window.findChild(QAction, "help").trigger()
        shown = window.findChild(QDialog, "help_window")
        inputs = {w.objectName() for w in shown.findChildren(QWidget) if is_input(w)}
        assert inputs | {"help_page"} == set(listed("The help"))

    @pytest.mark.parametrize("bench", WORKBENCHES, ids=lambda bench: bench.name)
    def test_a_workbench_is_listed_and_every_control_says_what_it_is(
        self, window: MainWindow, bench: Workbench
    ) -> None:
        window.findChild(QAction, bench.name).trigger()
        page = window.findChild(QWidget, f"{bench.name}_page")
        found = {w.objectName(): w for w in page.findChildren(QWidget)}
        title = f"Workbench {bench.title}"
        patterns = [pattern(name) for name in listed(title)]
        inputs = {name: widget for name, widget in found.items() if is_input(widget)}
        assert [n for n in inputs if not any(p.fullmatch(n) for p in patterns)] == []
        assert [p.pattern for p in patterns if not any(map(p.fullmatch, found))] == []
        for name, widget in inputs.items():
            assert widget.accessibleName(), name
            assert widget.toolTip() or widget.whatsThis(), name
        for name, kind in re.findall(
            r"^\| `([\w<>]+)` \| `(\w+)` \|", section(title), re.MULTILINE
        ):
            for widget in (w for n, w in found.items() if pattern(name).fullmatch(n)):
                assert kind in [c.__name__ for c in type(widget).__mro__], widget.objectName()

    def test_a_plot_is_taken_away_as_the_page_says(
        self, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
    ) -> None:
        monkeypatch.chdir(tmp_path)
        # The list of held values takes the plot's place.
        window.findChild(QAbstractButton, "show_held").click()
        window.session.step_epoch()
        plot = window.findChild(QWidget, "loss_plot")
        qtbot.waitUntil(lambda: plot.numbers() is not None, timeout=5000)
        exec(blocks("docs/automation.md", "python")[2], {"window": window})
        assert {p.name for p in tmp_path.glob("loss.*")} == {"loss.png", "loss.svg", "loss.csv"}

    def test_the_menu_of_a_plot_is_listed(self, window: MainWindow) -> None:
        menu = window.findChild(QWidget, "loss_plot").export_menu.open_menu(QPoint(0, 0))
        listed_names = listed("The menu of a plot")
        assert [a.objectName() for a in menu.actions() if a.objectName()] == listed_names[:5]
        menu.close()

    def test_the_dialog_of_a_picture_is_listed(self, window: MainWindow) -> None:
        window.findChild(QWidget, "loss_plot").export_menu.ask_png()
        dialog = window.findChild(QDialog, "png_dialog")
        inputs = {w.objectName() for w in dialog.findChildren(QWidget) if is_input(w)}
        assert inputs == set(listed("The menu of a plot")[5:])
        dialog.reject()

    def test_classes_are_those_of_the_window(self, window: MainWindow) -> None:
        for title in ("Inputs", "What can be read"):
            rows = re.findall(r"^\| `([\w<>]+)` \| `(\w+)` \|", section(title), re.MULTILINE)
            assert len(rows) == len(listed(title))
            for name, kind in rows:
                widgets = [
                    w
                    for w in window.findChildren(QWidget)
                    if pattern(name).fullmatch(w.objectName())
                ]
                for widget in widgets:
                    assert kind in [c.__name__ for c in type(widget).__mro__], widget.objectName()


INPUTS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QGraphicsView, QLineEdit,
          QListWidget, QTableView, ChipGroup, ConfusionView, LayerStrip, NetworkDiagram,
          SegmentedControl,
          TileGrid)  # fmt: skip


def is_input(widget: QWidget) -> bool:
    name = widget.objectName()
    return bool(name) and not name.startswith("qt_") and isinstance(widget, INPUTS)


def section(title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text_of("docs/automation.md"),
                      re.DOTALL | re.MULTILINE)  # fmt: skip
    assert found is not None
    return found[1]


def listed(title: str) -> list[str]:
    """Return the names in the first column of a section's table."""
    names = re.findall(r"^\| `([\w<>]+)` \|", section(title), re.MULTILINE)
    assert len(names) == len(set(names))
    return names


PLACES = {"<k>": r"(\d+|output)", "<plot>": r"\w+", "<part>": "(train|test)",
          "<dataset>": f"({'|'.join(BUILTINS)})",
          "<input>": "((sepal|petal)_(length|width)|x[12])",
          "<feature>": r"(square|product|sin)_\w+"}  # fmt: skip


def pattern(name: str) -> re.Pattern[str]:
    for place, expression in PLACES.items():
        name = name.replace(place, expression)
    return re.compile(name)
