"""The command line: ``nnlab [FILE]``, ``nnlab demo``, ``nnlab train`` and ``nnlab predict``.

NumPy and Qt are imported inside the commands that need them, so that ``--help``,
``--version`` and a mistyped option answer at once.
"""

import argparse
import contextlib
import io
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn, TextIO

from nnlab import __version__
from nnlab.errors import UserError
from nnlab.files import is_there

if TYPE_CHECKING:
    from nnlab.arrays import FloatArray
    from nnlab.data.table import Table
    from nnlab.engine.epoch_log import EpochRecord
    from nnlab.engine.stopping import Outcome
    from nnlab.engine.trainer import Trainer
    from nnlab.experiment.document import Document
    from nnlab.experiment.model import Model
    from nnlab.experiment.preparing import PreparedData
    from nnlab.export.score import Score

DONE = 0
REFUSED = 2
INTERRUPTED = 130
READER_GONE = 141

_MOST_EPOCHS = 100_000_000

_EXIT_CODES = """\
exit codes:
  0    done
  2    refused or failed: one sentence on standard error says why
  130  stopped with Ctrl+C
  141  whoever read the output went away
"""

_COMMANDS_HELP = """\
commands:
  nnlab demo [--out DIR]       train the default experiment before your eyes
  nnlab train EXPERIMENT ...   train without a window
  nnlab predict WEIGHTS ...    predict with exported weights
  nnlab lab check|new|grade    lab sheets: write and grade them

“nnlab COMMAND --help” explains each. A file that is called like a command is
given as ./train.

"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program.

    Args:
        argv: the arguments without the program's name; None: those of the process.

    Returns:
        The exit code; see ``nnlab --help``.

    Raises:
        SystemExit: after ``--help`` and ``--version``, with code 0.
    """
    _never_fail_on_a_character(sys.stdout)
    try:
        code = _dispatch(list(sys.argv[1:] if argv is None else argv))
        if sys.stdout is not None:
            sys.stdout.flush()
    except UserError as error:
        _complain(str(error))
        return REFUSED
    except BrokenPipeError:
        _discard_stdout()
        return READER_GONE
    except KeyboardInterrupt:
        print("nnlab: stopped with Ctrl+C.", file=sys.stderr)
        return INTERRUPTED
    return code


def _complain(sentence: str) -> None:
    """Say why something is refused: on standard error, or where there is no console in a box."""
    if sys.stderr is not None:
        print(f"nnlab: {sentence}", file=sys.stderr)
        return
    with contextlib.suppress(ImportError):
        from nnlab.application import show_sentence

        show_sentence(sentence)


def _dispatch(arguments: list[str]) -> int:
    command = _COMMANDS.get(arguments[0]) if arguments else None
    return _open(arguments) if command is None else command(arguments[1:])


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are sentences like all others."""

    def __init__(self, prog: str, description: str, epilog: str = "") -> None:
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog + _EXIT_CODES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message.rstrip('.')}; see “{self.prog} --help”.")


# nnlab [FILE] and nnlab demo ------------------------------------------------------------


def _open(arguments: list[str]) -> int:
    """Open the window, with an experiment or a data file."""
    parser = _Parser(
        "nnlab", "A desktop lab bench for neural networks: open the window.", _COMMANDS_HELP
    )
    parser.add_argument("--version", action="version", version=f"nnlab {__version__}")
    parser.add_argument(
        "file", metavar="FILE", nargs="?", type=Path, help="an experiment (.nnlab) or a data file"
    )
    file: Path | None = parser.parse_args(arguments).file
    if file is not None and not is_there(file):
        raise UserError(
            f"There is no file {file}, and no such command: the commands are "
            f"{', '.join(_COMMANDS)}."
        )
    if file is not None and file.is_dir():
        raise UserError(f"{file} is a folder: choose an experiment or a data file in it.")
    _check_screen()
    with _qt_failures_explained():
        from nnlab.start import run_window

        return run_window(file)


def _lab(arguments: list[str]) -> int:
    """Check, begin or grade lab sheets."""
    from nnlab.lab_commands import run_lab

    return run_lab(arguments)


def _demo(arguments: list[str]) -> int:
    """Open the window on the default experiment, train it and leave the results in a folder."""
    parser = _Parser(
        "nnlab demo",
        "Open the window on the default experiment (offscreen where there is no screen),\n"
        "train it before your eyes, and leave window.png, weights.npz, history.csv and\n"
        "experiment.nnlab in a folder.",
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        default=Path("nnlab-demo"),
        help="where the files go; made if it is not there (default: nnlab-demo)",
    )
    out: Path = parser.parse_args(arguments).out
    if is_there(out) and not out.is_dir():
        raise UserError(f"{out} is a file: choose a folder for the demo's files.")
    with _qt_failures_explained():
        from nnlab.app import run_demo

        return run_demo(out)


def _check_screen() -> None:
    """Refuse to open a window where there is nothing to show it on; Qt would abort."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise UserError(
            "There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set): run "
            "“nnlab demo”, which needs none, or “nnlab train”."
        )


