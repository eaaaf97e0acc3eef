"""The language of the window: files of translated texts, loaded before anything is said.

It is the system's, or the one that `NNLAB_LANG` names; where there is no file for it, each text
is what stands in the code. What Qt says itself, on the buttons of its dialogs, comes from Qt's
own files where they are there. `build/translations.py` makes the files.
"""

import os
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from nnlab import resources, words

VARIABLE = "NNLAB_LANG"
"""Names a language, such as "de" or "pt_BR", where it is not to be the system's."""


def speak(application: QCoreApplication) -> None:
    """Have texts translated into the language of the system, or the one that is asked for."""
    locale = _wanted()
    if locale.uiLanguages()[:1] == [] or locale.uiLanguages()[0].split("-")[0] in ("en", "C"):
        # Or whoever has another language after English would be given that.
        return
    own = _load(locale, "nnlab", resources.path("translations"), application)
    if not own:
        # Half in one language and half in another would be worse than the one.
        return
    qt = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    _load(locale, "qtbase", qt, application)
    words.translate_with(_translated)


def _wanted() -> QLocale:
    name = os.environ.get(VARIABLE, "")
    return QLocale(name) if name else QLocale.system()


def _load(locale: QLocale, name: str, folder: Path, application: QCoreApplication) -> bool:
    translator = QTranslator(application)
    if not translator.load(locale, name, "_", str(folder)):
        translator.deleteLater()
        return False
    return application.installTranslator(translator)


def _translated(text: str) -> str:
    return QCoreApplication.translate(words.CONTEXT, text)
