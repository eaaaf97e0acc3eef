"""The measured sets that ship with the program as files; SOURCES.txt beside them says whence."""

import numpy as np

from nnlab import resources
from nnlab.data.dataset import Dataset, Task


def iris() -> Dataset:
    """Read Fisher's 150 iris flowers: four lengths in cm, three species."""
    return _read("iris.csv", feature_unit="cm")


def digits() -> Dataset:
    """Read 1797 handwritten digits of 8 × 8 pixels, each 0 to 16 as it was counted."""
    return _read("digits.csv", feature_unit="")


def _read(file_name: str, feature_unit: str) -> Dataset:
    cells = np.loadtxt(resources.path(f"datasets/{file_name}"), delimiter=",", dtype=np.str_)
    header = [str(name) for name in cells[0]]
    classes, targets = np.unique(cells[1:, -1], return_inverse=True)
    n_features = len(header) - 1
    return Dataset(
        X=cells[1:, :-1].astype(np.float64),
        targets=targets.astype(np.int64),
        feature_names=tuple(header[:-1]),
        target_names=(header[-1],),
        task=Task.CLASSIFICATION,
        classes=tuple(str(label) for label in classes),
        feature_units=(feature_unit,) * n_features,
    )
