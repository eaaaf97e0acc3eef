"""The drawer's page that walks through an update: forward, cost, backward, update.

It looks at `Part.UPDATE` of the frames, which is made only while the page is seen.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from nnlab.explain.card_text import card_as_latex, card_as_text
from nnlab.explain.steps import Card, ParameterPlace, Spot, Stage
from nnlab.session.phase import Phase
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.explain.card_view import CardView
from nnlab.views.explain.explain_bar import ExplainBar
from nnlab.views.explain.highlight import overlay_of
from nnlab.views.explain.sample_field import SampleField
from nnlab.views.explain.share_table import ShareTable
from nnlab.views.explain.signs_dialog import SignsDialog
from nnlab.views.explain.step_through import StepThrough, Subject
from nnlab.views.explain.subject_text import subject_text
from nnlab.views.icons import Icon
from nnlab.views.network_diagram import Chosen
from nnlab.views.page_column import scrolling
from nnlab.views.theme import Kind, Space, TextStyle, ThemeManager, Tone, font, set_tone
from nnlab.views.widgets import ActionButton, ElidedLabel, push_button, rule, text_label

_WALK_MS = 1500
_SIDE = 144


class ExplainPage(QWidget):
    """The bar above; the card at the left, a batch's samples beside it, what to do at the right."""

    overlay_changed = Signal(object)
    """What the drawn network shows of the step: an `Overlay`, or None."""

    def __init__(
        self,
        session: Session,
        actions: Actions,
        themes: ThemeManager,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("explain_page")
        self._session = session
        self._actions = actions
        self._themes = themes
        self.walk = StepThrough(session, self.objectName(), self)
        self._bar = ExplainBar(actions, themes)
        self._title = text_label("", TextStyle.STRONG)
        self._title.setObjectName("explain_title")
        self._about = ElidedLabel(name="explain_about")
        self._about.setFont(font(TextStyle.SMALL))
        set_tone(self._about, Tone.MUTED)
        self._sample = SampleField(themes)
        self._card_view = CardView(themes)
        self._area = scrolling(self._card_view, name="explain_scroll")
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._area.viewport().installEventFilter(self)
        self._shares = ShareTable()
        self._shares_rule = rule(Qt.Orientation.Vertical)
        self._message = text_label("", tone=Tone.MUTED, wrap=True)
        self._message.setObjectName("explain_message")
        self._apply = push_button(
            self.tr("Apply this step"), themes, name="apply_step", icon=Icon.STEP_SAMPLE,
            kind=Kind.PRIMARY,
        )  # fmt: skip
        self._what_if = push_button(
            self.tr("What if +?"), themes, name="explain_signs", icon=Icon.FLASK,
            tooltip=self.tr("See what the printed w := w + α ∂J/∂w does to J, on copies."),
        )  # fmt: skip
        self._show_update = push_button(
            self.tr("Show the next update"), themes, name="explain_next_update",
            tooltip=self.tr("Walk through the update that training makes next."),
        )  # fmt: skip
        self._stack = QStackedWidget()
        self._signs: SignsDialog | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_WALK_MS)
        self._build()
        self._connect()
        self._show()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(self._title)
        head.addWidget(self._about, 1)
        head.addWidget(self._sample)
        card = QVBoxLayout()
        card.setSpacing(2)
        card.addLayout(head)
        card.addWidget(self._area, 1)
        shown = QWidget()
        row = QHBoxLayout(shown)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        row.addLayout(card, 1)
        row.addWidget(self._shares_rule)
        row.addWidget(self._shares)
        self._stack.addWidget(shown)
        self._stack.addWidget(self._empty())
        below = QHBoxLayout()
        below.setSpacing(Space.M)
        below.addWidget(self._stack, 1)
        below.addWidget(rule(Qt.Orientation.Vertical))
        below.addLayout(self._side())
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        column.setSpacing(Space.XS)
        column.addWidget(self._bar)
        column.addLayout(below, 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell the card how much of it is seen at once."""
        if event.type() == QEvent.Type.Resize and watched is self._area.viewport():
            self._card_view.set_room(self._area.viewport().height())
        return super().eventFilter(watched, event)

    def _empty(self) -> QWidget:
        empty = QWidget()
        column = QVBoxLayout(empty)
        column.addStretch(1)
        column.addWidget(self._message)
        column.addWidget(self._show_update, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return empty

    def _side(self) -> QVBoxLayout:
        back = ActionButton(self._actions.step_back, self._themes, icon=Icon.STEP_BACK)
        side = QVBoxLayout()
        side.setSpacing(Space.XS)
        for button in (self._apply, back, self._what_if):
            button.setFixedWidth(_SIDE)
            side.addWidget(button)
        side.addStretch(1)
        return side

    def _connect(self) -> None:
        bar, walk, actions = self._bar, self.walk, self._actions
        bar.stage_chosen.connect(self._on_stage)
        bar.subject_chosen.connect(self._on_subject)
        self._sample.sample_chosen.connect(walk.choose_sample)
        bar.place_chosen.connect(self._on_place)
        bar.steps_wanted.connect(self._on_steps)
        bar.writing_changed.connect(self._show)
        walk.changed.connect(self._show)
        self._shares.sample_chosen.connect(walk.choose_sample)
        self._apply.clicked.connect(self._session.step_sample)
        self._what_if.clicked.connect(self._open_signs)
        self._show_update.clicked.connect(self._on_show_update)
        self._session.phase_changed.connect(self._on_phase)
        self._timer.timeout.connect(self._on_beat)
        actions.explain_next.triggered.connect(self._on_next)
        actions.explain_previous.triggered.connect(self._on_previous)
        actions.explain_play.toggled.connect(self._on_play)
        actions.copy_card_latex.triggered.connect(self._copy_latex)
        actions.copy_card_text.triggered.connect(self._copy_text)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for frames that tell of the next update."""
        super().showEvent(event)
        self.walk.wake()

    def hideEvent(self, event: QHideEvent) -> None:
        """Spare training the work for what nobody sees."""
        super().hideEvent(event)
        self._actions.explain_play.setChecked(False)
        self.walk.sleep()

    # Shown --------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        walk = self.walk
        self._bar.follow(walk)
        card = walk.card()
        is_shown = self.isVisible()
        self._actions.copy_card_latex.setEnabled(card is not None)
        self._actions.copy_card_text.setEnabled(card is not None)
        self._actions.explain_play.setEnabled(is_shown and walk.explanation is not None)
        self._enable()
        if card is None:
            self._say_why()
        else:
            self._show_card(card)
        self.overlay_changed.emit(
            None
            if card is None or walk.explanation is None
            else overlay_of(walk.explanation, walk.step, walk.sample, walk.widths)
        )

    def _show_card(self, card: Card) -> None:
        walk, digits = self.walk, self._bar.digits
        self._stack.setCurrentIndex(0)
        self._title.setText(card.title)
        self._about.setText(subject_text(walk, self._session))
        self._sample.show_sample(walk.sample, len(walk.rows))
        self._card_view.show_card(card, self._bar.way, digits, walk.what_follows())
        several = bool(card.shares)
        self._shares.setVisible(several)
        self._shares_rule.setVisible(several)
        self._shares.show_shares(card.shares, walk.rows if several else (), walk.sample, digits)

    def _say_why(self) -> None:
        walk = self.walk
        at_update = walk.step.stage is Stage.UPDATE and walk.explanation is not None
        text = walk.why_empty
        if at_update and walk.is_past:
            text = self.tr("An epoch that is looked back at has no update: it was made long ago.")
        elif at_update and walk.refusal and walk.subject is Subject.UPDATE:
            text = walk.refusal
        elif at_update:
            text = self.tr(
                "A sample that is only looked at changes no weight. Training’s next update has a "
                "batch of its own."
            )
        self._message.setText(text)
        self._show_update.setVisible(at_update and walk.subject is Subject.SAMPLE)
        self._stack.setCurrentIndex(1)

    def _enable(self) -> None:
        walk, is_resting = self.walk, not self._session.phase.is_running
        self._apply.setEnabled(is_resting and walk.is_of_update)
        self._apply.setToolTip(
            walk.refusal
            or self.tr("Make this very update, with all its new values; Step back undoes it.")
        )
        self._what_if.setEnabled(is_resting)

    @Slot(object)
    def _on_phase(self, _phase: Phase) -> None:
        self._enable()

    # What the user does -------------------------------------------------------------------

    @Slot(object)
    def _on_stage(self, stage: Stage) -> None:
        self.walk.go_to_stage(stage)

    @Slot(object)
    def _on_subject(self, subject: Subject) -> None:
        self.walk.choose_subject(subject)

    @Slot()
    def _on_show_update(self) -> None:
        self._session.show_past(None)
        self.walk.choose_subject(Subject.UPDATE)

    @Slot(object)
    def _on_place(self, place: Spot | ParameterPlace) -> None:
        self.walk.go_to_place(place)

    @Slot(object)
    def pick(self, chosen: Chosen) -> None:
        """Go to what was chosen in the drawn network, while the page is seen."""
        if not self.isVisible():
            return
        if chosen.source is not None and chosen.place is not None:
            self.walk.go_to_place(chosen.place)
        else:
            self.walk.go_to_place(Spot(chosen.column, chosen.index + 1))

    @Slot(int)
    def _on_steps(self, by: int) -> None:
        self.walk.go(by)

    @Slot()
    def _on_next(self) -> None:
        self.walk.go(1)

    @Slot()
    def _on_previous(self) -> None:
        self.walk.go(-1)

    @Slot(bool)
    def _on_play(self, on: bool) -> None:
        if on:
            self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def _on_beat(self) -> None:
        self.walk.go(1)
        if not self.walk.can_go(1):
            self._actions.explain_play.setChecked(False)

    @Slot()
    def _copy_latex(self) -> None:
        card = self.walk.card()
        if card is not None:
            QGuiApplication.clipboard().setText(
                card_as_latex(card, self._bar.way, self._bar.digits)
            )

    @Slot()
    def _copy_text(self) -> None:
        card = self.walk.card()
        if card is not None:
            QGuiApplication.clipboard().setText(card_as_text(card, self._bar.way, self._bar.digits))

    @Slot()
    def _open_signs(self) -> None:
        if self._signs is None:
            self._signs = SignsDialog(self._session, self._themes, self.window())
        self._signs.show()
        self._signs.raise_()
        self._signs.activateWindow()

    def message(self) -> QLabel:
        """Return the sentence that stands where there is no card."""
        return self._message
