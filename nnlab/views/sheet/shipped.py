"""The lab sheets that are shipped, in the lecture's order, as the menu lists them."""

from dataclasses import dataclass
from pathlib import Path

from nnlab import resources
from nnlab.words import marked


@dataclass(frozen=True)
class ShippedSheet:
    """A sheet to work on.

    Attributes:
        name: of its folder.
        title: what the menu says.
        sentence: what it is about.
    """

    name: str
    title: str
    sentence: str

    @property
    def path(self) -> Path:
        """Where its folder is."""
        return resources.path(f"sheets/{self.name}")


SHIPPED_SHEETS = (
    ShippedSheet(
        "perceptron", marked("Perceptron: AND, OR and XOR"),
        marked("One neuron by hand, and what it can and can’t separate"),
    ),
    ShippedSheet(
        "activations", marked("Activation functions"),
        marked("Values and slopes by hand, and why layers without them collapse"),
    ),
    ShippedSheet(
        "forward", marked("Forward pass by hand"),
        marked("The lecture’s neuron and its house price, number by number"),
    ),
    ShippedSheet(
        "backpropagation", marked("Backpropagation by hand"),
        marked("The lecture’s four gradients, the eight left to the reader, and a dead branch"),
    ),
    ShippedSheet(
        "descent", marked("Gradient descent"),
        marked("Learning rate, the sign, SGD against batch, iterations and epochs"),
    ),
    ShippedSheet(
        "capacity", marked("Capacity and overfitting"),
        marked("3, 6 and 20 neurons, L2, and data of your own"),
    ),
    ShippedSheet(
        "vanishing", marked("Vanishing gradients"),
        marked("Why ten layers of sigmoid don’t learn and ten of ReLU do"),
    ),
)  # fmt: skip
"""In the order of the menu."""
