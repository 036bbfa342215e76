"""Works every stored number out again from the rows it came from, and names those that differ.

Evidence: credit and points from weight, outlets and hedging; the weight from the match; the outlets
from the entries; the credit of earlier stories from the rows that were there. Reasons: every number
and sentence from the rows they name. Reads only, and in one pass.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from monitor.core.judging import weigh
from monitor.core.judging.trigger.recount import recount
from monitor.model.flags import Evidence, EvidenceRef, Flag, Reason
from monitor.model.questions import Strength
from monitor.store import evidence as store_evidence
from monitor.store import flags as store_flags
from monitor.store import matches as store_matches

TOLERANCE = 1e-9

Hits = Mapping[tuple[str, str, str], tuple[str, frozenset[int]]]
"""By entry, question and indicator: the entry's outlet, and the strengths it hit with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One number that does not follow from what is stored."""

    where: str  # "evidence 41 of …" or "flag 3, reason 2 (surge)"
    name: str
    stored: str
    found: str

    def __str__(self) -> str:
        return f"{self.where}: {self.name} is {self.stored}, but {self.found} follows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What was checked, and what differs."""

    rows: int
    reasons: int
    numbers: int
    differences: tuple[Difference, ...]


def audit(conn: Connection) -> Audit:
    """Check every evidence row and every reason."""
    rows = store_evidence.everything(conn)
    flags = store_flags.listing(conn, live_only=False)
    by_ref = {row.ref: row for row in rows}
    found = [*_rows(rows, store_matches.hits(conn)), *_flags(flags, by_ref)]
    reasons = [reason for flag in flags for reason in flag.reasons]
    return Audit(
        rows=len(rows),
        reasons=len(reasons),
        numbers=3 * len(rows) + sum(len(reason.numbers) for reason in reasons),
        differences=tuple(found),
    )


def _rows(rows: Sequence[Evidence], hits: Hits) -> Iterator[Difference]:
    """Rows in the order in which they were decided: each is held against those before it."""
    before: dict[tuple[str, str], dict[str, Evidence]] = {}
    for place, row in enumerate(rows, start=1):
        where = f"evidence {place} ({row.judgment}, {row.indicator}, story {row.story_id})"
        again = weigh.recompute(row)
        yield from _unequal(where, "credit", row.credit, again.credit)
        yield from _unequal(where, "points", row.points, again.points)
        own = before.setdefault((row.judgment, row.indicator), {})
        if row.heard and row.weight:
            prior = weigh.prior_credit(
                own.values(),
                row.judgment,
                row.indicator,
                first_at=row.first_at,
                story_id=row.story_id,
            )
            yield from _unequal(where, "prior_credit", row.prior_credit, prior)
            yield from _sources(where, row, hits)
        own[row.story_id] = row


def _sources(where: str, row: Evidence, hits: Hits) -> Iterator[Difference]:
    """Outlets and weight, from the matches of the entries that the row names."""
    question = row.judgment.split("/", 1)[0]
    told = [hits.get((entry_id, question, row.indicator)) for entry_id in row.entry_ids]
    found = [hit for hit in told if hit is not None]
    if len(found) < len(told):
        missing = row.entry_ids[told.index(None)]
        yield Difference(where=where, name="entries", stored=missing, found="no such match")
        return
    outlets = {outlet for outlet, _ in found}
    if outlets != set(row.outlets):
        stored, named = ", ".join(row.outlets), ", ".join(sorted(outlets))
        yield Difference(where=where, name="outlets", stored=stored, found=named)
    levels = {Strength(value) for _, strengths in found for value in strengths}
    weights = {level.value for own in levels for level in (own, own.lower)}
    if row.weight not in weights:
        named = " or ".join(map(str, sorted(weights)))
        yield Difference(where=where, name="weight", stored=str(row.weight), found=named)


def _flags(flags: Iterable[Flag], by_ref: Mapping[EvidenceRef, Evidence]) -> Iterator[Difference]:
    for flag in flags:
        for place, reason in enumerate(flag.reasons, start=1):
            where = f"flag {flag.id}, reason {place} ({reason.kind.value})"
            missing = [ref for ref in reason.evidence if ref not in by_ref]
            if missing:
                named = "/".join(str(part) for part in missing[0])
                yield Difference(where=where, name="evidence", stored=named, found="no such row")
                continue
            rows = [by_ref[ref] for ref in reason.evidence]
            yield from _reason(where, reason, rows)


def _reason(where: str, reason: Reason, rows: Sequence[Evidence]) -> Iterator[Difference]:
    again = recount(reason, rows)
    stored = dict(reason.numbers)
    for name, value in again.numbers.items():
        yield from _unequal(where, name, stored.get(name, math.nan), value)
    if again.text not in reason.text:
        yield Difference(where=where, name="text", stored=reason.text, found=again.text)


def _unequal(where: str, name: str, stored: float, found: float) -> Iterator[Difference]:
    if not math.isclose(stored, found, rel_tol=TOLERANCE, abs_tol=TOLERANCE):
        yield Difference(where=where, name=name, stored=f"{stored:g}", found=f"{found:g}")
