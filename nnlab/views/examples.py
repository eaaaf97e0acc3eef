"""The experiments that are shipped, with a title and one sentence each, as the menu lists them."""

from dataclasses import dataclass
from pathlib import Path

from nnlab import resources
from nnlab.words import marked


@dataclass(frozen=True)
class Example:
    """An experiment to open and learn from.

    Attributes:
        name: of its file, without the suffix.
        title: what the menu says.
        sentence: what it shows.
    """

    name: str
    title: str
    sentence: str

    @property
    def path(self) -> Path:
        """Where its file is."""
        return resources.path(f"experiments/{self.name}.nnlab")


EXAMPLES = (
    Example(
        "first",
        marked("Two spirals"),
        marked(
            "The experiment that a new window opens on: two hidden layers "
            "wind a boundary between two arms."
        ),
    ),
    Example(
        "perceptron",
        marked("Perceptron: AND"),
        marked("One neuron learns AND; choose XOR as its data, and it fails."),
    ),
    Example(
        "xor",
        marked("XOR with two hidden neurons"),
        marked("What one neuron can’t do, two hidden ones and an output can."),
    ),
    Example(
        "circles_one_neuron",
        marked("A circle from one neuron"),
        marked("Given x1² and x2² as inputs, a single neuron draws a circle."),
    ),
    Example(
        "linear_collapse",
        marked("Linear collapse"),
        marked("Two hidden layers of identity are no better than one straight line."),
    ),
    Example(
        "vanishing_sigmoid",
        marked("Vanishing gradient: 10 × sigmoid"),
        marked(
            "Ten layers of sigmoid: the "
            "gradient fades on its way back, and the network stays where it began."
        ),
    ),
    Example(
        "vanishing_relu",
        marked("… and 10 × ReLU"),
        marked(
            "The same data, seed and training with ten "
            "layers of ReLU: the gradient arrives, and it learns."
        ),
    ),
    Example(
        "house_price",
        marked("House price"),
        marked(
            "The lecture’s network: three named neurons, 5 of 12 "
            "hidden weights, and a price to predict."
        ),
    ),
    Example(
        "playground_default",
        marked("TensorFlow Playground"),
        marked(
            "What its page opens on: a disc in a "
            "ring, 4 and 2 tanh neurons. Its J has a ½, so its α of 0.03 is 0.015 here."
        ),
    ),
    Example(
        "cs231n_2d",
        marked("CS231n’s classifier"),
        marked(
            "The browser demo that CS231n links: 6 and 2 tanh "
            "neurons and softmax. Its L2 of 0.001 is shared by the batch of 10: 0.0001 here."
        ),
    ),
    Example(
        "truth_table_backprop",
        marked("Backpropagation demo: XOR"),
        marked(
            "The demo of a truth table, "
            "example by example. Its J has a ½, so its α of 0.5 is 0.25 here; it ends within "
            "the tolerance of 0.1."
        ),
    ),
    Example(
        "iris",
        marked("Iris"),
        marked("Four measures of a flower, three species: softmax on standardised inputs."),
    ),
    Example("digits", marked("Handwritten digits"), marked("64 pixels in, ten classes out.")),
)
"""In the order of the menu."""
