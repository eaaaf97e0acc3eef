"""What of the window a sheet may lead to, hide or lock, by names that don't change."""

from __future__ import annotations

import re

from nnlab.errors import UserError

SCHEME = "nnlab:"
"""Of links that lead somewhere in the window; a sheet has no others."""

PLACES: tuple[str, ...] = (
    "experiment", "show_explain", "show_training", "show_metrics", "show_layers", "show_runs",
    "weight_table", "data_table", "paint", "load_data", "one_neuron", "activations",
    "linear_collapse", "house_price", "sgd_and_batch", "loss_surface", "vanishing_gradients",
    "gradient_check",
)  # fmt: skip
"""Where a link may lead: "experiment" opens the step's own, all others are actions."""

LOCKS: tuple[str, ...] = (
    "data", "network", "layers", "activations", "weights", "training", "loss", "optimizer",
    "learning_rate", "batch", "runs", "explain", "metrics", "lab",
)  # fmt: skip

_LINK = re.compile(r"(!?)\[[^\]\n]*\]\(\s*<?([^)>\s]+)")


def check_links(markdown: str) -> None:
    """Refuse links and pictures that lead out of the sheet and the window.

    Raises:
        UserError: with the link.
    """
    for mark, target in _LINK.findall(markdown):
        if mark:
            if ":" in target or target.startswith(("/", "\\")) or ".." in target:
                raise UserError(f"the picture {target} is not a file beside the sheet.")
        elif target.startswith(SCHEME):
            place = target.removeprefix(SCHEME)
            if place not in PLACES:
                raise UserError(f"{target} leads nowhere: there is {', '.join(PLACES)}.")
        elif not target.startswith("https://"):
            raise UserError(f"the link {target} is neither {SCHEME}… nor https://….")
    if re.search(r"<\s*(img|script|iframe|object|embed|link|style|video|audio)\b", markdown, re.I):
        raise UserError("HTML of this kind is not shown: use Markdown.")
