"""Layer by layer over the epochs: from keyframes alone, each looked at once, in time's bounds."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnlab.engine.activations import Logistic, Tanh
from nnlab.engine.layer_figures import layer_figures
from nnlab.engine.losses import LOSSES
from nnlab.engine.parameters import Parameters
from nnlab.engine.trainer import FULL_BATCH, Goal, Trainer, TrainingSettings
from nnlab.experiment.spec import LayerSpec, NetworkSpec
from nnlab.session.frame import Part, Snapshot
from nnlab.session.layer_history import LayerHistory, LayerHistoryMaker
from nnlab.session.phase import Phase
from nnlab.session.session import Session
from tests.engine.support import random_mask, small_data, small_network, small_trainer
from tests.session.support import ENDLESS, SMALL, make_session, step, wait_for_phase


def trained(epochs: int) -> Trainer:
    trainer = small_trainer()
    trainer.run(Goal(epoch=epochs))
    return trainer


def maker_of(trainer: Trainer) -> LayerHistoryMaker:
    return LayerHistoryMaker(trainer.network, trainer.data)


def history(maker: LayerHistoryMaker, trainer: Trainer, seconds: float = 10.0) -> LayerHistory:
    return maker.history(trainer, trainer.network.parameters.flat, float(trainer.epoch), seconds)


class TestMaker:
    def test_each_row_is_what_the_network_of_that_epoch_has(self) -> None:
        trainer, other = trained(5), trained(3)
        found = history(maker_of(trainer), trainer)
        assert found.epochs.tolist() == [0, 1, 2, 3, 4, 5]
        wanted = layer_figures(
            other.network, other.loss, other.data.X, other.data.Y, Parameters(other.network.shapes)
        )
        assert found.weight_norm[3].tolist() == wanted.weight_norm.tolist()
        assert found.gradient_norm[3].tolist() == wanted.gradient_norm.tolist()
        assert found.dead[3].tolist() == wanted.dead.tolist()
        np.testing.assert_array_equal(found.saturated[3], wanted.saturated)
        assert found.now.gradient_norm.tolist() == found.gradient_norm[5].tolist()
        assert found.is_complete
        assert (found.samples, found.of) == (25, 25)

    def test_looking_leaves_the_trainer_as_it_is(self) -> None:
        watched, alone = small_trainer(), small_trainer()
        maker = maker_of(watched)
        for _ in range(7):
            watched.run(Goal(iteration=watched.iteration + 3))
            history(maker, watched)
        alone.run(Goal(iteration=21))
        assert watched.network.parameters.flat.tobytes() == alone.network.parameters.flat.tobytes()

    def test_a_moment_within_an_epoch_is_the_last_row(self) -> None:
        trainer = trained(2)
        trainer.run(Goal(iteration=trainer.iteration + 1))
        maker = maker_of(trainer)
        found = maker.history(trainer, trainer.network.parameters.flat, 2.16, 10.0)
        assert found.epochs.tolist() == [0, 1, 2, 2.16]
        assert found.epoch == 2.16

    def test_a_former_moment_has_its_own_figures_and_all_epochs(self) -> None:
        trainer = trained(4)
        keyframe = trainer.keyframes[1]
        found = maker_of(trainer).history(trainer, keyframe.parameters, 1.0, 10.0)
        assert found.epochs.tolist() == [0, 1, 2, 3, 4]
        assert found.now.weight_norm.tolist() == found.weight_norm[1].tolist()
        assert found.epoch == 1.0

    def test_without_time_one_epoch_more_is_looked_at_each_time(self) -> None:
        trainer = trained(40)
        maker = maker_of(trainer)
        found = history(maker, trainer, seconds=0.0)
        assert found.epochs.tolist() == [0, 40]
        assert not found.is_complete
        for _ in range(40):
            found = history(maker, trainer, seconds=0.0)
        assert found.is_complete
        assert found.epochs.tolist() == list(range(41))

    def test_what_there_is_time_for_covers_the_whole_run(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = iter(range(10_000))
        monkeypatch.setattr(
            "nnlab.session.layer_history.time.perf_counter", lambda: float(next(now))
        )
        trainer = trained(64)
        found = history(maker_of(trainer), trainer, seconds=5.0)
        assert found.epochs.tolist() == [0, 16, 32, 48, 64]

    def test_each_keyframe_is_looked_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        looked: list[int] = []

        def counted(*args: object) -> object:
            looked.append(1)
            return layer_figures(*args)  # type: ignore[arg-type]

        monkeypatch.setattr("nnlab.session.layer_history.layer_figures", counted)
        trainer = trained(6)
        maker = maker_of(trainer)
        history(maker, trainer)
        assert len(looked) == 8
        history(maker, trainer)
        assert len(looked) == 9
        trainer.run(Goal(epoch=8))
        history(maker, trainer)
        assert len(looked) == 12

    def test_what_was_kept_goes_with_the_keyframes_that_are_thinned_out(self) -> None:
        trainer = small_trainer(optimizer="sgd", settings=TrainingSettings(0.001, FULL_BATCH))
        trainer.run(Goal(epoch=500))
        maker = maker_of(trainer)
        history(maker, trainer)
        trainer.run(Goal(epoch=600))
        found = history(maker, trainer)
        assert found.epochs.tolist() == list(range(0, 601, 2))

    def test_another_loss_has_other_gradients_and_a_new_start(self) -> None:
        trainer = trained(3)
        maker = maker_of(trainer)
        before = history(maker, trainer)
        trainer.reconfigure(trainer.settings, loss=LOSSES["mse"])
        after = history(maker, trainer)
        assert after.epochs.tolist() == [3]
        assert after.now.weight_norm.tolist() == before.now.weight_norm.tolist()
        assert after.now.gradient_norm.tolist() != before.now.gradient_norm.tolist()

    def test_figures_kept_of_one_loss_are_not_taken_for_anothers(self) -> None:
        trainer = trained(3)
        maker = maker_of(trainer)
        before = history(maker, trainer)
        # The keyframes stay: only the loss tells the figures apart.
        trainer.loss = LOSSES["mse"]
        after = history(maker, trainer)
        assert after.epochs.tolist() == before.epochs.tolist()
        assert not np.allclose(after.gradient_norm, before.gradient_norm)

    def test_of_very_many_samples_some_are_taken_evenly(self) -> None:
        trainer = small_trainer(small_data(60_000))
        maker = LayerHistoryMaker(small_network((2, 200, 200, 1), Tanh(), Logistic()), trainer.data)
        assert maker._samples[0].shape == (73, 2)
        assert maker._samples[0][0].tolist() == trainer.data.X[0].tolist()
        assert maker._samples[0][-1].tolist() == trainer.data.X[-1].tolist()

    def test_absent_connections_are_not_in_the_histograms(self) -> None:
        data = small_data()
        mask = random_mask((6, 2), np.random.default_rng(3))
        network = small_network((2, 6, 1), Tanh(), Logistic(), masks={0: mask})
        trainer = small_trainer(data)
        found = LayerHistoryMaker(network, data).history(trainer, network.parameters.flat, 0.0, 1.0)
        assert found.weights[0].counts.sum() == mask.sum()
        assert found.gradients[0].counts.sum() == mask.sum()
        assert found.weights[1].counts.sum() == 6


class TestInASession:
    @pytest.fixture
    def frames(self) -> list[Snapshot]:
        return []

    @pytest.fixture
    def session(self, qtbot: QtBot, frames: list[Snapshot]) -> Iterator[Session]:
        made = make_session(SMALL)
        made.snapshot_ready.connect(frames.append)
        yield made
        made.close()

    def test_frames_have_no_figures_while_nobody_looks(
        self, qtbot: QtBot, session: Session, frames: list[Snapshot]
    ) -> None:
        step(qtbot, session, 2)
        assert all(frame.layers is None for frame in frames)
        session.show_part(Part.LAYERS, by="test")
        qtbot.waitUntil(lambda: frames[-1].layers is not None, timeout=5000)
        layers = frames[-1].layers
        assert layers is not None
        assert layers.epochs.tolist() == [0, 1, 2]
        session.hide_part(Part.LAYERS, by="test")
        step(qtbot, session)
        qtbot.waitUntil(lambda: frames[-1].epoch == 3, timeout=5000)
        assert frames[-1].layers is None

    def test_reset_starts_over_and_undo_brings_the_figures_back(
        self, qtbot: QtBot, session: Session, frames: list[Snapshot]
    ) -> None:
        session.show_part(Part.LAYERS, by="test")
        step(qtbot, session, 3)
        qtbot.waitUntil(lambda: frames[-1].epoch == 3, timeout=5000)
        trained = frames[-1].layers
        assert trained is not None
        session.reset()
        qtbot.waitUntil(lambda: frames[-1].epoch == 0, timeout=5000)
        start = frames[-1].layers
        assert start is not None
        assert start.epochs.tolist() == [0]
        session.undo_stack.undo()
        qtbot.waitUntil(lambda: frames[-1].epoch == 3, timeout=5000)
        back = frames[-1].layers
        assert back is not None
        assert back.epochs.tolist() == [0, 1, 2, 3]
        assert back.gradient_norm.tolist() == trained.gradient_norm.tolist()

    def test_another_loss_is_looked_at_at_once_and_undo_looks_at_the_first_again(
        self, qtbot: QtBot, session: Session, frames: list[Snapshot]
    ) -> None:
        session.show_part(Part.LAYERS, by="test")
        step(qtbot, session, 3)
        qtbot.waitUntil(lambda: frames[-1].epoch == 3, timeout=5000)
        first = frames[-1].layers
        assert first is not None

        def gradient() -> list[float]:
            layers = frames[-1].layers
            return [] if layers is None else layers.now.gradient_norm.tolist()

        session.edit_training(replace(session.spec.training, loss="mse"), "Loss")
        qtbot.waitUntil(lambda: gradient() != first.now.gradient_norm.tolist(), timeout=5000)
        session.undo_stack.undo()
        qtbot.waitUntil(lambda: gradient() == first.now.gradient_norm.tolist(), timeout=5000)

    def test_a_former_epoch_is_shown_with_its_own_histograms(
        self, qtbot: QtBot, session: Session, frames: list[Snapshot]
    ) -> None:
        session.show_part(Part.LAYERS, by="test")
        step(qtbot, session, 3)
        session.show_past(1)
        qtbot.waitUntil(lambda: frames[-1].is_past, timeout=5000)
        frame = frames[-1]
        assert frame.layers is not None
        assert frame.layers.epoch == 1
        assert frame.layers.epochs.tolist() == [0, 1, 2, 3]
        assert frame.layers.weights[0].least == frame.parameters.W[0].min()

    def test_what_time_did_not_suffice_for_follows_at_rest(
        self,
        qtbot: QtBot,
        session: Session,
        frames: list[Snapshot],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("nnlab.session.frame_maker._LOOKING_BACK_AT_REST", 1e-9)
        monkeypatch.setattr("nnlab.session.frame_maker._LOOKING_BACK", 1e-9)
        step(qtbot, session, 20)
        monkeypatch.setattr("nnlab.session.frame_maker._LOOKING_BACK_AT_REST", 5e-4)
        session.show_part(Part.LAYERS, by="test")

        def is_complete() -> bool:
            layers = frames[-1].layers
            return layers is not None and layers.is_complete

        qtbot.waitUntil(is_complete, timeout=5000)
        layers = frames[-1].layers
        assert layers is not None
        assert layers.epochs.tolist() == list(range(21))

    def test_while_training_runs_they_come_four_times_a_second_at_most(
        self, qtbot: QtBot, session: Session, frames: list[Snapshot]
    ) -> None:
        session.edit_training(ENDLESS.training, "Epochs")
        session.show_part(Part.LAYERS, by="test")
        session.start()
        wait_for_phase(qtbot, session, Phase.TRAINING)
        qtbot.waitUntil(lambda: bool(frames) and frames[-1].iteration > 0, timeout=5000)
        frames.clear()
        qtbot.wait(1000)
        assert 1 <= sum(frame.layers is not None for frame in frames) <= 5

    def test_a_network_without_hidden_layers_has_one_row(
        self, qtbot: QtBot, session: Session, frames: list[Snapshot]
    ) -> None:
        session.edit_network(NetworkSpec((LayerSpec(1, Logistic()),), seed=1), "Network")
        session.show_part(Part.LAYERS, by="test")
        step(qtbot, session)
        qtbot.waitUntil(lambda: frames[-1].epoch == 1, timeout=5000)
        layers = frames[-1].layers
        assert layers is not None
        assert layers.weight_norm.shape == (2, 1)
