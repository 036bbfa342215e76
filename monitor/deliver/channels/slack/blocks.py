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
from monitor.deliver.wording import Calendar, sentence
from monitor.model.digests import (
    BriefSection,
    CitationLine,
    Digest,
    EvidenceLine,
    JudgmentSection,
    ReasonLine,
)
from monitor.model.numbers import signed
from monitor.model.questions import Direction

# docs.slack.dev/reference/block-kit/blocks: 50 blocks a message, 150 characters a header, 3,000 a
# text. Ten blocks are kept free: for "there is more", for the mark of an attempt in doubt, and for
# the buttons of eight flags.
BLOCKS: Final = 40
TEXT: Final = 3000
HEADER: Final = 150
# Slack refuses a message whose blocks are too long together (msg_blocks_too_long) without
# documenting the limit; 12,000 characters is what it documents for markdown blocks together.
MESSAGE: Final = 12_000

_ROWS: Final = 5
_REASONS: Final = 4
_SENTENCE: Final = 600
_TITLE: Final = 140
_DETAILS: Final = 160
_LINK: Final = 200  # Slack counts the address: a long one would crowd the headlines out


def render_blocks(
    digest: Digest, calendar: Calendar, *, base_url: str = ""
) -> tuple[dict[str, Any], ...]:
    """The message as JSON-ready blocks. If not all of it fits, the last block says so."""
    blocks = [block.to_dict() for block in _blocks(digest, calendar, base_url)]
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


def _blocks(digest: Digest, calendar: Calendar, base_url: str) -> Iterable[Block]:
    yield HeaderBlock(
        text=PlainTextObject(text=shorten(sentences.subject(digest, calendar), HEADER), emoji=False)
    )
    for brief in digest.flagged:
        yield from _flagged_brief(brief, calendar, base_url)
        yield DividerBlock()
    if digest.moved:
        yield _rich(_section(_bold("Moved, not flagged")), *_moved(digest.moved, calendar))
    if digest.citations:
        items = [_citation(line, calendar) for line in digest.citations[:8]]
        yield _rich(_section(_bold("Cited articles that changed")), _bullets(items))
    for title, texts in sentences.rest(digest):
        yield _listing(title, texts)
    yield _context(f"{sentences.counts_line(digest, calendar)} ({calendar.timezone})")
    if digest.flagged or digest.moved:
        yield _context(sentences.HOW_TO_READ)


def _flagged_brief(brief: BriefSection, calendar: Calendar, base_url: str) -> Iterable[Block]:
    if brief.bottom_line:
        yield _rich(_section(_bold("Bottom line  "), _plain(brief.bottom_line, _SENTENCE)))
    for judgment in brief.judgments:
        if judgment.flagged:
            yield from _judgment(judgment, calendar)
    if brief.assumptions:
        yield _listing("Assumption under pressure", brief.assumptions)
    others = [each for each in brief.judgments if not each.flagged]
    if others:
        yield _listing(
            "Your other judgments, not flagged",
            [f"“{each.says}” {sentences.standing(each, calendar)}" for each in others],
        )
    if brief.flag_id is not None:
        # By its id a bot finds where the buttons of this flag belong.
        yield RichTextBlock(block_id=f"flag-{brief.flag_id}", elements=[_answer(brief, base_url)])


def _answer(brief: BriefSection, base_url: str) -> RichTextElement:
    said = "Every number, and your answer"
    if base_url:
        return _section(_link(said, f"{base_url}/flags/{brief.flag_id}"))
    return _section(_plain(f"{said}: monitor flags show {brief.flag_id}", 200))


def _judgment(judgment: JudgmentSection, calendar: Calendar) -> Iterable[Block]:
    facts = (("Likelihood", sentences.likelihood(judgment)), ("Confidence", judgment.confidence))
    estimate = "\n".join(f"{name}: {told}" for name, told in facts if told)
    yield _rich(
        RichTextQuoteElement(elements=[_plain(f"“{judgment.says}”", _SENTENCE)]),
        _section(_plain(estimate, _SENTENCE)),
    )
    yield _rich(
        _section(_bold("Why now  "), _plain(sentences.standing(judgment, calendar), _SENTENCE)),
        *_reasons(judgment.reasons, calendar),
    )
    for direction, shown in sentences.sides(judgment, _ROWS):
        yield _rich(*_evidence(direction, judgment, shown, calendar))
    checks = sentences.check_first(judgment)
    if checks:
        yield _rich(_section(_bold("Check first  "), _plain(" ".join(checks), _SENTENCE)))


def _reasons(reasons: Sequence[ReasonLine], calendar: Calendar) -> Iterable[RichTextElement]:
    items = [
        _section(
            _plain(f"{sentence(reason.text)} ", 400),
            _italic(sentences.reason_tail(reason, calendar)),
        )
        for reason in reasons[:_REASONS]
    ]
    if len(reasons) > _REASONS:
        items.append(_section(_plain(f"and {len(reasons) - _REASONS} earlier reasons", 80)))
    return [_bullets(items)] if items else []


def _evidence(
    direction: Direction,
    judgment: JudgmentSection,
    shown: sentences.ShownEvidence,
    calendar: Calendar,
) -> Iterable[RichTextElement]:
    word, event = sentences.heading(direction, judgment)
    items = [_row(line, calendar) for line in shown.lines]
    if shown.rest:
        items.append(_section(_plain(f"and {shown.rest}", 300)))
    return (_section(_bold(f"{word}: "), _plain(event, 300)), _bullets(items))


def _row(line: EvidenceLine, calendar: Calendar) -> RichTextElement:
    title = shorten(line.title or "(no title)", _TITLE)
    link = line.link if len(line.link) <= _LINK else ""
    details = (
        line.indicator,
        sentences.outlets(line, 3),
        calendar.moment(line.first_at),
        *sentences.marks(line),
    )
    return _section(
        _bold(f"{signed(line.points)}  "),
        _link(title, link) if link else _plain(title, _TITLE),
        _plain(f"  {' · '.join(filter(None, details))}", _DETAILS),
    )


def _moved(briefs: Sequence[BriefSection], calendar: Calendar) -> Iterable[RichTextElement]:
    judgments = [judgment for brief in briefs for judgment in brief.judgments]
    items = [
        _section(
            _bold(f"“{shorten(each.says, 160)}”  "),
            _plain(sentences.standing(each, calendar), 300),
        )
        for each in judgments[:8]
    ]
    if len(judgments) > 8:
        items.append(_section(_plain(f"and {len(judgments) - 8} more", 80)))
    return [_bullets(items)] if items else []


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


def _italic(text: str) -> RichTextElement:
    return _styled(text, RichTextElementParts.TextStyle(italic=True))


def _styled(text: str, style: RichTextElementParts.TextStyle) -> RichTextElement:
    return RichTextElementParts.Text(text=text, style=style)


def _link(text: str, url: str) -> RichTextElement:
    return RichTextElementParts.Link(text=text, url=url)
