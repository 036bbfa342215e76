"""Turns a digest into the message every channel sends a part of: subject, text, HTML, Slack blocks.

The same digest always gives the same message, whenever and wherever it is rendered.
Must never read a clock, the environment or a file other than the templates.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from slack_sdk.models.blocks import HeaderBlock, PlainTextObject

from monitor.deliver import one_click, sentences
from monitor.deliver.channels.email.html import context, render_html, render_template
from monitor.deliver.channels.slack.blocks import HEADER, preformatted, render_blocks, words
from monitor.deliver.inert import clean, clean_digest, safe_link, shorten
from monitor.deliver.pictures import pictures
from monitor.deliver.render_text import WIDTH, render_text, wrap
from monitor.deliver.specimen import SPECIMEN
from monitor.deliver.theme import TemplateProblemError, Theme
from monitor.deliver.wording import Calendar
from monitor.model.digests import Digest, Message


def render(
    digest: Digest, *, base_url: str = "", theme: Theme | None = None, mark: str = ""
) -> Message:
    """The digest for every kind of channel. `base_url` leads to the review pages; "" for none.

    `mark` is a text that nobody who wrote any of the digest can know, 32 random hexadecimal digits:
    by it our own links to answers are told from a feed's, and it is gone from what is rendered.
    Without one, no link of the message can be signed.

    A template of the theme that cannot be used is replaced by ours, and a notice says so. Raises
    SettingsError if the digest's time zone has no such name.
    """
    inert = clean_digest(digest)
    base = safe_link(base_url).rstrip("/")
    calendar = Calendar(inert.timezone, inert.composed_at)
    html, text, problems = _themed(inert, calendar, base, theme, mark)
    if problems:
        inert = replace(inert, notices=(*problems, *inert.notices))
    whole, fit = render_html(inert, calendar, base_url=base, mark=mark)
    html = html or whole
    text = text or render_text(inert, calendar, base_url=base, mark=mark, fit=fit)
    html, in_html = one_click.settle("html", html, mark, base)
    text, in_text = one_click.settle("text", text, mark, base)
    return Message(
        subject=clean(sentences.subject(inert, calendar), sentences.SUBJECT),
        text=text,
        html=html,
        blocks=render_blocks(inert, calendar, base_url=base, fit=fit),
        summary=clean(_summary(inert, calendar), 300),
        thread=_thread(inert, calendar),
        pictures=tuple(pictures(inert, calendar)),
        links=(*in_html, *in_text),
    )


def _summary(digest: Digest, calendar: Calendar) -> str:
    """One line for a notification or a log."""
    brief = sentences.leads(digest)
    said = sentences.asked(brief) if brief else sentences.counts_line(digest, calendar)
    return f"{sentences.subject(digest, calendar)}. {said}."


def _themed(
    digest: Digest, calendar: Calendar, base: str, theme: Theme | None, mark: str
) -> tuple[str, str, tuple[str, ...]]:
    """HTML and text by the theme, "" for those it leaves to us, and what is wrong with it."""
    html = text = ""
    problems: list[str] = []
    if theme is not None:
        given = context(digest, calendar, base, mark)
        try:
            html = theme.html(given) if theme.changes_html else ""
            text = theme.text(given) if theme.changes_text else ""
        except TemplateProblemError as problem:
            html = text = ""
            problems.append(str(problem))
    return html, text, tuple(problems)


def problems(theme: Theme) -> tuple[TemplateProblemError, ...]:
    """What keeps templates of a theme from being used, found by trying them on a made-up digest."""
    given = context(clean_digest(SPECIMEN), Calendar(SPECIMEN.timezone, SPECIMEN.composed_at), "")
    found: list[TemplateProblemError] = []
    for wanted, made in ((theme.changes_html, theme.html), (theme.changes_text, theme.text)):
        try:
            _ = made(given) if wanted else ""
        except TemplateProblemError as problem:
            found.append(problem)
    return tuple(found)


def _thread(digest: Digest, calendar: Calendar) -> str:
    """When and about what: “2019-03-28 question/brief/judgment” for urgent news on one judgment,
    “morning.2019-03-28T08:00 question” for a digest about one question. It follows from the digest,
    so it needs no memory of what was sent. "" for what is about several: that stands alone.
    """
    flagged = [each for brief in digest.flagged for each in brief.judgments if each.flagged]
    if digest.urgent and flagged and len(digest.flagged) == 1:
        return f"{calendar.iso(digest.composed_at)} {flagged[0].key}"
    questions = {brief.key.partition("/")[0] for brief in (*digest.flagged, *digest.moved)}
    if digest.urgent or len(questions) != 1:
        return ""
    return f"{digest.name}.{digest.slot} {questions.pop()}"


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
