"""Turns estimative words and percentages into a likelihood of one scale, and words of confidence.

The words are those of ICD 203 and of the UK's PHIA yardstick; other common ones (“probably”,
“little chance”) become the nearest, marked as a guess. Likelihood and confidence are read apart.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from monitor.core.judging import likelihood
from monitor.model.questions import Confidence

_ICD: Final = (
    "almost no chance",
    "very unlikely",
    "unlikely",
    "roughly even chance",
    "likely",
    "very likely",
    "almost certain",
)
"""The words of ICD 203 from the lowest level (1) to the highest (7)."""
_PHIA: Final = {
    1: "remote chance",
    2: "highly unlikely",
    3: "unlikely",
    4: "realistic possibility",
} | {
    5: "likely",
    6: "highly likely",
    7: "almost certain",
}

# What stands in the brief: its level, the scales that have the word, whether it is a guess.
_BOTH: Final = ("icd203", "phia")
_WORDS: Final[tuple[tuple[str, int, tuple[str, ...], str], ...]] = (
    ("almost certainly", 7, _BOTH, ""),
    ("almost certain", 7, _BOTH, ""),
    ("nearly certain", 7, ("icd203",), "nearly certain"),
    ("virtually certain", 7, (), ""),
    ("near-certain", 7, (), ""),
    ("near certain", 7, (), ""),
    ("almost no chance", 1, ("icd203",), ""),
    ("almost impossible", 1, (), ""),
    ("very highly likely", 6, (), ""),
    ("highly improbable", 2, ("icd203",), "highly improbable"),
    ("very improbable", 2, (), ""),
    ("highly unlikely", 2, ("phia",), ""),
    ("very unlikely", 2, ("icd203",), ""),
    ("extremely unlikely", 2, (), ""),
    ("most unlikely", 2, (), ""),
    ("highly probable", 6, ("icd203",), "highly probable"),
    ("very probable", 6, (), ""),
    ("very probably", 6, (), ""),
    ("highly likely", 6, ("phia",), ""),
    ("very likely", 6, ("icd203",), ""),
    ("extremely likely", 6, (), ""),
    ("most likely", 5, (), ""),
    ("most probably", 5, (), ""),
    ("more likely than not", 5, (), ""),
    ("more probable than not", 5, (), ""),
    ("better than even", 5, (), ""),
    ("roughly even", 4, ("icd203",), ""),
    ("about even", 4, (), ""),
    ("broadly even", 4, (), ""),
    ("evenly balanced", 4, (), ""),
    ("finely balanced", 4, (), ""),
    ("fifty-fifty", 4, (), ""),
    ("50-50", 4, (), ""),
    ("50/50", 4, (), ""),
    ("even chance", 4, ("icd203",), ""),
    ("even odds", 4, ("icd203",), ""),
    ("realistic possibility", 4, ("phia",), ""),
    ("realistic probability", 4, ("phia",), ""),
    ("remote chance", 1, ("phia",), ""),
    ("remote possibility", 1, (), ""),
    ("remote", 1, ("icd203",), "remote"),
    ("rather unlikely", 3, (), ""),
    ("unlikely", 3, _BOTH, ""),
    ("improbable", 3, ("icd203",), "improbable"),
    ("likely", 5, _BOTH, ""),
    ("probable", 5, _BOTH, "probable"),
    ("probably", 5, _BOTH, "probable"),
)
_CHANCES: Final = (
    (r"(?:almost|virtually|next to) no|negligible|minimal|vanishing(?:ly small)?", 1),
    (r"little|small|slim|low|poor|limited|faint", 2),
    (r"good|strong|high|serious|considerable|significant", 5),
    (r"very (?:good|strong|high)|excellent", 6),
    (r"even|equal", 4),
)
_CHANCE: Final = (
    r"(?:chances?|prospects?|likelihood|probabilit(?:y|ies)|odds|possibilit(?:y|ies)|risks?)"
)

WORDS: Final = "|".join(re.escape(word) for word, *_ in _WORDS)
"""All estimative words, as alternatives of a pattern."""
CHANCE: Final = _CHANCE
SIZES: Final = "|".join(words for words, _ in _CHANCES)
_ALL: Final = re.compile(
    rf"\b(?:not )?(?<![\w-])({WORDS})\b(?! of (?:it|them)\b)",
    re.IGNORECASE,
)
_OF_CHANCE: Final = re.compile(
    rf"\b(?:a |an |the )?(?P<size>{'|'.join(words for words, _ in _CHANCES)}) {_CHANCE}\b",
    re.IGNORECASE,
)
_CERTAIN: Final = re.compile(r"\b(?:we |i )(?:are|am) (?:quite )?(certain|sure)\b", re.IGNORECASE)
_NUMBER: Final = r"(\d{1,3}(?:\.\d+)?)"
_SIGN: Final = r"\s*(?:%|per ?cent\b)"
_PERCENT: Final = re.compile(
    rf"\b(?:between\s+)?{_NUMBER}(?:{_SIGN})?\s*(?:[-–—]|to|and|or)\s*{_NUMBER}{_SIGN}"
    rf"|(?<![\d.]){_NUMBER}{_SIGN}",
    re.IGNORECASE,
)
_CONFIDENCES: Final = {
    "high": Confidence.HIGH,
    "highly": Confidence.HIGH,
    "strong": Confidence.HIGH,
    "good": Confidence.HIGH,
    "great": Confidence.HIGH,
    "moderate": Confidence.MODERATE,
    "moderately": Confidence.MODERATE,
    "medium": Confidence.MODERATE,
    "fairly": Confidence.MODERATE,
    "very": Confidence.HIGH,
    "quite": Confidence.MODERATE,
    "fair": Confidence.MODERATE,
    "some": Confidence.MODERATE,
    "reasonable": Confidence.MODERATE,
    "reasonably": Confidence.MODERATE,
    "low": Confidence.LOW,
    "limited": Confidence.LOW,
    "little": Confidence.LOW,
    "weak": Confidence.LOW,
}
_PLAIN_CONFIDENCES: Final = frozenset({"high", "moderate", "medium", "low"})
_LEVEL: Final = "(" + "|".join(sorted(_CONFIDENCES, key=len, reverse=True)) + ")"
_CONFIDENCE: Final = re.compile(
    rf"\b{_LEVEL}(?:[- ]to[- ](high|moderate|medium))?[- ](?:level of )?"
    rf"(?:analytic(?:al)? )?confiden(?:ce|t)\b"
    rf"|\bconfidence(?: level| rating| assessment)?(?: (?:in|of|that|for) (?:this|these|the|our|it)"
    rf"(?: \w+){{0,3}}?)?\s*(?:[:=–—-]|is|remains)\s*(?:only |therefore |still )?{_LEVEL}\b",
    re.IGNORECASE,
)
_THIN: Final = re.compile(
    r"\b(?:evidence|reporting|information|sources?|sourcing|data|basis|coverage)(?: base)? "
    r"(?:is|are|remains?) "
    r"(?:still |very |rather |too |only )?(?:thin|limited|patchy|scarce|sparse|weak|poor|"
    r"fragmentary|"
    r"incomplete|scant|few|partial|contradictory|unreliable|single[- ]source)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """How likely the words call something. `words` are the brief's; `start`, `end` their place."""

    words: str
    level: int  # 1 to 7; 0: percentages
    scales: tuple[str, ...]
    start: int
    end: int
    low: float = 0.0
    high: float = 0.0
    synonym: str = ""

    @property
    def guessed(self) -> bool:
        """Whether the words are of neither scale."""
        return self.level != 0 and not self.scales


