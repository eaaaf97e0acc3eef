"""What an experiment is: data, network and training, as values that never change.

Every edit makes a new spec. Two runs of equal specs give equal numbers.
"""

from dataclasses import dataclass, field

from nnlab.data.dataset import Task
from nnlab.data.derived import Derived
from nnlab.data.dialect import AS_FOUND, Reading
from nnlab.data.missing import Missing
from nnlab.data.scaling import Scaling
from nnlab.engine.activations import Activation
from nnlab.engine.clipping import Clipping
from nnlab.engine.optimizers import SGD, Adam, Optimizer, RMSProp
from nnlab.engine.schedules import CONSTANT, Schedule
from nnlab.engine.trainer import FULL_BATCH as FULL_BATCH
from nnlab.experiment.weights import Weights

MAX_HIDDEN_LAYERS = 20
MAX_NEURONS = 1_000_000

Mask = tuple[tuple[int, ...], ...]
"""0 or 1 for each connection, m_k rows of m_{k−1}: which exist, or which are frozen."""


@dataclass(frozen=True)
class BuiltinSource:
    """A dataset that nnlab makes or ships."""

    name: str
    samples: int = 500
    noise: float = 0.1


@dataclass(frozen=True)
class FileSource:
    """A dataset in a file: delimited text, a workbook's sheet, or arrays.

    Attributes:
        path: where it is; relative paths start at the experiment file's folder.
        target: column names: one for classification, one or more for regression.
        task: what the target columns hold.
        reading: how the file is written, as far as that is not to be found out.
        missing: what is done about missing values.
        categories: columns of labels, each of which becomes an input of 0 and 1.
    """

    path: str
    target: tuple[str, ...]
    task: Task
    reading: Reading = AS_FOUND
    missing: Missing = Missing.REFUSE
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class InlineSource:
    """A dataset written out in the experiment itself.

    Attributes:
        columns: names of the inputs, in the order of the rows.
        target: names of the targets, after the inputs in each row.
        rows: numbers, inputs then targets.
        task: what the targets hold.
        classes: labels; where given, the target of each row is the place of its label, from
            0. Without them the targets themselves are the labels.
    """

    columns: tuple[str, ...]
    target: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]
    task: Task
    classes: tuple[str, ...] = ()


Source = BuiltinSource | FileSource | InlineSource


@dataclass(frozen=True)
class DataSpec:
    """Where the samples come from and how they are split and scaled.

    Attributes:
        source: the dataset.
        features: the inputs that the network reads as they are, by name and in order;
            None: all. A category is named by its column.
        test_fraction: share of the samples held back for testing, 0 for none.
        scaling: of the inputs, fitted on the training samples.
        seed: of the generator's draws and of the split.
        derived: inputs computed from columns of the data, whether these are among
            `features` or not; the network reads them after the features.
    """

    source: Source
    features: tuple[str, ...] | None = None
    test_fraction: float = 0.0
    scaling: Scaling = Scaling.NONE
    seed: int = 0
    derived: tuple[Derived, ...] = ()


@dataclass(frozen=True)
class LayerSpec:
    """One layer of neurons.

    Attributes:
        neurons: m_k.
        activation: f of every neuron.
        names: one a neuron, or none at all.
        mask: which connections exist; None: all.
        frozen: 1 for each weight that training leaves as it is, else 0; None: none.
        frozen_biases: likewise for each bias, or none at all.
        dropout: p, the share of the neurons that each update leaves out, 0 ≤ p < 1; 0 on
            the output layer.
    """

    neurons: int
    activation: Activation
    names: tuple[str, ...] = ()
    mask: Mask | None = None
    frozen: Mask | None = None
    frozen_biases: tuple[int, ...] = ()
    dropout: float = 0.0

    def has(self, neuron: int, source: int | None) -> bool:
        """Tell whether a connection exists; a bias (`source` of None) always does."""
        return self.mask is None or source is None or bool(self.mask[neuron][source])

    def is_frozen(self, neuron: int, source: int | None) -> bool:
        """Tell whether training leaves a weight, or a bias (`source` of None), as it is."""
        if source is None:
            return bool(self.frozen_biases) and bool(self.frozen_biases[neuron])
        return self.frozen is not None and bool(self.frozen[neuron][source])


