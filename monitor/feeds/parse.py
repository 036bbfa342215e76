"""Turns the bytes of a feed document into rows: RSS, Atom, news sitemap or JSON Feed.

A hostile document can cost seconds of CPU here: the daemon parses in feeds.pool, not in its own
process. Must never return "no entries" for what is not a feed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from monitor.errors import ParseError
from monitor.feeds.document import Document, document
from monitor.feeds.formats import jsonfeed, rss, sitemap
from monitor.model.feeds import FeedFormat, ParsedFeed


@dataclass(frozen=True, slots=True)
class Format:
    """How one kind of document is known, and read.

    `reads` looks at the document alone: its root element, or that it is JSON.
    """

    name: str
    reads: Callable[[Document], bool]
    read: Callable[[Document], ParsedFeed]


FORMATS: Final = (
    Format("json", jsonfeed.reads, jsonfeed.read),
    Format("sitemap", sitemap.reads, sitemap.read),
    Format("rss", rss.reads, rss.read),
)
"""Every format; a document is claimed by at most one, so their order means nothing."""


def parse(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    format: FeedFormat = FeedFormat.AUTO,  # noqa: A002 the word feeds.yaml uses
) -> ParsedFeed:
    """The rows of a feed document; relative links are relative to its channel's, else to `url`.

    Raises ParseError with one of the codes "empty", "compressed", "html", "json", "not-a-feed",
    "no-element", "entities", "truncated", "malformed", "sitemap-index", "not-a-news-sitemap".
    An unknown format is an error, never an empty feed.
    """
    found = document(body, url=url, content_type=content_type)
    if format is FeedFormat.SITEMAP and found.root:
        return sitemap.read(found)
    if format is FeedFormat.FEED and found.root:
        return rss.read(found)
    for kind in FORMATS:
        if kind.reads(found):
            return kind.read(found)
    raise ParseError("not-a-feed", f"not a feed: its first element is <{found.root}>")
