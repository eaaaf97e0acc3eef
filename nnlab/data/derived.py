"""Derived features: inputs computed from the columns of the data, as x1² and sin x1 are.

A single neuron draws a straight line through its inputs. Given x1² and x2² it draws a
circle: what a network can learn depends on what it is given, and this is where that is
tried out. Nothing is scaled on the way: sin x is of the number that the data holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnlab.arrays import FloatArray, IntArray
from nnlab.errors import UserError
from nnlab.words import tr


@dataclass(frozen=True)
class Square:
    """``x²`` of one feature."""

    feature: str

    @property
    def features(self) -> tuple[str, ...]:
        """The columns that it is computed from."""
        return (self.feature,)

    @property
    def name(self) -> str:
        """How it is written beside the features."""
        return f"{self.feature}²"

    def of(self, columns: Sequence[FloatArray]) -> FloatArray:
        """Return its values, shape (n_samples,), of the columns of `features`."""
        squares: FloatArray = columns[0] * columns[0]
        return squares


@dataclass(frozen=True)
class Product:
    """``x·y`` of two features."""

    feature: str
    other: str

    @property
    def features(self) -> tuple[str, ...]:
        """The columns that it is computed from."""
        return (self.feature, self.other)

    @property
    def name(self) -> str:
        """How it is written beside the features."""
        return f"{self.feature}·{self.other}"

    def of(self, columns: Sequence[FloatArray]) -> FloatArray:
        """Return its values, shape (n_samples,), of the columns of `features`."""
        products: FloatArray = columns[0] * columns[1]
        return products


@dataclass(frozen=True)
class Sine:
    """``sin x`` of one feature, whose values are taken as angles in radians."""

    feature: str

    @property
    def features(self) -> tuple[str, ...]:
        """The columns that it is computed from."""
        return (self.feature,)

    @property
    def name(self) -> str:
        """How it is written beside the features."""
        return tr("sin {feature}").format(feature=self.feature)

    def of(self, columns: Sequence[FloatArray]) -> FloatArray:
        """Return its values, shape (n_samples,), of the columns of `features`."""
        sines: FloatArray = np.sin(columns[0])
        return sines


Derived = Square | Product | Sine


def is_same(one: Derived, other: Derived) -> bool:
    """Tell whether two are the same for any values: x·y is y·x."""
    return type(one) is type(other) and sorted(one.features) == sorted(other.features)


@dataclass(frozen=True)
class Inputs:
    """What a network reads of the columns of the data: some as they are, some derived.

    Attributes:
        columns: names of the columns that the data has, in order.
        direct: those that the network reads as they are, in its order.
        derived: what it reads after them.
    """

    columns: tuple[str, ...]
    direct: tuple[str, ...]
    derived: tuple[Derived, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """One a network input, such as x1, x2, x1²."""
        return (*self.direct, *(each.name for each in self.derived))

    @property
    def n_inputs(self) -> int:
        """m_0."""
        return len(self.direct) + len(self.derived)

    @property
    def are_the_columns(self) -> bool:
        """Whether the network reads just the columns, in their order."""
        return self.direct == self.columns and not self.derived

    def of(self, X: FloatArray) -> FloatArray:
        """Return the network's inputs, unscaled, shape (n_samples, n_inputs).

        Numbers too large for a square come out as infinite.

        Args:
            X: the columns, shape (n_samples, n_columns); returned itself where the
                network reads just them.
        """
        if self.are_the_columns:
            return X
        place = {name: j for j, name in enumerate(self.columns)}
        found = np.empty((len(X), self.n_inputs), dtype=X.dtype)
        for k, name in enumerate(self.direct):
            found[:, k] = X[:, place[name]]
        with np.errstate(over="ignore"):
            for k, each in enumerate(self.derived, start=len(self.direct)):
                found[:, k] = each.of([X[:, place[name]] for name in each.features])
        return found

    def checked(self, X: FloatArray) -> FloatArray:
        """Return the network's inputs as `of` does, all of them finite.

        Raises:
            UserError: a number is too large for its square or product.
        """
        found = self.of(X)
        if found is X:
            return X
        bad: IntArray = np.argwhere(~np.isfinite(found))
        if len(bad):
            row, k = (int(i) for i in bad[0])
            raise UserError(
                tr(
                    "{names} is too large a number in sample {row:,}: leave it out of "
                    "the inputs, or write the column in a larger unit."
                ).format(names=self.names[k], row=row + 1)
            )
        return found


def needed_columns(
    known: Sequence[str], direct: Sequence[str], derived: Sequence[Derived]
) -> tuple[str, ...]:
    """Return the columns that a network's inputs are made of.

    They are the direct inputs in their order. Where derived ones need more than these,
    all stand in the order of the data. A name that is unknown or there twice stays so,
    to be refused where the columns are taken.

    Args:
        known: all columns of the data.
        direct: inputs that are read as they are.
        derived: what is computed.
    """
    used = dict.fromkeys(name for each in derived for name in each.features)
    more = [name for name in used if name not in direct]
    if not more:
        return tuple(direct)
    place = {name: j for j, name in enumerate(known)}
    return tuple(sorted((*direct, *more), key=lambda name: place.get(name, len(place))))


def check_derived(
    derived: Sequence[Derived], known: Sequence[str], path: str = "data.derived"
) -> None:
    """Refuse derived features that can't be computed, or that say the same thing twice.

    Args:
        derived: what is to be computed.
        known: names of the columns that there are.
        path: where the features stand in the file, for the sentence.

    Raises:
        UserError: a column is unknown, one feature is there twice, or one has the name
            of a column.
    """
    for i, each in enumerate(derived):
        where = f"“{path}[{i}]”"
        for name in each.features:
            if name not in known:
                there = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
                raise UserError(
                    tr(
                        "{where}: there is no input “{name}” in this data to compute {name2} "
                        "from; it has {there}."
                    ).format(where=where, name=name, name2=each.name, there=there)
                )
        if isinstance(each, Product) and each.feature == each.other:
            raise UserError(
                tr(
                    "{where}: a product is of two different inputs; for {feature} by itself "
                    "take its square."
                ).format(where=where, feature=each.feature)
            )
        if any(is_same(each, former) for former in derived[:i]):
            raise UserError(
                tr("{where}: {name} is derived twice; name it once.").format(
                    where=where, name=each.name
                )
            )
        if each.name in known:
            raise UserError(
                tr(
                    "{where}: {name} is the name of a column already; leave one of the two out."
                ).format(where=where, name=each.name)
            )
