"""Writing the report of a lab sheet: HTML, or a PDF in the paper size that is usual here."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QLocale, QMarginsF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument

from nnlab.experiment.document import Document
from nnlab.files import write_whole
from nnlab.labs.report import report_html
from nnlab.labs.work import Work

_MARGIN_MM = 18
_DOTS_PER_INCH = 96


def write_report(document: Document, work: Work, path: Path) -> None:
    """Write the report to a file that ends in .pdf or .html.

    Raises:
        UserError: it could not be written.
    """
    text = report_html(document, work)
    write_whole(path, text if path.suffix.lower() == ".html" else _pdf(text, usual_paper()))


def usual_paper() -> QPageSize:
    """Return Letter where inches are usual, A4 elsewhere."""
    is_imperial = QLocale.system().measurementSystem() is QLocale.MeasurementSystem.ImperialUSSystem
    return QPageSize(QPageSize.PageSizeId.Letter if is_imperial else QPageSize.PageSizeId.A4)


def _pdf(text: str, paper: QPageSize) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(paper)
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    writer.setResolution(_DOTS_PER_INCH)
    laid_out = QTextDocument()
    laid_out.documentLayout().setPaintDevice(writer)
    laid_out.setHtml(text)
    room = writer.pageLayout().paintRectPixels(_DOTS_PER_INCH)
    laid_out.setPageSize(QSizeF(room.size()))
    laid_out.print_(writer)
    buffer.close()
    return bytes(data.data())
