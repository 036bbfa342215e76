"""Turns the text of an XML document into its head, its root, and a text that XML parsers accept.

What publishers get wrong most often is mended here, before any parser sees it, and told. Must
never touch what stands in CDATA or comments, and never take more than linear time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5
from typing import Final

from monitor.errors import ParseError

LONGEST_HEAD: Final = 256 * 1024
"""Characters before the first element that are looked at. In 5,779 real feeds it was 234 bytes."""
LONGEST_JUNK: Final = 4_096
"""Of them, those that are neither comment nor instruction nor DOCTYPE."""

_ELEMENT: Final = re.compile(r"<([^\W\d][\w.:-]*)")
_DOCTYPE_PART: Final = re.compile(r"\"[^\"]*\"|'[^']*'|<!--.*?-->|<\?.*?\?>|[\[\]>]", re.DOTALL)
_REFERENCE: Final = re.compile(
    r"&(?:#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|([A-Za-z][A-Za-z0-9]{0,31});)?"
)
_LITERAL: Final = re.compile(r"<!\[CDATA\[|<!--")
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_XML_OWN: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ESCAPED: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


@dataclass(frozen=True, slots=True)
class Head:
    """Where the root element begins, its local name in lower case, and whether it is a page."""

    start: int
    root: str
    html: bool


def head(text: str) -> Head:
    """What stands before the first element: declaration, instructions, comments, DOCTYPE, junk.

    Raises ParseError "entities" when the DOCTYPE declares any, "no-element" when no element
    begins within LONGEST_HEAD characters.
    """
    place, junk, html = 0, 0, False
    while (found_at := text.find("<", place, LONGEST_HEAD)) >= 0:
        junk += found_at - place
        if junk > LONGEST_JUNK:
            break
        place = found_at
        if text.startswith("<!--", place):
            place = _after(text, "-->", place + 4)
        elif text.startswith("<?", place):
            place = _after(text, "?>", place + 2)
        elif text[place : place + 9].upper() == "<!DOCTYPE":
            end = _doctype_end(text, place + 9)
            declared = text[place:end].lower()
            if "<!entity" in declared:
                message = "the document declares XML entities, which no feed needs"
                raise ParseError("entities", message)
            html |= declared[9:].split(None, 1)[:1] in (["html"], ["html>"])
            place = end
        elif found := _ELEMENT.match(text, place):
            return Head(place, found[1].rpartition(":")[2].lower(), html)
        else:
            place, junk = place + 1, junk + 1
    looked = min(len(text), LONGEST_HEAD)
    raise ParseError("no-element", f"no XML element in the first {looked:,} characters")


def _after(text: str, end: str, start: int) -> int:
    """The place after `end`; an unfinished comment or instruction has no end."""
    found = text.find(end, start, LONGEST_HEAD)
    return LONGEST_HEAD if found < 0 else found + len(end)


def _doctype_end(text: str, start: int) -> int:
    """The place after a DOCTYPE, whose internal subset may hold quotes and comments with “>”."""
    inside = False
    for part in _DOCTYPE_PART.finditer(text, start, LONGEST_HEAD):
        if part[0] == "[":
            inside = True
        elif part[0] == "]":
            inside = False
        elif part[0] == ">" and not inside:
            return part.end()
    return LONGEST_HEAD


def mended(text: str) -> tuple[str, tuple[str, ...]]:
    """`text` with bare “&”, HTML's entities and forbidden characters put right, and what was.

    A bare “&” becomes “&amp;”, “&nbsp;” the character it means, and what XML cannot hold goes. In
    CDATA and comments only the last is done: there the first two are text.
    """
    text, dropped = _FORBIDDEN.subn("", text)
    counts = {"bare": 0, "named": 0}

    def put_right(found: re.Match[str]) -> str:
        name = found[1]
        if found[0] != "&" and (name is None or name in _XML_OWN):
            return found[0]
        if name and (meant := html5.get(f"{name};")):
            counts["named"] += 1
            return meant.translate(_ESCAPED)
        counts["bare"] += 1
        return f"&amp;{found[0][1:]}"

    mended = "".join(
        _REFERENCE.sub(put_right, part) if markup else part for markup, part in _parts(text)
    )
    told = (
        (counts["bare"], "bare “&”"),
        (counts["named"], "entities of HTML"),
        (dropped, "characters that XML forbids"),
    )
    return mended, tuple(f"not well-formed, mended: {n} {what}" for n, what in told if n)


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """The text cut into markup (True) and what is text to the letter: CDATA and comments."""
    place = 0
    while found := _LITERAL.search(text, place):
        end = "]]>" if found[0].startswith("<![") else "-->"
        until = text.find(end, found.end())
        if until < 0:  # never closed: what follows is all there is to read
            break
        yield True, text[place : found.start()]
        place = until + len(end)
        yield False, text[found.start() : place]
    yield True, text[place:]
