"""What is said of a neuron that learns a truth table: how far it is, or why it can't."""

from __future__ import annotations

from nnlab.explain.perceptron import (
    ROWS,
    TABLES,
    Descent,
    Learner,
    Rosenblatt,
    Targets,
    Update,
    best_of_a_line,
    rights,
)
from nnlab.explain.written import write
from nnlab.views.number_text import written

TOLD_AFTER = 10
"""Epochs after which it is said that a table can't be learned."""


def table_name(targets: Targets) -> str:
    """Return what a truth table is called in a sentence."""
    return next((n.upper() for n, table in TABLES.items() if table == targets), "this table")


def verdict(learner: Learner) -> str:
    """Say how far learning has come."""
    if learner.last is None:
        return "Run, or step: the rows come in the order of the table, again and again."
    if learner.has_learned:
        return _learned(learner)
    hopeless = best_of_a_line(learner.targets) < len(ROWS)
    if hopeless and (learner.epoch >= TOLD_AFTER or _circle(learner) is not None):
        return _hopeless(learner)
    if not learner.mistakes:
        return "Epoch 1 is under way."
    return f"Epoch {learner.epoch}: {learner.mistakes[-1]} of 4 rows were wrong at their turn."


def told(update: Update) -> str:
    """Say in one line what the latest sample was and what became of it."""
    x1, x2 = ROWS[update.row]
    found = "wrong" if update.is_mistake else "right"
    return (
        f"Latest sample ({x1:g}, {x2:g}): z = {write(update.z, 4)}, y = {write(update.answer, 4)}, "
        f"t = {update.target}, {found}."
    )


def _circle(learner: Learner) -> tuple[int, int] | None:
    return learner.circle() if isinstance(learner, Rosenblatt) else None


def _learned(learner: Learner) -> str:
    name, first = table_name(learner.targets), learner.first_without_mistakes
    if isinstance(learner, Descent):
        return (
            f"{name} is learned: epoch {first} was the first without a mistake. Descent goes on "
            f"lowering J, now {written(learner.loss)}."
        )
    return (
        f"{name} is learned: epoch {first} was the first without a mistake, so the rule changes "
        "nothing any more."
    )


def _hopeless(learner: Learner) -> str:
    name = table_name(learner.targets)
    said = [f"No line separates {name}: at best 3 of 4 rows can be right, all but any one."]
    circle = _circle(learner)
    if circle is not None:
        said.append(
            f"The weights after epoch {circle[1]} are those after epoch {circle[0]} again: the "
            "rule goes round in circles for ever."
        )
    elif isinstance(learner, Descent):
        said.append(f"After {learner.epoch} epochs J is {written(learner.loss)}.")
    said.append(f"Right now: {_which(rights(learner.neuron, learner.targets))}.")
    said.append(f"The best so far: {_which(learner.best)}.")
    return " ".join(said)


def _which(right: tuple[bool, ...]) -> str:
    rows = [f"({x1:g}, {x2:g})" for (x1, x2), is_right in zip(ROWS, right, strict=True) if is_right]
    if not rows:
        return "none of 4"
    listed = rows[0] if len(rows) == 1 else f"{', '.join(rows[:-1])} and {rows[-1]}"
    return f"{len(rows)} of 4, {listed}"
