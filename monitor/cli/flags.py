"""`monitor flags`: list, show and answer flags."""

import getpass

import click

from monitor.cli.daemon import prepare
from monitor.cli.output import as_json, plural, say, table, typed, when
from monitor.core.weigh import signed
from monitor.errors import NotFoundError
from monitor.model.flags import Flag, FlagState, Review
from monitor.model.questions import Direction
from monitor.service import flags as service_flags
from monitor.service import jobs
from monitor.service.database import open_database
from monitor.store import flags as store_flags

ANSWERS = [state.value for state in FlagState if state not in {FlagState.OPEN, FlagState.EXPIRED}]


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
        as_json([service_flags.as_json(flag) for flag in found])
        return
    if not found:
        say("no open flags" if not all_ else "no flags")
        return
    table(
        ("flag", "brief", "state", "opened", "reasons", "the first"),
        [
            (
                str(flag.id),
                flag.brief,
                flag.state.value,
                when(flag.opened_at),
                str(len(flag.reasons)),
                f"{flag.reasons[0].kind.value}: {flag.reasons[0].text}",
            )
            for flag in found
        ],
    )


@flags.command()
@click.argument("flag_id", type=int, metavar="FLAG")
@click.option("--json", "json_", is_flag=True, help="Print as JSON.")
def show(flag_id: int, json_: bool) -> None:
    """Show one flag: every reason, and the stories behind every number."""
    with open_database(prepare(quiet=True)) as database:
        found = database.read_now(lambda conn: service_flags.read(conn, flag_id))
    if json_:
        as_json(service_flags.as_json(found.flag) | {"evidence": service_flags.rows(found)})
        return
    _head(found.flag)
    for reason in found.flag.reasons:
        say()
        which = "away from" if reason.direction is Direction.AWAY else "toward"
        say(f"{when(reason.raised_at)}  {reason.kind.value}, {which} the event")
        say(f"  {reason.judgment}")
        say(f"  {reason.text}")
        for row in found.behind(reason):
            say(f"    {signed(row.points):>6}  {row.indicator}: {row.title}")
            outlets = ", ".join(row.outlets) + (" (hedged)" if row.hedged else "")
            say(f"            {outlets} · {when(row.first_at)} · story {row.story_id}")
    say()
    for review in found.reviews:
        note = f": {review.note}" if review.note else ""
        say(f"{when(review.at)}  {review.decision.value} by {review.by}{note}")


def _head(flag: Flag) -> None:
    say(f"Flag {flag.id} on {flag.brief}: {flag.state.value}, opened {when(flag.opened_at)}")


@flags.command()
@click.argument("flag_id", type=int, metavar="FLAG")
def ack(flag_id: int) -> None:
    """Acknowledge a flag: seen, not yet decided."""
    _decide(flag_id, FlagState.ACKNOWLEDGED, "")


@flags.command()
@click.argument("flag_id", type=int, metavar="FLAG")
@click.argument("answer", type=click.Choice(ANSWERS))
@click.option("--note", default="", help="Why; kept with the answer.")
def resolve(flag_id: int, answer: str, note: str) -> None:
    """Answer a flag. `stands` and `revised` price in the evidence so far: the ledger restarts."""
    _decide(flag_id, FlagState(answer), typed(note))


def _decide(flag_id: int, state: FlagState, note: str) -> None:
    now = jobs.SystemClock().now()
    with open_database(prepare(quiet=True)) as database:
        flag = database.read_now(lambda conn: store_flags.get(conn, flag_id))
        if flag is None:
            raise NotFoundError(
                f"there is no flag {flag_id}; `monitor flags list --all` shows them"
            )
        review = Review(
            flag_id=flag_id,
            brief=flag.brief,
            decision=state,
            by=getpass.getuser(),
            at=now,
            note=note,
        )
        after = database.write_now(lambda conn: store_flags.decide(conn, review))
    _head(after)
    say(plural(len(after.reasons), "reason") + " kept")
