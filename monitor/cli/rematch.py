"""`monitor rematch`: bring the evidence in line with an edited watchlist."""

from datetime import datetime

import click

from monitor.cli.output import as_json, say
from monitor.cli.prepare import prepare
from monitor.cli.status import parse_time
from monitor.core.judging.rules import Rules
from monitor.core.judging.trigger import texts
from monitor.daemon import jobs
from monitor.model.clock import UTC_CLOCK
from monitor.model.numbers import plural
from monitor.polling import rematch as polling_rematch
from monitor.polling.rematch import Rematched
from monitor.runtime import plan
from monitor.runtime.database import open_database
from monitor.triage import flag_view


@click.command()
@click.option("--since", required=True, help="Entries first seen from this date (UTC) on.")
@click.option("--alert", is_flag=True, help="Let flags follow, also from old news.")
@click.option("--json", "json_", is_flag=True, help="Print the counts and flags as JSON.")
def rematch(since: str, alert: bool, json_: bool) -> None:
    """Match stored entries with the watchlist as it now is, and weigh them anew.

    Flags nothing unless --alert is given. The watchlist of the configuration folder must be the
    one in force.
    """
    settings = prepare(quiet=True)
    rules = plan.load_plan(settings.config_dir).rules
    start, now = parse_time(since), jobs.SystemClock().now()
    with open_database(settings) as database:
        done = database.write_now(
            lambda conn: polling_rematch.rematch(conn, rules, since=start, now=now, alert=alert)
        )
    if json_:
        as_json(
            {
                "rules": rules.version,
                "entries": done.entries,
                "in_scope": done.matched,
                "evidence_rows": done.rows,
                "withdrawn": done.withdrawn,
                "flags": [flag_view.flag_json(flag) for flag in done.flags],
            }
        )
        return
    _show(done, rules, start, alert=alert)


def _show(done: Rematched, rules: Rules, since: datetime, *, alert: bool) -> None:
    say(
        f"{plural(done.entries, 'entry', 'entries')} since {since:%Y-%m-%d} matched with watchlist "
        f"{rules.version}, {done.matched:,} in scope"
    )
    taken = f", {done.withdrawn:,} of them take one back" if done.withdrawn else ""
    say(f"{plural(done.rows, 'evidence row')} written{taken}")
    for flag in done.flags:
        say(f"flag {flag.id} on {flag.brief}: {texts.sentence(flag.reasons[-1], UTC_CLOCK)}")
    if not alert:
        say("nothing was flagged: --alert would let flags follow")
    elif not done.flags:
        say("nothing to flag")
