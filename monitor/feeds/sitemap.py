"""Turns a news sitemap (Google's sitemap-news 0.9) into rows.

Must never expand an entity, and never take a plain sitemap or a sitemap index for news.
Format: https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from xml.etree.ElementTree import Element
from xml.etree.ElementTree import ParseError as XmlError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from monitor.errors import ParseError
from monitor.feeds import dates, rows
from monitor.model.feeds import ParsedFeed

_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


def parse_sitemap(body: bytes, *, url: str) -> ParsedFeed:
    """The news of a `urlset`.

    Raises ParseError: "entities", "malformed", "sitemap-index", "not-a-news-sitemap".
    """
    try:
        root = fromstring(body, forbid_dtd=True)
    except DefusedXmlException as exc:
        raise ParseError("entities", "the sitemap declares a document type") from exc
    except (XmlError, LookupError, ValueError) as exc:
        raise ParseError("malformed", f"the sitemap is not well-formed: {exc}") from exc
    if root.tag == f"{_SITEMAP}sitemapindex":
        raise ParseError("sitemap-index", "it lists other sitemaps; take one of them as the feed")
    pages = root.findall(f"{_SITEMAP}url")
    news = [(page, found) for page in pages if (found := page.find(f"{_NEWS}news")) is not None]
    if root.tag != f"{_SITEMAP}urlset" or (pages and not news):
        raise ParseError("not-a-news-sitemap", "a sitemap without news titles")
    return _feed(news, others=len(pages) - len(news), url=url)


def _feed(news: list[tuple[Element, Element]], *, others: int, url: str) -> ParsedFeed:
    published = [
        dates.stamp(_text(found, f"{_NEWS}publication_date"))
        or dates.stamp(_text(page, f"{_SITEMAP}lastmod"))
        for page, found in news
    ]
    kept, warnings = rows.newest(published)
    if others:
        warnings += (f"{others} pages without a news title were left out",)
    if not news:
        warnings += ("the sitemap holds no news",)
    return ParsedFeed(
        format="sitemap",
        title=_publication(news, "name"),
        entries=tuple(
            rows.row(
                url=_text(news[place][0], f"{_SITEMAP}loc"),
                title=_text(news[place][1], f"{_NEWS}title"),
                stamp=published[place],
                language=_publication(news[place : place + 1], "language"),
                base=url,
            )
            for place in kept
        ),
        warnings=warnings,
    )


def _publication(news: list[tuple[Element, Element]], field: str) -> str:
    return _text(news[0][1], f"{_NEWS}publication/{_NEWS}{field}") if news else ""


def _text(element: Element, path: str) -> str:
    """The text of the first descendant at `path`, which may hold stray markup of its own."""
    found = element.find(path)
    return "" if found is None else "".join(found.itertext()).strip()
