"""The frozen app is driven with mouse and keyboard, as a student would, on a screen of its own.

It has an empty home folder and, where the system lets it be taken away, no network. What it
leaves is checked with NumPy alone.
"""

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.packaging.driver import Driver, Place, Window
from tests.packaging.frozen import ROOT, clean_environment
from tests.packaging.screen import Screen, missing_program, own_screen

LACKING = missing_program("Xvfb", "xdotool")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(LACKING), reason=LACKING)]

SIZE = (1280, 800)
EVERYTHING: Place = (0, 0, *SIZE)
MAIN = "^Untitled"
MANY_EPOCHS = 1_000_000
"""More than any computer trains before it is told to pause."""
SAMPLES = 80
LOOKS_AT_TRAINING = 10

Places = dict[str, dict[str, Place]]


@pytest.fixture(scope="module")
def without_network() -> list[str]:
    """The words before a command that take the network from it; none where that can't be."""
    for words in (["unshare", "-n"], ["unshare", "-rn"]):
        if shutil.which(words[0]) is not None:
            done = subprocess.run([*words, "true"], capture_output=True)
            if done.returncode == 0:
                return words
    return []


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    with own_screen(tmp_path / "screen") as screen:
        trying = clean_environment(tmp_path, DISPLAY=screen.display, QT_QPA_PLATFORM="xcb")
        opens = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"
        done = subprocess.run([sys.executable, "-c", opens], env=trying, capture_output=True)
        if done.returncode != 0:
            pytest.skip("Qt lacks libraries to draw on a screen; .ci/run names and installs them")
        yield screen


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def environment(screen: Screen, home: Path) -> dict[str, str]:
    return clean_environment(home, DISPLAY=screen.display, QT_QPA_PLATFORM="xcb")


@pytest.fixture
def points(tmp_path: Path) -> Path:
    """A file of two measures and a class that no straight line tells apart."""
    file = tmp_path / "points.csv"
    with file.open("w", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["width", "height", "good"])
        for x, y in np.random.default_rng(1).normal(size=(SAMPLES, 2)):
            writer.writerow([f"{x:.6f}", f"{y:.6f}", "yes" if x * y > 0 else "no"])
    return file


