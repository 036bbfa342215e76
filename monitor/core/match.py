"""Turns one entry into what it matches, with spans and reasons; never changes or stores anything.

The order of a result is that of the watchlist: questions, then indicators, then phrases, then
places in the text. Where an indicator hits in several places, the best one decides: one that counts
before one that is vetoed, an unhedged one before a hedged one. The spans are those of the places
that share the best one's verdict.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from monitor.core.direction import Place, Reading, Verdict, judge, read
from monitor.core.match_scan import FIELDS, scan
from monitor.core.watch import Role, Rule, Watch
from monitor.core.watch_plans import MOST, TEXT, Occurrence
from monitor.core.watch_terms import expansion
from monitor.model.entries import Entry
from monitor.model.matches import Match, Matched, Span
from monitor.model.questions import Direction, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One phrase that hit, and what came of it. `indicator` is empty for scope and ignore phrases.

    `in_scope` is false where an indicator hit outside its question's scope: then nothing counts.
    `expansion` lists each written word with the forms it stands for.
    """

    question: str
    role: Role
    indicator: str
    direction: Direction
    phrase: str
    in_scope: bool
    expansion: tuple[tuple[str, tuple[str, ...]], ...]
    spans: tuple[Span, ...]
    hedge: str
    veto: str


@dataclass(frozen=True, slots=True)
class _Hit:
    """A rule that hit, and where."""

    rule: Rule
    occurrences: Sequence[Occurrence]


def match(entry: Entry, watch: Watch) -> Matched:
    """The questions `entry` is in scope of and the indicators it hits there.

    A question is in scope if one of its `about` phrases hits the title or summary; one without
    `about` if any of its indicators does. An `ignore` phrase vetoes all matches of its question.
    """
    desk = _Desk(entry, watch)
    in_scope: list[str] = []
    matches: list[Match] = []
    for question, rules in desk.candidates():
        hits = list(desk.hits(question, rules))
        if _in_scope(question, hits):
            in_scope.append(question.id)
            matches += desk.matches(question, hits)
    return Matched(entry=entry, questions=tuple(in_scope), matches=tuple(matches))


def explain(entry: Entry, watch: Watch) -> tuple[Explanation, ...]:
    """Every phrase that hits `entry`, in or out of scope, with what was made of it."""
    desk = _Desk(entry, watch)
    return tuple(
        explanation
        for question, rules in desk.candidates()
        for explanation in desk.explanations(question, list(desk.hits(None, rules)))
    )


def _in_scope(question: Question, hits: Iterable[_Hit]) -> bool:
    deciding = Role.ABOUT if question.about else Role.INDICATOR
    return any(hit.rule.role is deciding for hit in hits)


def _ignored(hits: Iterable[_Hit]) -> str:
    for hit in hits:
        if hit.rule.role is Role.IGNORE:
            return f"ignored by “{hit.rule.phrase.text}”"
    return ""


class _Desk:
    """One entry on the desk: its scan, and readings of its fields made when first needed."""

    def __init__(self, entry: Entry, watch: Watch) -> None:
        self._watch = watch
        self._scan = scan(entry, watch)
        self._readings: dict[int, Reading] = {}

    def candidates(self) -> Iterator[tuple[Question, Iterator[Rule]]]:
        """The rules that the scan calls up, by question, in the order of the watchlist."""
        filed, rules, hits = self._watch.filed, self._watch.rules, self._scan.hits
        numbers = {number for phrase in hits for number in filed.get(phrase, ())}
        called = (
            rule
            for rule in map(rules.__getitem__, sorted(numbers))
            if not any(map(hits.keys().isdisjoint, rule.needs))
        )
        for place, group in groupby(called, key=lambda rule: rule.question):
            yield self._watch.questions[place], group

    def hits(self, question: Question | None, rules: Iterable[Rule]) -> Iterator[_Hit]:
        """The rules that hit; given its question, nothing more once it is out of scope."""
        scoped = question is None or not question.about
        for rule in rules:
            if rule.role is Role.INDICATOR and not scoped:
                return
            occurrences = rule.plan(self._scan.hits, TEXT)
            if occurrences:
                scoped = scoped or rule.role is Role.ABOUT
                yield _Hit(rule, occurrences[:MOST])

    def matches(self, question: Question, hits: Sequence[_Hit]) -> Iterator[Match]:
        ignored = _ignored(hits)
        indicated = (hit for hit in hits if hit.rule.role is Role.INDICATOR)
        for place, group in groupby(indicated, key=lambda hit: hit.rule.indicator):
            indicator = question.indicators[place]
            verdict, spans = self._best(list(group), indicator.direction)
            yield Match(
                question=question.id,
                indicator=indicator.name,
                direction=indicator.direction,
                strength=indicator.strength,
                spans=spans,
                hedge=verdict.hedge,
                veto=ignored or verdict.veto,
            )

    def explanations(self, question: Question, hits: Sequence[_Hit]) -> Iterator[Explanation]:
        ignored = _ignored(hits)
        in_scope = _in_scope(question, hits)
        for hit in hits:
            rule = hit.rule
            indicated = rule.role is Role.INDICATOR
            indicator = question.indicators[rule.indicator] if indicated else None
            direction = indicator.direction if indicator else Direction.NONE
            verdict, spans = self._best([hit], direction)
            yield Explanation(
                question=question.id,
                role=rule.role,
                indicator=indicator.name if indicator else "",
                direction=direction,
                phrase=rule.phrase.text,
                in_scope=in_scope,
                expansion=expansion(rule.node, self._watch.names),
                spans=spans,
                hedge=verdict.hedge if indicator else "",
                veto=(ignored or verdict.veto) if indicator else "",
            )

    def _best(self, hits: Sequence[_Hit], direction: Direction) -> tuple[Verdict, tuple[Span, ...]]:
        """The best verdict on any occurrence, and the spans of all that share its rank."""
        judged = [
            (self._judge(occurrence, direction), occurrence, hit.rule.phrase.text)
            for hit in hits
            for occurrence in hit.occurrences
        ]
        best = min((verdict for verdict, _, _ in judged), key=lambda verdict: verdict.rank)
        spans = {
            span
            for verdict, occurrence, phrase in judged
            if verdict.rank == best.rank
            for span in self._scan.spans(occurrence, phrase)
        }
        return best, tuple(sorted(spans, key=_reading_order))

    def _judge(self, occurrence: Occurrence, direction: Direction) -> Verdict:
        places = [
            Place(self._reading(hit.field), hit.first, hit.last)
            for hit in occurrence
            if hit.field in FIELDS
        ]
        return judge(places, toward=direction is Direction.TOWARD)

    def _reading(self, field: int) -> Reading:
        if field not in self._readings:
            self._readings[field] = read(self._scan.fields[field])
        return self._readings[field]


def _reading_order(span: Span) -> tuple[bool, int, int, str]:
    return (span.field != FIELDS[0], span.start, span.end, span.phrase)
