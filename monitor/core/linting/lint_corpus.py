"""Turns what each line of a watchlist caught in the stored archive into what to change about it.

Says nothing of an archive that is too short to tell. Must never look at an entry: the counts are
made elsewhere.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from monitor.core.language.watch.compiler import RuleRole
from monitor.core.linting.lint import Code, Finding, in_order
from monitor.core.linting.lint_words import namesake, shown
from monitor.errors import Severity
from monitor.model.questions import Direction, Phrase

_NAME: Final = re.compile("[A-Z][a-z]+")

ENOUGH_DAYS: Final = 14
"""Days with entries below which an archive proves nothing."""

TOO_MANY: Final = 0.15
"""Share of days on which an indicator may hit and still tell one day from another."""

ENOUGH_OUTSIDE: Final = 3
"""Hits outside the scope from which the scope, not the phrase, is in doubt."""

MOSTLY_OUTSIDE: Final = 10
"""Hits outside the scope for each one inside, from which they are worth a look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caught:
    """What one phrase caught. All but `outside` is of entries in its question's scope.

    `counted` are those that nothing spoke against; `days` are theirs, `examples` the newest
    headlines of different stories. `small` counts the entries, in scope or not, where all that hit
    stands in small letters; `example_small` is the newest.
    """

    question: str
    role: RuleRole
    indicator: str
    direction: Direction
    phrase: Phrase
    entries: int = 0
    counted: int = 0
    outside: int = 0
    stories: int = 0
    outlets: int = 0
    days: frozenset[date] = frozenset()
    examples: tuple[str, ...] = ()
    examples_outside: tuple[str, ...] = ()
    small: int = 0
    example_small: str = ""


def lint_corpus(caught: Sequence[Caught], *, days: int) -> tuple[Finding, ...]:
    """Findings on indicators. `days`: on how many days the archive has entries at all."""
    found = [_namesake(line) for line in caught if line.small and _NAME.fullmatch(line.phrase.text)]
    if days < ENOUGH_DAYS:
        return in_order(found)
    for (_, role, name), group in groupby(caught, key=_group):
        lines = list(group)
        if role is RuleRole.INDICATOR:
            found += _indicator(lines, f"“{name}”", days)
        elif role is RuleRole.ABOUT and not any(line.entries for line in lines):
            found.append(_silent(lines[0], "the scope (“about”)", days))
    return in_order(found)


def _namesake(line: Caught) -> Finding:
    """A name in small letters: what the archive really caught."""
    name = line.phrase.text
    entries = "1 entry" if line.small == 1 else f"{line.small} entries"
    told = f"“{name}” caught “{name.lower()}” in {entries}, such as “{line.example_small}”"
    slip = namesake(name, told)
    return _finding(Code.NAMESAKE, line, slip.sentence, slip.advice, severity=Severity.HINT)


def _group(line: Caught) -> tuple[str, RuleRole, str]:
    return line.question, line.role, line.indicator


def _indicator(lines: Sequence[Caught], what: str, days: int) -> Iterator[Finding]:
    inside = sum(line.entries for line in lines)
    outside = sum(line.outside for line in lines)
    if outside >= max(ENOUGH_OUTSIDE, MOSTLY_OUTSIDE * inside):
        yield _hidden(lines, what, inside, outside)
    elif not inside:
        yield _silent(lines[0], what, days)
    busy = frozenset[date]().union(*(line.days for line in lines))
    if len(busy) > TOO_MANY * days:
        most = max(lines, key=lambda line: len(line.days))
        yield _finding(
            Code.TOO_FREQUENT,
            most,
            f"{what} hit on {len(busy)} of {days} days, “{shown(most.phrase.text)}” alone on "
            f"{len(most.days)}: not diagnostic",
            "tighten it or demote it",
        )


def _silent(line: Caught, what: str, days: int) -> Finding:
    return _finding(
        Code.SILENT,
        line,
        f"{what} matched nothing in {days} days",
        "nothing may have happened, or the words are not those of the headlines",
        severity=Severity.HINT,
    )


def _hidden(lines: Sequence[Caught], what: str, inside: int, outside: int) -> Finding:
    line = max(lines, key=lambda each: each.outside)
    title = next(iter(line.examples_outside), "")
    return _finding(
        Code.HIDDEN_BY_SCOPE,
        line,
        f"{what} hit {outside} entries outside the scope and {inside or 'none'} inside, "
        f"such as “{title}”",
        "if these are news of the question, widen “about”",
        severity=Severity.HINT if inside else Severity.WARNING,
    )


def _finding(
    code: Code,
    line: Caught,
    sentence: str,
    advice: str,
    *,
    severity: Severity = Severity.WARNING,
) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        line=line.phrase.line,
        column=line.phrase.column,
        sentence=sentence,
        advice=advice,
    )
