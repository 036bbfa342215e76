"""What people decide on a flag: `ack`, `stands`, `revise`, `withdraw`, `noise`, `snooze`."""

import getpass
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import click
from sqlalchemy import Connection

from monitor.cli.output import say, typed, when
from monitor.cli.prepare import prepare
from monitor.model.flags import Flag
from monitor.service import flags as service_flags
from monitor.service import jobs, triage
from monitor.service.database import open_database
from monitor.store import flags as store_flags

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
    _decide(partial(triage.acknowledge, flag_id=flag_id, note=typed(note)))


@click.command()
@_FLAG
@_NOTE
@_BROKEN
@_HOLDING
def stands(flag_id: int, note: str, broken: tuple[str, ...], holding: tuple[str, ...]) -> None:
    """The judgment stands. The evidence so far is priced in: the ledger starts anew."""
    named = _assumptions(broken, holding)
    _decide(partial(triage.stands, flag_id=flag_id, note=typed(note), assumptions=named))


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
    named = _assumptions(broken, holding)
    answer = partial(triage.revise, words=typed(words), assumptions=named)
    _decide(partial(answer, flag_id=flag_id, note=typed(note)))
    say("write the judgment as it now is into watchlists.yaml: flags go by that file")


@click.command()
@_FLAG
@_NOTE
def withdraw(flag_id: int, note: str) -> None:
    """The judgment is withdrawn. Take it out of watchlists.yaml as well."""
    _decide(partial(triage.withdraw, flag_id=flag_id, note=typed(note)))
    say("take the judgment out of watchlists.yaml, or it will be flagged again")


@click.command()
@_FLAG
@_NOTE
@click.option("--indicator", default="", help="The one that misfired.")
def noise(flag_id: int, note: str, indicator: str) -> None:
    """Nothing happened. Two such answers on one indicator in 30 days make it count less."""
    _decide(partial(_noise, flag_id=flag_id, note=typed(note), indicator=typed(indicator)))


def _noise(
    conn: Connection, *, flag_id: int, note: str, indicator: str, by: str, at: datetime
) -> Flag:
    flag = store_flags.get(conn, flag_id)
    named = triage.indicators(flag) if flag else ()
    if not indicator and len(named) > 1 and sys.stdin.isatty():
        indicator = str(click.prompt("which indicator misfired", type=click.Choice(named)))
    return triage.noise(conn, flag_id, by=by, at=at, note=note, indicator=indicator)


@click.command()
@_FLAG
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 365))
def snooze(flag_id: int, days: int) -> None:
    """Keep still about a flag for some days. A tripwire still breaks through."""
    until = jobs.SystemClock().now() + timedelta(days=days)
    _decide(partial(triage.snooze, flag_id=flag_id, until=until))


def _assumptions(broken: tuple[str, ...], holding: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return (
        *((typed(id_), "broken") for id_ in broken),
        *((typed(id_), "holding") for id_ in holding),
    )


def _decide(answer: Callable[..., Flag]) -> None:
    now = jobs.SystemClock().now()
    with open_database(prepare(quiet=True)) as database:
        by = getpass.getuser()
        after = database.write_now(lambda conn: answer(conn, by=by, at=now))
    say(f"flag {after.id} on {after.brief}: {service_flags.state(after)}, {when(now)} by {by}")


ANSWERS = (ack, stands, revise, withdraw, noise, snooze)
