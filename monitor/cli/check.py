"""`monitor check`: every mistake in the three YAML files, each with its place."""

import sys
from pathlib import Path

import click

from monitor.cli.output import FOUND_WRONG, complain, plural, say
from monitor.config import settings as config_settings
from monitor.errors import ConfigError, Problem, Severity
from monitor.service import plan


@click.command()
@click.argument(
    "folder", required=False, type=click.Path(file_okay=False, path_type=Path), metavar="[FOLDER]"
)
def check(folder: Path | None) -> None:
    """Check watchlists.yaml, feeds.yaml and delivery.yaml. Exit code 1 if there is a mistake.

    FOLDER is the configuration folder; without it MONITOR_CONFIG_DIR or ./config is checked.
    """
    where = folder or config_settings.load().config_dir
    try:
        found = plan.load_plan(where)
    except ConfigError as error:
        _report(error.problems)
        count = sum(problem.severity is Severity.ERROR for problem in error.problems)
        complain(f"{plural(count, 'mistake')} in {where}; this configuration would be refused")
        sys.exit(FOUND_WRONG)
    configuration = found.configuration
    _report(configuration.warnings)
    questions = configuration.watchlists.questions
    judgments = sum(len(question.judgments) for question in questions)
    indicators = sum(len(question.indicators) for question in questions)
    phrases = sum(len(item.phrases) for question in questions for item in question.indicators)
    say(
        f"{where}: {plural(len(questions), 'question')}, {plural(judgments, 'judgment')}, "
        f"{plural(indicators, 'indicator')} with {plural(phrases, 'phrase')}; "
        f"{plural(len(found.feeds), 'feed')} of {plural(found.rules.outlets, 'outlet')}; "
        f"{plural(len(configuration.delivery.channels), 'channel')}. No mistakes."
    )


def _report(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        prefix = "warning: " if problem.severity is Severity.WARNING else ""
        click.echo(f"{prefix}{problem}", err=problem.severity is Severity.ERROR)
