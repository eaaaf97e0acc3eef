"""Datasets: generators, file readers, splitting, scaling. NumPy only."""
