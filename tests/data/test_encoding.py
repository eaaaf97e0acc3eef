import numpy as np
import pytest

from nnlab.data.dataset import Task
from nnlab.data.encoding import decode, encode
from nnlab.errors import UserError

CLASS, VALUE = Task.CLASSIFICATION, Task.REGRESSION


def test_one_output_takes_low_and_high():
    targets = np.array([0, 1, 1])
    assert encode(targets, CLASS, 2, 1, 0, 1).tolist() == [[0.0], [1.0], [1.0]]
    assert encode(targets, CLASS, 2, 1, -1, 1).tolist() == [[-1.0], [1.0], [1.0]]
    assert encode(targets, CLASS, 2, 1, 0, 1).dtype == np.float64


def test_several_outputs_take_one_hot():
    assert encode(np.array([2, 0]), CLASS, 3, 3, 0, 1).tolist() == [[0, 0, 1], [1, 0, 0]]


def test_values_are_left_alone():
    values = np.array([[1.5, 2.0], [3.0, 4.0]])
    assert np.array_equal(encode(values, VALUE, 0, 2, 0, 1), values)


def test_three_classes_on_one_output_are_refused():
    with pytest.raises(UserError, match=r"3 classes.*3 neurons"):
        encode(np.array([0, 1, 2]), CLASS, 3, 1, 0, 1)


@pytest.mark.parametrize(("n_classes", "wanted"), [(2, "1 or 2"), (4, "4")])
def test_outputs_that_do_not_fit_the_classes_are_refused(n_classes, wanted):
    with pytest.raises(UserError, match=f"give the output layer {wanted}"):
        encode(np.array([0, 1]), CLASS, n_classes, 3, 0, 1)


def test_outputs_that_do_not_fit_the_target_columns_are_refused():
    with pytest.raises(UserError, match=r"2 target columns.*1 neuron; give the output layer 2"):
        encode(np.zeros((3, 2)), VALUE, 0, 1, 0, 1)


def test_one_output_is_class_one_from_the_threshold_on():
    outputs = np.array([[0.49], [0.5], [0.9]])
    assert decode(outputs, CLASS, 0.5).tolist() == [0, 1, 1]


def test_of_several_outputs_the_first_largest_wins():
    outputs = np.array([[0.1, 0.7, 0.2], [0.4, 0.4, 0.2]])
    assert decode(outputs, CLASS, 0.5).tolist() == [1, 0]


def test_values_are_not_decoded():
    with pytest.raises(ValueError, match="regression"):
        decode(np.zeros((1, 1)), VALUE, 0.5)
