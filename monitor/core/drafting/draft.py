"""Turns the text of a brief into a draft: everything that could be read, each with its sentence."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from monitor.core.drafting import (
    assumptions,
    citations,
    clauses,
    dates,
    happenings,
    judgments,
    names,
    passages,
    signposts,
)
from monitor.core.drafting.passages import Passages, Sentence
from monitor.core.drafting.signposts import Judged
from monitor.core.drafting.words import content
from monitor.core.judging import likelihood
from monitor.core.language.query import parser as query
from monitor.core.language.watch.compiler import Entity
from monitor.errors import QueryError
from monitor.model.drafts import (
    DayProposal,
    Draft,
    IndicatorProposal,
    JudgmentProposal,
    SourceSentence,
    TextProposal,
    Unread,
)

MOST_INDICATORS: Final = 30
_DATED: Final = ("date", "published", "prepared", "issued", "dated", "sent", "as of", "updated")
_BYLINES: Final = ("author", "authors", "by", "prepared by", "analyst", "from")
_ASKED: Final = (
    "question",
    "analytical question",
    "analytic question",
    "key question",
    "intelligence question",
    "research question",
)
_HORIZONS: Final = ("horizon", "time horizon", "time frame", "timeframe", "period", "outlook")
_WHETHER: Final = re.compile(
    r"\b(?:you (?:have )?asked|we (?:were|have been) asked|asked us|the question is|"
    r"(?:this|the) (?:paper|brief|note|report|assessment) "
    r"(?:asks|considers|examines|assesses|addresses|looks at)|(?:asks?|consider(?:s|ed)?|"
    r"assess(?:es)?|judge) )\s*(?:us )?(?:to (?:assess|judge|consider) )?"
    r"(?:about )?whether (?P<clause>[^.;:?]{10,300})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question, and as a clause what it asks: “the bank will cut its rate”."""

    proposal: TextProposal
    clause: str


def draft(text: str, entities: Mapping[str, Entity] | None = None) -> Draft | None:
    """What a brief says, as a draft; None for a text in which no question can be found.

    `entities` are those that a watchlist defines: names that they know become their aliases.
    """
    found = passages.passages(text)
    published = _published(found)
    first, _ = citations.citations(found.lines, None)
    cited_days = [each.published for each in first if each.published is not None]
    near = published.day if published else max(cited_days, default=_newest(found))
    asked = _question(found)
    if asked is None:
        return None
    telling = signposts.reading_sentences(found)
    plain = [each for each in telling if not citations.is_reference(each)]
    judged, unread = judgments.judgments(plain, found.headings, asked.clause)
    cited, uncited = citations.citations(found.lines, near)
    title = _titled(found)
    author = _author(found)
    scope = names.scope(
        plain,
        asked.proposal.text,
        title,
        [*(each.event for each in judged), *assumptions.clauses_of(plain)],
        entities or {},
        not_names=[*([author.text] if author else []), *(each.outlet for each in cited)],
        cited=[each for each in found.sentences if each not in plain],
    )
    measure = _measure(asked.clause, judged, [form for each in scope for form in each.seen])
    named = _named(plain, judged, asked.clause, measure)
    supposed, breaking, doubtful = assumptions.assumptions(plain, named, measure)
    named += breaking
    indicators = [*named, *_told(plain, found.headings, judged, named, measure)]
    kept = _distinct(indicators)
    known = {each.name for each in kept}
    return Draft(
        question=asked.proposal,
        title=title.text if title is not None else asked.proposal.text,
        author=author,
        published=published,
        closes=_closes(found, asked.proposal, judged, near, inferred=published is None),
        judgments=tuple(_pointed(each, measure) for each in judged),
        assumptions=tuple(
            replace(each, broken_by=tuple(name for name in each.broken_by if name in known))
            for each in supposed
        ),
        citations=cited,
        scope=tuple(each for each in scope if _readable(each.text)),
        indicators=tuple(kept),
        unread=(*_undated(found, published), *unread, *doubtful, *uncited),
    )


def _newest(found: Passages) -> date | None:
    """The newest day that the text names, where neither a date nor a citation tells its age."""
    return dates.newest(each.text for each in found.lines)


def _source(sentence: Sentence) -> SourceSentence:
    return SourceSentence(sentence=sentence.text, line=sentence.line)


def _titled(found: Passages) -> Sentence | None:
    """The title with its line."""
    title = found.title
    places = [*(found.fields[name] for name in ("title", "subject") if name in found.fields)]
    return next((each for each in [*places, *found.headings] if each.text == title), None)


