"""Going on with a saved session: a trainer put exactly where another one was."""

from collections.abc import Sequence

from nnlab.arrays import FloatArray
from nnlab.engine.keyframes import Keyframes
from nnlab.engine.trainer import Trainer
from nnlab.errors import UserError
from nnlab.experiment.document import Progress
from nnlab.words import tr

_MOST_KEYFRAME_BYTES = 2 * 1024**2


def progress_of(trainer: Trainer) -> Progress:
    """Return how far a trainer has come, for saving it or for going back to it.

    The keyframes go with it unless they take much memory.
    """
    kept = trainer.keyframes
    keyframes = kept.copy() if kept.nbytes <= _MOST_KEYFRAME_BYTES else None
    return Progress(trainer.state(), trainer.log.copy(), keyframes)


def resume(trainer: Trainer, progress: Progress) -> None:
    """Put a fresh trainer of the same experiment where the saved one was.

    From there it makes the same numbers as one that was never interrupted.

    Args:
        trainer: built from the spec that was saved together with `progress`.
        progress: of the saved session.

    Raises:
        UserError: the saved state is not one of this experiment, as when the file was
            changed by hand or its data has fewer samples now; the trainer is untouched.
    """
    state = progress.state
    _check_length(tr("weights and biases"), state.parameters, trainer.network.parameters.flat)
    _check_moments(state.moments, trainer.optimizer.moments)
    if state.position > trainer.n_samples:
        raise _misfit(
            tr(
                "it stopped at sample {position:,} of an epoch and there are "
                "{n_samples:,} samples to train on"
            ).format(position=state.position, n_samples=trainer.n_samples)
        )
    trainer.restore(state)
    trainer.network.apply_masks()
    trainer.log = progress.log.copy()
    trainer.keyframes = _keyframes(trainer, progress)


def _keyframes(trainer: Trainer, progress: Progress) -> Keyframes:
    """Return what can be looked back at: at least the end, where it is an epoch's end."""
    if progress.keyframes is not None:
        return progress.keyframes.copy()
    flat, log = trainer.network.parameters.flat, progress.log
    keyframes = Keyframes(flat.size)
    if log and log[-1].iteration == trainer.iteration:
        keyframes.offer(log[-1], flat)
    return keyframes


def _check_moments(saved: Sequence[FloatArray], wanted: Sequence[FloatArray]) -> None:
    if len(saved) != len(wanted):
        raise _misfit(
            tr("it holds {saved} running averages and the optimiser keeps {wanted}").format(
                saved=len(saved), wanted=len(wanted)
            )
        )
    for moment, own in zip(saved, wanted, strict=True):
        _check_length(tr("running averages"), moment, own)


def _check_length(what: str, saved: FloatArray, wanted: FloatArray) -> None:
    if saved.shape != wanted.shape:
        raise _misfit(
            tr("it holds {size:,} {what} and the network needs {size2:,}").format(
                size=saved.size, what=what, size2=wanted.size
            )
        )


def _misfit(why: str) -> UserError:
    return UserError(
        tr(
            "The saved state does not fit the experiment: {why}. Start it anew, without that state."
        ).format(why=why)
    )
