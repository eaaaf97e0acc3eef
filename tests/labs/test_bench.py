"""The bench: experiments of a sheet with changed settings and seeds of a student's own."""

import json
from dataclasses import replace

import pytest

from nnlab.engine.trainer import Goal
from nnlab.experiment.document import Document
from nnlab.experiment.spec import BuiltinSource
from nnlab.labs.bench import Bench, Student, changed
from nnlab.labs.expressions import parse_expression
from nnlab.labs.sheet import Context
from tests.hostile.support import refusal, refused
from tests.labs.support import HEAD, built, made_sheet, setup, sheet, spec_of, two_layers

OWN = HEAD.replace("minutes = 5", 'minutes = 5\nown_seeds = ["data", "network", "training"]')


def bench_of(of, student=None, folder=None):
    return Bench(of, student or Student(), folder), of.setup_at(0)


def test_settings_are_changed_by_their_path():
    found = changed(
        spec_of(two_layers()),
        {
            "training.optimizer.learning_rate": 0.5,
            "training.batch_size": "full",
            "network.layers.0.activation": "tanh",
            "network.layers.1": {"neurons": 2, "activation": "identity"},
            "data.test_fraction": 0.34,
        },
    )
    assert found.training.optimizer.learning_rate == 0.5
    assert found.training.is_full_batch
    assert [layer.activation.name for layer in found.network.layers] == [
        "tanh",
        "identity",
        "identity",
    ]
    assert found.data.test_fraction == 0.34
    # And nothing else.
    assert replace(
        found.training, optimizer=spec_of(two_layers()).training.optimizer, batch_size=1
    ) == (spec_of(two_layers()).training)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("training.epoch", 3), ("training.epochs", "many"), ("training.epochs", -1),
        ("training.optimizer.name", "magic"), ("nothing", 1), ("", 1), (".", 1), ("a.b.c", 1),
        ("network.layers.7.neurons", 1), ("network.layers.-1.neurons", 1),
        ("network.layers.9", {}), ("network.layers.x", {}), ("network.layers.0.neurons.x", 1),
        ("network.layers." + "1" * 5000, {}), ("network.layers." + "1" * 5000 + ".neurons", 3),
        ("training", 3), ("training.loss", ["mse"]), ("training.loss", float("nan")),
        ("weights.layers.0.b.0", "x"), ("weights.layers.0.b", [1.0]), ("network.layers.²", {}),
        ("training.l1", 10**400), ("training", [[[[]]]]),
    ],
)  # fmt: skip
def test_a_change_that_makes_no_experiment_is_refused(path, value):
    sentence = refused(lambda: changed(spec_of(two_layers()), {path: value}))
    assert "setting" in sentence or "changed experiment" in sentence


def test_changes_of_a_setup_come_into_its_experiment():
    of = sheet(setup('example = "xor"', "[change]", "training.epochs = 7"))
    bench, of_step = bench_of(of)
    assert bench.spec(of_step).training.epochs == 7


@pytest.mark.parametrize("example", ["nothing", "../secrets", "xor/../xor", "x" * 60, "xor.nnlab"])
def test_an_example_that_is_not_shipped_is_refused(example):
    bench, of_step = bench_of(sheet(setup(f'example = "{example}"')))
    assert "no example" in refused(lambda: bench.spec(of_step))


def test_an_example_of_an_endless_name_is_refused():
    bench, of_step = bench_of(sheet(setup('example = "' + "x" * 5000 + '"')))
    refused(lambda: bench.spec(of_step))


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", b'{"format": "nnlab-experiment"}', b"[1]"])
def test_an_experiment_that_is_none_is_refused_with_its_name(data):
    of = sheet(setup('experiment = "made.nnlab"'), files={"made.nnlab": data})
    bench, of_step = bench_of(of)
    assert "made.nnlab" in refused(lambda: bench.spec(of_step))


@pytest.mark.parametrize("path", ["/etc/passwd", "../up.csv", "sub/rows.csv", "none.csv"])
def test_data_that_is_not_beside_the_sheet_is_not_read(path, tmp_path):
    source = {"source": "file", "path": path, "target": ["y"], "task": "regression"}
    of = made_sheet(experiment=two_layers() | {"data": source})
    bench, of_step = bench_of(of, folder=tmp_path)
    assert "not beside the sheet" in refused(lambda: bench.spec(of_step))


def test_training_goes_as_far_as_a_question_says():
    of = made_sheet()
    bench, of_step = bench_of(of)
    _, trainer = built(spec_of(two_layers()))
    trainer.run(Goal(iteration=4))
    found = bench.quantities(of_step, Context(updates=4))
    assert parse_expression("w(1, 1, 1)").number(found) == trainer.network.parameters.W[0][0, 0]
    assert parse_expression("iteration").number(found) == 4
    assert parse_expression("epoch").number(bench.quantities(of_step, Context(epochs=3))) == 3
    # One who is only looked at stays as it is.
    assert parse_expression("iteration").number(bench.quantities(of_step, Context())) == 0


def test_training_that_would_take_long_is_refused():
    digits = sheet(setup('example = "digits"'))
    bench, of_step = bench_of(digits)
    assert "too long" in refused(lambda: bench.quantities(of_step, Context(epochs=10_000)))