@pytest.fixture
def places(environment: dict[str, str], points: Path, tmp_path: Path) -> Places:
    """Where everything is in a window of that size; see `twin`."""
    twin = Path(__file__).with_name("twin.py")
    done = subprocess.run(
        [sys.executable, str(twin), str(points), *map(str, SIZE)],
        env=environment | {"HOME": str(tmp_path / "home of the twin"), "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: Places = json.loads(done.stdout)
    return found


@contextmanager
def running(
    command: list[str], environment: dict[str, str], home: Path
) -> Iterator[subprocess.Popen[str]]:
    """Run a program while the block lasts, and not longer."""
    with subprocess.Popen(
        command, env=environment, cwd=home,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


@dataclass(frozen=True)
class Student:
    """Somebody who works with the window."""

    driver: Driver
    places: Places

    def finds_the_window(self) -> None:
        self.driver.wait_until_seen(MAIN)
        # The outline stands in its place before.
        self.driver.wait_until_gone("^nnlab$")
        window = self._window()
        assert (window.width, window.height) == SIZE
        self.driver.wait_until_still(window, EVERYTHING, "the window in its place")
        self.driver.keep("1 started")

    def opens(self, file: Path) -> None:
        self.driver.opened(self._window(), "ctrl+o", "^Open")
        self.driver.answer("^Open", str(file))
        self.driver.agree("^Load data")
        self.driver.wait_until_still(self._window(), EVERYTHING, "the data in the window")
        self.driver.keep("2 loaded")

    def adds_a_neuron_and_a_layer(self) -> None:
        window, at = self._window(), self.places["loaded"]
        former = self.driver.look(window, at["shape_1"])
        self.driver.click(window, at["neurons_1_plus"])
        self.driver.wait_until_changed(window, at["shape_1"], former, "one more neuron")
        former = self.driver.look(window, at["network_scroll"])
        self.driver.press("ctrl+shift+n")
        self.driver.wait_until_changed(window, at["network_scroll"], former, "one more layer")

    def wants_epochs(self, epochs: int) -> None:
        window, at = self._window(), self.places["training"]
        former = self.driver.look(window, at["epochs"])
        self.driver.press("ctrl+1")
        self.driver.wait_until_changed(window, at["epochs"], former, "the page of training")
        self.driver.wait_until_still(window, at["drawer_pages"], "the page in its place")
        self.driver.click(window, at["epochs"])
        self.driver.press("ctrl+a")
        self.driver.type(str(epochs))
        self.driver.press("Return")
        self.driver.keep("3 changed")

    def trains_and_pauses(self) -> None:
        window, at = self._window(), self.places["loaded"]
        counted = self.driver.look(window, at["iteration"])
        self.driver.click(window, at["train"])
        for _ in range(LOOKS_AT_TRAINING):
            self.driver.wait_until_changed(window, at["iteration"], counted, "the next iterations")
            counted = self.driver.look(window, at["iteration"])
        self.driver.keep("4 training")
        # Pause stands where Train stood.
        self.driver.click(window, at["train"])
        self.driver.wait_until_still(window, at["transport_bar"], "a pause")
        self.driver.keep("5 paused")

    def exports(self, weights: Path, history: Path) -> None:
        self.driver.opened(self._window(), "ctrl+e", "^Export weights")
        self.driver.answer("^Export weights", str(weights))
        self.driver.wait_until(weights.exists, "the weights")
        self._window()
        # In the menu of files.
        self.driver.press("alt+f", "h")
        self.driver.answer("^Export history", str(history))
        self.driver.wait_until(history.exists, "the history")

    def closes_and_saves(self, experiment: Path) -> None:
        self.driver.opened(self._window(), "ctrl+q", "^nnlab$")
        self.driver.keep("6 asked")
        self.driver.agree("^nnlab$")
        self.driver.answer("^Save experiment", str(experiment))

    def _window(self) -> Window:
        return self.driver.window(MAIN)


def test_a_network_is_changed_trained_and_taken_away_with_mouse_and_keyboard(
    app: Path,
    screen: Screen,
    environment: dict[str, str],
    home: Path,
    points: Path,
    places: Places,
    without_network: list[str],
    tmp_path: Path,
) -> None:
    weights, history, saved = home / "points.npz", home / "points-history.csv", home / "my.nnlab"
    driver = Driver(screen, environment, tmp_path)
    student = Student(driver, places)
    with running([*without_network, str(app)], environment, home) as process:
        student.finds_the_window()
        student.opens(points)
        student.adds_a_neuron_and_a_layer()
        student.wants_epochs(MANY_EPOCHS)
        student.trains_and_pauses()
        student.exports(weights, history)
        student.closes_and_saves(saved)
        driver.wait_until(lambda: process.poll() is not None, "the end of the program")
        assert process.stdout is not None
        assert (process.returncode, process.stdout.read()) == (0, "")
    assert json.loads(saved.read_text(encoding="utf-8"))["format"] == "nnlab-experiment"
    assert_trained_and_paused(history)
    assert_frozen_predict_agrees(app, weights, points, home)
    logs = "".join(log.read_text() for log in home.glob(".local/state/nnlab/logs/*"))
    assert logs
    assert not {"WARNING", "ERROR", "CRITICAL"} & set(logs.split()), logs


def assert_trained_and_paused(history: Path) -> None:
    with history.open(newline="") as text:
        rows = list(csv.DictReader(text))
    assert 1 <= int(rows[-1]["epoch"]) < MANY_EPOCHS
    assert float(rows[-1]["train_loss"]) < float(rows[0]["train_loss"])


def assert_frozen_predict_agrees(app: Path, weights: Path, points: Path, home: Path) -> None:
    """Compare the answers of the frozen app with those that NumPy alone gives."""
    with np.load(weights, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    spec = json.loads(str(arrays.pop("spec")))
    # The first experiment's two layers of eight, one neuron and one layer more.
    assert [arrays[f"W{k}"].shape for k in (1, 2, 3, 4)] == [(9, 2), (8, 9), (8, 8), (1, 8)]
    assert [layer["activation"] for layer in spec["layers"]] == ["tanh"] * 3 + ["logistic"]
    assert spec["scaling"]["kind"] == "none"
    A = np.loadtxt(points, delimiter=",", skiprows=1, usecols=(0, 1))
    for k in (1, 2, 3):
        A = np.tanh(A @ arrays[f"W{k}"].T + arrays[f"b{k}"])
    expected = 1 / (1 + np.exp(-(A @ arrays["W4"].T + arrays["b4"])))

    done = subprocess.run(
        [str(app), "predict", str(weights), "--data", str(points), "--out", "answers.csv"],
        env=clean_environment(home), cwd=home, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with (home / "answers.csv").open(newline="") as text:
        rows = list(csv.DictReader(text))
    answers = [float(row["probability_yes"]) for row in rows]
    np.testing.assert_allclose(answers, expected[:, 0], rtol=1e-9, atol=1e-12)
    named = ["yes" if p > spec["threshold"] else "no" for p in expected[:, 0]]
    assert [row["predicted_good"] for row in rows] == named


def test_the_demo_shows_itself_with_an_empty_home_and_leaves_its_files(
    app: Path,
    screen: Screen,
    environment: dict[str, str],
    home: Path,
    without_network: list[str],
    tmp_path: Path,
) -> None:
    driver = Driver(screen, environment, tmp_path)
    with running([*without_network, str(app), "demo"], environment, home) as process:
        driver.wait_until_seen(MAIN)
        driver.wait_until(lambda: process.poll() is not None or _is_full(screen), "the demo")
        driver.keep("demo")
        driver.wait_until(lambda: process.poll() is not None, "the end of the demo")
        assert process.stdout is not None
        said = process.stdout.read()
    assert process.returncode == 0, said
    assert "accuracy" in said
    for name in ("window.png", "weights.npz", "history.csv", "experiment.nnlab"):
        assert (home / "nnlab-demo" / name).stat().st_size > 1000


def _is_full(screen: Screen) -> bool:
    """Tell whether more is seen than the black of an empty screen and a ground."""
    return len(np.unique(screen.pixels)) > 1000


def test_the_network_was_off(without_network: list[str]) -> None:
    if not without_network:
        pytest.skip("unshare can't take the network from a program here, so it was on")
    tries = "import socket; socket.create_connection(('192.0.2.1', 80), 5)"
    done = subprocess.run(
        [*without_network, sys.executable, "-c", tries], capture_output=True, text=True, timeout=60
    )
    assert "Network is unreachable" in done.stderr
