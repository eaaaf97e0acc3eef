"""Samples: datasets out of a table's columns or of rows typed in, each value checked."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain
from typing import NoReturn

import numpy as np

from nnlab.arrays import AnyArray, FloatArray, IntArray
from nnlab.data.categories import (
    MAX_LABELS,
    SIGN,
    columns_for,
    columns_there,
    input_name,
    labels_of,
)
from nnlab.data.cells import is_missing, is_number, label
from nnlab.data.dataset import Dataset, Task
from nnlab.data.missing import Missing
from nnlab.data.places import place_of
from nnlab.data.table import Table
from nnlab.errors import UserError
from nnlab.words import counted, tr

MAX_CLASSES = 100


def dataset_from_table(
    table: Table,
    features: Sequence[str],
    targets: Sequence[str],
    task: Task,
    classes: Sequence[str] | None = None,
    *,
    missing: Missing = Missing.REFUSE,
    categories: Sequence[str] = (),
    is_part: bool = False,
) -> Dataset:
    """Make a dataset of some columns of a table.

    Columns that are not named play no part, whatever they hold. Where missing values are
    to be filled, `X` still holds NaN for them: which rows train is not known yet.

    Args:
        table: the columns.
        features: names of the inputs, in the order wanted.
        targets: one name for classification, at least one for regression.
        task: how the targets are to be understood.
        classes: the classes a trained network knows, to point the indices into;
            None takes those of the table, sorted.
        missing: what is done about missing values. A target is never filled.
        categories: columns of which each label, in sorted order, is an input of 0 and 1.
        is_part: the table is the beginning of a longer one, so an input that is the same
            in every row, or a single class, says nothing.

    Raises:
        UserError: a name is unknown, chosen twice, or both input and target; a value
            is missing, infinite or not a number; a category has too many labels; an
            input has the same value in every row; there is but one class, or more than
            `MAX_CLASSES`, or one that is not among those given.
    """
    _check_choice(features, targets, task, table.path.name)
    for name in (*features, *targets, *categories):
        table.column(name)
    _check_categories(table, features, targets, categories)
    keep = _kept(table, features, targets, missing)
    names, X = _inputs(table, features, categories, missing, keep)
    if not is_part:
        _check_varies(table, names, X)
    facts: tuple[str, ...] = (
        table.dialect.description,
        tr("{n_rows:,} rows").format(n_rows=table.n_rows),
    )
    if len(keep) < table.n_rows:
        facts += (
            tr("{n_rows:,} with missing values dropped").format(n_rows=table.n_rows - len(keep)),
        )
    if task is Task.REGRESSION:
        values = np.column_stack([_numbers(table, name, "targets", keep) for name in targets])
        return Dataset(X, values, names, tuple(targets), task, facts=facts)
    indices, found = _classes(table, targets[0], keep)
    if classes is not None:
        indices, found = _known_classes(table, targets[0], indices, found, tuple(classes), keep)
    elif not is_part or len(found) > MAX_CLASSES:
        _check_class_count(
            len(found), tr("{table}, the target,").format(table=_place(table, targets[0])), found
        )
    return Dataset(X, indices, names, tuple(targets), task, found, facts=facts)


def _kept(
    table: Table, features: Sequence[str], targets: Sequence[str], missing: Missing
) -> IntArray:
    """Return the rows that are used, in order."""
    if missing is not Missing.DROP_ROWS:
        return np.arange(table.n_rows)
    lacking = rows_lacking(table, (*features, *targets))
    if lacking.all():
        raise UserError(
            tr(
                "{name}: every row lacks a value, so dropping those rows leaves none; "
                "leave the columns with missing values out of the inputs, or have them filled."
            ).format(name=table.path.name)
        )
    return np.flatnonzero(~lacking)


def rows_lacking(table: Table, names: Sequence[str]) -> AnyArray:
    """Tell of each row, shape (n_rows,), whether a value of the columns `names` is missing."""
    lacking = np.zeros(table.n_rows, dtype=np.bool_)
    for name in names:
        column = table.column(name)
        if column.dtype == object:
            lacking |= np.fromiter(map(is_missing, column), np.bool_, table.n_rows)
        else:
            lacking |= np.isnan(column)
    return lacking


def _inputs(
    table: Table,
    features: Sequence[str],
    categories: Sequence[str],
    missing: Missing,
    keep: IntArray,
) -> tuple[tuple[str, ...], FloatArray]:
    """Return names and values of the inputs, categories as a column a label."""
    names: list[str] = []
    columns: list[FloatArray] = []
    for feature in features:
        if feature not in categories:
            names.append(feature)
            columns.append(_numbers(table, feature, "inputs", keep, may_lack=missing.fills))
            continue
        labels = _labels(table, feature, keep, may_lack=missing.fills)
        known = sorted(set(labels) - {""}, key=_label_order(table, feature))
        if len(known) > MAX_LABELS:
            raise UserError(
                tr(
                    "{table} holds {known:,} different labels and at most "
                    "{max_labels} are possible for a category; leave it out of the inputs."
                ).format(table=_place(table, feature), known=len(known), max_labels=MAX_LABELS)
            )
        names += [input_name(feature, text) for text in known]
        columns += _one_hot(labels, known)
    return tuple(names), np.ascontiguousarray(np.column_stack(columns))


def _label_order(table: Table, name: str) -> Callable[[str], float | str]:
    """Return the key that sorts labels: by size where they are numbers."""
    return float if table.numeric(name) else str


def _one_hot(labels: Sequence[str], known: Sequence[str]) -> list[FloatArray]:
    place = {text: k for k, text in enumerate(known)}
    indices = np.fromiter((place.get(text, -1) for text in labels), np.int64, len(labels))
    lacking = indices < 0
    return [np.where(lacking, np.nan, (indices == k).astype(np.float64)) for k in range(len(known))]


def _labels(table: Table, name: str, keep: IntArray, *, may_lack: bool) -> list[str]:
    """Return a category's label in each kept row, "" where it is missing and may be."""
    labels = labels_of(table.column(name)[keep])
    if not may_lack and "" in labels:
        _refuse_cell(table, name, int(keep[labels.index("")]), "inputs")
    return labels


