"""Turns the bytes of a feed document into rows: RSS, Atom, news sitemap or JSON Feed.

The only module that knows feedparser. Must never hand it anything but a stream (it opens what
looks like a file name or URL), and never return "no entries" for what is not a feed. A hostile
document can still cost seconds of CPU here: the daemon parses in feeds.pool, not in its own
process.
"""

import io
import re
from datetime import UTC, datetime
from typing import Any
from xml.sax import SAXException

import feedparser

from monitor.errors import ParseError
from monitor.feeds import dates, hints, rows
from monitor.feeds.dates import Stamp
from monitor.feeds.jsonfeed import parse_jsonfeed
from monitor.feeds.sitemap import parse_sitemap
from monitor.feeds.text import plain
from monitor.model.feeds import FeedFormat, ParsedFeed, RawEntry

# The longest head before the root element in 5,779 real feeds was 234 bytes.
_HEAD = 4_096
_PROLOGUE = re.compile(
    rb"<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)")
_DECLARED = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([\w.:-]{1,40})[\"']", re.ASCII)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.ASCII | re.IGNORECASE)
# How a document that is not a superset of ASCII begins (XML 1.0, appendix F.1).
_WIDE = (
    (b"\x00\x00\xfe\xff", "utf-32"), (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xfe\xff", "utf-16"), (b"\xff\xfe", "utf-16"),
    (b"\x00\x00\x00<", "utf-32-be"), (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<", "utf-16-be"), (b"<\x00", "utf-16-le"), (b"\x4c\x6f\xa7\x94", "cp037"),
)  # fmt: skip
_WIDE_STARTS = tuple(start for start, _ in _WIDE)
# Every character of ordinary text, and one escape as Python's own codecs undo it.
_ASCII = bytes({*range(0x20, 0x7F), *b"\t\r\n"} - {*b"\\"}) + b"\\u003c"


def parse(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    format: FeedFormat = FeedFormat.AUTO,  # noqa: A002 the word feeds.yaml uses
) -> ParsedFeed:
    """The rows of a feed document; `url` and `content_type` are those of the final answer.

    Raises ParseError with one of the codes "empty", "compressed", "html", "json", "not-a-feed",
    "no-element", "entities", "truncated", "malformed", "sitemap-index", "not-a-news-sitemap".
    An unknown format is an error, never an empty feed.
    """
    document = _ascii_based(body)
    if not document:
        raise ParseError("empty", "the answer is empty")
    if document.startswith(b"\x1f\x8b"):
        raise ParseError("compressed", "the answer is gzip data that does not say so")
    if document.startswith((b"{", b"[")):
        return parse_jsonfeed(document, url=url)
    root = _root(document)
    _refuse(document, root)
    if format is FeedFormat.SITEMAP or (
        format is FeedFormat.AUTO and root in {"urlset", "sitemapindex"}
    ):
        return parse_sitemap(document, url=url)
    charset = _charset(document, content_type, wide=body.startswith(_WIDE_STARTS))
    return _feed(_feedparser(document, url=url, charset=charset), document, root=root, url=url)


def _ascii_based(body: bytes) -> bytes:
    """The document without white space around it, as bytes in which ASCII reads as ASCII.

    feedparser's regular expressions take quadratic time on leading white space, and the guards
    below search for ASCII, which UTF-16 and its like would slip past.
    """
    for start, encoding in _WIDE:
        if body.startswith(start):
            return body.decode(encoding, "replace").strip("\ufeff\x00 \t\r\n").encode()
    return body.removeprefix(b"\xef\xbb\xbf").strip()


def _charset(document: bytes, content_type: str, *, wide: bool) -> str:
    """The character set the server names, else the document; "" when neither does.

    A document that reads as ASCII up to the name of its character set is not in UTF-16, and
    nobody means UTF-7 or Punycode: what cannot be is replaced by UTF-8.
    """
    if wide:
        return "utf-8"
    declared = _DECLARED.match(document[:_HEAD])
    said = _CHARSET.search(content_type)
    names = [said[1]] if said else []
    names += [declared[1].decode("ascii")] if declared else []
    return next((name for name in names if _reads_ascii(name)), "utf-8" if names else "")


def _reads_ascii(charset: str) -> bool:
    try:
        return _ASCII.decode(charset) == _ASCII.decode("ascii")
    except (LookupError, ValueError):
        return False


def _root(document: bytes) -> str:
    """The local name of the first element, in lower case; "" when the head has none."""
    found = _ROOT.search(_PROLOGUE.sub(b"", document[:_HEAD]))
    return found[1].decode("ascii", "replace").rpartition(":")[2].lower() if found else ""


def _refuse(document: bytes, root: str) -> None:
    if root in {"html", "head", "body"} or document[:15].lower() == b"<!doctype html>":
        raise ParseError("html", "the answer is a web page, perhaps a bot check")
    if b"<!entity" in document.lower():
        raise ParseError("entities", "the document declares XML entities, which no feed needs")
    if not _ROOT.search(document, 0, _HEAD):
        raise ParseError("no-element", f"no XML element in the first {_HEAD:,} bytes")


def _feedparser(document: bytes, *, url: str, charset: str) -> Any:
    # Without a content type feedparser falls back to ISO-8859-1, with text/xml to ASCII.
    kind = f"application/xml; charset={charset}" if charset else "application/xml"
    try:
        return feedparser.parse(
            io.BytesIO(document),
            sanitize_html=False,
            resolve_relative_uris=False,
            response_headers={"content-location": url, "content-type": kind},
        )
    except (SAXException, ValueError, LookupError, AttributeError, TypeError) as exc:
        raise ParseError("malformed", f"the document cannot be read: {exc!r}") from exc


def _feed(result: Any, document: bytes, *, root: str, url: str) -> ParsedFeed:
    version, found = str(result.get("version") or ""), result.entries
    if not found and not version:
        code = "html" if b"<html" in document[:_HEAD].lower() else "not-a-feed"
        raise ParseError(code, f"not a feed: its first element is <{root}>")
    if not found and result.bozo:
        cut = f"</{root}".encode() not in document[-_HEAD:].lower()
        code = "truncated" if cut else "malformed"
        raise ParseError(code, f"{code} before its first entry: {_reason(result)}")
    published = [_published(entry) for entry in found]
    kept, warnings = rows.newest(published)
    if result.bozo:
        warnings += (f"not well-formed, read leniently: {_reason(result)}",)
    if not found:
        warnings += ("the feed holds no entries",)
    language = str(result.feed.get("language") or "")
    skip_hours, skip_days = hints.skipped(document)
    return ParsedFeed(
        format=version or "unknown",
        title=plain(str(result.feed.get("title") or ""))[: rows.MAX_TITLE],
        entries=tuple(_entry(found[place], published[place], language, url) for place in kept),
        ttl=hints.ttl(result.feed),
        skip_hours=skip_hours,
        skip_days=skip_days,
        warnings=warnings,
    )


def _reason(result: Any) -> str:
    return plain(str(result.get("bozo_exception") or "unknown reason"))[:200]


def _entry(entry: Any, published: Stamp | None, language: str, url: str) -> RawEntry:
    content = entry.get("content") or [{}]
    return rows.row(
        guid=str(entry.get("id") or ""),
        url=str(entry.get("link") or ""),
        title=str(entry.get("title") or ""),
        summary=str(entry.get("summary") or content[0].get("value") or ""),
        stamp=published,
        language=str(entry.get("language") or language),
        base=url,
    )


def _published(entry: Any) -> Stamp | None:
    """When it was published, else updated. feedparser reads KST and its like as UTC: we do not."""
    for name in ("published", "updated", "created"):
        if name in entry:
            text = str(entry[name])
            return dates.stamp(text) or _utc(entry.get(f"{name}_parsed"), text)
    return None


def _utc(parsed: Any, text: str) -> Stamp | None:
    """What feedparser made of a date in another notation; it takes Korean ones as Korean time."""
    if not parsed:
        return None
    zoned = dates.names_zone(text) or "년" in text
    try:
        year, month, day, hour, minute, second = parsed[:6]
        return Stamp(datetime(year, month, day, hour, minute, second, tzinfo=UTC), zoned=zoned)
    except (ValueError, TypeError):
        return None  # year -1, second 60
