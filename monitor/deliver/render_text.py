"""Turns a digest of inert text into plain text of 78 columns, for mail readers and terminals.

Must never depend on colour or on a wider window: what a reader needs is in the words.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from rich.cells import cell_len, chop_cells

from monitor.deliver import one_click, sentences
from monitor.deliver.pictures import LEAST_MOMENTS
from monitor.deliver.wording import Calendar, listed, sentence
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

WIDTH: Final = 78  # RFC 5322 section 2.1.1: lines SHOULD be no more than 78 characters


def wrap(text: str, width: int = WIDTH, *, first: str = "", indent: str = "") -> list[str]:
    """Lines of at most `width` columns; the first starts with `first`, the others with `indent`."""
    lines: list[str] = []
    line, empty = first, True
    for word in _pieces(text, width - max(cell_len(first), cell_len(indent))):
        glued = line + word if empty else f"{line} {word}"
        if empty or cell_len(glued) <= width:
            line, empty = glued, False
        else:
            lines.append(line)
            line = indent + word
    return [*lines, line.rstrip()] if line.strip() else lines


def left(text: str, width: int) -> str:
    """The text, filled with blanks on the right to `width` columns."""
    return text + " " * (width - cell_len(text))


def right(text: str, width: int) -> str:
    """The text, filled with blanks on the left to `width` columns."""
    return " " * (width - cell_len(text)) + text


def _pieces(text: str, width: int) -> Iterator[str]:
    for word in text.split():
        if cell_len(word) <= width or word.startswith(("http://", "https://")):
            yield word
        else:
            yield from chop_cells(word, width)


_BLOCKS: Final = "▁▂▃▄▅▆▇█"
_ROWS: Final = 8  # stories per direction; the others are summed
_REASONS: Final = 4
_TITLE: Final = 44
_OUTLETS: Final = 9
_MOMENT: Final = 15
_POINTS: Final = 8


def render_text(digest: Digest, calendar: Calendar, *, base_url: str = "", mark: str = "") -> str:
    """The whole digest as text; ends with one line feed. `base_url`: of the review pages, or "";
    `mark` as in `render`.
    """
    parts = [[f"SIGNPOST  {_title(digest)}, {calendar.full(digest.composed_at)}"]]
    for brief in digest.flagged:
        parts.extend((["─" * WIDTH], *_flagged_brief(brief, calendar, base_url, mark)))
    if digest.moved:
        parts.append([_rule("MOVED, NOT FLAGGED")])
        parts.extend(_moved_brief(brief, calendar) for brief in digest.moved)
    if digest.citations:
        parts.append([_rule("CITED ARTICLES THAT CHANGED")])
        parts.extend(_citation(line, calendar) for line in digest.citations)
    if digest.flagged or digest.moved or digest.citations:
        parts.append([_rule("THE REST")])
    else:
        parts.append(_calm(digest))
    parts.extend(_rest(digest, calendar))
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _title(digest: Digest) -> str:
    return "Urgent review" if digest.urgent else f"Digest “{digest.name}”"


def _rule(label: str) -> str:
    return f"── {label} ".ljust(WIDTH, "─")


def _labelled(label: str, text: str) -> list[str]:
    return wrap(text, first=f"{label}  ", indent="  ")


def _calm(digest: Digest) -> list[str]:
    if digest.notices:
        return wrap("Nothing moved in what could be read; see the notices below.")
    return wrap("Nothing moved. No judgment needs another look.")


def _flagged_brief(
    brief: BriefSection, calendar: Calendar, base_url: str, mark: str
) -> Iterable[list[str]]:
    if brief.bottom_line:
        yield _labelled("BOTTOM LINE", brief.bottom_line)
    yield _brief_head(brief)
    for judgment in brief.judgments:
        if judgment.flagged:
            yield from _flagged_judgment(judgment, calendar)
    yield [
        line
        for assumption in brief.assumptions
        for line in _labelled("ASSUMPTION UNDER PRESSURE", assumption)
    ]
    yield [
        line
        for judgment in brief.judgments
        if not judgment.flagged
        for line in _other_judgment(judgment, calendar)
    ]
    yield _every_number(brief, base_url, mark)


def _brief_head(brief: BriefSection) -> list[str]:
    told = sentences.published(brief)
    if not told:
        return _labelled("YOUR BRIEF", brief.question)
    return [*_labelled("YOUR BRIEF", told), *wrap(brief.question, first="  ")]


def _flagged_judgment(judgment: JudgmentSection, calendar: Calendar) -> Iterable[list[str]]:
    yield [*_labelled("YOUR JUDGMENT", f"“{judgment.says}”"), *_estimate(judgment)]
    yield [
        *_labelled("WHY NOW", sentences.standing(judgment, calendar)),
        *_reasons(judgment.reasons, calendar),
    ]
    if len(judgment.course) >= LEAST_MOMENTS:
        told = f"{sparkline(judgment.course)}  {sentences.course(judgment, calendar)}"
        yield _labelled("COURSE", told)
    for direction, shown in sentences.sides(judgment, _ROWS):
        yield _table(direction, judgment, shown, calendar)
    if checks := sentences.check_first(judgment):
        yield _labelled("CHECK FIRST", " ".join(checks))


def _estimate(judgment: JudgmentSection) -> list[str]:
    told = sentences.likelihood(judgment)
    lines = wrap(told, first="  Likelihood: ", indent="    ") if told else []
    if judgment.confidence:
        lines.append(f"  Confidence: {judgment.confidence}")
    return lines


def sparkline(course: Sequence[tuple[datetime, float]], width: int = 24) -> str:
    """The course as a row of blocks, each the last total of its stretch."""
    values = [points for _, points in course]
    if len(values) > width:
        values = [values[(n + 1) * len(values) // width - 1] for n in range(width)]
    low, high = min(0.0, *values), max(0.0, *values)
    steps = len(_BLOCKS) - 1
    span = max(high - low, 1.0)
    return "".join(_BLOCKS[round(steps * (value - low) / span)] for value in values)


def _reasons(reasons: tuple[ReasonLine, ...], calendar: Calendar) -> Iterable[str]:
    for reason in reasons[:_REASONS]:
        mark = "* " if reason.new else "- "
        told = f"{sentence(reason.text)} ({sentences.reason_tail(reason, calendar)})"
        yield from wrap(told, first=f"  {mark}", indent="    ")
    if len(reasons) > _REASONS:
        yield f"    and {len(reasons) - _REASONS} earlier reasons"


def _table(
    direction: Direction,
    judgment: JudgmentSection,
    shown: sentences.ShownEvidence,
    calendar: Calendar,
) -> list[str]:
    word, event = sentences.heading(direction, judgment)
    header = (
        left(word.upper(), _TITLE + 2)
        + right("outlets", _OUTLETS)
        + right("first seen", _MOMENT)
        + right("points", _POINTS)
    )
    table = [header, *wrap(event, first="  ", indent="  ")]
    for line in shown.lines:
        table.extend(_row(line, calendar))
    if shown.rest:
        table.extend(wrap(f"and {shown.rest}", first="  ", indent="  "))
    return table


def _row(line: EvidenceLine, calendar: Calendar) -> Iterable[str]:
    title, *more = wrap(line.title or "(no title)", _TITLE)
    yield (
        f"  {left(title, _TITLE)}"
        + right(str(len(line.outlets)), _OUTLETS)
        + right(calendar.moment(line.first_at), _MOMENT)
        + right(signed(line.points), _POINTS)
    )
    yield from (f"  {rest}" for rest in more)
    details = (line.indicator, listed(line.outlets, 5), *sentences.marks(line))
    yield from wrap(" · ".join(filter(None, details)), first="    ", indent="    ")
    if line.link:
        yield f"    {line.link}"


def _other_judgment(judgment: JudgmentSection, calendar: Calendar) -> list[str]:
    text = f"“{judgment.says}” {sentences.standing(judgment, calendar)} Not flagged."
    return _labelled("YOUR OTHER JUDGMENT", text)


def _every_number(brief: BriefSection, base_url: str, mark: str) -> list[str]:
    if brief.flag_id is None:
        return []
    if base_url:
        rows = one_click.placeholder(mark, base_url, brief.flag_id, one_click.ALL)
        return [f"EVERY NUMBER, AND YOUR ANSWER  {base_url}/flags/{brief.flag_id}{rows}"]
    return [f"EVERY NUMBER, AND YOUR ANSWER  monitor flags show {brief.flag_id}"]


def _moved_brief(brief: BriefSection, calendar: Calendar) -> list[str]:
    lines = wrap(sentences.published(brief) or brief.question)
    for judgment in brief.judgments:
        told = f"“{judgment.says}” {sentences.standing(judgment, calendar)}"
        lines.extend(wrap(told, first="  ", indent="  "))
        for direction, shown in sentences.sides(judgment, _ROWS, only_new=True):
            lines.extend(_table(direction, judgment, shown, calendar))
    return lines


def _citation(line: CitationLine, calendar: Calendar) -> list[str]:
    told, was = sentences.citation(line, calendar)
    link = [f"    {line.link}"] if line.link else []
    now = wrap(f"Now {sentences.quoted(line.now)}", first="  ", indent="    ")
    return [*wrap(told, indent="  "), *now, *wrap(was, first="  ", indent="    "), *link]


def _rest(digest: Digest, calendar: Calendar) -> Iterable[list[str]]:
    for title, texts in sentences.rest(digest):
        yield [title.upper(), *_bullets(texts)]
    yield _labelled("COUNTS", f"{sentences.counts_line(digest, calendar)}.")
    if digest.flagged or digest.moved:
        yield _labelled("POINTS", sentences.HOW_TO_READ)


def _bullets(texts: Iterable[str]) -> list[str]:
    return [line for text in texts for line in wrap(text, first="  - ", indent="    ")]
