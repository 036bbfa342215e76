"""Turns a digest of inert text into plain text of 78 columns, for mail readers and terminals.

Must never depend on colour or on a wider window: what a reader needs is in the words.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from rich.cells import cell_len, chop_cells

from monitor.deliver import one_click, sentences
from monitor.deliver.pictures import LEAST_MOMENTS
from monitor.deliver.wording import Calendar
from monitor.model.digests import BriefSection, CitationLine, Digest, JudgmentSection

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


def _pieces(text: str, width: int) -> Iterator[str]:
    for word in text.split():
        if cell_len(word) <= width or word.startswith(("http://", "https://")):
            yield word
        else:
            yield from chop_cells(word, width)


_BLOCKS: Final = "▁▂▃▄▅▆▇█"


def render_text(
    digest: Digest,
    calendar: Calendar,
    *,
    base_url: str = "",
    mark: str = "",
    fit: sentences.Fit = sentences.FITS[0],
) -> str:
    """The whole digest as text; ends with one line feed. `base_url`: of the review pages, or "";
    `mark` as in `render`; `fit`: how much of it there is room for.
    """
    when = calendar.full(digest.composed_at)
    head = when if digest.urgent else f"{when}, {sentences.window(digest, calendar)}"
    briefs, left = sentences.shown(digest, fit)
    rest = list(_rest(digest))
    calm = wrap(sentences.calm(digest, calendar)) if not (briefs or digest.citations) else []
    counts = _labelled("COUNTS", sentences.foot(digest, calendar))
    if calm and not rest:
        quiet = (*_labelled("SIGNPOST", when), *calm, *wrap(sentences.counted_briefly(digest)))
        return "".join(f"{line}\n" for line in quiet)
    parts = [_labelled("SIGNPOST", head), calm]
    for brief in briefs:
        parts += [["─" * WIDTH]] if brief is not briefs[0] else []
        parts += _brief(brief, calendar, base_url, mark, fit)
    if left:
        parts.append(wrap(f"{left}: {base_url or sentences.preview_command(digest)}"))
    if digest.citations:
        parts.append(["CITED ARTICLES THAT CHANGED"])
        parts += (_citation(line, calendar) for line in digest.citations)
    parts += [["─" * WIDTH] if not calm else [], *rest, counts]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _each(label: str, texts: Iterable[str]) -> list[str]:
    return [line for text in texts for line in _labelled(label, text)]


def _labelled(label: str, text: str) -> list[str]:
    return wrap(text, first=f"{label}  ", indent="  ") if text else []


def _brief(
    brief: BriefSection, calendar: Calendar, base_url: str, mark: str, fit: sentences.Fit
) -> Iterable[list[str]]:
    """What happened, which way, what is asked, since when; then what else is new; numbers last."""
    item = sentences.first(brief)
    if item is None:
        yield [
            *_labelled("YOUR BRIEF", sentences.published(brief) or brief.question),
            *_each("YOUR JUDGMENT", sentences.concerned(brief)),
        ]
    else:
        yield _story(item, calendar)
    since = sentences.since(brief, calendar) if brief.flag_id is not None else ""
    yield [
        *_labelled("WHICH WAY", f"{sentences.bearing(item.effects)}." if item else ""),
        *_asked(brief, base_url, mark),
        *_labelled("SINCE", f"{since}." if since else ""),
        *_each("WHY NOW", sentences.why(brief, calendar)),
        *_each("MOVED", sentences.movements(brief)),
    ]
    for said, found in sentences.others(brief, fit.rows):
        told = (_story(each, calendar, "  - ", "    ") for each in found)
        yield [*_labelled("ALSO NEW", f"{said}:"), *(line for lines in told for line in lines)]
    rest, place = sentences.rest_of(brief, fit.rows), _place(brief, base_url)
    yield [
        *_each("ASSUMPTION UNDER PRESSURE", brief.assumptions if brief.fresh else ()),
        *_labelled("CHECK FIRST", " ".join(sentences.cautions(brief))),
        *_labelled("NOT SHOWN", ": ".join(filter(None, (rest, place))) if rest else ""),
    ]
    if fit.rows > 1:
        yield [
            line
            for each, standing in sentences.numbers(brief, calendar)
            for line in _numbers(each, standing, calendar)
        ]


def _story(
    item: sentences.NewsItem, calendar: Calendar, first: str = "  ", indent: str = "  "
) -> list[str]:
    """A headline is never at the beginning of a line, so that it cannot dress as ours."""
    line = item.line
    told = sentences.details(line, calendar)
    link = [f"{indent}{line.link}"] if line.link else []
    title = wrap(line.title or "(no title)", first=first, indent=indent)
    return [*title, *wrap(told, first=indent, indent=indent), *link]


def _asked(brief: BriefSection, base_url: str, mark: str) -> list[str]:
    said = sentences.asked(brief)
    if brief.flag_id is None:
        return _labelled("ASKED", f"{said}.")
    place = _place(brief, base_url)
    rows = one_click.placeholder(mark, base_url, brief.flag_id, one_click.ALL) if base_url else ""
    return [*_labelled("ASKED", f"{said}:"), f"  {place}{rows}"]


def _place(brief: BriefSection, base_url: str) -> str:
    """Where every number of a brief is."""
    if brief.flag_id is None:
        question = brief.key.partition("/")[0]
        return f"{base_url}/questions/{question}" if base_url else ""
    if base_url:
        return f"{base_url}/flags/{brief.flag_id}"
    return f"monitor flags show {brief.flag_id}"


def _numbers(judgment: JudgmentSection, standing: str, calendar: Calendar) -> list[str]:
    if not judgment.flagged or len(judgment.course) < LEAST_MOMENTS:
        return _labelled("NUMBERS", standing)
    course = sentences.course(judgment, calendar)
    return _labelled("NUMBERS", f"{standing} {sparkline(judgment.course)} {course}")


def sparkline(course: Sequence[tuple[datetime, float]], width: int = 24) -> str:
    """The course as a row of blocks, each the last total of its stretch."""
    values = [points for _, points in course]
    if len(values) > width:
        values = [values[(n + 1) * len(values) // width - 1] for n in range(width)]
    low, high = min(0.0, *values), max(0.0, *values)
    steps = len(_BLOCKS) - 1
    span = max(high - low, 1.0)
    return "".join(_BLOCKS[round(steps * (value - low) / span)] for value in values)


def _citation(line: CitationLine, calendar: Calendar) -> list[str]:
    told, was = sentences.citation(line, calendar)
    link = [f"    {line.link}"] if line.link else []
    now = wrap(f"Now {sentences.quoted(line.now)}", first="  ", indent="    ")
    return [*wrap(told, indent="  "), *now, *wrap(was, first="  ", indent="    "), *link]


def _rest(digest: Digest) -> Iterable[list[str]]:
    for title, texts in sentences.rest(digest):
        yield [
            title.upper(),
            *(line for text in texts for line in wrap(text, first="  - ", indent="    ")),
        ]
    if said := sentences.unchanged(digest):
        yield wrap(said, indent="  ")
