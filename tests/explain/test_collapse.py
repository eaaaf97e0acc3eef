"""Linear layers multiplied out into one map."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.engine.activations import Identity, ReLU, Tanh
from nnlab.experiment.spec import LayerSpec
from nnlab.experiment.weights import LayerWeights
from nnlab.explain.collapse import (
    Bend,
    bias_terms,
    compare,
    drawn_stack,
    example_stack,
    is_linear,
    single_map,
)
from nnlab.explain.collapse_formulas import bias_line, map_line, matrix_line, nested
from nnlab.explain.plain import plain
from tests.session.support import SMALL

BY_HAND = (
    LayerWeights(np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([1.0, 0.5])),
    LayerWeights(np.array([[3.0, 4.0]]), np.array([-2.0])),
)


class TestMap:
    def test_is_what_multiplying_out_by_hand_gives(self) -> None:
        single = single_map(BY_HAND)
        assert single.W.tolist() == [[3.0, 2.0]]
        assert single.b.tolist() == [3.0]  # 3·1 + 4·0.5 − 2
        assert [each.tolist() for each in bias_terms(BY_HAND)] == [[5.0], [-2.0]]

    @given(st.integers(2, 6), st.integers(1, 4), st.integers(0, 9999))
    def test_is_the_same_function_as_the_network_to_the_last_digits(
        self, depth: int, width: int, seed: int
    ) -> None:
        stack = drawn_stack(depth, width, seed)
        assert stack.depth == depth
        for along in range(2):
            found = compare(stack, along, None, Bend.NONE)
            assert found.largest <= 1e-13 * max(1.0, np.abs(found.network).max())

    @pytest.mark.parametrize("bend", [Bend.RELU, Bend.TANH])
    @pytest.mark.parametrize("layer", [0, 1])
    def test_fits_no_more_where_a_layer_is_bent(self, bend: Bend, layer: int) -> None:
        assert compare(drawn_stack(3, 3, 1), 0, layer, bend).largest > 0.1

    def test_the_network_is_computed_with_the_bend(self) -> None:
        stack = drawn_stack(2, 3, 5)
        found = compare(stack, 0, 0, Bend.RELU)
        first, last = stack.weights.layers
        X = np.column_stack((found.x, np.zeros(len(found.x))))
        by_hand = np.maximum(X @ first.W.T + first.b, 0) @ last.W.T + last.b
        assert found.network == pytest.approx(by_hand, abs=1e-14)

    def test_the_same_seed_draws_the_same_network(self) -> None:
        assert drawn_stack(3, 2, 4).weights == drawn_stack(3, 2, 4).weights
        assert drawn_stack(3, 2, 4).weights != drawn_stack(3, 2, 5).weights

    def test_of_the_example_is_as_good_as_its_network(self) -> None:
        stack = example_stack()
        assert [layer.W.shape for layer in stack.weights.layers] == [(8, 2), (8, 8), (1, 8)]
        assert compare(stack, 1, None, Bend.NONE).largest < 1e-14


def test_an_experiment_is_linear_where_every_hidden_layer_is() -> None:
    linear = LayerSpec(3, Identity())
    bent = LayerSpec(3, Tanh())

    def spec(*hidden: LayerSpec) -> bool:
        layers = (*hidden, SMALL.network.output)
        return is_linear(replace(SMALL, network=replace(SMALL.network, layers=layers)))

    assert spec(linear)
    assert spec(linear, linear)
    assert not spec(linear, bent)
    assert not spec(LayerSpec(3, ReLU()))
    assert not spec()


class TestFormulas:
    def test_are_in_the_lectures_symbols(self) -> None:
        assert plain(nested(2)) == "z^(2) = W^(2)(W^(1) x + b^(1)) + b^(2) = W x + b"

    def test_write_the_matrices_out(self) -> None:
        single = single_map(BY_HAND)
        assert plain(matrix_line(BY_HAND, single)) == (
            "W = W^(2) · W^(1) = [3, 4] · [1, 2; 0, −1] = [3, 2]"
        )
        assert plain(bias_line(BY_HAND, single)) == ("b = W^(2) b^(1) + b^(2) = [5] + [−2] = [3]")
        assert plain(map_line(single, 2)) == "z_1^(2) = 3 · x_1 + 2 · x_2 + 3"

    def test_say_where_numbers_are_rounded(self) -> None:
        stack = drawn_stack(2, 1, 1)
        single = single_map(stack.weights.layers)
        assert "≈" in plain(matrix_line(stack.weights.layers, single), 4)
        assert plain(map_line(single, 2), 4).startswith("z_1^(2) ≈ ")

    def test_large_matrices_are_written_by_their_shape(self) -> None:
        layers = (
            LayerWeights(np.ones((20, 2)), np.zeros(20)),
            LayerWeights(np.ones((1, 20)), np.zeros(1)),
        )
        single = single_map(layers)
        assert plain(matrix_line(layers, single)) == "W = W^(2) · W^(1) ∈ ℝ^(1 × 2)"
        assert plain(bias_line(layers, single)).endswith("∈ ℝ^(1 × 1)")
