"""Derived features as JSON values and back: one object each, such as ``{"square": "x1"}``.

Names of columns may hold any characters, so a formula in one text could not be read back.
"""

from typing import Any

from nnlab.data.derived import Derived, Product, Sine, Square
from nnlab.errors import UserError
from nnlab.experiment.sections import Section
from nnlab.words import tr

_SQUARE, _PRODUCT, _SINE = "square", "product", "sin"


def derived_to_json(derived: tuple[Derived, ...]) -> list[dict[str, Any]]:
    """Return the list at ``derived``."""
    return [_to_json(each) for each in derived]


def _to_json(each: Derived) -> dict[str, Any]:
    if isinstance(each, Square):
        return {_SQUARE: each.feature}
    if isinstance(each, Product):
        return {_PRODUCT: [each.feature, each.other]}
    return {_SINE: each.feature}


def read_derived(section: Section) -> tuple[Derived, ...]:
    """Read the list at ``derived``; nothing is the same as an empty list.

    Raises:
        UserError: with the path of what is none of the forms.
    """
    section.skip("derived")
    if "derived" not in section or section.raw("derived") == []:
        return ()
    return tuple(part.read(_read_one) for part in section.sections("derived"))


def _read_one(section: Section) -> Derived:
    kinds = [kind for kind in (_SQUARE, _PRODUCT, _SINE) if kind in section]
    if len(kinds) != 1:
        raise UserError(
            tr(
                "{place} must be one of {{“square”: name}}, {{“product”: [name, name]}} "
                "and {{“sin”: name}}."
            ).format(place=section.place)
        )
    if kinds[0] == _PRODUCT:
        names = section.texts(_PRODUCT)
        if len(names) != 2:
            raise section.wrong(_PRODUCT, tr("a list of two names"))
        return Product(*names)
    name = section.text(kinds[0])
    return Square(name) if kinds[0] == _SQUARE else Sine(name)
