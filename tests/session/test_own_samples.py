"""Samples of the user's own in a session: copied, edited, kept aside, undone and redone."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnlab.experiment import painting
from nnlab.experiment.spec import BuiltinSource, InlineSource
from nnlab.session.session import Session
from tests.session.support import SMALL, make_session, parameters, step


@pytest.fixture
def session(qtbot: QtBot):
    made = make_session()
    yield made
    made.close()


def notices(session: Session) -> list[str]:
    said: list[str] = []
    session.notice_posted.connect(lambda notice: said.append(notice.text))
    return said


def test_the_first_edit_of_made_samples_copies_them_and_says_so(session: Session) -> None:
    said = notices(session)
    before = session.prepared.dataset
    session.edit_samples(painting.add_rows(session.samples(), [(0.5, 0.5, 1.0)]), "Paint")
    source = session.spec.data.source
    assert isinstance(source, InlineSource)
    assert np.array_equal(session.prepared.dataset.X[:-1], before.X)
    assert said == [
        "The samples are your own now: 40 that were made were copied into the experiment."
    ]
    session.edit_samples(painting.add_rows(session.samples(), [(0.1, 0.5, 1.0)]), "Paint")
    assert len(said) == 1


def test_undo_brings_the_former_samples_and_the_trained_weights_back(
    qtbot: QtBot, session: Session
) -> None:
    step(qtbot, session, 2)
    trained, before = parameters(session), session.prepared
    session.edit_samples(painting.add_rows(session.samples(), [(0.5, 0.5, 1.0)]), "Paint")
    session.undo_stack.undo()
    assert session.spec.data == SMALL.data
    assert session.prepared is before
    assert np.array_equal(parameters(session), trained)
    session.undo_stack.redo()
    assert session.prepared.dataset.n_samples == 41


def test_too_few_samples_wait_on_the_canvas_and_the_data_stays(session: Session) -> None:
    before = session.prepared
    empty = painting.remove_rows(session.samples(), range(40))
    session.edit_samples(empty, "Clear points")
    assert session.canvas is not None
    assert session.prepared is before
    session.edit_samples(painting.add_rows(session.samples(), [(0.0, 0.0, 0.0)]), "Paint")
    assert "of class 0" in session.canvas.lacking
    # Of two samples a quarter is none.
    session.edit_samples(painting.add_rows(session.samples(), [(1.0, 1.0, 1.0)]), "Paint")
    assert session.canvas is None
    assert session.prepared.dataset.n_samples == 2


def test_each_step_on_the_canvas_is_undone_and_redone(session: Session) -> None:
    session.edit_samples(painting.remove_rows(session.samples(), range(40)), "Clear points")
    session.edit_samples(painting.add_rows(session.samples(), [(0.0, 0.0, 0.0)]), "Paint")
    session.undo_stack.undo()
    assert session.samples().rows == ()
    session.undo_stack.undo()
    assert session.canvas is None
    assert len(session.samples().rows) == 40
    session.undo_stack.redo()
    session.undo_stack.redo()
    assert session.samples().rows == ((0.0, 0.0, 0.0),)


def test_other_settings_change_while_samples_wait(session: Session) -> None:
    session.edit_samples(painting.remove_rows(session.samples(), range(40)), "Clear points")
    session.edit_training(replace(session.spec.training, epochs=7), "Epochs")
    assert session.canvas is not None


def test_a_third_class_makes_the_output_layer_follow(session: Session) -> None:
    own = painting.add_class(session.samples(), "other")
    session.edit_samples(painting.add_rows(own, [(0.0, 0.0, 2.0)]), "Paint")
    assert session.prepared.dataset.classes == ("0", "1", "other")
    assert session.spec.network.output.neurons == 3
    session.undo_stack.undo()
    assert session.spec.network == SMALL.network


def test_inputs_that_were_not_chosen_are_left_out_and_named(session: Session) -> None:
    session.edit_data(
        replace(session.spec.data, source=BuiltinSource("iris", 150, 0.0),
                features=("petal length", "petal width")), "Iris",
    )  # fmt: skip
    said = notices(session)
    session.edit_samples(painting.remove_rows(session.samples(), [0]), "Delete")
    assert "without sepal length, sepal width." in said[0]


def test_an_edit_that_changes_nothing_is_none(session: Session) -> None:
    session.edit_samples(session.samples(), "Nothing")
    assert session.undo_stack.count() == 0


def test_the_samples_are_saved_as_they_are_on_the_canvas(session: Session, tmp_path: Path) -> None:
    own = replace(session.samples(), rows=((1.0, 2.0, 0.0),))
    session.edit_samples(own, "Edit")
    session.save_data(tmp_path / "data.csv")
    assert (tmp_path / "data.csv").read_text() == "x1,x2,y\n1.0,2.0,0\n"
