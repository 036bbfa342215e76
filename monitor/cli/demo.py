"""`monitor demo`: five weeks of 2019 in seconds, without account or network."""

import asyncio
from pathlib import Path

import click

from monitor.cli.output import say
from monitor.demo import run as demo_run
from monitor.errors import SettingsError
from monitor.model.numbers import plural
from monitor.outbox.compose import delivery_key
from monitor.runtime import logs


@click.command()
@click.option(
    "--folder",
    default="demo-output",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the demo keeps its configuration, database and digests; made anew each time.",
)
def demo(folder: Path) -> None:
    """Watch February–March 2019 go by: three feeds, one brief, and the day it is flagged."""
    logs.configure(level="error")
    say("Three feeds on this machine tell the news of 20 February to 27 March 2019.")
    say("The daemon polls them all through it and writes to an analyst when it matters.\n")
    try:
        shown = asyncio.run(demo_run.run(folder, told=say))
    except OSError as exc:
        raise SettingsError(f"the demo cannot write to {folder}: {exc}") from exc
    say()
    if shown.final is not None:
        say(f"Subject: {shown.final.message.subject}\n")
        say(shown.final.message.text)
    _where_next(shown)


def _where_next(shown: demo_run.DemoResult) -> None:
    found = shown.status
    say()
    say(
        f"{plural(shown.polls, 'poll')} ({shown.not_modified:,} answered “not modified”), "
        f"{plural(found.entries, 'entry', 'entries')} stored, "
        f"{plural(found.stories, 'story', 'stories')} in scope, "
        f"{plural(len(found.flags), 'open flag')}."
    )
    config = f"MONITOR_CONFIG_DIR={shown.folder}/config MONITOR_DATA_DIR={shown.folder}/data"
    say("\nWhere to look next:")
    if shown.final is not None:
        stem = shown.folder / "data" / "digests" / f"{delivery_key(shown.final.digest)}.1"
        say(f"  the same as HTML             {stem}.html")
        say(f"  the same as Slack blocks     {stem}.slack.json")
    say(f"  the watchlist that did it    {shown.folder}/config/watchlists.yaml")
    flag = found.flags[0].id if found.flags else 1
    say(f"  the stories behind the flag  {config} .venv/bin/monitor flags show {flag}")
    say(f"  why a headline counts        {config} .venv/bin/monitor explain \\")
    say("                                 'North Korea begins rebuilding Sohae launch site'")
    say("  your own question            edit config/watchlists.yaml, then: make run")
