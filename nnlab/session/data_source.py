"""Where the window's data comes from: made at once, or read from a file in a thread."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from nnlab.data.dataset import Dataset
from nnlab.data.dialect import AS_FOUND, Reading
from nnlab.data.table import Table
from nnlab.errors import UserError
from nnlab.experiment.preparing import (
    PreparedData,
    choose_columns,
    dataset_of_table,
    make_dataset,
    prepare,
    table_columns,
)
from nnlab.experiment.spec import DataSpec, FileSource, Source
from nnlab.session.former_threads import FormerThreads
from nnlab.session.garbage import GarbageKeeper
from nnlab.session.reading_thread import ReadingThread

Then = Callable[[PreparedData, Table | None], None]
"""What to do with prepared data and, where it comes from a file, all columns of that."""


class DataSource(QObject):
    """Makes or reads datasets; the one that was made last stays at hand.

    Signals:
        reading_started(Path), reading_progressed(float), reading_ended(): of a file.
        failed(Exception): a file could not be read; a UserError carries a sentence.
    """

    reading_started = Signal(object)
    reading_progressed = Signal(float)
    reading_ended = Signal()
    failed = Signal(object)

    def __init__(self, garbage: GarbageKeeper, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._garbage = garbage
        self._made: tuple[Source, int, Dataset] | None = None
        self._thread: ReadingThread | None = None
        self._former = FormerThreads(self)
        self._then: Callable[[Table], None] | None = None

    def read(self, path: Path, then: Callable[[Table], None], reading: Reading = AS_FOUND) -> None:
        """Read a file and hand its table over, in this thread, when it is there.

        A file that is still being read for somebody else is given up.
        """
        self.cancel()
        thread = ReadingThread(path, reading, self)
        thread.progressed.connect(self.reading_progressed)
        thread.table_read.connect(self._on_table)
        thread.failed.connect(self._on_failed)
        self._thread, self._then = thread, then
        self.reading_started.emit(path)
        self._garbage.watch(thread)
        thread.start()

    def prepare(self, spec: DataSpec, table: Table | None, then: Then) -> None:
        """Prepare the data of a spec and hand it over, at once where no file must be read.

        Args:
            spec: which data.
            table: a file that is at hand; any other is read.
            then: takes what was prepared.

        Raises:
            UserError: what can be made at once can't be had.
        """
        source = spec.source
        if not isinstance(source, FileSource):
            raw = choose_columns(self._dataset(source, spec.seed), spec)
            then(prepare(raw, spec), None)
        elif table is not None and (table.path, table.reading) == (
            Path(source.path), source.reading,
        ):  # fmt: skip
            then(prepare_table(table, spec), table)
        else:
            self.read(Path(source.path), _Preparation(spec, then), source.reading)

    def all_features(self, spec: DataSpec, table: Table | None) -> tuple[str, ...]:
        """Return the names of all inputs to choose from; `table` is the spec's file, if any."""
        source = spec.source
        if not isinstance(source, FileSource):
            return self._dataset(source, spec.seed).feature_names
        assert table is not None
        return tuple(
            name for name in table.column_names
            if name not in source.target
            and (table.numeric(name) or name in source.categories)
        )  # fmt: skip

    def cancel(self) -> None:
        """Give up the file that is being read."""
        thread, self._thread, self._then = self._thread, None, None
        if thread is None:
            return
        thread.progressed.disconnect(self.reading_progressed)
        thread.table_read.disconnect(self._on_table)
        thread.failed.disconnect(self._on_failed)
        thread.cancel()
        self._former.take(thread)
        self.reading_ended.emit()

    def close(self) -> None:
        """End the reading thread and wait for it."""
        self.cancel()
        self._former.wait()

    def _dataset(self, source: Source, seed: int) -> Dataset:
        assert not isinstance(source, FileSource)
        if self._made is None or self._made[:2] != (source, seed):
            self._made = (source, seed, make_dataset(source, seed))
        return self._made[2]

    @Slot(object)
    def _on_table(self, table: Table) -> None:
        then = self._then
        if self.sender() is not self._thread or then is None:
            return
        self._finish()
        try:
            then(table)
        except UserError as error:
            self.failed.emit(error)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        if self.sender() is self._thread:
            self._finish()
            self.failed.emit(error)

    def _finish(self) -> None:
        thread, self._thread, self._then = self._thread, None, None
        assert thread is not None
        thread.wait()
        thread.deleteLater()
        self.reading_ended.emit()


def prepare_table(table: Table, spec: DataSpec) -> PreparedData:
    """Prepare the data of a file that is read already.

    Raises:
        UserError: a column is missing, not numeric, or constant.
    """
    assert isinstance(spec.source, FileSource)
    return prepare(dataset_of_table(table, spec.source, table_columns(table, spec)), spec)


class _Preparation:
    """What to do with a table once it is read: prepare it and hand the result over."""

    def __init__(self, spec: DataSpec, then: Then) -> None:
        self._spec = spec
        self._then = then

    def __call__(self, table: Table) -> None:
        self._then(prepare_table(table, self._spec), table)
