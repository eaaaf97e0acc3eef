"""A picture over a part of a plot: the answers over a plane, the heights of a landscape."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from nnlab.views import palette


class PlaneImage(pg.GraphicsObject):  # type: ignore[misc]
    """The picture of a plane, whose pixels blend where it is enlarged.

    It holds its pixels in the form that Qt enlarges fastest; an ImageItem would convert
    them, and look for levels, at every frame. Who changes it has the plot drawn.
    """

    def __init__(self) -> None:
        super().__init__()
        self._pixels: palette.Image = np.empty((0, 0), dtype=np.uint32)
        self._picture = QImage()
        self._rect = QRectF()

    def show_image(self, image: palette.Image, rect: QRectF) -> None:
        """Show an image over `rect`; row 0 is at its low y."""
        rows, columns = image.shape
        # The picture reads the array's memory: both are kept.
        self._pixels = np.ascontiguousarray(image)
        self._picture = QImage(
            self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32
        )
        if rect != self._rect:
            self.prepareGeometryChange()
            self._rect = rect
            self.informViewBoundsChanged()
        self.show()

    def boundingRect(self) -> QRectF:
        """Where the picture is."""
        return self._rect

    def paint(self, painter: QPainter, *_: object) -> None:
        """Draw the picture."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._rect, self._picture)
