"""The program as it is driven from outside: in this process, and a few times as one of its own."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import threading
import types
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import nnlab
from nnlab import cli
from nnlab.engine.trainer import Goal, Trainer
from nnlab.experiment.building import build_trainer
from nnlab.experiment.document import read_document, write_document
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.runs import Run, RunLabel, Runs, thinned
from nnlab.export.weights_file import read_model, read_weights
from tests.data.workbooks import sheet_xml, write_xlsx

SCREEN = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def experiment(**changes):
    values = {
        "format": "nnlab-experiment",
        "version": 1,
        "data": {"source": "builtin", "name": "moons", "samples": 40, "test_fraction": 0.25,
                 "scaling": "standardise"},
        "network": {"seed": 3, "layers": [{"neurons": 3, "activation": "tanh"},
                                          {"neurons": 1, "activation": "logistic"}]},
        "training": {"loss": "bce", "optimizer": {"name": "sgd", "learning_rate": 0.1},
                     "epochs": 4},
    }  # fmt: skip
    for path, value in changes.items():
        part, _, key = path.partition("__")
        values[part][key] = value
    return json.dumps(values)


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """A folder to work in, with the experiment lab.nnlab."""
    monkeypatch.chdir(tmp_path)
    Path("lab.nnlab").write_text(experiment())
    return tmp_path


@pytest.fixture
def nnlab_(capsys):
    """Run the program here: arguments in, (code, stdout, stderr) out."""

    def run(*arguments):
        code = cli.main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def refused(nnlab_):
    """Run the program, which must refuse in one sentence; return the sentence."""

    def run(*arguments):
        code, out, err = nnlab_(*arguments)
        assert code == 2
        assert out == ""
        message = err.rpartition("\r")[2].strip()
        assert message.startswith("nnlab: ")
        assert "\n" not in message
        assert "Traceback" not in err
        return message

    return run


def last_losses(path):
    with Path(path).open() as file:
        return list(csv.DictReader(file))


# nnlab [FILE] ---------------------------------------------------------------------------


@pytest.fixture
def app(monkeypatch):
    """Stand in for the window."""
    calls = []
    start = types.ModuleType("nnlab.start")
    start.run_window = lambda file: calls.append(("window", file)) or 0
    monkeypatch.setitem(sys.modules, "nnlab.start", start)
    module = types.ModuleType("nnlab.app")
    module.run_demo = lambda out: calls.append(("demo", out)) or 0
    monkeypatch.setitem(sys.modules, "nnlab.app", module)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    return calls


def test_without_arguments_the_window_opens(nnlab_, app):
    assert nnlab_()[0] == 0
    assert app == [("window", None)]


def test_a_file_opens_in_the_window(nnlab_, app, lab):
    assert nnlab_("lab.nnlab")[0] == 0
    assert app == [("window", Path("lab.nnlab"))]


@pytest.mark.parametrize("name", ["./train", "./demo", "./predict"])
def test_a_file_called_like_a_command_is_given_with_its_folder(name, nnlab_, app, lab):
    Path(name).write_text(experiment())
    assert nnlab_(name)[0] == 0
    assert app == [("window", Path(name))]


def test_a_file_that_is_not_there_is_refused_with_the_commands(refused, app, lab):
    message = refused("trian")
    assert "There is no file trian" in message
    assert "demo, train, predict" in message
    assert app == []


def test_a_folder_is_refused(refused, app, lab):
    assert "is a folder" in refused(lab)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a screen")
def test_without_a_screen_it_says_so_and_names_the_demo(refused, app, lab, monkeypatch):
    for name in SCREEN:
        monkeypatch.delenv(name, raising=False)
    message = refused()
    assert "no screen" in message
    assert "nnlab demo" in message
    assert refused("lab.nnlab") == message
    assert app == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a screen")
@pytest.mark.parametrize("name", SCREEN)
def test_any_kind_of_screen_will_do(name, nnlab_, app, monkeypatch):
    for other in SCREEN:
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, "x")
    assert nnlab_()[0] == 0


class Broken:
    """Makes importing nnlab.app fail in a certain way."""

    def __init__(self, error):
        self.error = error

    def find_spec(self, name, path=None, target=None):
        if name in ("nnlab.app", "nnlab.start"):
            raise self.error


@pytest.fixture
def broken_app(monkeypatch):
    def break_with(error):
        for name in ("app", "start"):
            monkeypatch.delitem(sys.modules, f"nnlab.{name}", raising=False)
            monkeypatch.delattr(nnlab, name, raising=False)
        monkeypatch.setattr(sys, "meta_path", [Broken(error), *sys.meta_path])
        monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")

    return break_with


@pytest.mark.parametrize("command", [[], ["demo"]])
@pytest.mark.parametrize("library", ["libEGL.so.1", "libGL.so.1", "libxkbcommon.so.0"])
def test_a_missing_system_library_names_the_packages(command, library, refused, broken_app, lab):
    text = f"{library}: cannot open shared object file: No such file or directory"
    broken_app(ImportError(text))
    message = refused(*command)
    assert library in message
    for package in ("libegl1", "libgl1", "libxkbcommon0", "libdbus-1-3", "libfontconfig1",
                    "libxcb-cursor0"):  # fmt: skip
        assert package in message


def test_a_missing_package_is_named(refused, broken_app):
    broken_app(ModuleNotFoundError("No module named 'PySide6'", name="PySide6.QtCore"))
    assert "PySide6.QtCore is missing" in refused()


def test_a_bug_is_not_taken_for_a_missing_package(broken_app):
    broken_app(ImportError("cannot import name 'x' from 'nnlab.views'", name="nnlab.views"))
    with pytest.raises(ImportError):
        cli.main([])


# nnlab demo -----------------------------------------------------------------------------


def test_the_demo_goes_into_its_usual_folder(nnlab_, app, lab):
    assert nnlab_("demo")[0] == 0
    assert nnlab_("demo", "--out", "there")[0] == 0
    assert app == [("demo", Path("nnlab-demo")), ("demo", Path("there"))]


def test_the_demo_does_not_go_into_a_file(refused, app, lab):
    assert "is a file" in refused("demo", "--out", "lab.nnlab")


# Options --------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [[], ["demo"], ["train"], ["predict"]])
def test_help_explains_the_exit_codes(command, capsys):
    with pytest.raises(SystemExit) as done:
        cli.main([*command, "--help"])
    assert done.value.code == 0
    assert "130  stopped with Ctrl+C" in capsys.readouterr().out


def test_help_names_the_commands(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    out = capsys.readouterr().out
    assert all(f"nnlab {command}" in out for command in ("demo", "train", "predict"))


def test_the_version_is_printed(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"nnlab {nnlab.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["train"], "EXPERIMENT"),
        (["train", "lab.nnlab", "--epoch", "3"], "--epoch"),
        (["train", "lab.nnlab", "--epochs", "-1"], "--epochs"),
        (["train", "lab.nnlab", "--epochs", "many"], "'many' is not a whole number"),
        (["train", "lab.nnlab", "--epochs", "1e3"], "--epochs"),
        (["train", "lab.nnlab", "--export"], "--export"),
        (["predict", "w.npz"], "--data"),
        (["demo", "extra"], "extra"),
        (["--colour"], "--colour"),
        (["lab.nnlab", "lab.nnlab"], "unrecognized arguments"),
    ],
)
def test_a_wrong_option_is_refused_in_one_sentence(arguments, said, refused, lab):
    message = refused(*arguments)
    assert said in message
    assert "--help" in message


# nnlab train ----------------------------------------------------------------------------


def test_training_reports_losses_counts_speed_and_why_it_stopped(nnlab_, lab):
    code, out, err = nnlab_("train", "lab.nnlab")
    assert code == 0
    assert re.search(r"trained +4 epochs \(120 iterations\) in .* samples/s", out)
    assert re.search(r"stopped +all epochs are done", out)
    assert re.search(r"training loss +0\.\d+ \(binary cross-entropy\)", out)
    assert re.search(r"test loss +0\.\d+", out)
    assert re.search(r"training accuracy +\d+\.\d\d %", out)
    assert re.search(r"test accuracy +\d+\.\d\d %", out)
    assert "4" in err
    assert "epoch" in err
    assert sorted(p.name for p in lab.iterdir()) == ["lab.nnlab"]


def test_quiet_says_nothing(nnlab_, lab):
    code, out, err = nnlab_("train", "lab.nnlab", "--quiet", "--export", "w.npz")
    assert (code, out, err) == (0, "", "")
    assert Path("w.npz").is_file()


def test_without_a_test_set_and_with_values_only_what_exists_is_reported(nnlab_, lab):
    Path("lab.nnlab").write_text(
        experiment(data__name="sine", data__test_fraction=0, training__loss="mse",
                   network__layers=[{"neurons": 1, "activation": "identity"}])
    )  # fmt: skip
    _, out, _ = nnlab_("train", "lab.nnlab")
    assert "training loss" in out
    assert "test" not in out
    assert "accuracy" not in out
    assert "nan" not in out


def test_all_outputs_are_written_and_belong_together(nnlab_, lab):
    code, out, _ = nnlab_(
        "train", "lab.nnlab", "--export", "w.npz", "--export", "w.json", "--export", "w",
        "--history", "h.csv", "--save", "s.nnlab",
    )  # fmt: skip
    assert code == 0
    for name in ("w.npz", "w.json", "w", "h.csv", "s.nnlab"):
        assert re.search(rf"written +{re.escape(name)}$", out, re.MULTILINE)
    assert read_weights(Path("w.npz")) == read_weights(Path("w.json")) == read_weights(Path("w"))
    history = last_losses("h.csv")
    assert [row["epoch"] for row in history] == ["0", "1", "2", "3", "4"]
    document = read_document(Path("s.nnlab"))
    assert document.progress.state.epoch == 4
    assert repr(document.progress.log[-1].train_loss) == history[-1]["train_loss"]
    assert document.spec == read_document(Path("lab.nnlab")).spec


def test_the_same_experiment_gives_the_same_files(nnlab_, lab):
    for name in ("a", "b"):
        nnlab_("train", "lab.nnlab", "--export", f"{name}.npz", "--history", f"{name}.csv",
               "--save", f"{name}.nnlab")  # fmt: skip
    for suffix in (".npz", ".csv", ".nnlab"):
        assert Path(f"a{suffix}").read_bytes() == Path(f"b{suffix}").read_bytes()


def test_epochs_overrides_the_experiment(nnlab_, lab):
    nnlab_("train", "lab.nnlab", "--epochs", "7", "--history", "h.csv", "--save", "s.nnlab")
    assert last_losses("h.csv")[-1]["epoch"] == "7"
    assert read_document(Path("s.nnlab")).spec.training.epochs == 4


def test_no_epochs_measures_and_exports_the_start(nnlab_, lab):
    code, out, _ = nnlab_("train", "lab.nnlab", "--epochs", "0", "--history", "h.csv")
    assert code == 0
    assert "trained            0 epochs" in out
    assert len(last_losses("h.csv")) == 1


def test_a_saved_session_goes_on_to_the_same_bytes_as_an_uninterrupted_run(nnlab_, lab):
    nnlab_("train", "lab.nnlab", "--epochs", "9", "--save", "straight.nnlab")
    nnlab_("train", "lab.nnlab", "--epochs", "5", "--save", "first.nnlab")
    _, out, _ = nnlab_("train", "first.nnlab", "--save", "second.nnlab", "--history", "h.csv")
    assert re.search(r"goes on from +epoch 5, iteration 150", out)
    assert re.search(r"trained +4 epochs", out)
    assert Path("second.nnlab").read_bytes() == Path("straight.nnlab").read_bytes()
    assert len(last_losses("h.csv")) == 10


def test_restart_starts_a_saved_session_anew(nnlab_, lab):
    nnlab_("train", "lab.nnlab", "--export", "a.npz", "--save", "s.nnlab")
    _, out, _ = nnlab_("train", "s.nnlab", "--restart", "--export", "b.npz")
    assert "goes on" not in out
    assert Path("a.npz").read_bytes() == Path("b.npz").read_bytes()


def with_runs(path):
    """Give a saved session a run of before, and a number and a time to the present one."""
    document = read_document(path)
    trained = document.progress
    past = Run(
        RunLabel(4, note="the first"), document.spec, 4, 120, thinned(trained.log),
        trained.log[-1], trained.state,
    )  # fmt: skip
    runs = Runs((past,), RunLabel(7, seconds=2.0, note="this one"))
    write_document(replace(document, runs=runs), path)


def test_the_runs_of_a_session_stay_as_they_are(nnlab_, lab):
    nnlab_("train", "lab.nnlab", "--save", "s.nnlab")
    assert "runs" not in json.loads(Path("s.nnlab").read_text())
    with_runs(Path("s.nnlab"))
    before = json.loads(Path("s.nnlab").read_text())["runs"]
    nnlab_("train", "s.nnlab", "--save", "t.nnlab")
    after = json.loads(Path("t.nnlab").read_text())["runs"]
    assert after["past"] == before["past"]
    assert after["present"].pop("seconds") > before["present"].pop("seconds")
    assert after == before


def test_a_restart_begins_another_run(nnlab_, lab):
    nnlab_("train", "lab.nnlab", "--save", "s.nnlab")
    with_runs(Path("s.nnlab"))
    nnlab_("train", "s.nnlab", "--restart", "--save", "t.nnlab")
    runs = json.loads(Path("t.nnlab").read_text())["runs"]
    assert [run["number"] for run in runs["past"]] == [4]
    assert "present" not in runs


def test_given_weights_are_the_start_also_of_a_saved_session(nnlab_, lab):
    nnlab_("train", "lab.nnlab", "--export", "a.npz", "--save", "s.nnlab")
    nnlab_("train", "s.nnlab", "--weights", "a.npz", "--epochs", "0", "--export", "b.json",
           "--save", "t.nnlab")  # fmt: skip
    assert read_weights(Path("b.json")) == read_weights(Path("a.npz"))
    document = read_document(Path("t.nnlab"))
    assert document.spec.weights == read_weights(Path("a.npz"))
    assert document.progress.state.epoch == 0


def test_scaling_stays_the_experiments_when_weights_are_given(nnlab_, lab):
    rng = np.random.default_rng(0)
    np.savez("theirs.npz", W1=rng.normal(size=(3, 2)), b1=np.zeros(3), W2=np.ones((1, 3)),
             b2=np.zeros(1))  # fmt: skip
    nnlab_("train", "lab.nnlab", "--weights", "theirs.npz", "--epochs", "0", "--export", "b.npz")
    assert read_model(Path("b.npz")).scaler.kind.value == "standardise"


def test_the_windows_state_survives_training(nnlab_, lab):
    values = json.loads(experiment()) | {"window": {"tab": "weights"}}
    Path("lab.nnlab").write_text(json.dumps(values))
    nnlab_("train", "lab.nnlab", "--save", "s.nnlab")
    assert read_document(Path("s.nnlab")).window == {"tab": "weights"}


def test_schedule_clipping_and_dropout_of_the_experiment_are_used(nnlab_, lab):
    layers = [{"neurons": 3, "activation": "tanh", "dropout": 0.5},
              {"neurons": 1, "activation": "logistic"}]  # fmt: skip
    changes = {
        "training__schedule": {"name": "step", "factor": 0.5, "every": 2},
        "training__clipping": {"by": "norm", "limit": 0.01},
        "network__layers": layers,
    }
    weights = []
    for name, change in [("all", changes), *((key, {key: changes[key]}) for key in changes)]:
        Path("lab.nnlab").write_text(experiment(**change))
        nnlab_("train", "lab.nnlab", "--history", "h.csv", "--export", f"{name}.npz")
        weights.append(read_weights(Path(f"{name}.npz")).layers[0].W.tobytes())
        if "training__schedule" in change:
            with Path("h.csv").open(newline="") as file:
                rates = [float(row["learning_rate"]) for row in csv.DictReader(file)]
            assert rates == [0.1, 0.1, 0.1, 0.05, 0.05]
    assert len(set(weights)) == 4


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"training__target_loss": 100.0}, "the training loss is at most 100.0"),
        ({"training__patience": 1, "training__min_delta": 10.0}, "got no better for 1 epochs"),
    ],
)
def test_a_stop_rule_is_named(change, said, nnlab_, lab):
    Path("lab.nnlab").write_text(experiment(**change))
    assert said in nnlab_("train", "lab.nnlab")[1]


@pytest.mark.parametrize(
    ("option", "path", "said"),
    [
        ("--export", "w.h5", ".npz or .json"),
        ("--export", "nowhere/w.npz", "There is no folder"),
        ("--export", "full", "no part of an export"),
        ("--export", "lab.csv", "is a file"),
        ("--history", "h.xlsx", "The history is written as .csv"),
        ("--history", "nowhere/h.csv", "There is no folder"),
        ("--history", "folder.csv", "is a folder"),
        ("--save", "s.json", "A session is written as .nnlab"),
        ("--save", "nowhere/s.nnlab", "There is no folder"),
    ],
)
def test_an_output_that_can_not_be_written_is_refused_before_training(
    option, path, said, refused, lab, monkeypatch
):
    monkeypatch.setattr(Trainer, "run", lambda *_: pytest.fail("trained"))
    Path("full").mkdir()
    Path("full/thesis.txt").touch()
    Path("folder.csv").mkdir()
    Path("lab.csv").touch()
    assert said in refused("train", "lab.nnlab", option, path)


def test_two_outputs_of_one_name_are_refused(refused, lab):
    assert "twice" in refused("train", "lab.nnlab", "--export", "w.csv", "--history", "./w.csv")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "not valid JSON"),
        (experiment(training__loss="cce"), "Categorical cross-entropy"),
        (experiment(data__features=["x9"]), "x9"),
        (experiment(data__name="iris"), "One output neuron cannot tell 3 classes apart"),
        (experiment(training__rate=1), "“training.rate”"),
    ],
)
def test_an_experiment_that_can_not_be_trained_is_refused(text, said, refused, lab):
    Path("lab.nnlab").write_text(text)
    assert said in refused("train", "lab.nnlab", "--export", "w.npz")
    assert not Path("w.npz").exists()


def test_missing_and_unfitting_files_are_refused(refused, lab):
    assert "no such file" in refused("train", "nothing.nnlab")
    assert "is a folder" in refused("train", ".")
    assert "no such file" in refused("train", "lab.nnlab", "--weights", "w.npz")
    np.savez("w.npz", W1=np.ones((3, 5)), b1=np.zeros(3))
    assert "The weights have 1 layer" in refused("train", "lab.nnlab", "--weights", "w.npz")


def test_a_state_that_does_not_fit_is_refused(nnlab_, refused, lab):
    nnlab_("train", "lab.nnlab", "--save", "s.nnlab")
    values = json.loads(Path("s.nnlab").read_text())
    values["trained"]["parameters"].pop()
    Path("s.nnlab").write_text(json.dumps(values))
    assert "The saved state does not fit" in refused("train", "s.nnlab")


def test_divergence_is_refused_and_nothing_is_written(refused, lab):
    Path("lab.nnlab").write_text(
        experiment(training__loss="mse", training__optimizer={"name": "sgd", "learning_rate": 1e6},
                   network__layers=[{"neurons": 1, "activation": "identity"}])
    )  # fmt: skip
    message = refused("train", "lab.nnlab", "--export", "w.npz", "--history", "h.csv")
    assert "diverged" in message
    assert "nothing was written" in message
    assert sorted(p.name for p in lab.iterdir()) == ["lab.nnlab"]


def test_one_output_that_fails_does_not_cost_the_others(nnlab_, lab, monkeypatch):
    replace = Path.replace

    def full_for_npz(self, target):
        if Path(target).suffix == ".npz":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full_for_npz)
    code, out, err = nnlab_("train", "lab.nnlab", "--export", "w.npz", "--export", "w.json")
    assert code == 2
    assert "nnlab: w.npz could not be written" in err
    assert "no space left" in err
    assert re.search(r"written +w\.json", out)
    assert sorted(p.name for p in lab.iterdir()) == ["lab.nnlab", "w.json"]


@pytest.fixture
def ctrl_c_after(monkeypatch):
    """Send Ctrl+C at the n-th call of the checkpoint of training."""

    def arrange(calls, signals=1):
        run = Trainer.run

        def interrupted_run(self, goal, checkpoint):
            left = [calls]

            def checked():
                left[0] -= 1
                for _ in range(signals if left[0] == 0 else 0):
                    os.kill(os.getpid(), signal.SIGINT)
                return checkpoint()

            return run(self, goal, checked)

        monkeypatch.setattr(Trainer, "run", interrupted_run)

    return arrange


@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C is sent in another way there")
def test_ctrl_c_stops_before_the_next_batch_and_writes_everything(nnlab_, lab, ctrl_c_after):
    ctrl_c_after(50)
    before = signal.getsignal(signal.SIGINT)
    code, out, _ = nnlab_("train", "lab.nnlab", "--epochs", "1000", "--export", "w.npz",
                          "--history", "h.csv", "--save", "s.nnlab")  # fmt: skip
    assert code == 130
    assert re.search(r"stopped +with Ctrl\+C", out)
    assert "at the end of epoch 1" in out
    assert len(last_losses("h.csv")) == 2
    state = read_document(Path("s.nnlab")).progress.state
    assert (state.epoch, state.iteration, state.position) == (1, 49, 19)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C is sent in another way there")
def test_what_ctrl_c_interrupted_goes_on_exactly(nnlab_, lab, ctrl_c_after, monkeypatch):
    ctrl_c_after(50)
    nnlab_("train", "lab.nnlab", "--save", "s.nnlab")
    monkeypatch.undo()
    monkeypatch.chdir(lab)
    nnlab_("train", "s.nnlab", "--epochs", "3", "--save", "second.nnlab")
    nnlab_("train", "lab.nnlab", "--save", "straight.nnlab")
    assert Path("second.nnlab").read_bytes() == Path("straight.nnlab").read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C is sent in another way there")
def test_a_second_ctrl_c_gives_up_at_once(nnlab_, lab, ctrl_c_after):
    ctrl_c_after(5, signals=2)
    code, _, err = nnlab_("train", "lab.nnlab", "--export", "w.npz")
    assert code == 130
    assert "stopped with Ctrl+C" in err
    assert "Traceback" not in err
    assert not Path("w.npz").exists()


def test_training_works_in_a_thread_that_can_not_listen_to_ctrl_c(lab):
    codes = []
    worker = threading.Thread(target=lambda: codes.append(cli.main(["train", "lab.nnlab"])))
    worker.start()
    worker.join()
    assert codes == [0]


# nnlab predict --------------------------------------------------------------------------


@pytest.fixture
def trained(lab, nnlab_):
    """A folder with w.npz, trained on two inputs x1 and x2 for the classes 0 and 1 of y."""
    nnlab_("train", "lab.nnlab", "--quiet", "--export", "w.npz", "--export", "w.json",
           "--export", "w")  # fmt: skip
    return lab


def table(text):
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize("weights", ["w.npz", "w.json", "w"])
def test_predictions_go_to_standard_output(weights, nnlab_, trained):
    Path("d.csv").write_text("x1,x2\n0.5,1.5\n-1,0\n")
    code, out, err = nnlab_("predict", weights, "--data", "d.csv")
    assert (code, err) == (0, "")
    rows = table(out)
    assert [row["x1"] for row in rows] == ["0.5", "-1.0"]
    expected = read_model(Path("w.npz")).outputs(np.array([[0.5, 1.5], [-1.0, 0.0]]))
    assert [float(row["probability_1"]) for row in rows] == expected[:, 0].tolist()


@pytest.mark.parametrize("weights", ["w.npz", "w.json", "w"])
def test_derived_inputs_are_computed_from_the_columns_of_the_file(weights, nnlab_, lab):
    # The columns a and b are only derived from; the network reads c as it is.
    rows = ["2,1,0.5,0", "-1,3,0.25,1", "0.5,-2,1,0", "1.5,0.75,2,1"]
    Path("d.csv").write_text("\n".join(["a,b,c,y", *rows]))
    data = {"source": "file", "path": "d.csv", "target": "y", "task": "classification",
            "features": ["c"], "scaling": "standardise",
            "derived": [{"square": "a"}, {"product": ["b", "a"]}, {"sin": "b"}]}  # fmt: skip
    Path("lab.nnlab").write_text(json.dumps(json.loads(experiment()) | {"data": data}))
    assert nnlab_("train", "lab.nnlab", "--quiet", "--export", weights)[0] == 0
    code, out, err = nnlab_("predict", weights, "--data", "d.csv")
    assert code == 0
    assert "accuracy of y" in err
    spec = read_document(Path("lab.nnlab")).spec
    trainer = build_trainer(spec, prepare_data(spec.data))
    trainer.run(Goal(epoch=spec.training.epochs))
    expected = trainer.network.predict(trainer.data.X)[:, 0].tolist()
    assert [float(row["probability_1"]) for row in table(out)] == expected
    assert list(table(out)[0])[:4] == ["a", "b", "c", "predicted_y"]
    Path("e.csv").write_text("a,c\n1,2\n")
    assert "has no column b" in nnlab_("predict", weights, "--data", "e.csv")[2]


def test_columns_are_found_by_name_among_others_in_any_order(nnlab_, trained):
    Path("a.csv").write_text("x1,x2\n0.5,1.5\n-1,0\n")
    Path("b.csv").write_text("name;x2;note;x1\nAda;1,5;;0,5\nBob;0;x;-1\n")
    assert nnlab_("predict", "w.npz", "--data", "a.csv") == nnlab_(
        "predict", "w.npz", "--data", "b.csv"
    )


def test_without_a_header_columns_are_taken_by_position(nnlab_, trained):
    Path("a.csv").write_text("x1,x2\n0.5,1.5\n-1,0\n")
    Path("b.csv").write_text("0.5,1.5\n-1,0\n")
    assert nnlab_("predict", "w.npz", "--data", "a.csv") == nnlab_(
        "predict", "w.npz", "--data", "b.csv"
    )


def test_columns_of_other_names_are_refused_even_if_their_number_fits(refused, trained):
    Path("d.csv").write_text("a,x2\n0.5,1.5\n-1,0\n")
    message = refused("predict", "w.npz", "--data", "d.csv")
    assert "has no column x1" in message
    assert "a, x2" in message


def test_another_number_of_columns_without_a_header_is_refused(refused, trained):
    Path("d.csv").write_text("1,2,3,4\n5,6,7,8\n")
    message = refused("predict", "w.npz", "--data", "d.csv")
    assert "no header and 4 columns" in message
    assert "2 inputs: x1, x2" in message


def test_the_target_column_gives_an_accuracy_on_standard_error(nnlab_, trained):
    Path("d.csv").write_text("x1,x2,y\n0.5,1.5,0\n-1,0,1\n3,3,\n")
    code, out, err = nnlab_("predict", "w.npz", "--data", "d.csv")
    rows = table(out)
    right = (rows[0]["predicted_y"] == "0") + (rows[1]["predicted_y"] == "1")
    assert code == 0
    assert err == f"accuracy of y: {50 * right:.2f} % ({right} of 2 rows)\n"


def test_a_target_with_values_gives_an_rmse(nnlab_, lab):
    Path("points.csv").write_text("a,price\n0,1\n1,3\n2,5\n")
    data = {"source": "file", "path": "points.csv", "features": ["a"], "target": "price",
            "task": "regression"}  # fmt: skip
    output = [{"neurons": 1, "activation": "identity"}]
    values = json.loads(
        experiment(training__loss="mse", training__epochs=300, network__layers=output)
    )
    Path("lab.nnlab").write_text(json.dumps(values | {"data": data}))
    nnlab_("train", "lab.nnlab", "--export", "w.npz")
    _, out, err = nnlab_("predict", "w.npz", "--data", "points.csv")
    assert [float(row["predicted_price"]) for row in table(out)] == pytest.approx([1, 3, 5])
    assert re.fullmatch(r"RMSE of price: \S+ \(3 rows\)\n", err)


def test_predictions_go_to_a_file(nnlab_, trained):
    Path("d.csv").write_text("x1,x2\n0.5,1.5\n")
    code, out, _ = nnlab_("predict", "w.npz", "--data", "d.csv", "--out", "p.csv")
    assert code == 0
    assert out == "1 prediction written to p.csv\n"
    _, printed, _ = nnlab_("predict", "w.npz", "--data", "d.csv")
    assert Path("p.csv").read_text() == printed


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("d.csv", "is the data itself"),
        ("nowhere/p.csv", "There is no folder"),
        ("p.xlsx", "written as .csv"),
        ("folder.csv", "is a folder"),
    ],
)
def test_an_output_in_the_way_is_refused(out, said, refused, trained):
    Path("d.csv").write_text("x1,x2\n0.5,1.5\n")
    Path("folder.csv").mkdir()
    assert said in refused("predict", "w.npz", "--data", "d.csv", "--out", out)
    assert Path("d.csv").read_text() == "x1,x2\n0.5,1.5\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("x1,x2\n", "no rows"),
        ("x1,x2\n1,two\n3,4\n", "line 2, column 2"),
        ("x1,x2\n1,\n", "missing"),
        ("x1,x2\n1,2,3\n", "line 2"),
    ],
)
def test_bad_data_is_refused_with_its_place(content, said, refused, trained):
    Path("d.csv").write_text(content)
    message = refused("predict", "w.npz", "--data", "d.csv", "--out", "p.csv")
    assert said in message
    assert not Path("p.csv").exists()


def test_what_is_no_model_is_refused(refused, trained):
    Path("d.csv").write_text("x1,x2\n0.5,1.5\n")
    assert "is an experiment" in refused("predict", "lab.nnlab", "--data", "d.csv")
    assert "no such file" in refused("predict", "nothing.npz", "--data", "d.csv")
    np.savez("plain.npz", W1=np.ones((1, 2)), b1=np.zeros(1))
    assert "without “spec”" in refused("predict", "plain.npz", "--data", "d.csv")
    assert "There is no file" in refused("predict", "w.npz", "--data", "nothing.csv")


def test_an_interrupt_outside_training_is_no_traceback(nnlab_, trained, monkeypatch):
    Path("d.csv").write_text("x1,x2\n0.5,1.5\n")

    def interrupted(_path):
        raise KeyboardInterrupt

    monkeypatch.setattr("nnlab.data.opening.read_file", interrupted)
    assert nnlab_("predict", "w.npz", "--data", "d.csv") == (
        130,
        "",
        "nnlab: stopped with Ctrl+C.\n",
    )


# Data with gaps and categories ----------------------------------------------------------


def with_houses(tmp_path, **data):
    """Write houses.csv and an experiment on it."""
    towns = ["Ulm", "Bonn", "Köln"]
    rows = [f"{50 + 7 * (i % 11)};{towns[i % 3]};{100 + 10 * i},5" for i in range(30)]
    rows[4] = ";Ulm;140,5"
    text = "\n".join(["size;town;price", *rows]) + "\n"
    Path("houses.csv").write_text(text, encoding="utf-8")
    values = json.loads(experiment(training__loss="mse"))
    values["network"]["layers"][-1]["activation"] = "identity"
    values["data"] = {
        "source": "file", "path": "houses.csv", "target": "price", "task": "regression",
        "features": ["size", "town"], "scaling": "standardise", "test_fraction": 0.2, **data,
    }  # fmt: skip
    Path("houses.nnlab").write_text(json.dumps(values), encoding="utf-8")


def test_reading_gaps_and_categories_are_part_of_an_experiment(lab, nnlab_):
    with_houses(
        lab, missing="mean", categories=["town"], reading={"delimiter": ";", "decimal": ","}
    )
    code, _, err = nnlab_("train", "houses.nnlab", "--quiet", "--export", "h.npz")
    assert (code, err) == (0, "")
    model = read_model(Path("h.npz"))
    assert model.features == ("size", "town=Bonn", "town=Köln", "town=Ulm")
    assert model.categories == ("town",)
    # What fills is the mean of the training rows: near that of all, which is another.
    assert 60 < model.fill[0] < 110
    Path("new.csv").write_text("town,size\nUlm,80\nBonn,\n", encoding="utf-8")
    code, out, _ = nnlab_("predict", "h.npz", "--data", "new.csv")
    assert code == 0
    predicted = [float(row["predicted_price"]) for row in table(out)]
    X = np.array([[80, 0, 0, 1], [model.fill[0], 1, 0, 0]])
    assert predicted == model.outputs(X)[:, 0].tolist()


def test_a_category_unseen_in_training_is_refused(lab, nnlab_, refused):
    with_houses(lab, missing="drop_rows", categories=["town"])
    assert nnlab_("train", "houses.nnlab", "--quiet", "--export", "h.json")[0] == 0
    Path("new.csv").write_text("size,town\n80,Ulm\n70,Mainz\n", encoding="utf-8")
    said = refused("predict", "h.json", "--data", "new.csv")
    assert "new.csv, line 3, column 2 ('town')" in said
    assert "'Mainz'" in said
    Path("gap.csv").write_text("size,town\n,Ulm\n", encoding="utf-8")
    assert "line 2, column 1 ('size')" in refused("predict", "h.json", "--data", "gap.csv")
    Path("less.csv").write_text("size\n70\n", encoding="utf-8")
    assert "no column" in refused("predict", "h.json", "--data", "less.csv")


def test_gaps_are_refused_unless_the_experiment_says_what_to_do(lab, refused):
    with_houses(lab, categories=["town"])
    assert "houses.csv, line 6, column 1 ('size')" in refused("train", "houses.nnlab")


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"missing": "guess"}, "data.missing"),
        ({"categories": ["town", "town"]}, "data.categories"),
        ({"reading": {"delimiter": "x"}}, "data.reading.delimiter"),
        ({"reading": {"header": 1}}, "data.reading.header"),
        ({"reading": {"quote": "'"}}, "data.reading.quote"),
    ],
)
def test_wrong_keys_of_a_file_are_named(lab, refused, data, path):
    with_houses(lab, **data)
    assert f"“{path}”" in refused("train", "houses.nnlab")


def test_a_workbook_trains_and_predicts(lab, nnlab_):
    rows = [["x1", "x2", "y"], *([i % 7, i % 5, i % 2] for i in range(30))]
    write_xlsx(Path("d.xlsx"), {"Data": sheet_xml(rows)})
    data = {"source": "file", "path": "d.xlsx", "target": "y", "task": "classification"}
    values = json.loads(experiment()) | {"data": data}
    Path("x.nnlab").write_text(json.dumps(values))
    assert nnlab_("train", "x.nnlab", "--quiet", "--export", "x.npz")[0] == 0
    code, out, err = nnlab_("predict", "x.npz", "--data", "d.xlsx")
    assert code == 0
    assert len(table(out)) == 30
    assert "accuracy" in err.lower()


# As a process ---------------------------------------------------------------------------


def start(*arguments, **rest):
    environment = {k: v for k, v in os.environ.items() if k not in SCREEN}
    return subprocess.Popen(
        [sys.executable, "-m", "nnlab", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment | rest.pop("env", {}),
        **rest,
    )  # fmt: skip


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a screen")
def test_the_process_says_that_there_is_no_screen(lab):
    process = start("lab.nnlab")
    out, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert out == b""
    assert err.decode().count("\n") == 1
    assert "nnlab demo" in err.decode()


def test_the_process_prints_in_utf_8_whatever_the_locale(trained):
    values = json.loads(experiment(training__epochs=1))
    values["data"] = {"source": "file", "path": "d.csv", "target": "größe",
                      "task": "classification"}  # fmt: skip
    Path("d.csv").write_text("x,größe\n1,klein\n2,groß\n", encoding="utf-8")
    Path("u.nnlab").write_text(json.dumps(values))
    assert cli.main(["train", "u.nnlab", "--quiet", "--export", "u.npz"]) == 0
    process = start("predict", "u.npz", "--data", "d.csv", env={"PYTHONIOENCODING": "ascii"})
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out.decode("utf-8").startswith("x,predicted_größe,probability_groß,")


@pytest.mark.skipif(os.name == "nt", reason="pipes break in another way there")
def test_a_reader_that_goes_away_is_no_traceback(trained):
    Path("d.csv").write_text("x1,x2\n" + "0.5,1.5\n" * 20_000)
    process = start("predict", "w.npz", "--data", "d.csv")
    process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=30) == 141
    assert err == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk here")
def test_a_full_disk_behind_standard_output_is_one_sentence(trained):
    Path("d.csv").write_text("x1,x2\n0.5,1.5\n")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "nnlab", "predict", "w.npz", "--data", "d.csv"],
            stdout=full, stderr=subprocess.PIPE, timeout=30, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1
    assert "no space left" in done.stderr.decode().lower()


@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C is sent in another way there")
def test_a_process_that_is_interrupted_writes_its_outputs(lab):
    process = start("train", "lab.nnlab", "--epochs", "1000000", "--export", "w.npz",
                    "--history", "h.csv")  # fmt: skip
    seen = b""
    while b"epoch/s" not in seen:
        seen += process.stderr.read1(200)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"with Ctrl+C" in out
    assert read_model(Path("w.npz")).features == ("x1", "x2")
    assert len(last_losses("h.csv")) >= 1
