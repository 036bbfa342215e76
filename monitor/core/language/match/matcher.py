"""Turns one entry into what it matches, with spans and reasons; never changes or stores anything.

The order of a result is that of the watchlist: questions, then indicators, then phrases, then
places in the text. Where an indicator hits in several places, the best one decides: one that counts
before one that is vetoed, an unhedged one before a hedged one. The spans are those of the places
that share the best one's verdict.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Final

from monitor.core.language.direction.labels import label
from monitor.core.language.direction.verdict import FieldReading, Place, Verdict, judge, read
from monitor.core.language.match.scan import FIELDS, Scan, scan, scan_news
from monitor.core.language.query.parser import parse
from monitor.core.language.watch.compiler import Rule, RuleRole, Watch
from monitor.core.language.watch.plans import MOST, TITLE, Hit, Occurrence
from monitor.core.language.watch.terms import expansion
from monitor.model.entries import Entry
from monitor.model.matches import Match, Matched, Span
from monitor.model.questions import Direction, Question

_PLAIN: Final = Verdict()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One phrase that hit, and what came of it. `indicator` is empty for scope and ignore phrases.

    `in_scope` is false where an indicator hit outside its question's scope: then nothing counts.
    `expansion` lists each written word with the forms it stands for.
    """

    question: str
    role: RuleRole
    indicator: str
    direction: Direction
    phrase: str
    in_scope: bool
    expansion: tuple[tuple[str, tuple[str, ...]], ...]
    spans: tuple[Span, ...]
    hedge: str
    veto: str


_Hit = tuple[Rule, Sequence[Occurrence]]
"""A rule that hit, and where."""


def match(entry: Entry, watch: Watch) -> Matched:
    """The questions `entry` is in scope of and the indicators it hits there.

    A question is in scope if one of its `about` phrases hits the title or summary; one without
    `about` if any of its indicators does. An `ignore` phrase vetoes all matches of its question.
    """
    desk = _Desk(entry, watch)
    found = desk.found()
    if not found:  # as nearly always
        return Matched(entry=entry, questions=(), matches=())
    if (news := desk.news()) is not desk:
        desk, found = news, news.found()
    return Matched(
        entry=entry,
        questions=tuple(question.id for question, _ in found),
        matches=tuple(chain.from_iterable(desk.matches(*each) for each in found)),
    )


def explain(entry: Entry, watch: Watch) -> tuple[Explanation, ...]:
    """Every phrase that hits `entry`, in or out of scope, with what was made of it."""
    desk = _Desk(entry, watch).news()
    return tuple(
        explanation
        for question, rules in desk.candidates()
        for explanation in desk.explanations(question, desk.hits(rules))
    )


def missed(entry: Entry, watch: Watch) -> tuple[tuple[Question, Rule], ...]:
    """The rules whose words are all in `entry` and that do not hit; outside scope, only scopes."""
    desk = _Desk(entry, watch).news()
    found: list[tuple[Question, Rule]] = []
    for question, rules in desk.candidates():
        hits = desk.hits(rules)
        hit = {id(rule) for rule, _ in hits}
        found += (
            (question, rule)
            for rule in rules
            if id(rule) not in hit and (rule.role is RuleRole.ABOUT or _in_scope(question, hits))
        )
    return tuple(found)


def _in_scope(question: Question, hits: Sequence[_Hit]) -> bool:
    """Hits are in the order of roles: `about` ones first, those of indicators last."""
    if not hits:
        return False
    if question.about:
        return hits[0][0].role is RuleRole.ABOUT
    return hits[-1][0].role is RuleRole.INDICATOR


def _ignored(hits: Iterable[_Hit]) -> str:
    for rule, _ in hits:
        if rule.role is RuleRole.IGNORE:
            return f"ignored by “{rule.phrase.text}”"
    return ""


def _told(hits: Iterable[Hit]) -> list[Hit]:
    """The hits in the text, where words stand around them."""
    return [hit for hit in hits if hit[0] in FIELDS]


