"""What is kept between two starts: layout, theme, recent files. Each setting is declared here."""

import shutil
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from nnlab.files import is_there
from nnlab.places import home

MOST_RECENT_FILES = 8


class Preferences(QObject):
    """The user's settings, in the platform's usual place.

    Signals:
        recent_files_changed(): a file was added or the list was cleared.
    """

    recent_files_changed = Signal()

    def __init__(self, file: Path | None = None, parent: QObject | None = None) -> None:
        """Read the settings.

        Args:
            file: where they are; None: in the user's own place.
            parent: the owner.
        """
        super().__init__(parent)
        ini = QSettings.Format.IniFormat
        if file is None:
            self._settings = QSettings(ini, QSettings.Scope.UserScope, "nnlab", "nnlab", self)
        else:
            self._settings = QSettings(str(file), ini, self)

    def set_damaged_aside(self) -> Path | None:
        """Start from the usual settings where the file of them is damaged.

        Returns:
            Where the damaged file was put, for who wants to rescue something of it; None: it
            was sound.
        """
        if self._settings.status() is not QSettings.Status.FormatError:
            return None
        file = Path(self._settings.fileName())
        aside = file.with_name(file.name + ".damaged")
        try:
            shutil.copyfile(file, aside)
        except OSError:
            # Then it stays where it is, and nothing of it is used.
            aside = file
        self._settings.clear()
        self._settings.sync()
        return aside

    @property
    def can_be_kept(self) -> bool:
        """Whether settings that are changed will be there at the next start."""
        return self._settings.isWritable()

    @property
    def theme(self) -> str:
        """Which theme was chosen; "system" unless somebody chose."""
        return str(self._settings.value("window/theme", "system"))

    @theme.setter
    def theme(self, name: str) -> None:
        self._settings.setValue("window/theme", name)

    @property
    def decimal_sign(self) -> str:
        """Which sign was chosen to stand before decimals; "system" unless somebody chose."""
        return str(self._settings.value("numbers/decimal_sign", "system"))

    @decimal_sign.setter
    def decimal_sign(self, name: str) -> None:
        self._settings.setValue("numbers/decimal_sign", name)

    @property
    def geometry(self) -> QByteArray:
        """Size and place of the window; empty before the first time."""
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._settings.setValue("window/geometry", value)

    @property
    def layout(self) -> QByteArray:
        """Where the panels are; empty before the first time."""
        return self._bytes("window/layout")

    @layout.setter
    def layout(self, value: QByteArray) -> None:
        self._settings.setValue("window/layout", value)

    @property
    def network_split(self) -> QByteArray:
        """How drawn network and builder share their panel; empty before the first time."""
        return self._bytes("window/network_split")

    @network_split.setter
    def network_split(self, value: QByteArray) -> None:
        self._settings.setValue("window/network_split", value)

    @property
    def shows_drawing(self) -> bool:
        """Whether the network is drawn above its settings."""
        return str(self._settings.value("window/shows_drawing", "true")).lower() == "true"

    @shows_drawing.setter
    def shows_drawing(self, on: bool) -> None:
        self._settings.setValue("window/shows_drawing", "true" if on else "false")

    @property
    def drawer_page(self) -> str:
        """Which page of the drawer is open; "" for none."""
        return str(self._settings.value("window/drawer_page", ""))

    @drawer_page.setter
    def drawer_page(self, name: str) -> None:
        self._settings.setValue("window/drawer_page", name)

    @property
    def drawer_height(self) -> int:
        """Pixels of the open drawer; 0 before the first time."""
        value = str(self._settings.value("window/drawer_height", "0"))
        return int(value) if value.isdecimal() else 0

    @drawer_height.setter
    def drawer_height(self, pixels: int) -> None:
        self._settings.setValue("window/drawer_height", pixels)

    @property
    def knows_first_steps(self) -> bool:
        """Whether the first steps were done, or closed, once."""
        return str(self._settings.value("help/knows_first_steps", "false")).lower() == "true"

    @knows_first_steps.setter
    def knows_first_steps(self, on: bool) -> None:
        self._settings.setValue("help/knows_first_steps", "true" if on else "false")

    @property
    def folder(self) -> Path:
        """Where the last file dialog ended."""
        folder = Path(str(self._settings.value("files/folder", "")))
        return folder if is_there(folder) and folder.is_dir() else home()

    @folder.setter
    def folder(self, value: Path) -> None:
        self._settings.setValue("files/folder", str(value))

    @property
    def recent_files(self) -> tuple[Path, ...]:
        """Files opened or saved, the latest first."""
        value = self._settings.value("files/recent", [])
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list):
            return ()
        return tuple(Path(name) for name in names if isinstance(name, str) and name)

    def add_recent_file(self, path: Path) -> None:
        """Put a file at the top of the list."""
        latest = path.resolve()
        others = [p for p in self.recent_files if p != latest]
        self._set_recent([latest, *others][:MOST_RECENT_FILES])

    def forget_recent_file(self, path: Path) -> None:
        """Take a file off the list."""
        self._set_recent([p for p in self.recent_files if p != path])

    def clear_recent_files(self) -> None:
        """Empty the list."""
        self._set_recent([])

    def _set_recent(self, paths: list[Path]) -> None:
        self._settings.setValue("files/recent", [str(p) for p in paths])
        self.recent_files_changed.emit()

    def _bytes(self, key: str) -> QByteArray:
        value = self._settings.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()
