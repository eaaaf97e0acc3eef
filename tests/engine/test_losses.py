import math

import numpy as np
import pytest

from nnlab.arrays import FloatArray
from nnlab.engine.activations import ACTIVATIONS, Logistic, Softmax
from nnlab.engine.losses import LOSSES, check_pairing, fitting_losses
from nnlab.errors import UserError

from .support import relative_error, slope_of, some_targets, value_of

Z = np.array([[0.5, -1.0, 2.0], [-0.25, 0.0, 1.5]])


def loss_of(name: str, A: list[list[float]], Y: list[list[float]]) -> float:
    """Return a distance of A and Y, which doesn't look at Z."""
    return LOSSES[name].value(np.array(A), np.array(A), np.array(Y))


def gradient_of(name: str, A: FloatArray, Y: FloatArray, *, fused: bool = False) -> FloatArray:
    out = np.full_like(A, np.nan)
    (LOSSES[name].fused_gradient if fused else LOSSES[name].gradient)(A, Y, out)
    return out


class TestValuesByHand:
    def test_mse_of_one_sample_and_output_is_the_lectures_square(self) -> None:
        assert loss_of("mse", [[3.0]], [[5.0]]) == 4.0

    def test_mse_is_the_mean_over_samples_and_outputs(self) -> None:
        # The squares 1, 4, 9 and 0, by 4.
        assert loss_of("mse", [[1.0, 2.0], [3.0, 4.0]], [[0.0, 4.0], [0.0, 4.0]]) == 3.5

    def test_mae_is_the_mean_over_samples_and_outputs(self) -> None:
        assert loss_of("mae", [[1.0, 2.0], [3.0, 4.0]], [[0.0, 4.0], [0.0, 4.0]]) == 1.5

    def test_bce_is_the_mean_over_samples_and_outputs(self) -> None:
        A = np.array([[0.25, 0.5], [0.75, 0.125]])
        Y = np.array([[0.0, 1.0], [1.0, 1.0]])
        expected = -(math.log(0.75) + math.log(0.5) + math.log(0.75) + math.log(0.125)) / 4.0
        assert LOSSES["bce"].value(np.log(A / (1.0 - A)), A, Y) == pytest.approx(expected, 1e-14)

    def test_cce_is_the_mean_over_samples_of_the_sum_over_classes(self) -> None:
        A = np.array([[0.25, 0.25, 0.5], [0.125, 0.75, 0.125]])
        Y = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
        expected = -(math.log(0.5) + math.log(0.125)) / 2.0
        assert LOSSES["cce"].value(np.log(A), A, Y) == pytest.approx(expected, 1e-14)

    def test_cce_of_two_classes_equals_bce_of_one_output(self) -> None:
        z = np.array([[0.7], [-1.2]])
        y = np.array([[1.0], [0.0]])
        two = np.hstack([np.zeros_like(z), z])
        one_hot = np.hstack([1.0 - y, y])
        cce = LOSSES["cce"].value(two, value_of(Softmax(), two), one_hot)
        bce = LOSSES["bce"].value(z, value_of(Logistic(), z), y)
        assert cce == pytest.approx(bce, rel=1e-14)

    @pytest.mark.parametrize("name", ["mse", "mae"])
    def test_perfect_answers_cost_nothing(self, name: str) -> None:
        assert loss_of(name, [[1.5, -2.0]], [[1.5, -2.0]]) == 0.0


class TestGradientsByHand:
    A = np.array([[1.0, 2.0], [3.0, 4.0]])
    Y = np.array([[0.0, 4.0], [0.0, 4.0]])

    def test_mse(self) -> None:
        assert gradient_of("mse", self.A, self.Y).tolist() == [[0.5, -1.0], [1.5, 0.0]]

    def test_mse_of_one_sample_is_the_lectures_factor_two(self) -> None:
        # (2) of the lecture: ∂J/∂a = 2 (a − y)
        assert gradient_of("mse", np.array([[3.0]]), np.array([[5.0]])).tolist() == [[-4.0]]

    def test_mae_has_slope_zero_where_both_are_equal(self) -> None:
        assert gradient_of("mae", self.A, self.Y).tolist() == [[0.25, -0.25], [0.25, 0.0]]

    def test_bce(self) -> None:
        A, Y = np.array([[0.25], [0.5]]), np.array([[0.0], [1.0]])
        # 1 / (1 − ŷ) and −1 / ŷ, each halved by the mean
        np.testing.assert_allclose(gradient_of("bce", A, Y), [[2.0 / 3.0], [-1.0]], rtol=1e-15)

    def test_cce(self) -> None:
        A, Y = np.array([[0.25, 0.75]]), np.array([[1.0, 0.0]])
        assert gradient_of("cce", A, Y).tolist() == [[-4.0, 0.0]]


