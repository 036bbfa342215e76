"""The `monitor` command: its groups, its exit codes, and how errors reach a person.

Exit codes: 0 done · 1 the command ran and found something wrong · 2 wrong usage · 78 cannot start
(configuration, settings or database; service managers know 78 as a configuration error).
"""

import sys

import click

from monitor import __version__
from monitor.cli import (
    access,
    calibrate,
    check,
    daemon,
    deliver,
    demo,
    digest,
    explain,
    feeds,
    flags,
    questions,
    rematch,
    replay,
    status,
    stories,
)
from monitor.cli.output import CANNOT_START, FOUND_WRONG, accept_any_terminal, complain
from monitor.errors import ConfigError, MonitorError, SettingsError, StoreError

HELP = """Signpost watches news feeds and flags the published judgments that may need revisiting.

Exit codes: 0 done; 1 something is wrong; 2 wrong usage; 78 cannot start.
"""


@click.group(help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="monitor")
def cli() -> None:
    pass


for command in (
    daemon.run,
    daemon.poll,
    check.check,
    feeds.feeds,
    status.status,
    status.db,
    flags.flags,
    questions.questions,
    digest.digest,
    deliver.deliver,
    explain.explain,
    stories.stories,
    replay.replay,
    access.user,
    access.token,
    calibrate.command,
    rematch.rematch,
    demo.demo,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line. Errors raised on purpose become one clear line each, never a trace."""
    accept_any_terminal()
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        complain("interrupted")
        sys.exit(130)
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
