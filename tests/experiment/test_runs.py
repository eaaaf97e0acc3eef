"""Runs: how they are thinned, bounded, compared, written and read."""

import json
import math
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.data.dataset import Task
from nnlab.data.derived import Square
from nnlab.engine.activations import ELU, Identity, Logistic, PReLU, ReLU, Tanh
from nnlab.engine.clipping import ClipBy, Clipping
from nnlab.engine.epoch_log import COLUMNS, EpochLog, EpochRecord
from nnlab.engine.keyframes import Keyframes
from nnlab.engine.schedules import StepDecay
from nnlab.engine.trainer import FULL_BATCH, Goal
from nnlab.errors import UserError
from nnlab.experiment.building import build_trainer
from nnlab.experiment.comparing import changed_settings, differing_settings
from nnlab.experiment.document import (
    Document,
    Progress,
    from_text,
    read_document,
    to_text,
    write_document,
)
from nnlab.experiment.edits import add_hidden_layer
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.resuming import progress_of, resume
from nnlab.experiment.runs import (
    MAX_POINTS,
    Run,
    RunLabel,
    Runs,
    bounded,
    log_of,
    mark_of,
    thinned,
)
from nnlab.experiment.spec import (
    AdamSpec,
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    FileSource,
    InlineSource,
    LayerSpec,
    NetworkSpec,
    SGDSpec,
    TrainingSpec,
)
from nnlab.experiment.weights import LayerWeights, Weights
from tests.experiment.test_spec_round_trip import names, numbers, progresses, specs

SPEC = ExperimentSpec(
    DataSpec(BuiltinSource("moons", 40, 0.1), test_fraction=0.25, seed=1),
    NetworkSpec((LayerSpec(3, Tanh()), LayerSpec(1, Logistic())), seed=2),
    TrainingSpec(optimizer=SGDSpec(0.1), epochs=5),
)


def trained(spec: ExperimentSpec = SPEC, number: int = 1, epochs: int = 3, note: str = "") -> Run:
    trainer = build_trainer(spec, prepare_data(spec.data))
    trainer.run(Goal(epoch=epochs))
    progress = progress_of(trainer)
    return Run(
        RunLabel(number, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), 1.5, note),
        spec, trainer.epoch, trainer.iteration, thinned(progress.log), progress.log[-1],
        progress.state,
    )  # fmt: skip


def with_training(**changes) -> ExperimentSpec:
    return replace(SPEC, training=replace(SPEC.training, **changes))


def with_layers(*layers: LayerSpec) -> ExperimentSpec:
    return replace(SPEC, network=replace(SPEC.network, layers=layers))


class TestThinning:
    def test_keeps_the_start_and_the_end_exactly(self):
        log = EpochLog(EpochRecord(i, 10 * i, 1 / (i + 1)) for i in range(12_345))
        curves = thinned(log)
        assert len(curves.epoch) == MAX_POINTS
        assert (curves.epoch[0], curves.epoch[-1]) == (0, 12_344)
        assert curves.train_loss[-1] == log[-1].train_loss
        assert np.all(np.diff(curves.epoch) > 0)

    @pytest.mark.parametrize("count", [0, 1, 2, MAX_POINTS])
    def test_leaves_short_curves_as_they_are(self, count):
        log = EpochLog(EpochRecord(i, i, float(i)) for i in range(count))
        assert thinned(log).epoch.tolist() == log.column("epoch")

    def test_a_trainer_goes_on_from_a_thinned_run_exactly(self):
        prepared = prepare_data(SPEC.data)
        straight = build_trainer(SPEC, prepared)
        straight.run(Goal(epoch=8))
        run = trained()
        gone_on = build_trainer(SPEC, prepared)
        resume(gone_on, Progress(run.state, log_of(thinned(log_of(run.curves), 2))))
        gone_on.run(Goal(epoch=8))
        np.testing.assert_array_equal(
            gone_on.network.parameters.flat, straight.network.parameters.flat
        )
        assert gone_on.log[-1] == straight.log[-1]