@contextlib.contextmanager
def _qt_failures_explained() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        missing = re.search(r"lib[\w.+-]+\.so[.\d]*", str(error))
        if missing is not None:
            raise UserError(
                f"Qt needs the system library {missing[0]}, which is not installed; on Debian "
                "and Ubuntu: apt install libegl1 libgl1 libxkbcommon0 libdbus-1-3 "
                "libfontconfig1 libglib2.0-0, and for a screen libxcb-cursor0 "
                "libxkbcommon-x11-0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 "
                "libxcb-render-util0 libxcb-shape0."
            ) from None
        if (error.name or "").partition(".")[0] in ("PySide6", "shiboken6", "pyqtgraph"):
            raise UserError(
                f"The package {error.name} is missing: install nnlab anew with pip."
            ) from None
        raise


# nnlab train ----------------------------------------------------------------------------

_TRAIN_HELP = """\
Train an experiment without a window.

An experiment file starts as it says: from its weights, or from its seed. A saved
session goes on exactly where it was saved, as Train does in the window, for the
epochs of the experiment or --epochs more; --restart and --weights start it anew.

Ctrl+C stops before the next batch and still writes all outputs; a second one gives
up at once. If training diverges nothing is written and the exit code is 2.
Existing outputs are replaced.
"""


def _train(arguments: list[str]) -> int:
    """Train an experiment without a window."""
    options = _train_parser().parse_args(arguments)
    outputs = _Outputs(tuple(options.export), options.history, options.save)
    outputs.check()

    from nnlab.experiment.building import build_trainer
    from nnlab.experiment.document import read_document
    from nnlab.experiment.preparing import prepare_data
    from nnlab.experiment.resuming import resume

    document = _start(read_document(options.experiment), options.weights, options.restart)
    prepared = prepare_data(document.spec.data)
    trainer = build_trainer(document.spec, prepared)
    say = _nothing if options.quiet else print
    if document.progress is not None:
        resume(trainer, document.progress)
        say(f"goes on from       epoch {trainer.epoch:,}, iteration {trainer.iteration:,}")
    epochs = document.spec.training.epochs if options.epochs is None else options.epochs
    with _ctrl_c() as request:
        run = _run(trainer, epochs, request, options.quiet)
        for line in _summary(run, trainer, document):
            say(line)
        written = outputs.write(trainer, _timed(document, run.seconds), prepared, say)
    if not written:
        return REFUSED
    return INTERRUPTED if request.made else DONE


def _train_parser() -> _Parser:
    parser = _Parser("nnlab train", _TRAIN_HELP)
    parser.add_argument("experiment", metavar="EXPERIMENT", type=Path, help="a .nnlab file")
    parser.add_argument(
        "--epochs",
        metavar="N",
        type=_epochs,
        help="train N epochs instead of the experiment's; 0 only measures the start",
    )
    parser.add_argument(
        "--weights",
        metavar="IN",
        type=Path,
        help="start from these weights (.npz, .json or a folder of .csv); scaling stays the "
        "experiment's",
    )
    parser.add_argument(
        "--restart", action="store_true", help="start a saved session anew from its beginning"
    )
    parser.add_argument(
        "--export",
        metavar="OUT",
        type=Path,
        action="append",
        default=[],
        help="write the trained weights as .npz, .json or a folder of .csv; may be repeated",
    )
    parser.add_argument(
        "--history", metavar="OUT.csv", type=Path, help="write the losses of all epochs"
    )
    parser.add_argument(
        "--save",
        metavar="OUT.nnlab",
        type=Path,
        help="save the session, for the window or for training on",
    )
    parser.add_argument(
        "--quiet", action="store_true", help="no progress bar and no summary, only complaints"
    )
    return parser


