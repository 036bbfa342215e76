"""Works every stored number out again from the rows it came from, and names those that differ.

Evidence: credit and points from weight, outlets and hedging; the weight from the match; the outlets
from the entries; the credit of earlier stories from the rows that were there. Reasons: every number
and sentence from the rows they name. Answers: the ledgers they keep, from the rows, the reviews and
the watchlist of their time. An incomplete copy of a database does not pass. Reads only.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.config import watchlists as config_watchlists
from monitor.config.load import WATCHLISTS
from monitor.core.judging import ledger, weigh
from monitor.core.judging.ledger import LedgerStart
from monitor.core.judging.trigger import table
from monitor.core.judging.trigger.texts import sentence
from monitor.errors import ConfigError
from monitor.model.clock import UTC_CLOCK
from monitor.model.flags import Evidence, EvidenceRef, Flag, FlagState, Reason, Review
from monitor.model.questions import Brief, Strength
from monitor.store import evidence as store_evidence
from monitor.store import flags as store_flags
from monitor.store import matches as store_matches
from monitor.store import watchlists as store_watchlists
from monitor.store.watchlists import WatchlistVersion

TOLERANCE = 1e-9
TICK = timedelta(microseconds=1)
UNDER_WAY = timedelta(minutes=5)
"""No poll takes longer from the time that its rows are dated to the time that they are stored."""

Hits = Mapping[tuple[str, str, str], tuple[str, frozenset[int]]]
"""By entry, question and indicator: the entry's outlet, and the strengths it hit with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """One number that does not follow from what is stored."""

    where: str  # "evidence 41 of …" or "flag 3, reason 2 (surge)"
    name: str
    stored: str
    found: str
    unknown: bool = False  # nothing follows, for the reason that `found` tells

    def __str__(self) -> str:
        if self.unknown:
            return (
                f"{self.where}: {self.name} is {self.stored}, and cannot be checked: {self.found}"
            )
        return f"{self.where}: {self.name} is {self.stored}, but {self.found} follows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What was checked, and what differs."""

    rows: int
    reasons: int
    numbers: int  # that were worked out again
    differences: tuple[Discrepancy, ...]
    answers: int = 0  # that keep a ledger


def audit(conn: Connection) -> Audit:
    """Check every evidence row, every reason, and every ledger that an answer keeps."""
    rows = store_evidence.everything(conn)
    flags = store_flags.listing(conn, live_only=False)
    reviews = store_flags.reviews(conn)
    by_ref = {row.ref: row for row in rows}
    found = [
        *_rows(rows, store_matches.hits(conn)),
        *_flags(flags, by_ref),
        *_states(flags, reviews),
        *_answers(conn, reviews, rows),
    ]
    reasons = [reason for flag in flags for reason in flag.reasons]
    kept = [review for review in reviews if review.ledger]
    return Audit(
        rows=len(rows),
        reasons=len(reasons),
        numbers=3 * len(rows)
        + sum(len(reason.numbers) for reason in reasons)
        + sum(2 * len(review.ledger) for review in kept),
        differences=tuple(found),
        answers=len(kept),
    )


def _rows(rows: Sequence[Evidence], hits: Hits) -> Iterator[Discrepancy]:
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


def _sources(where: str, row: Evidence, hits: Hits) -> Iterator[Discrepancy]:
    """Outlets and weight, from the matches of the entries that the row names."""
    question = row.judgment.split("/", 1)[0]
    told = [hits.get((entry_id, question, row.indicator)) for entry_id in row.entry_ids]
    found = [hit for hit in told if hit is not None]
    if len(found) < len(told):
        missing = row.entry_ids[told.index(None)]
        yield Discrepancy(where=where, name="entries", stored=missing, found="no such match")
        return
    outlets = {outlet for outlet, _ in found}
    if outlets != set(row.outlets):
        stored, named = ", ".join(row.outlets), ", ".join(sorted(outlets))
        yield Discrepancy(where=where, name="outlets", stored=stored, found=named)
    levels = {Strength(value) for _, strengths in found for value in strengths}
    weights = {level.value for own in levels for level in (own, own.lower)}
    if row.weight not in weights:
        named = " or ".join(map(str, sorted(weights)))
        yield Discrepancy(where=where, name="weight", stored=str(row.weight), found=named)


def _flags(flags: Iterable[Flag], by_ref: Mapping[EvidenceRef, Evidence]) -> Iterator[Discrepancy]:
    for flag in flags:
        if not flag.reasons:
            named = f"flag {flag.id} ({flag.brief})"
            yield Discrepancy(where=named, name="number of reasons", stored="0", found="at least 1")
        for place, reason in enumerate(flag.reasons, start=1):
            where = f"flag {flag.id}, reason {place} ({reason.kind.value})"
            missing = [ref for ref in reason.evidence if ref not in by_ref]
            if missing:
                named = "/".join(str(part) for part in missing[0])
                yield Discrepancy(where=where, name="evidence", stored=named, found="no such row")
                continue
            if not reason.evidence and not table.of(reason.kind).without_rows:
                yield Discrepancy(
                    where=where, name="evidence", stored="none", found="at least a row"
                )
                continue
            rows = [by_ref[ref] for ref in reason.evidence]
            yield from _reason(where, reason, rows)


