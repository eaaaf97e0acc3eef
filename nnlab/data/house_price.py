"""The lecture's house-price set: synthetic houses whose price has the lecture's structure.

The price is made the way the lecture draws it, through three hidden quantities that
each depend on some of the inputs only, so its partly connected network of three ReLU
neurons can reach it exactly when there is no noise:

    Family Size    = ReLU(0.8·Size + 0.6·Bedrooms − 0.5)
    Walkable       = ReLU(6 − Zip Code)
    School Quality = ReLU(0.5·Wealth − 0.4·Zip Code + 1)
    Price          = 0.5·Family Size + 0.3·Walkable + 0.4·School Quality + 0.5  (+ noise)

The formula is this program's own; the lecture gives the structure and no numbers.
"""

import numpy as np

from nnlab.arrays import FloatArray
from nnlab.data.dataset import Dataset, Task

FEATURES = ("Size", "Bedrooms", "Zip Code", "Wealth")
FEATURE_UNITS = ("100 m²", "", "", "10,000 € a head")


def house_price(samples: int, noise: float, rng: np.random.Generator) -> Dataset:
    """Draw houses and their prices, in units that keep every number near 1 to 10.

    Size is in 100 m² (0.50 to 4.00), bedrooms follow the size (1 to 6), the zip code is
    the digit of its zone, 1 in the centre to 9 at the edge, and wealth is the zone's
    income in 10,000 € a head (1.0 to 10.0). The price is in 100,000 €; `noise` is the
    standard deviation added to it. All are rounded to what a listing would print, so
    that they can be computed with by hand; without noise the rounding changes nothing.
    """
    size = np.round(rng.uniform(0.5, 4.0, samples), 2)
    bedrooms = np.clip(np.round(1 + 1.2 * size + rng.uniform(-1, 1, samples)), 1, 6)
    zone = rng.integers(1, 10, samples).astype(np.float64)
    wealth = np.round(rng.uniform(1.0, 10.0, samples), 1)
    X = np.column_stack((size, bedrooms, zone, wealth))
    noisy = price(X) + noise * rng.standard_normal(samples)
    return Dataset(
        X=X,
        targets=np.round(noisy, 3).reshape(-1, 1),
        feature_names=FEATURES,
        target_names=("Price",),
        task=Task.REGRESSION,
        feature_units=FEATURE_UNITS,
        target_units=("100,000 €",),
    )


def price(X: FloatArray) -> FloatArray:
    """Return the price without noise, shape (n_samples,), of `X`, shape (n_samples, 4)."""
    size, bedrooms, zone, wealth = X.T
    family_size = np.maximum(0.8 * size + 0.6 * bedrooms - 0.5, 0)
    walkable = np.maximum(6 - zone, 0)
    school_quality = np.maximum(0.5 * wealth - 0.4 * zone + 1, 0)
    result: FloatArray = 0.5 * family_size + 0.3 * walkable + 0.4 * school_quality + 0.5
    return result
