"""Turns the store into what an analyst sees first: what wants an answer, and where things stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.core.judging.rules import Rules
from monitor.core.linting import losses as core_losses
from monitor.model.digests import Sent
from monitor.model.flags import Flag, Reason
from monitor.model.questions import Brief, Question
from monitor.store import flags as store_flags
from monitor.store import outbox as store_outbox
from monitor.store import watchlists as store_watchlists
from monitor.triage import flag_view
from monitor.triage import standing as triage_standing
from monitor.triage.standing import JudgmentStanding

FLAGS_SHOWN = 25
JUDGMENTS_SHOWN = 40
POORER_FOR = timedelta(days=7)
"""How long the desk says what a change of the watchlist took away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFlag:
    """A flag in its place on the desk. `brief` is None when the watchlist dropped it."""

    flag: Flag
    question: Question | None
    brief: Brief | None
    reason: Reason | None  # the loudest
    standing: JudgmentStanding | None  # of the judgment that reason is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    flags: tuple[OpenFlag, ...]  # ranked; one page of them
    open: int  # how many want an answer
    standings: tuple[JudgmentStanding, ...]  # one page of them
    judgments: int  # how many there are
    last_digest: Sent | None


def read(
    conn: Connection, rules: Rules, now: datetime, *, flags_page: int = 0, page: int = 0
) -> Desk:
    """One page of flags and one of judgments, both counted from 0."""
    ranked = store_flags.ranked(conn)
    flags = _chosen(conn, ranked[flags_page * FLAGS_SHOWN : (flags_page + 1) * FLAGS_SHOWN])
    pairs = rules.pairs()
    shown = pairs[page * JUDGMENTS_SHOWN : (page + 1) * JUDGMENTS_SHOWN]
    keys = {judgment.key for _, _, judgment in shown}
    keys |= {reason.judgment for flag in flags if (reason := loudest(flag))}
    wanted = [pair for pair in pairs if pair[2].key in keys]
    standings = {item.judgment.key: item for item in triage_standing.read(conn, wanted, now)}
    return Desk(
        flags=tuple(_open(flag, rules, standings) for flag in flags),
        open=len(ranked),
        standings=tuple(standings[judgment.key] for _, _, judgment in shown),
        judgments=len(pairs),
        last_digest=store_outbox.last_digest(conn),
    )


def loudest(flag: Flag) -> Reason | None:
    """The newest reason that interrupts, else the newest."""
    return max(flag.reasons, key=lambda reason: (reason.interrupts, reason.raised_at), default=None)


def losses(conn: Connection, rules: Rules, now: datetime) -> tuple[str, ...]:
    """What the watchlist lost lately and still lacks: who puts it back is not told for days."""
    held = {question.id for question in rules.questions}
    held |= {f"{each.id}: {item.name}" for each in rules.questions for item in each.indicators}
    return tuple(
        core_losses.sentence(loss)
        for loss in store_watchlists.losses(conn, now - POORER_FOR, now)
        if not held.issuperset((*loss.questions, *loss.indicators))
    )


def _chosen(conn: Connection, numbers: Sequence[int]) -> tuple[Flag, ...]:
    found = {flag.id: flag for flag in store_flags.of_ids(conn, numbers)}
    return tuple(found[number] for number in numbers)


def _open(flag: Flag, rules: Rules, standings: Mapping[str, JudgmentStanding]) -> OpenFlag:
    reason = loudest(flag)
    question, brief = flag_view.named(rules.questions, flag)
    return OpenFlag(
        flag=flag,
        question=question,
        brief=brief,
        reason=reason,
        standing=standings.get(reason.judgment) if reason else None,
    )
