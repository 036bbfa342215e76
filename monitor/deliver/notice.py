"""Turns a few sentences into a message for every kind of channel: news of delivery itself, tests.

Must never parse its sentences: they hold what servers answered.
"""

from collections.abc import Sequence
from typing import Final

from slack_sdk.models.blocks import HeaderBlock, PlainTextObject

from monitor.deliver.columns import WIDTH, wrap
from monitor.deliver.inert import clean, shorten
from monitor.deliver.render_html import render_template
from monitor.deliver.render_slack import HEADER, preformatted, words
from monitor.model.digests import Message

QUOTED: Final = 2500
"""Characters of a quoted message in Slack, which takes 3,000 in one text."""


def render_notice(title: str, sentences: Sequence[str], *, quoted: str = "") -> Message:
    """The message. `quoted` is a text of lines that is shown as it is below the sentences."""
    subject = clean(title, 150)
    told = [clean(each) for each in sentences]
    lines = [line for each in told for line in (*wrap(each), "")]
    text = "\n".join([subject, "", *lines])
    if quoted:
        text = f"{text}\n{'─' * WIDTH}\n\n{quoted}"
    header = PlainTextObject(text=shorten(subject, HEADER), emoji=False)
    blocks = [HeaderBlock(text=header), *(words(each) for each in told)]
    if quoted:
        blocks.append(preformatted(quoted[:QUOTED]))
    return Message(
        subject=subject,
        text=f"{text.rstrip()}\n",
        html=render_template("notice.html.j2", title=subject, sentences=told, quoted=quoted),
        blocks=tuple(block.to_dict() for block in blocks),
        summary=subject,
    )
