"""Derived inputs from the experiment's file through training to predictions."""

import json
from dataclasses import replace

import numpy as np
import pytest

from nnlab import resources
from nnlab.data.dataset import Task
from nnlab.data.derived import Product, Sine, Square
from nnlab.data.scaling import Scaling
from nnlab.engine.activations import Logistic
from nnlab.engine.trainer import Goal
from nnlab.errors import UserError
from nnlab.experiment.building import build_network, build_trainer
from nnlab.experiment.codec import data_to_json
from nnlab.experiment.document import from_text, read_document
from nnlab.experiment.model import differences, make_model
from nnlab.experiment.preparing import prepare_data
from nnlab.experiment.spec import (
    BuiltinSource,
    DataSpec,
    ExperimentSpec,
    FileSource,
    InlineSource,
    LayerSpec,
    NetworkSpec,
)
from nnlab.experiment.weights import weights_of

ROWS = InlineSource(
    ("u", "v", "w"), ("y",), ((1, 2, 3, 0.5), (2, -1, 0, 1.5), (4, 0, 1, 2.5)), Task.REGRESSION
)
CIRCLES = BuiltinSource("circles", 60, 0.0)


def experiment(**data):
    values = {
        "format": "nnlab-experiment", "version": 1,
        "data": {"source": "builtin", "name": "circles", **data},
        "network": {"layers": [{"neurons": 1, "activation": "logistic"}]},
        "training": {"loss": "bce", "optimizer": {"name": "sgd"}},
    }  # fmt: skip
    return json.dumps(values)


class TestPreparing:
    def test_the_network_reads_features_then_derived_ones(self):
        data = DataSpec(ROWS, ("v",), derived=(Square("u"), Product("v", "u"), Sine("w")))
        made = prepare_data(data)
        assert made.dataset.feature_names == ("v", "u²", "v·u", "sin w")
        assert made.raw.feature_names == ("u", "v", "w")
        assert np.array_equal(made.dataset.X[:2, :3], [[2, 1, 2], [-1, 4, -2]])
        assert np.array_equal(made.dataset.X[:, 3], np.sin([3.0, 0.0, 1.0]))

    def test_without_derived_ones_both_are_the_same_dataset(self):
        made = prepare_data(DataSpec(ROWS))
        assert made.raw is made.dataset

    def test_scaling_is_fitted_on_all_inputs_of_the_training_part(self):
        data = DataSpec(CIRCLES, None, 0.5, Scaling.STANDARDISE, 3, (Square("x1"),))
        made = prepare_data(data)
        train = made.raw.X[made.split.train]
        squares = train[:, 0] ** 2
        assert made.scaler.offset[2] == pytest.approx(squares.mean())
        assert made.scaler.divisor[2] == pytest.approx(squares.std())
        assert made.X_train[:, 2].mean() == pytest.approx(0, abs=1e-12)
        assert np.array_equal(made.network_inputs(train), made.X_train)

    def test_units_are_not_carried_over(self):
        source = BuiltinSource("house_price", 20, 0.0)
        made = prepare_data(DataSpec(source, derived=(Square("Size"),)))
        assert made.raw.feature_units[0] == "100 m²"
        assert made.dataset.feature_units == (*made.raw.feature_units, "")

    def test_columns_of_a_file_that_are_only_derived_from_are_read(self, tmp_path):
        (tmp_path / "t.csv").write_text("a,b,name,y\n1,2,p,0\n3,4,q,1\n5,7,r,0\n")
        source = FileSource("t.csv", ("y",), Task.CLASSIFICATION)
        made = prepare_data(DataSpec(source, ("b",), derived=(Square("a"),)), tmp_path)
        assert made.raw.feature_names == ("a", "b")
        assert np.array_equal(made.dataset.X, [[2, 1], [4, 9], [7, 25]])

    @pytest.mark.parametrize("name", ["nowhere", "y"])
    def test_neither_unknown_columns_nor_the_target_can_be_derived_from(self, name, tmp_path):
        (tmp_path / "t.csv").write_text("a,b,y\n1,2,0\n3,4,1\n")
        source = FileSource("t.csv", ("y",), Task.CLASSIFICATION)
        data = DataSpec(source, ("a",), derived=(Square(name),))
        with pytest.raises(UserError, match=rf"“data.derived\[0\]”: there is no input “{name}”"):
            prepare_data(data, tmp_path)

    def test_a_feature_that_is_unknown_or_there_twice_is_refused_as_ever(self):
        for names, said in ((("z",), "no input “z”"), (("u", "u"), "chosen twice")):
            with pytest.raises(UserError, match=said):
                prepare_data(DataSpec(ROWS, names, derived=(Square("v"),)))

    def test_no_inputs_at_all_are_refused(self):
        with pytest.raises(UserError, match="No input is chosen"):
            prepare_data(DataSpec(ROWS, ()))


