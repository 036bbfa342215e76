"""Turns a plan into all that should be said of it before it is used: warnings, findings, in order.

One list for `monitor check` and the page.
"""

from dataclasses import dataclass
from datetime import date, datetime

from monitor.config.load import FILES, WATCHLISTS
from monitor.config.watchlists import places
from monitor.core.linting.lint import Finding, lint, silence, silenced
from monitor.errors import Problem
from monitor.runtime.plan import Plan
from monitor.triage.corpus import Corpus


@dataclass(frozen=True, slots=True)
class Remark:
    """A mistake, warning or hint; `code` is that of a finding."""

    problem: Problem
    code: str = ""

    def __str__(self) -> str:
        return f"{self.problem} [{self.code}]" if self.code else str(self.problem)


class Remarked:
    """What is to be said of the plan in force today: worked out when either is another.

    On a watchlist of 500 briefs that takes half a second, and nothing in the store has a say in it.
    """

    def __init__(self) -> None:
        self._known: tuple[Plan, date, tuple[Remark, ...]] | None = None

    def of(self, plan: Plan, now: datetime) -> tuple[Remark, ...]:
        """May be called from several threads: at worst it is worked out twice."""
        known = self._known
        if known is None or known[0] is not plan or known[1] != now.date():
            known = self._known = (plan, now.date(), tuple(collect(plan, None, now)))
        return known[2]


def collect(found: Plan, corpus: Corpus | None, now: datetime) -> list[Remark]:
    """What is left of all warnings and findings once comments have silenced some."""
    watchlists = found.configuration.watchlists
    silent = silenced(watchlists.text)
    warnings = (
        problem
        for problem in found.configuration.warnings
        if problem.file != WATCHLISTS or "" not in silent.get(problem.line, ())
    )
    findings = lint(
        watchlists.questions,
        today=now.date(),
        entities=watchlists.entities,
        places=places(watchlists),
        frequencies=corpus.frequencies if corpus else None,
    )
    caught = corpus.findings if corpus else ()
    known = {(item.code, item.line, item.column) for item in caught}
    findings = (
        *(item for item in findings if (item.code, item.line, item.column) not in known),
        *caught,
    )
    told = [*map(Remark, warnings), *map(_remark, silence(findings, watchlists.text))]
    return sorted(told, key=_place)


def _remark(finding: Finding) -> Remark:
    problem = Problem(
        file=WATCHLISTS,
        line=finding.line,
        column=finding.column,
        found=finding.sentence,
        expected="",
        advice=finding.advice,
        severity=finding.severity,
    )
    return Remark(problem, finding.code)


def _place(remark: Remark) -> tuple[int, int, int]:
    return FILES.index(remark.problem.file), remark.problem.line, remark.problem.column
