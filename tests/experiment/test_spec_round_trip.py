"""Every spec survives the experiment file unchanged, to the last bit."""

import itertools
import json
import math
from dataclasses import asdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.data.builtin import BUILTINS
from nnlab.data.dataset import Task
from nnlab.data.derived import Product, Sine, Square
from nnlab.data.dialect import DELIMITERS, ENCODING_NAMES, Reading
from nnlab.data.missing import Missing
from nnlab.data.scaling import Scaling
from nnlab.engine.activations import ACTIVATIONS, HIDDEN_ACTIVATIONS, ParametricActivation, PReLU
from nnlab.engine.clipping import ClipBy, Clipping
from nnlab.engine.epoch_log import EpochLog, EpochRecord
from nnlab.engine.initializers import INITIALIZERS
from nnlab.engine.losses import LOSSES
from nnlab.engine.schedules import (
    CONSTANT,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    StepDecay,
)
from nnlab.engine.trainer import TrainerState
from nnlab.experiment.document import Document, Progress, from_text, to_text
from nnlab.experiment.spec import (
    AdamSpec,
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    FileSource,
    InlineSource,
    LayerSpec,
    NetworkSpec,
    RMSPropSpec,
    SGDSpec,
    TrainingSpec,
)
from nnlab.experiment.weights import LayerWeights, Weights

seeds = st.integers(0, 2**32 - 1)
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
filled_names = names.filter(bool)
name_lists = st.lists(names, min_size=1, max_size=3).map(tuple)
numbers = st.floats(allow_nan=False, allow_infinity=False)
tasks = st.sampled_from(Task)


def between(low, high):
    return st.floats(low, high, allow_nan=False)


readings = st.builds(
    Reading,
    delimiter=st.none() | st.sampled_from(DELIMITERS),
    decimal=st.none() | st.sampled_from(".,"),
    encoding=st.none() | st.sampled_from(sorted(ENCODING_NAMES)),
    header=st.none() | st.booleans(),
    sheet=st.none() | filled_names,
)


@st.composite
def inline_sources(draw):
    columns, target = draw(name_lists), draw(name_lists)
    width = len(columns) + len(target)
    row = st.tuples(*[numbers] * width)
    rows = draw(st.lists(row, min_size=1, max_size=3).map(tuple))
    classes = draw(st.just(()) | name_lists)
    return InlineSource(columns, target, rows, draw(tasks), classes)


sources = st.one_of(
    st.builds(
        BuiltinSource, st.sampled_from(sorted(BUILTINS)), st.integers(1, 10**6), between(0, 1e6)
    ),
    st.builds(
        FileSource,
        filled_names,
        name_lists,
        tasks,
        readings,
        st.sampled_from(Missing),
        st.lists(names, max_size=3, unique=True).map(tuple),
    ),
    inline_sources(),
)

derived = st.one_of(
    st.builds(Square, names), st.builds(Product, names, names), st.builds(Sine, names)
)
data_specs = st.builds(
    DataSpec,
    source=sources,
    features=st.none() | name_lists,
    test_fraction=between(0, 0.9),
    scaling=st.sampled_from(Scaling),
    seed=seeds,
    derived=st.lists(derived, max_size=3).map(tuple),
)


@st.composite
def activations(draw, known):
    kind = ACTIVATIONS[draw(st.sampled_from(known))]
    if not issubclass(kind, ParametricActivation):
        return kind()
    alpha = draw(between(-100, 100))
    return PReLU(alpha, draw(st.booleans())) if kind is PReLU else kind(alpha)


@st.composite
def networks(draw):
    widths = draw(st.lists(st.integers(1, 4), min_size=2, max_size=5))
    layers = []
    for k, (inputs, neurons) in enumerate(itertools.pairwise(widths)):
        known = tuple(ACTIVATIONS) if k == len(widths) - 2 else HIDDEN_ACTIVATIONS
        bits = st.tuples(*[st.integers(0, 1)] * inputs)
        layers.append(
            LayerSpec(
                neurons,
                draw(activations(known)),
                draw(st.just(()) | st.tuples(*[names] * neurons)),
                draw(st.none() | st.tuples(*[bits] * neurons)),
                dropout=draw(between(0, 0.999)) if k < len(widths) - 2 else 0.0,
            )
        )
    return NetworkSpec(tuple(layers), draw(st.sampled_from(sorted(INITIALIZERS))), draw(seeds))