@dataclass(frozen=True, slots=True)
class ConfidenceRead:
    """A confidence and the words that give it; `guess` where they do not name it."""

    level: Confidence
    words: str
    guess: bool = False


def estimate(text: str) -> Estimate | None:
    """The first likelihood that a sentence states; percentages that belong to it win."""
    worded = _worded(text)
    number = _percentage(text, worded)
    return number or worded


def _worded(text: str) -> Estimate | None:
    found: list[Estimate] = []
    for match in _ALL.finditer(text):
        if re.search(r"\b(?:more|less|as|how)\s+$", text[: match.start()], re.IGNORECASE):
            continue  # a comparison says how something moves, not where it stands
        word = " ".join(match[1].lower().split())
        level, scales, synonym = next((lv, sc, sy) for w, lv, sc, sy in _WORDS if w == word)
        if match[0].lower().startswith("not "):
            if word in {"likely", "probable", "very likely"}:
                level, scales, synonym = {"very likely": 3}.get(word, 3), (), ""
            elif word in {"unlikely", "improbable"}:
                level, scales, synonym = 4, (), ""
        found.append(Estimate(match[0], level, scales, match.start(), match.end(), synonym=synonym))
        break
    if chance := _OF_CHANCE.search(text):
        size = chance["size"].lower()
        level = next(lv for words, lv in _CHANCES if re.fullmatch(words, size))
        found.append(Estimate(chance[0], level, (), chance.start(), chance.end()))
    if sure := _CERTAIN.search(text):
        found.append(Estimate(sure[1], 7, (), sure.start(1), sure.end(1)))
    return min(found, key=lambda each: each.start, default=None)


