"""A network together with what turns raw inputs into predictions: what is exported."""

from dataclasses import dataclass

from nnlab.arrays import FloatArray, IntArray
from nnlab.data.dataset import Task
from nnlab.data.encoding import decode
from nnlab.data.scaling import Scaler
from nnlab.errors import UserError
from nnlab.experiment.building import build_network, target_range
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.spec import ExperimentSpec, NetworkSpec
from nnlab.experiment.weights import Weights


@dataclass(frozen=True)
class Model:
    """Everything needed to predict from raw inputs, and no data.

    Attributes:
        network: the layers.
        weights: their parameters.
        features: names of the inputs, in order.
        scaler: applied to the inputs before the first layer.
        task: what the outputs are.
        targets: names of what is predicted.
        classes: labels in the order of the class numbers; empty for regression.
        threshold: where one output changes class.
        loss: the cost it was trained for.
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

    def outputs(self, X: FloatArray) -> FloatArray:
        """Return the output layer's answers, shape (n_samples, n_outputs).

        Args:
            X: raw inputs, shape (n_samples, n_features).

        Raises:
            UserError: another number of inputs.
        """
        if X.shape[1] != len(self.features):
            raise UserError(
                f"The model reads {len(self.features)} inputs ({', '.join(self.features[:12])}) "
                f"and the data has {X.shape[1]}."
            )
        network = build_network(self.network, len(self.features), self.weights)
        return network.predict(self.scaler.transform(X))

    def predicted_classes(self, outputs: FloatArray) -> IntArray:
        """Return the class number of each row of `outputs`, shape (n_samples,)."""
        return decode(outputs, Task.CLASSIFICATION, self.threshold)


def make_model(spec: ExperimentSpec, prepared: PreparedData, weights: Weights) -> Model:
    """Put together what a trained experiment predicts with."""
    dataset = prepared.dataset
    return Model(
        network=spec.network,
        weights=weights,
        features=dataset.feature_names,
        scaler=prepared.scaler,
        task=dataset.task,
        targets=dataset.target_names,
        classes=dataset.classes,
        threshold=target_range(spec.network.output, spec.training.loss, dataset.task).threshold,
        loss=spec.training.loss,
    )
