"""Turns “assumes that …”, “unless …” and their like into assumptions, and what would break each.

What follows “unless” or “if … fails” is what must not come; the assumption is its contrary.
“Given …” names a fact as often as a supposition, so such a sentence is left to a person.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from monitor.core.drafting import clauses, signposts
from monitor.core.drafting.passages import Sentence
from monitor.core.drafting.signposts import Judged
from monitor.core.drafting.words import content
from monitor.model.drafts import AssumptionProposal, IndicatorProposal, SourceSentence, Unread
from monitor.model.questions import Direction, Strength

_SECTION: Final = re.compile(
    r"\bassum|\blinchpins?\b|\bpremises?\b|\bwe (?:take|took) for granted\b", re.IGNORECASE
)
_ASSUMES: Final = re.compile(
    r"\b(?:assum(?:es?|ed|ing|ption is|ptions are)|presum(?:es?|ing)|rests? on (?:the "
    r")?(?:assumption|premise|expectation)s?|"
    r"(?:is|are) (?:premised|predicated|based) on (?:the )?(?:assumption|premise|"
    r"expectation)?|depends? on|hinges? on|"
    r"takes? (?:it )?(?:for granted|as given))(?:,? (?:that|of))?:? (?P<list>.+)$",
    re.IGNORECASE,
)
_OURS: Final = re.compile(
    r"\b(?:we|our|judge?ments?|assessments?|forecasts?|estimates?|analysis|view|this|these|"
    r"all|scenario|baseline)\b",
    re.IGNORECASE,
)
_HOLDS: Final = re.compile(
    r"\b(?:as long as|so long as|provided(?: that)?|assuming(?: that)?|on (?:the "
    r")?condition that|on the assumption that)\s+(?P<clause>[^,;.]{8,200})",
    re.IGNORECASE,
)
_UNLESS: Final = re.compile(
    r"\b(?:unless|barring|absent)\s+(?P<clause>[^,;.]{8,200})", re.IGNORECASE
)
_IF_FAILS: Final = re.compile(
    r"\bif (?P<clause>(?:the |a |an )?[^,;.]{3,100}?\b(?:fails?|breaks?(?: down)?|"
    r"collapses?|falls? apart|gives? way|bursts?|"
    r"ends?|lapses?|stops?|is (?:broken|breached|lifted|suspended|cancelled|"
    r"withdrawn))[^,;.]{0,60})"
)
_GIVEN: Final = re.compile(r"^(?:given|in view of|in light of)\s+(?!that\b.*\bmark)", re.IGNORECASE)
_GENERIC: Final = frozenset({"not", "hold", "remain", "continu", "stay", "hav", "go"})


def assumptions(
    sentences: Sequence[Sentence], indicators: Sequence[IndicatorProposal], judged: Judged
) -> tuple[list[AssumptionProposal], list[IndicatorProposal], list[Unread]]:
    """The assumptions, indicators made for those that no other one would break, and the rest."""
    found: list[AssumptionProposal] = []
    made: list[IndicatorProposal] = []
    unread: list[Unread] = []
    for sentence in sentences:
        source = SourceSentence(sentence=sentence.text, line=sentence.line)
        for says, breaking in _supposed(sentence):
            if any(says.casefold() == each.says.casefold() for each in found):
                continue
            known = _breakers(says, [*indicators, *made], judged, shared=2 if breaking else 1)
            if breaking:
                new = signposts.proposal(
                    breaking,
                    Direction.NONE,
                    "it would break an assumption",
                    sentence,
                    judged,
                    Strength.MODERATE,
                    clause=True,
                )
                made += [new] if new is not None else []
                known = tuple(dict.fromkeys([*([new.name] if new is not None else []), *known]))
            found.append(AssumptionProposal(says=says, broken_by=known, source=source))
        if _GIVEN.match(sentence.text):
            why = "“given” names what the judgment rests on: a fact, or an assumption?"
            unread.append(Unread(part="assumption", why=why, source=source))
    return found, made, unread


def clauses_of(sentences: Sequence[Sentence]) -> list[str]:
    """The suppositions alone, as clauses."""
    return [says for sentence in sentences for says, _ in _supposed(sentence)]


def _supposed(sentence: Sentence) -> Iterator[tuple[str, str]]:
    """Each supposition of a sentence and, where it follows from the words, what would break it."""
    text = sentence.text.strip(" .")
    if (found := _ASSUMES.search(text)) and _OURS.search(text[: found.start()] + found[0][:3]):
        for part in _parts(found["list"]):
            yield part, _contrary(part)
    elif found := _UNLESS.search(text):
        yield clauses.denial(found["clause"]), found["clause"]
    elif found := _HOLDS.search(text):
        yield clauses.trimmed(found["clause"]), _contrary(found["clause"])
    elif found := _IF_FAILS.search(text):
        forecast = re.search(r"\b(?:we (?:would )?expect|will|then)\b", text[found.end() :])
        if forecast and not re.search(r"\bwould\b", text):
            yield clauses.denial(found["clause"]), found["clause"]
    elif _SECTION.search(sentence.section) and len(text.split()) > 2:
        says = re.sub(r"^(?:we (?:also )?assume(?: that)?|that)\s+", "", text, flags=re.IGNORECASE)
        yield says, _contrary(says)


def _parts(words: str) -> list[str]:
    parts = re.split(r"\s*;\s*(?:and )?(?:that )?|,?\s+and that\s+|,\s+that\s+", words)
    return [clauses.trimmed(re.sub(r"^that\s+", "", part)) for part in parts if content(part)]


def _contrary(says: str) -> str:
    """What would break a supposition that denies something: “does not extend” gives “extends”."""
    happens = clauses.event(says)
    return happens.text if happens is not None and happens.denied else ""


def _breakers(
    says: str, indicators: Sequence[IndicatorProposal], judged: Judged, *, shared: int
) -> tuple[str, ...]:
    """The indicators that share telling words with an assumption, at least so many."""
    own = content(says) - judged.names - _GENERIC
    found = [
        each.name
        for each in indicators
        if len(own & (content(" ".join(each.phrases)) - judged.names - _GENERIC)) >= shared
        and not each.why.startswith(("an event that", "the judged"))
    ]
    return tuple(dict.fromkeys(found))[:4]
