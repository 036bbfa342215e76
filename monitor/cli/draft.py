"""`monitor draft`: a watchlist to correct, out of a brief."""

from typing import BinaryIO

import click

from monitor.cli.output import as_json, printable
from monitor.cli.prepare import prepare
from monitor.config import watchlists
from monitor.config.load import WATCHLISTS
from monitor.core.drafting import draft as drafting
from monitor.core.drafting import writing
from monitor.errors import BriefError
from monitor.feeds import brief_file

NOTHING = (
    "nothing in it reads as a brief: no question, no title and no sentence to make one of; "
    "write the question on a line that begins with “Question:”"
)


@click.command()
@click.argument("brief", type=click.File("rb"), default="-", metavar="[BRIEF]")
@click.option("--json", "json_", is_flag=True, help="Print the proposals as JSON, with the file.")
def draft(brief: BinaryIO, json_: bool) -> None:
    """Read a brief and print a watchlist to correct.

    BRIEF is a text, Markdown, HTML or DOCX file; without it, or with “-”, standard input is read.
    Every proposal stands below the sentence it came from; what could not be read stays a comment.
    """
    text = brief_file.text_of(brief.read(brief_file.LARGEST + 1))
    entities = watchlists.known_entities(prepare(quiet=True).config_dir / WATCHLISTS)
    found = drafting.draft(text, entities)
    if found is None:
        raise BriefError(NOTHING)
    written = writing.as_yaml(found, entities)
    if json_:
        as_json({"draft": writing.as_values(found), "watchlist": written})
    else:
        click.echo(printable(written), nl=False)
