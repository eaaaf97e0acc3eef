"""How the networks of the workbench on vanishing gradients look: name, colour and shape of each."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtGui import QColor

from nnlab.explain.vanishing import Profile, Rival
from nnlab.views import palette
from nnlab.views.curves_area import Line
from nnlab.views.number_text import written
from nnlab.views.palette import Marker
from nnlab.views.theme import Theme
from nnlab.words import listed, marked, tr

_GLYPHS = {
    Marker.CIRCLE: "●",
    Marker.SQUARE: "■",
    Marker.TRIANGLE: "▲",
    Marker.DIAMOND: "◆",
}


@dataclass(frozen=True)
class RivalLine(Line):
    """A network's curve; each has a colour and a shape of its own."""

    index: int = 0

    @property
    def marker(self) -> Marker:
        """The shape of its points."""
        return palette.class_marker(self.index)

    @property
    def glyph(self) -> str:
        """Its shape as a letter."""
        return _GLYPHS[self.marker]

    @property
    def key(self) -> str:
        """What its widgets are called: "sigmoid", "this_network"."""
        return self.name.lower().replace(" ", "_")

    def ink(self, theme: Theme) -> QColor:
        """Return its colour in a theme."""
        return QColor(palette.line_color(theme, self.index))


LINES = (
    *(RivalLine(rival.value, index=k) for k, rival in enumerate(Rival)),
    RivalLine(marked("this network"), index=len(Rival)),
)
"""The rivals, then the network of the experiment."""

Profiles = tuple[Profile | None, ...]
"""One for each of `LINES`; None where there is none yet."""


def norm_text(norm: float) -> str:
    """Write a norm for a cell or a card."""
    return tr("exactly 0") if norm == 0 else written(norm, 3)


def slope_text(slope: float) -> str:
    """Write a mean slope; softmax has none."""
    return "–" if math.isnan(slope) else written(slope, 3)


def ratio_text(profile: Profile | None) -> str:
    """Write the ratio of the first and the last norm."""
    if profile is None:
        return "–"
    ratio = profile.ratio
    if not math.isnan(ratio):
        return tr("exactly 0") if ratio == 0 else written(ratio, 3)
    return "0 / 0" if not profile.gradient_norm[[0, -1]].any() else tr("not finite")


def remarks(profiles: Profiles) -> list[str]:
    """Say where a norm is exactly 0 or no finite number, and what diverged, in sentences."""
    said: dict[str, list[str]] = {}
    for line, profile in zip(LINES, profiles, strict=True):
        for remark in _remarks_on(profile) if profile is not None else ():
            said.setdefault(remark, []).append(tr(line.name))
    return [f"{listed(names)}: {remark}" for remark, names in said.items()]


def _remarks_on(profile: Profile) -> list[str]:
    zero = [k for k, norm in enumerate(profile.gradient_norm, 1) if norm == 0]
    broken = [k for k, norm in enumerate(profile.gradient_norm, 1) if not math.isfinite(norm)]
    said = []
    if zero:
        said.append(tr("exactly 0 in {zero}, no gradient arrives.").format(zero=layers_text(zero)))
    if broken:
        said.append(tr("not a finite number in {broken}.").format(broken=layers_text(broken)))
    if profile.diverged:
        said.append(
            tr(
                "training diverged after epoch {epoch:g}; shown are the last finite weights."
            ).format(epoch=profile.epoch)
        )
    return said


def layers_text(layers: list[int]) -> str:
    """Name layers, runs of them shortened: "layers 1–4 and 7"."""
    runs: list[list[int]] = []
    for k in layers:
        if runs and k == runs[-1][-1] + 1:
            runs[-1].append(k)
        else:
            runs.append([k])
    parts = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
    if len(layers) == 1:
        return tr("layer {number}").format(number=layers[0])
    return tr("layers {numbers}").format(numbers=listed(parts))
