"""What of the window a sheet may lead to, hide or lock, by names that don't change."""

from __future__ import annotations

import re

from nnlab.errors import UserError
from nnlab.words import tr

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

_CODE = re.compile(r"^```.*?(?:^```|\Z)|`[^`\n]+`|\$[^$\n]+\$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(!?)\[[^\[\]]{0,1000}\]\(\s*<?([^)>\s]{1,2000})")
_HTML = re.compile(
    r"<\s{0,9}(?:img|script|iframe|object|embed|link|style|video|audio)\b", re.IGNORECASE
)


def check_links(markdown: str) -> None:
    """Refuse links and pictures that lead out of the sheet and the window.

    What it overlooks, as in odd Markdown, is no link when it is shown: see `is_link`.

    Raises:
        UserError: with the link.
    """
    found = wrong_link(markdown)
    if found is not None:
        raise UserError(found[1])


def wrong_link(markdown: str) -> tuple[int, str] | None:
    """Return the first link that leads out: how many lines come before it, and what is wrong."""
    # In code and formulas brackets are no links; the lines stay where they are.
    text = _CODE.sub(lambda m: "\n" * m.group().count("\n"), markdown)
    for link in _LINK.finditer(text):
        said = _wrong_picture(link.group(2)) if link.group(1) else _wrong_target(link.group(2))
        if said:
            return text.count("\n", 0, link.start(2)), said
    html = _HTML.search(text)
    if html is not None:
        said = tr("HTML of this kind is not shown: use Markdown.")
        return text.count("\n", 0, html.start()), said
    return None


def is_link(target: str) -> bool:
    """Tell whether a link may be followed."""
    return not _wrong_target(target)


def _wrong_picture(target: str) -> str:
    if ":" in target or target.startswith(("/", "\\")) or ".." in target:
        return tr("the picture {target} is not a file beside the sheet.").format(target=target)
    return ""


def _wrong_target(target: str) -> str:
    if target.startswith(SCHEME):
        if target.removeprefix(SCHEME) not in PLACES:
            return tr("{target} leads nowhere: there is {join}.").format(
                target=target, join=", ".join(PLACES)
            )
    elif not target.startswith("https://"):
        return tr("the link {target} is neither {scheme}… nor https://….").format(
            target=target, scheme=SCHEME
        )
    return ""
