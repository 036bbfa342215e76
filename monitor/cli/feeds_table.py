"""Shows how feeds are doing: those in trouble first, with what is wrong and what comes next."""

from collections import Counter

from monitor.cli.output import plural, say, table, when
from monitor.model.feed_health import FeedHealth
from monitor.model.feeds import FeedState
from monitor.triage.status import StatusReport

_URGENCY = (
    FeedHealth.GONE,
    FeedHealth.DOWN,
    FeedHealth.BLOCKED,
    FeedHealth.STALE,
    FeedHealth.DEGRADED,
    FeedHealth.NEW,
    FeedHealth.OK,
)


def show_feeds(found: StatusReport) -> None:
    """The table of feeds, a line that counts them, and what was last told of them."""
    feeds = sorted(found.feeds, key=lambda state: _URGENCY.index(state.health))
    table(
        ("feed", "outlet", "health", "since", "entries", "last read", "next poll", ""),
        [_row(state) for state in feeds],
    )
    say()
    counts = Counter(state.health for state in found.feeds)
    listed = ", ".join(f"{counts[health]} {health}" for health in _URGENCY if counts[health])
    say(f"{plural(len(feeds), 'feed')}: {listed or 'none is configured'}")
    if found.network_down:
        say(
            f"No feed can be reached since {when(found.network_down)}: most likely our own "
            "network. No failure counts against a feed meanwhile."
        )
    for notice in found.notices:
        say(f"  {when(notice.at)}  {notice.text}")


def _row(state: FeedState) -> tuple[str, ...]:
    return (
        state.feed_id,
        state.outlet,
        state.health.value,
        when(state.health_at),
        f"{state.entry_count:,}",
        when(state.ok_at),
        "never" if state.gone else when(state.next_poll_at),
        "; ".join(_remarks(state)),
    )


def _remarks(state: FeedState) -> list[str]:
    remarks = []
    if state.fail_count:
        times = f" ×{state.fail_count}" if state.fail_count > 1 else ""
        remarks.append(f"{state.error_code}{times}: {state.error_text}")
    elif state.health is FeedHealth.STALE:
        remarks.append(f"nothing new since {when(state.new_at)}")
    if state.gone:
        remarks.append("not polled any more: change or remove it in feeds.yaml")
    elif state.retry_at:
        remarks.append(f"its server asked to be left alone until {when(state.retry_at)}")
    if state.location:
        remarks.append(f"moved to {state.location}: put that into feeds.yaml")
    if state.same_as:
        remarks.append(f"redirects to the address of {state.same_as}")
    if state.halvings:
        remarks.append(f"polled {2**state.halvings}× as often: entries come fast")
    return remarks
