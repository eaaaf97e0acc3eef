"""Weights, histories and predictions out, and weights back in. No Qt."""
