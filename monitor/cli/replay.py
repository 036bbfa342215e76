"""`monitor replay`: what a watchlist would have flagged, on an archive or on the store."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace as replaced
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeGuard

import click
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from monitor.cli import churn as cli_churn
from monitor.cli.daemon import prepare
from monitor.cli.output import as_json, complain, console, plural, say, when
from monitor.cli.status import parse_time
from monitor.config import load as config_load
from monitor.config import watchlists as config_watchlists
from monitor.config.settings import Settings
from monitor.core.rules import Rules
from monitor.service import churn, plan
from monitor.service import flags as service_flags
from monitor.service import replay as service_replay
from monitor.service.database import open_database
from monitor.service.plan import Plan
from monitor.service.replay import Batch, Replayed


@click.command()
@click.argument("archive", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--stored", is_flag=True, help="Replay the daemon's own store instead of an archive.")
@click.option("--since", help="From this date (UTC) on.")
@click.option("--until", help="Up to this date (UTC).")
@click.option(
    "--watchlists",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Use this file instead of the configuration's watchlists.yaml.",
)
@click.option(
    "--review-after",
    default=48,
    show_default=True,
    help="Hours after which a flag is taken as answered “stands”.",
)
@click.option("--json", "json_", is_flag=True, help="Print as JSON.")
def replay(
    archive: Path | None,
    stored: bool,
    since: str | None,
    until: str | None,
    watchlists: Path | None,
    review_after: int,
    json_: bool,
) -> None:
    """Run the daemon's own code over ARCHIVE, with simulated time, and print the flags.

    ARCHIVE is a JSON lines file (t, outlet, title, link or url, description) or a folder of feed
    snapshots, one folder per feed, files named by UTC time. Of a folder it also says, for each
    feed, how many entries were new, revised, re-dated, re-guided, and how many vanished.
    """
    if stored == (archive is not None):
        raise click.UsageError("give either an ARCHIVE or --stored")
    settings = prepare(quiet=True)
    found = _plan(settings, watchlists)
    span = (parse_time(since) if since else None, parse_time(until) if until else None)
    hours = timedelta(hours=review_after)
    if archive is not None:
        read = service_replay.from_snapshots if archive.is_dir() else service_replay.from_lines
        batches, outlets, refused = read(archive, found.outlets)
        rules = plan.with_outlets(found, outlets).rules
        result = _run(_within(batches, *span), rules, hours, quiet=json_)
    else:
        refused = []
        with open_database(settings) as database:
            batches_ = database.read_now(
                lambda conn: list(service_replay.from_store(conn, *_span(*span)))
            )
        result = _run(iter(batches_), found.rules, hours, quiet=json_)
    result = replaced(result, tally=result.tally + service_replay.Tally(refused=tuple(refused)))
    churned = churn.report(archive, since=span[0], until=span[1]) if _is_folder(archive) else {}
    if json_:
        as_json(_json(result) | ({"feeds": cli_churn.as_json(churned)} if churned else {}))
    else:
        _show(result, hours)
        if churned:
            say()
            cli_churn.show(churned)


def _is_folder(archive: Path | None) -> TypeGuard[Path]:
    return archive is not None and archive.is_dir()


def _plan(settings: Settings, watchlists: Path | None) -> Plan:
    configuration = config_load.load_all(settings.config_dir)
    if watchlists is not None:
        configuration = replaced(configuration, watchlists=config_watchlists.load(watchlists))
    return plan.compile_plan(configuration)


def _span(since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    return (
        since or datetime(1970, 1, 1, tzinfo=UTC),
        until or datetime(9999, 1, 1, tzinfo=UTC),
    )


def _within(
    batches: Iterator[Batch], since: datetime | None, until: datetime | None
) -> Iterator[Batch]:
    start, end = _span(since, until)
    late = itertools.dropwhile(lambda batch: batch.at < start, batches)
    return itertools.takewhile(lambda batch: batch.at < end, late)


def _run(batches: Iterable[Batch], rules: Rules, hours: timedelta, *, quiet: bool) -> Replayed:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console(), transient=True, disable=quiet) as progress:
        task = progress.add_task("replaying")
        return service_replay.replay(
            batches,
            rules=rules,
            review_after=hours,
            progress=lambda at: progress.update(task, description=f"replaying {at:%Y-%m-%d}"),
        )


def _show(result: Replayed, hours: timedelta) -> None:
    tally = result.tally
    for line in tally.refused[:20]:
        complain(f"not read: {line}")
    if len(tally.refused) > 20:
        complain(f"and {len(tally.refused) - 20} more that could not be read")
    for flag in result.flags:
        say(f"{when(flag.opened_at)}  flag {flag.id}  {flag.brief}")
        for reason in flag.reasons:
            mark = "!" if reason.interrupts else " "
            judgment = reason.judgment.rsplit("/", 1)[-1]
            say(
                f"  {mark} {when(reason.raised_at)}  {judgment}  {reason.kind.value}: {reason.text}"
            )
    say()
    say(
        f"{plural(tally.new, 'entry', 'entries')} ({tally.revised:,} revised, "
        f"{tally.unchanged:,} unchanged, {tally.doubles:,} listed twice), {result.relevant:,} "
        f"in scope, {plural(result.stories, 'story', 'stories')}, "
        f"{plural(len(result.flags), 'flag')}"
    )
    months = result.judgment_months
    if months:
        loud = sum(reason.interrupts for flag in result.flags for reason in flag.reasons)
        say(
            f"{when(result.start)} to {when(result.end)}: {loud} interruptions in {months:.1f} "
            f"judgment-months, {loud / months:.2f} a month; watchlist {result.rules.version}; each "
            f"flag taken as answered “stands” after {hours / timedelta(hours=1):.0f} h"
        )


def _json(result: Replayed) -> dict[str, object]:
    return {
        "rules": result.rules.version,
        "start": result.start.isoformat() if result.start else None,
        "end": result.end.isoformat() if result.end else None,
        "new": result.tally.new,
        "revised": result.tally.revised,
        "unchanged": result.tally.unchanged,
        "doubles": result.tally.doubles,
        "refused": list(result.tally.refused),
        "relevant": result.relevant,
        "stories": result.stories,
        "judgment_months": result.judgment_months,
        "flags": [service_flags.as_json(flag) for flag in result.flags],
    }