@dataclass(frozen=True)
class NetworkSpec:
    """The layers, hidden ones first and the output layer last, and how weights start."""

    layers: tuple[LayerSpec, ...]
    initializer: str = "xavier_uniform"
    seed: int = 0

    @property
    def hidden(self) -> tuple[LayerSpec, ...]:
        """All layers but the last."""
        return self.layers[:-1]

    @property
    def output(self) -> LayerSpec:
        """The last layer."""
        return self.layers[-1]

    def widths(self, n_inputs: int) -> tuple[int, ...]:
        """Return m_0 … m_L."""
        return (n_inputs, *(layer.neurons for layer in self.layers))


@dataclass(frozen=True)
class SGDSpec:
    """Gradient descent, plain or with momentum."""

    learning_rate: float = 0.03
    momentum: float = 0.0
    nesterov: bool = False

    name = SGD.name

    def build(self, count: int) -> Optimizer:
        """Make the optimiser of `count` parameters."""
        return SGD(count, self.momentum, self.nesterov)


@dataclass(frozen=True)
class RMSPropSpec:
    """RMSProp with decay ρ and ε."""

    learning_rate: float = 0.001
    decay: float = 0.9
    epsilon: float = 1e-8

    name = RMSProp.name

    def build(self, count: int) -> Optimizer:
        """Make the optimiser of `count` parameters."""
        return RMSProp(count, self.decay, self.epsilon)


@dataclass(frozen=True)
class AdamSpec:
    """Adam with β₁, β₂ and ε."""

    learning_rate: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    name = Adam.name

    def build(self, count: int) -> Optimizer:
        """Make the optimiser of `count` parameters."""
        return Adam(count, self.beta1, self.beta2, self.epsilon)


OptimizerSpec = SGDSpec | RMSPropSpec | AdamSpec


@dataclass(frozen=True)
class TrainingSpec:
    """How the network is trained.

    Attributes:
        loss: name of the cost function.
        optimizer: update rule and learning rate.
        batch_size: samples an update; FULL_BATCH for all.
        epochs: how many a run makes, and how many more it makes each time it goes on.
        shuffle: draw a new order each epoch.
        seed: of the order.
        l1, l2: penalties on the weights.
        target_loss: stop when the training loss is at most this; None: never.
        patience: stop after so many epochs without a better loss; None: never.
        min_delta: by how much better counts.
        measure_every: epochs between two measurements over the whole sets.
        schedule: what becomes of the optimiser's α from epoch to epoch.
        clipping: how long a gradient may be; None: as long as it is.
    """

    loss: str = "bce"
    optimizer: OptimizerSpec = field(default_factory=SGDSpec)
    batch_size: int = 1
    epochs: int = 200
    shuffle: bool = True
    seed: int = 0
    l1: float = 0.0
    l2: float = 0.0
    target_loss: float | None = None
    patience: int | None = None
    min_delta: float = 0.0
    measure_every: int = 1
    schedule: Schedule = CONSTANT
    clipping: Clipping | None = None

    @property
    def is_full_batch(self) -> bool:
        """Whether every update sees the whole training set."""
        return self.batch_size == FULL_BATCH

    def next_end(self, epoch: int) -> int:
        """Return the epoch at which training ends when it goes on after `epoch`."""
        return (epoch // self.epochs + 1) * self.epochs


@dataclass(frozen=True)
class ExperimentSpec:
    """Everything that decides the numbers of a run.

    Attributes:
        data, network, training: the three parts.
        weights: the start instead of the initialiser's draw; None: draw.
    """

    data: DataSpec
    network: NetworkSpec
    training: TrainingSpec = field(default_factory=TrainingSpec)
    weights: Weights | None = None
