"""Datasets: generators, file readers, splitting, scaling, encoding. NumPy only."""