def _reason(where: str, reason: Reason, rows: Sequence[Evidence]) -> Iterator[Discrepancy]:
    again = table.recount(reason, rows)
    stored = dict(reason.numbers)
    for name, value in again.numbers.items():
        yield from _unequal(where, name, stored.get(name, math.nan), value)
    said = sentence(reason, UTC_CLOCK)
    if again.text not in said:
        yield Discrepancy(where=where, name="text", stored=said, found=again.text)


def _states(flags: Iterable[Flag], reviews: Iterable[Review]) -> Iterator[Discrepancy]:
    """A flag is in the state that its newest decision gave it, open without any."""
    newest = {review.flag_id: review.decision for review in reviews}
    for flag in flags:
        follows = newest.get(flag.id, FlagState.OPEN)
        if flag.state is not follows:
            where = f"flag {flag.id} ({flag.brief})"
            yield Discrepancy(
                where=where, name="state", stored=flag.state.value, found=follows.value
            )


def _answers(
    conn: Connection, reviews: Sequence[Review], rows: Iterable[Evidence]
) -> Iterator[Discrepancy]:
    """The ledgers that answers keep, each as it stood before its answer."""
    by_judgment: dict[str, list[Evidence]] = {}
    for row in rows:
        by_judgment.setdefault(row.judgment, []).append(row)
    published = _Publications(conn) if any(review.ledger for review in reviews) else None
    before: dict[str, list[Review]] = {}
    for review in reviews:
        earlier = before.setdefault(review.brief, [])
        if review.ledger and published is not None:
            reset = ledger.last_resets(earlier).get(review.brief)
            starts = (
                (LedgerStart(at=reset.at, review=reset),)
                if reset
                else tuple(LedgerStart(at=at) for at in published.of(review.brief, review.at))
            )
            for key, toward, away in review.ledger:
                own = by_judgment.get(key, ())
                yield from _kept(review, key, (toward, away), own, starts)
        earlier.append(review)


def _kept(
    review: Review,
    key: str,
    stored: tuple[float, float],
    rows: Sequence[Evidence],
    starts: Sequence[LedgerStart],
) -> Iterator[Discrepancy]:
    at = f"{review.at:%Y-%m-%d %H:%M} UTC"
    where = f"flag {review.flag_id}, {review.decision.value} by {review.by} on {at}"
    name = f"ledger of {key}"
    told = f"{stored[0]:g} toward, {stored[1]:g} away"
    if not starts:
        why = "no watchlist of that time that can be read has the brief"
        yield Discrepancy(where=where, name=name, stored=told, found=why, unknown=True)
        return
    found = [
        ledger.ledger(key, ledger.current(rows, moment), start, review.at)
        for start in starts
        for moment in _seen(rows, review.at)
    ]
    if not any(_alike(stored, (each.toward, each.away)) for each in found):
        follows = f"{found[0].toward:g} toward, {found[0].away:g} away"
        yield Discrepancy(where=where, name=name, stored=told, found=follows)


def _seen(rows: Iterable[Evidence], at: datetime) -> tuple[datetime, ...]:
    """The moments up to which rows may have been stored by `at`.

    A row is dated when its poll began, and stored when it ended: an answer between saw it not.
    """
    late = {row.decided_at - TICK for row in rows if at - UNDER_WAY < row.decided_at <= at}
    return (at, *sorted(late, reverse=True))


class _Publications:
    """When briefs were published, by the watchlists that were in force at a time."""

    def __init__(self, conn: Connection) -> None:
        self.versions = store_watchlists.versions(conn)
        self.briefs: dict[str, dict[str, Brief]] = {}

    def of(self, brief: str, at: datetime) -> tuple[datetime | None, ...]:
        """Each moment that may have been it, None for a brief without one; empty: nobody knows."""
        then = [each for each in self.versions if each.first_at <= at]
        # an older one may have come back, which only the time of its last loading tells
        inforce = [each for each in then if each.loaded_at >= then[-1].first_at]
        found = [self._read(each).get(brief) for each in reversed(inforce)]
        return tuple(dict.fromkeys(ledger.published(each) for each in found if each))

    def _read(self, version: WatchlistVersion) -> dict[str, Brief]:
        if version.version not in self.briefs:
            try:
                questions = config_watchlists.parse(version.text, WATCHLISTS).questions
            except ConfigError:
                questions = ()  # written for another version of the program
            self.briefs[version.version] = {
                brief.key: brief for question in questions for brief in question.briefs
            }
        return self.briefs[version.version]


def _alike(stored: tuple[float, float], found: tuple[float, float]) -> bool:
    return all(
        math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        for a, b in zip(stored, found, strict=True)
    )


def _unequal(where: str, name: str, stored: float, found: float) -> Iterator[Discrepancy]:
    if not math.isclose(stored, found, rel_tol=TOLERANCE, abs_tol=TOLERANCE):
        yield Discrepancy(where=where, name=name, stored=f"{stored:g}", found=f"{found:g}")
