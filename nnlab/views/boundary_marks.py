"""What is drawn at samples: points, rings about the misclassified, frames about the selected.

An outline is of two tones, ink on a halo of the ground's colour, so that it is seen on every
class's area and by every eye; a ring and a square frame differ in shape as well.
"""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF

from nnlab.arrays import FloatArray
from nnlab.views.palette import Marker
from nnlab.views.plotting import keep_drawn
from nnlab.views.theme import Theme

_HALO = 1.6
_THIN = 1.2
FEW = 12
"""So many outlines may be strong without hiding what they are about."""


class Samples(pg.ScatterPlotItem):  # type: ignore[misc]
    """Points whose extent is looked for once, not several times a frame.

    They are drawn once, too: a frame only lays their picture over the plane.
    """

    def __init__(self) -> None:
        super().__init__(antialias=True, useCache=True)
        self._known: QRectF | None = None
        keep_drawn(self)

    def boundingRect(self) -> QRectF:
        """Where the points are."""
        # Whatever moves them, or changes the size of a pixel, makes pyqtgraph forget these.
        if self._known is None or self.bounds == [None, None]:
            self._known = super().boundingRect()
        return self._known


class Outlines(Samples):
    """Outlines about some samples; drawn anew only when these are others."""

    def __init__(self, marker: Marker, width: float) -> None:
        """Make none yet.

        Args:
            marker: their shape.
            width: of the ink, in pixels.
        """
        super().__init__()
        self._marker, self._width = marker, width
        self._at: FloatArray = np.empty((0, 2))
        self._look: tuple[Theme, float, bool] | None = None

    @property
    def at(self) -> FloatArray:
        """Where they are, shape (n, 2)."""
        return self._at

    def show_at(self, at: FloatArray, size: float, theme: Theme, *, thin: bool = False) -> bool:
        """Outline these places, shape (n, 2), and no others; tell whether that is a change.

        Args:
            at: the places.
            size: across, in pixels.
            theme: in whose colours.
            thin: whether the ink is thin whatever width it has else.
        """
        if self._look == (theme, size, thin) and np.array_equal(at, self._at):
            return False
        self._at, self._look = at, (theme, size, thin)
        self.clear()
        colors, ink = theme.colors, _THIN if thin else self._width
        tones = ((colors.plot_background, ink + _HALO), (colors.text, ink))
        for color, width in tones if len(at) else ():
            # A pen for each: one for all would be the halo's, too, when it is drawn anew.
            pens = np.full(len(at), pg.mkPen(color, width=width), dtype=object)
            self.addPoints(
                x=at[:, 0], y=at[:, 1], symbol=self._marker.value, size=size, brush=None, pen=pens
            )
        return True
