"""Turns an OPML subscription list into the feeds it names: what every feed reader can export.

Must never expand an entity or follow a list to another one. Real lists are written by many
programs: outlines nest, attributes come in any case, and encodings are not always what is declared.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element
from xml.etree.ElementTree import ParseError as XmlError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from monitor.errors import ParseError
from monitor.feeds import rows
from monitor.feeds.text import plain

_DECLARATION = re.compile(r"^\s*<\?xml\b.*?\?>", re.DOTALL)
_ENCODING = re.compile(rb"^\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([\w.:-]{1,40})[\"']", re.ASCII)
_ROOT = re.compile(rb"<\s*opml\b", re.IGNORECASE)
_HEAD = 1_000
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
    (b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"),
)  # fmt: skip
_BARE_AMPERSAND = re.compile(r"&(?!(?:[A-Za-z]{1,8}|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A feed of a list. `title` and `page`, its web site, are "" where the list does not say."""

    url: str
    title: str = ""
    page: str = ""


def is_opml(body: bytes) -> bool:
    return bool(_ROOT.search(_text(body[:_HEAD]).encode()))


def parse_opml(body: bytes) -> tuple[Outline, ...]:
    """The feeds of a list, each address once, in its order; outlines without one are folders.

    Raises ParseError "not-opml", "entities" or "malformed".
    """
    text = _DECLARATION.sub("", _text(body), count=1)
    try:
        root = fromstring(_BARE_AMPERSAND.sub("&amp;", text))
    except DefusedXmlException as exc:
        raise ParseError("entities", "the list declares XML entities, which none needs") from exc
    except (XmlError, ValueError) as exc:
        raise ParseError("malformed", f"the list is not well-formed: {exc}") from exc
    if _name(root.tag) != "opml":
        raise ParseError("not-opml", f"not an OPML list: its first element is <{_name(root.tag)}>")
    found: dict[str, Outline] = {}
    for outline in _outlines(root):
        found.setdefault(outline.url, outline)
    return tuple(found.values())


def _outlines(root: Element) -> Iterator[Outline]:
    for element in root.iter():
        if _name(element.tag) != "outline":
            continue
        said = {_name(name): value for name, value in element.attrib.items()}
        url = rows.link(said.get("xmlurl", "").replace("feed://", "http://"))
        if url:
            title = plain(said.get("title") or said.get("text") or "")[: rows.MAX_TITLE]
            yield Outline(url=url, title=title, page=rows.link(said.get("htmlurl", "")))


def _name(tag: str) -> str:
    return tag.rpartition("}")[2].lower()


def _text(body: bytes) -> str:
    """As its mark or declaration says if that can be, else UTF-8, else Windows-1252."""
    marked = next((encoding for mark, encoding in _MARKS if body.startswith(mark)), "")
    declared = _ENCODING.match(body)
    names = (marked, declared[1].decode("ascii") if declared else "", "utf-8")
    for name in filter(None, names):
        try:
            return body.decode(name).lstrip("\ufeff")
        except (LookupError, ValueError):
            continue
    return body.decode("cp1252", "replace")
