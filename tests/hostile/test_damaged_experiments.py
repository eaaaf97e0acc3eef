"""A damaged experiment file is refused in a sentence, or it is opened and works."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.engine.trainer import Goal
from nnlab.errors import UserError
from nnlab.experiment.building import build_trainer
from nnlab.experiment.document import Document, from_text, read_document, to_text
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.resuming import resume
from nnlab.experiment.spec import BuiltinSource, InlineSource
from tests.hostile.examples import experiment_text
from tests.hostile.support import damaged, few, many, refusal, refused, with_other_values

WORDS = (
    b"NaN", b"-Infinity", b"1e999", b"9" * 400, b"null", b"true", b'"\\ud800"', b"\\u0000",
    b"[[", b"}}", b'"', b"\xef\xbb\xbf", b"\xff\xfe", b"[" * 3000, b"\0", b"-0", b'"data": {}, ',
)  # fmt: skip
_MOST_SAMPLES = 1000


def use(document: Document) -> None:
    """Write it again, and train it on where that takes no time."""
    again = from_text(to_text(document), "again.nnlab")
    assert again.runs == document.runs or again.runs.past
    source = document.spec.data.source
    is_small = isinstance(source, InlineSource) or (
        isinstance(source, BuiltinSource) and source.samples <= _MOST_SAMPLES
    )
    if is_small and sum(layer.neurons for layer in document.spec.network.layers) <= 100:
        trainer = build_trainer(document.spec, prepare_data(document.spec.data))
        if document.progress is not None:
            resume(trainer, document.progress)
        trainer.run(Goal(epoch=trainer.epoch + 1))


def opened(text: str) -> None:
    use(from_text(text, "lab.nnlab"))


def opened_from(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    use(read_document(path))


def test_the_experiment_that_is_damaged_here_is_whole() -> None:
    assert refusal(lambda: opened(experiment_text())) is None


@given(end=st.integers(0, 6000))
@few(100)
def test_cut_off_anywhere_it_is_refused(end: int) -> None:
    text = experiment_text()
    assert end < len(text) - 2
    refused(lambda: opened(text[:end]))


@pytest.mark.slow
def test_cut_off_at_every_place_it_is_refused() -> None:
    text = experiment_text()
    for end in range(len(text) - 2):
        refused(lambda end=end: opened(text[:end]))


@given(content=damaged(experiment_text().encode(), WORDS))
@few()
def test_with_other_bytes_it_is_refused_or_opened(content: bytes, tmp_path: Path) -> None:
    refusal(lambda: opened_from(tmp_path / "lab.nnlab", content))


@pytest.mark.slow
@given(content=damaged(experiment_text().encode(), WORDS))
@many()
def test_with_any_other_bytes_it_is_refused_or_opened(content: bytes, tmp_path: Path) -> None:
    refusal(lambda: opened_from(tmp_path / "lab.nnlab", content))


@given(text=with_other_values(experiment_text()))
@few(250)
def test_with_other_values_it_is_refused_or_opened(text: str) -> None:
    refusal(lambda: opened(text))


@pytest.mark.slow
@given(text=with_other_values(experiment_text()))
@many()
def test_with_any_other_values_it_is_refused_or_opened(text: str) -> None:
    refusal(lambda: opened(text))


def test_a_refusal_names_the_file() -> None:
    with pytest.raises(UserError, match=r"^lab\.nnlab"):
        opened(experiment_text().replace("0.25", '"much"'))
