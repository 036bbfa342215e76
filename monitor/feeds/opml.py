"""Turns an OPML subscription list into the feeds it names: what every feed reader can export.

Must never expand an entity or follow a list to another one. Real lists are written by many
programs: outlines nest, attributes come in any case, and encodings are not always what is declared.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element
from xml.etree.ElementTree import ParseError as XmlError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from monitor.core.feeds import identity
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
_PREFIXED = re.compile(r"feed:(?://)?https?:", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_FEEDS = frozenset({"rss", "atom"})
"""Types of outlines that must have an address."""

_SHOWN = 60
"""Characters of a title or an address in a sentence."""

_BARE_AMPERSAND = re.compile(r"&(?!(?:[A-Za-z]{1,8}|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A feed of a list. `title` and `page`, its web site, are "" where the list does not say."""

    url: str
    title: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionList:
    """What a list names. `skipped`: a sentence for each outline that means a feed and has no
    address that can be asked; never with a password in it.
    """

    outlines: tuple[Outline, ...]
    skipped: tuple[str, ...] = ()


def is_opml(body: bytes) -> bool:
    return bool(_ROOT.search(_text(body[:_HEAD]).encode()))


def parse_opml(body: bytes) -> SubscriptionList:
    """The feeds of a list, each address once, in its order; outlines without one are folders.

    One that cannot be taken costs the others nothing.

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
    skipped: dict[str, None] = {}
    for element in root.iter():
        said = _said(element) if _name(element.tag) == "outline" else {}
        url = rows.feed_link(said.get("xmlurl", ""))
        if why := _unfit(said, url):
            skipped[f"{_called(said, url)}: {why}"] = None
        elif url:
            title = plain(said.get("title") or said.get("text") or "")[: rows.MAX_TITLE]
            page = rows.link(said.get("htmlurl", ""))
            found.setdefault(url, Outline(url=url, title=title, page=page))
    return SubscriptionList(outlines=tuple(found.values()), skipped=tuple(skipped))


def _said(element: Element) -> dict[str, str]:
    return {_name(name): value for name, value in element.attrib.items()}


def _unfit(said: dict[str, str], url: str) -> str:
    """Why an outline cannot be taken; "" if it can, or is a folder. `url`: its address as read."""
    written = plain(said.get("xmlurl", ""))
    if not written:
        if other := plain(said.get("url", "")):
            shown = _shown(other)
            return f"its address{shown} stands in “url”, which is not where feeds are named"
        return "it names no address" if said.get("type", "").lower() in _FEEDS else ""
    if _PREFIXED.match(written):
        return f"its address begins with “feed:”; without that it is{_shown(url) or ' none'}"
    if not _SCHEME.match(written) and not written.startswith("//"):
        return f"its address{_shown(written)} is relative, and a list does not say to what"
    if identity.flaw(url) == "credentials":
        return "its address holds a name or a password; give it without, and these in “headers”"
    flawed = not url or identity.flaw(url)
    return "its address is none that begins with https:// or http://" if flawed else ""


def _called(said: dict[str, str], url: str) -> str:
    """An outline's title, unless that is an address, which may hold a password."""
    title = plain(said.get("title") or said.get("text") or "")[:_SHOWN]
    if title and "@" not in title and "://" not in title:
        return f"“{title}”"
    host = urlsplit(url).hostname if identity.flaw(url) != "no-address" else ""
    return f"an outline at {host}" if host else "an outline"


def _shown(address: str) -> str:
    """An address without its query; "" where it may hold a password."""
    short = address.partition("?")[0][:_SHOWN]
    return "" if "@" in address or not short else f" {short}"


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
