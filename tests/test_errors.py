"""A sentence for the user stays one, whatever it quotes."""

import pytest

from nnlab.errors import UserError


def test_a_sentence_is_kept_as_it_is() -> None:
    sentence = "Größe “日本” of 👩\u200d🔬 — e\u0301 is 3 × 2: choose another."
    assert str(UserError(sentence)) == sentence


@pytest.mark.parametrize(
    ("quoted", "shown"),
    [
        ("a\nb", "a␊b"), ("a\r\nb", "a␍␊b"), ("\0", "␀"), ("\x1b[31m", "␛[31m"), ("\x7f", "␡"),
        ("\x85", "�"), ("a\u2028b", "a�b"), ("\u202etxt", "�txt"), ("\udcff", "�"),
        ("\ufeffa", "�a"),
    ],
)  # fmt: skip
def test_what_can_not_be_shown_on_one_line_is_replaced(quoted: str, shown: str) -> None:
    assert str(UserError(f"“{quoted}” is no number.")) == f"“{shown}” is no number."
    str(UserError(quoted)).encode("utf-8")


def test_of_a_name_beyond_all_measure_the_middle_is_left_out() -> None:
    sentence = str(UserError(f"{'x' * 5000}.csv is empty; choose a file with rows."))
    assert len(sentence) < 600
    assert sentence.startswith("xxx")
    assert sentence.endswith("xx.csv is empty; choose a file with rows.")
