"""``nnlab lab``: looking a sheet over, beginning a new one, and grading what came back."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from nnlab.errors import UserError

DONE, FOUND = 0, 2

_HELP = """\
commands:
  nnlab lab check SHEET               look a sheet over before a class sees it
  nnlab lab new NAME                  begin a sheet, with an example of each question
  nnlab lab grade SHEET FILE ... --out grades.csv
                                      check again what was handed in

A sheet is a Markdown file, a folder with one in it, or a .zip of that.
"""


class _Parser(argparse.ArgumentParser):
    def __init__(self, prog: str, description: str) -> None:
        super().__init__(prog=prog, description=description, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message.rstrip('.')}; see “{self.prog} --help”.")


def run_lab(arguments: list[str]) -> int:
    """Do what was asked for.

    Args:
        arguments: after ``nnlab lab``.

    Returns:
        The exit code.

    Raises:
        UserError: it can't be done.
    """
    command = _COMMANDS.get(arguments[0]) if arguments else None
    if command is not None:
        return command(arguments[1:])
    if arguments and arguments[0] in ("-h", "--help"):
        print(_HELP, end="")
        return DONE
    wanted = f"there is no “lab {arguments[0]}”" if arguments else "say what is to be done"
    raise UserError(f"{wanted[0].upper()}{wanted[1:]}: the commands are {', '.join(_COMMANDS)}.")


def _check(arguments: list[str]) -> int:
    from nnlab.labs.sheet_check import check_sheet
    from nnlab.labs.sheet_files import open_sheet, text_file

    parser = _Parser("nnlab lab check", description="Look a sheet over before a class sees it.")
    parser.add_argument("sheet", metavar="SHEET", type=Path)
    path: Path = parser.parse_args(arguments).sheet
    sheet = open_sheet(path)
    findings = check_sheet(sheet)
    name = text_file(path).name if path.is_dir() else path.name
    for finding in findings:
        print(f"{name}, line {finding.line}: {finding.said}")
    if findings:
        return FOUND
    parts = (
        _count(len(sheet.steps), "step"), _count(len(sheet.questions), "question"),
        _count(sheet.points, "point"), _count(sheet.minutes, "minute"),
    )  # fmt: skip
    print(f"{sheet.title}: {', '.join(parts)}. Nothing is wrong with it.")
    return DONE


def _new(arguments: list[str]) -> int:
    from nnlab.labs.new_sheet import write_new_sheet

    parser = _Parser(
        "nnlab lab new", description="Begin a sheet, with an example of each question."
    )
    parser.add_argument("name", metavar="NAME", help="of the sheet; a folder of that name is made")
    path = write_new_sheet(parser.parse_args(arguments).name, Path.cwd())
    print(f"Begun in {path}. Open it in the window (Lab > Open lab sheet) while you write.")
    return DONE


def _grade(arguments: list[str]) -> int:
    from nnlab.labs.grading import grade_all, submissions, write_grades
    from nnlab.labs.sheet_files import open_sheet

    parser = _Parser("nnlab lab grade", description="Check again what was handed in.")
    parser.add_argument("sheet", metavar="SHEET", type=Path)
    parser.add_argument("files", metavar="FILE", type=Path, nargs="+",
                        help="experiments that were handed in, or folders of them")  # fmt: skip
    parser.add_argument("--out", metavar="CSV", type=Path, required=True)
    asked = parser.parse_args(arguments)
    files = submissions(asked.files)
    _check_out(asked.out, [asked.sheet, *files])
    sheet = open_sheet(asked.sheet)
    grades = grade_all(sheet, files)
    write_grades(sheet, grades, asked.out)
    unread = sum(grade.marks is None for grade in grades)
    flagged = sum(bool(grade.flags) for grade in grades) - unread
    print(
        f"{_count(len(grades), 'submission')}, {unread} could not be read, {flagged} flagged: "
        f"{asked.out}"
    )
    return DONE


def _check_out(out: Path, read: Sequence[Path]) -> None:
    """Refuse, before long work, a table that could not be written or would replace what is read."""
    from nnlab.files import check_target

    if out.resolve() in [path.resolve() for path in read]:
        raise UserError(f"{out.name} is what is graded: write the grades to another file.")
    check_target(out)


def _count(number: float, noun: str) -> str:
    return f"{number:g} {noun}{'' if number == 1 else 's'}"


_COMMANDS: Mapping[str, Callable[[list[str]], int]] = {
    "check": _check,
    "new": _new,
    "grade": _grade,
}
