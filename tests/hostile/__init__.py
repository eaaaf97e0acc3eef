"""Damaged and hostile files, targets that can not be written to, and what never runs."""
