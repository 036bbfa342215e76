"""`monitor calibrate`: how sensitive each question can be without sending more than a budget."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import click

from monitor.cli.output import as_json, say, table, when
from monitor.cli.prepare import prepare
from monitor.cli.replay import WATCHLISTS_HELP, compiled, opened, time_option
from monitor.model.questions import Sensitivity
from monitor.replay.calibration import Budget, Calibration, Proposal, Setting, calibrate

_BUDGET = re.compile(r"(\d+(?:\.\d+)?)/(\d+)([dw])")


def _budget(_context: click.Context, _option: click.Parameter, value: str) -> Budget:
    found = _BUDGET.fullmatch(value.strip())
    if not found or not int(found[2]):
        raise click.BadParameter(f"{value!r} is no budget; expected one like 1/14d or 2/4w")
    days = int(found[2]) * (7 if found[3] == "w" else 1)
    return Budget(count=float(found[1]), span=timedelta(days=days))


@click.command("calibrate")
@click.argument("archive", required=False, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--budget",
    callback=_budget,
    default="1/14d",
    metavar="N/SPAN",
    show_default=True,
    help="Interruptions per judgment in so many days (d) or weeks (w).",
)
@click.option("--since", callback=time_option, help="From this date or time (UTC) on.")
@click.option("--until", callback=time_option, help="Up to this date or time (UTC).")
@click.option(
    "--watchlists",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=WATCHLISTS_HELP,
)
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--json", "json_", is_flag=True, help="Print as JSON.")
def command(
    archive: Path | None,
    budget: Budget,
    since: datetime | None,
    until: datetime | None,
    watchlists: Path | None,
    jobs: int,
    json_: bool,
) -> None:
    """Propose a sensitivity for each question, from ARCHIVE or, without one, from the store.

    Every setting is replayed; the most sensitive one that keeps to the budget is proposed. Nothing
    is changed: the line to put into watchlists.yaml is printed.
    """
    settings = prepare(quiet=True)
    found = compiled(settings, watchlists)
    source, rules = opened(settings, found, str(archive) if archive else None, since, until)
    calibration = calibrate(source, rules, budget, jobs=jobs)
    if json_:
        as_json(_json(calibration, budget))
    else:
        _show(calibration, budget)


def _show(found: Calibration, budget: Budget) -> None:
    if found.start is None:
        say("There is nothing in the archive to calibrate on.")
        return
    say(f"{when(found.start)} to {when(found.end)}; budget {budget}; 95 % intervals in brackets")
    for proposal in found.proposals:
        say()
        say(proposal.question.id)
        headings = ("sensitivity", "sent", f"in {budget.span.days} days", "by", "digest only", "")
        table(headings, [_row(one, proposal) for one in proposal.settings])
        say()
        _propose(proposal, budget)


def _row(one: Setting, proposal: Proposal) -> tuple[str, ...]:
    low, high = one.interval
    marks = (
        "in force" if one.sensitivity is proposal.question.sensitivity else "",
        "proposed" if one.sensitivity is proposal.proposed else "",
    )
    return (
        one.sensitivity.value,
        str(one.interruptions),
        "–" if proposal.too_little else f"{one.rate:.2f} [{low:.2f}–{high:.2f}]",
        ", ".join(f"{count} {kind}" for kind, count in sorted(one.kinds.items())) or "–",
        str(one.quiet),
        ", ".join(mark for mark in marks if mark),
    )


def _propose(proposal: Proposal, budget: Budget) -> None:
    if proposal.too_little:
        say(f"Too little to propose anything: {proposal.too_little}.")
        return
    level = proposal.proposed or Sensitivity.LOW
    if proposal.proposed is None:
        say(f"Even {level.value} sends more than {budget}: tighten the phrases that fired most.")
    say("In watchlists.yaml, under questions:")
    say(f"- id: {proposal.question.id}")
    say(f"  sensitivity: {level.value}")
    if proposal.doubtful(budget):
        say(
            "Its interval reaches above the budget, so it may well send more; an archive twice as "
            "long narrows that by about a third."
        )


def _json(found: Calibration, budget: Budget) -> dict[str, object]:
    return {
        "start": found.start.isoformat() if found.start else None,
        "end": found.end.isoformat() if found.end else None,
        "budget": {"count": budget.count, "days": budget.span.days},
        "questions": [
            {
                "question": proposal.question.id,
                "in_force": proposal.question.sensitivity.value,
                "proposed": proposal.proposed.value if proposal.proposed else None,
                "too_little": proposal.too_little or None,
                "settings": [
                    {
                        "sensitivity": one.sensitivity.value,
                        "interruptions": one.interruptions,
                        "rate": None if proposal.too_little else one.rate,
                        "interval": None if proposal.too_little else one.interval,
                        "kinds": dict(one.kinds),
                        "digest_only": one.quiet,
                    }
                    for one in proposal.settings
                ],
            }
            for proposal in found.proposals
        ],
    }
