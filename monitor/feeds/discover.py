"""Turns a web page, or a site's robots.txt, into the addresses where its feeds may be.

Only says where to look: whether a feed is there is for whoever fetches it. Must never run or
render anything of a page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from selectolax.lexbor import LexborHTMLParser

from monitor.feeds import rows
from monitor.feeds.text import plain

PAGE_LIMIT = 1_000_000
"""Bytes of a page that are looked at; feeds are linked in its head."""

CANDIDATES = 20
"""Addresses that one page may send us to."""

WELL_KNOWN = (
    "feed/", "rss.xml", "feed.xml", "atom.xml", "rss", "index.xml", "feed.json", "?feed=rss2",
)  # fmt: skip
"""Where common publishing systems keep the feed of a site or a section."""

_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
)


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
    base = tree.css_first("base[href]")
    root = urljoin(url, base.attributes.get("href") or "") if base else url
    found: dict[str, Candidate] = {}
    for link in tree.css("link[rel][href]"):
        said = link.attributes
        kinds = (said.get("rel") or "").lower().split()
        kind = (said.get("type") or "").partition(";")[0].strip().lower()
        where = rows.link(said.get("href") or "", root)
        if where and (("alternate" in kinds and kind in _FEED_TYPES) or "feed" in kinds):
            found.setdefault(where, Candidate(where, plain(said.get("title") or "")))
    return tuple(sorted(found.values(), key=_of_comments))[:CANDIDATES]


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
