"""Texts in the code: none reaches the screen without `tr`, and each template gets what it needs."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

import nnlab
from nnlab import words
from tests.translating import translations

PACKAGE = Path(nnlab.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

_TRANSLATED = {"tr", "marked", "counted"}
_SINKS = {
    "setText", "setToolTip", "setWindowTitle", "setStatusTip", "setPlaceholderText", "setWhatsThis",
    "setAccessibleName", "setAccessibleDescription", "setInformativeText", "setTitle",
    "set_axis_title", "text_label", "show_text", "push_button", "QLabel", "QPushButton",
    "QGroupBox", "QCheckBox", "QRadioButton", "QAction", "QMenu", "addMenu", "addTab", "addItem",
    "UserError", "DivergedError", "Note",
}  # fmt: skip
"""Whoever is given a text shows it: there one word is enough."""
_UNSEEN = {
    "setObjectName", "setProperty", "setStyleSheet", "findChild", "getLogger", "QKeySequence",
    "debug", "info", "warning", "error", "exception", "critical", "log", "compile", "cast",
    "ValueError", "TypeError", "RuntimeError", "KeyError", "LookupError", "AssertionError",
    "FileNotFoundError", "TypeVar", "Numbers", "QRegularExpression", "QFont", "create", "print",
}  # fmt: skip
"""Names, logs, errors of the program itself, and the headings of CSV files, which are read by
machines and stay as they are in every language."""
_BESIDE_THE_SCREEN = (
    "cli.py", "lab_commands.py",  # which speak English, as their options do
    "labs/new_sheet.py",  # a text to be written over
    "log.py", "places.py", "resources.py", "application.py", "words.py", "numerals.py",
    "data/npy.py",  # Python's own words within a header
    "export/runs_file.py",
    "explain/latex.py",  # commands of LaTeX
    "data/house_price.py", "explain/house_price.py",  # names of columns and neurons
    "views/theme.py",  # fonts and styles
)  # fmt: skip

_MARKUP = re.compile(r"<[^>]*>?|&\w+;")
_STYLE = re.compile(r"[\w-]+: [^;]*;|font-family|sans-serif")
_SIDES = ("bottom", "left", "top", "right")
_KEY = re.compile(r"^(?:(?:Ctrl|Alt|Shift)\+)+\S+$")
_CODE = re.compile(r"^[\w{}.:/#%()\[\]\\,*+-]*$")
_SENTENCE = re.compile(r"[A-Za-zé’]{2,}[,;:]? (?:[^A-Za-z]{0,6} )?[A-Za-zé]{2,}")
_WORD = re.compile(r"(?<![\w{])[A-Za-z]{3,}(?![\w(])")
_PROPER = re.compile(
    r"\b(?:nnlab|NumPy|Qt for Python|Python|Qt|Rosenblatt|Adam|ReLU|max|min|cos|sin)\b"
)
_NAMES = re.compile(r"^(?:[A-Z][\w.]*(?: |$)|for |and |\d[\d.]* ?|\d?-Clause)+$")
"""Each word with a capital: a proper name, as of a licence."""


def relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def name_of(call: ast.Call) -> str:
    called = call.func
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def literal(node: ast.AST) -> str | None:
    """Return a literal's text, {} for what is filled into an f-string."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(literal(v) or "{}" for v in node.values)
    return None


def literals(node: ast.AST, above: tuple[ast.AST, ...] = ()) -> Iterator[tuple[ast.AST, tuple]]:
    """Yield each literal with what it is within; what f-strings are filled with, too."""
    for child in ast.iter_child_nodes(node):
        if literal(child) is None:
            yield from literals(child, (*above, node))
            continue
        yield child, (*above, node)
        if isinstance(child, ast.JoinedStr):
            for value in child.values:
                if isinstance(value, ast.FormattedValue):
                    yield from literals(value, (*above, node, child))


def is_seen(node: ast.AST, above: tuple[ast.AST, ...]) -> bool:
    """Tell whether a literal may come onto the screen as it stands in the code."""
    if isinstance(above[-1], ast.Expr):
        return False  # a docstring
    for outer, inner in zip(above, (*above[1:], node), strict=True):
        if isinstance(outer, ast.ClassDef) and "Enum" in map(ast.unparse, outer.bases):
            return isinstance(inner, ast.FunctionDef)
        if is_beside_the_screen(outer, inner):
            return False
    return True


