"""A lab sheet: steps with text, an experiment to work on, and questions that can be checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from nnlab.labs.expressions import Expression


@dataclass(frozen=True)
class Tolerance:
    """How far from the right number an answer may be: either bound suffices.

    Attributes:
        absolute: in the number's own units.
        relative: as a share of the right number.
    """

    absolute: float = 0.0
    relative: float = 0.005

    @property
    def is_loose(self) -> bool:
        """Whether there is any bound at all: of what is counted, there is none."""
        return self.absolute > 0 or self.relative > 0

    def accepts(self, given: float, right: float) -> bool:
        """Tell whether an answer is near enough."""
        # What floats can't tell apart is the same: 0.13 is within 0.005 of 0.125.
        least = 1e-12 * max(1.0, abs(right))
        return abs(given - right) <= max(self.absolute, self.relative * abs(right)) + least


@dataclass(frozen=True)
class Context:
    """Which numbers of the step's experiment a question is about.

    Attributes:
        sample: a training sample, counted from 1; None: all of them.
        updates, epochs: for how long the experiment is trained before; the start otherwise.
    """

    sample: int | None = None
    updates: int = 0
    epochs: int = 0


@dataclass(frozen=True)
class NumberTask:
    """One number, computed from the step's experiment.

    Attributes:
        expect: what is right.
        tolerance: how near is right.
        unit: stands behind the field.
        context: what the expression is about.
        wrong: typical wrong answers, each with what to say of it.
    """

    expect: Expression
    tolerance: Tolerance = Tolerance()
    unit: str = ""
    context: Context = Context()
    wrong: tuple[tuple[Expression, str], ...] = ()


@dataclass(frozen=True)
class TableTask:
    """A vector or matrix, typed cell by cell or pasted.

    Attributes:
        expect: what is right, row by row; a vector is one column.
        rows, columns: what stands before each row and above each column; "" for nothing.
    """

    expect: tuple[tuple[Expression, ...], ...]
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    tolerance: Tolerance = Tolerance()
    context: Context = Context()


@dataclass(frozen=True)
class ChoiceTask:
    """One or more of several answers.

    Attributes:
        choices: what there is to choose from.
        right: the right ones, counted from 0.
        wrong: what to say of a wrong one, by its number; it need not be there.
    """

    choices: tuple[str, ...]
    right: frozenset[int]
    wrong: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TextTask:
    """A few sentences, kept for whoever grades.

    Attributes:
        least_words: fewer are not taken for an answer.
    """

    least_words: int = 1


@dataclass(frozen=True)
class StateTask:
    """Something that the lab is to be brought to.

    Attributes:
        require: what must hold, each with a sentence for where it doesn't; "" for none.
    """

    require: tuple[tuple[Expression, str], ...]


@dataclass(frozen=True)
class GuessTask:
    """A guess before the run, and what came out.

    Attributes:
        choices: what there is to choose from; none: a number is guessed.
        when: holds once the outcome is known.
        outcome: the number that comes out, or, of choices, which one, counted from 1.
        tolerance: how near a guessed number is called right.
    """

    when: Expression
    outcome: Expression
    choices: tuple[str, ...] = ()
    tolerance: Tolerance = Tolerance(relative=0.2)


class Plot(Enum):
    """What a figure may be taken of."""

    BOUNDARY = "boundary"
    LOSS = "loss"
    NETWORK = "network"


@dataclass(frozen=True)
class FigureTask:
    """A picture of a plot, taken into the report, of a lab in a certain state.

    Attributes:
        plot: what is pictured.
        require: what must hold when it is taken.
    """

    plot: Plot
    require: tuple[tuple[Expression, str], ...] = ()


Task = NumberTask | TableTask | ChoiceTask | TextTask | StateTask | GuessTask | FigureTask


@dataclass(frozen=True)
class Question:
    """Something that is asked.

    Attributes:
        name: of its own in the sheet; answers are kept under it.
        ask: in Markdown.
        task: what is answered, and how it is checked.
        points: what it counts.
        hints: one after the other, each more telling.
        because: what is said once it is right.
        line: of the file, where it begins.
    """

    name: str
    ask: str
    task: Task
    points: float = 1.0
    hints: tuple[str, ...] = ()
    because: str = ""
    line: int = 0


@dataclass(frozen=True)
class Setup:
    """The experiment that a step works on, and what is out of reach there.

    Attributes:
        experiment: the name of a file of the sheet; "": none of its own.
        example: the name of one that is shipped; "": none.
        changes: settings changed in it, by their path in the file, such as
            ``training.optimizer.learning_rate``.
        hide, lock: what is not shown, or can't be changed.
        line: of the file, where it begins.
    """

    experiment: str = ""
    example: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    hide: tuple[str, ...] = ()
    lock: tuple[str, ...] = ()
    line: int = 0

    @property
    def has_experiment(self) -> bool:
        """Whether another experiment is worked on from here on."""
        return bool(self.experiment or self.example)


@dataclass(frozen=True)
class Step:
    """One page of a sheet.

    Attributes:
        title: its heading.
        parts: text in Markdown and questions, in their order.
        setup: None: as the step before.
    """

    title: str
    parts: tuple[str | Question, ...]
    setup: Setup | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """Its questions."""
        return tuple(part for part in self.parts if isinstance(part, Question))


@dataclass(frozen=True)
class Sheet:
    """A lab sheet as its author wrote it.

    Attributes:
        name: of its own; kept with the answers.
        title: what it is called.
        minutes: how long it takes.
        aims: what one can do afterwards.
        intro: in Markdown, before the first step.
        steps: its pages.
        own_seeds: which seeds are drawn from the student's id: "data", "network", "training".
        digest: of the text, so that another edition is noticed.
        files: what belongs to it, by name.
        source: the text itself.
    """

    name: str
    title: str
    minutes: int
    aims: tuple[str, ...]
    intro: str
    steps: tuple[Step, ...]
    own_seeds: tuple[str, ...] = ()
    digest: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    source: str = ""

    @property
    def data_files(self) -> Mapping[str, bytes]:
        """Those of its files that an experiment reads its data from, and so from a disk."""
        within = (".nnlab", ".png", ".jpg", ".jpeg")
        return {name: data for name, data in self.files.items() if not name.endswith(within)}

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in their order."""
        return tuple(question for step in self.steps for question in step.questions)

    @property
    def points(self) -> float:
        """What all questions count together."""
        return sum(question.points for question in self.questions)

    def setup_at(self, position: int) -> Setup | None:
        """Return the setup whose experiment a step, counted from 0, works on."""
        for step in reversed(self.steps[: position + 1]):
            if step.setup is not None and step.setup.has_experiment:
                return step.setup
        return None
