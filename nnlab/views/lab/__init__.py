"""The workbenches: a page each for one idea of the lecture, in a window beside the bench."""