def is_beside_the_screen(outer: ast.AST, inner: ast.AST) -> bool:
    """Tell whether what stands there is translated, or is for nobody to read."""
    match outer:
        case ast.Call():
            return inner is not outer.func and name_of(outer) in _TRANSLATED | _UNSEEN
        case ast.Assert() | ast.Subscript():
            return True
        case ast.AnnAssign() | ast.arg():
            return inner is outer.annotation
        case ast.FunctionDef():
            return inner is outer.returns or outer.name in ("numbers", "_numbers")
        case ast.Assign():
            return "_IN_FILES" in ast.unparse(outer.targets[0])
    return False


def reads_as_words(node: ast.AST, above: tuple[ast.AST, ...]) -> bool:
    """Tell whether a literal is language, rather than a name, a formula, markup or a key."""
    told = literal(node) or ""
    if _KEY.match(told) or _STYLE.search(told) or told in _SIDES:
        return False
    is_shown = goes_to_a_sink(above)
    if _NAMES.match(told) and not is_shown:
        return False
    text = _PROPER.sub("", _MARKUP.sub("", told))
    if _SENTENCE.search(text) or (is_shown and _WORD.search(text)):
        return True
    if isinstance(node, ast.JoinedStr):
        return bool(_WORD.search(text)) and not _CODE.match(text)
    # A piece of a sentence, to be put beside another.
    return told != told.strip() and bool(_WORD.search(text))


def goes_to_a_sink(above: tuple[ast.AST, ...]) -> bool:
    for outer in reversed(above):
        if isinstance(outer, ast.Call):
            # A picture's text has a key before it, which is no language.
            is_keyed = name_of(outer) == "setText" and len(outer.args) > 1
            return name_of(outer) in _SINKS and not is_keyed
        if not isinstance(outer, ast.IfExp | ast.BinOp | ast.BoolOp | ast.JoinedStr | ast.Starred):
            return False
    return False


def untranslated(source: str) -> list[str]:
    return [
        f"{node.lineno}: {literal(node)!r}"
        for node, above in literals(ast.parse(source))
        if is_seen(node, above) and reads_as_words(node, above)
    ]


@pytest.mark.parametrize(
    "source",
    [
        "label.setText('threshold')",
        "label.setText('on' if x else 'threshold')",
        "raise UserError(f'{name} is not there')",
        "said = f'epoch {n:,}'",
        "TIPS = ('One neuron learns it.',)",
    ],
)
def test_a_text_without_tr_is_found(source: str):
    assert untranslated(source)


@pytest.mark.parametrize(
    "source",
    [
        "label.setText(tr('threshold'))",
        "label.setText('ŷ = f(z)')",
        "label.setObjectName('one two')",
        "name = f'metric_{name}_train'",
        "key = 'Ctrl+Shift+S'",
        "LICENCE = ('Qt for Python', 'BSD 3-Clause')",
        "log.warning('the file is gone')",
    ],
)
def test_names_formulas_keys_and_logs_are_no_texts(source: str):
    assert untranslated(source) == []


@pytest.mark.parametrize(
    "path", [p for p in MODULES if relative(p) not in _BESIDE_THE_SCREEN], ids=relative
)
def test_every_text_goes_through_tr(path: Path):
    assert untranslated(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_templates_are_given_what_they_name(path: Path):
    wrong = []
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(call, ast.Call) and name_of(call) == "format"):
            continue
        made = call.func.value if isinstance(call.func, ast.Attribute) else None
        if not (isinstance(made, ast.Call) and name_of(made) == "tr" and made.args):
            continue
        template = literal(made.args[0])
        given = {keyword.arg for keyword in call.keywords}
        if template is None or None in given:
            continue
        named = {each for each in translations.fields_of(template) if not each.isdigit()}
        if named != given:
            wrong.append(f"{call.lineno}: {template!r} is given {sorted(given)}")
    assert wrong == []


def test_who_has_a_tr_of_his_own_is_known_to_qt():
    """Qt looks texts up under the classes of the object: one that is no QObject has none."""
    strangers = []
    for path in MODULES:
        source = path.read_text(encoding="utf-8")
        if "self.tr(" not in source:
            continue
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for context, _ in translations.texts_of(source, name):
            if context == words.CONTEXT:
                continue
            if not issubclass(getattr(import_module(name), context), QObject):
                strangers.append(f"{name}.{context}")
    assert strangers == []


def test_counts_are_said_in_two_sentences():
    assert words.counted(1, "{n:,} row", "{n:,} rows") == "1 row"
    assert words.counted(1200, "{n:,} row", "{n:,} rows") == "1,200 rows"


def test_names_are_put_in_a_row():
    assert words.listed([]) == ""
    assert words.listed(["a"]) == "a"
    assert words.listed(("a", "b", "c")) == "a, b and c"
