"""Which page of the help belongs to what: the one place that says so.

A page is a file in ``resources/help``; its title is its first heading. A widget's page is its
own, or that of the nearest widget around it that is named here.
"""

from __future__ import annotations

import html
import re
from functools import cache

from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction, QWhatsThisClickedEvent
from PySide6.QtWidgets import QWidget

from nnlab import resources

PAGES = (
    "first_steps", "data", "network", "training", "picture", "loss", "metrics", "weights",
    "explain", "lab", "sheets", "playback", "runs", "painting", "files", "keyboard",
)  # fmt: skip
"""In the order of the contents."""

FIRST_PAGE = PAGES[0]
_SCHEME = "help:"

TOPICS = {
    "main_window": "first_steps",
    "data_panel": "data",
    "sheet_panel": "sheets",
    "sheet_dock": "sheets",
    "grade_dialog": "sheets#grading",
    "test_fraction": "data#test",
    "test_fraction_slider": "data#test",
    "scaling": "data#scaling",
    "features": "data#inputs",
    "features_list": "data#inputs",
    "derived": "data#inputs",
    "load_dialog": "data",
    "network_panel": "network",
    "activation": "network#activations",
    "alpha": "network#activations",
    "network_view": "network#drawing",
    "network_inspector": "network#drawing",
    "weight_table_dialog": "network#drawing",
    "initializer": "network#start",
    "weight_seed": "network#start",
    "loss": "loss",
    "transport": "training",
    "batch_mode": "training#batch",
    "batch_size": "training#batch",
    "learning_rate": "training#rate",
    "optimizer": "training#rate",
    "step_sample": "training#speed",
    "step_epoch": "training#speed",
    "momentum": "training#rate",
    "nesterov": "training#rate",
    "speed": "training#speed",
    "training_page": "training",
    "schedule": "training#schedules",
    "schedule_factor": "training#schedules",
    "schedule_every": "training#schedules",
    "schedule_epochs": "training#schedules",
    "schedule_floor": "training#schedules",
    "schedule_decay": "training#schedules",
    "rate_plot": "training#schedules",
    "clipping": "training#clipping",
    "clip_limit": "training#clipping",
    "dropout": "training#dropout",
    "shuffle": "training#batch",
    "l1": "training#penalty",
    "l2": "training#penalty",
    "stop_at_target": "training#stop",
    "target_loss": "training#stop",
    "stop_without_progress": "training#stop",
    "patience": "training#stop",
    "min_delta": "training#stop",
    "output_panel": "picture",
    "boundary_toggles": "picture",
    "show_regions": "picture#regions",
    "show_test_points": "picture#points",
    "show_threshold": "picture#threshold",
    "threshold_bar": "picture#threshold",
    "show_misclassified": "picture#points",
    "selection_card": "picture#points",
    "held_values": "picture#held",
    "show_held": "picture#held",
    "axis_chooser": "picture#held",
    "loss_view": "loss",
    "metrics_page": "metrics",
    "value_metrics": "metrics#regression",
    "layers_page": "weights",
    "layer_curves": "weights#vanishing",
    "layer_row_dead": "weights#dead",
    "layer_measure_dead": "weights#dead",
    "layer_row_saturated": "weights#saturated",
    "layer_measure_saturated": "weights#saturated",
    "lab_window": "lab",
    "one_neuron_page": "lab#one_neuron",
    "activations_page": "lab#activations",
    "linear_collapse_page": "lab#linear_collapse",
    "house_price_page": "lab#house_price",
    "sgd_and_batch_page": "lab#sgd_and_batch",
    "loss_surface_page": "lab#loss_surface",
    "vanishing_gradients_page": "lab#vanishing_gradients",
    "gradient_check_page": "lab#gradient_check",
    "explain_page": "explain",
    "explain_stage": "explain#walking",
    "explain_previous": "explain#walking",
    "explain_next": "explain#walking",
    "explain_play": "explain#walking",
    "explain_place": "explain#walking",
    "explain_subject": "explain#subject",
    "explain_sample": "explain#subject",
    "explain_shares": "explain#subject",
    "explain_next_update": "explain#subject",
    "explain_scroll": "explain#backward",
    "explain_show": "explain#writing",
    "explain_digits": "explain#writing",
    "copy_card_latex": "explain#writing",
    "copy_card_text": "explain#writing",
    "apply_step": "explain#apply",
    "step_back": "explain#apply",
    "explain_signs": "explain#sign",
    "signs_dialog": "explain#sign",
    "playback_bar": "playback",
    "runs_page": "runs",
    "paint_bar": "painting#paint",
    "paint": "painting#paint",
    "data_window": "painting#table",
    "png_dialog": "files#plots",
}
"""By object name, without a layer's number at its end; behind # stands a heading of the page."""


@cache
def title_of(page: str) -> str:
    """Return the first heading of a page."""
    text = resources.path(f"help/{page}.html").read_text(encoding="utf-8")
    found = re.search(r"<h1>(.*?)</h1>", text)
    return html.unescape(found[1]) if found else page


def topic_of(widget: QWidget | None) -> str:
    """Return the page, and perhaps the heading, that belongs to a widget."""
    while widget is not None:
        name = _OF_A_LAYER.sub("", widget.objectName())
        if name in TOPICS:
            return TOPICS[name]
        widget = widget.parentWidget()
    return FIRST_PAGE


def explain_all(window: QWidget, ink: str) -> None:
    """Let every control answer What's this? with its tooltip and a link to its page.

    Called each time that it is asked, as tooltips follow what is possible now. Links lead
    somewhere only within the main window, which hears of a click on them.

    Args:
        window: the main window.
        ink: what links are drawn in, as ``#rrggbb``.
    """
    for action in window.findChildren(QAction):
        if action.statusTip():
            sentence = action.statusTip().removesuffix(".")
            action.setWhatsThis(f"<p>{html.escape(sentence)}.</p>")
    for widget in window.findChildren(QWidget):
        if widget.property(_OWN) is None:
            widget.setProperty(_OWN, widget.whatsThis())
        sentence = widget.toolTip() or str(widget.property(_OWN))
        topic = topic_of(widget)
        if sentence or widget.objectName() in TOPICS:
            title = html.escape(title_of(topic.split("#")[0]))
            link = f'<a href="{_SCHEME}{topic}" style="color: {ink};">{title}</a>'
            text = f"<p>{html.escape(sentence)}</p>" if sentence else ""
            is_within = widget.window() is window
            widget.setWhatsThis(text + (f"<p>{link}</p>" if is_within else ""))


def clicked_topic(event: QEvent) -> str | None:
    """Return the topic of a link that was clicked in a What's this? text, or None."""
    if isinstance(event, QWhatsThisClickedEvent) and event.href().startswith(_SCHEME):
        return event.href().removeprefix(_SCHEME)
    return None


_OF_A_LAYER = re.compile(r"_(\d+|output)$")
_OWN = "whatsThisSentence"
