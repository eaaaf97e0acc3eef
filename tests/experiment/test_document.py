"""The experiment file: what is in it, what is refused and how, and hostile text."""

import json
import random
from dataclasses import replace

import pytest

from nnlab.data.dataset import Task
from nnlab.engine.activations import ELU, LeakyReLU, Logistic, PReLU, Tanh
from nnlab.engine.clipping import ClipBy, Clipping
from nnlab.engine.schedules import (
    CONSTANT,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    StepDecay,
)
from nnlab.errors import UserError
from nnlab.experiment.document import (
    Document,
    from_text,
    read_document,
    to_text,
    write_document,
)
from nnlab.experiment.preparing import prepare_data
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

EXAMPLE = """
{
  "format": "nnlab-experiment", "version": 1,
  "data": {"source": "builtin", "name": "spiral", "samples": 500, "noise": 0.1, "seed": 7,
           "test_fraction": 0.5, "scaling": "none", "features": ["x1", "x2"]},
  "network": {"initializer": "xavier_uniform", "seed": 3,
              "layers": [{"neurons": 4, "activation": "tanh"},
                         {"neurons": 1, "activation": "logistic"}]},
  "training": {"loss": "bce", "optimizer": {"name": "sgd", "learning_rate": 0.03},
               "batch_size": 1, "epochs": 200, "shuffle": true, "seed": 0, "l1": 0.0, "l2": 0.0},
  "weights": {"layers": [{"W": [[0.5, 0.2]], "b": [0.1]}]}
}
"""


def values():
    return json.loads(EXAMPLE)


def changed(path, value):
    """Return the example with one value changed; DELETE removes the key."""
    document = values()
    *parents, last = path
    where = document
    for key in parents:
        where = where[key]
    if value is DELETE:
        del where[last]
    else:
        where[last] = value
    return json.dumps(document)


DELETE = object()


def refusal(text):
    with pytest.raises(UserError) as caught:
        from_text(text, "lab.nnlab")
    message = str(caught.value)
    assert message.startswith("lab.nnlab")
    assert "Traceback" not in message
    assert "\n" not in message
    return message


def test_the_example_of_the_format_is_read():
    spec = from_text(EXAMPLE, "lab.nnlab").spec
    assert spec.data == DataSpec(BuiltinSource("spiral", 500, 0.1), ("x1", "x2"), 0.5, seed=7)
    assert spec.network == NetworkSpec((LayerSpec(4, Tanh()), LayerSpec(1, Logistic())), seed=3)
    assert spec.training == TrainingSpec("bce", SGDSpec(0.03), 1, 200)
    assert spec.weights.layers[0].W.tolist() == [[0.5, 0.2]]


def test_what_has_a_default_may_be_left_out():
    text = json.dumps(
        {
            "format": "nnlab-experiment",
            "version": 1,
            "data": {"source": "builtin", "name": "moons"},
            "network": {"layers": [{"neurons": 1, "activation": "logistic"}]},
            "training": {"loss": "bce", "optimizer": {"name": "adam"}},
        }
    )
    spec = from_text(text, "lab.nnlab").spec
    assert spec.training == TrainingSpec("bce", AdamSpec())
    assert spec.data.features is None
    assert spec.data.test_fraction == 0


def test_the_short_form_of_inline_data_names_its_columns_with_features():
    data = {"source": "inline", "features": ["a", "b"], "target": "y", "task": "classification",
            "rows": [[0, 0, 0], [1, 1, 1]]}  # fmt: skip
    spec = from_text(changed(["data"], data), "lab.nnlab").spec
    assert spec.data.source == InlineSource(
        ("a", "b"), ("y",), ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)), Task.CLASSIFICATION
    )
    assert spec.data.features is None


def test_inline_data_may_list_the_labels_of_its_classes():
    data = {"source": "inline", "features": ["a"], "target": "y", "task": "classification",
            "classes": ["no", "yes"], "rows": [[0, 0], [1, 1]]}  # fmt: skip
    spec = from_text(changed(["data"], data), "lab.nnlab").spec
    assert spec.data.source.classes == ("no", "yes")
    wrong = changed(["data"], data | {"classes": [1, 2]})
    assert "data.classes" in refusal(wrong)