def _check_categories(
    table: Table, features: Sequence[str], targets: Sequence[str], categories: Sequence[str]
) -> None:
    for category in categories:
        if category in targets:
            raise UserError(
                tr(
                    "{name}: column {category!r} is the target, whose classes are encoded "
                    "anyway; leave it out of the categories."
                ).format(name=table.path.name, category=category)
            )
        for name in features:
            if name not in categories and name.startswith(category + SIGN):
                raise UserError(
                    tr(
                        "{name}: column {name2!r} is named like an input made of the "
                        "category {category!r}; rename it or leave it out of the inputs."
                    ).format(name=table.path.name, name2=name, category=category)
                )


def _check_varies(table: Table, names: Sequence[str], X: FloatArray) -> None:
    for name, column in zip(names, X.T, strict=True):
        present = column[~np.isnan(column)]
        if not present.size:
            raise UserError(
                tr(
                    "{name}: the input {name2!r} has no value in any row; leave it out "
                    "of the inputs."
                ).format(name=table.path.name, name2=name)
            )
        if present.min() == present.max():
            where = (
                _constant(table, name)
                if name in table.column_names
                else (
                    tr("the category {split!r} has one label only").format(
                        split=name.split(SIGN, 1)[0]
                    )
                )
            )
            raise UserError(
                tr(
                    "{name}: {where}, so nothing can be learned from "
                    "it; leave it out of the inputs."
                ).format(name=table.path.name, where=where)
            )


def why_no_input(table: Table, name: str) -> str:
    """Say, with its place in the file, why a column of text or of one value is no input."""
    return (
        _constant(table, name) if table.numeric(name) else _text(table, name, _words(table, name))
    )


def read_features(
    table: Table,
    features: Sequence[str],
    categories: Sequence[str] = (),
    *,
    may_lack: bool = False,
) -> FloatArray:
    """Return the columns `features` of a table, shape (n_rows, n_features), for a prediction.

    They are found by name. A table without a header whose names do not fit is taken by
    position: the columns are the features in order, with or without one more at the
    end for the target.

    Args:
        table: the columns.
        features: names of the inputs; those of a category are named ``town=Ulm``.
        categories: columns of labels, each encoded as the inputs named after it.
        may_lack: whether values may be missing, NaN then.

    Raises:
        UserError: a column is missing, or holds something else than numbers, or a label
            for which there is no input.
    """
    categories = columns_there(table, features, categories)
    wanted = columns_for(features, categories)
    columns: Sequence[str] = wanted
    unnamed = not table.dialect.has_header
    if unnamed and 0 <= len(table.column_names) - len(wanted) <= 1:
        columns = table.column_names[: len(wanted)]
    keep = np.arange(table.n_rows)
    X = np.empty((table.n_rows, len(features)))
    for name, column in zip(wanted, columns, strict=True):
        if name not in categories:
            X[:, features.index(name)] = _numbers(table, column, "inputs", keep, may_lack=may_lack)
            continue
        labels = _labels(table, column, keep, may_lack=may_lack)
        known = [each[len(name) + 1 :] for each in features if each.startswith(name + SIGN)]
        _check_known(table, column, labels, known)
        for text, values in zip(known, _one_hot(labels, known), strict=True):
            X[:, features.index(input_name(name, text))] = values
    return X