class TestBounds:
    def runs(self, *notes: str) -> list[Run]:
        run = trained()
        return [replace(run, label=RunLabel(i + 1, note=note)) for i, note in enumerate(notes)]

    def test_nothing_is_lost_within_them(self):
        runs = self.runs("", "", "")
        assert list(bounded(reversed(runs))) == runs

    def test_the_oldest_without_a_note_are_dropped_first(self):
        kept = bounded(self.runs("good", "", "", "good"), most_runs=2)
        assert [run.number for run in kept] == [1, 4]

    def test_then_the_oldest_of_those_with_one(self):
        kept = bounded(self.runs("a", "b", "c"), most_runs=2)
        assert [run.number for run in kept] == [2, 3]

    def test_weights_go_before_runs_do(self):
        runs = self.runs("good", "", "", "")
        room = 2 * runs[0].state.parameters.nbytes
        kept = bounded(runs, most_bytes=room)
        assert [run.number for run in kept if run.state is not None] == [1, 4]
        assert len(kept) == 4

    def test_given_weights_and_own_samples_count_once_where_they_are_shared(self):
        weights = Weights((LayerWeights(np.zeros((1000, 2)), np.zeros(1000)),))
        spec = replace(SPEC, weights=weights)
        runs = [replace(run, spec=spec, state=None) for run in self.runs(*[""] * 5)]
        assert len(bounded(runs, most_bytes=30_000)) == 5
        apart = [
            replace(run, spec=replace(spec, weights=replace(weights, layers=weights.layers)))
            for run in runs
        ]
        assert len(bounded(apart, most_bytes=50_000)) == 2

    def test_what_is_looked_back_at_goes_first_and_costs_no_weights(self):
        kept = Keyframes(100)
        kept.offer(EpochRecord(0, 0, 0.1), np.zeros(100))
        runs = [replace(run, keyframes=kept) for run in self.runs("mine", "", "")]
        left = bounded(runs, most_bytes=1600)
        assert all(run.state is not None for run in left)
        assert [run.keyframes is not None for run in left] == [True, False, True]

    def test_many_runs_of_a_large_network_fit(self):
        state = trained().state
        large = replace(state, parameters=np.zeros(101_770), moments=(np.zeros(101_770),) * 2)
        run = replace(trained(), state=large)
        kept = bounded(replace(run, label=RunLabel(i + 1)) for i in range(250))
        assert len(kept) == 200
        assert sum(run.state is not None for run in kept) == 13


def columns(*experiments: ExperimentSpec) -> dict[str, tuple[str, ...]]:
    return {column.name: column.texts for column in differing_settings(experiments)}