def _epochs(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= _MOST_EPOCHS):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a whole number from 0 to {_MOST_EPOCHS:,}"
        )
    return int(text)


def _start(document: "Document", weights: Path | None, restart: bool) -> "Document":
    """Return the experiment with the start that the options ask for."""
    if weights is not None:
        from nnlab.export.weights_file import read_weights

        spec = replace(document.spec, weights=read_weights(weights))
        return _started_over(replace(document, spec=spec))
    return _started_over(document) if restart else document


def _started_over(document: "Document") -> "Document":
    # The runs of before stay; what is said of the present one goes with its weights.
    return replace(document, progress=None, runs=replace(document.runs, present=None))


def _timed(document: "Document", seconds: float) -> "Document":
    """Return the experiment with more seconds trained, where these are counted."""
    present = document.runs.present
    if present is None or present.seconds is None or document.progress is None:
        return document
    present = replace(present, seconds=present.seconds + seconds)
    return replace(document, runs=replace(document.runs, present=present))


@dataclass
class _StopRequest:
    """Whether the user asked to stop."""

    made: bool = False


@contextlib.contextmanager
def _ctrl_c() -> Iterator[_StopRequest]:
    """Turn the first Ctrl+C into a request; the second one interrupts as usual."""
    request = _StopRequest()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        request.made = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    try:
        former = signal.signal(signal.SIGINT, on_signal)
    except ValueError:  # only the main thread may listen
        yield request
        return
    try:
        yield request
    finally:
        signal.signal(signal.SIGINT, former)


@dataclass(frozen=True)
class _Run:
    outcome: "Outcome"
    seconds: float
    epochs: int
    iterations: int
    samples: int


def _run(trainer: "Trainer", epochs: int, request: _StopRequest, quiet: bool) -> _Run:
    """Train with a progress bar.

    Raises:
        UserError: training diverged.
    """
    from tqdm import tqdm

    from nnlab.engine.trainer import DivergedError, Goal

    first, iterations, position = trainer.epoch, trainer.iteration, trainer.position
    # A log file gets a line now and then, a terminal a bar that moves.
    is_silent = quiet or sys.stderr is None
    pause = 0.1 if not is_silent and sys.stderr.isatty() else 10.0
    bar = tqdm(
        total=epochs, desc="training", unit="epoch", disable=is_silent, leave=False,
        mininterval=pause,
    )  # fmt: skip
    seen = first

    def checkpoint() -> bool:
        nonlocal seen
        if trainer.epoch != seen:
            bar.set_postfix_str(f"loss {trainer.log[-1].train_loss:.4g}", refresh=False)
            bar.update(trainer.epoch - seen)
            seen = trainer.epoch
        return not request.made

    started = time.perf_counter()
    try:
        outcome = trainer.run(Goal(epoch=first + epochs), checkpoint)
    except DivergedError:
        raise _diverged(trainer, first) from None
    finally:
        bar.close()
    return _Run(
        outcome,
        time.perf_counter() - started,
        trainer.epoch - first,
        trainer.iteration - iterations,
        (trainer.epoch - first) * trainer.n_samples + trainer.position - position,
    )


def _diverged(trainer: "Trainer", first: int) -> UserError:
    good = max((record.epoch for record in trainer.log), default=first) - first
    hint = f", or stop before it with --epochs {good}" if good > 0 else ""
    return UserError(
        f"Training diverged in iteration {trainer.iteration + 1:,}: the numbers grew beyond all "
        f"bounds, and nothing was written. Try a learning rate below "
        f"{trainer.learning_rate:g} or scaled inputs{hint}."
    )