class TestFile:
    def test_the_keys_are_read_and_written_again(self):
        written = [{"square": "x1"}, {"product": ["x1", "x2"]}, {"sin": "x2"}]
        spec = from_text(experiment(derived=written), "file").spec
        assert data_to_json(spec.data)["derived"] == written
        assert spec.data.derived == (Square("x1"), Product("x1", "x2"), Sine("x2"))

    def test_an_old_file_has_none(self):
        spec = from_text(experiment(), "file").spec
        assert spec.data.derived == ()
        assert "derived" not in data_to_json(spec.data)

    @pytest.mark.parametrize(
        ("derived", "said"),
        [
            ("x1^2", r"“data.derived” must be a list"),
            (["x1^2"], r"“data.derived\[0\]” must be an object"),
            ([{"square": "x1"}, {"cube": "x1"}], r"“data.derived\[1\]” must be one of"),
            ([{"square": "x1", "sin": "x1"}], r"“data.derived\[0\]” must be one of"),
            ([{"square": "x1", "of": 1}], r"“data.derived\[0\].of” is not a key"),
            ([{"square": 1}], r"“data.derived\[0\].square” must be a text"),
            ([{"product": ["x1"]}], r"“data.derived\[0\].product” must be a list of two names"),
        ],
    )
    def test_other_forms_are_refused_with_their_path(self, derived, said):
        with pytest.raises(UserError, match=said):
            from_text(experiment(derived=derived), "file")


class TestTraining:
    def test_one_neuron_solves_the_circles_with_squares_and_only_with_them(self):
        spec = read_document(resources.path("experiments/circles_one_neuron.nnlab")).spec
        assert spec.network.hidden == ()
        solved = build_trainer(spec, prepare_data(spec.data))
        solved.run(Goal(epoch=100))
        assert solved.network.n_inputs == 2
        assert (solved.log[-1].train_accuracy, solved.log[-1].test_accuracy) == (1.0, 1.0)
        # The boundary w1·x1² + w2·x2² + b = 0 is as good as round, between the radii.
        (w1, w2), b = solved.network.parameters.W[0][0], solved.network.parameters.b[0][0]
        assert w1 == pytest.approx(w2, rel=0.1)
        assert 0.5 < np.sqrt(-b / w1) < 1.0
        plain = replace(spec, data=replace(spec.data, features=None, derived=()))
        fails = build_trainer(plain, prepare_data(plain.data))
        fails.run(Goal(epoch=100))
        assert fails.log[-1].train_accuracy < 0.75

    def test_a_model_answers_raw_inputs_as_the_network_answers_its_own(self):
        data = DataSpec(CIRCLES, ("x2",), 0.25, Scaling.MIN_MAX, 1, (Square("x1"), Sine("x2")))
        spec = ExperimentSpec(data, NetworkSpec((LayerSpec(1, Logistic()),)))
        made = prepare_data(data)
        network = build_network(spec.network, 3)
        model = make_model(spec, made, weights_of(network.parameters))
        assert model.features == ("x1", "x2")
        assert np.array_equal(
            model.outputs(made.raw.X[made.split.train]), network.predict(made.X_train)
        )

    def test_other_derived_inputs_are_told_of(self):
        spec = ExperimentSpec(
            DataSpec(CIRCLES, (), derived=(Square("x1"),)),
            NetworkSpec((LayerSpec(1, Logistic()),)),
        )
        made = prepare_data(spec.data)
        model = make_model(spec, made, weights_of(build_network(spec.network, 1).parameters))
        other = replace(model, derived=(Sine("x1"),))
        assert differences(other, model) == ["the inputs were sin x1 and are x1²"]
