"""Turns a digest of inert text into Slack blocks, within Slack's limits.

Untrusted text goes only into plain-text and rich-text elements, which Slack shows as they are:
`<!channel>`, `@here` and `*stars*` mean nothing there. Must never build an mrkdwn element, which
Slack would parse.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    PlainTextObject,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextListElement,
    RichTextPreformattedElement,
    RichTextQuoteElement,
    RichTextSectionElement,
)

from monitor.deliver import sentences
from monitor.deliver.inert import shorten
from monitor.deliver.wording import Calendar
from monitor.model.digests import BriefSection, CitationLine, Digest

# docs.slack.dev/reference/block-kit/blocks: 50 blocks a message, 150 characters a header, 3,000 a
# text. Ten blocks are kept free: for "there is more", for the mark of an attempt in doubt, and for
# the buttons of eight flags.
BLOCKS: Final = 40
TEXT: Final = 3000
HEADER: Final = 150
# Slack refuses a message whose blocks are too long together (msg_blocks_too_long) without
# documenting the limit; 12,000 characters is what it documents for markdown blocks together.
MESSAGE: Final = 12_000
_LEFT: Final = 200  # characters kept for how many briefs are only linked

_ROWS: Final = 5
_SENTENCE: Final = 600
_TITLE: Final = 140
_DETAILS: Final = 240
_LINK: Final = 200  # Slack counts the address: a long one would crowd the headlines out


def render_blocks(
    digest: Digest,
    calendar: Calendar,
    *,
    base_url: str = "",
    fit: sentences.Fit = sentences.FITS[0],
) -> tuple[dict[str, Any], ...]:
    """The message as JSON-ready blocks. If not all of it fits, the last block counts the rest.

    `fit`: how much of the digest its other forms have room for.
    """
    briefs, left = sentences.shown(digest, fit)
    kept = [block.to_dict() for block in _head(digest, calendar)]
    tail = [block.to_dict() for block in _tail(digest, calendar)]
    room = MESSAGE - sum(map(visible, (*kept, *tail))) - _LEFT
    places = BLOCKS - len(kept) - len(tail)
    for number, brief in enumerate(briefs):
        own = [block.to_dict() for block in _brief(brief, calendar, base_url, fit)]
        room -= sum(map(visible, own))
        places -= len(own)
        if number and (room < 0 or places < 0):
            left = sentences.linked(len(digest.flagged) + len(digest.moved) - number)
            break
        kept += own
    if left:
        kept.append(_context(f"{left}: {base_url or sentences.preview_command(digest)}").to_dict())
    return _clipped([*kept, *tail])


def _clipped(blocks: list[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """What Slack takes, where even one brief, or a list below the briefs, is too long."""
    kept: list[dict[str, Any]] = []
    room = MESSAGE
    for block in blocks:
        room -= visible(block)
        if room < 0 or len(kept) == BLOCKS:
            kept.append(_context("There is more: see the mail or the review pages.").to_dict())
            break
        kept.append(block)
    return tuple(kept)


def words(text: str) -> Block:
    """A paragraph of literal text."""
    return _rich(_section(_plain(text, TEXT)))


def preformatted(text: str) -> Block:
    """Lines of literal text, in columns."""
    return _rich(RichTextPreformattedElement(elements=[RichTextElementParts.Text(text=text)]))


def visible(part: Any) -> int:
    """How many characters of text and addresses a block, or a part of one, holds."""
    if isinstance(part, dict):
        return sum(
            len(value) if key in {"text", "url"} and isinstance(value, str) else visible(value)
            for key, value in part.items()
        )
    return sum(visible(each) for each in part) if isinstance(part, list) else 0


def _head(digest: Digest, calendar: Calendar) -> Iterable[Block]:
    subject = shorten(sentences.subject(digest, calendar), HEADER)
    yield HeaderBlock(text=PlainTextObject(text=subject, emoji=False))
    if not (digest.flagged or digest.moved or digest.citations):
        yield words(sentences.calm(digest, calendar))


def _tail(digest: Digest, calendar: Calendar) -> Iterable[Block]:
    if digest.citations:
        items = [_citation(line, calendar) for line in digest.citations[:8]]
        yield _rich(_section(_bold("Cited articles that changed")), _bullets(items))
    for title, texts in sentences.rest(digest):
        yield _listing(title, texts)
    counts = f"{sentences.foot(digest, calendar)} ({calendar.timezone})"
    yield _context(" ".join(filter(None, (sentences.unchanged(digest), counts))))


def _brief(
    brief: BriefSection, calendar: Calendar, base_url: str, fit: sentences.Fit
) -> Iterable[Block]:
    """What happened, which way, what is asked, since when; then what else is new; numbers last."""
    item = sentences.first(brief)
    if item is None:
        quoted = "; ".join(sentences.concerned(brief))
        yield words(f"{sentences.published(brief) or brief.question}: {quoted}".rstrip(": "))
    else:
        yield _rich(_story(item, calendar))
        yield _rich(
            RichTextQuoteElement(
                elements=[_plain(f"{sentences.bearing(item.effects)}.", _SENTENCE)]
            )
        )
    if brief.flag_id is not None:
        since = sentences.since(brief, calendar)
        yield _rich(
            _section(
                _bold(f"{sentences.asked(brief)}. "),
                _plain(f"{since}." if since else "", _SENTENCE),
            ),
            *(_section(_plain(told, 400)) for told in sentences.why(brief, calendar)),
        )
    for said, found in sentences.others(brief, min(fit.rows, _ROWS)):
        stories = [_story(each, calendar) for each in found]
        yield _rich(_section(_bold("Also new  "), _plain(said, 400)), _bullets(stories))
    yield from _below(brief, calendar, fit)
    if brief.flag_id is not None:
        # By its id a bot finds where the buttons of this flag belong.
        yield RichTextBlock(block_id=f"flag-{brief.flag_id}", elements=[_answer(brief, base_url)])
    yield DividerBlock()


def _below(brief: BriefSection, calendar: Calendar, fit: sentences.Fit) -> Iterable[Block]:
    """What helps to judge the news, what is not shown, and the numbers."""
    if movements := sentences.movements(brief):
        yield words(" ".join(movements))
    if brief.fresh and brief.assumptions:
        yield _listing("Assumption under pressure", brief.assumptions)
    if checks := sentences.cautions(brief):
        yield _rich(_section(_bold("Check first  "), _plain(" ".join(checks), _SENTENCE)))
    rest = sentences.rest_of(brief, min(fit.rows, _ROWS))
    numbers = [told for _, told in sentences.numbers(brief, calendar)] if fit.rows > 1 else []
    if told := "\n".join((*([f"Not shown: {rest}."] if rest else []), *numbers)):
        yield _context(told)


def _answer(brief: BriefSection, base_url: str) -> RichTextElement:
    said = "Every number, and your answer"
    if base_url:
        return _section(_link(said, f"{base_url}/flags/{brief.flag_id}"))
    return _section(_plain(f"{said}: monitor flags show {brief.flag_id}", 200))


def _story(item: sentences.NewsItem, calendar: Calendar) -> RichTextElement:
    line = item.line
    title = shorten(line.title or "(no title)", _TITLE)
    link = line.link if len(line.link) <= _LINK else ""
    return _section(
        _link(title, link) if link else _styled(title, RichTextElementParts.TextStyle(bold=True)),
        _plain(f"  {sentences.details(line, calendar)}", _DETAILS),
    )


def _citation(line: CitationLine, calendar: Calendar) -> RichTextElement:
    told, was = sentences.citation(line, calendar)
    link = line.link if len(line.link) <= _LINK else ""
    now = shorten(line.now, _TITLE) or " "
    return _section(
        _plain(f"{told} ", 300),
        _link(now, link) if link else _plain(now, _TITLE),
        _plain(f"  {was}", _DETAILS),
    )


def _listing(title: str, texts: Sequence[str]) -> Block:
    items = [_section(_plain(text, 300)) for text in texts[:8]]
    if len(texts) > 8:
        items.append(_section(_plain(f"and {len(texts) - 8} more", 80)))
    return _rich(_section(_bold(title)), _bullets(items))


def _rich(*elements: RichTextElement) -> Block:
    return RichTextBlock(elements=list(elements))


def _section(*parts: RichTextElement) -> RichTextElement:
    return RichTextSectionElement(elements=list(parts))


def _bullets(items: Sequence[RichTextElement]) -> RichTextElement:
    return RichTextListElement(style="bullet", elements=list(items))


def _context(text: str) -> Block:
    return ContextBlock(elements=[PlainTextObject(text=shorten(text, TEXT), emoji=False)])


def _plain(text: str, limit: int) -> RichTextElement:
    # An empty text element makes Slack refuse the whole message.
    return RichTextElementParts.Text(text=shorten(text, limit) or " ")


def _bold(text: str) -> RichTextElement:
    return _styled(text, RichTextElementParts.TextStyle(bold=True))


def _styled(text: str, style: RichTextElementParts.TextStyle) -> RichTextElement:
    return RichTextElementParts.Text(text=text, style=style)


def _link(text: str, url: str) -> RichTextElement:
    return RichTextElementParts.Link(text=text, url=url)
