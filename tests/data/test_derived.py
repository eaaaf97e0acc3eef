"""Derived features: numbers worked out by hand, and what is refused."""

import numpy as np
import pytest

from nnlab.data.derived import (
    Inputs,
    Product,
    Sine,
    Square,
    check_derived,
    is_same,
    needed_columns,
)
from nnlab.errors import UserError

X = np.array([[1.0, -2.0, 0.5], [3.0, 4.0, -1.5]])
ABC = ("a", "b", "c")


def test_squares_products_and_sines_follow_the_direct_inputs():
    derived = (Square("b"), Product("a", "c"), Sine("a"))
    inputs = Inputs(ABC, ("c", "a"), derived)
    assert inputs.names == ("c", "a", "b²", "a·c", "sin a")
    assert inputs.n_inputs == 5
    expected = [
        [0.5, 1.0, 4.0, 0.5, 0.8414709848078965],
        [-1.5, 3.0, 16.0, -4.5, 0.1411200080598672],
    ]
    assert np.array_equal(inputs.of(X), expected)


def test_derived_inputs_alone_are_possible():
    inputs = Inputs(ABC, (), (Square("a"), Square("b")))
    assert np.array_equal(inputs.of(X), [[1.0, 4.0], [9.0, 16.0]])


def test_columns_in_another_order_are_picked_by_name():
    assert np.array_equal(Inputs(ABC, ("b", "a"), (Square("c"),)).of(X)[:, :2], X[:, [1, 0]])


def test_where_nothing_is_derived_the_columns_themselves_are_returned():
    assert Inputs(ABC, ABC).of(X) is X
    assert Inputs(ABC, ABC).checked(X) is X


def test_a_number_too_large_for_its_square_is_refused_with_its_sample():
    inputs = Inputs(("a",), ("a",), (Square("a"),))
    large = np.array([[1.0], [1e200]])
    assert np.isinf(inputs.of(large)[1, 1])
    with pytest.raises(UserError, match="a² is too large a number in sample 2"):
        inputs.checked(large)


def test_x_times_y_is_y_times_x_and_not_a_square():
    assert is_same(Product("a", "b"), Product("b", "a"))
    assert not is_same(Product("a", "b"), Product("a", "c"))
    assert not is_same(Square("a"), Sine("a"))


@pytest.mark.parametrize(
    ("direct", "derived", "columns"),
    [
        (("c", "a"), (Square("a"),), ("c", "a")),
        ((), (Square("c"), Square("a")), ("a", "c")),
        (("c",), (Product("b", "a"),), ABC),
        (("c", "c"), (Square("a"),), ("a", "c", "c")),
        (("c", "z"), (Square("a"),), ("a", "c", "z")),
    ],
)
def test_the_columns_needed_are_the_inputs_or_stand_in_the_order_of_the_data(
    direct, derived, columns
):
    assert needed_columns(ABC, direct, derived) == columns


@pytest.mark.parametrize(
    ("derived", "said"),
    [
        ((Square("a"), Sine("z")), r"“data.derived\[1\]”: there is no input “z”.*it has a, b, c"),
        ((Product("a", "a"),), r"“data.derived\[0\]”: a product is of two different inputs"),
        ((Product("a", "b"), Product("b", "a")), r"“data.derived\[1\]”: b·a is derived twice"),
    ],
)
def test_what_can_not_be_derived_is_refused_with_its_path(derived, said):
    with pytest.raises(UserError, match=said):
        check_derived(derived, ABC)


def test_a_name_that_a_column_has_already_is_refused():
    with pytest.raises(UserError, match="a² is the name of a column already"):
        check_derived((Square("a"),), ("a", "a²"))
