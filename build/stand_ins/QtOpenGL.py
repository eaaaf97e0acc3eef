"""Stands in the frozen app where PySide6 has 9 MB for what nnlab does not draw with."""