class TestDifferences:
    def test_equal_experiments_have_none(self):
        assert columns(SPEC, SPEC, replace(SPEC)) == {}
        assert columns(SPEC) == columns() == {}

    def test_how_many_epochs_train_makes_is_none(self):
        assert columns(SPEC, with_training(epochs=100)) == {}

    def test_names_are_those_of_the_window(self):
        wide = with_layers(LayerSpec(8, ReLU()), LayerSpec(1, Logistic()))
        assert columns(SPEC, wide) == {
            "Hidden 1: neurons": ("3", "8"),
            "Activation": ("TanH", "ReLU"),
        }

    def test_of_the_training(self):
        other = with_training(batch_size=FULL_BATCH, optimizer=SGDSpec(0.5, 0.9), l2=0.01)
        assert columns(SPEC, other) == {
            "Rate α": ("0.1", "0.5"),
            "Momentum": ("0", "0.9"),
            "Batch": ("1", "full"),
            "L2": ("0", "0.01"),
        }

    def test_of_schedule_clipping_and_dropout(self):
        other = with_training(schedule=StepDecay(0.5, 20), clipping=Clipping(ClipBy.NORM, 2.0))
        layers = (LayerSpec(3, Tanh(), dropout=0.2), LayerSpec(1, Logistic()))
        other = replace(other, network=replace(other.network, layers=layers))
        assert columns(SPEC, other) == {
            "Hidden 1: dropout": ("0", "0.2"),
            "Schedule": ("Constant", "Step 0.5 20"),
            "Clipping": ("none", "norm 2"),
        }

    def test_of_another_rule_what_it_lacks_is_a_dash(self):
        found = columns(SPEC, with_training(optimizer=AdamSpec(0.1)))
        assert found["Optimiser"] == ("SGD", "Adam")
        assert found["Momentum"] == ("0", "–")
        assert found["β₁"] == ("–", "0.9")
        assert "Rate α" not in found

    def test_of_the_depth(self):
        deep = replace(SPEC, network=add_hidden_layer(SPEC.network, 1))
        assert columns(SPEC, deep)["Hidden 2: neurons"][0] == "–"

    def test_layers_of_several_activations_are_named_one_by_one(self):
        mixed = with_layers(LayerSpec(3, ReLU()), LayerSpec(3, Tanh()), LayerSpec(1, Logistic()))
        found = columns(SPEC, mixed)
        assert "Activation" not in found
        assert found["Hidden 1: activation"] == ("TanH", "ReLU")

    def test_alpha_is_told(self):
        specs = [
            with_layers(LayerSpec(3, a), LayerSpec(1, Identity()))
            for a in (ELU(0.5), PReLU(0.1, learned=False))
        ]
        assert columns(*specs)["Activation"] == ("ELU α = 0.5", "PReLU α = 0.1 fixed")

    def test_of_the_data(self):
        other = replace(
            SPEC,
            data=replace(
                SPEC.data, source=BuiltinSource("xor"), derived=(Square("x1"),), seed=4,
                test_fraction=0.0,
            ),
        )  # fmt: skip
        found = columns(SPEC, other)
        assert found["Data"] == ("Moons", "XOR")
        assert found["Inputs"] == ("all", "all, x1²")
        assert found["Data seed"] == ("1", "4")
        assert found["Test share"] == ("25 %", "0 %")

    def test_values_that_are_written_alike_are_told_apart(self):
        def own(value: float) -> ExperimentSpec:
            source = InlineSource(("x",), ("y",), ((value, 1.0),), Task.REGRESSION)
            return replace(SPEC, data=DataSpec(source))

        assert columns(own(1), own(2), own(1))["Data"] == ("own, 1", "own, 1 (2)", "own, 1")

    def test_given_weights_are_a_start(self):
        given_start = replace(SPEC, weights=Weights((LayerWeights(np.ones((1, 2)), np.zeros(1)),)))
        found = columns(SPEC, given_start)
        assert found["Start"] == ("Xavier uniform", "given")
        assert found["Weight seed"] == ("2", "–")

    def test_a_mask_and_frozen_weights_are_told(self):
        masked = with_layers(
            LayerSpec(3, Tanh(), mask=((1, 0), (1, 1), (1, 1)), frozen_biases=(1, 0, 0)),
            LayerSpec(1, Logistic()),
        )
        assert columns(SPEC, masked) == {
            "Hidden 1: connections": ("–", "5 of 6"),
            "Hidden 1: frozen": ("–", "1"),
        }

    def test_an_edit_is_named(self):
        assert changed_settings(SPEC, with_training(loss="mse", l1=0.1)) == {
            "Loss": "BCE",
            "L1": "0",
        }

    def test_one_that_was_changed_in_between_is_told_though_all_are_alike(self):
        alike = differing_settings((SPEC, SPEC), {"L1", "of another time"})
        assert [(column.name, column.texts) for column in alike] == [("L1", ("0", "0"))]

    def test_of_several_changes_the_first_value_is_kept(self):
        label = RunLabel(1).with_changes({"L1": "0"}).with_changes({"L2": "1", "L1": "0.1"})
        assert (label.changed, label.former) == (("L1", "L2"), ("0", "1"))
        old = RunLabel(1, changed=("L1",)).with_changes({"L1": "0.1"})
        assert old.former_of("L1") == ""

    @settings(max_examples=40, deadline=None)
    @given(st.lists(specs, max_size=4))
    def test_any_experiments_can_be_compared(self, experiments):
        for column in differing_settings(experiments):
            assert len(column.texts) == len(experiments)
            assert len(set(column.texts)) > 1


# The file -----------------------------------------------------------------------------------

moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(
    lambda t: t.replace(microsecond=0, tzinfo=timezone(timedelta(hours=2)))
)
notes = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20).filter(
    lambda text: len(text.splitlines()) <= 1
)
labels = st.builds(
    RunLabel,
    number=st.just(0),
    started=st.none() | moments,
    seconds=st.none() | st.floats(0, 1e9),
    note=notes,
    changed=st.lists(names, max_size=3).map(tuple),
    former=st.lists(names, max_size=3).map(tuple),
)


