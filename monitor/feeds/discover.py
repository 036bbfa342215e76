"""Turns a web page, or a site's robots.txt, into the addresses where its feeds may be.

A page names its feeds for machines in its head; many have only links for people to click.
Only says where to look: whether a feed is there is for whoever fetches it. Must never run or
render anything of a page.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.feeds import rows
from monitor.feeds.text import plain

PAGE_LIMIT = 1_000_000
"""Bytes of a page whose head is looked at."""

CANDIDATES = 20
"""Addresses that one page may send us to."""

_NAMED = 200
"""Characters of what a link is called."""

WELL_KNOWN = (
    "feed/", "rss.xml", "feed.xml", "atom.xml", "rss", "index.xml", "feed.json", "?feed=rss2",
)  # fmt: skip
"""Where common publishing systems keep the feed of a site or a section."""

_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
)
_OPEN_TYPES = frozenset({"application/json", "application/xml", "text/xml"})
"""Types that feeds are announced with, and other things, too: they come after the others."""

_FEED_PLACE = re.compile(
    r"\.(?:rss2?|atom|rdf)$|(?:^|[/._-])(?:feeds?(?=$|[/._])|rss2?(?=$|[/._-]))|"
    r"/(?:atom|rdf)(?:\.xml)?/?$|"
    r"(?:^|[?&])(?:feed|format|type|output|mode)=(?:feed|rss|atom|rdf|xml)",
    re.IGNORECASE,
)
_XML_PLACE = re.compile(r"\.xml$", re.IGNORECASE)
_FEED_HOST = re.compile(r"(?:feeds?\d?|rss)\.", re.IGNORECASE)
_FEED_WORD = re.compile(r"\b(?:rss|xml|feeds?)\b", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"(?!https?:|feed:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Where a feed may be, and what the page calls it."""

    url: str
    title: str = ""


def announced(page: bytes, url: str) -> tuple[Candidate, ...]:
    """The feeds a page names in <link rel="alternate">, comments last; `url` is its own address.

    https://www.rssboard.org/rss-autodiscovery
    """
    tree = LexborHTMLParser(page[:PAGE_LIMIT])
    root = _root(tree, url)
    found: dict[str, tuple[bool, Candidate]] = {}
    for link in tree.css("link[rel][href]"):
        said = link.attributes
        kinds = (said.get("rel") or "").lower().split()
        kind = (said.get("type") or "").partition(";")[0].strip().lower()
        href = said.get("href") or ""
        sure = "feed" in kinds or kind in _FEED_TYPES or _for_readers(href)
        where = rows.feed_link(href, root)
        if where and {"alternate", "feed"} & {*kinds} and (sure or kind in _OPEN_TYPES):
            candidate = Candidate(where, plain(said.get("title") or ""))
            found.setdefault(where, (not sure, candidate))
    return _ordered(found.values())


def linked(page: bytes, url: str) -> tuple[Candidate, ...]:
    """Where the links in the text of a page may lead to feeds: by address first, then by words.

    The whole page is looked at: such links stand at its foot.
    """
    tree = LexborHTMLParser(page)
    root = _root(tree, url)
    own = {urldefrag(url)[0], urldefrag(root)[0]}
    found: dict[str, tuple[int, Candidate]] = {}
    for link in tree.css("a[href], area[href]"):
        href = (link.attributes.get("href") or "").strip()
        where = "" if _OTHER_SCHEME.match(href) else rows.feed_link(href, root)
        if not where or urldefrag(where)[0] in own:
            continue
        words = _words(link)
        if (rank := _rank(href, where, link.attributes.get("type") or "", words)) is not None:
            found.setdefault(where, (rank, Candidate(where, words)))
    return _ordered(found.values())


def _root(tree: LexborHTMLParser, url: str) -> str:
    """What the addresses of a page are relative to."""
    base = tree.css_first("base[href]")
    return (rows.link(base.attributes.get("href") or "", url) or url) if base else url


def _words(link: LexborNode) -> str:
    """What a link is called, if only by its picture."""
    picture = link.css_first("img[alt]")
    alt = picture.attributes.get("alt") if picture else ""
    said = (link.text(), link.attributes.get("title"), link.attributes.get("aria-label"), alt)
    return next(filter(None, (plain(text or "")[:_NAMED] for text in said)), "")


def _rank(href: str, where: str, kind: str, words: str) -> int | None:
    """How surely a link leads to a feed, 0 is best; None if nothing says so."""
    parts = urlsplit(where)
    if kind.partition(";")[0].strip().lower() in _FEED_TYPES or _for_readers(href):
        return 0
    if _FEED_PLACE.search(parts.path) or _FEED_PLACE.search(f"?{parts.query}"):
        return 1
    if _FEED_HOST.match(parts.netloc) or _XML_PLACE.search(parts.path):
        return 2
    return 3 if _FEED_WORD.search(words) else None


def _for_readers(href: str) -> bool:
    return href.strip().lower().startswith("feed:")


def _ordered(found: Iterable[tuple[int, Candidate]]) -> tuple[Candidate, ...]:
    """The surest first, of equals those of comments last, else in the page's order."""
    ranked = sorted(found, key=lambda one: (_of_comments(one[1]), one[0]))
    return tuple(candidate for _, candidate in ranked)[:CANDIDATES]


def guesses(url: str) -> tuple[Candidate, ...]:
    """The well-known places below a page and, after them, below its site."""
    parts = urlsplit(url)
    site = f"{parts.scheme}://{parts.netloc}/"
    section = urljoin(site, parts.path if parts.path.endswith("/") else f"{parts.path}/")
    places = [urljoin(start, path) for start in (section, site) for path in WELL_KNOWN]
    return tuple(Candidate(place) for place in dict.fromkeys(places))[:CANDIDATES]


def sitemaps(robots: str) -> tuple[Candidate, ...]:
    """The sitemaps that a robots.txt lists, those for news first."""
    parser = RobotFileParser()
    parser.parse(robots.splitlines())
    links = (rows.link(link) for link in parser.site_maps() or ())
    return tuple(Candidate(link) for link in _news_first(filter(None, links)))[:CANDIDATES]


def _news_first(links: Iterable[str]) -> list[str]:
    return sorted(dict.fromkeys(links), key=lambda link: "news" not in link.lower())


def _of_comments(candidate: Candidate) -> bool:
    return "comments" in f"{candidate.url} {candidate.title}".lower()
