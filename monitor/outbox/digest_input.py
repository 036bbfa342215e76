"""Reads what a digest is composed from: one transaction's view of evidence, flags and notices."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from monitor.core.feeds import health
from monitor.core.judging.rules import Rules
from monitor.core.telling import routing
from monitor.core.telling.digest_sections import Material, Window
from monitor.model.delivery_config import DigestConfig
from monitor.model.digests import Counts, Digest
from monitor.model.flags import Flag
from monitor.model.questions import Question
from monitor.outbox import digest_notices
from monitor.polling import citations
from monitor.polling.known import ledger_start
from monitor.store import entries as store_entries
from monitor.store import evidence as store_evidence
from monitor.store import feed_health as store_health
from monitor.store import flags as store_flags
from monitor.store import matches as store_matches
from monitor.store import stories as store_stories


def read(
    conn: Connection,
    config: DigestConfig,
    window: Window,
    rules: Rules,
    questions: tuple[Question, ...],
    notices: tuple[str, ...],
) -> Material:
    """What there is to tell on those of `questions` that the digest is about.

    `notices` are told before those that are read here; news told at once has no others.
    """
    resets = store_flags.last_resets(conn)
    start = ledger_start(rules.pairs(), resets)
    evidence = store_evidence.current(conn, since=start)
    flags = store_flags.recent(conn, min(start, window.start))
    own = tuple(question for question in questions if routing.selects(config, question))
    found = () if window.urgent else _notices(conn, config, window, rules, own)
    return Material(
        questions=own,
        evidence=evidence,
        before=store_evidence.current(conn, since=start, as_of=window.start),
        flags=flags,
        resets={review.brief: review for review in resets},
        entries=store_stories.sizes(conn, [row.story_id for row in evidence]),
        notices=(*notices, *found),
        changes=citations.changes(conn, rules, window.start, window.end),
        counts=_counts(conn, flags, window),
    )


def _notices(
    conn: Connection,
    config: DigestConfig,
    window: Window,
    rules: Rules,
    questions: Sequence[Question],
) -> tuple[str, ...]:
    """One line per feed that changed for the worse or the better, and asides: each told once."""
    told = store_health.notices(conn, since=window.start, until=window.end)
    names = [question.id for question in questions]
    said = digest_notices.asides(conn, rules, names, window.start, window.end)
    poorer = digest_notices.losses(conn, config, window.start, window.end)
    return (*poorer, *(notice.text for notice in health.net(told)), *said)


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
    gaps = store_health.gaps(conn, digest.window_from, digest.window_to)
    sentence = health.unwatched(gaps, store_health.never_read(conn))
    return replace(digest, notices=(*digest.notices, sentence)) if sentence else digest
