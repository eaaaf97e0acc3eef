"""Stands in the frozen app for a module whose one class pyqtgraph derives from when it is imported."""

from PySide6.QtWidgets import QWidget


class QOpenGLWidget(QWidget):
    """No plot of nnlab asks for one."""
