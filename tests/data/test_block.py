import numpy as np
import pytest

from nnlab.data.block import MAX_BLOCK_VALUES, looks_like_block, read_block
from nnlab.data.dataset import Task
from nnlab.data.dialect import AS_FOUND, Reading
from nnlab.data.samples import dataset_from_table
from nnlab.errors import UserError


def refusal(text, reading=AS_FOUND):
    with pytest.raises(UserError) as caught:
        read_block(text, reading)
    sentence = str(caught.value)
    assert sentence.startswith("The pasted block")
    assert "\n" not in sentence
    return sentence


def test_tabs_part_cells_and_commas_may_be_decimal():
    table = read_block("a\tb\n1,5\t2\n3,25\t4\n", AS_FOUND)
    assert table.column_names == ("a", "b")
    assert table.columns[0].tolist() == [1.5, 3.25]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_they_like_and_cells_may_be_empty(ends):
    table = read_block(ends.join(["a\tb", "1\t", "2\t4", ""]), AS_FOUND)
    assert np.isnan(table.columns[1][0])


def test_text_without_tabs_is_read_as_a_file_would_be():
    assert read_block("a;b\n1;2\n3;4\n", AS_FOUND).column_names == ("a", "b")
    assert read_block("1 2\n3 4\n", AS_FOUND).column_names == ("x1", "y")


def test_the_header_can_be_said_otherwise():
    table = read_block("1\t2\n3\t4\n", Reading(header=True))
    assert table.column_names == ("1", "2")


def test_faults_name_their_line():
    assert "line 3" in refusal("a\tb\n1\t2\n3\n")
    assert "no rows" in refusal("a\tb\n")
    assert "quote" in refusal('a\tb\n1\t"2\n')
    table = read_block("a\tb\n\n1\t2\n3\tx9\n4\t5\n", AS_FOUND)
    with pytest.raises(UserError, match="line 4, column 2"):
        dataset_from_table(table, ["a"], ["b"], Task.REGRESSION)


def test_a_long_block_is_better_kept_in_a_file():
    row = "1\t" * 99 + "2\n"
    assert "save it as a file" in refusal(row * (MAX_BLOCK_VALUES // 100 + 1))


@pytest.mark.parametrize(
    ("text", "is_block"),
    [("a\tb\n1\t2", True), ("a,b\n1,2", True), ("word", False), ("", False), ("a\nb\nc", False),
     ("a\tb\n", False)],
)  # fmt: skip
def test_a_table_is_told_from_other_text(text, is_block):
    assert looks_like_block(text) is is_block
