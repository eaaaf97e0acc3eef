"""The workbench of the lecture's house-price network: 12 gradients, each to be checked by hand."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from nnlab.experiment.weights import Place
from nnlab.explain.house_price import DEAD_BIAS, PLACES, House, step_formula
from nnlab.explain.steps import NoteKind, Stage, Step
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.formula_view import FormulaView
from nnlab.views.icons import Icon
from nnlab.views.lab.factor_strip import FactorStrip
from nnlab.views.lab.house_diagram import HouseDiagram
from nnlab.views.lab.house_forward import ForwardList
from nnlab.views.lab.house_gradients import GradientTable
from nnlab.views.lab.house_steps import StepControls
from nnlab.views.plotting import Caption
from nnlab.views.theme import Kind, Space, ThemeManager, Tone, set_tone
from nnlab.views.widgets import Card, SegmentedControl, push_button, rule

_DEAD_PLACE = Place(0, 0)


class HousePricePage(QWidget):
    """A network of its own for one house; the experiment of the window is not touched."""

    def __init__(self, session: Session, actions: Actions, themes: ThemeManager) -> None:
        super().__init__()
        self._themes = themes
        self._example = actions.examples["house_price"]
        self._house = House()
        self._former: list[House] = []
        self._alive_bias = self._house.value(_DEAD_PLACE)
        self._chosen: Place = PLACES[4]
        self._diagram = HouseDiagram(themes)
        self._table = GradientTable(themes)
        self._forward = ForwardList(themes)
        self._steps = StepControls(themes)
        self._strip = FactorStrip(themes, name="house_factors")
        self._update = FormulaView(themes, name="house_update", size=14.0, wraps=True)
        self._notes = Caption(name="house_factor_notes")
        self._pages = QStackedWidget()
        self._shown = SegmentedControl(
            self.tr("What is listed"),
            [
                ("gradients", self.tr("12 gradients"), self.tr("∂J/∂ of every parameter.")),
                ("forward", self.tr("Forward pass"), self.tr("Every z and a, and the cost.")),
            ],
            name="house_list",
        )
        self._shown.setToolTip(self.tr("List the gradients, or what they are computed from."))
        self._dead = self._button(
            self.tr("Dead ReLU"), "house_dead", Icon.EYE_OFF,
            self.tr("Turn Family Size off with a bias of −5, and see which gradients become 0."),
        )  # fmt: skip
        self._dead.setCheckable(True)
        self._reset = self._button(
            self.tr("Start over"), "house_reset", None,
            self.tr("Go back to the numbers of the start."),
        )  # fmt: skip
        self._open = self._button(
            self.tr("Open in the lab"), "house_open", Icon.NETWORK,
            self.tr("Load this network into the main window, with a set of houses to train on."),
        )  # fmt: skip
        self._build()
        self._connect()
        self._show()

    def _button(self, text: str, name: str, icon: Icon | None, tip: str) -> QPushButton:
        return push_button(text, self._themes, name=name, icon=icon, kind=Kind.QUIET, tooltip=tip)

    def _build(self) -> None:
        network = Card(self.tr("One house"), name="house_network_card")
        network.body.addWidget(self._diagram)
        for button in (self._dead, self._reset, self._open):
            network.add_header_widget(button)
        listed = Card("", name="house_list_card")
        self._pages.addWidget(self._table)
        self._pages.addWidget(self._forward)
        listed.body.addWidget(self._shown)
        listed.body.addWidget(self._pages, 1)
        listed.body.addWidget(self._steps)
        self._factors = Card("", name="house_factors_card")
        below = QHBoxLayout()
        below.setSpacing(Space.L)
        below.addWidget(self._strip)
        below.addWidget(rule(Qt.Orientation.Vertical))
        below.addWidget(self._update, 1)
        self._factors.body.addLayout(below)
        self._factors.body.addWidget(self._notes)
        top = QHBoxLayout()
        top.setSpacing(Space.M)
        top.addWidget(network, 5)
        top.addWidget(listed, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addLayout(top, 1)
        column.addWidget(self._factors)

    def _connect(self) -> None:
        self._diagram.edited.connect(self._on_edited)
        self._diagram.picked.connect(self._on_picked)
        self._table.picked.connect(self._on_picked)
        self._shown.chosen.connect(self._on_list)
        self._steps.applied.connect(self._on_applied)
        self._steps.taken_back.connect(self._on_taken_back)
        self._steps.rate_edited.connect(self._on_rate)
        self._steps.sign_chosen.connect(self._show)
        self._dead.clicked.connect(self._on_dead)
        self._reset.clicked.connect(self._on_reset)
        self._open.clicked.connect(self._open_example)

    # What the user does -------------------------------------------------------------------

    @Slot(object)
    def _on_edited(self, house: House) -> None:
        self._take(house)

    @Slot(object)
    def _on_picked(self, place: Place) -> None:
        self._chosen = place
        self._show()

    @Slot(object)
    def _on_list(self, _which: object) -> None:
        self._pages.setCurrentIndex(0 if self._shown.value() == "gradients" else 1)

    @Slot(int)
    def _on_applied(self, sign: int) -> None:
        stepped = self._house.stepped(sign)
        if not stepped.is_finite:
            self._steps.say_too_far()
            return
        self._former.append(self._house)
        self._house = stepped
        self._show()

    @Slot()
    def _on_taken_back(self) -> None:
        if self._former:
            self._house = self._former.pop()
            self._show()

    @Slot(float)
    def _on_rate(self, rate: float) -> None:
        self._house = self._house.with_rate(rate)
        self._former = [house.with_rate(rate) for house in self._former]
        self._show()

    @Slot(bool)
    def _on_dead(self, dead: bool) -> None:
        if dead:
            self._alive_bias = self._house.value(_DEAD_PLACE)
            self._chosen = PLACES[4]
        self._take(self._house.with_value(_DEAD_PLACE, DEAD_BIAS if dead else self._alive_bias))

    @Slot()
    def _on_reset(self) -> None:
        self._take(House(learning_rate=self._house.learning_rate))

    @Slot()
    def _open_example(self) -> None:
        self._example.trigger()

    def _take(self, house: House) -> None:
        """Go on from numbers that the user gave; steps of before can't be taken back then."""
        self._former.clear()
        self._house = house
        self._show()

    # Shown --------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        explanation = self._house.explained()
        self._diagram.show_house(self._house, explanation, self._chosen)
        self._table.show_explanation(explanation, self._chosen)
        self._forward.show_explanation(explanation)
        costs = [house.explained().cost for house in self._former[-4:]]
        self._steps.show_state(self._house.learning_rate, [*costs, explanation.cost])
        self._dead.setChecked(self._house.is_dead)
        card = explanation.card(Step(Stage.BACKWARD, parameter=self._chosen))
        self._factors.set_title(card.title)
        self._strip.show_card(card)
        self._update.set_formula(step_formula(self._house, self._chosen, self._steps.sign))
        zeros = [note.text for note in card.notes if note.kind is NoteKind.ZERO]
        self._notes.setText(" ".join(zeros) or self.tr("No factor is 0."))
        set_tone(self._notes, Tone.DANGER if zeros else Tone.MUTED)
