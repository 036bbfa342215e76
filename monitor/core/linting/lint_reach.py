"""Turns the phrases of one question into what they reach: the matcher reads witnesses of each.

The scope is left aside. Must never claim anything of a phrase with more witnesses than were read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, combinations, islice, product
from typing import Final, NamedTuple, TypeVar

from monitor.core.feeds.normalise import unstored
from monitor.core.language.match.matcher import Explanation, explain
from monitor.core.language.query.parser import (
    Alias,
    And,
    Does,
    Either,
    Field,
    FieldName,
    Near,
    Node,
    Not,
    Or,
    Together,
    Words,
    parse,
)
from monitor.core.language.watch.compiler import Entity, RuleRole, compile_watch
from monitor.core.language.watch.terms import Accepted, spellings
from monitor.core.linting.lint_words import holds, shown
from monitor.model.questions import Direction, Phrase, Question

_SOME_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Witness(NamedTuple):
    """The fields of an entry that shows one way of saying a phrase."""

    title: str
    summary: str
    outlet: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A phrase of a question and what it is there for. `indicator` is empty but for indicators."""

    role: RuleRole
    indicator: str
    direction: Direction
    phrase: Phrase
    node: Node = field(compare=False, repr=False)  # the phrase, parsed

    @property
    def group(self) -> tuple[RuleRole, str]:
        """Within a group one phrase is as good as another."""
        return self.role, self.indicator

    @property
    def shown(self) -> str:
        return shown(self.phrase.text)

    @property
    def key(self) -> tuple[RuleRole, str, str]:
        return self.role, self.indicator, self.phrase.text


class QuestionReach:
    """What the phrases of one question find, in the matcher's own judgment.

    `subjects` are its phrases in the order of the watchlist; `repeated` are those that stand in
    their group already, word for word.
    """

    def __init__(self, question: Question, entities: Mapping[str, Entity]) -> None:
        self._entities = entities
        self._watch = compile_watch([question], entities=entities)
        self._known: dict[tuple[RuleRole, str, str], Subject] = {}
        self.repeated: list[Subject] = []
        for subject in _subjects(question):
            if self._known.setdefault(subject.key, subject) is not subject:
                self.repeated.append(subject)
        self.subjects = tuple(self._known.values())
        self._against: dict[Subject, str] = {}
        self._covering: dict[Subject, frozenset[Subject]] = {}

    def against(self, subject: Subject) -> str:
        """Why the phrase can never count, as the end of a sentence; "" if it can."""
        if subject not in self._against:
            self._against[subject] = self._weigh(subject)
        return self._against[subject]

    def _weigh(self, subject: Subject) -> str:
        reasons: list[str] = []
        for witness in self._witnesses(subject):
            reasons.append(_against(subject, self._read(witness)))
            if not reasons[-1]:
                return ""
        return reasons[0] if len(reasons) < MOST else ""

    def covering(self, subject: Subject) -> frozenset[Subject]:
        """The other phrases that find whatever this one finds."""
        if subject not in self._covering:
            self._covering[subject] = self._cover(subject)
        return self._covering[subject]

    def _cover(self, subject: Subject) -> frozenset[Subject]:
        covering: frozenset[Subject] = frozenset()
        for number, witness in enumerate(self._witnesses(subject)):
            read = {self._known[_key(found)]: found for found in self._read(witness)}
            found = frozenset(other for other in read if _covers(other, subject, read))
            covering = covering & found if number else found
            if not covering or number + 1 == MOST:
                return frozenset()
        return covering

    def _witnesses(self, subject: Subject) -> Iterator[Witness]:
        return witnesses(subject.node, self._entities)

    def _read(self, witness: Witness) -> tuple[Explanation, ...]:
        title, summary, outlet = witness.title, witness.summary, witness.outlet
        entry = unstored(title, summary=summary, outlet=outlet, at=_SOME_DAY)
        return explain(entry, self._watch)


def _subjects(question: Question) -> Iterator[Subject]:
    for phrase in question.about:
        yield Subject(RuleRole.ABOUT, "", Direction.NONE, phrase, parse(phrase.text))
    for phrase in question.ignore:
        yield Subject(RuleRole.IGNORE, "", Direction.NONE, phrase, parse(phrase.text))
    for indicator in question.indicators:
        for phrase in indicator.phrases:
            yield Subject(
                RuleRole.INDICATOR, indicator.name, indicator.direction, phrase, parse(phrase.text)
            )


def _key(found: Explanation) -> tuple[RuleRole, str, str]:
    return found.role, found.indicator, found.phrase


def _against(subject: Subject, read: tuple[Explanation, ...]) -> str:
    """What speaks against the phrase in one headline made for it."""
    own = [found for found in read if _key(found) == subject.key]
    ignored = [found for found in read if found.role is RuleRole.IGNORE]
    if not own:
        return "asks for something that it excludes"
    if ignored and subject.role is not RuleRole.IGNORE:
        return f"finds only what “{shown(ignored[0].phrase)}” under “ignore” takes away"
    return f"is always set aside: {own[0].veto}" if own[0].veto else ""


def _covers(other: Subject, subject: Subject, read: Mapping[Subject, Explanation]) -> bool:
    """Whether `other` finds a witness of `subject`: beside it, or counting the other way."""
    if other is subject or subject not in read or not _comparable(other.node, subject.node):
        return False
    opposed = {other.direction, subject.direction} == {Direction.TOWARD, Direction.AWAY}
    counting = not read[other].veto and not read[subject].veto
    return other.group == subject.group or (opposed and counting)