def _check_known(table: Table, name: str, labels: Sequence[str], known: Sequence[str]) -> None:
    strange = set(labels) - {"", *known}
    if not strange:
        return
    row = next(i for i, text in enumerate(labels) if text in strange)
    where, _ = place_of(table, row)
    shown = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
    raise UserError(
        tr(
            "{name}, {where}, column {index} ({name2!r}): the network "
            "was not trained with the category {labels}, only with {shown}; correct it "
            "or delete the row."
        ).format(
            name=table.path.name,
            where=where,
            index=table.index(name) + 1,
            name2=name,
            labels=_short(labels[row]),
            shown=shown,
        )
    )


def dataset_from_rows(
    features: Sequence[str],
    targets: Sequence[str],
    rows: Sequence[Sequence[float]],
    task: Task,
    classes: Sequence[str] = (),
) -> Dataset:
    """Make a dataset of rows typed in by hand: of each the features, then the targets.

    A single row and an input that is the same in every row are accepted here, so that
    one sample can be followed through a network by hand.

    Args:
        features: names of the inputs.
        targets: one name for classification, at least one for regression.
        rows: numbers, the features and then the targets.
        task: how the targets are to be understood.
        classes: labels that the target's whole numbers from 0 stand for; none: the
            numbers are the labels. A class may be without a row where two others have some.

    Raises:
        UserError: a name is blank, chosen twice, or both input and target; there are no
            rows; a row is too short or too long or holds something else than finite
            numbers; there is but one class, or more than `MAX_CLASSES`; a label is blank,
            given twice or reads as a missing value, or a row's class is none of them.
    """
    _check_choice(features, targets, task, tr("The table"))
    names = (*features, *targets)
    if not all(name.strip() for name in names):
        raise UserError(tr("A column of the table has no name; give every column one."))
    if not rows:
        raise UserError(tr("The table has no rows; add at least one."))
    values = _plain_values(rows, len(names))
    if values is None:
        for i, row in enumerate(rows, start=1):
            _check_row(row, names, i)
        values = np.array(rows, dtype=np.float64)
    X, last = values[:, : len(features)].copy(), values[:, len(features) :].copy()
    if task is Task.REGRESSION:
        if classes:
            raise UserError(
                tr("The table predicts values and names classes: leave the classes out.")
            )
        return Dataset(X, last, tuple(features), tuple(targets), task)
    if classes:
        indices, found = _indexed_classes(last[:, 0], tuple(classes), targets[0]), tuple(classes)
    else:
        indices, found = _numbered_classes(last[:, 0])
    _check_class_count(
        len(found), tr("The column {targets!r} of the table").format(targets=targets[0]), found
    )
    return Dataset(X, indices, tuple(features), tuple(targets), task, found)


def check_labels(classes: Sequence[str]) -> None:
    """Check labels that are given by hand.

    Raises:
        UserError: one is blank, reads as a missing value, has blanks around it, or is
            there twice.
    """
    for text in classes:
        if is_missing(text):
            said = (
                tr("{text} reads as a missing value").format(text=_short(text))
                if text.strip()
                else tr("A label is blank")
            )
            raise UserError(
                tr("Classes of the table: {said}; give every class a name of its own.").format(
                    said=said
                )
            )
        if text != text.strip():
            raise UserError(
                tr("Classes of the table: {text} has blanks around it; write it without.").format(
                    text=_short(text)
                )
            )
        if list(classes).count(text) > 1:
            raise UserError(
                tr("Classes of the table: {text} is there twice; name it once.").format(
                    text=_short(text)
                )
            )


