"""In which settings experiments differ: named as in the window, and nothing that is alike."""

import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any

from nnlab.data.builtin import BUILTINS
from nnlab.data.scaling import Scaling
from nnlab.engine.activations import Activation, ParametricActivation, PReLU
from nnlab.engine.clipping import Clipping
from nnlab.engine.schedules import Schedule
from nnlab.experiment.spec import (
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    FileSource,
    InlineSource,
    LayerSpec,
    Mask,
    NetworkSpec,
    Source,
    TrainingSpec,
)
from nnlab.words import marked, tr

ABSENT = "–"
"""What stands where an experiment does not have a setting, such as a second hidden layer."""

_ACTIVATION, _OUTPUT, _HIDDEN = marked("Activation"), marked("Output"), "Hidden "
_NEURONS, _OWN_ACTIVATION = marked("neurons"), marked("activation")
_DROPOUT, _CONNECTIONS, _FROZEN = marked("dropout"), marked("connections"), marked("frozen")
_TITLES = {
    "loss": marked("Loss"),
    "batch_size": marked("Batch"),
    "shuffle": marked("Shuffle"),
    "seed": marked("Order seed"),
    "l1": "L1",
    "l2": "L2",
    "target_loss": marked("Target loss"),
    "patience": marked("Patience"),
    "min_delta": marked("Least gain"),
    "measure_every": marked("Measured every"),
    "learning_rate": marked("Rate α"),
    "momentum": marked("Momentum"),
    "nesterov": marked("Nesterov"),
    "decay": "ρ",
    "epsilon": "ε",
    "beta1": "β₁",
    "beta2": "β₂",
}
_APART = ("loss", "optimizer", "batch_size", "epochs", "schedule", "clipping")
_OPTIMIZERS = {"sgd": "SGD", "rmsprop": "RMSProp", "adam": "Adam"}
_STARTS = {
    "zeros": marked("Zeros"),
    "uniform": marked("Uniform ±0.5"),
    "xavier_uniform": marked("Xavier uniform"),
    "xavier_normal": marked("Xavier normal"),
    "he_uniform": marked("He uniform"),
    "he_normal": marked("He normal"),
}
_SCALINGS = {
    Scaling.NONE: marked("none"),
    Scaling.STANDARDISE: marked("standardise"),
    Scaling.MIN_MAX: marked("min-max"),
}
_MOST_INPUTS = 4


@dataclass(frozen=True)
class Setting:
    """One setting of an experiment.

    Attributes:
        value: what it is, to be compared.
        write: returns how it is written; called only where experiments differ in it.
    """

    value: Any
    write: Callable[[], str] = field(compare=False)

    @property
    def text(self) -> str:
        """How it is written."""
        return self.write()


@dataclass(frozen=True)
class SettingColumn:
    """A setting in which experiments differ.

    Attributes:
        name: as in the window.
        texts: its value in each of them, in their order.
    """

    name: str
    texts: tuple[str, ...]


def differing_settings(
    specs: Sequence[ExperimentSpec], also: Collection[str] = ()
) -> tuple[SettingColumn, ...]:
    """Return the settings in which experiments differ; with fewer than two, none.

    Args:
        specs: the experiments.
        also: names of settings that are returned even where all experiments have them alike,
            as those that were changed in between; others than theirs are passed over.

    How many epochs Train makes is not among them: how many were made says more.
    """
    each = [settings_of(spec) for spec in specs]
    if all(_ACTIVATION in s or not any(map(_is_own_activation, s)) for s in each):
        each = [{k: v for k, v in s.items() if not _is_own_activation(k)} for s in each]
    else:
        each = [{k: v for k, v in s.items() if k != _ACTIVATION} for s in each]
    names = list(dict.fromkeys(name for settings in each for name in settings))
    columns = []
    for name in _in_order(names, each):
        found = [settings.get(name) for settings in each]
        if name in also or any(other != found[0] for other in found[1:]):
            columns.append(SettingColumn(name, _told_apart(found)))
    return tuple(columns)