def _comparable(other: Node, subject: Node) -> bool:
    """Whether finding all the bare headlines of `subject` is finding all of its headlines.

    A phrase with NOT may stop at a longer headline; and the parts of an AND may share words, of
    which `..` and NEAR may need two.
    """
    return not holds(other, (Not, Does)) and not (
        holds(subject, And) and holds(other, (Together, Near, Does))
    )


MOST: Final = 5_000
"""Witnesses of one phrase at most. Where there are as many, there may be more."""

FILLER: Final = "zqzq"
"""A word of no language, so no phrase of a watchlist asks for it."""

ENDINGS: Final = ("", "s", "es", "ed", FILLER)
"""What a * stands for here: those that make a cue of a stem ("refuses"), and an odd one."""

_FAR: Final = " ".join([FILLER] * 100)
"""More words than any NEAR allows between two phrases."""
_SENTENCE: Final = f" {FILLER}. Zqzq "


class _Piece(NamedTuple):
    """A text that must stand in a field; without one, in the title or the summary."""

    text: str
    field: FieldName | None


_Way = tuple[_Piece, ...]
_T = TypeVar("_T")


def witnesses(node: Node, entities: Mapping[str, Entity]) -> Iterator[Witness]:
    """Ways of saying `node`, by forms, options, orders, distances and fields.

    Fewer than MOST are all there are.
    """
    return islice(_witnesses(node, entities), MOST)


def _witnesses(node: Node, entities: Mapping[str, Entity]) -> Iterator[Witness]:
    for way in _ways(node, None, entities):
        choices = (_fields(piece.field) for piece in way)
        for fields in product(*choices):
            texts: dict[FieldName, list[str]] = {name: [] for name in FieldName}
            for piece, place in zip(way, fields, strict=True):
                texts[place].append(piece.text)
            yield Witness(
                _composed(texts[FieldName.TITLE]),
                _composed(texts[FieldName.SUMMARY]),
                _composed(texts[FieldName.OUTLET]),
            )


def _composed(texts: Sequence[str]) -> str:
    """Each text in a sentence of its own. A small word at the end: it must not be all capitals."""
    return f"{_SENTENCE.join(texts)} {FILLER}" if texts else ""


def _some(ways: Iterator[_T]) -> list[_T]:
    """Enough of them: each way of a part is at least one of the whole."""
    return list(islice(ways, MOST))


def _fields(field: FieldName | None) -> tuple[FieldName, ...]:
    if field is None:
        return (FieldName.TITLE, FieldName.SUMMARY)
    return (FieldName.SUMMARY,) if field is FieldName.BODY else (field,)


def _ways(node: Node, field: FieldName | None, entities: Mapping[str, Entity]) -> Iterator[_Way]:
    match node:
        case Or(parts):
            for part in parts:
                yield from _ways(part, field, entities)
        case And(parts):
            for ways in product(*(_some(_ways(part, field, entities)) for part in parts)):
                yield tuple(chain(*ways))
        case Field(name, part):
            yield from _ways(part, name, entities)
        case Not():
            yield ()
        case _:
            yield from ((_Piece(text, field),) for text in _texts(node, entities))


def _texts(node: Node, entities: Mapping[str, Entity]) -> Iterator[str]:
    """Each way of saying what stands in one sentence."""
    match node:
        case Words():
            yield from _said(node)
        case Alias(name):
            yield from _names(entities[name], entities)
        case Together(parts):
            yield from _joined(parts, (_FAR,), entities)
        case Does(actor, deed):
            pairs = product(_some(_texts(actor, entities)), _some(_texts(deed, entities)))
            yield from (f"{name} {done} {FILLER}" for name, done in pairs)
        case Near(left, right, distance):
            yield from _joined((left, right), (" ".join([FILLER] * distance), ""), entities)
        case Either(parts) | Or(parts):
            for part in parts:
                yield from _texts(part, entities)
        case _:
            raise TypeError(node)  # the parser lets nothing else stand beside .. or NEAR


def _said(phrase: Words) -> Iterator[str]:
    for spelling in spellings(phrase):
        for words in product(*map(_forms, spelling)):
            yield " ".join(words)


def _joined(
    parts: Sequence[Node], gaps: Sequence[str], entities: Mapping[str, Entity]
) -> Iterator[str]:
    """The parts in the order written and the other way round, with each of the gaps between."""
    for texts in product(*(_some(_texts(part, entities)) for part in parts)):
        for gap in dict.fromkeys(gaps):
            yield f" {gap} ".join(texts)
            yield f" {gap} ".join(texts[::-1])


def _names(entity: Entity, entities: Mapping[str, Entity]) -> Iterator[str]:
    """The names, and the weak ones in pairs: alone they do not count."""
    for name in entity.names:
        yield from _texts(parse(name), entities)
    for pair in combinations(entity.weak, 2):
        for texts in product(*(_some(_texts(parse(name), entities)) for name in pair)):
            yield _FAR.join(f" {text} " for text in texts).strip()


def _forms(accepted: Accepted) -> tuple[str, ...]:
    """The words that a position accepts; an open ending is shown with a few."""
    whole = chain(
        *map(
            sorted,
            (accepted.folded, accepted.shapes, accepted.acronyms, accepted.signed, accepted.inner),
        )
    )
    open_ended = (
        prefix + ending
        for prefix in sorted(accepted.prefixes)
        for ending in (ENDINGS if prefix.isascii() else ("", prefix[-1] * 2))
    )
    return (*whole, *open_ended)