def _indexed_classes(values: FloatArray, classes: tuple[str, ...], target: str) -> IntArray:
    check_labels(classes)
    bad = np.flatnonzero(~np.isin(values, np.arange(len(classes))))
    if bad.size:
        raise UserError(
            tr(
                "The table, row {bad}, column {target!r}: {values} is "
                "the place of no class; write a whole number from 0 to {classes}."
            ).format(
                bad=bad[0] + 1,
                target=target,
                values=label(float(values[bad[0]])),
                classes=len(classes) - 1,
            )
        )
    indices = values.astype(np.int64)
    present = np.unique(indices)
    if len(classes) > 1 and len(present) < 2:
        raise UserError(
            tr(
                "The column {target!r} of the table holds samples of one class only "
                "({classes!r}), so there is nothing to tell apart; add samples of "
                "another class."
            ).format(target=target, classes=classes[int(present[0])])
        )
    return indices


def _plain_values(rows: Sequence[Sequence[float]], width: int) -> FloatArray | None:
    """Return rows of nothing but finite floats as an array, or None for any other rows."""
    if set(map(len, rows)) != {width} or set(map(type, chain.from_iterable(rows))) != {float}:
        return None
    values = np.fromiter(chain.from_iterable(rows), np.float64, len(rows) * width)
    return values.reshape(len(rows), width) if np.isfinite(values).all() else None


def _check_choice(features: Sequence[str], targets: Sequence[str], task: Task, where: str) -> None:
    if not features:
        raise UserError(
            tr("{where}: no input is chosen; choose at least one column of numbers.").format(
                where=where
            )
        )
    if not targets:
        raise UserError(
            tr("{where}: no target is chosen; choose the column to predict.").format(where=where)
        )
    if task is Task.CLASSIFICATION and len(targets) > 1:
        raise UserError(
            tr(
                "{where}: classification takes one target column and {targets} are chosen "
                "({targets2}); choose one, or choose regression."
            ).format(where=where, targets=len(targets), targets2=", ".join(targets))
        )
    for names, role in ((features, tr("an input")), (targets, tr("a target"))):
        name, times = Counter(names).most_common(1)[0]
        if times > 1:
            raise UserError(
                tr("{where}: column {name!r} is {role} twice; choose it once.").format(
                    where=where, name=name, role=role
                )
            )
    for name in features:
        if name in targets:
            raise UserError(
                tr(
                    "{where}: column {name!r} is both an input and the target; "
                    "leave it out of the inputs, or the network only has to copy it."
                ).format(where=where, name=name)
            )


def _check_row(row: Sequence[float], names: tuple[str, ...], number: int) -> None:
    if len(row) != len(names):
        raise UserError(
            tr(
                "The table, row {number}: {values} where there "
                "are {columns} columns ({names}); give every row {columns}."
            ).format(
                number=number,
                values=counted(len(row), "{n} value", "{n} values"),
                columns=len(names),
                names=", ".join(names),
            )
        )
    for j, (name, value) in enumerate(zip(names, row, strict=True), start=1):
        # A bool is an int to Python, and no number to a person.
        is_real = isinstance(value, int | float | np.number) and not isinstance(value, bool)
        if not is_real or not math.isfinite(value):
            raise UserError(
                tr(
                    "The table, row {number}, column {j} ({name!r}): {value!r} is not a finite "
                    "number; write a number there."
                ).format(number=number, j=j, name=name, value=value)
            )


def _numbers(
    table: Table, name: str, role: str, keep: IntArray, *, may_lack: bool = False
) -> FloatArray:
    """Return a column's numbers in the rows `keep`; NaN for missing ones where they may be."""
    if not table.numeric(name):
        _refuse_text(table, name, role)
    column: FloatArray = table.column(name)[keep]
    wrong = np.isinf(column) if may_lack else ~np.isfinite(column)
    if wrong.any():
        _refuse_cell(table, name, int(keep[wrong.argmax()]), role)
    return column


def _classes(table: Table, name: str, keep: IntArray) -> tuple[IntArray, tuple[str, ...]]:
    if table.numeric(name):
        return _numbered_classes(_numbers(table, name, "targets", keep))
    column = table.column(name)[keep]
    labels = sorted(set(column))
    missing = {text for text in labels if is_missing(text)}
    if missing:
        first = next(i for i, text in enumerate(column) if text in missing)
        _refuse_cell(table, name, int(keep[first]), "targets")
    index = {text: k for k, text in enumerate(labels)}
    indices = np.fromiter(map(index.__getitem__, column), np.int64, len(column))
    return indices, tuple(labels)


