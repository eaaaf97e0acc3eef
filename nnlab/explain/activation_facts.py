"""What is to be known of each activation, in words: its bounds, its gradient, its kinks."""

from __future__ import annotations

from collections.abc import Mapping

from nnlab.engine.activations import (
    ELU,
    GELU,
    Activation,
    ArcTan,
    BinaryStep,
    Identity,
    LeakyReLU,
    Logistic,
    PReLU,
    ReLU,
    SoftPlus,
    Tanh,
)
from nnlab.words import marked, tr

_SLOPED = (
    marked("Its gradient is not 0 for z < 0, so a neuron that is off can come back."),
    marked("At the kink z = 0 the lab takes f′(0) = 1, the row of z ≥ 0."),
)

_FACTS: Mapping[type[Activation], tuple[str, ...]] = {
    Identity: (
        marked("Not bounded; f′ is 1 everywhere."),
        marked(
            "Layers of it collapse into one linear function: such a network can only do linear "
            "regression. It stands at the output of a regression."
        ),
    ),
    BinaryStep: (
        marked("Bounded: 0 or 1."),
        marked(
            "f′ is 0 everywhere else and undefined at 0, where the lab takes 0: no gradient ever "
            "passes, so it can’t be trained by descent."
        ),
    ),
    Logistic: (
        marked("Bounded by 0 and 1, so it may be read as a probability."),
        marked(
            "Its gradient vanishes towards ±∞, and is 0.25 at the most, at z = 0: through many "
            "layers little of it is left."
        ),
        marked("e^−z is computed once: f′ = a (1 − a) costs one product."),
    ),
    Tanh: (
        marked("Bounded by −1 and 1, and centred: tanh(0) = 0."),
        marked(
            "Its gradient vanishes towards ±∞; at z = 0 it is 1, four times that of the sigmoid."
        ),
    ),
    ArcTan: (
        marked("Bounded by −π/2 and π/2."),
        marked("Its gradient vanishes towards ±∞ too, but slowly: like 1/z², not like e^−|z|."),
    ),
    ReLU: (
        marked("0 below, not bounded above: for z > 0 the gradient never vanishes."),
        marked("f′ is 0 or 1: as cheap as a derivative can be, so training is much faster."),
        marked(
            "At the kink z = 0 the lab takes ReLU′(0) = 0 (the lecture’s table: 1). A neuron "
            "with z ≤ 0 for every sample is dead: it has no gradient."
        ),
    ),
    PReLU: (marked("Not bounded. α is learned with the weights, or kept."), *_SLOPED),
    LeakyReLU: (marked("Not bounded. α is small and fixed."), *_SLOPED),
    ELU: (
        marked("Bounded below by −α, not above."),
        marked("For z < 0 its gradient f + α = α e^z vanishes towards −∞, but is not 0."),
        marked(
            "The lecture prints e^−z; the right form is e^z. With α = 1 there is no kink at 0; "
            "with another α the lab takes f′(0) = 1."
        ),
    ),
    SoftPlus: (
        marked("A smooth ReLU: above 0 everywhere, not bounded above."),
        marked(
            "Its derivative is the sigmoid, so it has a proper second derivative, "
            "f″ = σ(z) (1 − σ(z)), where ReLU has a kink."
        ),
        marked("Its gradient vanishes towards −∞ only."),
    ),
    GELU: (
        marked("Smooth; z times the share Φ(z) of a normal distribution that lies below z."),
        marked(
            "It dips to −0.17 at z = −0.75, where f′ is 0; below that f′ is negative, and it "
            "vanishes towards −∞ only."
        ),
    ),
}


def facts(f: Activation) -> tuple[str, ...]:
    """Return sentences on an activation, of the engine's conventions; none on softmax."""
    return tuple(tr(fact) for fact in _FACTS.get(type(f), ()))
