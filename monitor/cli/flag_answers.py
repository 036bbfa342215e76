"""What people decide on a flag: `ack`, `stands`, `revise`, `withdraw`, `noise`, `snooze`."""

import sys
from dataclasses import replace

import click
from sqlalchemy import Connection

from monitor.cli.output import say, typed, when
from monitor.cli.person import commanded_by
from monitor.cli.prepare import prepare
from monitor.daemon import jobs
from monitor.runtime.database import open_database
from monitor.store import flags as store_flags
from monitor.triage import answers, decisions, flag_view
from monitor.triage.answers import Given

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
    named = _assumptions(broken, holding)
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
    named = _assumptions(broken, holding)
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


def _assumptions(broken: tuple[str, ...], holding: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
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
