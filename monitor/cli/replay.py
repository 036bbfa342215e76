"""`monitor replay`: what a watchlist would have flagged, and how good that would have been."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace as replaced
from datetime import datetime, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from monitor.cli import chart as cli_chart
from monitor.cli import churn as cli_churn
from monitor.cli import replay_text
from monitor.cli.output import as_json, say
from monitor.cli.prepare import prepare
from monitor.cli.status import parse_time
from monitor.config import load as config_load
from monitor.config import watchlists as config_watchlists
from monitor.config.settings import Settings
from monitor.core.feeds.churn import Churn
from monitor.core.judging.rules import Rules
from monitor.core.measuring.difference import Difference, difference
from monitor.deliver.channels.table import TYPES
from monitor.feeds import archive as feeds_archive
from monitor.feeds import timeline
from monitor.replay import batches, churn, results, score
from monitor.replay import run as replay_run
from monitor.replay.batches import Source
from monitor.replay.extras import dask_workers as replay_dask_workers
from monitor.replay.run import Replayed
from monitor.replay.score import Report
from monitor.runtime import plan
from monitor.runtime.database import open_database
from monitor.runtime.plan import Plan

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_TIME_HELP = "A date, or a time in UTC."
WATCHLISTS_HELP = "Use this file instead of the configuration's watchlists.yaml."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRequest:
    """Which archive, over which time, and how."""

    archive: str | None
    since: datetime | None
    until: datetime | None
    review_after: timedelta
    jobs: int
    scheduler: str
    keep: Path | None
    speed: float | None
    quiet: bool


def _exists(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """A path on this machine must be there; whether an address is, its server says later."""
    if value is None or "://" in value:
        return value
    return str(click.Path(exists=True).convert(value, option, context))


def time_option(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> datetime | None:
    return parse_time(value) if value else None


@click.command()
@click.argument("archive", required=False, callback=_exists)
@click.option("--stored", is_flag=True, help="Replay the daemon's own store instead of an archive.")
@click.option("--since", callback=time_option, help=f"From then on. {_TIME_HELP}")
@click.option("--until", callback=time_option, help=f"Up to then. {_TIME_HELP}")
@click.option("--watchlists", type=_FILE, help=WATCHLISTS_HELP)
@click.option(
    "--review-after",
    type=click.IntRange(min=0),
    default=48,
    show_default=True,
    help="Hours after which a flag is taken as answered “stands”.",
)
@click.option(
    "--events", type=_FILE, help="Measure the flags by the turning points in this CSV file."
)
@click.option(
    "--misses",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With --events: write what was missed, and at which step, into this file.",
)
@click.option("--score-since", callback=time_option, help=f"Measure from then on. {_TIME_HELP}")
@click.option("--score-until", callback=time_option, help=f"Measure up to then. {_TIME_HELP}")
@click.option("--words", default="", help="Also measure a plain alert on these words: “a, b”.")
@click.option("--seed", default=score.SEED, show_default=True, help="Of the random alerts.")
@click.option(
    "--diff",
    type=_FILE,
    help="Compare with this older watchlist (.yaml) or kept result (.json).",
)
@click.option(
    "--chart",
    "charts",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw points over time into this .png or .svg file; may be given twice.",
)
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True)
@click.option(
    "--scheduler", default="", help="Share the work by Dask's scheduler, tcp://host:port."
)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="With --scheduler: keep what was prepared in this folder, and go on from there.",
)
@click.option("--speed", type=click.FloatRange(min=1), help="Simulated seconds in a second.")
@click.option("--json", "json_", is_flag=True, help="Print as JSON.")
def replay(
    archive: str | None,
    stored: bool,
    since: datetime | None,
    until: datetime | None,
    watchlists: Path | None,
    review_after: int,
    events: Path | None,
    misses: Path | None,
    score_since: datetime | None,
    score_until: datetime | None,
    words: str,
    seed: int,
    diff: Path | None,
    charts: tuple[Path, ...],
    jobs: int,
    scheduler: str,
    keep: Path | None,
    speed: float | None,
    json_: bool,
) -> None:
    """Run the daemon's own decisions over ARCHIVE, in simulated time, and print the flags.

    ARCHIVE is a file of JSON lines or Parquet (t, outlet, title, link or url, description), a
    folder or pattern of such files, also at an address such as s3://bucket/2018-*.jsonl.gz, or a
    folder of feed snapshots, one folder per feed, files named by UTC time. Of snapshots it also
    says, for each feed, how many entries were new, revised, re-dated, re-guided, and vanished.
    """
    if stored == (archive is not None):
        raise click.UsageError("give either an ARCHIVE or --stored")
    if scheduler and stored:
        raise click.UsageError("--scheduler shares out an ARCHIVE; --stored is read here")
    if keep and not scheduler:
        raise click.UsageError("--keep goes with --scheduler")
    cli_chart.check(charts)
    settings = prepare(quiet=True)
    asked = ReplayRequest(
        archive=archive,
        since=since,
        until=until,
        review_after=timedelta(hours=review_after),
        jobs=jobs,
        scheduler=scheduler,
        keep=keep,
        speed=speed,
        quiet=json_,
    )
    points = timeline.read(events) if events else ()
    replayed = run(settings, asked, watchlists)
    keywords = [word.strip() for word in words.split(",") if word.strip()]
    span = {"start": score_since, "end": score_until}
    report = (
        score.measure(replayed, points, keywords=keywords, seed=seed, **span) if events else None
    )
    changes = _compared(settings, asked, diff, replayed) if diff else None
    if misses and report:
        misses.write_text(replay_text.missed(report), encoding="utf-8")
    for path in charts:
        cli_chart.draw(path, replayed, points)
    folder = _snapshots(archive)
    churned = churn.report(folder, since=since, until=until) if folder else {}
    (_print_json if json_ else _print)(replayed, report, changes, churned, asked)


def _print(
    replayed: Replayed,
    report: Report | None,
    changes: Difference | None,
    churned: Mapping[str, Churn],
    asked: ReplayRequest,
) -> None:
    replay_text.show(replayed, report, changes, asked.review_after)
    if churned:
        say()
        cli_churn.show(churned)


def _print_json(
    replayed: Replayed,
    report: Report | None,
    changes: Difference | None,
    churned: Mapping[str, Churn],
    _asked: ReplayRequest,
) -> None:
    more = results.difference_json(changes) if changes is not None else {}
    more |= {"feeds": cli_churn.as_json(churned)} if churned else {}
    as_json(results.to_json(replayed, report) | more)


def _snapshots(archive: str | None) -> Path | None:
    """The folder, if the archive is one of feed snapshots."""
    if archive is None or "://" in archive or feeds_archive.partitions(archive):
        return None
    return Path(archive)


def run(settings: Settings, asked: ReplayRequest, watchlists: Path | None) -> Replayed:
    """Replay what was asked for, under the configuration's watchlists or others."""
    found = compiled(settings, watchlists)
    if asked.scheduler and asked.archive is not None:
        return _shared(asked, asked.archive, found)
    source, rules = opened(settings, found, asked.archive, asked.since, asked.until)
    with _progress(source, asked) as progress:
        return replay_run.replay(
            source,
            rules=rules,
            review_after=asked.review_after,
            jobs=asked.jobs,
            progress=progress,
        )


