"""`monitor flags show`: the whole explanation of a flag, for an analyst to check.

Every number with the stories, outlets, entries, links and watchlist version behind it.
"""

import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence

import click
from sqlalchemy import Connection

from monitor.cli.output import as_json, plural, say, when
from monitor.cli.prepare import prepare
from monitor.core.judging import likelihood
from monitor.core.judging.trigger import surge, texts
from monitor.core.judging.weigh import faded, signed
from monitor.daemon import jobs
from monitor.model.clock import UTC_CLOCK
from monitor.model.entries import Entry
from monitor.model.flags import Evidence, Flag, FlagKind, Reason, Review
from monitor.model.questions import Direction
from monitor.runtime.database import open_database
from monitor.triage import decisions, flag_view
from monitor.triage.flag_view import Background, FlagView
from monitor.triage.standing import JudgmentStanding

WIDTH = 100
MOST_ROWS = 10
"""Rows of one reason that are shown without --all."""


@click.command()
@click.argument("flag_id", type=int, metavar="FLAG")
@click.option("--all", "all_", is_flag=True, help="Every row behind a reason, however many.")
@click.option("--json", "json_", is_flag=True, help="Print as JSON.")
def show(flag_id: int, all_: bool, json_: bool) -> None:
    """Show one flag: the judgment, why, and the stories behind every number."""
    now = jobs.SystemClock().now()
    with open_database(prepare(quiet=True)) as database:

        def read(conn: Connection) -> tuple[FlagView, Background]:
            view = flag_view.read(conn, flag_id, decisions.loaded(conn), now)
            return view, flag_view.background(conn, view.flag, view.later)

        view, background = database.read_now(read)
    if json_:
        rows = [flag_view.evidence_json(row) for row in background.evidence]
        as_json(flag_view.as_json(view) | {"evidence": rows})
        return
    most = None if all_ else MOST_ROWS
    _head(view)
    _judgments(view)
    for place, reason in enumerate(view.flag.reasons, start=1):
        _reason(place, reason, background, most)
    _later(view, background, most)
    _assumptions(view)
    _reviews(view.reviews)
    _what_next(view.flag)


def _head(view: FlagView) -> None:
    flag, question, brief = view.flag, view.question, view.brief
    say(f"Flag {flag.id}: {flag_view.state(flag)}, opened {when(flag.opened_at)}")
    if question is None or brief is None or view.status is None:
        say(f"  {flag.brief}, which is not in the watchlist any more")
        return
    closes = f", closes {question.closes}" if question.closes else ""
    owner = f", owner {question.owner}" if question.owner else ""
    published = f", published {brief.published}" if brief.published else ""
    say(f"  Brief     {brief.title} ({flag.brief}{published})")
    if brief.url:
        say(f"            {brief.url}")
    say(f"  Question  {question.ask} ({view.status.value}{closes}{owner})")


def _judgments(view: FlagView) -> None:
    for docket in view.dockets:
        judgment = docket.standing.judgment
        say()
        say(f"JUDGMENT  {judgment.id}")
        say(f"  “{judgment.says}”")
        say(f"  Likelihood  {likelihood.show(judgment.likelihood)}: {judgment.event.rstrip('.')}")
        if judgment.confidence:
            say(f"  Confidence  {judgment.confidence.value}")
        label = "Ledger now " if view.flag.state.live else "Ledger then"
        say(f"  {label} {_ledger(docket.standing)}")


def _ledger(standing: JudgmentStanding) -> str:
    what = "the last review" if standing.reviewed else "it was published"
    since = f" since {what} ({standing.since:%d %b %Y})" if standing.since else ""
    sums = standing.ledger
    told = plural(standing.stories, "story", "stories")
    clause = f"; {standing.leaves_band}" if standing.leaves_band else ""
    return (
        f"{signed(sums.total)} points{since}: {signed(sums.toward)} toward, "
        f"{signed(sums.away)} away, from {told}{clause}"
    )


def _reason(number: int, reason: Reason, background: Background, most: int | None) -> None:
    say()
    way = {
        Direction.AWAY: "away from the event",
        Direction.TOWARD: "toward the event",
        Direction.NONE: "no direction",
    }[reason.direction]
    told = "told at once" if reason.interrupts else "for the digest"
    held = f": {texts.held(reason, UTC_CLOCK)}" if reason.held else ""
    judgment = reason.judgment.rsplit("/", 1)[-1]
    say(f"WHY {number}  {reason.kind.value}, {way}, for {judgment}")
    say(f"  {when(reason.raised_at)}, {told}{held}; watchlist {reason.rules}")
    for line in textwrap.wrap(texts.sentence(reason, UTC_CLOCK), WIDTH - 2):
        say(f"  {line}")
    if reason.numbers:
        say(f"  {' · '.join(f'{name} {_number(value)}' for name, value in reason.numbers)}")
    rows = _foremost(reason, background.behind(reason))
    _rows(rows, background.entries, most, note=_faded(reason))