def _question(found: Passages) -> _Asked | None:
    """A line that says so, else the first question, what was asked (“whether …”), the title."""
    for name in _ASKED:
        if name in found.fields:
            return _as_asked(found.fields[name])
    questions = [each for each in found.sentences if each.text.endswith("?")]
    headed = [each for each in found.headings if each.text.endswith("?")]
    short = [
        each
        for each in [*headed, *questions]
        if 15 <= len(each.text) <= 300 and not passages.REFERENCES.match(each.section)
    ]
    if short:
        asking = [each for each in short if re.search(r"\bquestion\b", each.section, re.IGNORECASE)]
        first = min(asking or short, key=lambda each: each.line)
        text = re.sub(r"^[^:?]{3,40}:\s+(?=[A-Z])", "", first.text)
        return _as_asked(Sentence(text, first.line))
    for sentence in found.sentences:
        if whether := _WHETHER.search(sentence.text):
            clause = clauses.trimmed(whether["clause"])
            return _Asked(
                TextProposal(text=_turned_round(clause), source=_source(sentence)), clause
            )
    title = _titled(found)
    if title is None:
        first_sentence = next((each for each in found.sentences if len(each.text) > 20), None)
        if first_sentence is None or len(found.sentences) < 2:
            return None
        title = first_sentence
    return _Asked(TextProposal(text=title.text, source=_source(title)), title.text)


_VERB_FIRST: Final = re.compile(
    r"^(?P<verb>Will|Can|Could|Would|Does|Do|Is|Are|Has|Have|Might|May|Should) (?P<rest>.+?)\?*$"
)


def _as_asked(sentence: Sentence) -> _Asked:
    proposal = TextProposal(text=sentence.text, source=_source(sentence))
    return _Asked(proposal, _stated(sentence.text))


def _stated(question: str) -> str:
    """“Will the bank cut its rate?” as “the bank will cut its rate”; else the question's words."""
    found = _VERB_FIRST.match(question)
    if found is None:
        return ""
    words = found["rest"].split()
    place = _subject_end(words)
    if not place:
        return ""
    verb = {"can": "will", "could": "will"}.get(found["verb"].lower(), found["verb"].lower())
    return " ".join([*words[:place], verb, *words[place:]])


def _subject_end(words: Sequence[str]) -> int:
    """After how many words a question's subject ends: before its verb, judged by small words."""
    if words and words[0].lower() == "there":
        return 1
    starts = {"be", "have", "not"}
    for place in range(1, min(len(words), 14)):
        word = words[place]
        before = words[place - 1].lower()
        if word in starts or (
            re.fullmatch(r"[a-z][a-z-]+", word)
            and before
            not in {"the", "a", "an", "of", "in", "and", "to", "for", "its", "their", "new", "any"}
            and (happenings.verb_of(word) or word in _PLAIN_VERBS)
        ):
            return place
    return 0


_PLAIN_VERBS: Final = frozenset(
    "win leave hold take make keep join pass meet get give become remain stay survive use "
    "sell buy pay find see fall "
    "hit run stand come go vote set put send build ban call turn top exceed default veto "
    "change ratify host".split()
)


def _turned_round(clause: str) -> str:
    """“The outbreak will be declared …” as a question."""
    found = re.match(
        r"^(?P<subject>.+?) (?P<verb>will|can|could|would|is|are|has|have|may|might) (?P<rest>.+)$",
        clause,
    )
    if found is None:
        return f"Is it so that {clause}?"
    verb = found["verb"].capitalize()
    return f"{verb} {found['subject']} {found['rest']}?"


def _author(found: Passages) -> TextProposal | None:
    for name in _BYLINES:
        if name in found.fields:
            field = found.fields[name]
            return TextProposal(text=field.text, source=_source(field))
    return None


def _published(found: Passages) -> DayProposal | None:
    """The brief's own date, where it names a day."""
    for name in (*_DATED, *_BYLINES):
        field = found.fields.get(name)
        day = dates.exact(field.text) if field is not None else None
        if field is not None and day is not None:
            return DayProposal(day=day, source=_source(field))
    first = [each for each in found.lines[:4] if len(each.text) <= 60]
    for line in [*found.headings[:3], *first]:
        day = dates.exact(line.text)
        if day is not None:
            return DayProposal(day=day, source=_source(line))
    return None


