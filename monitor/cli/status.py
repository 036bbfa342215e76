"""`monitor status`: is it alive, and what is wrong."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from monitor.cli.feeds import show_feeds
from monitor.cli.output import FOUND_WRONG, as_json, say, when
from monitor.cli.prepare import prepare
from monitor.config import document
from monitor.config import feeds as feeds_file
from monitor.config.load import FEEDS
from monitor.core.feeds import presenting
from monitor.errors import ConfigError
from monitor.model.deliveries import Delivery
from monitor.model.feeds import Feed
from monitor.model.numbers import plural
from monitor.runtime.database import open_database
from monitor.triage import status as triage_status
from monitor.triage.status import StatusReport


@click.command()
@click.option("--json", "json_", is_flag=True, help="Print everything as JSON.")
def status(json_: bool) -> None:
    """Feeds, open flags, deliveries.

    Exit code 1 if a feed fails, a message was given up, or no worker does a part of the work.
    """
    settings = prepare(quiet=True)
    with open_database(settings) as database:
        found = database.read_now(triage_status.read)
    warning = presenting.anonymous(settings.contact, _feeds(settings.config_dir / FEEDS))
    if json_:
        as_json(triage_status.as_json(found) | {"warnings": [warning] if warning else []})
    else:
        _show(found)
        if warning:
            say(f"Warning: {warning}")
    if not found.healthy:
        sys.exit(FOUND_WRONG)


def _feeds(path: Path) -> tuple[Feed, ...]:
    """The feeds of the file, as far as it can be read; what is wrong with it, `check` says."""
    try:
        found = feeds_file.check(document.read(path), path.name).value
    except ConfigError:
        return ()
    return found.feeds if found else ()


def _show(found: StatusReport) -> None:
    rules = (
        f"watchlist {found.rules} since {when(found.rules_since)}"
        if found.rules
        else "watchlist not loaded yet"
    )
    say(f"Signpost {found.version}, {rules}")
    say(f"{plural(found.entries, 'entry', 'entries')}, {plural(found.stories, 'story', 'stories')}")
    for duty in found.missing:
        say(f"Not ready: {duty.missing}")
    say()
    show_feeds(found)
    say()
    flags = ", ".join(f"{flag.id} ({flag.brief})" for flag in found.flags)
    say(f"Open flags: {flags or 'none'}")
    counts = ", ".join(f"{count} {state}" for state, count in sorted(found.deliveries.items()))
    say(f"Deliveries: {counts or 'none'}")
    for row in found.waiting:
        _say_delivery(f"tried {row.attempts}×, again {when(row.next_at)}", row)
    for row in found.held:
        _say_delivery("held", row)
    for row in found.dead:
        _say_delivery("given up", row)


def _say_delivery(state: str, row: Delivery) -> None:
    to = f" to {row.recipient}" if row.recipient else ""
    say(f"  {row.id} {row.key} by {row.channel}{to}, {state}: {row.error}")


def parse_time(text: str) -> datetime:
    """An ISO date or time given by a person; without a zone it means UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as exc:
        raise click.BadParameter(f"{text!r} is not a date like 2019-03-26") from exc
    return at if at.tzinfo else at.replace(tzinfo=UTC)
