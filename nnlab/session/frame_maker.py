"""Makes the frames of one trainer, whether they show the present or a keyframe."""

import time
from dataclasses import replace

from nnlab.arrays import FloatArray, IntArray
from nnlab.engine.epoch_log import EpochRecord
from nnlab.engine.keyframes import Keyframe
from nnlab.engine.network import Network
from nnlab.engine.parameters import Parameters
from nnlab.engine.trainer import DivergedError, Trainer
from nnlab.session.answers import MOST_WHILE_TRAINING, Answers, make_answers, work_of_answers
from nnlab.session.detail import RESOLUTION, Detail, DetailMaker
from nnlab.session.frame import (
    FrameRequest,
    Part,
    PlaneMaker,
    PlaneRequest,
    Snapshot,
    Speed,
    ToNetwork,
)
from nnlab.session.layer_history import LayerHistory, LayerHistoryMaker

_MEASURED_AT_REST = 30_000_000
"""Samples times parameters up to which a rest within an epoch is measured, in some 30 ms."""

_LOOKING_BACK, _LOOKING_BACK_AT_REST = 0.002, 0.05
"""Seconds that a frame takes for keyframes that nobody has looked at yet."""


class FrameMaker:
    """Copies what frames show out of a trainer that rests between two updates."""

    def __init__(self, trainer: Trainer, to_network: ToNetwork) -> None:
        """Make frames of `trainer`; `to_network` makes its inputs of the view's."""
        network = trainer.network
        self._trainer = trainer
        self._planes = PlaneMaker(to_network, network)
        self._details = DetailMaker(network, trainer.data.X)
        self._layers = LayerHistoryMaker(network, trainer.data)
        self._former = Network(network.n_inputs, network.layers)

    def snapshot(
        self, serial: int, request: FrameRequest, parts: Part, speed: Speed, sketch: bool = False
    ) -> Snapshot:
        """Return a frame.

        Args:
            serial: of the thread's run.
            request: what is shown.
            parts: which of the wanted parts this frame is to have.
            speed: of training.
            sketch: whether training goes on: then single precision will do for the plane.
        """
        trainer = self._trainer
        past = None if request.past is None else trainer.keyframes.at(request.past)
        network = trainer.network if past is None else self._network_of(past)
        plane = request.plane
        began = time.perf_counter()
        detail = self._detail(network, past, plane) if Part.NETWORK in parts else None
        answers = self._answers(network, sketch) if Part.ANSWERS in parts else None
        layers = self._history(network, past, sketch) if Part.LAYERS in parts else None
        rehearsal = trainer.rehearse() if Part.UPDATE in parts and past is None else None
        seconds = time.perf_counter() - began
        return Snapshot(
            serial=serial,
            epoch=trainer.epoch if past is None else past.record.epoch,
            iteration=trainer.iteration if past is None else past.record.iteration,
            sample=trainer.position if past is None else 0,
            parameters=Parameters(network.shapes, network.parameters.flat.copy()),
            curves=trainer.log.curves(),
            latest=self._latest(sketch) if past is None else past.record,
            plane=None if plane is None else self._planes.values(network, plane, sketch),
            speed=speed,
            moments=self._moments(),
            is_past=past is not None,
            is_at_rest=not sketch,
            detail=detail,
            answers=answers,
            layers=layers,
            rehearsal=rehearsal,
            seconds=seconds,
        )

    def _network_of(self, keyframe: Keyframe) -> Network:
        self._former.parameters.flat[:] = keyframe.parameters
        return self._former

    def _moments(self) -> IntArray:
        """Return the kept epochs before the present."""
        keyframes = self._trainer.keyframes
        ends_now = len(keyframes) and keyframes[-1].record.iteration >= self._trainer.iteration
        return keyframes.epochs[: len(keyframes) - bool(ends_now)].copy()

    def _latest(self, sketch: bool) -> EpochRecord | None:
        trainer = self._trainer
        if not trainer.log:
            return None
        if sketch or work_of_answers(trainer.network, trainer.data) > _MEASURED_AT_REST:
            return trainer.log[-1]
        try:
            return trainer.measure_now()
        except DivergedError:
            return trainer.log[-1]

    def _detail(
        self, network: Network, past: Keyframe | None, plane: PlaneRequest | None
    ) -> Detail:
        gradient = self._trainer.gradient if past is None and self._trainer.iteration else None
        return self._details.detail(network, gradient, self._small_plane(plane))

    def _answers(self, network: Network, sketch: bool) -> Answers | None:
        data = self._trainer.data
        if sketch and work_of_answers(network, data) > MOST_WHILE_TRAINING:
            return None
        if network is self._trainer.network:
            # Predicting leaves its traces in the work arrays, which the loop may count on.
            self._former.parameters.flat[:] = network.parameters.flat
        return make_answers(self._former, data)

    def _history(self, network: Network, past: Keyframe | None, sketch: bool) -> LayerHistory:
        trainer = self._trainer
        epoch = float(past.record.epoch) if past else trainer.epoch + (
            trainer.position / trainer.n_samples
        )  # fmt: skip
        seconds = _LOOKING_BACK if sketch else _LOOKING_BACK_AT_REST
        return self._layers.history(trainer, network.parameters.flat, epoch, seconds)

    def _small_plane(self, request: PlaneRequest | None) -> FloatArray | None:
        """Return the network's inputs for pictures of its neurons; None where there is no plane."""
        if request is None or request.y is None or len(request.held) != 2:
            return None
        return self._planes.inputs(replace(request, resolution=RESOLUTION))