def _summary(run: _Run, trainer: "Trainer", document: "Document") -> Iterator[str]:
    from nnlab.engine.losses import LOSSES

    speed = f", {run.samples / run.seconds:,.0f} samples/s" if run.samples and run.seconds else ""
    yield (
        f"trained            {_count(run.epochs, 'epoch')} ({_count(run.iterations, 'iteration')}) "
        f"in {run.seconds:.3g} s{speed}"
    )
    yield f"stopped            {_why(run.outcome, document)}"
    if trainer.log:
        loss = LOSSES[document.spec.training.loss].title.lower()
        yield from _measures(trainer.log[-1], loss, trainer.epoch, trainer.position)


def _measures(record: "EpochRecord", loss: str, epoch: int, position: int) -> Iterator[str]:
    stale = record.epoch != epoch or position > 0
    when = f", at the end of epoch {record.epoch:,}" if stale else ""
    yield f"training loss      {record.train_loss:.6g} ({loss}{when})"
    # NaN stands for what there is none of, and is not equal to itself.
    if record.test_loss == record.test_loss:
        yield f"test loss          {record.test_loss:.6g}"
    if record.train_accuracy == record.train_accuracy:
        yield f"training accuracy  {100 * record.train_accuracy:.2f} %"
    if record.test_accuracy == record.test_accuracy:
        yield f"test accuracy      {100 * record.test_accuracy:.2f} %"


def _why(outcome: "Outcome", document: "Document") -> str:
    from nnlab.engine.stopping import Outcome

    training = document.spec.training
    return {
        Outcome.GOAL_REACHED: "all epochs are done",
        Outcome.INTERRUPTED: "with Ctrl+C",
        Outcome.TARGET_LOSS_REACHED: f"the training loss is at most {training.target_loss}",
        Outcome.NO_PROGRESS: f"the loss got no better for {training.patience} epochs",
    }[outcome]


@dataclass(frozen=True)
class _Outputs:
    """Where the results of a training go."""

    exports: tuple[Path, ...]
    history: Path | None
    save: Path | None

    def check(self) -> None:
        """Find out before the training whether everything can be written.

        Raises:
            UserError: the first output that can't.
        """
        from nnlab.export.weights_file import check_export

        for path in self.exports:
            check_export(path)
        if self.history is not None:
            _check_file(self.history, ".csv", "The history")
        if self.save is not None:
            _check_file(self.save, ".nnlab", "A session")
        paths = [p for p in (*self.exports, self.history, self.save) if p is not None]
        for path in paths:
            if sum(path.absolute() == other.absolute() for other in paths) > 1:
                raise UserError(f"{path} is named as an output twice: choose two names.")

    def write(
        self,
        trainer: "Trainer",
        document: "Document",
        prepared: "PreparedData",
        say: Callable[[str], None],
    ) -> bool:
        """Write everything that can be written, and complain about the rest.

        Returns:
            Whether all of it was written.
        """
        from nnlab.experiment.document import write_document
        from nnlab.experiment.model import make_model
        from nnlab.experiment.resuming import progress_of
        from nnlab.experiment.weights import weights_of
        from nnlab.export.history_file import write_history
        from nnlab.export.weights_file import export_model

        model = make_model(document.spec, prepared, weights_of(trainer.network.parameters))
        session = replace(document, progress=progress_of(trainer))
        jobs: list[tuple[Path, Callable[[Path], None]]] = [
            (path, lambda p: export_model(model, p)) for path in self.exports
        ]
        if self.history is not None:
            jobs.append((self.history, lambda p: write_history(trainer.log, p)))
        if self.save is not None:
            jobs.append((self.save, lambda p: write_document(session, p)))
        # One full disk must not cost the outputs that would go elsewhere.
        outcomes = [_written(path, job, say) for path, job in jobs]
        return all(outcomes)


def _written(path: Path, job: Callable[[Path], None], say: Callable[[str], None]) -> bool:
    try:
        job(path)
    except UserError as error:
        print(f"nnlab: {error}", file=sys.stderr)
        return False
    say(f"written            {path}")
    return True


# nnlab predict --------------------------------------------------------------------------

_PREDICT_HELP = """\
Predict for the rows of a data file with weights that nnlab exported.

The model's inputs are taken by column name, in any order and among any other
columns; of a file without a header they are taken by position. The output has the
inputs, then the predicted label and what the network answers for each class, or
the predicted values. If the file also holds the target column, accuracy or RMSE is
printed on standard error.
"""


