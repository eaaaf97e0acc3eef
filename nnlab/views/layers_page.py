"""The drawer's page on weights and gradients: layer by layer, over the epochs and at one moment.

It looks at `Part.LAYERS` of the frames, which is made only while the page is seen.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from nnlab.session.frame import Part, Snapshot
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.icons import Icon
from nnlab.views.layer_curves import LayerCurves
from nnlab.views.layer_strip import NAMES_WIDTH, SYMBOLS, LayerStrip, Row, StripLayout
from nnlab.views.layer_words import gradient_text
from nnlab.views.theme import Kind, Space, TextStyle, ThemeManager, Tone, font, set_tone
from nnlab.views.widgets import ActionButton, ElidedLabel, rule, text_label
from nnlab.words import marked, tr

_LEAST_CURVES, _CURVES_SHARE, _STRIP_SHARE = 388, 8, 17


class LayersPage(QWidget):
    """Curves at the left; what the gradient is, and the layers side by side, at the right."""

    def __init__(
        self,
        session: Session,
        actions: Actions,
        themes: ThemeManager,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("layers_page")
        self._session = session
        self._benches = [
            ActionButton(actions.workbenches[name], themes, icon=icon, kind=Kind.QUIET)
            for name, icon in (
                ("vanishing_gradients", Icon.CHART),
                ("gradient_check", Icon.CHECK_CIRCLE),
            )
        ]
        self.curves = LayerCurves(themes)
        self.strip = LayerStrip(themes)
        self._names = _RowNames()
        self._gradient = _Slot(_gradient_label())
        self._common = QCheckBox(self.tr("Common scale"))
        self._area = QScrollArea()
        self._build()
        session.snapshot_ready.connect(self._show_snapshot)
        session.started_over.connect(self._on_started_over)
        self._common.toggled.connect(self.strip.set_common_scale)
        self.strip.reached.connect(self._on_reached)
        self.strip.arranged.connect(self._place_names)
        self._area.verticalScrollBar().valueChanged.connect(self._place_names)

    def _build(self) -> None:
        self._common.setObjectName("layer_common_scale")
        self._common.setAccessibleName(self.tr("Common scale of the histograms"))
        self._common.setToolTip(
            self.tr(
                "Lay the histograms of all layers over the same range: where the gradient "
                "vanishes, those of the first layers shrink to a line at 0."
            )
        )
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(self._gradient, 1)
        head.addWidget(self._common)
        for button in self._benches:
            head.addWidget(button)
        self._area.setObjectName("layer_strip_scroll")
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for part in (self._area.viewport(), self.strip):
            part.setProperty("transparent", True)
        self._area.setWidget(self.strip)
        layers = QHBoxLayout()
        layers.setSpacing(0)
        layers.addWidget(self._names)
        layers.addWidget(self._area, 1)
        right = QVBoxLayout()
        right.setSpacing(Space.XS)
        right.addLayout(head)
        right.addLayout(layers, 1)
        self.curves.setMinimumWidth(_LEAST_CURVES)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        row.setSpacing(Space.M)
        row.addWidget(self.curves, _CURVES_SHARE)
        row.addWidget(rule(Qt.Orientation.Vertical))
        row.addLayout(right, _STRIP_SHARE)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for frames with figures of the layers."""
        super().showEvent(event)
        self._session.show_part(Part.LAYERS, by=self.objectName())

    def hideEvent(self, event: QHideEvent) -> None:
        """Spare training the work for what nobody sees."""
        super().hideEvent(event)
        self._session.hide_part(Part.LAYERS, by=self.objectName())

    @Slot(object)
    def _show_snapshot(self, snapshot: Snapshot) -> None:
        layers = snapshot.layers
        if layers is None or not self.isVisible():
            return
        self.curves.show_history(layers, layers.epoch if snapshot.is_past else None)
        self.strip.show_history(layers)
        self._gradient.label.setText(gradient_text(layers, self._session.spec))

    @Slot()
    def _on_started_over(self) -> None:
        if not self.isVisible():
            # What was seen last is of a former run; the next frame comes when it is shown.
            self.curves.show_history(None, None)
            self.strip.show_history(None)
            self._gradient.label.setText("")

    @Slot()
    def _place_names(self) -> None:
        self._names.follow(self.strip.layout_, self._area.verticalScrollBar().value())

    @Slot(QRect)
    def _on_reached(self, cell: QRect) -> None:
        self._area.ensureVisible(cell.center().x(), cell.center().y(), cell.width() // 2 + 1, 0)


class _Slot(QWidget):
    """Room for a label whose text changes with every frame without laying anything out anew."""

    def __init__(self, label: ElidedLabel) -> None:
        super().__init__()
        self.label = label
        label.setParent(self)
        self.setMinimumHeight(label.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the room."""
        super().resizeEvent(event)
        self.label.setFixedSize(self.size())


class _RowNames(QWidget):
    """What the rows of the strip show; stays while the layers are scrolled."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(NAMES_WIDTH)
        self._labels = {}
        for row, symbol in SYMBOLS.items():
            label = text_label(tr(symbol), TextStyle.CAPTION, Tone.MUTED)
            label.setObjectName(f"layer_row_{row.name.lower()}")
            label.setToolTip(tr(_TIPS[row]))
            label.setParent(self)
            self._labels[row] = label

    def follow(self, layout: StripLayout, scrolled: int) -> None:
        """Stand where the rows do that were scrolled up by so many pixels."""
        for row, label in self._labels.items():
            top, height = layout.rows[row]
            label.setGeometry(0, round(top) - scrolled, self.width(), round(height))


_TIPS = {
    Row.DEAD: marked(
        "Share of the neurons with f′(z) = 0 for every sample: no gradient passes, they "
        "learn no more. “–”: softmax has no f′ of one neuron."
    ),
    Row.SATURATED: marked(
        "Share of all z, neuron by neuron and sample by sample, where f′(z) is below "
        "5 % of f′(0): f is nearly flat there and lets little gradient pass. “–”: f is not bounded "
        "on both sides and can't saturate."
    ),
    Row.WEIGHTS: marked(
        "How the weights of a layer are spread, from the least to the greatest. Absent "
        "connections do not count."
    ),
    Row.GRADIENT: marked(
        "How the entries of ∂J/∂W are spread. Look at the numbers beneath: where they "
        "shrink from layer to layer towards the input, the gradient vanishes."
    ),
}


def _gradient_label() -> ElidedLabel:
    label = ElidedLabel(name="layer_gradient_of")
    label.setFont(font(TextStyle.CAPTION))
    label.setAlignment(Qt.AlignmentFlag.AlignVCenter)
    set_tone(label, Tone.MUTED)
    return label
