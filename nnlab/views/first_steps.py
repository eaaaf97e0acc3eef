"""What to do first: three steps in a strip below the transport, each with a tick once it is done.

It stands in the layout and covers nothing. It comes once: when the third step is done it goes
away by itself, or sooner when it is closed, and the preferences remember that.
"""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolBar, QWidget

from nnlab.session.phase import Phase
from nnlab.session.session import Session
from nnlab.views import icons
from nnlab.views.accessible import Role
from nnlab.views.boundary_plot import BoundaryPlot
from nnlab.views.icons import Icon, Ink
from nnlab.views.theme import Space, TextStyle, Theme, ThemeManager, Tone, font, set_tone
from nnlab.views.widgets import icon_button, text_label

_SIGN, _MARGIN = 20, 6
_STAYS_MS = 2500


class Step(IntEnum):
    """What is to be done, in this order or any other."""

    DATA = 0
    TRAIN = 1
    POINT = 2


class FirstSteps(QToolBar):
    """The strip; hidden until `begin`."""

    finished = Signal()
    """All steps are done and it went away, or it was closed."""

    def __init__(
        self, session: Session, themes: ThemeManager, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("first_steps_bar")
        self.setWindowTitle(self.tr("First steps"))
        self.setMovable(False)
        self.toggleViewAction().setEnabled(False)
        self.toggleViewAction().setVisible(False)
        self._session = session
        self._plot: BoundaryPlot | None = None
        texts = (
            self.tr("Pick data at the left"),
            self.tr("Press Train"),
            self.tr("Click a point in the picture"),
        )
        self._steps = [_StepView(at, text, themes) for at, text in enumerate(texts)]
        self._close = icon_button(
            Icon.X, self.tr("Close; Help brings it back"), themes,
            name="close_first_steps", inset=True,
        )  # fmt: skip
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(Space.M - _MARGIN, 0, Space.M - _MARGIN, 0)
        line.setSpacing(Space.XL)
        line.addWidget(text_label(self.tr("First steps"), TextStyle.STRONG))
        for step in self._steps:
            line.addWidget(step)
        line.addStretch(1)
        line.addWidget(self._close)
        self.addWidget(row)
        self._leaves = QTimer(self)
        self._leaves.setSingleShot(True)
        self._leaves.setInterval(_STAYS_MS)
        self._leaves.timeout.connect(self.end)
        self._close.clicked.connect(self.end)
        session.data_changed.connect(self._on_data)
        session.phase_changed.connect(self._on_phase)
        session.selection_changed.connect(self._on_selection)
        self.hide()

    def begin(self) -> None:
        """Show the steps, none of them done."""
        self._leaves.stop()
        for step in self._steps:
            step.set_done(False)
        self.show()

    @Slot()
    def end(self) -> None:
        """Go away."""
        self._leaves.stop()
        self.hide()
        self.finished.emit()

    def done(self) -> list[Step]:
        """Return the steps that have a tick."""
        return [Step(at) for at, step in enumerate(self._steps) if step.is_done]

    def watch(self, plot: BoundaryPlot) -> None:
        """Take a click on a sample in this picture for the third step."""
        self._plot = plot
        plot.clicked.connect(self._on_clicked)

    def event(self, event: QEvent) -> bool:
        """Stay lower than the transport, whose margins the style would give it: it is only read."""
        done = super().event(event)
        if event.type() in (QEvent.Type.Polish, QEvent.Type.StyleChange, QEvent.Type.Show):
            layout = self.layout()
            if layout is not None:
                # The same on all sides: a tool bar's layout takes one for another.
                layout.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        return done

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave no timer behind a window that is closed."""
        if not event.spontaneous():
            self._leaves.stop()
        super().hideEvent(event)

    def _tick(self, step: Step) -> None:
        if self.isHidden():
            return
        self._steps[step].set_done(True)
        if len(self.done()) == len(Step) and not self._leaves.isActive():
            self._leaves.start()

    @Slot()
    def _on_data(self) -> None:
        self._tick(Step.DATA)

    @Slot(object)
    def _on_phase(self, phase: Phase) -> None:
        if phase is Phase.TRAINING:
            self._tick(Step.TRAIN)

    @Slot(QPointF, bool)
    def _on_clicked(self, at: QPointF, _adds: bool) -> None:
        if self._plot is not None and self._plot.nearest(at.x(), at.y()) is not None:
            self._tick(Step.POINT)

    @Slot()
    def _on_selection(self) -> None:
        if len(self._session.selection):
            self._tick(Step.POINT)


class _StepView(QWidget):
    """A number and what is to be done; a tick and the same in grey once it is."""

    spoken_role = Role.ListItem

    def __init__(self, at: int, text: str, themes: ThemeManager) -> None:
        super().__init__()
        self._at, self._text = at, text
        self.is_done = False
        self._sign = _Sign(at + 1, themes)
        self._label = QLabel(text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self._sign)
        row.addWidget(self._label)
        self.setObjectName(f"first_step_{at + 1}")
        self.set_done(False)

    def set_done(self, done: bool) -> None:
        self.is_done = done
        self._sign.set_done(done)
        set_tone(self._label, Tone.MUTED if done else Tone.NORMAL)
        state = self.tr("done") if done else self.tr("to do")
        self.setAccessibleName(f"{self._at + 1}. {self._text}: {state}")


class _Sign(QWidget):
    """A number in a ring, or a tick."""

    spoken_role = Role.Graphic

    def __init__(self, number: int, themes: ThemeManager) -> None:
        super().__init__()
        self._number, self._done = number, False
        self._theme = themes.theme
        self.setFixedSize(QSize(_SIGN, _SIGN))
        self.setAccessibleName(str(number))
        themes.theme_changed.connect(self._on_theme)

    def set_done(self, done: bool) -> None:
        self._done = done
        self.setAccessibleName(self.tr("done") if done else str(self._number))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if self._done:
                scale = self.devicePixelRatioF()
                tick = icons.pixmap(Icon.CHECK_CIRCLE, self._theme, Ink.SUCCESS, _SIGN, scale)
                painter.drawPixmap(0, 0, tick)
                return
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ink = QColor(self._theme.colors.accent_text)
            painter.setPen(QPen(ink, 1.5))
            painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
            painter.setFont(font(TextStyle.CAPTION))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))

    @Slot(object)
    def _on_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()
