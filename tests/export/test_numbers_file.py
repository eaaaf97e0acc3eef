"""Numbers of a plot as text: every digit, gaps as empty cells, whole or not at all."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from nnlab.errors import UserError
from nnlab.export.numbers_file import Numbers, numbers_text, write_numbers

TABLE = Numbers(
    ("epoch", "loss (m²)", "part, of it"),
    (np.array([0, 1, 2]), np.array([0.1 + 0.2, np.nan, np.inf]), ["train", 'a "b"', "c,d"]),
)


def test_every_number_comes_back_to_the_last_bit(tmp_path: Path) -> None:
    write_numbers(TABLE, tmp_path / "n.csv")
    with (tmp_path / "n.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == list(TABLE.header)
    assert [row[0] for row in rows] == ["0", "1", "2"]
    assert float(rows[0][1]) == 0.1 + 0.2
    assert [row[1] for row in rows[1:]] == ["", "inf"]
    assert [row[2] for row in rows] == ["train", 'a "b"', "c,d"]


def test_the_clipboard_gets_tabs() -> None:
    rows = list(csv.reader(io.StringIO(numbers_text(TABLE)), delimiter="\t"))
    assert rows[0] == list(TABLE.header)
    assert len(rows) == 4


def test_more_rows_than_are_written_at_once_stay_in_order(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=25_000)
    write_numbers(Numbers(("value",), (values,)), tmp_path / "n.csv")
    read = np.loadtxt(tmp_path / "n.csv", skiprows=1)
    assert np.array_equal(read, values)


def test_nothing_drawn_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="shows nothing yet"):
        write_numbers(Numbers((), ()), tmp_path / "n.csv")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"n\.csv could not be written") as caught:
        write_numbers(TABLE, tmp_path / "none" / "n.csv")
    assert "\n" not in str(caught.value)


def test_columns_of_unlike_length_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="same length"):
        Numbers(("a", "b"), (np.zeros(2), np.zeros(3)))
