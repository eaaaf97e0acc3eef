"""The small widgets that every panel is built from.

They look alike in both themes, can be used with the keyboard alone, carry an
`objectName` and an accessible name from birth, and emit their signals, named
in the past tense, only for what the user did: setting a value from the program
is silent.
"""

from nnlab.views.widgets.buttons import ActionButton, icon_button, push_button, set_button_icon
from nnlab.views.widgets.choices import ChipGroup, Choice, SegmentedControl
from nnlab.views.widgets.fields import NumberField, PresetNumberField
from nnlab.views.widgets.labels import CounterLabel, ElidedLabel, LiveLabel, text_label
from nnlab.views.widgets.layout import Card, FlowLayout, FormGrid, rule
from nnlab.views.widgets.message_bar import MessageBar, MessageKind
from nnlab.views.widgets.numbers import NumberRange, format_number
from nnlab.views.widgets.seed import SeedField, Stepper
from nnlab.views.widgets.slider import SliderField
from nnlab.views.widgets.tiles import Curve, DatasetTile, Pixels, Scatter, TileGrid, TileSpec
from nnlab.views.widgets.wheel import guard_wheel

__all__ = [
    "ActionButton",
    "Card",
    "ChipGroup",
    "Choice",
    "CounterLabel",
    "Curve",
    "DatasetTile",
    "ElidedLabel",
    "FlowLayout",
    "FormGrid",
    "LiveLabel",
    "MessageBar",
    "MessageKind",
    "NumberField",
    "NumberRange",
    "Pixels",
    "PresetNumberField",
    "Scatter",
    "SeedField",
    "SegmentedControl",
    "SliderField",
    "Stepper",
    "TileGrid",
    "TileSpec",
    "format_number",
    "guard_wheel",
    "icon_button",
    "push_button",
    "rule",
    "set_button_icon",
    "text_label",
]
