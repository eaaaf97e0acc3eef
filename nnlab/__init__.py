"""nnlab: a desktop lab bench for neural networks."""

import os

# One BLAS thread gives smoother frames and, for the small layers of a lab,
# more steps a second. OpenBLAS reads this once, when NumPy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
