"""What an exported model consists of in every kind of file: a spec and named arrays.

The arrays are W1, b1, W2, b2, … in the shapes m_k × m_{k−1} and m_k, and alpha2 (one
number) where layer 2 has a learned α. The spec is the ``network`` object of an experiment
file with a few more keys for what a prediction needs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nnlab import __version__
from nnlab.arrays import AnyArray, FloatArray
from nnlab.errors import UserError
from nnlab.experiment import codec
from nnlab.experiment.derived_codec import derived_to_json
from nnlab.experiment.model import Model
from nnlab.experiment.sections import Section
from nnlab.experiment.spec import MAX_HIDDEN_LAYERS
from nnlab.experiment.weights import LayerWeights, Weights
from nnlab.words import tr

FORMAT = "nnlab-model"
VERSION = 1

SPEC = "spec"
ARRAY_NAME = re.compile(r"(W|b|alpha)([1-9]\d?)")
"""The names of arrays; entries of other names are none of a model's."""

MAX_BYTES = 1024**3
"""The most that a file of weights may hold, unpacked."""


@dataclass(frozen=True, eq=False)
class Contents:
    """What a file of weights held, read but not yet checked against one another.

    Attributes:
        where: the file's name, for sentences.
        arrays: numbers by name, all of them matching `ARRAY_NAME`.
        spec: the JSON object, or None where the file has none.
    """

    where: str
    arrays: Mapping[str, FloatArray]
    spec: Section | None = None


def arrays_of(weights: Weights) -> dict[str, FloatArray]:
    """Return the arrays of a model by name, in the order of the layers."""
    arrays: dict[str, FloatArray] = {}
    for k, layer in enumerate(weights.layers, start=1):
        arrays[f"W{k}"], arrays[f"b{k}"] = layer.W, layer.b
        if layer.alpha is not None:
            arrays[f"alpha{k}"] = np.array(layer.alpha)
    return arrays


def spec_of(model: Model) -> codec.Json:
    """Return the spec of a model as JSON values."""
    scaler = model.scaler
    values: codec.Json = {
        "format": FORMAT,
        "version": VERSION,
        "nnlab": __version__,
        **codec.network_to_json(model.network),
        **_inputs_of(model),
        "scaling": {
            "kind": scaler.kind.value,
            "offset": scaler.offset.tolist(),
            "divisor": scaler.divisor.tolist(),
        },
        "task": model.task.value,
        "targets": list(model.targets),
        "classes": list(model.classes),
        "threshold": model.threshold,
        "loss": model.loss,
    }
    if model.categories:
        values["categories"] = list(model.categories)
    if model.fill:
        values["fill"] = list(model.fill)
    return values


def _inputs_of(model: Model) -> codec.Json:
    """Return the keys of the inputs: as in an experiment, and the columns where others are read."""
    values: codec.Json = {"features": list(model.inputs.direct)}
    if model.inputs.direct != model.features:
        values["columns"] = list(model.features)
    if model.derived:
        values["derived"] = derived_to_json(model.derived)
    return values


def weights_from(contents: Contents) -> Weights:
    """Put the arrays of a file together, layer by layer.

    Raises:
        UserError: an array is missing or of a wrong shape, the shapes are no chain, or
            a number is not finite; the sentence names the file and the array.
    """
    where, arrays = contents.where, contents.arrays
    numbers = [int(match[2]) for match in map(ARRAY_NAME.fullmatch, arrays) if match]
    if not numbers:
        raise UserError(
            tr(
                "{where} holds no weights: it needs the arrays W1, b1 and so on, one pair a layer."
            ).format(where=where)
        )
    if max(numbers) > MAX_HIDDEN_LAYERS + 1:
        raise UserError(
            tr(
                "{where} holds {numbers} layers and nnlab takes at most "
                "{max_hidden_layers} hidden layers and the output layer."
            ).format(where=where, numbers=max(numbers), max_hidden_layers=MAX_HIDDEN_LAYERS)
        )
    layers: list[LayerWeights] = []
    for k in range(1, max(numbers) + 1):
        layer = _layer(arrays, k, where)
        if layers and layer.W.shape[1] != len(layers[-1].b):
            raise UserError(
                tr(
                    "{where}: W{k} is {W} and must have {b} "
                    "columns, one for each neuron of layer {k2}."
                ).format(where=where, k=k, W=_shape(layer.W), b=len(layers[-1].b), k2=k - 1)
            )
        layers.append(layer)
    return Weights(tuple(layers))


def _layer(arrays: Mapping[str, FloatArray], k: int, where: str) -> LayerWeights:
    for name in (f"W{k}", f"b{k}"):
        if name not in arrays:
            raise UserError(
                tr(
                    "{where} has no {name}: it needs W and b of every layer, numbered from 1."
                ).format(where=where, name=name)
            )
    W, b, alpha = arrays[f"W{k}"], arrays[f"b{k}"], arrays.get(f"alpha{k}")
    if W.ndim != 2 or W.size == 0:
        raise UserError(
            tr("{where}: W{k} is {W} and must be a matrix, neurons × inputs.").format(
                where=where, k=k, W=_shape(W)
            )
        )
    if b.shape != (len(W),):
        raise UserError(
            tr(
                "{where}: b{k} is {b} and W{k} is {W}: b must be a list with one "
                "number for each row of W."
            ).format(where=where, k=k, b=_shape(b), W=_shape(W))
        )
    if alpha is not None and alpha.size != 1:
        raise UserError(
            tr("{where}: alpha{k} is {alpha} and must be one number.").format(
                where=where, k=k, alpha=_shape(alpha)
            )
        )
    for name, array in ((f"W{k}", W), (f"b{k}", b), (f"alpha{k}", alpha)):
        if array is not None and not np.isfinite(array).all():
            raise UserError(
                tr(
                    "{where}: {name} holds values that are not finite numbers; export weights "
                    "from before the training diverged."
                ).format(where=where, name=name)
            )
    return LayerWeights(_own(W), _own(b), None if alpha is None else float(alpha.ravel()[0]))


def _own(array: FloatArray) -> FloatArray:
    return np.array(array, dtype=np.float64, order="C")


def _shape(array: AnyArray) -> str:
    if array.ndim == 0:
        return tr("a single number")
    if array.ndim == 1:
        return tr("a list of {array}").format(array=len(array))
    return "×".join(map(str, array.shape))
