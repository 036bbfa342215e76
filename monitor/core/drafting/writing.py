"""Turns a draft into the text of a watchlists.yaml with the brief's sentences as comments.

What is written passes `monitor check`. What could not be read stands in it as a comment; where the
file needs something that the brief does not have, a line says that it is to be written.
"""

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from enum import Enum
from typing import Any, Final

from monitor.core.language.watch.compiler import Entity
from monitor.model.drafts import (
    AssumptionProposal,
    CitationProposal,
    Draft,
    IndicatorProposal,
    JudgmentProposal,
    NameProposal,
    SourceSentence,
    Unread,
)
from monitor.model.questions import Direction, Strength

WIDTH: Final = 110
"""Columns of a comment."""
TO_WRITE: Final = "No judgment could be read in the brief: write it here."
_PLAIN: Final = re.compile(r"[A-Za-z][\w’()/+-]*(?: [\w’()/+-]+)*")
_SAID_BY_YAML: Final = frozenset("y n yes no on off true false null none nan inf".split())
_LEAST_WORD: Final = 4


def as_yaml(draft: Draft, entities: Mapping[str, Entity] | None = None) -> str:
    """The draft as a file that `monitor check` accepts, every proposal below its sentence."""
    used = [each.entity for each in draft.scope if each.entity]
    lines = [
        *_comment(
            "A draft, read out of a brief: correct it before you use it. Above each proposal "
            "stands the "

                  "sentence it came from; what is called a guess, the brief does not say."),
        "questions:",
        *_question(draft),
        *_unread(draft.unread),
        *_entities(used, entities or {}),
    ]  # fmt: skip
    return "\n".join(line.rstrip() for line in lines) + "\n"


def as_values(draft: Draft) -> dict[str, Any]:
    """The draft as plain values, for JSON."""
    values: dict[str, Any] = _plain(asdict(draft))
    return values


def _plain(value: Any) -> Any:
    match value:
        case Strength():
            return value.name.lower()
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
    return value


def scalar(text: str) -> str:
    """A text as YAML reads it back: plain where nothing in it means anything, else quoted."""
    if _PLAIN.fullmatch(text) and text.lower() not in _SAID_BY_YAML and text.isascii():
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _comment(text: str, indent: int = 0) -> list[str]:
    lead = f"{' ' * indent}# "
    wrapped = textwrap.wrap(
        " ".join(text.split()), WIDTH - len(lead), break_long_words=False, break_on_hyphens=False
    )
    return [f"{lead}{line}" for line in wrapped]


def _from(source: SourceSentence, indent: int, *notes: str) -> list[str]:
    said = f"line {source.line}: “{source.sentence}”" if source.line else ""
    told = [*([said] if said else []), *notes]
    return [line for each in told for line in _comment(each, indent)]


def _question(draft: Draft) -> Iterator[str]:
    ask = draft.question
    yield f"- ask: {scalar(ask.text)}"
    if ask.source.sentence != ask.text:
        yield from _from(ask.source, 2)
    if draft.closes is not None:
        said = draft.closes.source
        notes = [draft.closes.note] if draft.closes.note else []
        told = replace(said, line=0) if said.sentence == ask.text else said
        yield from _from(told, 2, *notes)
        yield f"  closes: {draft.closes.day}"
    else:
        yield "  # closes: no horizon was found in the brief"
    yield "  # resolves_yes_if: the brief does not say what would settle the question"
    if draft.author is not None:
        yield from _comment(
            f"owner: the brief is by {draft.author.text}; name a team of delivery.yaml", 2
        )
    yield from _scope(draft.scope)
    yield "  briefs:"
    yield from _brief(draft)
    yield from _indicators(draft)


def _scope(scope: Sequence[NameProposal]) -> Iterator[str]:
    if not scope:
        yield "  # about: no name was found that an entry must mention"
        return
    yield from _comment("Scope: an entry must mention one of these. Take out what is too wide.", 2)
    yield "  about:"
    for each in scope:
        seen = f"  # {', '.join(each.seen)}" if (*each.seen,) != (each.text,) else ""
        yield f"  - {scalar(each.text)}{seen[: WIDTH - 20]}"


def _brief(draft: Draft) -> Iterator[str]:
    yield f"  - title: {scalar(draft.title or draft.question.text)}"
    if draft.published is not None:
        yield from _from(draft.published.source, 4)
        yield f"    published: {draft.published.day}"
    else:
        yield "    # published: the brief does not say when"
    yield "    judgments:"
    if not draft.judgments:
        yield f"    - says: {scalar(TO_WRITE)}"
    for judgment in draft.judgments:
        yield from _judgment(judgment, draft.indicators)
    if draft.assumptions:
        yield "    assumptions:"
        for assumption in draft.assumptions:
            yield from _assumption(assumption)
    if draft.citations:
        yield "    cites:"
        for citation in draft.citations:
            yield from _citation(citation)