def changed_settings(before: ExperimentSpec, after: ExperimentSpec) -> dict[str, str]:
    """Return what the settings that an edit changed were before it, by their names."""
    return {column.name: column.texts[0] for column in differing_settings((before, after))}


def name_on_screen(name: str) -> str:
    """Return a setting's name in the user's language; files keep it as it stands here."""
    layer, colon, part = name.rpartition(": ")
    if not colon:
        return tr(name)
    number = layer.removeprefix(_HIDDEN)
    shown = tr(layer) if number == layer else tr("Hidden {k}").format(k=number)
    return f"{shown}: {tr(part)}"


def settings_of(spec: ExperimentSpec) -> dict[str, Setting]:
    """Return every setting that decides an experiment's numbers, by its name."""
    return dict([*_data(spec.data), *_network(spec), *_training(spec.training)])


def _told_apart(found: Sequence[Setting | None]) -> tuple[str, ...]:
    """Write values so that different ones are never written alike."""
    seen: list[Setting | None] = []
    for setting in found:
        if setting not in seen:
            seen.append(setting)
    texts = [ABSENT if setting is None else setting.text for setting in seen]
    written = [
        f"{text} ({texts[:i].count(text) + 1})" if text in texts[:i] else text
        for i, text in enumerate(texts)
    ]
    return tuple(written[seen.index(setting)] for setting in found)


def _in_order(names: Sequence[str], each: Sequence[Mapping[str, Setting]]) -> list[str]:
    """Put settings that only some experiments have where these have them."""
    places = {
        name: max(
            list(settings).index(name) / len(settings) for settings in each if name in settings
        )
        for name in names
    }
    return sorted(names, key=lambda name: places[name])


# Data -------------------------------------------------------------------------------


def _data(spec: DataSpec) -> Iterator[tuple[str, Setting]]:
    yield marked("Data"), Setting(_essence(spec.source), partial(_source_text, spec.source))
    if isinstance(spec.source, BuiltinSource):
        if BUILTINS[spec.source.name].takes_samples:
            yield marked("Samples"), _plain(spec.source.samples)
        if BUILTINS[spec.source.name].takes_noise:
            yield marked("Noise"), _plain(spec.source.noise)
    yield marked("Inputs"), Setting((spec.features, spec.derived), partial(_inputs_text, spec))
    yield marked("Test share"), _said(spec.test_fraction, f"{100 * spec.test_fraction:g} %")
    yield (
        marked("Scaling"),
        _said(spec.scaling, tr(_SCALINGS.get(spec.scaling, spec.scaling.value))),
    )
    yield marked("Data seed"), _plain(spec.seed)


def _essence(source: Source) -> object:
    if isinstance(source, InlineSource):
        # Their number first: most samples of one's own differ in it.
        return (len(source.rows), source)
    return source.name if isinstance(source, BuiltinSource) else source


def _source_text(source: Source) -> str:
    if isinstance(source, BuiltinSource):
        return tr(BUILTINS[source.name].title)
    if isinstance(source, FileSource):
        return Path(source.path).name
    assert isinstance(source, InlineSource)
    return tr("own, {rows:,}").format(rows=len(source.rows))


def _inputs_text(spec: DataSpec) -> str:
    own = [tr("all")] if spec.features is None else list(spec.features)
    names = [*own, *(each.name for each in spec.derived)]
    more = len(names) - _MOST_INPUTS
    return ", ".join(names[:_MOST_INPUTS]) + (
        tr(" and {more} more").format(more=more) if more > 0 else ""
    )


# Network ----------------------------------------------------------------------------


def _network(spec: ExperimentSpec) -> Iterator[tuple[str, Setting]]:
    network = spec.network
    for k, layer in enumerate(network.layers):
        is_output = k == len(network.layers) - 1
        yield from _layer(_OUTPUT if is_output else f"{_HIDDEN}{k + 1}", layer)
    hidden = [layer.activation for layer in network.hidden]
    if hidden and all(activation == hidden[0] for activation in hidden):
        yield _ACTIVATION, _activation(hidden[0])
    yield from _start(spec, network)


