"""The workbench loss_surface."""

from PySide6.QtWidgets import QWidget

from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.theme import ThemeManager


class LossSurfacePage(QWidget):
    """To be built."""

    def __init__(self, session: Session, actions: Actions, themes: ThemeManager) -> None:
        super().__init__()
