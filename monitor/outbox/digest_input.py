"""Reads what a digest is composed from: one transaction's view of evidence, flags and notices."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.core.feeds import health
from monitor.core.judging import indicators
from monitor.core.judging.rules import Rules
from monitor.core.linting import losses as core_losses
from monitor.core.telling import routing
from monitor.core.telling.digest import Material, Window
from monitor.model.clock import LocalClock, ReaderClock, retold
from monitor.model.deliveries import DigestConfig
from monitor.model.digests import Counts, Digest
from monitor.model.flags import Evidence, Flag, FlagState, Review
from monitor.model.questions import Question
from monitor.polling import citations
from monitor.polling.known import ledger_start
from monitor.store import entries as store_entries
from monitor.store import evidence as store_evidence
from monitor.store import feeds as store_feeds
from monitor.store import flags as store_flags
from monitor.store import matches as store_matches
from monitor.store import outbox as store_outbox
from monitor.store import stories as store_stories
from monitor.store import watchlists as store_watchlists


def read(
    conn: Connection,
    config: DigestConfig,
    window: Window,
    rules: Rules,
    questions: tuple[Question, ...],
    notices: tuple[str, ...],
    now: datetime,
) -> Material:
    """What there is to tell on those of `questions` that the digest is about.

    `notices` are told before those that are read here; news told at once has no others. All tell
    moments by the digest's clock.
    """
    clock = LocalClock(config.timezone, now)
    resets = store_flags.last_resets(conn)
    start = ledger_start(rules.pairs(), resets)
    answers = store_flags.answers(conn, window.start)
    evidence = store_evidence.current(conn, since=start)
    flags = store_flags.recent(conn, min(start, window.start))
    own = tuple(question for question in questions if routing.selects(config, question))
    found = () if window.urgent else _notices(conn, config, window, rules, own, clock)
    return Material(
        questions=own,
        evidence=evidence,
        before=_before(conn, window, own, answers, start),
        flags=flags,
        resets={review.brief: review for review in resets},
        entries=store_stories.sizes(conn, [row.story_id for row in evidence]),
        notices=(*(retold(text, now, clock) for text in notices), *found),
        changes=citations.changes(conn, rules, window.start, window.end),
        counts=_counts(conn, flags, window),
        answers=answers,
        told={} if window.urgent else store_outbox.told_at_once(conn, config.name, window.start),
    )


def _before(
    conn: Connection,
    window: Window,
    questions: Sequence[Question],
    answers: Mapping[int, Review],
    start: datetime,
) -> tuple[Evidence, ...]:
    """The rows that were current when a brief's news began: with the window, or its last answer."""
    began = {review.brief: review.at for review in sorted(answers.values(), key=lambda r: r.at)}
    answered = {
        judgment.key: began[brief.key]
        for question in questions
        for brief in question.briefs
        if brief.key in began
        for judgment in brief.judgments
    }
    rows = store_evidence.current(conn, since=start, as_of=window.start)
    found = [row for row in rows if row.judgment not in answered]
    for key, at in answered.items():
        found += store_evidence.current(conn, since=start, judgments=[key], as_of=at)
    return tuple(found)


def _notices(
    conn: Connection,
    config: DigestConfig,
    window: Window,
    rules: Rules,
    questions: Sequence[Question],
    clock: ReaderClock,
) -> tuple[str, ...]:
    """One line per feed that changed for the worse or the better, and asides: each told once."""
    told = store_feeds.notices(conn, since=window.start, until=window.end)
    names = [question.id for question in questions]
    said = asides(conn, rules, names, window.start, window.end)
    poorer = losses(conn, config, window.start, window.end)
    changed = (retold(notice.text, notice.at, clock) for notice in health.net(told))
    return (*(retold(text, window.end, clock) for text in poorer), *changed, *said)


def _counts(conn: Connection, flags: Sequence[Flag], window: Window) -> Counts:
    raised = sum(any(window.holds(reason.raised_at) for reason in flag.reasons) for flag in flags)
    return Counts(
        entries=store_entries.count(conn, window.start),
        matched=store_matches.count(conn, window.start),
        stories=store_stories.count(conn, window.start),
        flags=raised,
    )


def with_gaps(conn: Connection, digest: Digest) -> Digest:
    """Say what was not read: a digest is no reason to believe that nothing happened there.

    No digest is sent for a gap alone; that a feed went down was told when it did.
    """
    if digest.urgent:
        return digest
    gaps = store_feeds.gaps(conn, digest.window_from, digest.window_to)
    clock = LocalClock(digest.timezone, digest.composed_at)
    sentence = health.unwatched(gaps, clock, store_feeds.never_read(conn))
    return replace(digest, notices=(*digest.notices, sentence)) if sentence else digest


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
