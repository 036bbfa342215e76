"""Turns watchlists that load into what in them is surely not meant, each with its place.

What a phrase can find is asked of the matcher itself, which reads headlines made for the phrase
(`lint_witness`); a claim is made only where all of them were read. Must never judge what an analyst
looks for, only whether the file says it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from monitor.core.language.watch.compiler import Entity, RuleRole
from monitor.core.linting.lint_reach import QuestionReach, Subject
from monitor.core.linting.lint_words import slips
from monitor.errors import Severity
from monitor.model.questions import Question


class Code(StrEnum):
    """What a finding is called, on the screen and in `# lint: ignore=…`. Never renamed."""

    NEVER_MATCHES = "never-matches"
    BOTH_WAYS = "both-ways"
    REDUNDANT = "redundant"
    SAME_TWICE = "same-twice"
    PRONOUN = "pronoun"
    LOOSE_OR = "loose-or"
    PAST = "past"
    SILENT = "silent"
    TOO_FREQUENT = "too-frequent"
    HIDDEN_BY_SCOPE = "hidden-by-scope"
    WIDE_PREFIX = "wide-prefix"
    NAMESAKE = "namesake"
    COMPOUND = "compound"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is surely not meant. Lines and columns count from 1; 0 where unknown."""

    code: Code
    severity: Severity
    line: int
    column: int
    sentence: str
    advice: str

    def __str__(self) -> str:
        return f"{self.sentence}; {self.advice} [{self.code}]"


Place = tuple[int, int]
"""Line and column."""

Places = Mapping[tuple[str, str], Place]
"""Where a question's dates stand: (id, "closes") and (id, name of the quiet indicator)."""


def lint(
    questions: Sequence[Question],
    *,
    today: date,
    entities: Mapping[str, Entity] | None = None,
    places: Places | None = None,
    frequencies: Mapping[str, int] | None = None,
) -> tuple[Finding, ...]:
    """Findings on watchlists without mistakes, in order of place.

    `frequencies`: in how many stored entries each folded word stands, where the archive was read.
    Raises QueryError for a phrase that is not in the language.
    """
    found: list[Finding] = []
    for question in questions:
        reach = QuestionReach(question, entities or {})
        found += _past(question, today, places or {})
        found += _worded(reach, frequencies or {})
        found += _dead(reach)
        found += _covered(reach)
    return in_order(_told_once(found))


def _told_once(found: Iterable[Finding]) -> Iterator[Finding]:
    """What is said of a term is said where it stands first; of Korean compounds, once at all."""
    told: set[str] = set()
    for item in found:
        once = {Code.NAMESAKE: item.advice + item.sentence.split(": ", 1)[-1], Code.COMPOUND: "*"}
        key = once.get(item.code, "")
        if not key or key not in told:
            yield item
        told.add(key)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in order of place."""
    return tuple(sorted(set(findings), key=lambda item: (item.line, item.column, item.code)))


# silencing one line

_COMMENT: Final = re.compile(r"(?:^|\s)#\s*lint:\s*ignore(?:\s*=\s*([\w-]+(?:\s*,\s*[\w-]+)*))?")
_LINE_ENDS: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_OPENS_BLOCK: Final = re.compile(r"[>|][-+\d]*\s*$")


def silence(findings: Iterable[Finding], text: str) -> tuple[Finding, ...]:
    """The findings that no comment in the file's `text` silences."""
    silent = silenced(text)
    return tuple(
        item
        for item in findings
        if silent.get(item.line, frozenset()).isdisjoint({"", str(item.code)})
    )


def silenced(text: str) -> dict[int, frozenset[str]]:
    """The codes silenced on each line; "" is all of them.

    `# lint: ignore` is about its own line; one that stands alone, or opens a block of text, about
    the next one too.
    """
    found: dict[int, frozenset[str]] = {}
    for number, line in enumerate(_LINE_ENDS.split(text), start=1):
        comment = _COMMENT.search(line)
        if comment is None:
            continue
        codes = frozenset(re.split(r"\s*,\s*", comment[1] or ""))
        before = line[: comment.start()]
        ahead = not before.strip() or _OPENS_BLOCK.search(before)
        for each in (number, number + 1) if ahead else (number,):
            found[each] = found.get(each, frozenset()) | codes
    return found


# what is found


