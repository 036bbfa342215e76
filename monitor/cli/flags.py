"""`monitor flags`: list, show and answer flags, and prove their numbers."""

import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace

import click
from sqlalchemy import Connection

from monitor.cli.output import FOUND_WRONG, as_json, say, table, typed, when
from monitor.cli.prepare import commanded_by, prepare
from monitor.core.judging import indicators, likelihood
from monitor.core.judging.trigger import surge, texts
from monitor.core.judging.weigh import faded
from monitor.daemon import jobs
from monitor.model.clock import UTC_CLOCK
from monitor.model.entries import Entry
from monitor.model.flags import Evidence, Flag, FlagKind, Reason, Review
from monitor.model.numbers import plural, signed
from monitor.model.questions import Direction
from monitor.runtime import plan
from monitor.runtime.database import open_database
from monitor.store import flags as store_flags
from monitor.triage import answers, decisions, exclusions, flag_view
from monitor.triage import audit as triage_audit
from monitor.triage.answers import Given
from monitor.triage.exclusions import About
from monitor.triage.flag_view import Background, FlagView
from monitor.triage.standing import JudgmentStanding


@click.command("not-evidence")
@click.argument("story", metavar="STORY")
@click.argument("indicator", metavar="INDICATOR")
@click.option(
    "--judgment", "judgments", multiple=True, metavar="KEY", help="Only for this one; else for all."
)
@click.option("--note", default="", help="Why; kept with the decision.")
@click.option("--undo", is_flag=True, help="It is evidence after all: count it again.")
def not_evidence(
    story: str, indicator: str, judgments: tuple[str, ...], note: str, undo: bool
) -> None:
    """Take a story out of the ledger, however it grows; `flags show` names stories.

    Nothing is deleted: a row without weight is added, and no flag follows.
    """
    settings = prepare(quiet=True)
    rules, now = plan.load_plan(settings.config_dir).rules, jobs.SystemClock().now()
    about = About(
        story_id=typed(story), indicator=typed(indicator), judgments=tuple(map(typed, judgments))
    )
    step = exclusions.include if undo else exclusions.exclude
    with open_database(settings) as database:
        done = database.write_now(
            lambda conn: step(
                conn, about, rules=rules, actor=commanded_by(), now=now, note=typed(note)
            )
        )
    word = "counts again" if undo else "counts no more"
    for key in done.about.judgments:
        points = [signed(row.points) for row in done.evidence if row.judgment == key]
        worth = f", {points[-1]} points" if undo and points else ""
        say(f"story {about.story_id} {word} by {about.indicator} for {key}{worth}")
    say(f"{plural(len(done.evidence), 'row')} of evidence added; by {commanded_by().name}")


MOST_SHOWN = 50


@click.command()
@click.option("--json", "json_", is_flag=True, help="Print as JSON, with every difference.")
def audit(json_: bool) -> None:
    """Work every stored number out again. Exit code 1, naming each that differs."""
    with open_database(prepare(quiet=True)) as database:
        found = database.read_now(triage_audit.audit)
    if json_:
        as_json(asdict(found))
        sys.exit(FOUND_WRONG if found.differences else 0)
    for difference in found.differences[:MOST_SHOWN]:
        say(str(difference))
    if len(found.differences) > MOST_SHOWN:
        say(f"and {len(found.differences) - MOST_SHOWN} more")
    kept = f", {plural(found.answers, 'kept ledger')}" if found.answers else ""
    rows, reasons = plural(found.rows, "evidence row"), plural(found.reasons, "reason")
    checked = f"{rows} and {reasons} checked{kept}, {plural(found.numbers, 'number')}"
    if found.differences:
        say(f"{checked}: {plural(len(found.differences), 'difference')}")
        sys.exit(FOUND_WRONG)
    say(f"{checked}: all follow from what is stored")


@click.command()
@click.option("--json", "json_", is_flag=True, help="Print as JSON.")
def precision(json_: bool) -> None:
    """How often each indicator was behind an answered flag, and how often it misfired."""
    with open_database(prepare(quiet=True)) as database:
        found = database.read_now(
            lambda conn: indicators.precision(
                store_flags.listing(conn, live_only=False), store_flags.reviews(conn)
            )
        )
    if json_:
        as_json(
            [
                {
                    "question": item.question,
                    "indicator": item.indicator,
                    "answered": item.answered,
                    "noise": item.noise,
                    "precision": item.share,
                }
                for item in found
            ]
        )
    elif found:
        rows = [
            (
                item.question,
                item.indicator,
                str(item.answered),
                str(item.noise),
                f"{item.share:.2f} (n={item.answered})",
            )
            for item in found
        ]
        table(("question", "indicator", "answered flags", "noise", "precision"), rows)
    else:
        say("no answered flags yet")


_FLAG = click.argument("flag_id", type=int, metavar="FLAG")
_NOTE = click.option("--note", default="", help="Why; kept with the answer.")
_BROKEN = click.option(
    "--broken", multiple=True, metavar="ID", help="An assumption that does not hold any more."
)
_HOLDING = click.option(
    "--holding", multiple=True, metavar="ID", help="An assumption that holds after all."
)


