"""How a gradient changes the parameters: SGD with momentum, RMSProp, Adam.

Each is a few vector operations over the flat parameter vector and keeps its own
moments; the learning rate is handed over at every update, so it may change at any time.
"""

from typing import ClassVar

import numpy as np

from nnlab.arrays import FloatArray


class Optimizer:
    """An update rule w := w − α · direction(∂J/∂w).

    Attributes:
        moments: the running averages it keeps, each as long as the parameter vector.
        updates: how many updates it has made.
    """

    name: ClassVar[str]

    def __init__(self, count: int, n_moments: int) -> None:
        self.moments = tuple(np.zeros(count) for _ in range(n_moments))
        self.updates = 0
        self._step = np.empty(count)

    def update(self, parameters: FloatArray, gradient: FloatArray, learning_rate: float) -> None:
        """Change `parameters` in place by one step; `gradient` is left as it is."""
        raise NotImplementedError


class SGD(Optimizer):
    """w := w − α g; with momentum μ: v := μ v + g, w := w − α v.

    Nesterov's form steps along g + μ v. Source: Sutskever et al. 2013, in the form
    that PyTorch uses (α outside v, so that a new α acts at once).
    """

    name = "sgd"

    def __init__(self, count: int, momentum: float = 0.0, nesterov: bool = False) -> None:
        super().__init__(count, n_moments=1 if momentum else 0)
        self._momentum = momentum
        self._nesterov = nesterov

    def update(self, parameters: FloatArray, gradient: FloatArray, learning_rate: float) -> None:
        self.updates += 1
        direction = gradient
        if self.moments:
            velocity = self.moments[0]
            np.multiply(velocity, self._momentum, out=velocity)
            np.add(velocity, gradient, out=velocity)
            direction = velocity
            if self._nesterov:
                np.multiply(velocity, self._momentum, out=self._step)
                np.add(self._step, gradient, out=self._step)
                direction = self._step
        np.multiply(direction, learning_rate, out=self._step)
        np.subtract(parameters, self._step, out=parameters)


class RMSProp(Optimizer):
    """s := ρ s + (1 − ρ) g², w := w − α g / (√s + ε). Source: Hinton 2012, lecture 6e."""

    name = "rmsprop"

    def __init__(self, count: int, decay: float = 0.9, epsilon: float = 1e-8) -> None:
        super().__init__(count, n_moments=1)
        self._decay = decay
        self._epsilon = epsilon

    def update(self, parameters: FloatArray, gradient: FloatArray, learning_rate: float) -> None:
        self.updates += 1
        (square,) = self.moments
        step = self._step
        np.multiply(gradient, gradient, out=step)
        np.multiply(step, 1.0 - self._decay, out=step)
        np.multiply(square, self._decay, out=square)
        np.add(square, step, out=square)
        np.sqrt(square, out=step)
        np.add(step, self._epsilon, out=step)
        np.divide(gradient, step, out=step)
        np.multiply(step, learning_rate, out=step)
        np.subtract(parameters, step, out=parameters)


class Adam(Optimizer):
    """m := β₁ m + (1 − β₁) g, s := β₂ s + (1 − β₂) g², w := w − α m̂ / (√ŝ + ε).

    m̂ = m / (1 − β₁^t) and ŝ = s / (1 − β₂^t) undo the start at 0; t counts updates.
    Source: Kingma and Ba 2015, algorithm 1.
    """

    name = "adam"

    def __init__(
        self, count: int, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8
    ) -> None:
        super().__init__(count, n_moments=2)
        self._beta1 = beta1
        self._beta2 = beta2
        self._epsilon = epsilon

    def update(self, parameters: FloatArray, gradient: FloatArray, learning_rate: float) -> None:
        self.updates += 1
        mean, square = self.moments
        step = self._step
        np.multiply(gradient, 1.0 - self._beta1, out=step)
        np.multiply(mean, self._beta1, out=mean)
        np.add(mean, step, out=mean)
        np.multiply(gradient, gradient, out=step)
        np.multiply(step, 1.0 - self._beta2, out=step)
        np.multiply(square, self._beta2, out=square)
        np.add(square, step, out=square)
        np.multiply(square, 1.0 / (1.0 - self._beta2**self.updates), out=step)
        np.sqrt(step, out=step)
        np.add(step, self._epsilon, out=step)
        np.divide(mean, step, out=step)
        np.multiply(step, learning_rate / (1.0 - self._beta1**self.updates), out=step)
        np.subtract(parameters, step, out=parameters)