def _percentage(text: str, worded: Estimate | None) -> Estimate | None:
    """A percentage that is a likelihood: in brackets, or beside a word of chance."""
    for match in _PERCENT.finditer(text):
        before, after = text[: match.start()].rstrip(), text[match.end() :].lstrip()
        bracketed = before.endswith(("(", "[")) and worded is not None
        chance = re.search(rf"\b{_CHANCE}\b[^.;]{{0,120}}$", before, re.IGNORECASE) or re.match(
            rf"(?:\w+ )?{_CHANCE}\b", after, re.IGNORECASE
        )
        apposed = (
            worded is not None
            and before.endswith((",", "—", "–", "-", ":"))
            and match.start() - worded.end < 12
        )
        if not (bracketed or chance or apposed or after.lower().startswith(("likely", "probable"))):
            continue
        if match[1]:
            low, high = float(match[1]), float(match[2])
        else:
            low = high = float(match[3])
        if high <= 100 and low <= high:
            return Estimate(match[0], 0, (), match.start(), match.end(), low, high)
    return None


def turned(found: Estimate) -> Estimate:
    """The likelihood of the contrary."""
    if found.level == 0:
        return replace(found, low=100 - found.high, high=100 - found.low)
    return replace(found, level=8 - found.level, synonym="")


def scale_of(texts: Iterable[str]) -> str:
    """The scale of a brief: PHIA where its words are used and none that ICD 203 alone has."""
    own: dict[str, int] = {"icd203": 0, "phia": 0}
    for text in texts:
        for match in _ALL.finditer(text):
            scales = next(sc for w, _, sc, _ in _WORDS if w == match[1].lower())
            if len(scales) == 1:
                own[scales[0]] += 1
        if re.search(r"\bPHIA\b|\bprobability yardstick\b", text):
            own["phia"] += 3
    return "phia" if own["phia"] > own["icd203"] else "icd203"


def written(found: Estimate, scale: str, *, denied: bool) -> tuple[str, str]:
    """The likelihood as a watchlist writes it and the scale it is of; ("", scale) if it has none.

    `denied`: the words are about the event's absence, so that their contrary is written.
    """
    if denied:
        found = turned(found)
    if found.level == 0:
        return _numbers(found.low, found.high), scale
    chosen = scale if scale in found.scales or not found.scales else found.scales[0]
    if found.synonym and found.synonym in likelihood.SCALES[chosen]:
        return found.synonym, chosen
    if chosen == "phia" and denied and found.level in {3, 4}:
        # the yardstick has gaps: the contrary of its “likely” is none of its words
        word = _PHIA[8 - found.level]
        low, high = likelihood.PHIA[word]
        return _numbers(100 - 100 * high, 100 - 100 * low), chosen
    return (_PHIA[found.level] if chosen == "phia" else _ICD[found.level - 1]), chosen


def guess(level: int, scale: str) -> tuple[str, str]:
    """The word of a scale at a level from 1 to 7, where the brief has none, and the scale."""
    return (_PHIA[level] if scale == "phia" else _ICD[level - 1]), scale


def _numbers(low: float, high: float) -> str:
    text = f"{low:g}%" if low == high else f"{low:g}-{high:g}%"
    return text if likelihood.parse(text, "percent") else ""


def confidence(text: str) -> ConfidenceRead | None:
    """How good a sentence calls its basis, or None."""
    if match := _CONFIDENCE.search(text):
        word = (match[1] or match[3]).lower()
        return ConfidenceRead(_CONFIDENCES[word], match[0], word not in _PLAIN_CONFIDENCES)
    if match := _THIN.search(text):
        return ConfidenceRead(Confidence.LOW, match[0], guess=True)
    return None


def without_estimate(text: str) -> str:
    """The text without percentages in brackets and without words of confidence."""
    text = re.sub(r",? in our (?:view|judge?ment|assessment|opinion)\b,?", "", text)
    text = re.sub(r"\s*[(\[][^()\[\]]*(?:%|per ?cent|confidence)[^()\[\]]*[)\]]", "", text)
    text = re.sub(
        rf",?\s*\b(?:and )?(?:\(?with\)?|at) (?:a )?{_LEVEL}(?:[- ]to[- ](?:high|moderate|medium))?"
        r" (?:level of |degree of )?(?:analytic(?:al)? )?confidence\b\)?,?",
        "",
        text,
        flags=re.IGNORECASE,
    )
    return " ".join(text.split())
