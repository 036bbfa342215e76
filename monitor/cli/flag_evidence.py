"""`monitor flags not-evidence`: a story that does not mean what its words hit."""

import click

from monitor.cli.output import plural, say, typed
from monitor.cli.person import commanded_by
from monitor.cli.prepare import prepare
from monitor.core.judging.weigh import signed
from monitor.daemon import jobs
from monitor.runtime import plan
from monitor.runtime.database import open_database
from monitor.triage import exclusions
from monitor.triage.exclusions import About


@click.command("not-evidence")
@click.argument("story", metavar="STORY")
@click.argument("indicator", metavar="INDICATOR")
@click.option(
    "--judgment", "judgments", multiple=True, metavar="KEY", help="Only for this one; else for all."
)
@click.option("--note", default="", help="Why; kept with the decision.")
@click.option("--undo", is_flag=True, help="It is evidence after all: count it again.")
def not_evidence(
    story: str, indicator: str, judgments: tuple[str, ...], note: str, undo: bool
) -> None:
    """Take a story out of the ledger, however it grows; `flags show` names stories.

    Nothing is deleted: a row without weight is added, and no flag follows.
    """
    settings = prepare(quiet=True)
    rules, now = plan.load_plan(settings.config_dir).rules, jobs.SystemClock().now()
    about = About(
        story_id=typed(story), indicator=typed(indicator), judgments=tuple(map(typed, judgments))
    )
    step = exclusions.include if undo else exclusions.exclude
    with open_database(settings) as database:
        done = database.write_now(
            lambda conn: step(
                conn, about, rules=rules, actor=commanded_by(), now=now, note=typed(note)
            )
        )
    word = "counts again" if undo else "counts no more"
    for key in done.about.judgments:
        points = [signed(row.points) for row in done.evidence if row.judgment == key]
        worth = f", {points[-1]} points" if undo and points else ""
        say(f"story {about.story_id} {word} by {about.indicator} for {key}{worth}")
    say(f"{plural(len(done.evidence), 'row')} of evidence added; by {commanded_by().name}")