def _past(question: Question, today: date, places: Places) -> Iterator[Finding]:
    closes = question.closes
    if closes is not None and closes < today:
        yield _finding(
            Code.PAST,
            places.get((question.id, "closes"), (0, 0)),
            f"“{question.id}” closed on {closes}: nothing it watches is flagged any more",
            "take it out once it is resolved, or move the date",
            severity=Severity.HINT,
        )
        return
    for quiet in question.quiet:
        if quiet.by < today:
            yield _finding(
                Code.PAST,
                places.get((question.id, quiet.indicator), (0, 0)),
                f"“{quiet.indicator}” was expected by {quiet.by}, which has passed",
                "give it a new date, or take it out",
                severity=Severity.HINT,
            )


def _worded(reach: QuestionReach, frequencies: Mapping[str, int]) -> Iterator[Finding]:
    for subject in reach.subjects:
        for slip in slips(subject.node, frequencies):
            sentence = f"in “{subject.shown}”: {slip.sentence}"
            code = Code(slip.code)
            hinted = code in {Code.NAMESAKE, Code.COMPOUND}
            severity = Severity.HINT if hinted else Severity.WARNING
            yield _finding(code, _place(subject), sentence, slip.advice, severity=severity)


def _dead(reach: QuestionReach) -> Iterator[Finding]:
    """Phrases that can never count; all phrases of an indicator are told as one."""
    groups: dict[tuple[RuleRole, str], list[Subject]] = {}
    for subject in reach.subjects:
        if subject.role is not RuleRole.IGNORE:
            groups.setdefault(subject.group, []).append(subject)
    for (role, name), subjects in groups.items():
        reasons = [(subject, reach.against(subject)) for subject in subjects]
        dead = [(subject, reason) for subject, reason in reasons if reason]
        if role is RuleRole.INDICATOR and len(dead) == len(subjects) > 1:
            subject, reason = dead[0]
            sentence = f"“{name}” can never count: none of its phrases can"
            yield _never(subject, sentence, f"“{subject.shown}”, for one, {reason}")
            continue
        for subject, reason in dead:
            yield _never(subject, f"“{subject.shown}” can never count", f"it {reason}")


def _never(subject: Subject, sentence: str, reason: str) -> Finding:
    return _finding(
        Code.NEVER_MATCHES, _place(subject), f"{sentence}: {reason}", "change it or take it out"
    )


def _covered(reach: QuestionReach) -> Iterator[Finding]:
    """Phrases that add nothing to another one, or find what another one finds the other way."""
    order = {subject: place for place, subject in enumerate(reach.subjects)}
    for subject in reach.subjects:
        if reach.against(subject):
            continue  # told already
        beside: list[tuple[Subject, bool]] = []
        against: list[tuple[Subject, bool]] = []
        for other in sorted(reach.covering(subject), key=order.__getitem__):
            same = subject in reach.covering(other)
            if not same or order[other] < order[subject]:  # told once, at the later of the two
                (beside if other.group == subject.group else against).append((other, same))
        yield from (_redundant(subject, other, same=same) for other, same in beside[:1])
        yield from (_both_ways(subject, other) for other, _ in against[:1])
    for subject in reach.repeated:
        yield _redundant(subject, subject, same=True)


def _redundant(subject: Subject, other: Subject, *, same: bool) -> Finding:
    verb = "says the same as" if same else "adds nothing to"
    return _finding(
        Code.REDUNDANT,
        _place(subject),
        f"“{subject.shown}” {verb} “{other.shown}” beside it",
        "take one of them out",
        severity=Severity.HINT,
    )


def _both_ways(subject: Subject, other: Subject) -> Finding:
    return _finding(
        Code.BOTH_WAYS,
        _place(subject),
        f"what “{subject.shown}” finds {_ways(subject)}, “{other.shown}” "
        f"(line {other.phrase.line}) finds {_ways(other)}",
        "narrow one of the two",
    )


def _ways(subject: Subject) -> str:
    return f"{subject.direction.value} as “{subject.indicator}”"


def _place(subject: Subject) -> Place:
    return subject.phrase.line, subject.phrase.column


def _finding(
    code: Code,
    place: Place,
    sentence: str,
    advice: str,
    *,
    severity: Severity = Severity.WARNING,
) -> Finding:
    line, column = place
    return Finding(
        code=code, severity=severity, line=line, column=column, sentence=sentence, advice=advice
    )
