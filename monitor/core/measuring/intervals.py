"""Turns counts into 95 % intervals, so that nobody reads more into a few events than they hold."""

import hashlib
from collections.abc import Callable, Sequence
from math import exp, lgamma, log, sqrt

_Z = 1.959964
"""Standard normal quantile of 97.5 %."""

_TAIL = 0.025
_HALVINGS = 60


def share(hits: int, of: int) -> tuple[float, float]:
    """Wilson's score interval of the share `hits`/`of`; (0, 1) when there is nothing to share.

    Wilson, J. Am. Stat. Assoc. 22 (1927) 209.
    """
    if not of:
        return 0.0, 1.0
    p, square = hits / of, _Z * _Z
    middle = p + square / (2 * of)
    reach = _Z * sqrt(p * (1 - p) / of + square / (4 * of * of))
    whole = 1 + square / of
    return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)


def rate(count: int, exposure: float) -> tuple[float, float]:
    """The exact interval of a Poisson rate per unit of `exposure` (> 0), by Garwood (1936).

    Its ends are the rates at which so many, or so few, would be seen once in forty times.
    """
    most = count + 10 * sqrt(count + 1) + 10
    low = _solve(lambda mean: 1 - _at_most(count - 1, mean), most) if count else 0.0
    high = _solve(lambda mean: -_at_most(count, mean), most, target=-_TAIL)
    return low / exposure, high / exposure


def _solve(rising: Callable[[float], float], top: float, *, target: float = _TAIL) -> float:
    low, high = 0.0, top
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if rising(middle) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_most(count: int, mean: float) -> float:
    """P(X ≤ count) of a Poisson variable."""
    if mean <= 0:
        return 1.0
    return sum(exp(k * log(mean) - mean - lgamma(k + 1)) for k in range(count + 1))


DRAWS = 2_000


def paired(ours: Sequence[bool], theirs: Sequence[bool], seed: int) -> tuple[float, float]:
    """The 95 % interval of a difference of two shares over the same cases, by paired bootstrap.

    Cases are drawn with both answers together, so that what is hard for both is no difference.
    The same for the same seed anywhere. (0, 0) without cases.
    """
    pairs = list(zip(ours, theirs, strict=True))
    if not pairs:
        return 0.0, 0.0
    found = []
    for draw in range(DRAWS):
        digest = hashlib.shake_128(f"{seed}/{draw}".encode()).digest(4 * len(pairs))
        chosen = (
            pairs[int.from_bytes(digest[place : place + 4]) % len(pairs)]
            for place in range(0, len(digest), 4)
        )
        found.append(sum(one - other for one, other in chosen) / len(pairs))
    found.sort()
    return found[int(_TAIL * DRAWS)], found[int((1 - _TAIL) * DRAWS) - 1]
