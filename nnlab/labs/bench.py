"""The experiments of a sheet as one student has them, and the numbers that belong to them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PureWindowsPath
from typing import Any

import numpy as np

from nnlab import resources
from nnlab.engine.trainer import Goal, Trainer
from nnlab.errors import UserError
from nnlab.experiment import codec
from nnlab.experiment.building import build_trainer
from nnlab.experiment.document import Document, from_text, read_document
from nnlab.experiment.preparing import PreparedData, prepare_data
from nnlab.experiment.resuming import resume
from nnlab.experiment.sections import Section
from nnlab.experiment.spec import ExperimentSpec, FileSource, NetworkSpec
from nnlab.explain.mistakes import Mistake
from nnlab.labs.quantities import Quantities
from nnlab.labs.sheet import Context, Setup, Sheet
from nnlab.words import tr

_SEEDS = 10_000
_EXAMPLE = re.compile(r"[A-Za-z0-9_]{1,60}")
_AT_START = Context()
_MOST_WORK = 200_000_000
"""Of updates times batch times parameters: more would hold up whoever waits for a check."""


@dataclass(frozen=True)
class Student:
    """Who works on a sheet, as they say themselves."""

    name: str = ""
    number: str = ""


class Bench:
    """Makes the experiments of one sheet for one student, each once."""

    def __init__(
        self, sheet: Sheet, student: Student, folder: Path | None, *, reads_any: bool = True
    ) -> None:
        """Make a bench.

        Args:
            sheet: whose experiments they are.
            student: whose seeds they have, where the sheet has seeds of one's own.
            folder: where the sheet's files lie; None: it has no data files.
            reads_any: whether the data file of a lab in an answer may be another than one of
                the sheet's; not where answers come from somebody else.
        """
        self._sheet = sheet
        self._student = student
        self._folder = folder
        self._reads_any = reads_any
        self._specs: dict[int, ExperimentSpec] = {}
        self._prepared: dict[int, PreparedData] = {}
        self._trainers: dict[tuple[int, int, int], Trainer] = {}

    def spec(self, setup: Setup) -> ExperimentSpec:
        """Return the experiment of a setup, with the student's own seeds.

        Raises:
            UserError: it is none, or a change makes none of it.
        """
        if setup.line not in self._specs:
            self._specs[setup.line] = self._make(setup)
        return self._specs[setup.line]

    def quantities(
        self, setup: Setup, context: Context, mistake: Mistake = Mistake.NONE
    ) -> Quantities:
        """Return what can be asked of a setup's experiment.

        Args:
            setup: which.
            context: after how much training, and about which sample.
            mistake: what whoever computes gradients does wrong.

        Raises:
            UserError: it can't be built or trained so far.
        """
        trainer = self.trainer(setup, context)
        return Quantities(self.spec(setup), self._data(setup), trainer, context.sample, mistake)

    def trainer(self, setup: Setup, context: Context = _AT_START) -> Trainer:
        """Return the trainer of a setup's experiment; it is only looked at.

        Raises:
            UserError: it can't be built or trained so far.
        """
        key = setup.line, context.updates, context.epochs
        if key not in self._trainers:
            trainer = build_trainer(self.spec(setup), self._data(setup))
            if context.updates:
                _check_work(trainer, context.updates)
                trainer.run(Goal(iteration=context.updates))
            elif context.epochs:
                _check_work(trainer, context.epochs * trainer.n_samples)
                trainer.run(Goal(epoch=context.epochs))
            self._trainers[key] = trainer
        return self._trainers[key]

    def quantities_of(self, lab: Document) -> Quantities:
        """Return what can be asked of a lab as it was kept: its experiment and how far it had come.

        Raises:
            UserError: it can't be built, or its state doesn't fit.
        """
        spec = self._found(lab.spec)
        prepared = prepare_data(spec.data)
        trainer = build_trainer(spec, prepared)
        if lab.progress is not None:
            with np.errstate(all="ignore"):
                resume(trainer, lab.progress)
        return Quantities(spec, prepared, trainer)

    def _found(self, spec: ExperimentSpec) -> ExperimentSpec:
        """Return a lab's experiment with its data file where it lies here, if it is the sheet's."""
        source = spec.data.source
        if not isinstance(source, FileSource):
            return spec
        # It lay in a folder of the student's computer, whose system may be another.
        name = PureWindowsPath(source.path).name
        if name in self._sheet.files:
            return self._within(
                replace(spec, data=replace(spec.data, source=replace(source, path=name)))
            )
        if self._reads_any:
            return spec
        raise UserError(
            tr(
                "The data file {name} of this answer is not one of the sheet’s, so that it can’t "
                "be checked again."
            ).format(name=name)
        )

    def _data(self, setup: Setup) -> PreparedData:
        if setup.line not in self._prepared:
            self._prepared[setup.line] = prepare_data(self.spec(setup).data)
        return self._prepared[setup.line]

    def _make(self, setup: Setup) -> ExperimentSpec:
        spec = self._document(setup).spec
        if setup.changes:
            spec = changed(spec, setup.changes)
        return self._within(own_seeds(spec, self._sheet, self._student))

    def _document(self, setup: Setup) -> Document:
        if setup.example:
            return _shipped(setup.example)
        data = self._sheet.files.get(setup.experiment)
        if data is None:
            raise UserError(
                tr("{experiment} is not beside the sheet.").format(experiment=setup.experiment)
            )
        try:
            return from_text(data.decode("utf-8-sig"), setup.experiment)
        except UnicodeDecodeError:
            raise UserError(
                tr("{experiment} is no text in UTF-8.").format(experiment=setup.experiment)
            ) from None

    def _within(self, spec: ExperimentSpec) -> ExperimentSpec:
        """Return an experiment whose data file is one of the sheet's; no path leaves it."""
        source = spec.data.source
        if not isinstance(source, FileSource):
            return spec
        if source.path not in self._sheet.files or self._folder is None:
            raise UserError(
                tr("The data file {path} is not beside the sheet.").format(path=source.path)
            )
        source = replace(source, path=str((self._folder / source.path).resolve()))
        return replace(spec, data=replace(spec.data, source=source))


