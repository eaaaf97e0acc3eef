"""A spec as JSON values and back: the keys and meanings of the experiment file."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.data.builtin import BUILTINS
from nnlab.data.dataset import Task
from nnlab.data.dialect import AS_FOUND, DELIMITERS, ENCODING_NAMES, Reading
from nnlab.data.missing import Missing
from nnlab.data.scaling import Scaling
from nnlab.data.splitting import MAX_TEST_FRACTION
from nnlab.engine.activations import (
    ACTIVATIONS,
    HIDDEN_ACTIVATIONS,
    Activation,
    ParametricActivation,
    PReLU,
)
from nnlab.engine.clipping import ClipBy, Clipping
from nnlab.engine.initializers import INITIALIZERS
from nnlab.engine.losses import LOSSES
from nnlab.engine.schedules import (
    CONSTANT,
    SCHEDULES,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    Schedule,
    StepDecay,
)
from nnlab.engine.trainer import FULL_BATCH
from nnlab.errors import UserError
from nnlab.experiment.derived_codec import derived_to_json, read_derived
from nnlab.experiment.sections import Section, as_number
from nnlab.experiment.spec import (
    MAX_HIDDEN_LAYERS,
    MAX_NEURONS,
    AdamSpec,
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    FileSource,
    InlineSource,
    LayerSpec,
    Mask,
    NetworkSpec,
    OptimizerSpec,
    RMSPropSpec,
    SGDSpec,
    Source,
    TrainingSpec,
)
from nnlab.experiment.weights import LayerWeights, Weights
from nnlab.words import tr

MAX_SEED = 2**32 - 1
MAX_EPOCHS = 100_000_000
MAX_RATE = 1e6
MIN_FACTOR, MAX_DECAY = 1e-6, 1e6
"""Of schedules: a smaller factor would stop training at once."""

MIN_LIMIT, MAX_LIMIT = 1e-12, 1e12
"""Of clipping."""

_FULL = "full"

T = TypeVar("T")

Json = dict[str, Any]


# Out --------------------------------------------------------------------------------


def spec_to_json(spec: ExperimentSpec) -> Json:
    """Return the keys ``data``, ``network``, ``training`` and, where given, ``weights``."""
    values: Json = {
        "data": data_to_json(spec.data),
        "network": network_to_json(spec.network),
        "training": training_to_json(spec.training),
    }
    if spec.weights is not None:
        values["weights"] = weights_to_json(spec.weights)
    return values


def data_to_json(spec: DataSpec) -> Json:
    """Return the object at ``data``."""
    values = _source_to_json(spec.source)
    values |= {
        "seed": spec.seed,
        "test_fraction": spec.test_fraction,
        "scaling": spec.scaling.value,
    }
    if spec.features is not None:
        values["features"] = list(spec.features)
    elif isinstance(spec.source, InlineSource):
        # The short form: all columns are used, and ``features`` names them.
        values["features"] = values.pop("columns")
    if spec.derived:
        values["derived"] = derived_to_json(spec.derived)
    return values


def _source_to_json(source: Source) -> Json:
    if isinstance(source, BuiltinSource):
        return {
            "source": "builtin",
            "name": source.name,
            "samples": source.samples,
            "noise": source.noise,
        }
    if isinstance(source, FileSource):
        return _file_to_json(source)
    values: Json = {
        "source": "inline",
        "columns": list(source.columns),
        "target": _one_or_many(source.target),
        "task": source.task.value,
        "rows": [list(row) for row in source.rows],
    }
    if source.classes:
        values["classes"] = list(source.classes)
    return values


def canvas_to_json(source: InlineSource) -> Json:
    """Return the object at ``canvas``: samples beside the data, however few."""
    values = _source_to_json(source)
    del values["source"]
    return values


def _file_to_json(source: FileSource) -> Json:
    values: Json = {
        "source": "file",
        "path": source.path,
        "target": _one_or_many(source.target),
        "task": source.task.value,
    }
    # What is not the default is written only where it says something.
    if source.reading != AS_FOUND:
        values["reading"] = {
            f.name: getattr(source.reading, f.name)
            for f in fields(source.reading)
            if getattr(source.reading, f.name) is not None
        }
    if source.missing is not Missing.REFUSE:
        values["missing"] = source.missing.value
    if source.categories:
        values["categories"] = list(source.categories)
    return values


def _one_or_many(names: tuple[str, ...]) -> str | list[str]:
    return names[0] if len(names) == 1 else list(names)


def network_to_json(spec: NetworkSpec) -> Json:
    """Return the object at ``network``."""
    return {
        "initializer": spec.initializer,
        "seed": spec.seed,
        "layers": [_layer_to_json(layer) for layer in spec.layers],
    }


def _layer_to_json(layer: LayerSpec) -> Json:
    values: Json = {
        "neurons": layer.neurons,
        "activation": _activation_to_json(layer.activation),
    }
    if layer.names:
        values["names"] = list(layer.names)
    if layer.mask is not None:
        values["mask"] = [list(row) for row in layer.mask]
    if layer.frozen is not None:
        values["frozen"] = [list(row) for row in layer.frozen]
    if layer.frozen_biases:
        values["frozen_biases"] = list(layer.frozen_biases)
    if layer.dropout:
        values["dropout"] = layer.dropout
    return values


def _activation_to_json(activation: Activation) -> str | Json:
    if not isinstance(activation, ParametricActivation):
        return activation.name
    values: Json = {"name": activation.name, "alpha": activation.alpha}
    if isinstance(activation, PReLU):
        values["learned"] = activation.learned
    return values


def training_to_json(spec: TrainingSpec) -> Json:
    """Return the object at ``training``."""
    optimizer: Json = {"name": spec.optimizer.name}
    optimizer |= {f.name: getattr(spec.optimizer, f.name) for f in fields(spec.optimizer)}
    values: Json = {
        "loss": spec.loss,
        "optimizer": optimizer,
        "batch_size": _FULL if spec.is_full_batch else spec.batch_size,
        "epochs": spec.epochs,
        "shuffle": spec.shuffle,
        "seed": spec.seed,
        "l1": spec.l1,
        "l2": spec.l2,
    }
    # Keys beyond the basic ones are written only where they say something.
    plain = TrainingSpec()
    for name in ("target_loss", "patience", "min_delta", "measure_every"):
        if getattr(spec, name) != getattr(plain, name):
            values[name] = getattr(spec, name)
    if spec.schedule != CONSTANT:
        values["schedule"] = schedule_to_json(spec.schedule)
    if spec.clipping is not None:
        values["clipping"] = {"by": spec.clipping.by.value, "limit": spec.clipping.limit}
    return values


def schedule_to_json(schedule: Schedule) -> Json:
    """Return the object at ``training.schedule``."""
    return {"name": schedule.name} | vars(schedule)


def weights_to_json(weights: Weights) -> Json:
    """Return the object at ``weights``; floats survive to the last bit."""
    layers = []
    for layer in weights.layers:
        values: Json = {"W": layer.W.tolist(), "b": layer.b.tolist()}
        if layer.alpha is not None:
            values["alpha"] = layer.alpha
        layers.append(values)
    return {"layers": layers}


# In ---------------------------------------------------------------------------------


def read_spec(section: Section) -> ExperimentSpec:
    """Read ``data``, ``network``, ``training`` and ``weights`` from the top of a file.

    Raises:
        UserError: the first thing that is wrong, with its path.
    """
    network = section.section("network").read(read_network)
    weights = None
    if "weights" in section:
        weights = section.section("weights").read(read_weights)
    else:
        section.skip("weights")
    return ExperimentSpec(
        data=section.section("data").read(read_data),
        network=network,
        training=section.section("training").read(read_training),
        weights=weights,
    )


def read_data(section: Section) -> DataSpec:
    """Read the object at ``data``."""
    kind = section.choice("source", ("builtin", "file", "inline"))
    if kind == "inline" and "columns" not in section:
        # The short form.
        section.skip("columns")
        source: Source = _read_inline(section, section.texts("features"))
        features = None
    else:
        source = _SOURCE_READERS[kind](section)
        features = section.texts("features") if "features" in section else None
        section.skip("features")
    return DataSpec(
        source=source,
        features=features,
        test_fraction=section.number("test_fraction", 0.0, MAX_TEST_FRACTION, default=0.0),
        scaling=Scaling(section.choice("scaling", (s.value for s in Scaling), default="none")),
        seed=section.integer("seed", 0, MAX_SEED, default=0),
        derived=read_derived(section),
    )


def _read_builtin(section: Section) -> BuiltinSource:
    name = section.choice("name", BUILTINS)
    usual = BUILTINS[name]
    return BuiltinSource(
        name=name,
        samples=section.integer("samples", 1, 1_000_000, default=usual.default_samples),
        noise=section.number("noise", 0.0, 1e6, default=usual.default_noise),
    )


def _read_file(section: Section) -> FileSource:
    path = section.text("path")
    if not path or "\0" in path:
        raise section.wrong("path", tr("the path of a file"))
    return FileSource(
        path=path,
        target=_read_target(section),
        task=_read_task(section),
        reading=_read_reading(section),
        missing=Missing(section.choice("missing", (m.value for m in Missing), default="refuse")),
        categories=_read_names(section, "categories"),
    )


def _read_reading(section: Section) -> Reading:
    if "reading" not in section:
        section.skip("reading")
        return AS_FOUND
    return section.section("reading").read(
        lambda inner: Reading(
            delimiter=_optional_choice(inner, "delimiter", DELIMITERS),
            decimal=_optional_choice(inner, "decimal", (".", ",")),
            encoding=_optional_choice(inner, "encoding", ENCODING_NAMES),
            header=_optional_flag(inner, "header"),
            sheet=inner.text("sheet", default="") or None,
        )
    )


def _optional_choice(section: Section, key: str, choices: Iterable[str]) -> str | None:
    if key in section:
        return section.choice(key, choices)
    section.skip(key)
    return None


def _optional_flag(section: Section, key: str) -> bool | None:
    if key in section:
        return section.flag(key, default=True)
    section.skip(key)
    return None


def _read_names(section: Section, key: str) -> tuple[str, ...]:
    if key in section:
        names = section.texts(key)
        if len(set(names)) < len(names):
            raise section.wrong(key, tr("a list of texts, each once"))
        return names
    section.skip(key)
    return ()


def read_canvas(section: Section) -> InlineSource:
    """Read the object at ``canvas``."""
    source = _read_inline(section, may_be_empty=True)
    if not source.columns:
        raise section.wrong("columns", tr("a list of the names of inputs"))
    if source.task is Task.CLASSIFICATION and not all(
        row[-1] in range(len(source.classes)) for row in source.rows
    ):
        raise section.wrong("classes", tr("the labels of all classes in the rows"))
    return source


def _read_inline(
    section: Section, columns: tuple[str, ...] | None = None, *, may_be_empty: bool = False
) -> InlineSource:
    columns = section.texts("columns") if columns is None else columns
    target = _read_target(section)
    width = len(columns) + len(target)
    must = tr("a list of rows of {width} numbers, inputs then targets").format(width=width)
    rows: list[tuple[float, ...]] = []
    is_empty = may_be_empty and section.raw("rows", must) == []
    for row in () if is_empty else section.items("rows", must):
        numbers = _numbers(row)
        if numbers is None or len(numbers) != width:
            raise UserError(
                tr("“{path}” must be {must}; row {rows} is not one.").format(
                    path=section.path("rows"), must=must, rows=len(rows) + 1
                )
            )
        rows.append(numbers)
    classes = section.texts("classes") if "classes" in section else ()
    section.skip("classes")
    return InlineSource(columns, target, tuple(rows), _read_task(section), classes)


_SOURCE_READERS: Mapping[str, Callable[[Section], Source]] = {
    "builtin": _read_builtin,
    "file": _read_file,
    "inline": _read_inline,
}


def _read_target(section: Section) -> tuple[str, ...]:
    if isinstance(section.raw("target", tr("a column name or a list of them")), str):
        return (section.text("target"),)
    names = section.texts("target")
    if not names:
        raise section.wrong("target", tr("a column name or a list of them"))
    return names


def _read_task(section: Section) -> Task:
    return Task(section.choice("task", (t.value for t in Task)))


def read_network(section: Section) -> NetworkSpec:
    """Read the object at ``network``."""
    initializer = section.choice("initializer", INITIALIZERS, default="xavier_uniform")
    seed = section.integer("seed", 0, MAX_SEED, default=0)
    parts = section.sections("layers")
    if len(parts) > MAX_HIDDEN_LAYERS + 1:
        raise section.wrong(
            "layers",
            tr("at most {max_hidden_layers} hidden layers and the output layer").format(
                max_hidden_layers=MAX_HIDDEN_LAYERS
            ),
        )
    last = len(parts) - 1
    layers = tuple(part.read(_output_layer if k == last else _hidden_layer)
                   for k, part in enumerate(parts))  # fmt: skip
    for k in range(1, len(layers)):
        inputs = layers[k - 1].neurons
        for key, mask in (("mask", layers[k].mask), ("frozen", layers[k].frozen)):
            if mask is not None and len(mask[0]) != inputs:
                raise parts[k].wrong(
                    key,
                    tr("rows of {inputs}, the neurons of the layer before").format(inputs=inputs),
                )
    return NetworkSpec(layers, initializer, seed)


def _hidden_layer(section: Section) -> LayerSpec:
    return replace(_read_layer(section, HIDDEN_ACTIVATIONS), dropout=_read_dropout(section))


def _output_layer(section: Section) -> LayerSpec:
    if _read_dropout(section):
        raise section.wrong(
            "dropout", tr("left out here: the output layer's answers are all needed")
        )
    return _read_layer(section, tuple(ACTIVATIONS))


def _read_dropout(section: Section) -> float:
    rate = section.number("dropout", 0.0, 1.0, default=0.0)
    if rate == 1.0:
        raise section.wrong("dropout", tr("below 1, or nothing of the layer is left"))
    return rate


def _read_layer(section: Section, activations: Sequence[str]) -> LayerSpec:
    neurons = section.integer("neurons", 1, MAX_NEURONS)
    names: tuple[str, ...] = ()
    if "names" in section:
        names = section.texts("names")
        if len(names) != neurons:
            raise section.wrong(
                "names", tr("a list of {neurons} texts, one a neuron").format(neurons=neurons)
            )
    section.skip("names")
    return LayerSpec(
        neurons=neurons,
        activation=_read_activation(section, activations),
        names=names,
        mask=_read_mask(section, "mask", neurons),
        frozen=_read_mask(section, "frozen", neurons),
        frozen_biases=_read_frozen_biases(section, neurons),
    )


def _read_activation(section: Section, names: Sequence[str]) -> Activation:
    if not isinstance(section.raw("activation", tr("one of ") + ", ".join(names)), dict):
        return ACTIVATIONS[section.choice("activation", names)]()
    inner = section.section("activation")
    kind = ACTIVATIONS[inner.choice("name", names)]
    if not issubclass(kind, ParametricActivation):
        inner.finish()
        return kind()
    alpha = inner.number("alpha", -100.0, 100.0, default=kind.default_alpha)
    if kind is PReLU:
        activation: Activation = PReLU(alpha, inner.flag("learned", default=True))
    else:
        activation = kind(alpha)
    inner.finish()
    return activation


def _read_mask(section: Section, key: str, neurons: int) -> Mask | None:
    if key not in section:
        section.skip(key)
        return None
    must = tr("{neurons} rows of 0 and 1, all of one length").format(neurons=neurons)
    rows = section.items(key, must)
    width = len(rows[0]) if isinstance(rows[0], list) else 0
    good = len(rows) == neurons and width > 0
    for row in rows:
        good = good and isinstance(row, list) and len(row) == width
        good = good and all(type(v) is int and v in (0, 1) for v in row)
    if not good:
        raise section.wrong(key, must)
    return tuple(tuple(row) for row in rows)


def _read_frozen_biases(section: Section, neurons: int) -> tuple[int, ...]:
    if "frozen_biases" not in section:
        section.skip("frozen_biases")
        return ()
    must = tr("a list of {neurons} numbers 0 or 1, one a neuron").format(neurons=neurons)
    marks = section.items("frozen_biases", must)
    if len(marks) != neurons or any(type(m) is not int or m not in (0, 1) for m in marks):
        raise section.wrong("frozen_biases", must)
    return tuple(marks)


def read_training(section: Section) -> TrainingSpec:
    """Read the object at ``training``."""
    return TrainingSpec(
        loss=section.choice("loss", LOSSES),
        optimizer=section.section("optimizer").read(_read_optimizer),
        batch_size=_read_batch_size(section),
        epochs=section.integer("epochs", 1, MAX_EPOCHS, default=200),
        shuffle=section.flag("shuffle", default=True),
        seed=section.integer("seed", 0, MAX_SEED, default=0),
        l1=section.number("l1", 0.0, 1e6, default=0.0),
        l2=section.number("l2", 0.0, 1e6, default=0.0),
        target_loss=section.optional_number("target_loss", 0.0, 1e300),
        patience=section.optional_integer("patience", 1, MAX_EPOCHS),
        min_delta=section.number("min_delta", 0.0, 1e300, default=0.0),
        measure_every=section.integer("measure_every", 1, MAX_EPOCHS, default=1),
        schedule=_read_part(section, "schedule", _read_schedule, CONSTANT),
        clipping=_read_part(section, "clipping", _read_clipping, None),
    )


def _read_part(section: Section, key: str, reader: Callable[[Section], T], default: T) -> T:
    """Read an object that may be null or left out."""
    if key in section:
        return section.section(key).read(reader)
    section.skip(key)
    return default


def _read_schedule(section: Section) -> Schedule:
    name = section.choice("name", SCHEDULES)
    if name == StepDecay.name:
        return StepDecay(
            factor=_read_factor(section, StepDecay.factor),
            every=section.integer("every", 1, MAX_EPOCHS, default=StepDecay.every),
        )
    if name == ExponentialDecay.name:
        return ExponentialDecay(factor=_read_factor(section, ExponentialDecay.factor))
    if name == CosineDecay.name:
        return CosineDecay(
            epochs=section.integer("epochs", 1, MAX_EPOCHS, default=CosineDecay.epochs),
            floor=section.number("floor", 0.0, MAX_RATE, default=CosineDecay.floor),
        )
    if name == InverseTimeDecay.name:
        usual = InverseTimeDecay.decay
        return InverseTimeDecay(decay=section.number("decay", 0.0, MAX_DECAY, default=usual))
    return CONSTANT


def _read_factor(section: Section, default: float) -> float:
    return section.number("factor", MIN_FACTOR, 1.0, default=default)


def _read_clipping(section: Section) -> Clipping:
    return Clipping(
        by=ClipBy(section.choice("by", (by.value for by in ClipBy), default=ClipBy.NORM.value)),
        limit=section.number("limit", MIN_LIMIT, MAX_LIMIT, default=Clipping.limit),
    )


def _read_batch_size(section: Section) -> int:
    must = tr("a whole number from 1 to {max_epochs:,}, or “{full}”").format(
        max_epochs=MAX_EPOCHS, full=_FULL
    )
    value = section.raw("batch_size", must) if "batch_size" in section else 1
    section.skip("batch_size")
    if value == _FULL:
        return FULL_BATCH
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_EPOCHS:
        raise section.wrong("batch_size", must)
    return value


def _read_optimizer(section: Section) -> OptimizerSpec:
    name = section.choice("name", ("sgd", "rmsprop", "adam"))
    if name == SGDSpec.name:
        return SGDSpec(
            learning_rate=_read_rate(section, SGDSpec.learning_rate),
            momentum=section.number("momentum", 0.0, 0.9999, default=0.0),
            nesterov=section.flag("nesterov", default=False),
        )
    if name == RMSPropSpec.name:
        return RMSPropSpec(
            learning_rate=_read_rate(section, RMSPropSpec.learning_rate),
            decay=section.number("decay", 0.0, 0.999999, default=RMSPropSpec.decay),
            epsilon=section.number("epsilon", 1e-300, 1.0, default=RMSPropSpec.epsilon),
        )
    return AdamSpec(
        learning_rate=_read_rate(section, AdamSpec.learning_rate),
        beta1=section.number("beta1", 0.0, 0.999999, default=AdamSpec.beta1),
        beta2=section.number("beta2", 0.0, 0.999999999, default=AdamSpec.beta2),
        epsilon=section.number("epsilon", 1e-300, 1.0, default=AdamSpec.epsilon),
    )


def _read_rate(section: Section, default: float) -> float:
    return section.number("learning_rate", 0.0, MAX_RATE, default=default)


def read_weights(section: Section) -> Weights:
    """Read the object at ``weights``."""
    layers = tuple(part.read(_read_layer_weights) for part in section.sections("layers"))
    for k in range(1, len(layers)):
        if layers[k].W.shape[1] != len(layers[k - 1].b):
            raise UserError(
                tr(
                    "“{path}[{k}].W” has {shape} columns, and "
                    "the layer before it has {b} neurons: both must be equal."
                ).format(
                    path=section.path("layers"),
                    k=k,
                    shape=layers[k].W.shape[1],
                    b=len(layers[k - 1].b),
                )
            )
    return Weights(layers)


def _read_layer_weights(section: Section) -> LayerWeights:
    must = tr("rows of finite numbers, all of one length")
    rows = [_numbers(row) for row in section.items("W", must)]
    width = len(rows[0]) if rows[0] is not None else 0
    if width == 0 or any(row is None or len(row) != width for row in rows):
        raise section.wrong("W", must)
    b = _numbers(section.items("b", tr("a list of finite numbers")))
    if b is None or len(b) != len(rows):
        raise section.wrong(
            "b", tr("a list of {rows} finite numbers, one a row of W").format(rows=len(rows))
        )
    alpha = section.optional_number("alpha", -math.inf, math.inf)
    return LayerWeights(_array(rows), _array(b), alpha)


def _array(values: Any) -> FloatArray:
    return np.array(values, dtype=np.float64)


def _numbers(row: Any) -> tuple[float, ...] | None:
    """Return a JSON list of finite numbers as floats, or None for anything else."""
    if not isinstance(row, list | tuple):
        return None
    numbers = tuple(map(as_number, row))
    return None if None in numbers else numbers  # type: ignore[return-value]
