"""The spec of an exported model, read back: from JSON values of unknown quality to a Model."""

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.data.categories import groups_of
from nnlab.data.dataset import Task
from nnlab.data.derived import check_derived
from nnlab.data.points import input_names
from nnlab.data.scaling import Scaler, Scaling
from nnlab.engine.activations import BinaryStep, Logistic, Softmax
from nnlab.engine.losses import LOSSES, fitting_losses
from nnlab.errors import UserError
from nnlab.experiment import codec
from nnlab.experiment.building import check_masks, check_size, layer_shapes, target_range
from nnlab.experiment.derived_codec import read_derived
from nnlab.experiment.model import Model
from nnlab.experiment.sections import Section, as_number
from nnlab.experiment.spec import LayerSpec
from nnlab.experiment.weights import Weights, check_shapes
from nnlab.export.entries import FORMAT, VERSION, Contents, weights_from
from nnlab.words import tr

_MOST = 2**53


def model_from(contents: Contents) -> Model:
    """Put spec and arrays of a file together and check that they belong together.

    A spec that holds the network alone, as another program may write it, is taken with
    defaults: inputs x1, x2, … as they are, classes 0, 1, … for a logistic or softmax
    output, else values.

    Raises:
        UserError: what is missing, unknown or does not fit, with its path in the file.
    """
    weights = weights_from(contents)
    where, section = contents.where, contents.spec
    if section is None:
        raise UserError(
            tr(
                "{where} holds weights without “spec”, so nothing says which inputs and "
                "activations they belong to: load them into an experiment instead."
            ).format(where=where)
        )
    _check_format(section, where)
    model = section.read(lambda s: _read_model(s, weights))
    try:
        _check(model)
    except UserError as error:
        raise UserError(f"{where}: {error}") from None
    return model


def _check_format(section: Section, where: str) -> None:
    if "format" in section and section.raw("format") != FORMAT:
        raise UserError(
            tr("{where} is not an exported model: its “format” is not “{format}”.").format(
                where=where, format=FORMAT
            )
        )
    version = section.integer("version", 1, _MOST, default=VERSION)
    if version > VERSION:
        raise UserError(
            tr(
                "{where} was written by a newer nnlab (version {version}, this one reads up to "
                "{newest}): open it with the newer nnlab."
            ).format(where=where, version=version, newest=VERSION)
        )
    section.skip("format")
    section.skip("nnlab")


def _read_model(section: Section, weights: Weights) -> Model:
    network = codec.read_network(section)
    output = network.output
    task = Task(section.choice("task", (t.value for t in Task), default=_likely_task(output)))
    loss = section.choice("loss", LOSSES, default=fitting_losses(output.activation.name)[0])
    n_targets = output.neurons if task is Task.REGRESSION else 1
    n_classes = 0 if task is Task.REGRESSION else max(2, output.neurons)
    usual = target_range(output, loss, task).threshold
    derived = read_derived(section)
    direct = _texts(section, "features", input_names(max(0, weights.n_inputs - len(derived))))
    columns = _texts(section, "columns", direct)
    return Model(
        network=network,
        weights=weights,
        features=columns,
        scaler=_read_scaler(section, weights.n_inputs),
        task=task,
        targets=_texts(section, "targets", ("y",) if n_targets == 1 else _numbered(n_targets)),
        classes=_texts(section, "classes", tuple(map(str, range(n_classes)))),
        threshold=section.number("threshold", default=usual),
        loss=loss,
        direct=None if direct == columns else direct,
        derived=derived,
        categories=_texts(section, "categories", ()),
        fill=_read_fill(section, len(columns)),
    )


def _read_fill(section: Section, n_columns: int) -> tuple[float, ...]:
    if "fill" not in section:
        section.skip("fill")
        return ()
    return tuple(_vector(section, "fill", n_columns).tolist())


def _likely_task(output: LayerSpec) -> str:
    of_classes = isinstance(output.activation, Logistic | Softmax | BinaryStep)
    task = Task.CLASSIFICATION if of_classes else Task.REGRESSION
    return str(task.value)


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(f"y{i}" for i in range(1, count + 1))


def _texts(section: Section, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    if key in section:
        return section.texts(key)
    section.skip(key)
    return default


def _read_scaler(section: Section, n_inputs: int) -> Scaler:
    if "scaling" not in section:
        section.skip("scaling")
        return Scaler(Scaling.NONE, np.zeros(n_inputs), np.ones(n_inputs))
    return section.section("scaling").read(lambda inner: _scaler(inner, n_inputs))


def _scaler(section: Section, n_inputs: int) -> Scaler:
    kind = Scaling(section.choice("kind", (s.value for s in Scaling)))
    offset = _vector(section, "offset", n_inputs)
    divisor = _vector(section, "divisor", n_inputs)
    if not divisor.all():
        raise section.wrong("divisor", tr("a list without 0"))
    return Scaler(kind, offset, divisor)


def _vector(section: Section, key: str, length: int) -> FloatArray:
    must = tr("a list of {length} finite numbers, one for each input").format(length=length)
    numbers = [as_number(value) for value in section.items(key, must)]
    if None in numbers or len(numbers) != length:
        raise section.wrong(key, must)
    return np.array(numbers, dtype=np.float64)


def _check(model: Model) -> None:
    _check_inputs(model)
    n_inputs, output = model.inputs.n_inputs, model.network.output
    if n_inputs != model.weights.n_inputs:
        keys = tr("“features” and “derived” name") if model.derived else tr("“features” names")
        raise UserError(
            tr(
                "{keys} {n_inputs} inputs and W1 has {n_inputs2} columns: both must be equal."
            ).format(keys=keys, n_inputs=n_inputs, n_inputs2=model.weights.n_inputs)
        )
    for category in model.categories:
        if not groups_of(model.features, (category,)):
            raise UserError(
                tr("“categories” names {category!r}, and no input is named after it.").format(
                    category=category
                )
            )
    check_shapes(model.weights, layer_shapes(model.network, n_inputs))
    check_masks(model.network, n_inputs)
    check_size(model.network, n_inputs)
    if model.task is Task.CLASSIFICATION:
        _expect("classes", len(model.classes), max(2, output.neurons), tr("for the output layer"))
        _expect("targets", len(model.targets), 1, tr("for classification"))
    else:
        _expect("classes", len(model.classes), 0, tr("for regression"))
        _expect("targets", len(model.targets), output.neurons, tr("for the output layer"))


def _check_inputs(model: Model) -> None:
    check_derived(model.derived, model.features, "derived")
    for name in model.inputs.direct:
        if name not in model.features:
            raise UserError(
                tr("“features” names “{name}”, which is none of “columns”.").format(name=name)
            )


def _expect(key: str, found: int, wanted: int, why: str) -> None:
    if found != wanted:
        raise UserError(
            tr("“{key}” lists {found} names and must list {wanted} {why}.").format(
                key=key, found=found, wanted=wanted, why=why
            )
        )
