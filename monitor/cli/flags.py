"""`monitor flags`: list, show and answer flags, and prove their numbers."""

import click

from monitor.cli.flag_answers import ANSWERS
from monitor.cli.flag_audit import audit, precision
from monitor.cli.flag_evidence import not_evidence
from monitor.cli.flag_show import show
from monitor.cli.output import as_json, say, table, when
from monitor.cli.prepare import prepare
from monitor.core.judging.trigger import texts
from monitor.model.clock import UTC_CLOCK
from monitor.runtime.database import open_database
from monitor.store import flags as store_flags
from monitor.triage import flag_view


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
