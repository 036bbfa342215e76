"""The `monitor` command: its groups, its exit codes, and how errors reach a person.

Exit codes: 0 done · 1 the command ran and found something wrong · 2 wrong usage · 78 cannot start
(configuration, settings or database; service managers know 78 as a configuration error).
"""

import sys
from importlib import import_module
from typing import Final

import click

from monitor import __version__
from monitor.cli.output import CANNOT_START, FOUND_WRONG, INTERRUPTED, accept_any_terminal, complain
from monitor.errors import ConfigError, MonitorError, SettingsError, StoreError

HELP = """Signpost watches news feeds and flags the published judgments that may need revisiting.

Exit codes: 0 done; 1 something is wrong; 2 wrong usage; 78 cannot start.
"""

# Name of the command → module of monitor.cli and the command in it.
COMMANDS: Final = {
    "run": "daemon.run",
    "poll": "daemon.poll",
    "check": "check.check",
    "draft": "draft.draft",
    "feeds": "feeds.feeds",
    "status": "status.status",
    "db": "db.db",
    "flags": "flags.flags",
    "questions": "questions.questions",
    "digest": "digest.digest",
    "deliver": "deliver.deliver",
    "explain": "explain.explain",
    "stories": "stories.stories",
    "replay": "replay.replay",
    "user": "access.user",
    "token": "access.token",
    "calibrate": "calibrate.command",
    "rematch": "rematch.rematch",
    "demo": "demo.demo",
    "man": "man.man",
}


class _Group(click.Group):
    """Loads a command when it is asked for: each needs other libraries, and all cost seconds."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].rpartition(".")
        found: click.Command = getattr(import_module(f"monitor.cli.{module}"), name)
        return found


@click.group(cls=_Group, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="monitor")
def cli() -> None:
    pass


def main() -> None:
    """Run the command line. Errors raised on purpose become one clear line each, never a trace."""
    accept_any_terminal()
    try:
        _run()
    except Exception:
        # a file whose bytes were changed can make anything fail, and that is no bug of ours
        if said := _damage():
            complain(said)
            sys.exit(CANNOT_START)
        raise


def _run() -> None:
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        complain("interrupted")
        sys.exit(INTERRUPTED)
    except ConfigError as error:
        for problem in error.problems:
            complain(str(problem))
        sys.exit(CANNOT_START)
    except (SettingsError, StoreError) as error:
        complain(str(error))
        sys.exit(CANNOT_START)
    except MonitorError as error:
        complain(str(error))
        sys.exit(FOUND_WRONG)
    except BrokenPipeError:
        sys.exit(FOUND_WRONG)


def _damage() -> str:
    from monitor.config import settings  # noqa: PLC0415  # every command loads its own libraries
    from monitor.store import engine  # noqa: PLC0415

    try:
        return engine.damage(settings.load().database_url)
    except MonitorError:
        return ""
