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
from nnlab.words import listed, tr

TOLD_AFTER = 10
"""Epochs after which it is said that a table can't be learned."""


def table_name(targets: Targets) -> str:
    """Return what a truth table is called in a sentence."""
    return next((n.upper() for n, table in TABLES.items() if table == targets), tr("this table"))


def verdict(learner: Learner) -> str:
    """Say how far learning has come."""
    if learner.last is None:
        return tr("Run, or step: the rows come in the order of the table, again and again.")
    if learner.has_learned:
        return _learned(learner)
    hopeless = best_of_a_line(learner.targets) < len(ROWS)
    if hopeless and (learner.epoch >= TOLD_AFTER or _circle(learner) is not None):
        return _hopeless(learner)
    if not learner.mistakes:
        return tr("Epoch 1 is under way.")
    return tr("Epoch {epoch}: {mistakes} of 4 rows were wrong at their turn.").format(
        epoch=learner.epoch, mistakes=learner.mistakes[-1]
    )


def told(update: Update) -> str:
    """Say in one line what the latest sample was and what became of it."""
    x1, x2 = ROWS[update.row]
    found = "wrong" if update.is_mistake else "right"
    return tr(
        "Latest sample ({x1:g}, {x2:g}): z = {z}, y = {answer}, t = {target}, {found}."
    ).format(
        x1=x1,
        x2=x2,
        z=write(update.z, 4),
        answer=write(update.answer, 4),
        target=update.target,
        found=found,
    )


def _circle(learner: Learner) -> tuple[int, int] | None:
    return learner.circle() if isinstance(learner, Rosenblatt) else None


def _learned(learner: Learner) -> str:
    name, first = table_name(learner.targets), learner.first_without_mistakes
    if isinstance(learner, Descent):
        return tr(
            "{name} is learned: epoch {first} was the first without a mistake. Descent goes on "
            "lowering J, now {loss}."
        ).format(name=name, first=first, loss=written(learner.loss))
    return tr(
        "{name} is learned: epoch {first} was the first without a mistake, so the rule changes "
        "nothing any more."
    ).format(name=name, first=first)


def _hopeless(learner: Learner) -> str:
    name = table_name(learner.targets)
    said = [
        tr("No line separates {name}: at best 3 of 4 rows can be right, all but any one.").format(
            name=name
        )
    ]
    circle = _circle(learner)
    if circle is not None:
        said.append(
            tr(
                "The weights after epoch {last} are those after epoch {first} again: the "
                "rule goes round in circles for ever."
            ).format(last=circle[1], first=circle[0])
        )
    elif isinstance(learner, Descent):
        said.append(
            tr("After {epoch} epochs J is {loss}.").format(
                epoch=learner.epoch, loss=written(learner.loss)
            )
        )
    said.append(
        tr("Right now: {rows}.").format(rows=_which(rights(learner.neuron, learner.targets)))
    )
    said.append(tr("The best so far: {rows}.").format(rows=_which(learner.best)))
    return " ".join(said)


def _which(right: tuple[bool, ...]) -> str:
    rows = [f"({x1:g}, {x2:g})" for (x1, x2), is_right in zip(ROWS, right, strict=True) if is_right]
    if not rows:
        return tr("none of 4")
    return tr("{right} of 4, {rows}").format(right=len(rows), rows=listed(rows))
