"""Stands in the frozen app for a module from whose one class pyqtgraph derives another."""

from PySide6.QtWidgets import QWidget


class QOpenGLWidget(QWidget):
    """No plot of nnlab asks for one."""
