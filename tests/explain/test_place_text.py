"""Places by a short text, and back."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.errors import UserError
from nnlab.experiment.weights import Place
from nnlab.explain.place_text import place_text, read_place
from nnlab.explain.steps import AlphaPlace, ParameterPlace, Spot

WIDTHS = (2, 12, 8, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("w 3 2 1", Place(0, 2, 1)),
        ("w_32^(1)", Place(0, 2, 1)),
        ("w32(1)", Place(0, 2, 1)),
        (" W 12,2 1 ", Place(0, 11, 1)),
        ("w_3,12^(2)", Place(1, 2, 11)),
        ("b 12 1", Place(0, 11)),
        ("b_1^(3)", Place(2, 0)),
        ("a 8 2", Spot(2, 8)),
        ("z_8^(2)", Spot(2, 8)),
        ("a 2 0", Spot(0, 2)),
        ("x2", Spot(0, 2)),
        ("α 2", AlphaPlace(1)),
        ("alpha 1", AlphaPlace(0)),
    ],
)
def test_is_read_however_it_is_written(text: str, expected: Spot | ParameterPlace) -> None:
    assert read_place(text, WIDTHS) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Write w i j k"),
        ("w 1 2", "Write w i j k"),
        ("weight", "Write w i j k"),
        ("q 1 1", "Write w i j k"),
        ("w 1 1 4", "no layer 4"),
        ("w 1 1 0", "no layer 0"),
        ("w 13 1 1", "layer 1 has 12 neurons"),
        ("w 1 3 1", "layer 1 reads 2"),
        ("b 0 1", "no unit 0"),
        ("x 3", "the network has 2 inputs"),
    ],
)
def test_what_is_not_there_is_told_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said) as refused:
        read_place(text, WIDTHS)
    assert str(refused.value).endswith(".") or "w_32" in str(refused.value)


@given(st.integers(0, 2), st.data())
def test_what_is_written_is_read_as_the_same(layer: int, data: st.DataObject) -> None:
    neuron = data.draw(st.integers(0, WIDTHS[layer + 1] - 1))
    source = data.draw(st.none() | st.integers(0, WIDTHS[layer] - 1))
    place = Place(layer, neuron, source)
    assert read_place(place_text(place), WIDTHS) == place
    spot = Spot(layer + 1, neuron + 1)
    assert read_place(place_text(spot), WIDTHS) == spot


@given(st.text())
def test_no_text_does_anything_else(text: str) -> None:
    with suppress(UserError):
        read_place(text, WIDTHS)