def _layer(name: str, layer: LayerSpec) -> Iterator[tuple[str, Setting]]:
    yield f"{name}: {_NEURONS}", _plain(layer.neurons)
    yield f"{name}: {_OWN_ACTIVATION}", _activation(layer.activation)
    if name != _OUTPUT:
        yield f"{name}: {_DROPOUT}", _plain(layer.dropout)
    if layer.mask is not None:
        yield f"{name}: {_CONNECTIONS}", Setting(layer.mask, partial(_mask_text, layer.mask))
    if layer.frozen is not None or layer.frozen_biases:
        frozen = (layer.frozen, layer.frozen_biases)
        yield f"{name}: {_FROZEN}", Setting(frozen, partial(_frozen_text, layer))


def _mask_text(mask: Mask) -> str:
    return tr("{there:,} of {possible:,}").format(
        there=sum(map(sum, mask)), possible=sum(map(len, mask))
    )


def _frozen_text(layer: LayerSpec) -> str:
    return f"{sum(map(sum, layer.frozen or ())) + sum(layer.frozen_biases):,}"


def _is_own_activation(name: str) -> bool:
    return name.startswith(_HIDDEN) and name.endswith(f": {_OWN_ACTIVATION}")


def _activation(activation: Activation) -> Setting:
    text: str = tr(activation.title)
    if isinstance(activation, ParametricActivation):
        fixed = isinstance(activation, PReLU) and not activation.learned
        text += f" α = {activation.alpha:g}" + (tr(" fixed") if fixed else "")
    return _said(activation, text)


def _start(spec: ExperimentSpec, network: NetworkSpec) -> Iterator[tuple[str, Setting]]:
    if spec.weights is not None:
        yield marked("Start"), _said(spec.weights, tr("given"))
        return
    yield (
        marked("Start"),
        _said(network.initializer, tr(_STARTS.get(network.initializer, marked("given")))),
    )
    yield marked("Weight seed"), _plain(network.seed)


# Training ---------------------------------------------------------------------------


def _training(spec: TrainingSpec) -> Iterator[tuple[str, Setting]]:
    yield _TITLES["loss"], _said(spec.loss, spec.loss.upper())
    name = spec.optimizer.name
    yield marked("Optimiser"), _said(name, _OPTIMIZERS.get(name, name))
    for each in fields(spec.optimizer):
        yield _title(each.name), _plain(getattr(spec.optimizer, each.name))
    full = spec.is_full_batch
    yield (
        _TITLES["batch_size"],
        _said(spec.batch_size, tr("full") if full else f"{spec.batch_size:,}"),
    )
    yield marked("Schedule"), Setting(spec.schedule, partial(_schedule_text, spec.schedule))
    clipping = spec.clipping
    yield marked("Clipping"), Setting(clipping, partial(_clipping_text, clipping))
    # By their names, so that a setting that is new to the spec is compared like all others.
    for each in fields(spec):
        if each.name not in _APART:
            yield _title(each.name), _plain(getattr(spec, each.name))


def _schedule_text(schedule: Schedule) -> str:
    assert dataclasses.is_dataclass(schedule)
    numbers = (f"{getattr(schedule, each.name):g}" for each in fields(schedule))
    return " ".join([tr(schedule.title), *numbers])


def _clipping_text(clipping: Clipping | None) -> str:
    return tr("none") if clipping is None else f"{tr(clipping.by.value)} {clipping.limit:g}"


def _title(name: str) -> str:
    return _TITLES.get(name, name[:1].upper() + name[1:].replace("_", " "))


def _said(value: object, text: str) -> Setting:
    return Setting(value, lambda: text)


def _plain(value: object) -> Setting:
    return Setting(value, partial(_plain_text, value))


def _plain_text(value: object) -> str:
    if value is None:
        return tr("none")
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, float):
        return f"{value:.6g}".replace("-", "−")
    return str(value)