def test_training_that_diverges_is_refused():
    of = made_sheet(experiment=two_layers(optimizer={"name": "sgd", "learning_rate": 1e6}))
    bench, of_step = bench_of(of)
    refused(lambda: bench.quantities(of_step, Context(epochs=1000)))


# Seeds of one's own -------------------------------------------------------------------


def numbers_of(student, head=OWN):
    of = sheet(setup('example = "house_price"'), head=head)
    bench, of_step = bench_of(of, student)
    found = bench.quantities(of_step, Context(sample=1))
    names = ("x(1)", "y", "w(1, 1, 1)", "z(1, 1)", "J", "dJ_dw(1, 1, 1)")
    return [parse_expression(name).number(found) for name in names]


def test_the_same_student_has_the_same_numbers():
    assert numbers_of(Student("Me", "123")) == numbers_of(Student("I myself", " 123 "))
    assert numbers_of(Student("Me", "s12A")) == numbers_of(Student("Me", "S12a"))


def test_another_student_has_other_numbers():
    found = [tuple(numbers_of(Student("Me", str(number)))) for number in range(20)]
    assert len(set(found)) == 20
    for place in range(3):
        assert len({numbers[place] for numbers in found}) > 15


def test_without_seeds_of_ones_own_all_have_the_same():
    assert numbers_of(Student("Me", "1"), HEAD) == numbers_of(Student("You", "2"), HEAD)


def test_another_sheet_has_other_seeds():
    other = OWN.replace('"tried"', '"another"')
    assert numbers_of(Student("Me", "1")) != numbers_of(Student("Me", "1"), other)


@pytest.mark.parametrize("what", ["data", "network", "training"])
def test_only_the_seeds_that_the_sheet_names_are_the_students(what):
    head = HEAD.replace("minutes = 5", f'minutes = 5\nown_seeds = ["{what}"]')
    of = sheet(setup('example = "house_price"'), head=head)
    bench, of_step = bench_of(of, Student("Me", "5"))
    plain, _ = bench_of(sheet(setup('example = "house_price"')), Student("Me", "5"))
    found, usual = bench.spec(of_step), plain.spec(of_step)
    seeds = {
        "data": (found.data.seed, usual.data.seed),
        "network": (found.network.seed, usual.network.seed),
        "training": (found.training.seed, usual.training.seed),
    }
    assert [name for name, (a, b) in seeds.items() if a != b] == [what]


def test_a_network_of_ones_own_does_not_begin_with_given_weights():
    head = HEAD.replace("minutes = 5", 'minutes = 5\nown_seeds = ["network"]')
    of = made_sheet(head=head, experiment=two_layers())
    bench, of_step = bench_of(of, Student("Me", "5"))
    assert bench.spec(of_step).weights is None


# Labs of answers ----------------------------------------------------------------------


def test_a_lab_with_a_data_file_of_the_sheet_finds_it_wherever_it_lay(tmp_path):
    source = {"source": "file", "path": "C:\\Users\\me\\rows.csv", "features": ["x1", "x2"],
              "target": ["y"], "task": "regression"}  # fmt: skip
    of = made_sheet()
    of = replace(of, files={**of.files, "rows.csv": b"x1,x2,y\n1,2,3\n0.5,-1,0.25\n"})
    (tmp_path / "rows.csv").write_bytes(of.files["rows.csv"])
    for path in ("C:\\Users\\me\\rows.csv", "/home/me/sheet/rows.csv", "rows.csv"):
        spec = spec_of(two_layers() | {"data": source | {"path": path}})
        bench = Bench(of, Student(), tmp_path, reads_any=False)
        found = bench.quantities_of(Document(spec))
        assert parse_expression("samples").number(found) == 2


def test_a_lab_of_somebody_else_reads_no_other_file(tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("x1,x2,y\n1,2,3\n0.5,-1,0.25\n")
    source = {"source": "file", "path": str(secret), "features": ["x1", "x2"], "target": ["y"],
              "task": "regression"}  # fmt: skip
    lab = Document(spec_of(two_layers() | {"data": source}))
    bench = Bench(made_sheet(), Student(), tmp_path, reads_any=False)
    assert "secret.csv" in refused(lambda: bench.quantities_of(lab))
    assert refusal(lambda: Bench(made_sheet(), Student(), tmp_path).quantities_of(lab)) is None


def test_data_of_an_experiment_are_the_sheets_own_file(tmp_path):
    source = {"source": "file", "path": "rows.csv", "features": ["x1", "x2"], "target": ["y"],
              "task": "regression"}  # fmt: skip
    files = {
        "made.nnlab": json.dumps(two_layers() | {"data": source}).encode(),
        "rows.csv": b"x1,x2,y\n7,2,3\n0.5,-1,0.25\n",
    }
    of = sheet(setup('experiment = "made.nnlab"'), files=files)
    (tmp_path / "rows.csv").write_bytes(files["rows.csv"])
    bench, of_step = bench_of(of, folder=tmp_path)
    found = bench.quantities(of_step, Context(sample=1))
    assert parse_expression("x(1)").number(found) == 7
    assert not isinstance(bench.spec(of_step).data.source, BuiltinSource)
