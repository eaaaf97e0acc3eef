import pytest

from nnlab.engine.activations import Logistic, Tanh
from nnlab.errors import UserError
from nnlab.experiment.building import frozen_parameters, layer_shapes
from nnlab.experiment.codec import network_to_json, read_network
from nnlab.experiment.edits import (
    add_hidden_layer,
    move_hidden_layer,
    remove_hidden_layer,
    set_connected,
    set_dropout,
    set_frozen,
    set_name,
    set_neurons,
)
from nnlab.experiment.sections import Section
from nnlab.experiment.spec import LayerSpec, NetworkSpec
from nnlab.experiment.weights import Place

PLAIN = NetworkSpec((LayerSpec(2, Tanh()), LayerSpec(1, Logistic())))


def test_a_connection_taken_away_and_made_again_leaves_no_trace():
    cut = set_connected(PLAIN, [Place(0, 1, 0), Place(1, 0)], 3, False)
    assert cut.layers[0].mask == ((1, 1, 1), (0, 1, 1))
    assert cut.layers[1].mask is None
    assert set_connected(cut, [Place(0, 1, 0)], 3, True) == PLAIN


def test_weights_and_biases_are_frozen_each_in_its_place():
    frozen = set_frozen(PLAIN, [Place(0, 1, 2), Place(0, 0), Place(1, 0, 1)], 3, True)
    assert frozen.layers[0].frozen == ((0, 0, 0), (0, 0, 1))
    assert frozen.layers[0].frozen_biases == (1, 0)
    assert frozen.layers[1].frozen == ((0, 1),)
    # The flat vector: W1 2×3, W2 1×2, b1, b2.
    assert frozen_parameters(frozen, 3) == (5, 7, 8)
    assert len(layer_shapes(frozen, 3)) == 2
    places = [Place(0, 1, 2), Place(0, 0), Place(1, 0, 1)]
    assert set_frozen(frozen, places, 3, False) == PLAIN


def test_frozen_marks_go_through_the_file():
    frozen = set_frozen(PLAIN, [Place(0, 1, 2), Place(0, 0)], 3, True)
    assert Section(network_to_json(frozen), "here", "").read(read_network) == frozen


def test_frozen_marks_follow_the_number_of_neurons():
    frozen = set_frozen(PLAIN, [Place(0, 1, 2), Place(0, 0), Place(1, 0, 1)], 3, True)
    wider = set_neurons(frozen, 0, 3)
    assert wider.layers[0].frozen == ((0, 0, 0), (0, 0, 1), (0, 0, 0))
    assert wider.layers[0].frozen_biases == (1, 0, 0)
    assert wider.layers[1].frozen == ((0, 1, 0),)
    assert set_neurons(frozen, 0, 1).layers[1].frozen is None


def test_dropout_stays_with_its_layer_when_others_come_and_go():
    network = set_dropout(set_neurons(PLAIN, 0, 5), 0, 0.3)
    more = add_hidden_layer(network, 1)
    assert [layer.dropout for layer in more.layers] == [0.3, 0.0, 0.0]
    moved = move_hidden_layer(more, 0, 1)
    assert [layer.dropout for layer in moved.layers] == [0.0, 0.3, 0.0]
    assert [layer.dropout for layer in remove_hidden_layer(moved, 0).layers] == [0.3, 0.0]
    assert [layer.dropout for layer in remove_hidden_layer(moved, 1).layers] == [0.0, 0.0]
    assert set_neurons(network, 0, 2).layers[0].dropout == 0.3


@pytest.mark.parametrize(
    ("position", "rate", "said"),
    [(1, 0.5, "for hidden layers"), (0, 1.0, "below 1"), (0, -0.1, "from 0")],
)
def test_dropout_that_can_not_be_is_refused(position, rate, said):
    with pytest.raises(UserError, match=said):
        set_dropout(PLAIN, position, rate)


def test_the_last_name_taken_away_none_is_kept():
    named = set_name(PLAIN, 0, 1, " edge ")
    assert named.layers[0].names == ("", "edge")
    assert set_name(named, 0, 1, "") == PLAIN


def test_symbols_are_the_lectures():
    assert Place(0, 1, 2).symbol == "w_23^(1)"
    assert Place(1, 0).symbol == "b_1^(2)"
    assert Place(0, 11, 2).symbol == "w_12,3^(1)"
