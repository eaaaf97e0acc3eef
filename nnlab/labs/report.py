"""The report of a student's work: one page of HTML that prints well, from which a PDF is made."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterator, Sequence

import numpy as np

from nnlab import __version__
from nnlab.experiment import codec
from nnlab.experiment.document import Document
from nnlab.labs.answers import Answer
from nnlab.labs.checking import Verdict
from nnlab.labs.markdown import inline
from nnlab.labs.sheet import ChoiceTask, GuessTask, Question, TableTask
from nnlab.labs.work import Given, Work
from nnlab.words import tr

_MARKS = {
    Verdict.RIGHT: ("✓", "#1c7039"),
    Verdict.WRONG: ("✗", "#b3261e"),
    Verdict.KEPT: ("•", "#555555"),
    Verdict.OPEN: ("–", "#555555"),
}
_STYLE = """
body { font-family: Inter, "Segoe UI", Helvetica, Arial, sans-serif; font-size: 10pt; color: #111; }
h1 { font-size: 18pt; margin: 0 0 4pt 0; }
h2 { font-size: 13pt; margin: 14pt 0 4pt 0; }
table.facts td { padding: 1pt 14pt 2pt 0; }
table.cells { border-collapse: collapse; border-color: #999; margin: 3pt 0 3pt 0; }
.question { margin: 8pt 0 2pt 0; }
.small { font-size: 8.5pt; color: #555; }
pre { font-size: 8pt; }
"""


def fingerprint(document: Document) -> str:
    """Return a short digest of the weights: equal weights have equal ones."""
    if document.progress is None:
        return ""
    values = np.ascontiguousarray(document.progress.state.parameters)
    return hashlib.sha256(values.tobytes()).hexdigest()[:16]


def report_html(document: Document, work: Work) -> str:
    """Return the report.

    Args:
        document: the experiment as it is now, whose settings and weights it names.
        work: the answers.
    """
    body = "\n".join([*_head(work), *_answers(work), *_notes(work), *_experiment(document)])
    title = html.escape(f"{work.sheet.title}: {work.student.name}")
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body>{body}</body></html>\n"
    )


def _head(work: Work) -> Iterator[str]:
    sheet = work.sheet
    yield f"<h1>{html.escape(sheet.title)}</h1>"
    facts: list[tuple[str, str]] = [
        (tr("Name"), work.student.name),
        (tr("Student number"), work.student.number),
        (tr("Points, checked by nnlab"), _points_text(work)),
        (tr("Sheet"), f"{sheet.name}, {sheet.digest}"),
        (tr("Written by"), f"nnlab {__version__}"),
    ]
    if work.log:
        first, last = work.log[0].at, work.log[-1].at
        facts.append((tr("Worked on"), f"{first:%Y-%m-%d %H:%M} – {last:%Y-%m-%d %H:%M}"))
    if sheet.own_seeds:
        facts.append((tr("Own seeds"), ", ".join(sheet.own_seeds)))
    yield _facts(facts)


def _points_text(work: Work) -> str:
    right = sum(q.points for q in work.sheet.questions if _verdict(work, q) is Verdict.RIGHT)
    kept = sum(q.points for q in work.sheet.questions if _verdict(work, q) is Verdict.KEPT)
    said = tr("{right:g} of {all:g}").format(right=right, all=work.sheet.points)
    if kept:
        said += tr("; {kept:g} more to be graded by hand").format(kept=kept)
    return said


def _verdict(work: Work, question: Question) -> Verdict:
    return work.of(question.name).verdict


def _facts(rows: Sequence[tuple[str, str]]) -> str:
    cells = "".join(
        f"<tr><td><b>{html.escape(name)}</b></td><td>{html.escape(value)}</td></tr>"
        for name, value in rows
    )
    return f'<table class="facts">{cells}</table>'


def _answers(work: Work) -> Iterator[str]:
    for number, step in enumerate(work.sheet.steps, start=1):
        if not step.questions:
            continue
        yield f"<h2>{number}. {html.escape(step.title)}</h2>"
        for question in step.questions:
            yield from _answered(question, work.of(question.name))


def _answered(question: Question, given: Given) -> Iterator[str]:
    sign, color = _MARKS[given.verdict]
    yield (
        f'<p class="question"><span style="color:{color}"><b>{sign}</b></span> '
        f"{inline(question.ask)}</p>"
    )
    yield _answer(question, given.answer)
    tries = tr("1 try") if given.tries == 1 else tr("{n} tries").format(n=given.tries)
    facts = [tries] if given.tries else []
    if given.hints:
        facts.append(tr("hints read: {n}").format(n=given.hints))
    points = question.points if given.verdict is Verdict.RIGHT else 0.0
    by_hand = given.verdict is Verdict.KEPT
    facts.append(
        tr("by hand, of {all:g} points").format(all=question.points)
        if by_hand
        else tr("{n:g} of {all:g} points").format(n=points, all=question.points)
    )
    yield f'<p class="small">{html.escape(" · ".join(facts))}</p>'


def _answer(question: Question, answer: Answer) -> str:
    parts: list[str] = []
    match question.task:
        case ChoiceTask(choices) | GuessTask(choices=choices) if answer.chosen:
            parts += [f"{n + 1}. {inline(choices[n])}" for n in sorted(answer.chosen)
                      if n < len(choices)]  # fmt: skip
        case TableTask(rows=names, columns=heads) if answer.cells:
            rows = _heads(heads, bool(names)) + "".join(
                _table_row(names[k] if k < len(names) else "", row, bool(names))
                for k, row in enumerate(answer.cells)
            )
            return f'<table class="cells" border="1" cellspacing="0" cellpadding="3">{rows}</table>'
    if answer.text.strip():
        parts.append(html.escape(answer.text.strip()).replace("\n", "<br>"))
    if answer.figure:
        data = base64.b64encode(answer.figure).decode("ascii")
        parts.append(f'<img width="420" src="data:image/png;base64,{data}">')
    if answer.lab is not None:
        print_ = fingerprint(answer.lab)
        epoch = answer.lab.progress.state.epoch if answer.lab.progress else 0
        said = tr("the lab at epoch {epoch:,}").format(epoch=epoch)
        parts.append(f'<span class="small">{said}{f", {print_}" if print_ else ""}</span>')
    return "<p>" + ("<br>".join(parts) or f'<span class="small">{tr("no answer")}</span>') + "</p>"


def _heads(heads: Sequence[str], has_names: bool) -> str:
    if not heads:
        return ""
    corner = "<td></td>" if has_names else ""
    return f"<tr>{corner}{''.join(f'<td>{inline(head)}</td>' for head in heads)}</tr>"


def _table_row(name: str, cells: Sequence[str], has_names: bool) -> str:
    first = f"<td>{inline(name)}</td>" if has_names else ""
    return f"<tr>{first}{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>"


def _notes(work: Work) -> Iterator[str]:
    if work.notes.strip():
        yield f"<h2>{tr('Notes')}</h2>"
        yield f"<p>{html.escape(work.notes.strip()).replace(chr(10), '<br>')}</p>"


def _experiment(document: Document) -> Iterator[str]:
    yield f"<h2>{tr('The experiment as it was left')}</h2>"
    spec = document.spec
    rows = [
        (
            tr("Seeds"),
            tr("data {data}, network {network}, training {training}").format(
                data=spec.data.seed, network=spec.network.seed, training=spec.training.seed
            ),
        ),
        (tr("Weights’ fingerprint"), fingerprint(document) or tr("not trained")),
    ]  # fmt: skip
    yield _facts(rows)
    settings = codec.spec_to_json(spec)
    settings.pop("weights", None)
    if "rows" in settings.get("data", {}):
        settings["data"]["rows"] = tr("{settings} rows").format(
            settings=len(settings["data"]["rows"])
        )
    yield f"<pre>{html.escape(json.dumps(settings, indent=1, ensure_ascii=False))}</pre>"
