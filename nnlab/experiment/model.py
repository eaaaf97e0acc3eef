"""A network together with what turns raw inputs into predictions: what is exported."""

from dataclasses import dataclass

import numpy as np

from nnlab.arrays import FloatArray, IntArray
from nnlab.data.categories import groups_of
from nnlab.data.dataset import Dataset, Task
from nnlab.data.derived import Derived, Inputs
from nnlab.data.encoding import decode
from nnlab.data.missing import filled
from nnlab.data.scaling import Scaler, Scaling
from nnlab.errors import UserError
from nnlab.experiment.building import build_network, target_range
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.spec import ExperimentSpec, FileSource, NetworkSpec
from nnlab.experiment.weights import Weights
from nnlab.words import tr


@dataclass(frozen=True)
class Model:
    """Everything needed to predict from raw inputs, and no data.

    Attributes:
        network: the layers.
        weights: their parameters.
        features: names of the columns that it reads, in order.
        scaler: applied to the inputs before the first layer.
        task: what the outputs are.
        targets: names of what is predicted.
        classes: labels in the order of the class numbers; empty for regression.
        threshold: where one output changes class.
        loss: the cost it was trained for.
        direct: the features that the network is given as they are; None: all of them.
        derived: what it is given after these, computed from features.
        categories: columns of labels, whose inputs are named such as ``town=Ulm``.
        fill: what stands in for a missing value of each input; empty: none may be missing.
    """

    network: NetworkSpec
    weights: Weights
    features: tuple[str, ...]
    scaler: Scaler
    task: Task
    targets: tuple[str, ...]
    classes: tuple[str, ...]
    threshold: float
    loss: str
    direct: tuple[str, ...] | None = None
    derived: tuple[Derived, ...] = ()
    categories: tuple[str, ...] = ()
    fill: tuple[float, ...] = ()

    @property
    def inputs(self) -> Inputs:
        """How the network's inputs are made of the features."""
        direct = self.features if self.direct is None else self.direct
        return Inputs(self.features, direct, self.derived)

    def outputs(self, X: FloatArray) -> FloatArray:
        """Return the output layer's answers, shape (n_samples, n_outputs).

        Args:
            X: raw inputs, shape (n_samples, n_features).

        Raises:
            UserError: another number of inputs, or one too large for what is derived of it.
        """
        if X.shape[1] != len(self.features):
            raise UserError(
                tr(
                    "The model reads {features} inputs ({features2}) and the data has {shape}."
                ).format(
                    features=len(self.features),
                    features2=", ".join(self.features[:12]),
                    shape=X.shape[1],
                )
            )
        if self.fill:
            X = filled(X, np.array(self.fill))
        inputs = self.inputs
        network = build_network(self.network, inputs.n_inputs, self.weights)
        return network.predict(self.scaler.transform(inputs.checked(X)))

    def predicted_classes(self, outputs: FloatArray) -> IntArray:
        """Return the class number of each row of `outputs`, shape (n_samples,)."""
        return decode(outputs, Task.CLASSIFICATION, self.threshold)


def differences(model: Model, other: Model) -> list[str]:
    """Say in what two models, beside their weights, answer otherwise: short phrases.

    Args:
        model: whose weights have the shapes of `other`.
        other: what they are compared with.
    """
    found = []
    for k, (mine, its) in enumerate(
        zip(model.network.layers, other.network.layers, strict=True), start=1
    ):
        if mine.activation != its.activation:
            titles = mine.activation.title, its.activation.title
            same = titles[0] == titles[1]
            found.append(
                tr("layer {k} had another α").format(k=k) if same
                else tr("layer {k} was {former} and is {now}").format(
                    k=k, former=tr(titles[0]), now=tr(titles[1])
                )
            )  # fmt: skip
    names = model.inputs.names, other.inputs.names
    if names[0] != names[1]:
        found.append(
            tr("the inputs were {names} and are {names2}").format(
                names=_named(names[0]), names2=_named(names[1])
            )
        )
    if model.scaler.kind is not other.scaler.kind:
        kinds = (model.scaler.kind, other.scaler.kind)
        found.append(tr("the scaling of the inputs was {} and is {}").format(*map(_scaling, kinds)))
    elif not model.scaler.same_as(other.scaler):
        found.append(tr("the inputs were scaled by other numbers"))
    if model.fill != other.fill:
        found.append(tr("missing values were filled by other numbers"))
    if model.classes != other.classes:
        found.append(
            tr("the classes were {classes} and are {classes2}").format(
                classes=_named(model.classes), classes2=_named(other.classes)
            )
        )
    return found


def _named(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:4]) + (", …" if len(names) > 4 else "")
    return shown or tr("none")


def _scaling(kind: Scaling) -> str:
    return kind.value.replace("_", "-")


def make_model(spec: ExperimentSpec, prepared: PreparedData, weights: Weights) -> Model:
    """Put together what a trained experiment predicts with."""
    dataset, inputs = prepared.dataset, prepared.inputs
    return Model(
        network=spec.network,
        weights=weights,
        features=inputs.columns,
        scaler=prepared.scaler,
        task=dataset.task,
        targets=dataset.target_names,
        classes=dataset.classes,
        threshold=target_range(spec.network.output, spec.training.loss, dataset.task).threshold,
        loss=spec.training.loss,
        direct=None if inputs.direct == inputs.columns else inputs.direct,
        derived=inputs.derived,
        categories=_categories(spec, prepared.raw),
        fill=() if prepared.fill is None else tuple(prepared.fill.tolist()),
    )


def _categories(spec: ExperimentSpec, dataset: Dataset) -> tuple[str, ...]:
    source = spec.data.source
    if not isinstance(source, FileSource):
        return ()
    return tuple(c for c in source.categories if groups_of(dataset.feature_names, (c,)))
