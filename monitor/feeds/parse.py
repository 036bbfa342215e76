"""Turns the bytes of a feed document into rows: RSS, Atom, news sitemap or JSON Feed.

A hostile document can cost seconds of CPU here: the daemon parses in feeds.pool, not in its own
process. Must never return "no entries" for what is not a feed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from monitor.errors import ParseError
from monitor.feeds import incremental, markup
from monitor.feeds.document import Document, document
from monitor.feeds.formats import jsonfeed, rss, sitemap
from monitor.feeds.incremental import ItemMemory, ItemScan
from monitor.model.feeds import FeedFormat, ItemMarks, ParsedFeed


@dataclass(frozen=True, slots=True)
class Format:
    """How one kind of document is known, and read.

    `reads` looks at the document alone: its root element, or that it is JSON.
    """

    name: str
    reads: Callable[[Document], bool]
    read: Callable[[Document, ItemMemory, str], ParsedFeed]


def _rss(found: Document, memory: ItemMemory, salt: str) -> ParsedFeed:
    """A feed without the items that were read before, or whole where that could differ."""
    scan = incremental.scan(found.text, salt)
    if scan is None and (mended := markup.mended(found.text)[0]) != found.text:
        scan = incremental.scan(mended, salt)
    if scan is None:
        return rss.read(found)
    if memory.marks and (less := _rest(found, scan, memory)):
        return less
    whole = rss.read(found)
    marks = tuple(item.mark for item in scan.items)
    if len(marks) != len(whole.entries):
        return whole
    return replace(whole, items=ItemMarks(context=scan.context, header=scan.header, read=marks))


def _rest(found: Document, scan: ItemScan, memory: ItemMemory) -> ParsedFeed | None:
    """What is not known of a document; None where only the whole of it tells."""
    left_out, known = incremental.known(scan, memory)
    places = {item.start for item in left_out}
    rest = [item for item in scan.items if item.start not in places]
    if not left_out or incremental.share(left_out, rest):
        return None
    items = ItemMarks(
        context=scan.context,
        header=scan.header,
        read=tuple(item.mark for item in rest),
        known=known,
        same_header=scan.header == memory.header,
    )
    if items.same_header and not rest:
        return ParsedFeed(format="", title="", entries=(), items=items)
    try:
        read = rss.read(replace(found, text=scan.without(left_out)))
    except ParseError:  # a header alone is sometimes refused
        return None
    if len(read.entries) != len(rest) or any(w.startswith(rss.LENIENT) for w in read.warnings):
        return None
    return replace(read, items=items)


FORMATS: Final = (
    Format("json", jsonfeed.reads, lambda found, _memory, _salt: jsonfeed.read(found)),
    Format("sitemap", sitemap.reads, lambda found, _memory, _salt: sitemap.read(found)),
    Format("rss", rss.reads, _rss),
)
"""Every format; a document is claimed by at most one, so their order means nothing."""


def parse(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    format: FeedFormat = FeedFormat.AUTO,  # noqa: A002 the word feeds.yaml uses
    items: bytes = b"",
    salt: str = "",
) -> ParsedFeed:
    """The rows of a feed document; relative links are relative to its channel's, else to `url`.

    Raises ParseError with one of the codes "empty", "compressed", "html", "json", "not-a-feed",
    "no-element", "entities", "truncated", "malformed", "sitemap-index", "not-a-news-sitemap".
    An unknown format is an error, never an empty feed. `items` are what of the feed's last document
    is stored, packed: they are left out where that is safe, and `salt` is what they depend on.
    """
    found = document(body, url=url, content_type=content_type)
    if format is FeedFormat.SITEMAP and found.root:
        return sitemap.read(found)
    if format is FeedFormat.FEED and found.root:
        return _rss(found, ItemMemory.unpack(items), salt)
    for kind in FORMATS:
        if kind.reads(found):
            return kind.read(found, ItemMemory.unpack(items), salt)
    raise ParseError("not-a-feed", f"not a feed: its first element is <{found.root}>")
