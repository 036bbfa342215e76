"""Turns an RSS, Atom or RDF document into rows.

The only module that knows feedparser. Must never hand it anything but a stream (it opens what
looks like a file name or URL), and never return "no entries" for what is not a feed.
"""

import io
from typing import Any, Final
from xml.sax import SAXException

import feedparser

from monitor.errors import ParseError
from monitor.feeds import dates, markup, rows
from monitor.feeds.dates import Stamp
from monitor.feeds.document import Document
from monitor.feeds.formats import hints, sitemap
from monitor.feeds.text import plain
from monitor.model.feeds import ParsedFeed, RawEntry

LENIENT: Final = "not well-formed, read leniently"
"""How the warning begins of a document that feedparser could not read as XML."""

_END: Final = 4_096
_TEXT: Final = "text/plain"
_DATES: Final = ("published", "updated", "created")


def reads(document: Document) -> bool:
    """Whatever has a root element that no other format claims: feedparser says if it is a feed."""
    return bool(document.root) and document.root not in sitemap.ROOTS


def read(document: Document) -> ParsedFeed:
    """The entries of a feed. Raises ParseError: "html", "not-a-feed", "truncated", "malformed"."""
    text, mended = markup.mended(document.text)
    result = _feedparser(text.encode())
    version, found = str(result.get("version") or ""), result.entries
    if not found and not version:
        code = "html" if "<html" in document.text[:_END].lower() else "not-a-feed"
        raise ParseError(code, f"not a feed: its first element is <{document.root}>")
    if not found and result.bozo:
        cut = f"</{document.root}" not in document.text[-_END:].lower()
        code = "truncated" if cut else "malformed"
        raise ParseError(code, f"{code} before its first entry: {_reason(result)}")
    return _feed(result, document, mended)


def _feedparser(content: bytes) -> Any:
    try:
        return feedparser.parse(
            io.BytesIO(content),
            sanitize_html=False,
            resolve_relative_uris=False,
            response_headers={"content-type": "application/xml; charset=utf-8"},
        )
    except (SAXException, ValueError, LookupError, AttributeError, TypeError) as exc:
        raise ParseError("malformed", f"the document cannot be read: {exc!r}") from exc


def _feed(result: Any, document: Document, mended: tuple[str, ...]) -> ParsedFeed:
    found, version = result.entries, str(result.get("version") or "unknown")
    published = [
        dates.first(str(entry.get(name) or "") for name in _DATES if name in entry)
        for entry in found
    ]
    kept, warnings = rows.newest([stamp for stamp, _ in published])
    warnings += mended + rows.unread(text for _, text in published)
    if result.bozo:
        warnings += (f"{LENIENT}: {_reason(result)}",)
    if not found:
        warnings += ("the feed holds no entries",)
    language = str(result.feed.get("language") or "")
    base = rows.link(str(result.feed.get("link") or ""), document.url) or document.url
    skip_hours, skip_days = hints.skipped(document.text.encode())
    return ParsedFeed(
        format=version,
        title=plain(str(result.feed.get("title") or ""))[: rows.MAX_TITLE],
        entries=tuple(
            _entry(found[place], published[place][0], language, base, atom="atom" in version)
            for place in kept
        ),
        ttl=hints.ttl(result.feed),
        skip_hours=skip_hours,
        skip_days=skip_days,
        warnings=document.warnings + warnings,
    )


def _reason(result: Any) -> str:
    return plain(str(result.get("bozo_exception") or "unknown reason"))[:200]


def _entry(
    entry: Any, published: Stamp | None, language: str, base: str, *, atom: bool
) -> RawEntry:
    content = (entry.get("content") or [{}])[0]
    summary = entry.get("summary_detail") or content
    lead = str(summary.get("value") or content.get("value") or "")
    return rows.row(
        guid=str(entry.get("id") or ""),
        url=str(entry.get("link") or ""),
        title=rows.Text(str(entry.get("title") or ""), _literal(entry.get("title_detail"), atom)),
        summary=rows.Text(lead, _literal(summary, atom)),
        stamp=published,
        language=str(entry.get("language") or language),
        base=base,
    )


def _literal(detail: Any, atom: bool) -> bool:
    """Whether a text is text to the letter: Atom says so (RFC 4287, 3.1.1.1), RSS never does."""
    return atom and (detail or {}).get("type") == _TEXT
