"""A neuron that learns tables: by Rosenblatt's rule as on paper, by descent as the trainer."""

from itertools import product

import numpy as np
import pytest

from nnlab.engine.activations import BinaryStep, Logistic
from nnlab.engine.trainer import Goal
from nnlab.experiment.building import build_trainer
from nnlab.experiment.preparing import prepare_data
from nnlab.explain.neuron import Neuron
from nnlab.explain.perceptron import (
    INPUTS,
    TABLES,
    Descent,
    Rosenblatt,
    best_of_a_line,
    experiment,
    rights,
)
from nnlab.explain.perceptron_terms import rosenblatt_rule, update_numbers
from nnlab.explain.plain import plain

ZERO = Neuron((0.0, 0.0), 0.0, BinaryStep())


class TestRosenblatt:
    def test_its_first_epoch_on_and_is_that_of_paper(self) -> None:
        learner = Rosenblatt(ZERO, TABLES["and"], 1.0)
        updates = [learner.step() for _ in range(4)]
        # (0,0): z = 0 fires, b := −1; (0,1), (1,0): silent; (1,1): silent, all go up by 1.
        assert [u.answer for u in updates] == [1.0, 0.0, 0.0, 0.0]
        assert [u.after.parameters for u in updates] == [
            (0.0, 0.0, -1.0), (0.0, 0.0, -1.0), (0.0, 0.0, -1.0), (1.0, 1.0, 0.0),
        ]  # fmt: skip
        assert learner.mistakes == [2]

    @pytest.mark.parametrize("rate", [0.1, 0.3, 0.5, 1.0])
    @pytest.mark.parametrize(("name", "epochs"), [("and", 6), ("or", 4)])
    def test_it_ends_after_as_many_epochs_with_any_rate(
        self, name: str, epochs: int, rate: float
    ) -> None:
        learner = Rosenblatt(ZERO, TABLES[name], rate)
        while not learner.has_learned:
            learner.run_epoch()
        assert learner.first_without_mistakes == epochs
        assert all(rights(learner.neuron, TABLES[name]))
        kept = learner.neuron
        learner.run_epoch()
        assert learner.neuron == kept
        assert learner.circle() is None

    def test_on_xor_it_goes_round_in_circles(self) -> None:
        learner = Rosenblatt(ZERO, TABLES["xor"], 0.1)
        states = [learner.neuron.parameters]
        for _ in range(20):
            learner.run_epoch()
            states.append(learner.neuron.parameters)
        assert learner.first_without_mistakes is None
        circle = learner.circle()
        assert circle is not None
        first, second = circle
        assert states[first] == states[second]
        assert sum(learner.best) <= 3

    def test_every_table_but_two_is_learned_and_those_have_3_of_4_at_best(self) -> None:
        hopeless = []
        for targets in product((0, 1), repeat=4):
            learner = Rosenblatt(ZERO, targets, 1.0)
            for _ in range(30):
                learner.run_epoch()
            assert learner.has_learned is (best_of_a_line(targets) == 4)
            if not learner.has_learned:
                hopeless.append(targets)
                assert best_of_a_line(targets) == 3
        assert hopeless == [(0, 1, 1, 0), (1, 0, 0, 1)]

    def test_rule_and_numbers_are_written_out(self) -> None:
        assert plain(rosenblatt_rule()[0]) == "w_j := w_j + α(t − y) x_j"
        update = Rosenblatt(ZERO, TABLES["and"], 0.5).step()
        assert plain(update_numbers(update)[0]) == "w_1 := 0 + 0.5 · (0 − 1) · 0 = 0"
        assert plain(update_numbers(update)[2]) == "b := 0 + 0.5 · (0 − 1) = −0.5"


class TestDescent:
    @pytest.mark.parametrize("loss", ["mse", "bce"])
    def test_its_numbers_are_the_trainers(self, loss: str) -> None:
        learner = Descent(ZERO, TABLES["or"], 0.5, loss)
        spec = experiment(ZERO, TABLES["or"], loss, 0.5)
        trainer = build_trainer(spec, prepare_data(spec.data))
        for _ in range(30):
            learner.run_epoch()
        trainer.run(Goal(epoch=30))
        network = trainer.network.parameters
        assert learner.neuron.parameters == (*network.W[0][0], network.b[0][0])
        assert learner.loss == trainer.log[-1].train_loss

    def test_an_update_is_the_gradient_times_the_rate(self) -> None:
        learner = Descent(Neuron((0.5, -0.5), 0.25, Logistic()), TABLES["and"], 0.5, "mse")
        learner.step()
        update = learner.step()
        y, x = update.answer, INPUTS[1]
        delta = 2 * (y - 0) * y * (1 - y)
        assert update.gradient == pytest.approx((delta * x[0], delta * x[1], delta))
        for old, new, slope in zip(
            update.before.parameters, update.after.parameters, update.gradient or (), strict=True
        ):
            assert new == pytest.approx(old - 0.5 * slope)

    @pytest.mark.parametrize("loss", ["mse", "bce"])
    def test_it_learns_and_and_or_but_not_xor(self, loss: str) -> None:
        for name in ("and", "or"):
            learner = Descent(ZERO, TABLES[name], 0.5, loss)
            for _ in range(50):
                learner.run_epoch()
            assert learner.has_learned
        learner = Descent(ZERO, TABLES["xor"], 0.5, loss)
        for _ in range(300):
            learner.run_epoch()
        assert learner.first_without_mistakes is None


def test_a_table_of_ones_own_becomes_an_experiment() -> None:
    neuron = Neuron((1.0, -2.0), 0.5, BinaryStep())
    spec = experiment(neuron, (0, 0, 1, 0), "bce", 0.5)
    trainer = build_trainer(spec, prepare_data(spec.data))
    assert trainer.data.Y.ravel().tolist() == [0.0, 0.0, 1.0, 0.0]
    assert np.array_equal(trainer.network.parameters.flat, [1.0, -2.0, 0.5])
