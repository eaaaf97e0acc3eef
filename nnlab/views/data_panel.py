"""The data panel: which samples, how many, how noisy, how split and scaled, which inputs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nnlab.data.builtin import BUILTINS, BuiltinDataset, generate
from nnlab.data.dataset import Task
from nnlab.data.derived import Derived
from nnlab.data.roles import roles_for
from nnlab.data.scaling import Scaling
from nnlab.data.splitting import MAX_TEST_FRACTION
from nnlab.experiment.spec import BuiltinSource, DataSpec, FileSource
from nnlab.session.session import Session
from nnlab.views.actions import Actions
from nnlab.views.derived_features import DerivedFeatures
from nnlab.views.icons import Icon
from nnlab.views.theme import Kind, Space, TextStyle, ThemeManager, Tone
from nnlab.views.widgets.buttons import ActionButton
from nnlab.views.widgets.choices import ChipGroup
from nnlab.views.widgets.combos import combo_box, select
from nnlab.views.widgets.labels import text_label
from nnlab.views.widgets.layout import FormGrid
from nnlab.views.widgets.seed import SeedField
from nnlab.views.widgets.slider import SliderField
from nnlab.views.widgets.tiles import Curve, Scatter, TileGrid, TileSpec
from nnlab.words import counted, marked, tr

_TILES = {
    "circles": marked("Circles"),
    "playground_xor": "XOR",
    "blobs": marked("Blobs"),
    "spiral": marked("Spiral"),
    "moons": marked("Moons"),
    "sine": marked("Sine"),
}
_MOST_CHIPS, _LONGEST_CHIP = 8, 24
_THUMBNAIL_SAMPLES = 90
_LABEL_WIDTH = 76
_TRUTH_TABLES = ("and", "or", "xor")
_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (marked("Truth tables"), _TRUTH_TABLES),
    (marked("Classes"), ("linear", "blobs", "circles", "moons", "spiral", "checkerboard")),
    (marked("Values"), ("sine", "plane", "house_price")),
    (marked("Measured"), ("iris", "digits")),
    (
        marked("TensorFlow Playground"),
        (
            "playground_circle",
            "playground_xor",
            "playground_gauss",
            "playground_spiral",
            "playground_plane",
            "playground_multigauss",
        ),
    ),
)

_BENCHES = {
    "and": "one_neuron", "or": "one_neuron", "xor": "one_neuron", "house_price": "house_price",
}  # fmt: skip
"""Datasets that have a workbench of their own, by the names of both."""

_Inputs = tuple[tuple[str, ...], tuple[str, ...], tuple[Derived, ...]]


class DataPanel(QWidget):
    """Chooses and shapes the data; every change is an edit of the experiment."""

    def __init__(
        self,
        session: Session,
        actions: Actions,
        themes: ThemeManager,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("data_panel")
        self._session = session
        self._themes = themes
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.M)
        self._shown_features: _Inputs | None = None
        self._chip_names: tuple[str, ...] = ()
        self._add_choice(actions)
        self._add_shape()
        self._add_roles()
        self._summary = text_label("", TextStyle.SMALL, Tone.MUTED, wrap=True)
        self._summary.setObjectName("data_summary")
        self._column.addWidget(self._summary)
        session.spec_changed.connect(self._show_spec)
        self._show_spec()

    # Made once ----------------------------------------------------------------------------

    def _add_choice(self, actions: Actions) -> None:
        self._tiles = TileGrid(
            self.tr("Common datasets"), self._themes, _tile_specs(), name="dataset_tiles"
        )
        self._dataset = combo_box(
            self.tr("Dataset"), name="dataset",
            tooltip=self.tr("Every dataset that nnlab makes or ships."),
        )  # fmt: skip
        self._dataset.setMaxVisibleItems(30)
        _fill_datasets(self._dataset)
        load = ActionButton(actions.load_data, self._themes, icon=Icon.FOLDER_OPEN, parent=self)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self._dataset, 1)
        row.addWidget(load)
        self._description = text_label("", TextStyle.SMALL, Tone.MUTED, wrap=True)
        self._description.setObjectName("dataset_description")
        self._column.addWidget(self._tiles)
        self._column.addLayout(row)
        self._column.addWidget(self._description)
        self._benches = {
            name: ActionButton(
                actions.workbenches[name], self._themes, icon=Icon.FLASK, kind=Kind.QUIET,
                parent=self,
            )
            for name in dict.fromkeys(_BENCHES.values())
        }  # fmt: skip
        for button in self._benches.values():
            self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self._tiles.chosen.connect(self._choose_builtin)
        self._dataset.activated.connect(self._choose_listed)

    def _add_shape(self) -> None:
        form = FormGrid(name="data_form", label_width=_LABEL_WIDTH)
        self._samples = SliderField(
            self.tr("Samples"), name="samples", minimum=10, maximum=2000, value=500
        )
        self._samples.set_help(self.tr("How many samples are made, training and test together."))
        self._noise = SliderField(
            self.tr("Noise"), name="noise", minimum=0.0, maximum=0.5, value=0.1, decimals=2
        )
        self._noise.set_help(self.tr("How far samples stray from where they belong."))
        self._test = SliderField(
            self.tr("Test share"), name="test_fraction", minimum=0,
            maximum=100 * MAX_TEST_FRACTION, value=0, unit="%",
        )  # fmt: skip
        self._test.set_help(
            self.tr("Samples held back to see whether the network has learnt or memorised.")
        )
        self._seed = SeedField(self.tr("Data seed"), self._themes, name="data_seed")
        self._seed.setToolTip(self.tr("The same seed gives the same samples and the same split."))
        self._scaling = combo_box(
            self.tr("Scaling"), name="scaling",
            tooltip=self.tr("Of the inputs, with the numbers of the training samples only."),
            choices=(
                (Scaling.NONE, self.tr("None")),
                (Scaling.STANDARDISE, self.tr("Standardise")),
                (Scaling.MIN_MAX, self.tr("Min–max")),
            ),
        )  # fmt: skip
        form.add_row(self.tr("Samples"), self._samples)
        form.add_row(self.tr("Noise"), self._noise)
        form.add_row(self.tr("Test share"), self._test)
        form.add_row(self.tr("Seed"), self._seed)
        form.add_row(self.tr("Scaling"), self._scaling)
        self._form = form
        self._column.addWidget(form)
        self._samples.edited.connect(self._edit_samples)
        self._noise.edited.connect(self._edit_noise)
        self._test.edited.connect(self._edit_test)
        self._seed.edited.connect(self._edit_seed)
        self._seed.dice_clicked.connect(self._session.draw_new_data_seed)
        self._scaling.activated.connect(self._choose_scaling)

    def _add_roles(self) -> None:
        self._target_form = FormGrid(name="target_form", label_width=_LABEL_WIDTH)
        self._target = combo_box(
            self.tr("Target"), name="target",
            tooltip=self.tr("The column that the network is to predict."),
        )  # fmt: skip
        self._task = combo_box(
            self.tr("Task"), name="task",
            tooltip=self.tr("Whether the target names a class or holds a value."),
            choices=(
                (Task.CLASSIFICATION, self.tr("Classes")),
                (Task.REGRESSION, self.tr("Values")),
            ),
        )  # fmt: skip
        self._target_form.add_row(self.tr("Target"), self._target)
        self._target_form.add_row(self.tr("Task"), self._task)
        self._inputs_title = text_label(self.tr("Inputs"), TextStyle.STRONG)
        self._chips = ChipGroup(self.tr("Inputs"), name="features", minimum=1)
        self._list = QListWidget()
        self._list.setObjectName("features_list")
        self._list.setAccessibleName(self.tr("Inputs"))
        self._list.setToolTip(self.tr("The columns with a tick are what the network reads."))
        self._list.setFixedHeight(150)
        self._column.addWidget(self._target_form)
        self._column.addWidget(self._inputs_title)
        self._column.addWidget(self._chips)
        self._column.addWidget(self._list)
        self._derived = DerivedFeatures(self._themes)
        self._column.addWidget(self._derived)
        self._derived.edited.connect(self._edit_derived)
        self._target.activated.connect(self._choose_target)
        self._task.activated.connect(self._choose_task)
        self._chips.edited.connect(self._edit_chips)
        self._list.itemChanged.connect(self._edit_list)

    # Shown ----------------------------------------------------------------------------------

    @property
    def _data(self) -> DataSpec:
        return self._session.spec.data

    @Slot()
    def _show_spec(self) -> None:
        data = self._data
        self._show_source(data)
        self._test.set_value(round(100 * data.test_fraction, 6))
        self._seed.set_value(data.seed)
        select(self._scaling, data.scaling)
        self._show_roles(data)
        self._show_features()
        self._show_summary()

    def _show_source(self, data: DataSpec) -> None:
        source = data.source
        builtin = source if isinstance(source, BuiltinSource) else None
        # An index of -1, where the data is none of the list, shows the placeholder.
        select(self._dataset, builtin.name if builtin else "")
        self._dataset.setPlaceholderText(self._source_name())
        self._tiles.set_value(builtin.name if builtin else "")
        usual = BUILTINS[builtin.name] if builtin else None
        self._form.set_row_visible(self._samples, usual is not None and usual.takes_samples)
        self._form.set_row_visible(self._noise, usual is not None and usual.takes_noise)
        if builtin and usual and usual.takes_samples:
            least = min(max(10, usual.min_samples), builtin.samples)
            self._samples.set_range(least, max(2000, builtin.samples))
            self._samples.set_value(builtin.samples)
        if builtin and usual and usual.takes_noise:
            self._noise.set_range(0.0, max(usual.max_noise, builtin.noise))
            self._noise.set_value(builtin.noise)
        self._description.setText(tr(usual.description) if usual else self._file_text())
        wanted = _BENCHES.get(builtin.name) if builtin else None
        for name, button in self._benches.items():
            button.setVisible(name == wanted)

    def _source_name(self) -> str:
        source = self._data.source
        return Path(source.path).name if isinstance(source, FileSource) else self.tr("Own rows")

    def _file_text(self) -> str:
        source, table = self._data.source, self._session.table
        if isinstance(source, FileSource) and table is not None:
            return tr("{name}: {n_rows:,} rows, {description}.").format(
                name=table.path.name, n_rows=table.n_rows, description=table.dialect.description
            )
        return self.tr("Samples that are part of the experiment itself.")

    def _show_roles(self, data: DataSpec) -> None:
        source, table = data.source, self._session.table
        shown = isinstance(source, FileSource) and table is not None
        self._target_form.setVisible(shown)
        if not isinstance(source, FileSource) or table is None:
            return
        self._target.clear()
        for name in table.column_names:
            self._target.addItem(name, (name,))
        if len(source.target) > 1:
            self._target.addItem(", ".join(source.target), source.target)
        select(self._target, source.target)
        select(self._task, source.task)
        numeric = all(table.numeric(name) for name in source.target)
        self._task.setEnabled(numeric and len(source.target) == 1)

    def _show_features(self) -> None:
        names = self._session.all_features()
        chosen, derived = self._session.chosen_features(), self._session.prepared.inputs.derived
        if (names, chosen, derived) == self._shown_features:
            return
        self._shown_features = (names, chosen, derived)
        self._derived.show_features(names, derived, needed=not chosen)
        self._chips.set_minimum(0 if derived else 1)
        many = len(names) > _MOST_CHIPS
        self._chips.setVisible(not many)
        self._list.setVisible(many)
        if many:
            self._fill_list(names, chosen)
        else:
            if names != self._chip_names:
                # Else the chips stay, and with them the focus of who works with the keyboard.
                self._chips.set_choices([(name, _short(name), name) for name in names])
                self._chip_names = names
            self._chips.set_values(chosen)
        count = (
            f"{len(chosen)}"
            if len(chosen) == len(names)
            else tr("{chosen} of {all}").format(chosen=len(chosen), all=len(names))
        )
        count += tr(" + {derived} derived").format(derived=len(derived)) if derived else ""
        self._inputs_title.setText(self.tr("Inputs") + f" ({count})")

    def _fill_list(self, names: tuple[str, ...], chosen: tuple[str, ...]) -> None:
        self._list.blockSignals(True)
        self._list.clear()
        for name in names:
            item = QListWidgetItem(name, self._list)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable
                          | Qt.ItemFlag.ItemIsSelectable)  # fmt: skip
            checked = Qt.CheckState.Checked if name in chosen else Qt.CheckState.Unchecked
            item.setCheckState(checked)
        self._list.blockSignals(False)

    def _show_summary(self) -> None:
        prepared = self._session.prepared
        dataset, parts = prepared.dataset, prepared.split
        if dataset.task is Task.CLASSIFICATION:
            target = tr("{count} classes: ").format(count=len(dataset.classes)) + ", ".join(
                dataset.classes[:10]
            )
            target += " …" if len(dataset.classes) > 10 else ""
        else:
            target = tr("predicts ") + ", ".join(dataset.target_names)
        lines = [
            tr("{n_samples:,} samples: {train:,} to train, {test:,} to test.").format(
                n_samples=dataset.n_samples, train=parts.train.size, test=parts.test.size
            ),
            counted(dataset.n_features, "{n:,} input", "{n:,} inputs") + f", {target}.",
        ]
        if isinstance(self._data.source, FileSource):
            # After how it was read and how long it is: what was dropped or filled.
            lines += [f"{fact[0].upper()}{fact[1:]}." for fact in dataset.facts[2:]]
        if prepared.scaler.kind is not Scaling.NONE:
            formulas = prepared.scaler.formulas(dataset.feature_names)
            lines += [*formulas[:4], "…"] if len(formulas) > 4 else list(formulas)
        self._summary.setText("\n".join(lines))

    # Edited ---------------------------------------------------------------------------------

    @Slot(int)
    def _choose_listed(self, index: int) -> None:
        name = self._dataset.itemData(index)
        if name:
            self._choose_builtin(name)

    @Slot(str)
    def _choose_builtin(self, name: str) -> None:
        source = self._data.source
        if isinstance(source, BuiltinSource) and source.name == name:
            return
        usual = BUILTINS[name]
        made = BuiltinSource(name, usual.default_samples, usual.default_noise)
        changed = replace(self._data, source=made)
        if self._session.features_of(changed) != self._session.all_features():
            changed = replace(changed, features=None, derived=())
        if name in _TRUTH_TABLES:
            # Of four rows none can be spared: a table is learnt whole or not at all.
            changed = replace(changed, test_fraction=0.0)
        self._session.edit_data(changed, tr("Dataset {title}").format(title=tr(usual.title)))

    @Slot(float)
    def _edit_samples(self, samples: float) -> None:
        source = self._data.source
        if isinstance(source, BuiltinSource):
            made = replace(source, samples=int(samples))
            self._edit(replace(self._data, source=made), self.tr("Samples"), "samples")

    @Slot(float)
    def _edit_noise(self, noise: float) -> None:
        source = self._data.source
        if isinstance(source, BuiltinSource):
            made = replace(source, noise=noise)
            self._edit(replace(self._data, source=made), self.tr("Noise"), "noise")

    @Slot(float)
    def _edit_test(self, percent: float) -> None:
        changed = replace(self._data, test_fraction=percent / 100)
        self._edit(changed, self.tr("Test share"), "test_fraction")

    @Slot(int)
    def _edit_seed(self, seed: int) -> None:
        self._edit(replace(self._data, seed=seed), self.tr("Data seed"), "data_seed")

    @Slot(int)
    def _choose_scaling(self, index: int) -> None:
        changed = replace(self._data, scaling=self._scaling.itemData(index))
        self._edit(changed, self.tr("Scaling"))

    @Slot(int)
    def _choose_target(self, index: int) -> None:
        table, source = self._session.table, self._data.source
        if table is None or not isinstance(source, FileSource):
            return
        roles = roles_for(table, tuple(self._target.itemData(index)))
        left = tuple(d for d in self._data.derived if not {*d.features} & {*roles.targets})
        categories = tuple(name for name in source.categories if name not in roles.targets)
        made = replace(source, target=roles.targets, task=roles.task, categories=categories)
        inputs = {*roles.features, *categories}
        features = tuple(name for name in table.column_names if name in inputs)
        changed = replace(self._data, source=made, features=features, derived=left)
        self._edit(changed, self.tr("Target"))

    @Slot(int)
    def _choose_task(self, index: int) -> None:
        source = self._data.source
        if isinstance(source, FileSource):
            made = replace(source, task=self._task.itemData(index))
            self._edit(replace(self._data, source=made), self.tr("Task"))

    @Slot(object)
    def _edit_chips(self, names: tuple[str, ...]) -> None:
        self._edit_features(tuple(names))

    @Slot(QListWidgetItem)
    def _edit_list(self, _item: QListWidgetItem) -> None:
        items = (self._list.item(i) for i in range(self._list.count()))
        self._edit_features(
            tuple(i.text() for i in items if i.checkState() is Qt.CheckState.Checked)
        )

    def _edit_features(self, names: tuple[str, ...]) -> None:
        # If it is refused, what holds is to be shown again.
        self._shown_features = None
        ordered = tuple(n for n in self._session.all_features() if n in names)
        everything = ordered == self._session.all_features()
        keep_all = everything and not isinstance(self._data.source, FileSource)
        self._edit(replace(self._data, features=None if keep_all else ordered), self.tr("Inputs"))

    @Slot(object)
    def _edit_derived(self, derived: tuple[Derived, ...]) -> None:
        # If it is refused, what holds is to be shown again.
        self._shown_features = None
        self._edit(replace(self._data, derived=derived), self.tr("Derived inputs"))

    def _edit(self, data: DataSpec, text: str, setting: str = "") -> None:
        self._session.edit_data(data, text, setting)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_CHIP else name[: _LONGEST_CHIP - 1] + "…"


def _fill_datasets(box: QComboBox) -> None:
    model = box.model()
    assert isinstance(model, QStandardItemModel)
    for title, names in _GROUPS:
        box.addItem(tr(title))
        heading = model.item(box.count() - 1)
        heading.setFlags(Qt.ItemFlag.NoItemFlags)
        for name in names:
            box.addItem(tr(BUILTINS[name].title), name)
            tip = tr(BUILTINS[name].description)
            box.setItemData(box.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)


def _tile_specs() -> tuple[TileSpec, ...]:
    return tuple(_tile(BUILTINS[name], tr(caption)) for name, caption in _TILES.items())


def _tile(usual: BuiltinDataset, caption: str) -> TileSpec:
    dataset = generate(
        usual.name, _THUMBNAIL_SAMPLES, usual.default_noise / 4, np.random.default_rng(1)
    )
    art: Curve | Scatter
    if dataset.n_features == 1:
        order = np.argsort(dataset.X[:, 0])
        art = Curve(np.column_stack([dataset.X[order, 0], dataset.targets[order, 0]]))
    else:
        art = Scatter(dataset.X, dataset.targets)
    return TileSpec(usual.name, caption, art, tr(usual.description))