def _shared(asked: ReplayRequest, archive: str, found: Plan) -> Replayed:
    with (
        replay_dask_workers.connect(asked.scheduler, asked.keep) as connected,
        _progress(None, asked) as progress,
    ):
        return replay_dask_workers.replay(
            connected,
            archive,
            found,
            since=asked.since,
            until=asked.until,
            review_after=asked.review_after,
            progress=progress,
        )


def opened(
    settings: Settings,
    found: Plan,
    archive: str | None,
    since: datetime | None,
    until: datetime | None,
) -> tuple[Source, Rules]:
    """An archive, or the store where none is named, and the rules with the outlets it has."""
    if archive is not None:
        source = batches.from_path(archive, found.outlets).within(since, until)
        return source, plan.with_outlets(found, source.outlets).rules
    with open_database(settings) as database:
        source = database.read_now(lambda conn: batches.from_store(conn, since, until))
    return source, found.rules


def compiled(settings: Settings, watchlists: Path | None) -> Plan:
    """The configuration's plan, or the same with the watchlists of another file."""
    configuration = config_load.load_all(settings.config_dir, TYPES)
    if watchlists is not None:
        configuration = replaced(configuration, watchlists=config_watchlists.load(watchlists))
    return plan.compile_plan(configuration)


def _compared(
    settings: Settings, asked: ReplayRequest, old: Path, replayed: Replayed
) -> Difference:
    now, new = results.matches(replayed), results.summary(replayed)
    if old.suffix == ".json":
        return difference(results.summary_of_json(old), new, before=None, now=now)
    before = run(settings, asked, old)
    return difference(results.summary(before), new, before=results.matches(before), now=now)


@contextmanager
def _progress(source: Source | None, asked: ReplayRequest) -> Iterator[Callable[[datetime], None]]:
    """A bar of simulated time, on a terminal only; with a speed, the time it takes."""
    err = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    first: list[datetime] = []
    with Progress(
        *columns, console=err, transient=True, disable=asked.quiet or not err.is_terminal
    ) as bar:
        task = bar.add_task("replaying", total=None)

        def step(at: datetime) -> None:
            if not first and source and source.ends:
                bar.update(task, total=(source.ends - at).total_seconds())
            first.append(at)
            if asked.speed and len(first) > 1:
                time.sleep((at - first[-2]).total_seconds() / asked.speed)
            done = (at - first[0]).total_seconds()
            bar.update(task, completed=done, description=f"replaying {at:%Y-%m-%d}")

        yield step
