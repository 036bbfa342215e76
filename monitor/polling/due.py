"""Decides what is due by the clock alone: notices, silence as evidence, flags that expire.

The daemon asks the tables and a replay its memory, through one protocol. Must never write.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol

from monitor.core.judging import ledger
from monitor.core.judging.rules import Rules
from monitor.core.judging.trigger import decide, silence
from monitor.core.judging.trigger.case import Almanac
from monitor.core.judging.trigger.silence import WatchedStretch
from monitor.model.flags import Evidence, Flag, FlagKind, Raised, Reason, Review
from monitor.model.questions import Question, Quiet, Resolution

NOTICE_LIFE = timedelta(days=14)
"""A flag that holds nothing but notices needs no answer; it expires after this time."""


class DueTimes(Protocol):
    """What is looked at: the tables, or a replay's memory."""

    def answered(self) -> Mapping[str, Resolution]: ...

    def live(self) -> Iterable[Flag]: ...

    def calendar(self) -> Mapping[str, tuple[Reason, ...]]:
        """Every reason that time alone raised, by the key of its brief."""
        ...

    def resets(self) -> Sequence[Review]: ...

    def loaded(self) -> Mapping[str, Mapping[str, datetime]]:
        """When each indicator was first loaded, by question and name."""
        ...

    def of_indicator(self, judgment: str, indicator: str) -> Sequence[Evidence]: ...

    def share_up(self, since: datetime, until: datetime) -> float: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What is due, to be written in this order."""

    expired: tuple[tuple[Flag, str], ...]  # with why they need no answer any more
    evidence: tuple[Evidence, ...]
    raised: tuple[Raised, ...]


def due(times: DueTimes, rules: Rules, now: datetime) -> Due:
    """Everything that is due at `now` and was not told."""
    answered = times.answered()
    told = times.calendar()
    resets = ledger.last_resets(times.resets())
    loaded = times.loaded()
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
                start=ledger.started(brief, resets),
                since=min(own.values(), default=now),
                now=now,
                rules=rules.version,
            )
            rows, reasons = _silences(times, almanac, own)
            silent += rows
            raised += [
                Raised(question=question.id, brief=brief.key, reason=reason)
                for reason in (*decide.due(almanac), *reasons)
            ]
    expired = tuple(_expired(times.live(), rules, answered, now))
    return Due(expired=expired, evidence=tuple(silent), raised=tuple(raised))


def _silences(
    times: DueTimes, almanac: Almanac, loaded: Mapping[str, datetime]
) -> tuple[list[Evidence], list[Reason]]:
    rows: list[Evidence] = []
    reasons: list[Reason] = []
    for quiet in silence.overdue(almanac.question, almanac.today):
        watch = _watch(times, almanac, quiet, loaded.get(quiet.indicator, almanac.now))
        for judgment in almanac.brief.judgments:
            seen = times.of_indicator(judgment.key, quiet.indicator)
            row, reason = silence.silence(almanac, quiet, judgment, seen, watch)
            rows += [row] if row else []
            reasons += [reason] if reason else []
    return rows, reasons


def _watch(times: DueTimes, almanac: Almanac, quiet: Quiet, loaded: datetime) -> WatchedStretch:
    """From when the indicator was watched for this brief, and how well."""
    published = almanac.brief.published or almanac.question.opened
    starts = [loaded, *([datetime.combine(published, time(), tzinfo=UTC)] if published else [])]
    since, end = max(starts), silence.day_after(quiet.by)
    return WatchedStretch(since=since, up=times.share_up(since, end) if since < end else 0.0)


def _expired(
    live: Iterable[Flag], rules: Rules, answered: Mapping[str, Resolution], now: datetime
) -> Iterable[tuple[Flag, str]]:
    questions = {question.id: question for question in rules.questions}
    for flag in live:
        note = _over(flag, questions.get(flag.question), answered, now)
        if note:
            yield flag, note


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
