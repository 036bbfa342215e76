"""What a digest should say that is neither evidence nor a flag, each once: sentences for people.

Indicators that count one level less because they misfired twice, and which flags a deputy must be
reminded of.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.core.judging import indicators
from monitor.core.judging.rules import Rules
from monitor.core.linting import losses as core_losses
from monitor.core.telling import routing
from monitor.model.deliveries import DigestConfig
from monitor.model.flags import Flag, FlagState
from monitor.store import flags as store_flags
from monitor.store import watchlists as store_watchlists

REMIND_AFTER = timedelta(days=3)
"""A flag that was told at once and that nobody acknowledged is told once more, to the deputy."""


def asides(
    conn: Connection, rules: Rules, questions: Iterable[str], since: datetime, until: datetime
) -> tuple[str, ...]:
    """Of these questions, what came up after `since`, up to `until`."""
    return tuple(_demoted(conn, rules, frozenset(questions), since, until))


def losses(
    conn: Connection, config: DigestConfig, since: datetime, until: datetime
) -> tuple[str, ...]:
    """What the watchlist lost in this time. Only questions that the digest is about are named."""
    return tuple(
        core_losses.sentence(
            loss, {each.id for each in loss.whose if routing.selects(config, each)}
        )
        for loss in store_watchlists.losses(conn, since, until)
    )


def _demoted(
    conn: Connection,
    rules: Rules,
    questions: frozenset[str],
    since: datetime,
    until: datetime,
) -> Iterator[str]:
    """Indicators that an answer in this time brought below."""
    blamed = store_flags.blamed(conn)
    states = store_watchlists.indicators(conn)
    briefs = {brief.key: question.id for question, brief, _ in rules.pairs()}
    before = indicators.demoted([r for r in blamed if r.at <= since], states, briefs)
    after = indicators.demoted([r for r in blamed if r.at <= until], states, briefs)
    for question, name in sorted(after - before):
        if question in questions:
            days = indicators.NOISE_SPAN.days
            yield (
                f"“{name}” ({question}) misfired twice within {days} days: it counts one level "
                "less until it is edited"
            )


def unacknowledged(live: Iterable[Flag], now: datetime) -> tuple[Flag, ...]:
    """Open flags that were told at once and have waited too long for anybody to acknowledge."""
    return tuple(
        flag
        for flag in live
        if flag.state is FlagState.OPEN
        and now - flag.opened_at >= REMIND_AFTER
        and any(reason.interrupts for reason in flag.reasons)
    )
