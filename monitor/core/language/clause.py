"""Turns a phrase and an entry into what each clause of the phrase hit, and why the whole did not.

For people who ask: live matching never comes here. Each clause is read by the matcher itself, as a
watchlist of its own, so that what is told is what happened.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product
from typing import Final

from monitor.core.language.direction.actors import whose
from monitor.core.language.match.matcher import explain, missed
from monitor.core.language.query.parser import (
    Alias,
    And,
    Does,
    Either,
    Field,
    Near,
    Node,
    Not,
    Or,
    Together,
    parse,
    show,
)
from monitor.core.language.text.tokens import tokenise
from monitor.core.language.watch.compiler import Entity, RuleRole, Watch, compile_watch
from monitor.model.entries import Entry
from monitor.model.matches import Span
from monitor.model.questions import Direction, Indicator, Phrase, Question, Strength

_NAME: Final = "clause"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A part of a phrase and where it hit; `excludes`: it must not."""

    text: str
    spans: tuple[Span, ...]
    excludes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A phrase whose words are all there and that does not hit; `spans`: what it failed by."""

    question: str
    role: RuleRole
    indicator: str
    direction: Direction
    phrase: str
    reason: str
    spans: tuple[Span, ...]


def clauses(phrase: str, entry: Entry, watch: Watch) -> tuple[Clause, ...]:
    """The parts of `phrase` that AND, `..` and NEAR join, in order; one if nothing is joined."""
    reader = _Reader(entry, watch.entities)
    return tuple(
        Clause(text=show(part), spans=reader.spans(_positive(part)), excludes=isinstance(part, Not))
        for part in _parts(parse(phrase))
    )


def deeds(phrase: str, entry: Entry, watch: Watch) -> tuple[str, ...]:
    """How each `>` of a phrase that hit was read, as sentences."""
    reader = _Reader(entry, watch.entities)
    return tuple(chain.from_iterable(reader.deeds(node) for node in _doings(parse(phrase))))


def _doings(node: Node) -> tuple[Does, ...]:
    match node:
        case Does():
            return (node,)
        case Field(_, part):
            return _doings(part)
        case And(parts) | Together(parts) | Or(parts):
            return tuple(chain.from_iterable(map(_doings, parts)))
        case _:
            return ()


def near_misses(entry: Entry, watch: Watch) -> tuple[NearMiss, ...]:
    """The phrases that would hit but for a NOT, a distance, a field or a weak name alone."""
    reader = _Reader(entry, watch.entities)
    found: list[NearMiss] = []
    for question, rule in missed(entry, watch):
        reason, spans = reader.against(parse(rule.phrase.text))
        if reason:
            indicated = rule.role is RuleRole.INDICATOR
            indicator = question.indicators[rule.indicator] if indicated else None
            found.append(
                NearMiss(
                    question=question.id,
                    role=rule.role,
                    indicator=indicator.name if indicator else "",
                    direction=indicator.direction if indicator else Direction.NONE,
                    phrase=rule.phrase.text,
                    reason=reason,
                    spans=spans,
                )
            )
    return tuple(found)


def _parts(node: Node) -> tuple[Node, ...]:
    match node:
        case And(parts) | Together(parts):
            return tuple(piece for part in parts for piece in _parts(part))
        case Near(left, right) | Does(left, right):
            return (*_parts(left), *_parts(right))
        case _:
            return (node,)


def _positive(node: Node) -> Node:
    return node.part if isinstance(node, Not) else node


_Reason = tuple[str, tuple[Span, ...]]
_NONE: Final[_Reason] = ("", ())


class _Reader:
    """Reads single clauses on one entry."""

    def __init__(self, entry: Entry, entities: Mapping[str, Entity]) -> None:
        self._entry = entry
        self._entities = entities
        self._texts = {"title": entry.title, "summary": entry.summary}

    def spans(self, node: Node) -> tuple[Span, ...]:
        """Where a clause hits by itself."""
        indicator = Indicator(
            name=_NAME,
            direction=Direction.NONE,
            strength=Strength.SLIGHT,
            phrases=(Phrase(text=show(node)),),
        )
        question = Question(id=_NAME, ask=_NAME, indicators=(indicator,), briefs=())
        watch = compile_watch((question,), entities=self._entities)
        return tuple(span for hit in explain(self._entry, watch) for span in hit.spans)

    def deeds(self, node: Does) -> Iterator[str]:
        """Each name and its deed that stand nearest each other among those that hit."""
        hit = self.spans(node)
        names = [span for span in self.spans(node.actor) if self._holds(hit, span)]
        for done in (span for span in self.spans(node.deed) if self._holds(hit, span)):
            beside = [name for name in names if name.field == done.field]
            for name in sorted(beside, key=lambda name: abs(name.start - done.start))[:1]:
                how = "after “by”" if done.start < name.start else "subject before verb"
                yield f"{self._quoted((done,))} is what {self._quoted((name,))} does: {how}"

    @staticmethod
    def _holds(spans: Sequence[Span], span: Span) -> bool:
        return any((one.field, one.start) == (span.field, span.start) for one in spans)

    def against(self, node: Node) -> _Reason:
        """Why a phrase does not hit whose words are there; empty if it does, or they are not."""
        found = _NONE
        match node:
            case Not(part):
                found = self._excluded(node, self.spans(part))
            case And(parts):
                found = self._first(parts)
            case Together(parts):
                found = self._apart(node, parts, "in different sentences, or sharing a word")
            case Near() | Does():
                found = self._parted(node)
            case Field(name, part):
                found = self._elsewhere(node, self.spans(part), f"not in the {name}")
            case Alias(name):
                found = self._weak(name)
            case Either(parts) | Or(parts) if not self.spans(node):
                found = self._first(parts)
        return found

    def _first(self, parts: tuple[Node, ...]) -> _Reason:
        return next((found for found in map(self.against, parts) if found[0]), _NONE)

    def _apart(self, node: Node, parts: tuple[Node, ...], reason: str) -> _Reason:
        inner = self._first(parts)
        if inner[0]:
            return inner
        found = [self.spans(part) for part in parts]
        if not all(found) or self.spans(node):
            return _NONE
        told = " and ".join(map(self._quoted, found))
        return f"{told} are {reason}", tuple(span for spans in found for span in spans)

    def _parted(self, node: Near | Does) -> _Reason:
        if isinstance(node, Does):
            return self._not_done(node, node.actor, node.deed)
        words = "word" if node.distance == 1 else "words"
        reason = f"more than {node.distance} {words} apart, or in different sentences"
        return self._apart(node, (node.left, node.right), reason)

    def _not_done(self, node: Node, actor: Node, deed: Node) -> _Reason:
        """Why a deed is not the name's, by the first pair of places."""
        names, deeds = self.spans(actor), self.spans(deed)
        if self.spans(node):
            return _NONE
        for name, done in product(names, deeds):
            if name.field == done.field:
                tokens = tokenise(self._texts[name.field])
                places = [
                    (bisect_left(tokens.starts, span.start), bisect_left(tokens.ends, span.end))
                    for span in (name, done)
                ]
                told = f"{self._quoted((done,))} is not what {self._quoted((name,))} does"
                return f"{told}: {whose(tokens, places[0], places[1])}", (name, done)
        return _NONE

    def _elsewhere(self, node: Field, spans: tuple[Span, ...], reason: str) -> _Reason:
        if not spans:
            return self.against(node.part)
        return _NONE if self.spans(node) else (f"{self._quoted(spans)} is {reason}", spans)

    def _excluded(self, node: Not, spans: tuple[Span, ...]) -> _Reason:
        if not spans:
            return _NONE
        return f"excluded by {self._quoted(spans)} ({show(node)})", spans

    def _weak(self, name: str) -> _Reason:
        entity = self._entities[name]
        if self.spans(Alias(name)):
            return _NONE
        spans = tuple(span for weak in entity.weak for span in self.spans(parse(weak)))
        if not spans:
            return _NONE
        told = f"{self._quoted(spans)} is a weak name of entity:{name} and needs another beside it"
        return told, spans

    def _quoted(self, spans: tuple[Span, ...]) -> str:
        words = (self._texts[span.field][span.start : span.end] for span in spans)
        return ", ".join(f"“{word}”" for word in dict.fromkeys(words))
