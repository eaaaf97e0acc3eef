"""The workbench on SGD and batch: the same start trained in three ways, side by side."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnlab.errors import UserError
from nnlab.explain.races import Track, line_problem
from nnlab.explain.surface import TOO_LARGE
from nnlab.numerals import grouped, shown
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.lab.race_controls import Problem, RaceControls
from nnlab.views.lab.race_plot import LineKey, Over, RacePlot, run_color, run_style, run_symbol
from nnlab.views.lab.race_work import RaceProgress, RaceSeen, RaceWish, compute_races, drawable
from nnlab.views.lab.surface_plot import HeightBar, PathLine, SurfacePlot
from nnlab.views.lab.two_columns import lay_out_in_columns
from nnlab.views.number_text import written
from nnlab.views.plotting import Caption
from nnlab.views.theme import Space, TextStyle, Theme, ThemeManager
from nnlab.views.widgets import SegmentedControl, rule, text_label

_LEFT_WIDTH = 316


class SgdAndBatchPage(QWidget):
    """Settings at the left; loss, ways over the landscape and counters at the right."""

    def __init__(self, session: Session, actions: Actions, themes: ThemeManager) -> None:
        super().__init__()
        del actions  # What is compared here is trained here: the lab's own run goes its own way.
        self._session, self._themes = session, themes
        self._background = session.make_background()
        self._controls = RaceControls(themes)
        self.plot = RacePlot(themes, name="race_plot")
        self.ways = SurfacePlot(themes, name="race_ways")
        self._bar = HeightBar(themes, name="race_bar")
        self._over = SegmentedControl(
            self.tr("Loss over"),
            [
                (Over.ITERATIONS, self.tr("iterations"), self.tr(
                    "One update is one iteration, whatever it cost: here the full batch leads.")),
                (Over.EPOCHS, self.tr("epochs"), self.tr(
                    "One epoch goes through all samples once: the same work for all runs.")),
                (Over.SAMPLES, self.tr("samples"), self.tr(
                    "How many samples were looked at: the work done, counted singly.")),
            ],
            name="race_over",
        )  # fmt: skip
        self._scale = SegmentedControl(
            self.tr("Scale of the loss"),
            [
                (False, self.tr("lin"), self.tr("Equal ways are equal differences.")),
                (True, self.tr("log"), self.tr("Equal ways are equal factors.")),
            ],
            name="race_scale",
        )  # fmt: skip
        self._counters = [_Counter(place, themes) for place in range(3)]
        self._words = Caption(name="race_words")
        self._tracks: tuple[tuple[int, Track], ...] = ()
        self._seen: RaceSeen | None = None
        self._is_stale = True
        self._build()
        self._connect()

    def _build(self) -> None:
        self._over.setToolTip(self.tr("What the runs are compared by."))
        self._scale.setToolTip(self.tr("How the loss is laid out along its axis."))
        self._over.set_value(Over.EPOCHS)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, Space.S, 0)
        column.setSpacing(Space.S)
        column.addWidget(self._controls)
        column.addWidget(rule())
        for counter in self._counters:
            column.addWidget(counter)
        column.addStretch(1)
        lay_out_in_columns(self, side, self._results(), name="race_side", width=_LEFT_WIDTH)

    def _results(self) -> QVBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self._over)
        head.addStretch(1)
        head.addWidget(self._scale)
        plots = QGridLayout()
        plots.setSpacing(Space.S)
        plots.addLayout(head, 0, 0)
        plots.addWidget(self.plot, 1, 0)
        plots.addWidget(self.ways, 2, 0)
        plots.setRowStretch(1, 4)
        plots.setRowStretch(2, 5)
        for plot in (self.plot, self.ways):
            plot.setMinimumHeight(120)
        column = QVBoxLayout()
        column.setSpacing(Space.S)
        column.addLayout(plots, 1)
        column.addWidget(self._bar)
        column.addWidget(self._words)
        return column

    def _connect(self) -> None:
        session, background = self._session, self._background
        self._controls.edited.connect(self._on_edited)
        self._controls.places_chosen.connect(self._on_places)
        self._over.chosen.connect(self._on_axes)
        self._scale.chosen.connect(self._on_axes)
        session.spec_changed.connect(self._on_experiment)
        background.progressed.connect(self._on_progress)
        background.done.connect(self._on_done)
        background.refused.connect(self._on_refused)
        self._themes.theme_changed.connect(self._on_theme)

    def showEvent(self, event: QShowEvent) -> None:
        """Compute what is asked, if that was not done yet."""
        super().showEvent(event)
        self._offer()
        if self._is_stale:
            self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Do no work for what nobody sees."""
        super().hideEvent(event)
        if self._background.is_busy:
            self._background.cancel()
            self._is_stale = True

    # Asked ----------------------------------------------------------------------------------

    def _offer(self) -> None:
        spec, prepared = self._session.spec, self._session.prepared
        self._controls.set_network(spec.network, prepared.dataset.n_features)

    @Slot()
    def _on_experiment(self) -> None:
        if self._controls.problem is Problem.LINE:
            return
        self._is_stale = True
        if self.isVisible():
            self._offer()
            self._ask()

    @Slot()
    def _on_edited(self) -> None:
        self._ask()

    @Slot()
    def _on_places(self) -> None:
        self._ask(self._tracks)

    def _ask(self, tracks: tuple[tuple[int, Track], ...] = ()) -> None:
        """Have the runs made, or with `tracks` only the landscape beneath them."""
        controls = self._controls
        self._is_stale = False
        self._offer()
        is_line = controls.problem is Problem.LINE
        spec = line_problem(controls.seed) if is_line else self._session.spec
        prepared = None if is_line else self._session.prepared
        self._words.setText(self.tr("Training …"))
        self._background.ask(
            partial(
                compute_races,
                RaceWish(
                    spec, prepared, controls.racers(), controls.epochs, controls.places(), tracks
                ),
            )
        )

    @Slot(object)
    def _on_progress(self, progress: RaceProgress) -> None:
        if progress.name:
            words = self.tr("Training … {}, {} %").format(progress.name, progress.percent)
        else:
            words = self.tr("Computing the landscape …")
        self._words.setText(words)

    @Slot(object)
    def _on_done(self, seen: RaceSeen | None) -> None:
        if seen is None:
            return
        self._tracks, self._seen = seen.tracks, seen
        self.plot.show_tracks(seen.tracks)
        self.ways.show_surface(seen.surface)
        self._bar.show_scale(None if seen.surface is None else self.ways.scale)
        self._show_ways()
        shown = dict(seen.tracks)
        for place, counter in enumerate(self._counters):
            counter.show_track(shown.get(place))
        self._words.setText(self._said(seen))

    @Slot(object)
    def _on_refused(self, error: UserError) -> None:
        self._tracks, self._seen = (), None
        self.plot.show_tracks(())
        self.ways.show_surface(None)
        self.ways.set_paths(())
        self._bar.show_scale(None)
        for counter in self._counters:
            counter.show_track(None)
        self._words.setText(str(error))

    # Shown ----------------------------------------------------------------------------------

    def _show_ways(self) -> None:
        if self._seen is None or self._seen.surface is None:
            self.ways.set_paths(())
            return
        theme, axes = self._themes.theme, self._seen.axes
        self.ways.set_paths(
            [
                PathLine(
                    track.racer.name,
                    drawable(axes.coordinates(track.parameters)),
                    run_color(theme, place),
                    run_style(place),
                    run_symbol(place),
                )
                for place, track in self._seen.tracks
            ]
        )

    def _said(self, seen: RaceSeen) -> str:
        if not seen.tracks:
            return self.tr("Switch on at least one run.")
        away = [self._said_of_away(track) for _, track in seen.tracks if track.ran_away]
        if seen.surface is None:
            return " ".join([*away, TOO_LARGE])
        if away:
            return " ".join([*away, self.tr("What runs away leaves the plots.")])
        words = self.tr(
            "Ring: the common start. SGD makes an update a sample, each a little off, so its way "
            "is a zigzag; the full batch goes straight downhill, but only one step an epoch."
        )
        if self._controls.problem is Problem.EXPERIMENT:
            words += " " + self.tr(
                "The landscape is that about the start: the other parameters move, too. "
                "Trained by plain SGD, whatever the lab’s optimiser is."
            )
        return words

    def _said_of_away(self, track: Track) -> str:
        words = track.trouble or self.tr(
            "the loss ends above 10 times that of the start: α is too large."
        )
        return f"{track.racer.name}: {words}"

    @Slot()
    def _on_axes(self) -> None:
        over, scale = self._over.value(), self._scale.value()
        assert isinstance(over, Over)
        self.plot.set_axes(over, is_log=bool(scale))
        self.ways.set_look(is_log=bool(scale), is_shaded=True)
        if self._seen is not None and self._seen.surface is not None:
            self._bar.show_scale(self.ways.scale)

    @Slot(object)
    def _on_theme(self, _theme: Theme) -> None:
        self._show_ways()