def _foremost(reason: Reason, rows: Sequence[Evidence]) -> list[Evidence]:
    """The rows that say most first: of a surge the day's, else the weightiest."""
    today = {row.ref for row in surge.todays(rows, reason.raised_at)}
    fresh = today if reason.kind is FlagKind.SURGE else set()
    return sorted(rows, key=lambda row: (row.ref not in fresh, -abs(row.points), row.first_at))


def _number(value: float) -> str:
    text = f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return text.replace("-", "−")


def _rows(
    rows: Sequence[Evidence],
    entries: Mapping[str, Entry],
    most: int | None,
    *,
    label: Callable[[Evidence], str] = lambda _row: "",
    note: Callable[[Evidence], str] = lambda _row: "",
) -> None:
    for row in rows[:most]:
        say()
        head = f"{signed(row.points):>6}  {row.indicator}{label(row)}: {row.title}"
        for line in textwrap.wrap(head, WIDTH - 4, subsequent_indent=" " * 8):
            say(f"    {line}")
        say(f"            {_arithmetic(row)}{note(row)}")
        say(f"            row {row.number} of story {row.story_id}, watchlist {row.rules}")
        for line in _sources(row, entries):
            say(f"            {line}")
    if most is not None and len(rows) > most:
        rest = rows[most:]
        points = signed(sum(row.points for row in rest))
        say()
        say(f"            and {plural(len(rest), 'more row')}, {points} points; --all shows them")


def _arithmetic(row: Evidence) -> str:
    """How the points follow, in the terms of docs/flags.md."""
    if not row.heard:
        return f"= {row.weight}: the weight of the expectation; nothing was seen"
    credit = f"credit {row.credit:.2f} of {plural(row.sources, 'source')}"
    hedged = ", halved because hedged" if row.hedged else ""
    prior, whole = row.prior_credit, row.prior_credit + row.credit
    before = f"0.5^{prior:.2f}" if prior else "1"
    earlier = f", {prior:.2f} told in the 14 days before" if prior else ""
    return f"= 2·{row.weight}·({before} − 0.5^{whole:.2f}): {credit}{hedged}{earlier}"


def _faded(reason: Reason) -> Callable[[Evidence], str]:
    """What a row still weighed when the reason was raised, where a sum was told."""
    if reason.kind is not FlagKind.WEIGHT:
        return lambda _row: ""
    return lambda row: f"; {signed(faded(row, reason.raised_at))} when raised"


def _sources(row: Evidence, entries: Mapping[str, Entry]) -> Iterable[str]:
    if row.heard:
        yield row.stands.line
    for entry_id in row.entry_ids:
        entry = entries.get(entry_id)
        if entry is None:
            yield f"entry {entry_id}, not stored any more"
        else:
            yield f"{entry.outlet}, {when(entry.published_at)}, entry {entry_id}"
            if entry.link:
                yield f"  {entry.link}"


def _later(view: FlagView, background: Background, most: int | None) -> None:
    if view.later:
        say()
        say(f"LATER NEWS  {plural(len(view.later), 'row')} since the newest reason")
        rows = sorted(view.later, key=lambda row: (-abs(row.points), row.first_at))
        _rows(
            rows,
            background.entries,
            most,
            label=lambda row: f" for {row.judgment.rsplit('/', 1)[-1]}",
        )


def _assumptions(view: FlagView) -> None:
    if view.assumptions:
        say()
        say("ASSUMPTIONS")
    for assumption, bearing in view.assumptions:
        say(f"  {bearing.value:<10}  {assumption.id}: “{assumption.says}”")


def _reviews(reviews: Sequence[Review]) -> None:
    if reviews:
        say()
        say("DECISIONS")
    for review in reviews:
        extra = "".join(
            (
                f", now {review.likelihood}" if review.likelihood else "",
                f", {review.indicator} misfired" if review.indicator else "",
                *(f", {id_} {word}" for id_, word in review.assumptions),
                f": {review.note}" if review.note else "",
            )
        )
        say(f"  {when(review.at)}  {review.decision.value} by {review.by}{extra}")
        for key, toward, away in review.ledger:
            points = f"{signed(toward + away)} ({signed(toward)} toward, {signed(away)} away)"
            say(f"      ledger of {key.rsplit('/', 1)[-1]} then: {points}")


def _what_next(flag: Flag) -> None:
    if flag.state.live:
        say()
        say(f"ANSWER  monitor flags stands|revise|withdraw|noise {flag.id} --note WHY; ack, snooze")
        say("CHECK   monitor explain ENTRY: how it was read · monitor flags audit: every number")
