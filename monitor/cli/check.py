"""`monitor check`: every mistake in the three YAML files, and what is surely not meant."""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import click

from monitor.cli import check_corpus
from monitor.cli.excerpt import Excerpts
from monitor.cli.output import FOUND_WRONG, as_json, complain, say
from monitor.cli.prepare import prepare
from monitor.config.document import VALID_YAML
from monitor.config.extras.json_schema import schema
from monitor.config.load import FILES
from monitor.daemon import jobs
from monitor.daemon.app import TEMPLATES
from monitor.deliver import render
from monitor.deliver.theme import Theme
from monitor.errors import ConfigError, Problem, Severity
from monitor.model.numbers import plural
from monitor.runtime import plan
from monitor.runtime.database import open_database
from monitor.runtime.plan import Plan
from monitor.triage import corpus as triage_corpus
from monitor.triage.findings import Remark, collect

MOST_SHOWN: Final = 200
"""Remarks printed for a person; a file with more was not written by hand."""
_COLOURS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.HINT: "cyan"}


@click.command()
@click.argument(
    "folder", required=False, type=click.Path(file_okay=False, path_type=Path), metavar="[FOLDER]"
)
@click.option(
    "--corpus-days",
    type=click.IntRange(1, 3650),
    metavar="N",
    help="Also show what each line caught in the entries stored in the last N days.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 for a warning too.")
@click.option("--json", "json_", is_flag=True, help="Print everything as JSON.")
@click.option("--schema", "schema_", is_flag=True, help="Print the JSON Schema for editors.")
def check(
    folder: Path | None, corpus_days: int | None, strict: bool, json_: bool, schema_: bool
) -> None:
    """Check watchlists.yaml, feeds.yaml and delivery.yaml. Exit code 1 if there is a mistake.

    FOLDER is the configuration folder; without it MONITOR_CONFIG_DIR or ./config is checked.
    Warnings and hints are about what works and is surely not meant; `# lint: ignore` at the end of
    a line silences those of the line, `# lint: ignore=past` those called “past”.
    """
    if schema_:
        click.echo(json.dumps(schema(), indent=2, ensure_ascii=False))
        return
    settings = prepare(quiet=True)
    where = folder or settings.config_dir
    try:
        found = plan.load_plan(where)
    except ConfigError as error:
        _refuse(where, [Remark(problem) for problem in error.problems], json_=json_)
        return
    now = jobs.SystemClock().now()
    corpus = None
    if corpus_days is not None:
        with open_database(settings) as database:
            corpus = database.read_now(
                lambda conn: triage_corpus.read(conn, found.rules, days=corpus_days, now=now)
            )
    remarks = [*collect(found, corpus, now), *_templates(where)]
    if json_:
        as_json(_json(where, remarks) | _counts(found) | check_corpus.as_json(corpus))
    else:
        _show(where, remarks)
        check_corpus.show(corpus)
        say(f"{where}: {_summary(found)} {_verdict(remarks)}")
    if strict and any(remark.problem.severity is Severity.WARNING for remark in remarks):
        sys.exit(FOUND_WRONG)


def _templates(folder: Path) -> Iterable[Remark]:
    """Templates that would not be used: ours take their place, so none of it is a mistake."""
    for problem in render.problems(Theme(folder / TEMPLATES)):
        yield Remark(
            Problem(
                file=f"{TEMPLATES}/{problem.file}",
                line=problem.line,
                column=1 if problem.line else 0,
                found=problem.why,
                expected="",
                advice="until it is mended, our own template is used",
                severity=Severity.WARNING,
            )
        )


def _refuse(where: Path, remarks: Sequence[Remark], *, json_: bool) -> None:
    if json_:
        as_json(_json(where, remarks))
    else:
        _show(where, remarks)
        count = sum(remark.problem.severity is Severity.ERROR for remark in remarks)
        complain(f"{plural(count, 'mistake')} in {where}; this configuration would be refused")
        unread = {item.problem.file for item in remarks if item.problem.expected == VALID_YAML}
        for name in (name for name in FILES if name in unread):
            complain(
                f"{name} is no valid YAML; what else is wrong with it shows once that is mended"
            )
    sys.exit(FOUND_WRONG)


def _show(where: Path, remarks: Iterable[Remark]) -> None:
    excerpts = Excerpts(where)
    listed = [*remarks]
    for remark in listed[:MOST_SHOWN]:
        severity = remark.problem.severity
        wrong = severity is Severity.ERROR
        prefix = "" if wrong else f"{severity}: "
        click.echo(click.style(prefix, fg=_COLOURS[severity]) + str(remark), err=wrong)
        if excerpt := excerpts.of(remark.problem):
            line, mark = excerpt
            click.secho(line, dim=True, err=wrong)
            click.secho(mark, fg=_COLOURS[severity], err=wrong)
    if (more := len(listed) - MOST_SHOWN) > 0:
        click.echo(f"… and {more:,} more; --json lists them all", err=True)


def _summary(found: Plan) -> str:
    count = _counts(found)
    return (
        f"{plural(count['questions'], 'question')}, {plural(count['judgments'], 'judgment')}, "
        f"{plural(count['indicators'], 'indicator')} with {plural(count['phrases'], 'phrase')}; "
        f"{plural(count['feeds'], 'feed')} of {plural(count['outlets'], 'outlet')}; "
        f"{plural(count['channels'], 'channel')}."
    )


def _verdict(remarks: Iterable[Remark]) -> str:
    severities = [remark.problem.severity for remark in remarks]
    told = [
        plural(severities.count(severity), severity.value)
        for severity in (Severity.WARNING, Severity.HINT)
        if severity in severities
    ]
    return f"{', '.join(['No mistakes', *told])}."


def _counts(found: Plan) -> dict[str, int]:
    questions = found.configuration.watchlists.questions
    return {
        "questions": len(questions),
        "judgments": sum(len(question.judgments) for question in questions),
        "indicators": sum(len(question.indicators) for question in questions),
        "phrases": sum(len(item.phrases) for each in questions for item in each.indicators),
        "feeds": len(found.feeds),
        "outlets": found.rules.outlets,
        "channels": len(found.configuration.delivery.channels),
    }


def _json(where: Path, remarks: Sequence[Remark]) -> dict[str, Any]:
    return {
        "folder": str(where),
        "refused": any(remark.problem.severity is Severity.ERROR for remark in remarks),
        "problems": [
            {
                "file": remark.problem.file,
                "line": remark.problem.line,
                "column": remark.problem.column,
                "severity": remark.problem.severity.value,
                "code": remark.code or None,
                "found": remark.problem.found,
                "expected": remark.problem.expected or None,
                "advice": remark.problem.advice or None,
            }
            for remark in remarks
        ],
    }