def _known_classes(
    table: Table,
    name: str,
    indices: IntArray,
    found: tuple[str, ...],
    known: tuple[str, ...],
    keep: IntArray,
) -> tuple[IntArray, tuple[str, ...]]:
    for k, text in enumerate(found):
        if text not in known:
            where, _ = place_of(table, int(keep[(indices == k).argmax()]))
            raise UserError(
                tr(
                    "{name}, {where}, column {index} ({name2!r}): "
                    "the class {text} is none that the network knows "
                    "({known}); correct it or delete the row."
                ).format(
                    name=table.path.name,
                    where=where,
                    index=table.index(name) + 1,
                    name2=name,
                    text=_short(text),
                    known=", ".join(known),
                )
            )
    place = np.array([known.index(text) for text in found], dtype=np.int64)
    return place[indices], known


def _numbered_classes(values: FloatArray) -> tuple[IntArray, tuple[str, ...]]:
    distinct, indices = np.unique(values, return_inverse=True)
    return indices.astype(np.int64), tuple(label(float(value)) for value in distinct)


def _check_class_count(n_classes: int, where: str, labels: Sequence[str]) -> None:
    if n_classes < 2:
        raise UserError(
            tr(
                "{where} holds one class only ({labels!r}), so there is nothing to tell apart; "
                "choose another target, or add rows of another class."
            ).format(where=where, labels=labels[0])
        )
    if n_classes > MAX_CLASSES:
        raise UserError(
            tr(
                "{where} holds {n_classes:,} different values and at most {max_classes} classes "
                "are possible; choose regression or another target."
            ).format(where=where, n_classes=n_classes, max_classes=MAX_CLASSES)
        )


def _refuse_text(table: Table, name: str, role: str) -> NoReturn:
    """Refuse a text column: at one cell if it is a slip among numbers, else as a whole."""
    words = _words(table, name)
    # A column of numbers that was read as text can hold words at a few places only.
    if 2 * len(words) <= table.n_rows:
        _refuse_cell(table, name, words[0], role)
    raise UserError(
        tr("{name}: {table}; leave it out of the {role} or write numbers instead.").format(
            name=table.path.name, table=_text(table, name, words), role=role
        )
    )


def _words(table: Table, name: str) -> list[int]:
    """Return the rows in which a column of text holds neither a number nor nothing."""
    decimal = table.dialect.decimal
    return [
        i
        for i, text in enumerate(table.column(name))
        if not is_number(text, decimal) and not is_missing(text)
    ]


def _text(table: Table, name: str, words: list[int]) -> str:
    where, _ = place_of(table, words[0])
    example = _short(str(table.column(name)[words[0]]))
    return tr("{table} holds text, such as {example} in {where}").format(
        table=_column(table, name), example=example, where=where
    )


def _constant(table: Table, name: str) -> str:
    column = table.column(name)
    present = column[~np.isnan(column)]
    if not present.size:
        return tr("{table} holds no value at all").format(table=_column(table, name))
    return tr("{table} is {present} in every row").format(
        table=_column(table, name), present=label(float(present[0]))
    )


def _refuse_cell(table: Table, name: str, row: int, role: str) -> NoReturn:
    column = table.index(name)
    where, cells = place_of(table, row)
    cell = cells[column].strip()
    if not cell:
        fault: str = tr("the value is missing")
    elif is_missing(cell):
        fault = tr("the value is missing ({cell})").format(cell=cell)
    elif is_number(cell, table.dialect.decimal):
        fault = tr("{cell} is not a finite number").format(cell=_short(cell))
    else:
        fault = tr("{cell} is not a number").format(cell=_short(cell))
    remedy: str = tr("fill it in or delete the row")
    if role == "inputs":
        remedy += tr(", or leave the column out of the inputs")
    raise UserError(
        tr("{name}, {where}, column {column} ({name2!r}): {fault}; {remedy}.").format(
            name=table.path.name,
            where=where,
            column=column + 1,
            name2=name,
            fault=fault,
            remedy=remedy,
        )
    )


def _place(table: Table, name: str) -> str:
    return f"{table.path.name}: {_column(table, name)}"


def _column(table: Table, name: str) -> str:
    return tr("column {index} ({name!r})").format(index=table.index(name) + 1, name=name)


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")