class _Counter(QWidget):
    """What a run has counted: iterations an epoch, iterations in all, the loss at its end."""

    def __init__(self, place: int, themes: ThemeManager) -> None:
        super().__init__()
        self._name = text_label("", TextStyle.STRONG)
        self._text = QLabel()
        self._text.setObjectName(f"race_counter_{place + 1}")
        self._text.setWordWrap(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.S)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        grid.addWidget(LineKey(place, themes), 0, 0)
        grid.addWidget(self._name, 0, 1)
        grid.addWidget(self._text, 1, 1)
        self.hide()

    def show_track(self, track: Track | None) -> None:
        """Show the counters of a run; None: it takes no part."""
        self.setVisible(track is not None)
        if track is None:
            return
        each = _counted(track.per_epoch, self.tr("iteration"), self.tr("iterations"))
        whole = _counted(int(track.iterations[-1]), self.tr("iteration"), self.tr("iterations"))
        epochs = shown(f"{track.epochs[-1]:,.3g}")
        self._name.setText(f"{track.racer.name}, α = {shown(f'{track.racer.learning_rate:g}')}")
        self._text.setText(
            self.tr("An epoch is {}. {} epochs, {}: loss {}.").format(
                each, epochs, whole, written(float(track.losses[-1]), 4)
            )
        )


def _counted(count: int, one: str, more: str) -> str:
    return f"{grouped(count)} {one if count == 1 else more}"