@pytest.mark.parametrize(
    ("activation", "expected"),
    [
        ({"name": "elu", "alpha": 0.5}, ELU(0.5)),
        ({"name": "elu"}, ELU(1.0)),
        ("leaky_relu", LeakyReLU(0.01)),
        ({"name": "prelu", "alpha": 0.1, "learned": False}, PReLU(0.1, learned=False)),
        ("prelu", PReLU(0.25, learned=True)),
        ({"name": "tanh"}, Tanh()),
    ],
)
def test_alpha_is_given_with_the_name_or_has_its_default(activation, expected):
    text = changed(["network", "layers", 0, "activation"], activation)
    assert from_text(text, "lab.nnlab").spec.network.layers[0].activation == expected


def test_the_batch_size_may_be_full():
    assert from_text(changed(["training", "batch_size"], "full"), "x").spec.training.is_full_batch


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (["extra"], "“extra”"),
        (["data", "shuffle"], "“data.shuffle”"),
        (["network", "layers", 1, "size"], "“network.layers[1].size”"),
        (["training", "optimizer", "rho"], "“training.optimizer.rho”"),
        (["weights", "layers", 0, "w"], "“weights.layers[0].w”"),
        (["network", "layers", 0, "drop"], "“network.layers[0].drop”"),
    ],
)
def test_an_unknown_key_is_refused_with_its_path_and_the_known_ones(path, shown):
    message = refusal(changed(path, 1))
    assert f"{shown} is not a key that nnlab knows" in message


def test_an_unknown_key_of_an_activation_is_refused_with_its_path():
    message = refusal(changed(["network", "layers", 0, "activation"], {"name": "elu", "beta": 1}))
    assert "“network.layers[0].activation.beta”" in message


@pytest.mark.parametrize(
    ("path", "value", "shown"),
    [
        (["data", "source"], "web", "“data.source” must be one of builtin, file, inline"),
        (["data", "name"], "spirale", "“data.name” must be one of and, or, xor"),
        (["data", "samples"], 0, "“data.samples” must be a whole number from 1"),
        (["data", "samples"], 5.5, "“data.samples”"),
        (["data", "noise"], -1, "“data.noise”"),
        (["data", "test_fraction"], 1.0, "“data.test_fraction” must be a number from 0 to 0.9"),
        (["data", "scaling"], "log", "“data.scaling”"),
        (["data", "features"], [1], "“data.features” must be a list of texts"),
        (["data", "seed"], -1, "“data.seed”"),
        (["network", "layers"], [], "“network.layers”"),
        (["network", "layers", 0], 3, "“network.layers[0]”"),
        (["network", "layers", 0, "neurons"], True, "“network.layers[0].neurons”"),
        (["network", "layers", 0, "activation"], "softmax", "“network.layers[0].activation”"),
        (["network", "layers", 0, "activation"], {"name": "elu", "alpha": "1"}, "activation.alpha"),
        (["network", "layers", 0, "names"], ["a"], "“network.layers[0].names”"),
        (["network", "layers", 0, "mask"], [[1, 1]], "“network.layers[0].mask”"),
        (["network", "layers", 0, "frozen"], [[1, 1]], "“network.layers[0].frozen”"),
        (["network", "layers", 1, "frozen"], [[1, 1]], "“network.layers[1].frozen”"),
        (["network", "layers", 0, "frozen_biases"], [2, 0], "“network.layers[0].frozen_biases”"),
        (["network", "layers", 1, "mask"], [[1, 2, 1, 1]], "“network.layers[1].mask”"),
        (["network", "layers", 1, "mask"], [[1, 1]], "“network.layers[1].mask”"),
        (["network", "initializer"], "ones", "“network.initializer”"),
        (["training", "loss"], "hinge", "“training.loss”"),
        (["training", "loss"], DELETE, "“training.loss” is missing"),
        (["training", "optimizer"], "sgd", "“training.optimizer”"),
        (["training", "optimizer", "learning_rate"], 1e300, "“training.optimizer.learning_rate”"),
        (["training", "optimizer", "momentum"], 1, "“training.optimizer.momentum”"),
        (["training", "batch_size"], 0, "“training.batch_size”"),
        (["training", "batch_size"], "all", "“training.batch_size”"),
        (["training", "shuffle"], 1, "“training.shuffle” must be true or false"),
        (["training", "epochs"], 0, "“training.epochs”"),
        (["training", "patience"], 0, "“training.patience”"),
        (["network", "layers", 0, "dropout"], 1, "“network.layers[0].dropout” must be below 1"),
        (["network", "layers", 0, "dropout"], -0.1, "“network.layers[0].dropout”"),
        (["network", "layers", 1, "dropout"], 0.5, "“network.layers[1].dropout” must be left out"),
        (["training", "schedule"], "cosine", "“training.schedule” must be an object"),
        (["training", "schedule"], {"name": "linear"}, "“training.schedule.name” must be one of"),
        (["training", "schedule"], {}, "“training.schedule.name” is missing"),
        (["training", "schedule"], {"name": "step", "factor": 0}, "training.schedule.factor”"),
        (["training", "schedule"], {"name": "step", "factor": 1.1}, "training.schedule.factor”"),
        (["training", "schedule"], {"name": "step", "every": 0}, "training.schedule.every”"),
        (["training", "schedule"], {"name": "cosine", "floor": -1}, "training.schedule.floor”"),
        (["training", "schedule"], {"name": "inverse_time", "decay": -1}, "schedule.decay”"),
        (
            ["training", "schedule"],
            {"name": "constant", "every": 2},
            "“training.schedule.every” is not a key",
        ),
        (
            ["training", "schedule"],
            {"name": "exponential", "rate": 0.9},
            "“training.schedule.rate” is not a key that nnlab knows; here it knows factor, name",
        ),
        (["training", "clipping"], 1.0, "“training.clipping” must be an object"),
        (["training", "clipping"], {"by": "length"}, "“training.clipping.by” must be one of"),
        (["training", "clipping"], {"limit": 0}, "“training.clipping.limit”"),
        (["training", "clipping"], {"norm": 1}, "“training.clipping.norm” is not a key"),
        (["weights", "layers", 0, "W"], [[1, 2], [3]], "“weights.layers[0].W”"),
        (["weights", "layers", 0, "b"], [1, 2], "“weights.layers[0].b”"),
        (["weights", "layers", 0, "b"], ["1"], "“weights.layers[0].b”"),
        (["version"], 0, "“version”"),
        (["version"], DELETE, "“version” is missing"),
        (["data"], DELETE, "“data” is missing"),
        (["window"], [], "“window”"),
        (["trained"], {}, "“trained.best_loss”|“trained.parameters”"),
    ],
)
def test_a_bad_value_is_refused_with_its_path(path, value, shown):
    message = refusal(changed(path, value))
    assert any(part in message for part in shown.split("|")), message