rates = between(0, 1e6)
optimizers = st.one_of(
    st.builds(SGDSpec, rates, between(0, 0.9999), st.booleans()),
    st.builds(RMSPropSpec, rates, between(0, 0.999999), between(1e-300, 1)),
    st.builds(AdamSpec, rates, between(0, 0.999999), between(0, 0.999999999), between(1e-300, 1)),
)
counts = st.integers(1, 10**8)
factors = between(1e-6, 1)
schedules = st.one_of(
    st.just(CONSTANT),
    st.builds(StepDecay, factors, counts),
    st.builds(ExponentialDecay, factors),
    st.builds(CosineDecay, counts, between(0, 1e6)),
    st.builds(InverseTimeDecay, between(0, 1e6)),
)
trainings = st.builds(
    TrainingSpec,
    loss=st.sampled_from(sorted(LOSSES)),
    optimizer=optimizers,
    batch_size=st.integers(0, 10**8),
    epochs=counts,
    shuffle=st.booleans(),
    seed=seeds,
    l1=between(0, 1e6),
    l2=between(0, 1e6),
    target_loss=st.none() | between(0, 1e300),
    patience=st.none() | counts,
    min_delta=between(0, 1e300),
    measure_every=counts,
    schedule=schedules,
    clipping=st.none() | st.builds(Clipping, st.sampled_from(ClipBy), between(1e-12, 1e12)),
)


@st.composite
def weights(draw):
    widths = draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    layers = []
    for inputs, neurons in itertools.pairwise(widths):
        W = draw(st.lists(numbers, min_size=inputs * neurons, max_size=inputs * neurons))
        b = draw(st.lists(numbers, min_size=neurons, max_size=neurons))
        shaped = np.array(W, dtype=np.float64).reshape(neurons, inputs)
        layers.append(
            LayerWeights(shaped, np.array(b, dtype=np.float64), draw(st.none() | numbers))
        )
    return Weights(tuple(layers))


specs = st.builds(ExperimentSpec, data_specs, networks(), trainings, weights=st.none() | weights())


def vectors(size):
    return st.lists(numbers, min_size=size, max_size=size).map(np.array)


@st.composite
def progresses(draw):
    size = draw(st.integers(0, 4))
    rng = np.random.default_rng(draw(seeds))
    rng.integers(10, size=draw(st.integers(0, 3)), dtype=np.int32)
    state = TrainerState(
        parameters=draw(vectors(size)),
        moments=tuple(draw(vectors(size)) for _ in range(draw(st.integers(0, 2)))),
        updates=draw(st.integers(0, 2**50)),
        epoch=draw(st.integers(0, 2**50)),
        iteration=draw(st.integers(0, 2**50)),
        position=draw(st.integers(0, 2**50)),
        shuffle_state=rng.bit_generator.state,
        shuffled=draw(st.booleans()),
        best_loss=draw(st.just(math.inf) | numbers),
        best_epoch=draw(st.integers(0, 2**50)),
        dropout_state=draw(st.none() | st.just(rng.spawn(1)[0].bit_generator.state)),
    )
    log = draw(st.lists(st.builds(EpochRecord, counts, counts, numbers, numbers | st.just(math.nan),
                                  numbers, numbers, numbers, numbers), max_size=3))  # fmt: skip
    return Progress(state, EpochLog(log))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | numbers | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(specs)
def test_a_spec_comes_back_equal(spec):
    assert from_text(to_text(Document(spec)), "x.nnlab").spec == spec


@settings(max_examples=50, deadline=None)
@given(specs)
def test_the_text_of_a_spec_is_stable(spec):
    text = to_text(Document(spec))
    assert to_text(from_text(text, "x.nnlab")) == text


@settings(max_examples=80, deadline=None)
@given(progresses(), st.dictionaries(names, json_values, max_size=3))
def test_a_saved_session_comes_back_equal(progress, window):
    text = to_text(Document(SMALL, progress, window))
    read = from_text(text, "x.nnlab")
    assert read.window == window
    assert repr(list(read.progress.log)) == repr(list(progress.log))
    saved, again = progress.state, read.progress.state
    assert all(map(np.array_equal, saved.moments, again.moments))
    assert np.array_equal(saved.parameters, again.parameters)
    arrays = {"parameters", "moments"}
    assert {k: v for k, v in asdict(saved).items() if k not in arrays} == {
        k: v for k, v in asdict(again).items() if k not in arrays
    }


@settings(max_examples=50, deadline=None)
@given(specs)
def test_the_text_is_plain_json_without_nan(spec):
    def refuse(constant):
        raise AssertionError(constant)

    values = json.loads(to_text(Document(spec)), parse_constant=refuse)
    assert values["format"] == "nnlab-experiment"
    assert values["version"] == 1


SMALL = ExperimentSpec(
    DataSpec(BuiltinSource("xor")), NetworkSpec((LayerSpec(1, ACTIVATIONS["logistic"]()),))
)