@st.composite
def run_lists(draw):
    shared = draw(st.lists(specs, min_size=1, max_size=2))
    used = draw(st.lists(st.integers(1, 10**6), max_size=4, unique=True).map(sorted))
    past = []
    for number in used:
        progress = draw(progresses())
        past.append(
            Run(
                replace(draw(labels), number=number),
                draw(st.sampled_from(shared)),
                draw(st.integers(0, 2**50)),
                draw(st.integers(1, 2**50)),
                thinned(progress.log),
                draw(st.none() | st.builds(EpochRecord, st.just(3), st.just(9), numbers)),
                draw(st.none() | st.just(progress.state)),
                draw(st.sampled_from(["", "0123456789abcdef"])),
            )
        )  # fmt: skip
    present = draw(st.none() | labels.map(lambda label: replace(label, number=10**7)))
    return Runs(tuple(past), present)


def told(run: Run) -> dict:
    """Return everything of a run as values that can be compared."""
    state = None if run.state is None else repr(asdict(run.state))
    curves = [getattr(run.curves, name).tolist() for name in COLUMNS]
    return {
        "label": run.label, "spec": run.spec, "counts": (run.epoch, run.iteration),
        "curves": repr(curves), "record": repr(run.record), "state": state, "mark": run.mark,
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(specs, run_lists())
def test_runs_come_back_equal(spec, runs):
    text = to_text(Document(spec, runs=runs))
    document = from_text(text, "x.nnlab")
    assert document.spec == spec
    assert document.runs.present == runs.present
    assert list(map(told, document.runs.past)) == list(map(told, runs.past))
    assert to_text(document) == text


def values() -> dict:
    other = replace(SPEC, data=DataSpec(BuiltinSource("xor", 40, 0.1)))
    document = Document(SPEC, runs=Runs((trained(), trained(other, 2)), RunLabel(3)))
    return json.loads(to_text(document))


def refusal(document: dict) -> str:
    with pytest.raises(UserError) as caught:
        from_text(json.dumps(document), "lab.nnlab")
    message = str(caught.value)
    assert message.startswith("lab.nnlab")
    assert "\n" not in message
    return message


def test_data_that_is_the_experiments_is_not_repeated():
    runs = values()["runs"]
    assert "data" not in runs["past"][0]
    assert runs["past"][1]["data"] == 0
    assert len(runs["data"]) == 1


def test_a_file_without_runs_has_none():
    text = to_text(Document(SPEC))
    assert "runs" not in json.loads(text)
    assert from_text(text, "x").runs == Runs()


@pytest.mark.parametrize(
    ("path", "value", "shown"),
    [
        ([], [], "“runs”"),
        (["future"], [], "“runs.future” is not a key"),
        (["past"], {}, "“runs.past”"),
        (["past"], [], "“runs.past”"),
        (["past", 0], 3, "“runs.past[0]”"),
        (["past", 0, "color"], "red", "“runs.past[0].color” is not a key"),
        (["past", 0, "number"], 0, "“runs.past[0].number” must be a whole number"),
        (["past", 0, "number"], 2, "“runs.past” must be a list of runs, each with a number"),
        (["present", "number"], 1, "“runs.past” must be a list of runs, each with a number"),
        (["past", 0, "number"], True, "“runs.past[0].number”"),
        (["past", 0, "started"], "yesterday", "“runs.past[0].started”"),
        (["past", 0, "started"], "2026-01-02T03:04:05", "“runs.past[0].started”"),
        (["past", 0, "started"], "2" * 10_000, "“runs.past[0].started”"),
        (["past", 0, "seconds"], -1, "“runs.past[0].seconds”"),
        (["past", 0, "note"], "two\nlines", "“runs.past[0].note”"),
        (["past", 0, "note"], "x" * 501, "“runs.past[0].note”"),
        (["past", 0, "note"], 7, "“runs.past[0].note”"),
        (["past", 0, "changed"], ["x" * 200], "“runs.past[0].changed”"),
        (["past", 0, "changed"], ["x"] * 101, "“runs.past[0].changed”"),
        (["past", 0, "mark"], "../..", "“runs.past[0].mark”"),
        (["past", 0, "data"], 1, "“runs.past[0].data”"),
        (["past", 0, "data"], -1, "“runs.past[0].data”"),
        (["past", 0, "data"], False, "“runs.past[0].data”"),
        (["data", 0, "name"], "spirale", "“runs.data[0].name”"),
        (["past", 0, "network", "layers"], [], "“runs.past[0].network.layers”"),
        (["past", 0, "training", "loss"], "hinge", "“runs.past[0].training.loss”"),
        (["past", 0, "epoch"], -1, "“runs.past[0].epoch”"),
        (["past", 0, "iteration"], 0, "“runs.past[0].iteration”"),
        (["past", 0, "history", "epoch"], [0], "“runs.past[0].history”"),
        (["past", 0, "last", "train_loss"], "low", "“runs.past[0].last.train_loss”"),
        (["past", 0, "last", "gain"], 1, "“runs.past[0].last.gain” is not a key"),
        (["past", 0, "trained", "parameters"], [1, 2], "“runs.past[0].trained.parameters”"),
        (["past", 0, "trained", "parameters"], "###", "“runs.past[0].trained.parameters”"),
        (["past", 0, "trained", "parameters"], "AAAA", "“runs.past[0].trained.parameters”"),
        (["past", 0, "trained", "parameters"], "AAAAAAAA8H8=", "“runs.past[0].trained.parameters”"),
        (["past", 0, "trained", "parameters"], "é", "“runs.past[0].trained.parameters”"),
        (["past", 0, "trained", "moments"], ["x"], "“runs.past[0].trained.moments”"),
        (["past", 0, "trained", "moments"], [""] * 17, "“runs.past[0].trained.moments”"),
        (["past", 0, "trained", "moments"], {}, "“runs.past[0].trained.moments”"),
        (["past", 0, "trained", "epoch"], -1, "“runs.past[0].trained.epoch”"),
        (["past", 0, "trained", "gain"], 1, "“runs.past[0].trained.gain” is not a key"),
        (["past", 0, "trained", "shuffle"], {}, "“runs.past[0].trained.shuffle"),
        (["present", "weights"], 1, "“runs.present.weights” is not a key"),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_with_its_path(path, value, shown):
    document = values()
    if path:
        where = document["runs"]
        for key in path[:-1]:
            where = where[key]
        where[path[-1]] = value
    else:
        document["runs"] = value
    assert shown in refusal(document)


def test_more_runs_than_are_kept_are_refused():
    document = values()
    first = document["runs"]["past"][0]
    document["runs"]["past"] = [first | {"number": i + 1} for i in range(201)]
    assert "at most 200 runs" in refusal(document)


def test_a_curve_too_long_to_be_one_of_ours_is_refused():
    document = values()
    history = document["runs"]["past"][0]["history"]
    document["runs"]["past"][0]["history"] = {k: [1] * 10_001 for k in history}
    assert "“runs.past[0].history”" in refusal(document)


def test_data_files_of_runs_move_with_the_experiment(tmp_path: Path):
    table = tmp_path / "points.csv"
    table.write_text("a,b,y\n0,1,0\n1,0,1\n")
    source = FileSource(str(table), ("y",), Task.CLASSIFICATION)
    run = replace(trained(), spec=replace(SPEC, data=DataSpec(source)))
    path = tmp_path / "lab.nnlab"
    write_document(Document(SPEC, runs=Runs((run,))), path)
    assert json.loads(path.read_text())["runs"]["data"][0]["path"] == "points.csv"
    assert read_document(path).runs.past[0].spec.data.source.path == str(table.resolve())


def test_a_changed_data_file_has_another_mark(tmp_path: Path):
    table = tmp_path / "points.csv"
    spec = replace(SPEC, data=DataSpec(FileSource(str(table), ("y",), Task.CLASSIFICATION)))
    marks = set()
    for text in ("0,1,0\n1,0,1\n", "0,1,0\n1,0.5,1\n", "0,1,1\n1,0,0\n", "0,1,a\n1,0,b\n"):
        table.write_text("a,b,y\n" + text)
        marks.add(mark_of(spec, prepare_data(spec.data)))
        assert mark_of(spec, prepare_data(spec.data)) in marks
    assert len(marks) == 4
    assert mark_of(SPEC, prepare_data(SPEC.data)) == ""


def test_what_was_not_measured_is_not_a_number_after_reading():
    run = replace(trained(), record=EpochRecord(3, 90, 0.25))
    read = from_text(to_text(Document(SPEC, runs=Runs((run,)))), "x").runs.past[0]
    assert read.record.train_loss == 0.25
    assert math.isnan(read.record.test_loss)