@pytest.mark.parametrize(
    ("written", "schedule"),
    [
        (None, CONSTANT),
        ({"name": "constant"}, CONSTANT),
        ({"name": "step"}, StepDecay(0.5, 50)),
        ({"name": "step", "factor": 0.1, "every": 30}, StepDecay(0.1, 30)),
        ({"name": "exponential", "factor": 0.9}, ExponentialDecay(0.9)),
        ({"name": "cosine", "epochs": 40, "floor": 0.001}, CosineDecay(40, 0.001)),
        ({"name": "inverse_time", "decay": 0.1}, InverseTimeDecay(0.1)),
    ],
)
def test_a_schedule_may_be_given(written, schedule):
    text = changed(["training", "schedule"], written)
    assert from_text(text, "lab.nnlab").spec.training.schedule == schedule


@pytest.mark.parametrize(
    ("written", "clipping"),
    [
        (None, None),
        ({}, Clipping(ClipBy.NORM, 1.0)),
        ({"by": "value", "limit": 0.5}, Clipping(ClipBy.VALUE, 0.5)),
    ],
)
def test_clipping_may_be_given(written, clipping):
    text = changed(["training", "clipping"], written)
    assert from_text(text, "lab.nnlab").spec.training.clipping == clipping


def test_nothing_is_written_of_what_is_not_used():
    text = to_text(from_text(EXAMPLE, "lab.nnlab"))
    assert not any(word in text for word in ("schedule", "clipping", "dropout"))


def test_weights_whose_layers_do_not_fit_together_are_refused():
    layers = [{"W": [[1, 2]], "b": [0]}, {"W": [[1, 2]], "b": [0]}]
    assert "layers[1].W" in refusal(changed(["weights", "layers"], layers))


