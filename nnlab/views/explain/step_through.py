"""Where a walk through an update is: what is explained, which step, which sample."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import QObject, Signal, Slot

from nnlab.engine.parameters import parameter_count
from nnlab.experiment.building import layer_shapes
from nnlab.experiment.weights import Place
from nnlab.explain.explanation import Explanation
from nnlab.explain.moment import Moment
from nnlab.explain.steps import AlphaPlace, Card, Line, ParameterPlace, Spot, Stage, Step
from nnlab.session.background import Desk
from nnlab.session.explaining import moment_of_sample, moment_of_update, rows_of
from nnlab.session.frame import Part, Snapshot
from nnlab.session.phase import Phase
from nnlab.session.session import Session
from nnlab.views.pace import Pace

_MOST_AT_ONCE = 2_000_000
"""Samples times parameters up to which an explanation is made at once, in some 20 ms."""

_FOLLOWED = 0.25
"""Seconds between two explanations at the least, while training goes on in slow motion."""

_FIRST = Step(Stage.FORWARD, neuron=Spot(1, 1))


class Subject(Enum):
    """What is walked through."""

    UPDATE = "update"
    """The next update of training, with its batch."""
    SAMPLE = "sample"
    """The selected sample alone."""


class StepThrough(QObject):
    """Follows the frames while it is awake, and keeps its place from one to the next.

    Signals:
        changed(): another explanation, step or sample; or none any more.
    """

    changed = Signal()

    def __init__(self, session: Session, by: str, parent: QObject | None = None) -> None:
        """Sleep at the first step.

        Args:
            session: whose frames and selection it follows.
            by: the name of the view that it works for.
            parent: owns it.
        """
        super().__init__(parent)
        self._session = session
        self._by = by
        self._is_awake = False
        self._pace = Pace(_FOLLOWED)
        self._snapshot: Snapshot | None = None
        self._prepared = session.prepared
        self._subject = Subject.UPDATE
        self._step = _FIRST
        self._place: ParameterPlace | None = None
        self._sample = 0
        self._explanation: Explanation | None = None
        self._rows: tuple[int, ...] = ()
        self._why_empty = ""
        self._waiting: tuple[int, ...] = ()
        self._background = session.make_background()
        self._background.done.connect(self._on_made)
        session.snapshot_ready.connect(self._on_snapshot)
        session.selection_changed.connect(self._on_selection)
        session.started_over.connect(self._on_started_over)

    def wake(self) -> None:
        """Ask for frames that tell of the next update."""
        self._is_awake = True
        self._session.show_part(Part.UPDATE, by=self._by)

    def sleep(self) -> None:
        """Spare training the work, and let go of what was explained."""
        self._is_awake = False
        self._session.hide_part(Part.UPDATE, by=self._by)
        self._background.cancel()
        self._snapshot = None
        self._show(None, ())

    # What there is ------------------------------------------------------------------------

    @property
    def subject(self) -> Subject:
        """What the user wants to walk through."""
        return self._subject

    @property
    def is_past(self) -> bool:
        """Whether a former epoch is looked back at, of which there is no update."""
        return self._snapshot is not None and self._snapshot.is_past

    @property
    def epoch(self) -> int:
        """The epoch of what is explained."""
        return 0 if self._snapshot is None else self._snapshot.epoch

    @property
    def iteration(self) -> int:
        """The updates before what is explained."""
        return 0 if self._snapshot is None else self._snapshot.iteration

    @property
    def refusal(self) -> str:
        """Why the next update can't be made; "" where it can."""
        rehearsal = None if self._snapshot is None else self._snapshot.rehearsal
        return "" if rehearsal is None else rehearsal.refusal

    @property
    def explanation(self) -> Explanation | None:
        """What is explained; None: nothing can be."""
        return self._explanation

    @property
    def why_empty(self) -> str:
        """Why nothing is explained, in a sentence; "" where it will be in a moment."""
        return self._why_empty

    @property
    def step(self) -> Step:
        """Where the walk is."""
        return self._step

    @property
    def sample(self) -> int:
        """Whose numbers are shown, by its position in the batch."""
        return self._sample

    @property
    def rows(self) -> tuple[int, ...]:
        """The batch as rows of the data."""
        return self._rows

    @property
    def row(self) -> int | None:
        """The row of the data whose numbers are shown."""
        return self._rows[self._sample] if self._sample < len(self._rows) else None

    @property
    def is_of_update(self) -> bool:
        """Whether what is explained is training's next update."""
        return self._explanation is not None and self._explanation.moment.update is not None

    def card(self) -> Card | None:
        """Return what is shown at the present step; None: there is nothing."""
        explanation = self._explanation
        if explanation is None or (self._step.stage is Stage.UPDATE and not self.is_of_update):
            return None
        return explanation.card(self._step, self._sample)

    def what_follows(self) -> Line | None:
        """Return what the update makes of the gradient that is shown; None of anything else."""
        step, explanation = self._step, self._explanation
        is_gradient = step.stage is Stage.BACKWARD and step.parameter is not None
        if explanation is None or not is_gradient or explanation.index_of(step) is None:
            return None
        if not self.is_of_update:
            return None
        return explanation.card(Step(Stage.UPDATE, parameter=step.parameter)).lines[-1]

    def position(self) -> tuple[int, int]:
        """Return how many steps of the present stage are at or before this one, and how many are.

        A step beside the walk, as of an input, counts as none.
        """
        if self._explanation is None:
            return 0, 0
        first, end = self._explanation.stage_bounds(self._step.stage)
        index = self._explanation.index_of(self._step)
        return (0 if index is None else index - first + 1), end - first

    @property
    def widths(self) -> tuple[int, ...]:
        """m_0 … m_L of what is explained, or else of the experiment."""
        if self._explanation is not None:
            moment = self._explanation.moment
            return (moment.n_inputs, *(layer.neurons for layer in moment.layers))
        n_inputs = self._session.prepared.dataset.n_features
        return tuple(self._session.spec.network.widths(n_inputs))

    # Where to go --------------------------------------------------------------------------

    def choose_subject(self, subject: Subject) -> None:
        """Walk through something else, at the same place."""
        if subject is not self._subject:
            self._subject, self._sample = subject, 0
            self._rebuild()

    def choose_sample(self, sample: int) -> None:
        """Show the numbers of another sample of the batch."""
        sample = min(max(0, sample), max(0, len(self._rows) - 1))
        if sample != self._sample:
            self._sample = sample
            self.changed.emit()

    def go_to(self, step: Step) -> bool:
        """Go to a step; False where the network has no such place."""
        if not self._is_there(step):
            return False
        if step.parameter is not None:
            self._place = step.parameter
        if step != self._step:
            self._step = step
            self.changed.emit()
        return True

    def can_go(self, by: int) -> bool:
        """Tell whether there is a step so many further on, or back."""
        return self._neighbour(by) is not None

    def go(self, by: int) -> None:
        """Go so many steps on, or back."""
        found = self._neighbour(by)
        if found is not None:
            self.go_to(found)

    def go_to_stage(self, stage: Stage) -> None:
        """Go to the step of a stage that belongs to the present place."""
        if stage is not self._step.stage:
            self.go_to(self._counterpart(stage))

    def go_to_place(self, place: Spot | ParameterPlace) -> bool:
        """Go to a neuron or a parameter, in the present stage where that has it."""
        stage = self._step.stage
        if not isinstance(place, Spot):
            late = stage if stage is Stage.UPDATE else Stage.BACKWARD
            return self.go_to(Step(late, parameter=place))
        if place.layer == 0 or stage in (Stage.FORWARD, Stage.COST):
            return self.go_to(Step(Stage.FORWARD, neuron=place))
        if stage is Stage.BACKWARD:
            return self.go_to(Step(stage, neuron=place))
        return self.go_to(Step(stage, parameter=Place(place.layer - 1, place.unit - 1)))

    def _counterpart(self, stage: Stage) -> Step:
        spot, place = self._step.neuron, self._step.parameter or self._place
        if stage is Stage.COST:
            return Step(stage)
        if stage is Stage.FORWARD:
            if spot is None and isinstance(place, Place):
                spot = Spot(place.layer + 1, place.neuron + 1)
            return Step(stage, neuron=spot or Spot(1, 1))
        if spot is not None and spot.layer:
            own = isinstance(place, Place) and (place.layer, place.neuron) == (
                spot.layer - 1, spot.unit - 1
            )  # fmt: skip
            place = place if own else Place(spot.layer - 1, spot.unit - 1)
        if place is None:
            return self._first_of(Stage.BACKWARD, stage)
        return Step(stage, parameter=place)

    def _first_of(self, walked: Stage, stage: Stage) -> Step:
        """Return the first parameter of the walk, as a step of a stage."""
        explanation = self._explanation
        if explanation is None:
            return Step(stage, parameter=Place(0, 0))
        step = explanation.steps[explanation.stage_bounds(walked)[0]]
        return Step(stage, parameter=step.parameter)

    def _neighbour(self, by: int) -> Step | None:
        explanation = self._explanation
        if explanation is None:
            return None
        at = self._index(explanation, forwards=by > 0)
        return explanation.steps[at + by] if 0 <= at + by < len(explanation.steps) else None

    def _index(self, explanation: Explanation, *, forwards: bool) -> int:
        """Return the position in the walk, or for a step beside it that of the one before it.

        Seen from behind, that of the one after it.
        """
        step = self._step
        index = explanation.index_of(step)
        if index is not None:
            return index
        if step.stage is Stage.UPDATE:
            # Not walked through where a sample is only looked at: the gradients are the end.
            return len(explanation.steps) - (1 if forwards else 0)
        after = 0
        if step.stage is Stage.BACKWARD and step.neuron is not None:
            bias = Step(step.stage, parameter=Place(step.neuron.layer - 1, step.neuron.unit - 1))
            after = explanation.index_of(bias) or 0
        elif step.stage is Stage.BACKWARD:
            after = explanation.stage_bounds(step.stage)[0]
        return after - 1 if forwards else after

    # What is explained --------------------------------------------------------------------

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        if not self._is_awake or not self._pace.lets_through(snapshot):
            return
        if self._session.phase is Phase.STEPPING and not snapshot.is_at_rest:
            # The frame of its end follows at once.
            return
        self._snapshot, self._prepared = snapshot, self._session.prepared
        self._rebuild()

    @Slot()
    def _on_selection(self) -> None:
        if not self._is_awake:
            return
        if self._subject is Subject.SAMPLE or self.is_past:
            self._rebuild()
            return
        selection = self._session.selection
        if selection and selection[0] in self._rows:
            self.choose_sample(self._rows.index(selection[0]))
        elif len(selection) == 1:
            # Whoever clicks one point wants to know about that one.
            self.choose_subject(Subject.SAMPLE)

    @Slot()
    def _on_started_over(self) -> None:
        # What is shown stays for the moment until the next frame comes.
        self._snapshot = None
        self._background.cancel()

    def _fits(self, snapshot: Snapshot) -> bool:
        """Tell whether a frame is still one of the present experiment."""
        session = self._session
        if self._prepared is not session.prepared:
            return False
        shapes = layer_shapes(session.spec.network, session.prepared.dataset.n_features)
        return parameter_count(shapes) == snapshot.parameters.flat.size

    def _rebuild(self) -> None:
        snapshot = self._snapshot
        if snapshot is None or not self._fits(snapshot):
            return
        found = self._moment(snapshot)
        if found is None:
            self._background.cancel()
            self._show(None, ())
            return
        moment, rows = found
        if moment.n_samples * moment.parameters.size <= _MOST_AT_ONCE:
            self._background.cancel()
            self._show(Explanation(moment), rows)
            return
        self._waiting = rows

        def make(_desk: Desk) -> Explanation:
            return Explanation(moment)

        self._background.ask(make)

    def _moment(self, snapshot: Snapshot) -> tuple[Moment, tuple[int, ...]] | None:
        session, rehearsal = self._session, snapshot.rehearsal
        self._why_empty = ""
        if self._subject is Subject.SAMPLE or snapshot.is_past:
            row = self._selected_row()
            return moment_of_sample(session.spec, self._prepared, snapshot.parameters, row), (row,)
        if rehearsal is None:
            if session.phase.is_running:
                self._why_empty = self.tr(
                    "Training runs at full speed. Pause it, or choose slow motion, to follow the "
                    "numbers."
                )
            return None
        rows = rows_of(self._prepared, rehearsal)
        moment = moment_of_update(session.spec, self._prepared, rehearsal)
        return moment, tuple(rows.tolist())

    def _selected_row(self) -> int:
        """Return the selected sample, or the first to train on where there is none."""
        selection = self._session.selection
        return selection[0] if selection else int(self._prepared.split.train[0])

    @Slot(object)
    def _on_made(self, explanation: Explanation) -> None:
        self._show(explanation, self._waiting)

    def _show(self, explanation: Explanation | None, rows: Sequence[int]) -> None:
        self._explanation, self._rows = explanation, tuple(rows)
        self._sample = min(self._sample, max(0, len(self._rows) - 1))
        if explanation is not None and not self._is_there(self._step):
            self._step, self._place = _FIRST, None
        self.changed.emit()

    def _is_there(self, step: Step) -> bool:
        """Tell whether the network has the place of a step."""
        widths = self.widths
        spot, place = step.neuron, step.parameter
        if spot is not None:
            return spot.layer < len(widths) and spot.unit <= widths[spot.layer]
        if place is None:
            return step.stage is Stage.COST
        if isinstance(place, AlphaPlace):
            # Only a learned one is walked through.
            explanation = self._explanation
            gradient = Step(Stage.BACKWARD, parameter=place)
            return explanation is not None and explanation.index_of(gradient) is not None
        return (
            place.layer + 1 < len(widths)
            and place.neuron < widths[place.layer + 1]
            and (place.input is None or place.input < widths[place.layer])
        )