def _predict(arguments: list[str]) -> int:
    """Predict for the rows of a data file."""
    parser = _Parser("nnlab predict", _PREDICT_HELP)
    parser.add_argument(
        "weights", metavar="WEIGHTS", type=Path, help="exported .npz, .json or folder of .csv"
    )
    parser.add_argument("--data", metavar="FILE.csv", type=Path, required=True, help="the inputs")
    parser.add_argument(
        "--out", metavar="OUT.csv", type=Path, help="where to write (default: standard output)"
    )
    options = parser.parse_args(arguments)
    if options.out is not None:
        _check_file(options.out, ".csv", "A list of predictions")
        if options.out.resolve() == options.data.resolve():
            raise UserError(f"{options.out} is the data itself: choose another name to write to.")

    from nnlab.data.opening import read_file
    from nnlab.export.predictions_file import predict, print_predictions, write_predictions
    from nnlab.export.score import scores
    from nnlab.export.weights_file import read_model

    model = read_model(options.weights)
    table = read_file(options.data)
    _check_columns(model, table)
    predictions = predict(model, _features(model, table))
    if options.out is not None:
        write_predictions(predictions, options.out)
        print(f"{_count(table.n_rows, 'prediction')} written to {options.out}")
    else:
        with _stdout_of_data() as stdout:
            print_predictions(predictions, stdout)
    for score in scores(predictions, table):
        print(_score_line(score), file=sys.stderr)
    return DONE


def _features(model: "Model", table: "Table") -> "FloatArray":
    from nnlab.data.samples import read_features

    return read_features(table, model.features, model.categories, may_lack=bool(model.fill))


def _check_columns(model: "Model", table: "Table") -> None:
    from nnlab.data.categories import columns_for, columns_there

    there = table.column_names
    labels = columns_there(table, model.features, model.categories)
    wanted = columns_for(model.features, labels)
    if not table.dialect.has_header:
        if 0 <= len(there) - len(wanted) <= 1:
            return
        raise UserError(
            f"{table.path.name} has no header and {_count(len(there), 'column')}, and the model "
            f"reads {_count(len(wanted), 'input')}: {_list(wanted)}. Give them in this order, or "
            "write a header."
        )
    missing = [name for name in wanted if name not in there]
    if missing:
        raise UserError(
            f"{table.path.name} has no column {_list(missing)}, which the model reads; its "
            f"columns are {_list(there)}. Rename or add what is missing."
        )


def _score_line(score: "Score") -> str:
    if score.accuracy is not None:
        return (
            f"accuracy of {score.target}: {100 * score.accuracy:.2f} % "
            f"({score.correct:,} of {_count(score.rows, 'row')})"
        )
    return f"RMSE of {score.target}: {score.rmse:.6g} ({_count(score.rows, 'row')})"


@contextlib.contextmanager
def _stdout_of_data() -> Iterator[TextIO]:
    """Standard output for a table: UTF-8 everywhere, as in a file.

    Raises:
        UserError: it took no more, as when it goes to a full disk.
    """
    stdout = sys.stdout
    if isinstance(stdout, io.TextIOWrapper):
        stdout.reconfigure(encoding="utf-8", newline="\n")
    try:
        yield stdout
        stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _discard_stdout()
        raise UserError(f"The predictions could not be printed: {error.strerror}.") from None


# What the commands share ----------------------------------------------------------------


def _check_file(path: Path, suffix: str, what: str) -> None:
    from nnlab.files import check_target

    if path.suffix.lower() != suffix:
        raise UserError(f"{what} is written as {suffix}: end {path.name} so.")
    check_target(path)


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(names[:12])
    return shown if len(names) <= 12 else f"{shown} and {len(names) - 12} more"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _nothing(_line: str) -> None:
    """Stand in for print where nothing is to be said."""


def _never_fail_on_a_character(stream: object) -> None:
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")


def _discard_stdout() -> None:
    # Python flushes standard output once more at exit, which would fail again.
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


_COMMANDS: Mapping[str, Callable[[list[str]], int]] = {
    "demo": _demo,
    "train": _train,
    "predict": _predict,
    "lab": _lab,
}
