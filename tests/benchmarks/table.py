"""Printing what a benchmark measured, in columns."""

from collections.abc import Sequence


def print_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print `rows` under `head`: the first column to the left, the others to the right."""
    widths = [max(len(row[c]) for row in (head, *rows)) for c in range(len(head))]
    print(f"\n\n{title}")
    for row in (head, ["-" * width for width in widths], *rows):
        first, *others = (
            cell.ljust(width) if c == 0 else cell.rjust(width)
            for c, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join((first, *others)))
