"""Turns what is remembered of a feed into its health, and a change of health into one notice.

Must never disable a feed (only its server can, with 410), nor call a silence news of its own
before it is long by the feed's own measure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from monitor.core.stories.independence import WIRES
from monitor.model.clock import ReaderClock
from monitor.model.feeds import FeedGap, FeedHealth, FeedNotice, FeedState, GapKind, NoticeKind

DOWN_AFTER = 3
"""Failed polls in a row: with the back-off, an hour and a half at an interval of 15 minutes."""

BLOCKED = frozenset({"http-401", "http-403", "robots-disallowed", "cookie-wall"})
UNREACHED = frozenset({"dns", "refused", "unreachable", "timeout", "reset", "tls"})
"""Codes of failures in which no server spoke: they may be our own network's."""

STALE_FACTOR = 5
"""The k of “no new entry in k times its usual gap”."""

STALE_LEAST = timedelta(days=1)
STALE_GAPS = 10
"""With fewer gaps known, nothing is usual yet."""

NAMED_GAPS = 5
"""Feeds that a sentence on gaps names; the others are counted."""

NAMED_NEVER = 20
"""Feeds never read that a sentence names: more of them than of gaps, since nothing else tells."""

_STARTED = (FeedHealth.NEW, FeedHealth.OK)


def judged(state: FeedState) -> FeedHealth:
    """The health that follows from the last poll and those before it."""
    if state.gone:
        return FeedHealth.GONE
    if state.fail_count:
        if state.error_code in BLOCKED:
            return FeedHealth.BLOCKED
        return FeedHealth.DOWN if state.fail_count >= DOWN_AFTER else FeedHealth.DEGRADED
    if state.ok_at is None:
        return FeedHealth.NEW
    if state.stale_at and state.polled_at and state.polled_at >= state.stale_at:
        return FeedHealth.STALE
    return FeedHealth.OK


def usual_gap(times: Sequence[datetime]) -> timedelta | None:
    """The silence in which a random moment falls, half of the time; None if too few are known.

    `times` are polls that brought something new, in order. The median weighted by length: nights
    and weekends count for as long as they last, one freak holiday does not decide.
    """
    gaps = sorted(later - earlier for earlier, later in pairwise(times))
    if len(gaps) < STALE_GAPS:
        return None
    half, passed = sum(gaps, timedelta()) / 2, timedelta()
    for gap in gaps:
        passed += gap
        if passed >= half:
            return gap
    return gaps[-1]


def stale_after(times: Sequence[datetime]) -> timedelta | None:
    """How long a feed may be silent before that is unusual; never less than a day."""
    usual = usual_gap(times)
    return None if usual is None else max(STALE_FACTOR * usual, STALE_LEAST)


def changed(before: FeedState, after: FeedState, *, at: datetime) -> FeedNotice | None:
    """What there is to tell of a poll: nothing, unless the health changed.

    That a new feed is well is what everybody expects.
    """
    if before.health is after.health or (before.health, after.health) == _STARTED:
        return None
    return FeedNotice(
        at=at,
        kind=NoticeKind.HEALTH,
        feed_id=after.feed_id,
        outlet=after.outlet,
        before=before.health,
        after=after.health,
        text=_sentence(before, after),
    )


def opened(before: FeedState, after: FeedState, *, at: datetime) -> FeedGap | None:
    """The gap that a poll opened. It begins with the last success, when that is when reading ended.

    A feed that was never read has no gap, which would have to begin somewhere: `unwatched` names it
    for as long as it is not read.
    """
    if before.health.trouble or not after.health.trouble or after.ok_at is None:
        return None
    start = at if after.health is FeedHealth.STALE else after.ok_at
    return FeedGap(feed_id=after.feed_id, kind=GapKind(after.health.value), started_at=start)


def net(notices: Iterable[FeedNotice]) -> tuple[FeedNotice, ...]:
    """What is left to tell of a stretch of time: per feed and kind one notice, the last.

    Feeds that end as they began, or were only ever degraded, are left out. Notices in order.
    """
    last: dict[tuple[str, NoticeKind], FeedNotice] = {}
    for notice in notices:
        key = (notice.feed_id, notice.kind)
        first = last.pop(key, notice)
        last[key] = replace(notice, before=first.before)
    return tuple(notice for notice in last.values() if matters(notice))


def unwatched(gaps: Sequence[FeedGap], clock: ReaderClock, never: Sequence[str] = ()) -> str:
    """A sentence on what was not watched, so that nothing is taken for "no news"; "" if all was.

    `never`: ids of feeds that were not read once since they were added. They come first.
    """
    silent = [f"{feed_id} (never yet)" for feed_id in never]
    named: dict[str, str] = {}
    for gap in gaps:
        if gap.feed_id not in never:
            named[gap.feed_id or "all feeds"] = _stretch(gap, clock)
    if not named and not silent:
        return ""
    broken = [f"{name} {stretch}" for name, stretch in named.items()]
    listed = [*silent[:NAMED_NEVER], *broken[:NAMED_GAPS]]
    left = len(silent) + len(broken) - len(listed)
    more = f" and {left} more" if left else ""
    return f"Not everything was read: {', '.join(listed)}{more}. Silence there proves nothing."


def _stretch(gap: FeedGap, clock: ReaderClock) -> str:
    began = clock.moment(gap.started_at)
    if gap.ended_at is None:
        return f"(not since {began})"
    return f"(not from {began} to {clock.moment(gap.ended_at)})"


def matters(notice: FeedNotice) -> bool:
    """Whether a person should hear of it: not that a poll or two failed, and that this is over."""
    if notice.kind is not NoticeKind.HEALTH:
        return True
    return notice.before is not notice.after and (notice.before.trouble or notice.after.trouble)


def way_round(state: FeedState) -> str:
    """What an operator can do about a feed whose server refuses us; "" for any other."""
    if state.health is not FeedHealth.BLOCKED:
        return ""
    if state.outlet not in WIRES:
        return "Its publisher may want to know who asks, or may offer another address."
    return (
        f"{state.outlet} may refuse every program. What works: feeds of outlets that carry its "
        f"text, which counts as {state.outlet} where it credits {state.outlet}; a feed of nothing "
        f"else, with “outlet: {state.outlet}”; or a licensed feed, with its “headers”. The "
        "comments in feeds.yaml say more."
    )


def _sentence(before: FeedState, after: FeedState) -> str:
    name = f"Feed {after.feed_id} ({after.outlet})"
    since = f"since {_utc(after.ok_at)}" if after.ok_at else "since it was added"
    match after.health:
        case FeedHealth.GONE:
            return (
                f"{name} is gone for good: {after.error_text}. It is not polled any more; "
                "give it a new address in feeds.yaml, or remove it."
            )
        case FeedHealth.BLOCKED:
            return (
                f"{name} refuses us, and has not been read {since}: {after.error_text}. It is "
                f"tried again, but rarely. {way_round(after)}"
            )
        case FeedHealth.DOWN:
            why = after.error_text
            return f"{name} has not been read {since}: {why}. It is tried again by itself."
        case FeedHealth.STALE:
            return (
                f"{name} answers, but has brought nothing new since {_utc(after.new_at)}, which is "
                "unusually long for it. It may have moved."
            )
        case FeedHealth.DEGRADED:
            return f"{name} could not be read: {after.error_text}. It is tried again by itself."
        case _:
            silent = before.health is FeedHealth.STALE
            return f"{name} {'brings news' if silent else 'is read'} again."


def _utc(at: datetime | None) -> str:
    return f"{at:%d %b %H:%M} UTC" if at else "it was added"