def _closes(
    found: Passages,
    question: TextProposal,
    judged: Sequence[JudgmentProposal],
    near: date | None,
    *,
    inferred: bool,
) -> DayProposal | None:
    """The horizon: of the question, else of a line for it, the judgments, or the title."""
    fields = [found.fields[name] for name in _HORIZONS if name in found.fields]
    events = [replace(each.source, sentence=each.event) for each in judged]
    title = _titled(found)
    texts = [
        question.source
        if question.text == ""
        else replace(question.source, sentence=question.text),
        *map(_source, fields),
        *events,
        *([_source(title)] if title else []),
        *(_source(each) for each in found.sentences if re.search(r"\bhorizon\b", each.text)),
    ]
    for place in texts:
        days = dates.find(place.sentence, near)
        if not days:
            continue
        last = max(days, key=lambda each: each.day)
        if near is not None and last.day <= near:
            continue
        note = ""
        if last.relative:
            against = "the newest date in it" if inferred else "the brief's date"
            note = f"“{last.text}”, read against {against}, {near}"
        elif not last.exact:
            note = f"“{last.text}”"
        return DayProposal(day=last.day, source=place, note=note)
    return None


def _undated(found: Passages, published: DayProposal | None) -> tuple[Unread, ...]:
    told: list[Unread] = []
    if published is None:
        for name in _DATED:
            if name in found.fields:
                source = _source(found.fields[name])
                told.append(Unread(part="published", why="it names no day in full", source=source))
    if "review by" in found.fields:
        field = found.fields["review by"]
        source = SourceSentence(sentence=f"Review by {field.text}", line=field.line)
        told.append(Unread(part="review", why="a watchlist reviews every so often", source=source))
    return tuple(told)


def _measure(clause: str, judged: Sequence[JudgmentProposal], known: Sequence[str]) -> Judged:
    """What directions are guessed against: the main judgment's event, else the question."""
    main = judged[0] if judged else None
    sign = happenings.sign(main.event if main else clause) or happenings.sign(clause)
    band = likelihood.parse(main.likelihood, main.scale) if main and main.likelihood else None
    unlikely = band is None or band.low + band.high < 1
    return Judged(sign=sign, unlikely=unlikely, names=content(" ".join(known)))


def _pointed(judgment: JudgmentProposal, measure: Judged) -> JudgmentProposal:
    """The judgment, told apart where its own event points the other way."""
    sign = happenings.sign(judgment.event)
    return replace(judgment, contrary=bool(sign and measure.sign and sign != measure.sign))


def _named(
    sentences: Sequence[Sentence],
    judged: Sequence[JudgmentProposal],
    clause: str,
    measure: Judged,
) -> list[IndicatorProposal]:
    """What the brief says would sway it, and the judged event itself."""
    found = signposts.named(sentences, measure)
    source = judged[0].source if judged else None
    events = [judged[0].event, clause] if judged else [clause]
    made = (signposts.event_itself(event, source) for event in events if source is not None)
    itself = next(filter(None, made), None)
    return _distinct([*found, *([itself] if itself is not None else [])])


def _told(
    sentences: Sequence[Sentence],
    headings: Sequence[Sentence],
    judged: Sequence[JudgmentProposal],
    named: Sequence[IndicatorProposal],
    measure: Judged,
) -> list[IndicatorProposal]:
    """The events that the brief tells, but for those that it judges or has named before."""
    known = {each.source.sentence for each in named if not each.why.startswith("it would break")}
    rest = [each for each in sentences if each.text not in known]
    spoken = [each.event for each in judged] + [
        re.sub(r"[.|]+", " ", each.phrases[0]) for each in named
    ]
    denied = signposts.denied([*headings, *sentences], measure)
    return [*denied, *signposts.told(rest, measure, spoken)]


def _readable(phrase: str) -> bool:
    """Whether a phrase is one of the watchlist language."""
    try:
        query.parse(phrase)
    except QueryError:
        return False
    return True


def _distinct(found: Sequence[IndicatorProposal]) -> list[IndicatorProposal]:
    """Each phrase and each name once, the first that has it; what is no phrase is left out."""
    kept: list[IndicatorProposal] = []
    phrases: set[str] = set()
    taken: set[str] = set()
    for each in found:
        own = tuple(
            one
            for one in dict.fromkeys(each.phrases)
            if one.casefold() not in phrases and _readable(one)
        )
        if not own or each.name.casefold() in taken or len(kept) == MOST_INDICATORS:
            continue
        phrases |= {one.casefold() for one in own}
        taken.add(each.name.casefold())
        kept.append(replace(each, phrases=own))
    return kept
