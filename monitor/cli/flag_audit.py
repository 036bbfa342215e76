"""`monitor flags audit` and `precision`: do the numbers hold, and which indicators were right."""

import sys

import click

from monitor.cli.output import FOUND_WRONG, as_json, plural, say, table
from monitor.cli.prepare import prepare
from monitor.core.judging import indicators
from monitor.runtime.database import open_database
from monitor.store import flags as store_flags
from monitor.triage import audit as triage_audit

MOST_SHOWN = 50


@click.command()
def audit() -> None:
    """Work every stored number out again. Exit code 1, naming each that differs."""
    with open_database(prepare(quiet=True)) as database:
        found = database.read_now(triage_audit.audit)
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
