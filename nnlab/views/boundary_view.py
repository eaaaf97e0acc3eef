"""The network's answer over its inputs, with the samples on it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRect, QSignalBlocker, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nnlab.arrays import FloatArray
from nnlab.data.scaling import Scaling
from nnlab.experiment.preparing import PreparedData
from nnlab.experiment.spec import ExperimentSpec, InlineSource
from nnlab.numerals import fixed, grouped
from nnlab.session.answers import misclassified
from nnlab.session.frame import Axis, DirectionRange, PlaneRequest, Snapshot
from nnlab.views import boundary_axes as axes
from nnlab.views.boundary_axes import Span
from nnlab.views.boundary_chooser import COMPONENTS, AxisChooser
from nnlab.views.boundary_components import ComponentPlane, component_plane
from nnlab.views.boundary_held import HeldValues
from nnlab.views.boundary_legend import ColorBar, Legend
from nnlab.views.boundary_plot import BoundaryPlot, Shown
from nnlab.views.boundary_points import Points, make_points
from nnlab.views.boundary_reading import Kind, Reading, make_reading
from nnlab.views.boundary_toggles import DisplayToggles
from nnlab.views.number_text import written
from nnlab.views.plotting import Caption, with_unit
from nnlab.views.selection_card import SelectionCard, describe_selection, toggled
from nnlab.views.theme import Space, TextStyle, ThemeManager, Tone, font, set_tone
from nnlab.views.threshold_bar import ThresholdBar
from nnlab.views.widgets import guard_wheel
from nnlab.views.widgets.numbers import format_number
from nnlab.words import tr

_SETTLE_MS = 120
_WIDE = 420
_ROOM_FOR_CAPTION = 260
_NUDGES = 50
_COMPONENTS_IN_FILES = "principal_components"


class BoundaryView(QWidget):
    """Shows frames over two inputs (or along one) and says which frames it wants."""

    plane_wanted = Signal(object)
    """The next frames are to show this `PlaneRequest`."""

    held_toggled = Signal(bool)
    """The user wants to see, or not, the values of the inputs without an axis."""

    selected = Signal(object)
    """The user selected these samples, a tuple of rows; an empty one: none any more."""

    answers_wanted = Signal()
    """Whether the answers for all samples are needed may be another matter now."""

    threshold_edited = Signal(float)
    """The user wants classes to change at another output."""

    def __init__(self, themes: ThemeManager, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("boundary_view")
        self.plot = BoundaryPlot(themes)
        self.toggles = DisplayToggles()
        self.held = HeldValues(themes)
        self._chooser = AxisChooser(themes)
        self._output = QComboBox()
        self._legend = Legend(themes)
        self._threshold_bar = ThresholdBar(themes)
        self._keys = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._card = SelectionCard(themes, self.plot)
        self._bar = ColorBar(themes)
        self._caption = Caption(name="boundary_caption")
        self._empty = QLabel(
            tr("The network’s answer appears here with the first frame."), self.plot
        )
        self._prepared: PreparedData | None = None
        self._spec: ExperimentSpec | None = None
        self._reading: Reading | None = None
        self._threshold: tuple[float, float, tuple[float, float]] | None = None
        self._outputs: FloatArray | None = None
        self._selection: tuple[int, ...] = ()
        self._points: Points | None = None
        self._x, self._y = 0, 1
        self._held: FloatArray = np.empty(0)
        self._held_row: int | None = None
        self._components: ComponentPlane | None = None
        self._equal = False
        self._keeps_ranges = False
        self._ranged: tuple[str, ...] = ()
        self._at: FloatArray = np.empty((0, 2))
        self._own: tuple[Points, FloatArray] | None = None
        self._spans: tuple[Span, Span] = (Span(0.0, 1.0), Span(0.0, 1.0))
        self._asked: PlaneRequest | None = None
        self._snapshot: Snapshot | None = None
        self._settle = QTimer(self)
        self._build()
        self._connect()

    def _build(self) -> None:
        self._output.setObjectName("shown_output")
        self._output.setAccessibleName(tr("Shown output"))
        self._output.setToolTip(tr("Choose which of the predicted values is shown."))
        guard_wheel(self._output)
        self._empty.setObjectName("boundary_empty")
        self._empty.setFont(font(TextStyle.SMALL))
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        set_tone(self._empty, Tone.MUTED)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self.plot.setMinimumHeight(120)
        self.plot.set_keys(self._legend, self._bar)
        self.plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self._chooser)
        column.addWidget(self._output)
        column.addWidget(self.plot, 1)
        self._keys.setSpacing(Space.XS)
        self._keys.addWidget(self._legend, 1, Qt.AlignmentFlag.AlignTop)
        self._keys.addWidget(self._threshold_bar, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(self._keys)
        column.addWidget(self._bar)
        column.addWidget(self._caption)

    def _connect(self) -> None:
        self._settle.timeout.connect(self._ask)
        self.plot.give_words(self._summary)
        self.plot.resized.connect(self._on_resized)
        self.plot.pointed.connect(self._on_pointed)
        self.plot.nudged.connect(self._on_nudged)
        self.plot.left.connect(self._on_left)
        self.plot.clicked.connect(self._on_clicked)
        self.plot.escaped.connect(self._on_cleared)
        self.toggles.edited.connect(self._on_shown)
        self._threshold_bar.edited.connect(self.threshold_edited)
        self._card.cleared.connect(self._on_cleared)
        self._chooser.chosen.connect(self._on_axes)
        self._chooser.held.toggled.connect(self.held_toggled)
        self._output.activated.connect(self._on_output)
        self.held.edited.connect(self._on_held)
        self.held.medians_wanted.connect(self._on_medians)
        self.held.sample_wanted.connect(self._on_sample_wanted)

    # What is shown ------------------------------------------------------------------------

    def set_data(self, prepared: PreparedData, spec: ExperimentSpec) -> None:
        """Show other samples."""
        before = self._prepared.raw if self._prepared is not None else None
        self._prepared, self._spec = prepared, spec
        self._outputs = None
        dataset = prepared.raw
        same = before is not None and before.feature_names == dataset.feature_names
        if not same:
            self._choose_axes(prepared)
        elif self._components is not None:
            self._components = component_plane(prepared)
        self._held = axes.medians(prepared)
        if not self._is_kept:
            self._equal = axes.share_a_scale(prepared, spec.data)
        units = dataset.feature_units
        self.held.set_features(dataset.feature_names, units, dataset.X, self._held)
        self._show_source(tr("Held at the medians"))
        self.held.set_on_axes((self._x, self._y))
        self._chooser.set_features(dataset.feature_names, *self._axes)
        self._chooser.setVisible(dataset.n_features > 2)
        self._show_outputs()
        self._read(self._made_reading())

    def set_spec(self, spec: ExperimentSpec) -> None:
        """Take an edited experiment on the same samples."""
        self._spec = spec
        if self._prepared is None:
            return
        reading = self._made_reading()
        if reading != self._reading:
            self._read(reading)
            if self._snapshot is not None:
                self._draw(self._snapshot)

    def _made_reading(self) -> Reading:
        assert self._spec is not None
        assert self._prepared is not None
        threshold = None if self._threshold is None else self._threshold[0]
        return make_reading(
            self._spec, self._prepared, max(0, self._output.currentIndex()), threshold
        )

    def set_threshold(
        self, threshold: float | None, usual: float | None, ends: tuple[float, float] | None
    ) -> None:
        """Have one output of two classes change class at `threshold`; None for other outputs.

        Args:
            threshold: where.
            usual: where it does by itself.
            ends: between which it may be moved.
        """
        known = None
        if threshold is not None and usual is not None and ends is not None:
            known = (threshold, usual, ends)
            self._threshold_bar.show_threshold(*known)
        self._threshold = known
        self._threshold_bar.setVisible(known is not None)
        reading = self._reading
        if known is None or reading is None or reading.kind is not Kind.THRESHOLD:
            return
        if reading.threshold != known[0]:
            # Only what depends on it is drawn anew, for a slider moves it many times a second.
            self._reading = replace(reading, threshold=known[0])
            self.plot.reread(self._reading)
            self._show_legend()
            self._show_answers()

    def show_answers(self, outputs: FloatArray | None) -> None:
        """Take the outputs for all samples, shape (n_samples, m_L); None: not known."""
        self._outputs = outputs
        self._show_answers()

    def set_selection(self, rows: tuple[int, ...]) -> None:
        """Frame these samples and tell of them."""
        self._selection = rows
        self._show_selection()
        self.answers_wanted.emit()

    @property
    def wants_answers(self) -> bool:
        """Whether rings or the selected sample need the outputs for all samples."""
        reading = self._reading
        rings = self.toggles.shown().misclassified and reading is not None and reading.classes
        return bool(rings or len(self._selection) == 1)

    def start_over(self) -> None:
        """Ask for frames of a network that is at its start, whatever was asked before."""
        self._snapshot = None
        self._asked = None
        self._ask()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw a frame; while hidden, keep it for when it is seen."""
        before, self._snapshot = self._snapshot, snapshot
        if self.isVisible() and not _same_picture(before, snapshot):
            self._draw(snapshot)

    @property
    def reading(self) -> Reading | None:
        """How outputs are read; None before there are data."""
        return self._reading

    @property
    def is_curve(self) -> bool:
        """Whether there is one input, and the outputs stand above it."""
        return self._is_curve

    @property
    def samples(self) -> tuple[Points, FloatArray] | None:
        """The samples that are shown, and where all of them stand, shape (n_samples, 2)."""
        if self._points is None:
            return None
        return self._own or (self._points, self._at)

    def show_own(self, points: Points | None, at: FloatArray) -> None:
        """Show other samples than the data's, such as the ones being painted; None: the data's.

        Args:
            points: their groups.
            at: where they stand, shape (n_samples, 2).
        """
        own = None if points is None else (points, at)
        if own is not None or self._own is not None:
            self._own = own
            self._place_points()

    def keep_ranges(self, keep: bool) -> None:
        """Let the axes stay as they are while the user's own samples change, or fit them again."""
        had, self._keeps_ranges = self._keeps_ranges, keep
        if keep:
            x, y = self.plot.ranges()
            self._spans = (Span(*x), Span(*y))
        elif had and self._prepared is not None and self._spec is not None:
            self._equal = axes.share_a_scale(self._prepared, self._spec.data)
            self._show_axes()
            self._ask()

    @property
    def request(self) -> PlaneRequest | None:
        """What was asked for last."""
        return self._asked

    def minimumSizeHint(self) -> QSize:
        """Small, but not cut."""
        return QSize(240, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the threshold beneath the keys where there is no room beside them."""
        super().resizeEvent(event)
        wide = self.width() >= _WIDE
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._keys.setDirection(way)
        self._fit_caption()

    def _fit_caption(self) -> None:
        """Leave the note to the axes' tooltip where the picture needs the room."""
        has_room = self.height() >= _ROOM_FOR_CAPTION
        self._caption.setVisible(has_room and self._caption.text() != "")
        self._chooser.setToolTip(self._caption.text())

    def _show_caption(self) -> None:
        self._caption.setText(self._caption_text())
        self._fit_caption()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for frames, and draw what came meanwhile."""
        super().showEvent(event)
        self._place_empty()
        self._ask()
        if self._snapshot is not None:
            self._draw(self._snapshot)

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask for nothing more until seen again."""
        super().hideEvent(event)
        self._settle.stop()
        self._asked = None

    @property
    def wants_held(self) -> bool:
        """Whether the list of held values is to be seen."""
        has_others = self._prepared is not None and self._prepared.raw.n_features > 2
        return has_others and self._components is None and self._chooser.held.isChecked()

    def axis_names(self) -> tuple[str, ...]:
        """Return the names of the inputs along x and y, as a file keeps them.

        None where there is nothing to choose, and one for the principal components.
        """
        if self._prepared is None or self._prepared.raw.n_features <= 2:
            return ()
        if self._components is not None:
            return (_COMPONENTS_IN_FILES,)
        names = self._prepared.raw.feature_names
        return names[self._x], names[self._y]

    def set_axes(self, names: tuple[str, ...]) -> None:
        """Put other axes along x and y; names that the data doesn't have change nothing."""
        known = self._prepared.raw.feature_names if self._prepared is not None else ()
        if names == (_COMPONENTS_IN_FILES,) and len(known) > 2:
            self._chooser.set_features(known, COMPONENTS, COMPONENTS)
            self._on_axes(COMPONENTS, COMPONENTS)
        if len(names) == 2 and names[0] != names[1] and set(names) <= set(known):
            self._chooser.set_features(known, known.index(names[0]), known.index(names[1]))
            self._on_axes(known.index(names[0]), known.index(names[1]))

    @property
    def _axes(self) -> tuple[int, int]:
        return (self._x, self._y) if self._components is None else (COMPONENTS, COMPONENTS)

    @property
    def _is_curve(self) -> bool:
        return self._prepared is not None and self._prepared.raw.n_features == 1

    def _choose_axes(self, prepared: PreparedData) -> None:
        features = prepared.raw.n_features
        self._components = None
        self._x, self._y = axes.telling_features(prepared) if features > 2 else (0, 1)

    def _title(self, k: int) -> str:
        """Return what is written along the axis `k`, 0 for x and 1 for y."""
        assert self._prepared is not None
        if self._components is not None:
            return self._components.title(k)
        feature = (self._x, self._y)[k]
        dataset = self._prepared.raw
        unit = dataset.feature_units[feature] if dataset.feature_units else ""
        return with_unit(dataset.feature_names[feature], unit)

    def _show_outputs(self) -> None:
        assert self._prepared is not None
        dataset = self._prepared.raw
        several = not dataset.classes and len(dataset.target_names) > 1
        with QSignalBlocker(self._output):
            self._output.clear()
            if several:
                self._output.addItems(list(dataset.target_names))
                self._output.setCurrentIndex(0)
        self._output.setVisible(several)

    def _read(self, reading: Reading) -> None:
        assert self._prepared is not None
        has_test = self._prepared.split.test.size > 0
        self._reading = reading
        self.plot.set_reading(reading)
        self.plot.set_output_names(_output_names(self._prepared, reading))
        self._points = make_points(self._prepared, reading, shaded=not self._is_curve)
        self.toggles.fit(reading, has_test=has_test, is_curve=self._is_curve)
        self._show_legend()
        self._show_answers()
        self._bar.setVisible(reading.kind is Kind.VALUES and not self._is_curve)
        self._bar.show_reading(reading)
        self.plot.set_shown(self.toggles.shown())
        self._show_axes()
        self._empty.show()

    def _show_legend(self) -> None:
        assert self._prepared is not None
        assert self._reading is not None
        self._legend.show_reading(
            self._reading,
            has_test=self._prepared.split.test.size > 0,
            is_curve=self._is_curve,
            shown=self.toggles.shown(),
        )

    def _show_answers(self) -> None:
        """Ring what is misclassified, and tell of the selected sample."""
        prepared, reading, outputs = self._prepared, self._reading, self._outputs
        wrong = np.empty(0, dtype=np.bool_)
        if outputs is not None and reading is not None and not reading.fits(outputs):
            self._outputs = outputs = None
        has_classes = reading is not None and bool(reading.classes) and self._own is None
        if prepared is not None and reading is not None and outputs is not None and has_classes:
            wrong = misclassified(outputs, prepared.dataset, reading.threshold)
        self.plot.set_wrong(wrong)
        self._show_selection()

    def _show_selection(self) -> None:
        prepared, reading = self._prepared, self._reading
        rows = self._selection if self._own is None else ()
        if prepared is None or reading is None:
            return
        if rows and max(rows) >= prepared.raw.n_samples:
            rows = ()
        self.plot.set_selected(np.array(rows, dtype=np.int64))
        self._card.show_text(
            describe_selection(rows, prepared, reading, self._outputs, (self._x, self._y))
        )
        self._place_card()

    def _place_card(self) -> None:
        """Put the card where it doesn't cover the selected sample."""
        if self._card.isHidden():
            self.plot.card.keep_clear_of(QRect())
            return
        room = self.plot.room().toRect()
        low = len(self._selection) == 1 and (
            self.plot.pixel_of(*self._at[self._selection[0]]).y() > room.center().y()
        )
        self._card.place(room, low)
        self.plot.card.keep_clear_of(self._card.geometry())

    def _show_axes(self) -> None:
        """Set titles, ranges and samples for the present axes."""
        assert self._prepared is not None
        assert self._reading is not None
        assert self._points is not None
        assert self._spec is not None
        if not self._is_kept:
            # What was read off is of the former axes or samples.
            self._on_left()
        dataset, data = self._prepared.raw, self._spec.data
        plane = self._components
        x_span = plane.span(0) if plane else axes.feature_span(self._prepared, data, self._x)
        self.plot.set_axis_title("bottom", self._title(0))
        if self._is_curve:
            heights = self._reading.targets(dataset.targets)
            y_span = axes.span_of(np.append(heights, self._reading_ends()), 0.12)
            title = self._reading.title if self._reading.kind is Kind.VALUES else tr("output ŷ")
            self.plot.set_axis_title("left", title)
            at = np.column_stack((dataset.X[:, 0], heights))
        else:
            y_span = plane.span(1) if plane else axes.feature_span(self._prepared, data, self._y)
            self.plot.set_axis_title("left", self._title(1))
            at = plane.at if plane else dataset.X[:, [self._x, self._y]]
        if self._is_kept:
            x_span, y_span = (
                span.covering(at[:, j]) for j, span in enumerate(self._spans)
            )  # fmt: skip
        self._spans, self._ranged = (x_span, y_span), dataset.feature_names
        self._at = np.ascontiguousarray(at)
        self._place_points()
        self._show_caption()
        self._fit_ranges()

    @property
    def _is_kept(self) -> bool:
        """Whether the ranges stay though the samples change, as they do while they are painted."""
        own = self._spec is not None and isinstance(self._spec.data.source, InlineSource)
        known = self._prepared is not None and self._prepared.raw.feature_names == self._ranged
        return self._keeps_ranges and own and known

    def _place_points(self) -> None:
        assert self._points is not None
        self.plot.set_points(*(self._own or (self._points, self._at)))
        # What is selected and what is misclassified are the data's samples, not those painted.
        self._show_answers()

    def _reading_ends(self) -> list[float]:
        assert self._reading is not None
        return [self._reading.low, self._reading.high]

    def _caption_text(self) -> str:
        assert self._prepared is not None
        assert self._points is not None
        said = []
        if self._points.is_thinned:
            said.append(
                tr("Showing {shown:,} of {total:,} points.").format(
                    shown=self._points.shown, total=self._points.total
                )
            )
        if self._components is not None:
            said.append(self._components.explanation())
        elif self._prepared.raw.n_features > 2:
            at = (
                tr("held values")
                if self._held_row is None
                else tr("values of sample {sample:,}").format(sample=self._held_row + 1)
            )
            said.append(tr("A slice at the {at}; points are projected onto it.").format(at=at))
            said.append(tr("A click on a point holds the other inputs at its values."))
        if self._components is None and self._prepared.scaler.kind is not Scaling.NONE:
            said.append(tr("Axes are in the data’s own units; the network reads scaled inputs."))
        return " ".join(said)

    def _fit_ranges(self) -> None:
        x, y = self._spans
        if self._equal and not self._is_curve:
            room = self.plot.room()
            x, y = axes.equal_scale(x, y, room.width(), room.height())
        self.plot.set_ranges((x.low, x.high), (y.low, y.high))
        self._place_card()

    # Frames -------------------------------------------------------------------------------

    @Slot()
    def _ask(self) -> None:
        if self._spec is None or self._prepared is None or not self.isVisible():
            return
        self._fit_ranges()
        request = self._request()
        if request != self._asked:
            self._asked = request
            self.plane_wanted.emit(request)

    def _request(self) -> PlaneRequest:
        assert self._spec is not None
        assert self._prepared is not None
        (low_x, high_x), (low_y, high_y) = self.plot.ranges()
        points = axes.resolution(self._spec.network, self._prepared.inputs.n_inputs)
        if self._components is not None:
            along = (Span(low_x, high_x), Span(low_y, high_y))
            u, v = (self._components.axis(k, span) for k, span in enumerate(along))
            return PlaneRequest(u, v, self._components.origin, points)
        held = tuple(float(value) for value in self._held)
        x = Span(low_x, high_x).axis(self._x)
        if self._is_curve:
            return PlaneRequest(x, None, held, axes.CURVE_POINTS)
        return PlaneRequest(x, Span(low_y, high_y).axis(self._y), held, points)

    def _draw(self, snapshot: Snapshot) -> None:
        plane, reading = snapshot.plane, self._reading
        if plane is None or reading is None or not reading.fits(plane.outputs):
            return
        wanted, got = self._asked or self._request(), plane.request
        same_axes = _along(got.x) == _along(wanted.x) and _along(got.y) == _along(wanted.y)
        if not same_axes or len(got.held) != len(wanted.held):
            return
        self._empty.hide()
        self.plot.show_plane(plane)

    def _summary(self) -> str:
        if self._prepared is None or self._reading is None or self._points is None:
            return ""
        across = self._title(0)
        if not self._is_curve:
            across += tr(" and {title}").format(title=self._title(1))
        plane = self.plot.plane
        facts = [
            tr("{title} over {across}").format(title=self._reading.title, across=across),
            *self._facts(),
        ]
        said = f"{'; '.join(facts)}."
        if plane is None:
            return said
        middle = tuple(sum(span) / 2 for span in self.plot.ranges())
        outputs = self.plot.outputs_at(*middle)
        if outputs is None:
            return said
        return tr("{said} In the middle of the picture: {describe}.").format(
            said=said, describe="; ".join(self._reading.describe(outputs))
        )

    def _facts(self) -> list[str]:
        """Return what there is to know of the picture, each in a few words."""
        assert self._reading is not None
        assert self._points is not None
        facts = []
        if self._reading.classes:
            facts.append(tr("{n} classes").format(n=len(self._reading.classes)))
        facts.append(tr("{n} samples").format(n=grouped(self._points.total)))
        latest = None if self._snapshot is None else self._snapshot.latest
        if latest is not None:
            parts = (
                (tr("training accuracy {share}"), latest.train_accuracy),
                (tr("test accuracy {share}"), latest.test_accuracy),
            )
            facts += [said.format(share=fixed(a, 2)) for said, a in parts if math.isfinite(a)]
        if self._reading.kind is Kind.THRESHOLD:
            at = format_number(self._reading.threshold)
            facts.append(tr("threshold {at}").format(at=at))
        return facts

    # What the user does -------------------------------------------------------------------

    @Slot()
    def _on_resized(self) -> None:
        self._place_empty()
        self._fit_ranges()
        if self.isVisible():
            self._settle.start()

    def _place_empty(self) -> None:
        self._empty.setGeometry(self.plot.room().toRect())

    @Slot(int, int)
    def _on_axes(self, x: int, y: int) -> None:
        assert self._prepared is not None
        if x == COMPONENTS:
            self._components = component_plane(self._prepared)
        else:
            self._components = None
            self._x, self._y = x, y
        self.held.set_on_axes((self._x, self._y))
        # The list of held values says nothing about the plane of the components.
        self.held_toggled.emit(self.wants_held)
        self.plot.clear_plane()
        self._show_axes()
        self._ask()

    @Slot(int)
    def _on_output(self, index: int) -> None:
        assert self._spec is not None
        assert self._prepared is not None
        self._read(self._made_reading())
        if self._snapshot is not None:
            self._draw(self._snapshot)

    @Slot(int, float)
    def _on_held(self, feature: int, value: float) -> None:
        self._held[feature] = value
        self._show_source(tr("Held at your own values"))
        self._ask()

    @Slot()
    def _on_medians(self) -> None:
        assert self._prepared is not None
        self._held = axes.medians(self._prepared)
        self.held.set_held(self._held)
        self._show_source(tr("Held at the medians"))
        self._ask()

    @Slot(int)
    def _on_sample_wanted(self, number: int) -> None:
        self._hold_at(number - 1)

    @Slot(QPointF, bool)
    def _on_clicked(self, at: QPointF, adds: bool) -> None:
        if self._prepared is None or self._own is not None:
            return
        row = self.plot.nearest(at.x(), at.y())
        if adds:
            if row is not None:
                self.selected.emit(toggled(self._selection, (row,)))
            return
        self.selected.emit(() if row is None else (row,))
        if row is not None and len(self._held) > 2 and self._components is None:
            self._hold_at(row)

    @Slot()
    def _on_cleared(self) -> None:
        self.selected.emit(())
        self.plot.setFocus()

    @Slot(object)
    def _on_shown(self, shown: Shown) -> None:
        self.plot.set_shown(shown)
        self._show_legend()
        self.answers_wanted.emit()

    def _hold_at(self, row: int) -> None:
        """Hold every input at the value that a sample has."""
        assert self._prepared is not None
        self._held = self._prepared.raw.X[row].copy()
        self.held.set_held(self._held)
        self._show_source(tr("Held at sample {sample:,}").format(sample=row + 1), row)
        self._ask()

    def _show_source(self, text: str, row: int | None = None) -> None:
        """Say where the held values are from; `row` is that of a sample."""
        self._held_row = row
        self.held.show_source(text, 0 if row is None else row + 1)
        if self._points is not None:
            self._show_caption()

    @Slot(QPointF)
    def _on_pointed(self, at: QPointF) -> None:
        self._read_off(at.x(), at.y())

    @Slot(int, int)
    def _on_nudged(self, right: int, up: int) -> None:
        (low_x, high_x), (low_y, high_y) = self.plot.ranges()
        mark = self.plot.mark_position()
        if mark is None:
            self._read_off((low_x + high_x) / 2, (low_y + high_y) / 2)
            return
        x = mark.x() + right * (high_x - low_x) / _NUDGES
        y = mark.y() + up * (high_y - low_y) / _NUDGES
        self._read_off(min(max(x, low_x), high_x), min(max(y, low_y), high_y))

    @Slot()
    def _on_left(self) -> None:
        self.plot.hide_mark()
        self.plot.card.hide()

    def _read_off(self, x: float, y: float) -> None:
        if self._reading is None:
            return
        row = self.plot.nearest(x, y) if self._own is None else None
        self.plot.show_mark(x, y, row)
        lines = [self._coordinate(0, x)]
        if not self._is_curve:
            lines.append(self._coordinate(1, y))
        outputs = self.plot.outputs_at(x, y)
        if outputs is not None:
            lines += self._reading.describe(outputs)
        if row is not None:
            lines.append(self._sample_text(row))
        self.plot.card.show_at(self.plot.pixel_of(x, y), lines)

    def _coordinate(self, k: int, value: float) -> str:
        """Say where a place is along the axis `k`, 0 for x and 1 for y."""
        assert self._prepared is not None
        if self._components is not None:
            return self._components.coordinate(k, value)
        feature = (self._x, self._y)[k]
        dataset = self._prepared.raw
        unit = dataset.feature_units[feature] if dataset.feature_units else ""
        return f"{dataset.feature_names[feature]} = {written(value)} {unit}".strip()

    def _sample_text(self, row: int) -> str:
        assert self._prepared is not None
        assert self._reading is not None
        dataset = self._prepared.raw
        part = tr("test ") if row in self._prepared.split.test else ""
        if self._reading.classes:
            answer = tr("class {label}").format(
                label=self._reading.classes[int(dataset.targets[row])]
            )
        else:
            answer = f"y = {written(float(dataset.targets[row, self._reading.output]))}"
        return tr("{part}sample {row:,}: {answer}").format(part=part, row=row + 1, answer=answer)


def _output_names(prepared: PreparedData, reading: Reading) -> tuple[str, ...]:
    """Return what each output is called in a table, with its unit."""
    dataset = prepared.raw
    if reading.kind is Kind.CLASSES:
        return tuple(f"ŷ {label}" for label in reading.classes)
    if reading.kind is Kind.THRESHOLD:
        return ("ŷ",)
    units = dataset.target_units or ("",) * len(dataset.target_names)
    pairs = zip(dataset.target_names, units, strict=True)
    return tuple(f"ŷ {with_unit(name, unit)}" for name, unit in pairs)


def _along(axis: Axis | None) -> int | tuple[float, ...] | None:
    """Return what an axis is along, whatever its ends."""
    if isinstance(axis, DirectionRange):
        return axis.direction
    return None if axis is None else axis.feature


def _same_picture(before: Snapshot | None, now: Snapshot) -> bool:
    """Whether two frames show the same outputs: of one trainer, at one update, of one plane."""
    if before is None or before.plane is None or now.plane is None:
        return False
    return (
        before.serial == now.serial
        and before.iteration == now.iteration
        and before.plane.request == now.plane.request
    )
