"""Files of translations: built by one command, kept when renewed, and loaded at the start."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication, QWidget

from nnlab import resources, words
from nnlab import translations as loading
from tests.translating import translations

SOURCE = """
class Page(QWidget):
    def build(self):
        self.tr("Train "
                "now")
        tr("Run {number} of {count:,}")
        counted(n, "{n} row", "{n} rows")

TIP = marked("Press & “go”\\n<b>now</b>")
"""
TEXTS = [
    ("Page", "Train now"),
    ("nnlab", "Run {number} of {count:,}"),
    ("nnlab", "{n} row"),
    ("nnlab", "{n} rows"),
    ("nnlab", "Press & “go”\n<b>now</b>"),
]


class Page(QWidget):
    """A widget whose texts stand in the file under its name."""


class PageOfAKind(Page):
    """What inherits a text finds it, too."""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "nnlab"
    folder.mkdir()
    (folder / "page.py").write_text(SOURCE, encoding="utf-8")
    return folder


@pytest.fixture
def german(tmp_path: Path, package: Path) -> Path:
    """A file with one translation of each kind of text."""
    path = tmp_path / "nnlab_de.ts"
    translations.renew(path, "de", translations.collect(package))
    translate(path, "Train now", "Jetzt trainieren")
    translate(path, "Run {number} of {count:,}", "Von {count:,} Läufen der {number}.")
    translate(path, "Press &amp; “go”\n&lt;b&gt;now&lt;/b&gt;", "Drück & „los“\n<b>jetzt</b>")
    return path


def translate(path: Path, text: str, translation: str) -> None:
    """Write a translation as one does with an editor."""
    translation = translation.replace("&", "&amp;").replace("<", "&lt;")
    before = f'<source>{text}</source>\n   <translation type="unfinished" />'
    after = f"<source>{text}</source>\n   <translation>{translation}</translation>"
    told = path.read_text(encoding="utf-8")
    assert before in told
    path.write_text(told.replace(before, after), encoding="utf-8")


@pytest.fixture
def speak(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: QApplication
) -> Iterator[Callable[[str], None]]:
    """Start in a language, with the files of this test; afterwards speak English again."""
    usual = resources.path
    monkeypatch.setattr(
        loading.resources, "path", lambda name: tmp_path if name == "translations" else usual(name)
    )

    def start(language: str) -> None:
        monkeypatch.setenv(loading.VARIABLE, language)
        loading.speak(qapp)

    yield start
    words.translate_with(None)
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()


def test_every_literal_is_found_under_its_context(package: Path):
    assert list(translations.collect(package)) == TEXTS


@pytest.mark.parametrize(
    "source", ['tr(f"Run {n}")', 'tr("Run " + name)', 'parent.tr("Run")', 'self.tr(f"{n}")']
)
def test_a_text_that_cannot_be_translated_is_refused(source: str):
    with pytest.raises(translations.TextError, match=r"page\.py:1"):
        list(translations.texts_of(source, "page.py"))


def test_the_program_s_own_texts_are_found():
    found = translations.collect(translations.ROOT / "nnlab")
    assert len(found) > 2000
    assert ("nnlab", "and {more} more") in found


def test_a_new_file_has_every_text_unfinished(tmp_path: Path, package: Path):
    path = tmp_path / "nnlab_fr.ts"
    assert translations.renew(path, "fr", translations.collect(package)) == 0
    messages = translations.read(path)
    assert sorted(messages) == sorted(TEXTS)
    assert not any(each.is_finished for each in messages.values())


def test_renewing_keeps_what_is_translated(german: Path, package: Path):
    (package / "page.py").write_text(SOURCE + 'NEW = marked("New")\n', encoding="utf-8")
    assert translations.renew(german, "de", translations.collect(package)) == 3
    messages = translations.read(german)
    assert messages["Page", "Train now"].translation == "Jetzt trainieren"
    assert not messages["nnlab", "New"].translation


def test_renewing_twice_changes_nothing(german: Path, package: Path):
    found = translations.collect(package)
    translations.renew(german, "de", found)
    once = german.read_bytes()
    translations.renew(german, "de", found)
    assert german.read_bytes() == once


def test_a_text_that_is_gone_and_comes_back_is_still_translated(german: Path, package: Path):
    (package / "page.py").write_text("", encoding="utf-8")
    assert translations.renew(german, "de", translations.collect(package)) == 0
    (package / "page.py").write_text(SOURCE, encoding="utf-8")
    assert translations.renew(german, "de", translations.collect(package)) == 3


def test_a_text_that_moved_is_offered_its_translation(german: Path, package: Path):
    (package / "page.py").write_text(SOURCE.replace("class Page", "class Leaf"), encoding="utf-8")
    translations.renew(german, "de", translations.collect(package))
    moved = translations.read(german)["Leaf", "Train now"]
    assert moved.translation == "Jetzt trainieren"
    assert not moved.is_finished


def test_a_translation_without_its_places_is_refused(german: Path):
    told = german.read_text(encoding="utf-8").replace("der {number}", "der {nummer}")
    german.write_text(told, encoding="utf-8")
    with pytest.raises(translations.TextError, match="in braces"):
        translations.read(german)


def test_places_without_names_may_be_numbered():
    assert translations.fields_of("{} of {:,}") == translations.fields_of("{1:,} von {0}")


def test_the_window_speaks_the_language_that_is_asked_for(
    german: Path, speak: Callable[[str], None]
):
    translations.compiled(german)
    speak("de")
    said = words.tr("Run {number} of {count:,}").format(number=2, count=1000)
    assert said == "Von 1,000 Läufen der 2."
    assert words.tr("Press & “go”\n<b>now</b>") == "Drück & „los“\n<b>jetzt</b>"
    assert words.tr("{n} row") == "{n} row"  # nobody has translated it yet
    for page in (Page(), PageOfAKind()):
        assert page.tr("Train now") == "Jetzt trainieren"
        page.deleteLater()


def test_qt_speaks_it_too(german: Path, speak: Callable[[str], None]):
    translations.compiled(german)
    speak("de")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"


@pytest.mark.parametrize("language", ["fr", "en", "C", "no such language"])
def test_without_a_file_it_speaks_english(
    language: str, german: Path, speak: Callable[[str], None]
):
    translations.compiled(german)
    speak(language)
    assert words.tr("{n} row") == "{n} row"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"


def test_every_language_that_is_shipped_is_whole_and_compiled():
    for path in translations.FOLDER.glob("nnlab_*.ts"):
        translations.read(path)
        assert path.with_suffix(".qm").exists()