class _Desk:
    """One entry on the desk: its scan, and readings of its fields made when first needed."""

    def __init__(self, entry: Entry, watch: Watch, scanned: Scan | None = None) -> None:
        self._entry = entry
        self._watch = watch
        self._scan = scanned or scan(entry, watch)
        self._told_at = entry.published_at
        self._readings: dict[int, FieldReading] = {}

    def news(self) -> "_Desk":
        """The entry without boilerplate; looked for only where something hit."""
        news = scan_news(self._entry, self._watch, self._scan)
        return self if news is self._scan else _Desk(self._entry, self._watch, news)

    def found(self) -> list[tuple[Question, list[_Hit]]]:
        """The questions that the entry is in scope of, with what hits there."""
        hits = (
            (question, self.hits_in_scope(question, rules)) for question, rules in self.candidates()
        )
        return [each for each in hits if each[1]]

    def candidates(self) -> Iterator[tuple[Question, Sequence[Rule]]]:
        """The rules that the scan calls up, by question, in the order of the watchlist."""
        watch, hits = self._watch, self._scan.hits
        filed, hitting = watch.filed, hits.keys()
        numbers = {number for phrase in filed.keys() & hitting for number in filed[phrase]}
        called: dict[int, list[Rule]] = {}
        for rule in map(watch.rules.__getitem__, sorted(numbers)):
            if not (rule.needs and any(map(hitting.isdisjoint, rule.needs))):
                called.setdefault(rule.question, []).append(rule)
        for question, rules in called.items():
            yield watch.questions[question], rules

    def hits(self, rules: Iterable[Rule]) -> list[_Hit]:
        """The rules that hit."""
        hits = self._scan.hits
        found: list[_Hit] = []
        for rule in rules:
            occurrences = rule.plan(hits)
            if occurrences:
                found.append((rule, occurrences[:MOST]))
        return found

    def hits_in_scope(self, question: Question, rules: Sequence[Rule]) -> list[_Hit]:
        """The rules that hit, if they put the entry in scope of their question; else none."""
        if question.about and not self.hits(rule for rule in rules if rule.role is RuleRole.ABOUT):
            return []  # without running the others
        hits = self.hits(rules)
        return hits if _in_scope(question, hits) else []

    def matches(self, question: Question, hits: Iterable[_Hit]) -> Iterator[Match]:
        ignored = _ignored(hits)
        groups: dict[int, list[_Hit]] = {}
        for hit in hits:
            rule = hit[0]
            if rule.role is RuleRole.INDICATOR:
                groups.setdefault(rule.indicator, []).append(hit)
        for place, group in groups.items():
            indicator = question.indicators[place]
            verdict, spans = self._best(group, indicator.direction)
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
            rule = hit[0]
            indicated = rule.role is RuleRole.INDICATOR
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
                expansion=expansion(parse(rule.phrase.text), self._watch.names),
                spans=spans,
                hedge=verdict.hedge if indicator else "",
                veto=(ignored or verdict.veto) if indicator else "",
            )

    def _best(self, hits: Iterable[_Hit], direction: Direction) -> tuple[Verdict, tuple[Span, ...]]:
        """The best verdict on any occurrence, and the spans of all that share its rank."""
        best: Verdict | None = None
        places: list[tuple[Hit, str]] = []
        for rule, occurrences in hits:
            phrase = rule.phrase.text
            for occurrence, verdict in self._verdicts(occurrences, direction):
                if best is None or (verdict is not best and verdict.rank < best.rank):
                    best, places = verdict, []
                if verdict is best or verdict.rank == best.rank:
                    places += [(hit, phrase) for hit in occurrence if hit[0] in FIELDS]
        if len(places) > 1:
            places = sorted(set(places))
        span = self._scan.span
        return best or _PLAIN, tuple([span(hit, phrase) for hit, phrase in places])

    def _verdicts(
        self, occurrences: Sequence[Occurrence], direction: Direction
    ) -> Iterable[tuple[Occurrence, Verdict]]:
        """What is denied in one occurrence is not news in another.

        In "suspends missile tests, to close test site" a phrase of "missile" and "test" also hits
        with the second "test", which no cue reaches.
        """
        if not self._touched(occurrences):
            return zip(occurrences, repeat(_PLAIN))
        own = self._places(dict.fromkeys(chain.from_iterable(occurrences)))
        found = [(hits, self._judge(hits, direction, own)) for hits in occurrences]
        denied = {
            _told(hits)[place]: verdict for hits, verdict in found for place in verdict.denied
        }
        if not denied:
            return found
        return [
            (hits, next((denied[hit] for hit in hits if hit in denied), verdict))
            for hits, verdict in found
        ]

    def _touched(self, occurrences: Sequence[Occurrence]) -> bool:
        """Whether some cue reaches one of the hits; most have none around them."""
        for occurrence in occurrences:
            for field, _, first, last in occurrence:
                if field in FIELDS:
                    touched = self._reading(field).touched
                    if touched and not touched.isdisjoint(range(first, last + 1)):
                        return True
        return False

    def _judge(self, occurrence: Occurrence, direction: Direction, own: Sequence[Place]) -> Verdict:
        return judge(self._places(occurrence), direction, own=own)

    def _places(self, hits: Iterable[Hit]) -> list[Place]:
        return [Place(self._reading(field), first, last) for field, _, first, last in _told(hits)]

    def _reading(self, field: int) -> FieldReading:
        if field not in self._readings:
            above = self._scan.fields[TITLE] if field != TITLE else None
            title = label(above, self._told_at) if above else None
            self._readings[field] = read(self._scan.fields[field], self._told_at, title)
        return self._readings[field]
