"""What the page on weights and gradients calls things, and how it writes its numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import Enum

from nnlab.arrays import FloatArray
from nnlab.engine.layer_figures import LayerFigures
from nnlab.experiment.spec import ExperimentSpec
from nnlab.numerals import shown
from nnlab.session.layer_history import LayerHistory
from nnlab.views.number_text import written
from nnlab.words import listed, marked, tr


class Measure(Enum):
    """A number a layer; the value is its attribute in figures and histories."""

    GRADIENT = "gradient_norm"
    WEIGHTS = "weight_norm"
    DEAD = "dead"
    SATURATED = "saturated"

    @property
    def symbol(self) -> str:
        """How it is written along an axis."""
        return tr(_SYMBOLS[self])

    @property
    def column(self) -> str:
        """How a column of its values is called."""
        return _COLUMNS_IN_FILES[self]

    @property
    def is_share(self) -> bool:
        """Whether it is a share, 0 to 1."""
        return self in (Measure.DEAD, Measure.SATURATED)

    def of(self, figures: LayerFigures | LayerHistory) -> FloatArray:
        """Return it of each layer; of a history, shape (n, L)."""
        found: FloatArray = getattr(figures, self.value)
        return found

    def text(self, value: float) -> str:
        """Write a value, its unit included; what does not apply is a dash."""
        if self.is_share:
            return percent(value)
        return tr("exactly 0") if value == 0 else written(value, 3)


_SYMBOLS = {
    Measure.GRADIENT: "‖∂J/∂W‖",
    Measure.WEIGHTS: "‖W‖",
    Measure.DEAD: marked("dead neurons (%)"),
    Measure.SATURATED: marked("saturated (%)"),
}

_COLUMNS_IN_FILES = _SYMBOLS | {
    Measure.DEAD: "share of dead neurons",
    Measure.SATURATED: "share of saturated z",
}


def layer_names(count: int) -> tuple[str, ...]:
    """Return the short names of so many layers: H1, H2, …, Out."""
    return (*(f"H{k}" for k in range(1, count)), tr("Out"))


def percent(share: float) -> str:
    """Write a share; one that is not all but nearly so is not written as if it were."""
    if math.isnan(share):
        return "–"
    rounded = round(100 * share)
    if 0 < share < 1 and rounded in (0, 100):
        return "< 1 %" if rounded == 0 else "> 99 %"
    return f"{rounded} %"


def short(value: float) -> str:
    """Write a value with two digits at most, as short as it goes."""
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    if 1e-2 <= abs(value) < 1e3:
        decimals = min(2, max(0, 1 - math.floor(math.log10(abs(value)))))
        text = f"{value:.{decimals}f}"
    else:
        mantissa, exponent = f"{value:.0e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    return shown(text.replace("-", "−"))


def shortest(value: float) -> str:
    """Write a value with one digit, or those before the point."""
    if not 1e-2 <= abs(value) < 9.5:
        return short(value)
    return shown(f"{value:.1g}".replace("-", "−"))


def short_ends(low: float, high: float, fits: Callable[[str], bool]) -> tuple[str, str]:
    """Write both ends of a range, with fewer digits where there is less room.

    Args:
        low: the lower end.
        high: the upper end.
        fits: whether there is room for the two texts put together.

    Returns:
        Both texts; that of the end nearer to 0 is empty where there is no room for both.
    """
    for write in (short, shortest):
        if fits(write(low) + write(high)):
            return write(low), write(high)
    return (short(low), "") if -low > high else ("", short(high))


def epoch_text(epoch: float) -> str:
    """Say when a moment is."""
    if epoch == 0:
        return tr("at the start")
    if epoch == int(epoch):
        return tr("after epoch {epoch:,}").format(epoch=int(epoch))
    return tr("within epoch {epoch:,}").format(epoch=math.ceil(epoch))


def gradient_text(history: LayerHistory, spec: ExperimentSpec) -> str:
    """Say what the gradient is: of what, over which samples, without what, when."""
    if history.samples == history.of:
        samples = tr("all {of:,} training samples").format(of=history.of)
    else:
        samples = tr("{samples:,} of {of:,} training samples").format(
            samples=history.samples, of=history.of
        )
    without = [tr("penalty")]
    if any(layer.dropout for layer in spec.network.layers):
        without.append(tr("dropout"))
    if spec.training.clipping is not None:
        without.append(tr("clipping"))
    when = epoch_text(history.epoch)
    return tr("Gradient of the mean loss over {samples}, without {left_out}, {when}").format(
        samples=samples, left_out=listed(without), when=when
    )


def layer_lines(figures: LayerFigures, names: tuple[str, ...], layer: int) -> list[str]:
    """Say all figures of a layer, a line each."""
    dead, saturated = percent(figures.dead[layer]), percent(figures.saturated[layer])
    return [
        names[layer],
        *(
            f"{measure.symbol} {measure.text(float(measure.of(figures)[layer]))}"
            for measure in (Measure.WEIGHTS, Measure.GRADIENT)
        ),
        tr("dead {dead} · saturated {saturated}").format(dead=dead, saturated=saturated),
    ]
