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

TOGETHER = timedelta(hours=1)
"""Feeds whose last successes lie no further apart may have failed for one cause."""

RELAPSE = timedelta(days=7)
"""Trouble so soon after a recovery was told is told once more, as failing on and off …"""

STEADY = timedelta(days=3)
"""… and then not before the feed was read for so long without a failure, or not at all."""

CHANGED = timedelta(days=1)
"""So long after one trouble was told another is told that took its place."""

STALE_FACTOR = 5
"""The k of “no new entry in k times its usual gap”."""

STALE_LEAST = timedelta(days=1)
STALE_GAPS = 10
"""With fewer gaps known, nothing is usual yet."""

NAMED_GAPS = 5
"""Feeds that a sentence on gaps names; the others are counted."""

NAMED_NEVER = 20
"""Feeds never read that a sentence names: more of them than of gaps, since nothing else tells."""

_AGAIN = {
    FeedHealth.STALE: "brings news again",
    FeedHealth.DEGRADED: f"has been read for {STEADY.days} days without a failure",
}
_FLICKERS = frozenset({FeedHealth.DOWN, FeedHealth.BLOCKED})
_NOT_READ = frozenset({FeedHealth.DOWN, FeedHealth.BLOCKED, FeedHealth.GONE})


def judged(state: FeedState) -> FeedHealth:
    """The health that follows from the last poll and those before it.

    `state.health` is what it was: only a success ends trouble, not a failure of another kind.
    """
    if state.gone:
        return FeedHealth.GONE
    if state.fail_count:
        return _failing(state)
    if state.ok_at is None:
        return FeedHealth.NEW
    if state.stale_at and state.polled_at and state.polled_at >= state.stale_at:
        return FeedHealth.STALE
    return FeedHealth.OK


def _failing(state: FeedState) -> FeedHealth:
    if state.error_code in BLOCKED:
        return FeedHealth.BLOCKED
    if state.fail_count >= DOWN_AFTER or state.health in _NOT_READ:
        return FeedHealth.DOWN
    return FeedHealth.STALE if state.health is FeedHealth.STALE else FeedHealth.DEGRADED


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


def on_the_way(code: str) -> bool:
    """Whether a failure lay between us and the document, which comes back for all at once."""
    return code in UNREACHED or code.startswith("http-5")


def recover_together(back: FeedState, other: FeedState) -> bool:
    """Whether a feed that is read again gives hope for another: both failed on the way since about
    the same time, and no server spoke to either, or it is the same server.

    `back` is what it was before its success.
    """
    if back.ok_at is None or other.ok_at is None or abs(back.ok_at - other.ok_at) > TOGETHER:
        return False
    codes = {back.error_code, other.error_code}
    same = back.host == other.host and all(map(on_the_way, codes))
    return bool(other.fail_count) and (codes <= UNREACHED or same)


def to_tell(told: FeedState, after: FeedState, *, at: datetime) -> FeedHealth | None:
    """Which health people should hear of after a poll, if any: a state once, and not each flicker.

    `told` is what they heard last. Degraded means that the feed fails on and off.
    """
    now, last = after.health, told.told
    if now is last or now in {FeedHealth.NEW, FeedHealth.DEGRADED}:
        return None
    since_told = at - (told.told_at or datetime.min.replace(tzinfo=at.tzinfo))
    if last is FeedHealth.DEGRADED and now is not FeedHealth.GONE:
        return now if _lasted(after, at) >= STEADY else None
    if not now.trouble:
        return now if last.trouble else None
    if last.trouble and now is not FeedHealth.GONE:
        return now if since_told >= CHANGED else None
    relapsed = last is FeedHealth.OK and since_told < RELAPSE and now in _FLICKERS
    return FeedHealth.DEGRADED if relapsed else now


def _lasted(state: FeedState, at: datetime) -> timedelta:
    """How long a feed has been as it is; one that is not read: since it last was."""
    since = state.ok_at if state.health in _NOT_READ else state.health_at
    return at - (since or state.health_at or at)


def changed(before: FeedState, after: FeedState, *, at: datetime) -> FeedNotice | None:
    """What there is to tell of a poll; that a new feed is well is what everybody expects."""
    telling = to_tell(before, after, at=at)
    if telling is None:
        return None
    last = before.told
    if last is FeedHealth.DEGRADED:  # neither well nor in trouble: whatever it was not now
        last = FeedHealth.OK if after.health.trouble else FeedHealth.DOWN
    return FeedNotice(
        at=at,
        kind=NoticeKind.HEALTH,
        feed_id=after.feed_id,
        outlet=after.outlet,
        before=last,
        after=after.health,
        text=_sentence(before, after, telling),
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

    Feeds that end as they began are left out. Notices in order.
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
    """Whether a person should hear of it: not what began and ended within the same time."""
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


def _sentence(before: FeedState, after: FeedState, telling: FeedHealth) -> str:
    name = f"Feed {after.feed_id} ({after.outlet})"
    since = f"since {_utc(after.ok_at)}" if after.ok_at else "since it was added"
    match telling:
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
            return (
                f"{name} fails on and off, this time with: {after.error_text}. You hear of it "
                f"again when it was read for {STEADY.days} days without a failure, or not at all."
            )
        case _:
            return f"{name} {_AGAIN.get(before.told, 'is read again')}."


def _utc(at: datetime | None) -> str:
    return f"{at:%d %b %H:%M} UTC" if at else "it was added"
