"""`monitor stories`: what tells one event, and a person's last word on it."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import click

from monitor.cli.output import as_json, printable, say, table, typed, when
from monitor.cli.prepare import commanded_by, prepare
from monitor.daemon import jobs
from monitor.model.numbers import plural
from monitor.model.stories import Story
from monitor.runtime import plan
from monitor.runtime.database import open_database
from monitor.triage import stories as triage_stories
from monitor.triage.stories import StoryDecision, StoryView

_NOTE = click.option("--note", default="", help="Why; kept with the decision.")


@click.group(invoke_without_command=True)
@click.pass_context
def stories(context: click.Context) -> None:
    """Stories: entries that tell the same event. Without a sub-command, lists the newest."""
    if context.invoked_subcommand is None:
        context.invoke(list_)


@stories.command("list")
@click.option("--days", type=click.IntRange(1, 3650), default=3, help="How far back; 3.")
@click.option("--json", "json_", is_flag=True, help="Print as JSON.")
def list_(days: int = 3, json_: bool = False) -> None:
    """Stories of the last days, newest first, with what each rests on."""
    since = jobs.SystemClock().now() - timedelta(days=days)
    with open_database(prepare(quiet=True)) as database:
        found = database.read_now(lambda conn: triage_stories.listing(conn, since))
    if json_:
        as_json([_plain(story) | {"standing": stands.line} for story, stands in found])
    elif found:
        rows = [
            (story.id, when(story.started_at), str(len(story.members)), stands.line, story.title)
            for story, stands in found
        ]
        table(("story", "since", "entries", "rests on", "title"), rows)
    else:
        say(f"no story in the last {plural(days, 'day')}")


@stories.command()
@click.argument("story", metavar="STORY")
@click.option("--json", "json_", is_flag=True, help="Print as JSON.")
def show(story: str, json_: bool) -> None:
    """One story: its entries and why each is in it, what it rests on, what people decided."""
    with open_database(prepare(quiet=True)) as database:
        found = database.read_now(lambda conn: triage_stories.show(conn, typed(story)))
    if json_:
        as_json(_plain(found.story) | {"standing": found.standing.line})
        return
    _show(found)


@stories.command()
@click.argument("story_ids", nargs=-1, required=True, metavar="STORY STORY…")
@_NOTE
def merge(story_ids: tuple[str, ...], note: str) -> None:
    """Make one story of several. The grouping never takes it apart again."""
    named = [typed(story) for story in story_ids]
    _decide(partial(triage_stories.merge, story_ids=named, note=typed(note)))


@stories.command()
@click.argument("story", metavar="STORY")
@click.argument("entry_ids", nargs=-1, required=True, metavar="ENTRY…")
@_NOTE
def split(story: str, entry_ids: tuple[str, ...], note: str) -> None:
    """Take entries out of a story. They are never put together with the rest again."""
    named = [typed(entry) for entry in entry_ids]
    _decide(partial(triage_stories.split, story_id=typed(story), entry_ids=named, note=typed(note)))


def _decide(decision: Callable[..., StoryDecision]) -> None:
    settings = prepare(quiet=True)
    rules, now = plan.load_plan(settings.config_dir).rules, jobs.SystemClock().now()
    actor = commanded_by()
    with open_database(settings) as database:
        done = database.write_now(lambda conn: decision(conn, rules=rules, actor=actor, at=now))
    _tell(done)


def _tell(done: StoryDecision) -> None:
    for story in done.stories:
        say(f"{story.id}: {plural(len(story.members), 'entry', 'entries')}, “{story.title}”")
    rows = len(done.evidence)
    if rows:
        say(f"{plural(rows, 'row')} of evidence follow")


def _show(found: StoryView) -> None:
    story = found.story
    say(f"{story.id}: {story.title}")
    say(f"  {found.standing.line}: {found.standing.reason}")
    reasons = {link.entry_id: link for link in found.links}
    for member in story.members:
        say(f"  {when(member.at)}  {member.outlet}: {printable(member.title)}")
        link = reasons.get(member.entry_id)
        why = f", by rule “{link.rule}”: {link.reason}" if link else ""
        say(f"      entry {member.entry_id}, {member.relation.value}{why}")
    for decision in found.decisions:
        note = f": {decision.note}" if decision.note else ""
        say(f"  {when(decision.at)}  {decision.kind.value} by {decision.by}{note}")
    for row in found.evidence:
        say(f"  evidence {row.number} for {row.judgment} by {row.indicator}: {row.stands.line}")


def _plain(story: Story) -> dict[str, object]:
    return {
        "id": story.id,
        "title": story.title,
        "started_at": story.started_at.isoformat(),
        "entries": [
            {
                "id": member.entry_id,
                "outlet": member.outlet,
                "title": member.title,
                "link": member.link,
                "at": member.at.isoformat(),
                "relation": member.relation.value,
            }
            for member in story.members
        ],
    }