def _judgment(judgment: JudgmentProposal, indicators: Sequence[IndicatorProposal]) -> Iterator[str]:
    read = f"line {judgment.source.line}. You say: {judgment.reading}"
    yield from _comment(read, 4)
    for guess in judgment.guesses:
        yield from _comment(f"guess: {guess}" if "guess" not in guess else guess, 4)
    yield f"    - says: {scalar(judgment.says)}"
    yield f"      event: {scalar(judgment.event)}"
    if judgment.likelihood:
        quoted = "%" in judgment.likelihood
        yield f"      likelihood: {judgment.likelihood if quoted else scalar(judgment.likelihood)}"
        if judgment.scale != "icd203" and not quoted:
            yield f"      scale: {judgment.scale}"
    else:
        yield "      # likelihood: the brief gives none that could be read"
    if judgment.confidence is not None:
        yield f"      confidence: {judgment.confidence.value}"
    else:
        yield "      # confidence: the brief does not say"
    if judgment.contrary:
        yield from _contrary(indicators)


def _contrary(indicators: Sequence[IndicatorProposal]) -> Iterator[str]:
    """The question's indicators the other way round, where this event is of the other kind."""
    ways = {Direction.AWAY: "toward", Direction.TOWARD: "away"}
    named = {
        key: [each.name for each in indicators if each.direction is way]
        for way, key in ways.items()
    }
    if any(named.values()):
        yield from _comment(
            "guess: what makes the main event likelier makes this one less likely", 6
        )
        for key, names in named.items():
            if names:
                yield f"      {key}: [{', '.join(map(scalar, names))}]"


def _assumption(assumption: AssumptionProposal) -> Iterator[str]:
    yield from _from(assumption.source, 4)
    yield f"    - says: {scalar(assumption.says)}"
    names = ", ".join(map(scalar, assumption.broken_by))
    yield (
        f"      broken_by: "
        f"[{names}]{'' if names else '  # name the indicators that would break it'}"
    )


def _citation(citation: CitationProposal) -> Iterator[str]:
    if citation.author:
        yield from _comment(f"by {citation.author}", 4)
    yield f"    - outlet: {scalar(citation.outlet)}"
    yield f"      title: {scalar(citation.title)}"
    if citation.published is not None:
        yield f"      date: {citation.published}"
    elif citation.when:
        yield f"      # date: {citation.when}, which is no day"
    if citation.link:
        yield f"      link: {scalar(citation.link)}"


def _indicators(draft: Draft) -> Iterator[str]:
    pointing = [each for each in draft.indicators if each.direction is not Direction.NONE]
    if pointing:
        yield from _comment(
            "What to look for. Direction and strength are guesses: which way would each "
            "move the event, and how "
            "much more often would you see it if the event were coming?",
            2,
        )
    for way in (Direction.TOWARD, Direction.AWAY):
        own = [each for each in pointing if each.direction is way]
        if not own:
            continue
        yield f"  {way.value}:"
        for strength in sorted({each.strength for each in own}, reverse=True):
            yield f"    {strength.name.lower()}:"
            before: SourceSentence | None = None
            for each in own:
                if each.strength is strength:
                    if each.source == before:  # said above
                        yield from _comment(f"the same sentence; guess: {each.why}", 6)
                    else:
                        yield from _from(each.source, 6, f"guess: {each.why}")
                    yield f"      {scalar(each.name)}: [{', '.join(map(scalar, each.phrases))}]"
                    before = each.source
    yield from _watched(draft, pointing)


def _watched(draft: Draft, pointing: Sequence[IndicatorProposal]) -> Iterator[str]:
    """What has no direction; a file without any indicator watches for its names."""
    plain = [each for each in draft.indicators if each.direction is Direction.NONE]
    if not plain and pointing:
        return
    yield from _comment("Watched without a direction: move each under “toward” or “away”.", 2)
    yield "  watch:"
    for each in plain:
        yield from _from(each.source, 2, each.why)
        # the name of a line is its first phrase
        yield f"  - {scalar(each.phrases[0])}"
    if not plain and not pointing:
        yield "  # no indicator could be read in the brief"
        yield f"  - {scalar(_last_resort(draft))}"


def _last_resort(draft: Draft) -> str:
    """Some words of the question, where the brief gives nothing to look for."""
    if draft.scope:
        return draft.scope[0].text
    words = re.findall(r"[^\W_]+", draft.question.text)
    longest = max(words, key=len, default="question")
    return f'"{longest if len(longest) >= _LEAST_WORD else " ".join(words[:6]) or "question"}"'


def _unread(unread: Sequence[Unread]) -> Iterator[str]:
    if not unread:
        return
    yield "# ── read, and left to you ──"
    for each in unread:
        yield from _comment(
            f"{each.part}? {each.why} (line {each.source.line}): “{each.source.sentence}”"
        )


def _entities(used: Sequence[str], entities: Mapping[str, Entity]) -> Iterator[str]:
    if not used:
        return
    yield "# As your watchlist defines them: leave this out where they stand already."
    yield "entities:"
    for name in dict.fromkeys(used):
        known = entities[name]
        weak = f", weak: [{', '.join(map(scalar, known.weak))}]" if known.weak else ""
        yield f"  {name}: {{names: [{', '.join(map(scalar, known.names))}]{weak}}}"