@pytest.mark.parametrize("name", LOSSES)
def test_repeating_every_sample_changes_neither_value_nor_summed_gradient(name: str) -> None:
    rng = np.random.default_rng(0)
    f = Softmax() if name == "cce" else Logistic()
    A, Y = value_of(f, Z), some_targets(name, Z.shape, rng)
    twice = [np.vstack([part, part]) for part in (Z, A, Y)]
    loss = LOSSES[name]
    assert loss.value(*twice) == pytest.approx(loss.value(Z, A, Y), rel=1e-14)
    np.testing.assert_allclose(
        2.0 * gradient_of(name, twice[1], twice[2])[:2], gradient_of(name, A, Y), rtol=1e-14
    )


@pytest.mark.parametrize("name", LOSSES)
def test_inputs_are_never_modified(name: str) -> None:
    rng = np.random.default_rng(1)
    parts = [Z.copy(), value_of(Softmax(), Z), some_targets(name, Z.shape, rng)]
    for part in parts:
        part.flags.writeable = False
    loss = LOSSES[name]
    loss.value(*parts)
    out = np.empty_like(Z)
    loss.gradient(parts[1], parts[2], out)
    loss.fused_gradient(parts[1], parts[2], out)


class TestFusedGradientEqualsTheChain:
    def test_logistic_and_binary_cross_entropy(self) -> None:
        A, Y = value_of(Logistic(), Z), some_targets("bce", Z.shape, np.random.default_rng(2))
        chain = gradient_of("bce", A, Y) * slope_of(Logistic(), Z)
        np.testing.assert_allclose(gradient_of("bce", A, Y, fused=True), chain, rtol=1e-13)

    def test_softmax_and_categorical_cross_entropy_by_the_full_jacobian(self) -> None:
        A, Y = value_of(Softmax(), Z), some_targets("cce", Z.shape, np.random.default_rng(2))
        dA = gradient_of("cce", A, Y)
        chain = np.empty_like(Z)
        for row, a in enumerate(A):
            jacobian = np.diag(a) - np.outer(a, a)  # ∂a_i/∂z_j = a_i ([i = j] − a_j)
            chain[row] = dA[row] @ jacobian
        fused = gradient_of("cce", A, Y, fused=True)
        assert relative_error(fused, chain) < 1e-15


class TestStability:
    @pytest.mark.parametrize("z", [800.0, 1e5])
    def test_bce_far_from_zero(self, z: float) -> None:
        Z = np.array([[z], [-z], [z], [-z]])
        Y = np.array([[1.0], [0.0], [0.0], [1.0]])
        with np.errstate(all="ignore"):
            A = value_of(Logistic(), Z)
        # Right answers cost nothing, wrong ones |z| each.
        assert LOSSES["bce"].value(Z[:2], A[:2], Y[:2]) == 0.0
        assert LOSSES["bce"].value(Z[2:], A[2:], Y[2:]) == z
        assert gradient_of("bce", A, Y, fused=True).tolist() == [[0.0], [0.0], [0.25], [-0.25]]

    def test_bce_of_a_nearly_certain_answer_keeps_its_precision(self) -> None:
        Z = np.array([[40.0]])
        cost = LOSSES["bce"].value(Z, value_of(Logistic(), Z), np.array([[1.0]]))
        assert cost == pytest.approx(math.exp(-40.0), rel=1e-12)

    @pytest.mark.parametrize("z", [800.0, 1e5])
    def test_cce_far_from_zero(self, z: float) -> None:
        Z = np.array([[z, -z, 0.0]])
        A = value_of(Softmax(), Z)
        costs = [LOSSES["cce"].value(Z, A, Y[None]) for Y in np.eye(3)]
        assert costs == [0.0, 2.0 * z, z]
        assert gradient_of("cce", A, np.eye(3)[1:2], fused=True).tolist() == [[1.0, -1.0, 0.0]]


# Pairings -------------------------------------------------------------------------------

TITLES = {name: kind.title for name, kind in ACTIVATIONS.items()}


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_pair_is_taken_or_refused_with_a_remedy(activation: str, loss: str) -> None:
    fits = {"bce": activation == "logistic", "cce": activation == "softmax"}.get(
        loss, activation != "softmax"
    )
    assert (loss in fitting_losses(activation)) == fits
    if fits:
        check_pairing(activation, 3, loss)
        return
    with pytest.raises(UserError) as refusal:
        check_pairing(activation, 3, loss)
    text = str(refusal.value)
    assert LOSSES[loss].title in text
    assert LOSSES[fitting_losses(activation)[0]].title.lower() in text
    assert TITLES[activation] in text
    if loss in ("bce", "cce"):
        assert TITLES["logistic" if loss == "bce" else "softmax"] in text


@pytest.mark.parametrize("loss", LOSSES)
def test_softmax_of_a_single_neuron_is_refused(loss: str) -> None:
    with pytest.raises(UserError, match="at least 2 neurons"):
        check_pairing("softmax", 1, loss)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_output_activation_has_a_fitting_loss(activation: str) -> None:
    assert fitting_losses(activation)
