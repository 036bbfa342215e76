"""Does what is due by the clock alone: notices, silence as evidence, flags that expire.

Level-triggered, like everything here: what was told stands in the tables, so that a tick may come
as often as it likes and a restart neither repeats nor drops a notice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection

from monitor.core.rules import Rules
from monitor.core.trigger import calendar, silence
from monitor.core.trigger.calendar import Almanac
from monitor.core.trigger.silence import Watch
from monitor.model.flags import Evidence, Flag, FlagKind, Raised, Reason
from monitor.model.questions import Question, Quiet, Resolution
from monitor.service import citations, triage
from monitor.store import digests as store_digests
from monitor.store import evidence as store_evidence
from monitor.store import feed_health as store_health
from monitor.store import flags as store_flags
from monitor.store import indicators as store_indicators
from monitor.store import resolutions as store_resolutions

NOTICE_LIFE = timedelta(days=14)
"""A flag that holds nothing but notices needs no answer; it expires after this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """What one tick did, dated `at`."""

    at: datetime
    flags: tuple[Flag, ...] = ()  # opened or grown
    expired: tuple[Flag, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def tick(conn: Connection, rules: Rules, now: datetime) -> Ticked:
    """Raise and expire what is due at `now`."""
    now = store_digests.not_told_yet(conn, now)
    answered = store_resolutions.current(conn)
    expired = tuple(_expire(conn, rules, answered, now))
    told = store_flags.calendar(conn)
    resets = {review.brief: review for review in store_flags.last_resets(conn)}
    loaded = _loaded(conn)
    raised: list[Raised] = []
    silent: list[Evidence] = []
    for question in rules.questions:
        if question.id in answered:
            continue
        own = loaded.get(question.id, {})
        for brief in question.briefs:
            almanac = Almanac(
                question=question,
                brief=brief,
                told=told.get(brief.key, ()),
                reset=resets.get(brief.key),
                since=min(own.values(), default=now),
                now=now,
                rules=rules.version,
            )
            rows, reasons = _silences(conn, almanac, own)
            silent += rows
            raised += [
                Raised(question=question.id, brief=brief.key, reason=reason)
                for reason in (*calendar.due(almanac), *reasons)
            ]
    raised += [item for item in citations.watch(conn, rules, now) if item.question not in answered]
    store_evidence.append(conn, silent)
    flags = store_flags.raise_all(conn, raised)
    return Ticked(at=now, flags=flags, expired=expired, evidence=tuple(silent))


def _silences(
    conn: Connection, almanac: Almanac, loaded: Mapping[str, datetime]
) -> tuple[list[Evidence], list[Reason]]:
    rows: list[Evidence] = []
    reasons: list[Reason] = []
    for quiet in silence.overdue(almanac.question, almanac.today):
        watch = _watch(conn, almanac, quiet, loaded.get(quiet.indicator, almanac.now))
        for judgment in almanac.brief.judgments:
            seen = store_evidence.of_indicator(conn, judgment.key, quiet.indicator)
            row, reason = silence.silence(almanac, quiet, judgment, seen, watch)
            rows += [row] if row else []
            reasons += [reason] if reason else []
    return rows, reasons


def _loaded(conn: Connection) -> dict[str, dict[str, datetime]]:
    """When each indicator was first loaded, by question and name."""
    found: dict[str, dict[str, datetime]] = {}
    for state in store_indicators.read(conn):
        found.setdefault(state.question, {})[state.name] = state.first_at
    return found


def _watch(conn: Connection, almanac: Almanac, quiet: Quiet, loaded: datetime) -> Watch:
    """From when the indicator was watched for this brief, and how well."""
    published = almanac.brief.published or almanac.question.opened
    starts = [loaded, *([datetime.combine(published, time(), tzinfo=UTC)] if published else [])]
    since, end = max(starts), silence.day_after(quiet.by)
    return Watch(since=since, up=store_health.share_up(conn, since, end) if since < end else 0.0)


def _expire(
    conn: Connection, rules: Rules, answered: Mapping[str, Resolution], now: datetime
) -> Sequence[Flag]:
    questions = {question.id: question for question in rules.questions}
    found: list[Flag] = []
    for flag in store_flags.live(conn):
        note = _over(flag, questions.get(flag.question), answered, now)
        if note:
            found.append(triage.expire(conn, flag, at=now, note=note))
    return found


def _over(
    flag: Flag, question: Question | None, answered: Mapping[str, Resolution], now: datetime
) -> str:
    """Why a live flag needs no answer any more, or ""."""
    if flag.question in answered:
        return "the question was answered"
    asks = any(reason.kind is FlagKind.RESOLVED for reason in flag.reasons)
    if question and question.closed(now.date()) and not asks:
        return f"the question closed on {question.closes}"
    notices = all(reason.kind is FlagKind.SILENCE for reason in flag.reasons)
    newest = max(reason.raised_at for reason in flag.reasons)
    if notices and now - newest >= NOTICE_LIFE:
        return f"nothing but notices, the last of {newest:%Y-%m-%d}"
    return ""
