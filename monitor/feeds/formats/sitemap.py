"""Turns a news sitemap (Google's sitemap-news 0.9) into rows.

Reads what can be read, as RSS is read: a page that is broken or cut short is left out, told, and
takes no other with it. Must never expand an entity, and never take a plain sitemap for news.
Format: https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit
from xml.parsers import expat

from monitor.errors import ParseError
from monitor.feeds import dates, markup, rows
from monitor.feeds.document import Document
from monitor.model.feeds import ParsedFeed

ROOTS: Final = frozenset({"urlset", "sitemapindex"})
MAX_SITEMAPS: Final = 5
"""Of an index that are read at each poll."""
_PAGE_START: Final = re.compile(r"<((?:[\w.-]{1,40}:)?(?:url|sitemap))(?=[\s>/])")
_DEEPEST: Final = 3  # of the fields below a page
_NEWS: Final = "news"
_DATES: Final = ("news/publication_date", "lastmod")
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_FIELDS: Final = frozenset(
    {"loc", "lastmod", _NEWS, "news/title", "news/publication_date"}
    | {"news/publication/name", "news/publication/language"}
)


Page = dict[str, str]
"""The texts of one <url> or <sitemap>, by the path of local names below it."""


def reads(document: Document) -> bool:
    """A sitemap or a sitemap index, by its root element."""
    return document.root in ROOTS


def read(document: Document) -> ParsedFeed:
    """The news of a `urlset`; of a `sitemapindex` no entries, but where they are.

    Raises ParseError: "malformed", "sitemap-index", "not-a-news-sitemap".
    """
    if document.root == "sitemapindex":
        return _index(document)
    pages, warnings = _pages(document, "url")
    news = [page for page in pages if _NEWS in page]
    if document.root != "urlset" or (pages and not news):
        raise ParseError("not-a-news-sitemap", "a sitemap without news titles")
    return _feed(news, warnings, others=len(pages) - len(news), document=document)


def _index(document: Document) -> ParsedFeed:
    """The sitemaps of an index on its own host: news before others, the last changed first."""
    pages, warnings = _pages(document, "sitemap")
    host = urlsplit(document.url).hostname
    found = [
        (url, dates.stamp(_text(page, "lastmod")))
        for page in pages
        if (url := rows.link(_text(page, "loc"), document.url)) and urlsplit(url).hostname == host
    ]
    if not found:
        raise ParseError("sitemap-index", f"it lists no sitemap of {host}")
    found.sort(key=lambda one: one[1].at if one[1] else _NEVER, reverse=True)
    found.sort(key=lambda one: _NEWS not in one[0].lower())
    return ParsedFeed(
        format="sitemap",
        title="",
        entries=(),
        warnings=document.warnings + warnings,
        sitemaps=tuple(url for url, _ in found[:MAX_SITEMAPS]),
    )


def _pages(document: Document, name: str) -> tuple[list[Page], tuple[str, ...]]:
    text, mended = markup.mended(document.text)
    pages, broken = [], 0
    try:
        pages = _expat(text, name)
    except expat.ExpatError as exc:
        mended += (f"not well-formed, read page by page: {exc}",)
        for block in _blocks(text):
            try:
                pages += _expat(block, name)
            except expat.ExpatError:
                broken += 1
        if not pages and broken:
            raise ParseError("malformed", f"the sitemap is not well-formed: {exc}") from exc
    if broken:
        mended += (f"{broken} pages cannot be read and were left out",)
    return pages, mended


def _blocks(text: str) -> Iterator[str]:
    """Each page of a document that is not well-formed, from its start tag to its end tag.

    A page without an end tag before the next one begins is cut there, and so refused.
    """
    starts = list(_PAGE_START.finditer(text))
    for place, found in enumerate(starts):
        end = starts[place + 1].start() if place + 1 < len(starts) else len(text)
        close = f"</{found[1]}>"
        until = text.find(close, found.start(), end)
        yield text[found.start() : end if until < 0 else until + len(close)]


def _expat(text: str, name: str) -> list[Page]:
    reader = _Reader(name)
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.Parse(text.encode(), True)  # expat takes no keywords
    return reader.pages


class _Reader:
    """Collects the fields of pages. Only local names count, so prefixes need no declaration."""

    def __init__(self, name: str) -> None:
        self.pages: list[Page] = []
        self._name = name
        self._path: list[str] | None = None  # below the page; None outside of one
        self._field = ""  # being read
        self._depth = 0  # of the field in the path

    def start(self, tag: str, _: object) -> None:
        local = tag.rpartition(":")[2].lower()
        if self._path is None:
            if local == self._name:
                self._path = []
                self.pages.append({})
            return
        self._path.append(local)
        path = "/".join(self._path) if len(self._path) <= _DEEPEST else ""
        if path in _FIELDS and path not in self.pages[-1]:
            self.pages[-1][path] = ""
            self._field, self._depth = path, len(self._path)

    def end(self, _: str) -> None:
        if not self._path:
            self._path = None
            return
        if len(self._path) == self._depth:
            self._field, self._depth = "", 0
        self._path.pop()

    def characters(self, data: str) -> None:
        """Text in stray markup belongs to the field around it: <title>a <b>b</b></title>."""
        if self._field:
            self.pages[-1][self._field] += data


def _feed(
    news: list[Page], warnings: tuple[str, ...], *, others: int, document: Document
) -> ParsedFeed:
    published = [dates.first(_text(page, name) for name in _DATES) for page in news]
    kept, cut = rows.newest([stamp for stamp, _ in published])
    warnings += cut + rows.unread(text for _, text in published)
    if others:
        warnings += (f"{others} pages without a news title were left out",)
    if not news:
        warnings += ("the sitemap holds no news",)
    return ParsedFeed(
        format="sitemap",
        title=_text(news[0], "news/publication/name") if news else "",
        entries=tuple(
            rows.row(
                url=_text(news[place], "loc"),
                title=rows.Text(_text(news[place], "news/title")),
                stamp=published[place][0],
                language=_text(news[place], "news/publication/language"),
                base=document.url,
            )
            for place in kept
        ),
        warnings=document.warnings + warnings,
    )


def _text(page: Page, path: str) -> str:
    return page.get(path, "").strip()
