"""What `monitor replay` prints for a person: flags, the table, what was missed, what changed."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from monitor.cli.output import complain, say, table, when
from monitor.core.judging.trigger import texts
from monitor.core.measuring import misses
from monitor.core.measuring.difference import Difference, ReplayChange
from monitor.model.clock import UTC_CLOCK
from monitor.model.flags import Flag, Reason
from monitor.model.numbers import plural
from monitor.model.questions import Direction
from monitor.model.replays import Interruption, ToldReason
from monitor.model.stories import Story
from monitor.replay.run import Replayed
from monitor.replay.score import Measure, Report, ScoreRow, too_little

SHOWN = 20
"""Lines of one kind that are shown before the rest is only counted."""

STORIES = 5


def show(
    replayed: Replayed, report: Report | None, changes: Difference | None, review_after: timedelta
) -> None:
    _refused(replayed.tally.refused)
    for flag in replayed.flags:
        _flag(flag)
    say()
    _counts(replayed, review_after)
    if report is not None:
        _report(report, replayed.stories)
    if changes is not None:
        _changes(changes)


def _refused(refused: Sequence[str]) -> None:
    for line in refused[:SHOWN]:
        complain(f"not read: {line}")
    if len(refused) > SHOWN:
        complain(f"and {len(refused) - SHOWN} more that could not be read")


def _flag(flag: Flag) -> None:
    say(f"{when(flag.opened_at)}  flag {flag.id}  {flag.brief}")
    for reason in flag.reasons:
        say(
            f"  {_mark(reason)} {when(reason.raised_at)}  {_name(reason.judgment)}  {_text(reason)}"
        )


def _text(reason: Reason) -> str:
    return f"{reason.kind.value}: {texts.sentence(reason, UTC_CLOCK)}"


def _mark(reason: Reason) -> str:
    return "!" if reason.interrupts else " "


def _name(judgment: str) -> str:
    return judgment.rsplit("/", 1)[-1]


def _counts(replayed: Replayed, review_after: timedelta) -> None:
    tally, months = replayed.tally, replayed.judgment_months
    say(
        f"{plural(tally.new, 'entry', 'entries')} ({tally.revised:,} revised, "
        f"{tally.unchanged:,} unchanged, {tally.doubles:,} listed twice), "
        f"{len(replayed.arrivals):,} in scope, "
        f"{plural(len(replayed.stories), 'story', 'stories')}, "
        f"{plural(len(replayed.flags), 'flag')}"
    )
    if months:
        loud = sum(one for flag in replayed.flags for one in _loud(flag))
        rate = too_little(replayed.length) or f"{loud / months:.2f} a month"
        say(
            f"{when(replayed.start)} to {when(replayed.end)}: {plural(loud, 'interruption')} in "
            f"{months:.1f} judgment-months, {rate}; watchlist "
            f"{replayed.rules.version}; each flag taken as answered “stands” after "
            f"{review_after / timedelta(hours=1):.0f} h"
        )


def _loud(flag: Flag) -> list[int]:
    """One per moment at which the flag speaks."""
    return [1 for _ in {reason.raised_at for reason in flag.reasons if reason.interrupts}]


def _report(report: Report, stories: Iterable[Story]) -> None:
    say()
    say(
        f"Measured from {when(report.start)} to {when(report.end)}, {report.months:.1f} "
        "judgment-months; 95 % intervals in brackets"
    )
    if report.too_little:
        say(f"Rates: {report.too_little}")
    say()
    headings = (
        "", "sent", "per judgment-month", "recall", "precision", "lenient recall",
        "lenient precision", "direction right", "median delay", "repeats",
    )  # fmt: skip
    table(headings, [_row(row) for row in report.rows])
    _bounds(report)
    _points(report)
    _unmatched(report.score.strict.unmatched, {story.id: story for story in stories})


def _row(row: ScoreRow) -> tuple[str, ...]:
    return (
        row.name,
        f"{row.interruptions:,.0f}",
        _measure(row.per_month),
        _measure(row.recall),
        _measure(row.precision),
        _measure(row.lenient_recall),
        _measure(row.lenient_precision),
        _measure(row.direction),
        f"{row.delay / timedelta(hours=1):.0f} h" if row.delay is not None else "–",
        f"{row.repeats:.1f}" if row.repeats is not None else "–",
    )


def _measure(measure: Measure) -> str:
    if measure.value is None:
        return "–"
    if measure.interval is None:
        return f"{measure.value:.2f}"
    low, high = measure.interval
    return f"{measure.value:.2f} [{low:.2f}–{high:.2f}]"


def _bounds(report: Report) -> None:
    """What the archive allows, and where the rest was lost."""
    say()
    value, (low, high) = report.better
    say(f"Recall beyond a spike at the same rate: {value:+.2f} [{low:+.2f}, {high:+.2f}], paired")
    reached = misses.bounds(report.reached)
    say("At most: " + ", ".join(f"{count} {name}" for name, count in reached.items()))
    causes = misses.causes(report.missed)
    if causes:
        say("Missed: " + ", ".join(f"{count} {step}" for step, count in causes.items()))


def missed(report: Report) -> str:
    """Each miss with the step that lost it and the headlines that were there, to be read."""
    told = [f"{len(report.missed)} missed, by the first step that failed\n"]
    for each in report.missed:
        counts = (
            f"outlets in its window: {each.in_scope} in scope, {each.understood} understood, "
            f"{each.pointing} pointing its way, {each.plain} of them unhedged, "
            f"{each.in_one_story} in one story"
        )
        told.append(f"{each.point.on}  {_arrow(each.point.direction)}  {each.point.says}")
        told.append(f"  {each.lost_at}; {counts}")
        told += [f"    {title}" for title in each.titles]
        told.append("")
    return "\n".join(told)


def _points(report: Report) -> None:
    say()
    say("Turning points (delay from the beginning of the day, UTC; “may” is no miss)")
    lost = {each.point: each.lost_at for each in report.missed}
    for point, one in report.score.strict.served:
        found = f"flag {one.flag}, {when(one.at)}" if one else f"missed: {lost.get(point, 'may')}"
        must = "" if point.must else "  (may)"
        say(f"  {point.on}  {_arrow(point.direction)}  {point.says}{must}: {found}")


def _unmatched(unmatched: Sequence[Interruption], stories: dict[str, Story]) -> None:
    say()
    say(f"Interruptions that match no turning point listed: {len(unmatched)}")
    for one in unmatched:
        say(f"  {when(one.at)}  {_arrow(one.direction)}  flag {one.flag}")
        for text in one.texts:
            say(f"    {text}")
        for id_ in one.stories[:STORIES]:
            if story := stories.get(id_):
                say(f"      {story.title} ({', '.join(story.outlets[:STORIES])})")
        if len(one.stories) > STORIES:
            say(f"      and {len(one.stories) - STORIES} more")


def _arrow(direction: Direction) -> str:
    return {Direction.TOWARD: "+", Direction.AWAY: "−"}.get(direction, "·")


def _changes(changes: Difference) -> None:
    say()
    if not changes:
        say("No flag and no story was gained or lost.")
        return
    _told("Reasons gained", changes.gained)
    _told("Reasons lost", changes.lost)
    _stories("Stories gained", changes.stories_gained)
    _stories("Stories lost", changes.stories_lost)


def _told(title: str, reasons: Sequence[ToldReason]) -> None:
    say(f"{title}: {len(reasons)}")
    for told in reasons:
        mark = "!" if told.interrupts else " "
        say(f"  {mark} {when(told.at)}  {_name(told.judgment)}  {told.kind}: {told.text}")


def _stories(title: str, changes: Sequence[ReplayChange]) -> None:
    say(f"{title}: {len(changes)}")
    for change in changes[:SHOWN]:
        story = change.story
        outlets = ", ".join(story.outlets)
        say(f"  {when(story.at)}  {_name(story.judgment)}  {story.title} ({outlets})")
        say(f"    {change.why}")
    if len(changes) > SHOWN:
        say(f"  and {len(changes) - SHOWN} more; --json lists all")