def _shipped(name: str) -> Document:
    try:
        if _EXAMPLE.fullmatch(name):
            return read_document(resources.path(f"experiments/{name}.nnlab"))
    except FileNotFoundError:
        pass
    raise UserError(tr("There is no example “{name}”.").format(name=name))


def changed(spec: ExperimentSpec, changes: Mapping[str, Any]) -> ExperimentSpec:
    """Return an experiment with other settings.

    Args:
        spec: the experiment.
        changes: new values by their path in the experiment file, such as
            ``training.optimizer.learning_rate``.

    Raises:
        UserError: there is no such setting, or not with such a value.
    """
    values: dict[str, Any] = json.loads(json.dumps(codec.spec_to_json(spec)))
    for path, value in changes.items():
        *above, last = path.split(".")
        place: Any = values
        for key in above:
            place = _inner(place, key, path)
        if isinstance(place, list):
            at = _position(last, place)
            if at is None:
                raise UserError(tr("“{path}” is no setting of the experiment.").format(path=path))
            place[at] = value
        else:
            place[last] = value
    return Section(values, tr("the changed experiment"), "").read(codec.read_spec)


def _inner(place: Any, key: str, path: str) -> Any:
    if isinstance(place, list):
        at = _position(key, place)
        if at is not None:
            return place[at]
    elif isinstance(place, dict) and isinstance(place.get(key), dict | list):
        return place[key]
    raise UserError(tr("“{path}” is no setting of the experiment.").format(path=path))


def _position(key: str, places: list[Any]) -> int | None:
    is_one = key.isdecimal() and len(key) < 10
    return int(key) if is_one and int(key) < len(places) else None


def own_seeds(spec: ExperimentSpec, sheet: Sheet, student: Student) -> ExperimentSpec:
    """Return an experiment with the student's own seeds, where the sheet wants them."""

    def seed(what: str) -> int:
        text = f"{sheet.name}\n{what}\n{student.number.strip().lower()}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") % _SEEDS

    if "data" in sheet.own_seeds:
        spec = replace(spec, data=replace(spec.data, seed=seed("data")))
    if "network" in sheet.own_seeds:
        network: NetworkSpec = replace(spec.network, seed=seed("network"))
        spec = replace(spec, network=network, weights=None)
    if "training" in sheet.own_seeds:
        spec = replace(spec, training=replace(spec.training, seed=seed("training")))
    return spec


def _check_work(trainer: Trainer, passes: int) -> None:
    work = passes * max(1, trainer.network.parameters.flat.size)
    if work > _MOST_WORK:
        raise UserError(tr("That much training would take too long for a check."))
