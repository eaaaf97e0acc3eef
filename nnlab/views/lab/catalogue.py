"""Which workbenches there are, in the lecture's order, and how each page is made.

A page is made when it is first opened, so that the program starts without any of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget

from nnlab.session.session import Session
from nnlab.views.theme import ThemeManager
from nnlab.words import marked

if TYPE_CHECKING:
    # Which in turn makes an action for each workbench.
    from nnlab.views.actions import Actions


@runtime_checkable
class ShowsLayer(Protocol):
    """A page that can be opened on a layer of the network."""

    def show_layer(self, position: int) -> None:
        """Show what it shows of a layer, counted from 0."""


@dataclass(frozen=True)
class Workbench:
    """One page of the lab window.

    Attributes:
        name: of the action that opens it, of its module in this folder, and, with "_page" at
            its end, of the page itself.
        title: as the menu and the contents name it.
        sentence: what one does there.
        page: the name of its class.
    """

    name: str
    title: str
    sentence: str
    page: str

    def make(self, session: Session, actions: Actions, themes: ThemeManager) -> QWidget:
        """Make the page."""
        make: Callable[[Session, Actions, ThemeManager], QWidget] = getattr(
            import_module(f"nnlab.views.lab.{self.name}"), self.page
        )
        return make(session, actions, themes)


WORKBENCHES = (
    Workbench(
        "one_neuron",
        marked("One neuron"),
        marked("Turn the weights of a single neuron by hand, and let it learn AND, OR and XOR"),
        "OneNeuronPage",
    ),
    Workbench(
        "activations",
        marked("Activation functions"),
        marked(
            "Compare f and f′ of all activations, and see where the network’s own z lie on them"
        ),
        "ActivationsPage",
    ),
    Workbench(
        "linear_collapse",
        marked("Linear collapse"),
        marked("See a deep network without activations become one single matrix"),
        "LinearCollapsePage",
    ),
    Workbench(
        "house_price",
        marked("House price"),
        marked("The lecture’s network with 5 of 12 hidden weights, and all of its 12 gradients"),
        "HousePricePage",
    ),
    Workbench(
        "sgd_and_batch",
        marked("SGD and batch"),
        marked("Train the same start with SGD, mini-batches and the full batch, side by side"),
        "SgdAndBatchPage",
    ),
    Workbench(
        "loss_surface",
        marked("Loss surface"),
        marked(
            "See the loss over two weights as a landscape, and the path that training takes in it"
        ),
        "LossSurfacePage",
    ),
    Workbench(
        "vanishing_gradients",
        marked("Vanishing gradients"),
        marked("See how the gradient shrinks from layer to layer, for sigmoid, tanh and ReLU"),
        "VanishingGradientsPage",
    ),
    Workbench(
        "gradient_check",
        marked("Gradient check"),
        marked("Hold backpropagation against differences of the loss, and catch planted mistakes"),
        "GradientCheckPage",
    ),
)
