"""The table of runs as text: every digit, nothing that a spreadsheet would carry out."""

import csv
import math
from dataclasses import replace
from pathlib import Path

from nnlab.engine.epoch_log import EpochRecord
from nnlab.experiment.spec import SGDSpec
from nnlab.export.runs_file import runs_text, write_runs
from tests.experiment.test_runs import SPEC, trained

WIDE = replace(SPEC, training=replace(SPEC.training, optimizer=SGDSpec(0.3)))


def rows(*runs) -> list[dict[str, str]]:
    return list(csv.DictReader(runs_text(runs, ",").splitlines()))


def test_a_row_a_run_with_what_differs():
    first, second = rows(trained(number=2), trained(WIDE, 1))
    assert (first["run"], first["Rate α"]) == ("2", "0.1")
    assert (second["run"], second["Rate α"]) == ("1", "0.3")
    assert first["loss"] == "bce"
    assert first["epochs"] == "3"
    assert first["started"] == "2026-01-02T03:04:05+00:00"


def test_losses_have_all_their_digits():
    run = trained()
    (row,) = rows(run)
    assert float(row["train_loss"]) == run.record.train_loss
    assert float(row["test_accuracy"]) == run.record.test_accuracy


def test_what_does_not_exist_is_empty():
    bare = replace(
        trained(),
        record=EpochRecord(1, 30, math.inf),
        label=replace(trained().label, seconds=None, started=None),
    )
    (row,) = rows(bare)
    assert (row["test_loss"], row["seconds"], row["started"]) == ("", "", "")
    (nothing,) = rows(replace(bare, record=None))
    assert nothing["train_loss"] == ""


def test_a_note_is_no_formula():
    (row,) = rows(trained(note="=HYPERLINK(1)"))
    assert row["note"] == "'=HYPERLINK(1)"
    (row,) = rows(trained(note='with a , and a "'))
    assert row["note"] == 'with a , and a "'


def test_no_runs_are_a_table_without_rows(tmp_path: Path):
    write_runs((), tmp_path / "runs.csv")
    assert (tmp_path / "runs.csv").read_text().startswith("run,loss,epochs")