@click.command()
@_FLAG
@_NOTE
def ack(flag_id: int, note: str) -> None:
    """Acknowledge a flag: seen, not yet decided."""
    _decide(flag_id, Given(answer=answers.ACKNOWLEDGE, note=typed(note)))


@click.command()
@_FLAG
@_NOTE
@_BROKEN
@_HOLDING
def stands(flag_id: int, note: str, broken: tuple[str, ...], holding: tuple[str, ...]) -> None:
    """The judgment stands. The evidence so far is priced in: the ledger starts anew."""
    named = _assumption_texts(broken, holding)
    _decide(flag_id, Given(answer=answers.STANDS, note=typed(note), assumptions=named))


@click.command()
@_FLAG
@_NOTE
@_BROKEN
@_HOLDING
@click.option("--likelihood", "words", default="", help="The new one: a word, “10%” or “5-15%”.")
def revise(
    flag_id: int, note: str, broken: tuple[str, ...], holding: tuple[str, ...], words: str
) -> None:
    """The judgment was revised. The ledger starts anew; change watchlists.yaml as well."""
    named = _assumption_texts(broken, holding)
    _decide(
        flag_id,
        Given(answer=answers.REVISE, note=typed(note), likelihood=typed(words), assumptions=named),
    )
    say("write the judgment as it now is into watchlists.yaml: flags go by that file")


@click.command()
@_FLAG
@_NOTE
def withdraw(flag_id: int, note: str) -> None:
    """The judgment is withdrawn. Take it out of watchlists.yaml as well."""
    _decide(flag_id, Given(answer=answers.WITHDRAW, note=typed(note)))
    say("take the judgment out of watchlists.yaml, or it will be flagged again")


@click.command()
@_FLAG
@_NOTE
@click.option("--indicator", default="", help="The one that misfired.")
def noise(flag_id: int, note: str, indicator: str) -> None:
    """Nothing happened. Two such answers on one indicator in 30 days make it count less."""
    _decide(flag_id, Given(answer=answers.NOISE, note=typed(note), indicator=typed(indicator)))


@click.command()
@_FLAG
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 365))
def snooze(flag_id: int, days: int) -> None:
    """Keep still about a flag for some days. A tripwire still breaks through."""
    _decide(flag_id, Given(answer=answers.SNOOZE, days=days))


def _assumption_texts(
    broken: tuple[str, ...], holding: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    return (
        *((typed(id_), "broken") for id_ in broken),
        *((typed(id_), "holding") for id_ in holding),
    )


def _decide(flag_id: int, given: Given) -> None:
    now, actor = jobs.SystemClock().now(), commanded_by()
    with open_database(prepare(quiet=True)) as database:
        after = database.write_now(
            lambda conn: answers.decide(
                conn, flag_id, _complete(conn, flag_id, given), actor=actor, now=now
            )
        ).flag
    state = flag_view.state(after)
    say(f"flag {after.id} on {after.brief}: {state}, {when(now)} by {actor.name}")


def _complete(conn: Connection, flag_id: int, given: Given) -> Given:
    """Asks at a terminal which indicator misfired, where there are several."""
    flag = store_flags.get(conn, flag_id)
    named = decisions.indicators(flag) if flag else ()
    asked = given.answer == answers.NOISE and not given.indicator and len(named) > 1
    if not (asked and sys.stdin.isatty()):
        return given
    which = click.prompt("which indicator misfired", type=click.Choice(named))
    return replace(given, indicator=str(which))


ANSWERS = (ack, stands, revise, withdraw, noise, snooze)


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


@click.group(invoke_without_command=True)
@click.pass_context
def flags(context: click.Context) -> None:
    """Flags: 'this judgment may need revisiting'. Without a sub-command, lists the open ones."""
    if context.invoked_subcommand is None:
        context.invoke(list_)


@flags.command("list")
@click.option("--all", "all_", is_flag=True, help="Answered flags too.")
@click.option("--json", "json_", is_flag=True, help="Print as JSON.")
def list_(all_: bool = False, json_: bool = False) -> None:
    """List the open flags."""
    with open_database(prepare(quiet=True)) as database:
        found = database.read_now(lambda conn: store_flags.listing(conn, live_only=not all_))
    if json_:
        as_json([flag_view.flag_json(flag) for flag in found])
        return
    if not found:
        say("no open flags" if not all_ else "no flags")
        return
    table(
        ("flag", "brief", "state", "opened", "reasons", "the newest"),
        [
            (
                str(flag.id),
                flag.brief,
                flag_view.state(flag),
                when(flag.opened_at),
                str(len(flag.reasons)),
                f"{flag.reasons[-1].kind.value}: {texts.sentence(flag.reasons[-1], UTC_CLOCK)}",
            )
            for flag in found
        ],
    )


for command in (show, audit, precision, not_evidence, *ANSWERS):
    flags.add_command(command)
