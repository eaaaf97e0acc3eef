"""Collects every text of nnlab into files to be translated, and compiles them.

Run it from anywhere: ``python build/translations.py de fr`` makes or renews
``resources/translations/nnlab_de.ts`` and ``…_fr.ts``, keeps what is translated in them, and
compiles each into a ``.qm`` beside it, which the program loads. Without a language it renews those
that are there. A ``.ts`` is edited with Qt Linguist (``pyside6-linguist``) or any editor of text.

Qt's own lupdate does not know `nnlab.words`, nor strings in parentheses; hence the collector.
"""

from __future__ import annotations

import ast
import string
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import PySide6

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
CONTEXT = "nnlab"
"""The context of `nnlab.words`; the texts of a widget's own `tr` are under its class."""

_LITERALS = {"tr": (0,), "marked": (0,), "counted": (1, 2)}
"""Which arguments of the functions in `nnlab.words` are texts."""


class TextError(Exception):
    """A text that can't be translated, or a translation that can't be used."""


@dataclass
class Message:
    """A text, where it stands, and what it is in the language of a file."""

    files: set[str] = field(default_factory=set)
    translation: str = ""
    is_finished: bool = False


Messages = dict[tuple[str, str], Message]
"""By context and text."""


def main(languages: list[str]) -> int:
    """Renew and compile the files of some languages, or of all that are there."""
    named = languages or [path.stem.removeprefix("nnlab_") for path in FOLDER.glob("nnlab_*.ts")]
    try:
        found = collect(ROOT / "nnlab")
        for language in sorted(named):
            path = FOLDER / f"nnlab_{language}.ts"
            done = renew(path, language, found)
            compiled(path)
            print(f"{path.relative_to(ROOT)}: {done} of {len(found)} texts are translated")
    except TextError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


# The texts in the code -------------------------------------------------------------------


def collect(package: Path) -> Messages:
    """Return every text of a package that goes through `tr`, in the order of its files."""
    found: Messages = {}
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package.parent).as_posix()
        for context, text in texts_of(path.read_text(encoding="utf-8"), name):
            found.setdefault((context, text), Message()).files.add(name)
    return found


def texts_of(source: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield the context and text of each literal in a module that is to be translated.

    Raises:
        TextError: a text is put together before it is translated, or its context can't be known.
    """
    yield from _within(ast.parse(source), "", name)


def _within(node: ast.AST, owner: str, name: str) -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield from _called(child, owner, name)
        yield from _within(child, child.name if isinstance(child, ast.ClassDef) else owner, name)


def _called(call: ast.Call, owner: str, name: str) -> Iterator[tuple[str, str]]:
    called, where = call.func, f"{name}:{call.lineno}"
    if isinstance(called, ast.Attribute) and called.attr == "tr":
        if not (isinstance(called.value, ast.Name) and called.value.id == "self"):
            raise TextError(f"{where}: only self.tr is known here; use tr of nnlab.words")
        context, places = owner, _LITERALS["tr"]
    elif isinstance(called, ast.Name) and called.id in _LITERALS:
        context, places = CONTEXT, _LITERALS[called.id]
    else:
        return
    for place in places:
        argument = call.args[place] if place < len(call.args) else None
        if isinstance(argument, ast.JoinedStr | ast.BinOp):
            raise TextError(f"{where}: a text is translated first and filled in afterwards")
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield context, argument.value


# The files --------------------------------------------------------------------------------


def renew(path: Path, language: str, found: Messages) -> int:
    """Write the file of a language, with the translations that it had, and count them.

    A translation whose text is gone stays in the file as a vanished one. A text that is new
    under its context is given the translation of the same text elsewhere, to be confirmed.
    """
    former = read(path) if path.exists() else {}
    elsewhere = {text: each.translation for (_, text), each in former.items() if each.translation}
    messages: Messages = {}
    for (context, text), message in found.items():
        known = former.get((context, text))
        if known is not None and known.translation:
            messages[context, text] = Message(message.files, known.translation, known.is_finished)
        else:
            messages[context, text] = Message(message.files, elsewhere.get(text, ""))
    gone = {key: each for key, each in former.items() if key not in found and each.is_finished}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_written(language, messages, gone), encoding="utf-8", newline="\n")
    return sum(each.is_finished for each in messages.values())


def read(path: Path) -> Messages:
    """Return what a file of translations holds.

    Raises:
        TextError: it is damaged, or a translation lacks what its text is filled with.
    """
    try:
        # The project's own file, which holds no entities.
        root = ElementTree.parse(path).getroot()
    except ElementTree.ParseError as error:
        raise TextError(f"{path.name} is damaged: {error}") from None
    messages: Messages = {}
    for context in root.iter("context"):
        for each in context.iter("message"):
            text, translation = each.findtext("source") or "", each.find("translation")
            said = "" if translation is None else translation.text or ""
            kind = "" if translation is None else translation.get("type", "")
            if said and fields_of(said, path.name) != fields_of(text, path.name):
                raise TextError(
                    f"{path.name}: “{said}” must have the places that “{text}” has, in braces"
                )
            key = context.findtext("name") or "", text
            messages[key] = Message(translation=said, is_finished=bool(said) and not kind)
            if kind in ("vanished", "obsolete"):
                messages[key].is_finished = bool(said)
    return messages


def fields_of(text: str, where: str = "") -> list[str]:
    """Return the places of a template that are filled in, each as often as it is there.

    Those without a name are numbered, so that a translation may say in which order they come.
    """
    names: list[str] = []
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        # A brace that stands for itself: such a text is not filled in.
        return names
    unnamed = 0
    for _, name, spec, _ in parts:
        if name is None:
            continue
        names.append(name or str(unnamed))
        unnamed += not name
        names += fields_of(spec or "", where)
    return sorted(set(names))


def _written(language: str, messages: Messages, gone: Messages) -> str:
    root = ElementTree.Element("TS", version="2.1", language=language, sourcelanguage="en")
    contexts: dict[str, ElementTree.Element] = {}
    for name in sorted({context for context, _ in (*messages, *gone)}):
        contexts[name] = ElementTree.SubElement(root, "context")
        ElementTree.SubElement(contexts[name], "name").text = name
    for (context, text), message in messages.items():
        made = _element(contexts[context], text, message)
        if not message.is_finished:
            made.set("type", "unfinished")
    for (context, text), message in gone.items():
        _element(contexts[context], text, message).set("type", "vanished")
    ElementTree.indent(root, " ")
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n'


def _element(context: ElementTree.Element, text: str, message: Message) -> ElementTree.Element:
    element = ElementTree.SubElement(context, "message")
    for name in sorted(message.files):
        # Without lines, which would change with every change of the code.
        ElementTree.SubElement(element, "location", filename=f"../../{name}")
    ElementTree.SubElement(element, "source").text = text
    translation = ElementTree.SubElement(element, "translation")
    translation.text = message.translation
    return translation


def compiled(path: Path) -> Path:
    """Compile what is translated in a file, and return the file that the program loads."""
    tool = Path(PySide6.__file__).parent / (
        "lrelease.exe" if sys.platform == "win32" else "lrelease"
    )
    made = path.with_suffix(".qm")
    subprocess.run([tool, "-silent", "-nounfinished", path, "-qm", made], check=True)
    return made


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
