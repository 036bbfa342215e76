"""Turns an analyst's words of likelihood into probabilities and points, and back into words.

The words are always printed back as written. Must never mix likelihood with confidence: one says
how likely the event is, the other how good the basis of the judgment.

Sources of the tables: ICD 203 (2015), UK PHIA yardstick (March 2025), Sherman Kent (1964).
"""

import re
from collections.abc import Mapping
from math import log10

from monitor.model.questions import Likelihood

ICD203: Mapping[str, tuple[float, float]] = {
    "almost no chance": (0.01, 0.05),
    "remote": (0.01, 0.05),
    "very unlikely": (0.05, 0.20),
    "highly improbable": (0.05, 0.20),
    "unlikely": (0.20, 0.45),
    "improbable": (0.20, 0.45),
    "roughly even": (0.45, 0.55),
    "roughly even chance": (0.45, 0.55),
    "roughly even odds": (0.45, 0.55),
    "likely": (0.55, 0.80),
    "probable": (0.55, 0.80),
    "very likely": (0.80, 0.95),
    "highly probable": (0.80, 0.95),
    "almost certain": (0.95, 0.99),
    "almost certainly": (0.95, 0.99),
    "nearly certain": (0.95, 0.99),
}

PHIA: Mapping[str, tuple[float, float]] = {
    "remote chance": (0.01, 0.05),
    "highly unlikely": (0.10, 0.20),
    "unlikely": (0.25, 0.35),
    "realistic possibility": (0.40, 0.49),
    "likely": (0.55, 0.75),
    "probable": (0.55, 0.75),
    "highly likely": (0.80, 0.90),
    "almost certain": (0.95, 0.99),
}

KENT: Mapping[str, tuple[float, float]] = {
    "almost certainly not": (0.02, 0.12),
    "probably not": (0.20, 0.40),
    "chances about even": (0.40, 0.60),
    "probable": (0.63, 0.87),
    "almost certain": (0.87, 0.99),
}

SCALES: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "icd203": ICD203,
    "phia": PHIA,
    "kent": KENT,
    "percent": {},
}

INFERRED = Likelihood(words="very unlikely", low=0.05, high=0.20, inferred=True)
"""What a judgment that states no likelihood is treated as, marked, until its author states one."""

POINT_WIDTH = 0.02
"""A single percentage stands for itself plus or minus this."""

LOWEST, HIGHEST = 0.005, 0.995
"""Nothing is certain: whatever is written, the bands end here."""

_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
_RANGE = re.compile(rf"{_NUMBER}\s*%?\s*(?:-|–|to)\s*{_NUMBER}\s*%")
_POINT = re.compile(rf"{_NUMBER}\s*%")


def parse(text: str, scale: str = "icd203") -> Likelihood | None:
    """A word of the scale, "10%", or "5-15 %". None when it is none of these.

    A range must run upward inside 0–100 % and reach into 0.5–99.5 %.
    """
    words = " ".join(text.lower().split())
    band = SCALES[scale].get(words)
    if band is None:
        band = _percentages(words)
    if band is None:
        return None
    return Likelihood(words=" ".join(text.split()), low=band[0], high=band[1])


def _percentages(text: str) -> tuple[float, float] | None:
    if found := _RANGE.fullmatch(text):
        low, high = float(found[1]) / 100, float(found[2]) / 100
        most = high
    elif found := _POINT.fullmatch(text):
        most = float(found[1]) / 100
        low, high = most - POINT_WIDTH, most + POINT_WIDTH
    else:
        return None
    inside = max(low, LOWEST), min(high, HIGHEST)
    return inside if most <= 1 and inside[0] < inside[1] else None


def show(likelihood: Likelihood) -> str:
    """As in “very unlikely (5–20 %)”; percentages alone when the analyst wrote percentages."""
    shown = likelihood.words
    if not _POINT.fullmatch(shown):
        numbers = f"{_percent(likelihood.low)}–{_percent(likelihood.high)} %"
        shown = numbers if "%" in shown else f"{shown} ({numbers})"
    return f"{shown}, inferred" if likelihood.inferred else shown


def _percent(probability: float) -> str:
    return f"{100 * probability:.3g}"


def points(probability: float) -> float:
    """Log odds in decibans: 10·log₁₀(p / (1 − p)). 10 points are ten-fold odds."""
    return 10 * log10(probability / (1 - probability))


def band(likelihood: Likelihood) -> tuple[float, float, float]:
    """Low edge, middle and high edge in points; the middle is halfway between the edges."""
    low, high = points(likelihood.low), points(likelihood.high)
    return low, (low + high) / 2, high