def test_a_row_of_inline_data_with_too_few_numbers_is_refused_by_its_number():
    data = {"source": "inline", "columns": ["a"], "target": "y", "task": "regression",
            "rows": [[1, 2], [3]]}  # fmt: skip
    assert "row 2" in refusal(changed(["data"], data))


def test_a_newer_version_is_refused_with_a_sentence_that_says_so():
    message = refusal(changed(["version"], 2))
    assert "newer nnlab" in message
    assert "version 2" in message


def test_another_format_is_refused():
    assert "not an nnlab experiment" in refusal(changed(["format"], "keras"))
    assert "not an nnlab experiment" in refusal("{}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "[" * 100_000,
        '{"a":' * 100_000,
        EXAMPLE.replace("0.03", "NaN"),
        EXAMPLE.replace("0.03", "1" + "0" * 400),
        EXAMPLE.replace("0.03", "9" * 5000),
        EXAMPLE.replace("0.03", "1e999"),
        EXAMPLE.replace("spiral", "\\ud800"),
        EXAMPLE.replace("x1", "\\udfff"),
        EXAMPLE.replace("{", "{{"),
        EXAMPLE[: len(EXAMPLE) // 2],
        "\0" * 100,
    ],
    ids=range(14),
)
def test_garbage_is_refused_in_a_sentence(text):
    refusal(text)


def test_a_path_with_a_nul_is_refused(tmp_path):
    data = {"source": "file", "path": "a\0b", "target": "y", "task": "regression"}
    path = tmp_path / "lab.nnlab"
    path.write_text(changed(["data"], data))
    with pytest.raises(UserError, match=r"data\.path"):
        read_document(path)


def test_truncated_text_is_refused_or_read():
    session = to_text(Document(from_text(EXAMPLE, "x").spec, window={"tab": "weights"}))
    for end in range(0, len(session) - 2, 7):
        with pytest.raises(UserError):
            from_text(session[:end], "lab.nnlab")


def test_flipped_bits_are_refused_or_read(tmp_path):
    draw = random.Random(5)
    path = tmp_path / "lab.nnlab"
    original = EXAMPLE.encode()
    for _ in range(400):
        data = bytearray(original)
        for _ in range(draw.choice((1, 1, 2, 5))):
            data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        path.write_bytes(data)
        try:
            document = read_document(path)
        except UserError as error:
            assert str(error).startswith("lab.nnlab")  # noqa: PT017 - success is allowed too
        else:
            to_text(document).encode()


def test_a_data_file_is_written_relative_and_read_absolute(tmp_path):
    (tmp_path / "data").mkdir()
    table = tmp_path / "data" / "points.csv"
    table.write_text("a,b,y\n0,1,0\n1,0,1\n")
    spec = from_text(EXAMPLE, "x").spec
    source = FileSource(str(table), ("y",), Task.CLASSIFICATION)
    spec = replace(spec, data=DataSpec(source), weights=None)
    path = tmp_path / "lab.nnlab"
    write_document(Document(spec), path)
    assert json.loads(path.read_text())["data"]["path"] == "data/points.csv"
    assert read_document(path).spec.data.source.path == str(table.resolve())


def test_an_experiment_moves_together_with_its_data(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    (old / "points.csv").write_text("a,b,y\n0,1,0\n1,0,1\n")
    source = FileSource(str(old / "points.csv"), ("y",), Task.CLASSIFICATION)
    network = NetworkSpec((LayerSpec(1, Logistic()),))
    write_document(Document(ExperimentSpec(DataSpec(source), network)), old / "lab.nnlab")
    old.rename(new)
    prepared = prepare_data(read_document(new / "lab.nnlab").spec.data)
    assert prepared.dataset.n_samples == 2


def test_a_missing_file_and_a_folder_are_refused_by_name(tmp_path):
    with pytest.raises(UserError, match=r"lab\.nnlab could not be read"):
        read_document(tmp_path / "lab.nnlab")
    with pytest.raises(UserError, match="is a folder"):
        read_document(tmp_path)


def test_a_byte_order_mark_does_no_harm(tmp_path):
    path = tmp_path / "lab.nnlab"
    path.write_text(EXAMPLE, encoding="utf-8-sig")
    assert read_document(path).spec.training.epochs == 200


def test_the_text_of_a_session_puts_a_row_of_numbers_on_one_line():
    text = to_text(from_text(EXAMPLE, "x"))
    assert "[0.5, 0.2]" in text
    assert text.endswith("}\n")
