"""News sitemaps: what Reuters offers instead of a feed."""

from datetime import UTC, datetime

import pytest

from monitor.errors import ParseError
from monitor.feeds.parse import parse
from monitor.model.feeds import FeedFormat, ParsedFeed, RawEntry

URL = "https://wire.example/news-sitemap/?outputType=xml"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def parse_sitemap(body: bytes, *, url: str) -> ParsedFeed:
    return parse(body, url=url, format=FeedFormat.SITEMAP)


def urlset(*pages: str) -> bytes:
    inner = "".join(f"<url>{page}</url>" for page in pages)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="{NEWS}" '
        f'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">{inner}</urlset>'
    ).encode()


def page(loc: str, title: str, date: str = "2026-03-02T08:15:30.123Z", language: str = "en") -> str:
    return (
        f"<loc>{loc}</loc><lastmod>2026-03-02T10:00:00Z</lastmod><news:news><news:publication>"
        f"<news:name>The Wire</news:name><news:language>{language}</news:language>"
        f"</news:publication><news:publication_date>{date}</news:publication_date>"
        f"<news:title>{title}</news:title></news:news>"
        "<image:image><image:loc>https://wire.example/photo.jpg</image:loc></image:image>"
    )


def test_a_news_sitemap_is_recognised_by_its_root() -> None:
    document = urlset(
        page("https://wire.example/world/a-2026-03-02/", "<![CDATA[Talks & <b>tea</b>]]>"),
        page("/pt/b/", "Conversas", date="2026-03-02", language="pt"),
    )
    assert parse(document, url=URL) == ParsedFeed(
        format="sitemap",
        title="The Wire",
        entries=(
            RawEntry(
                link="https://wire.example/world/a-2026-03-02/",
                title="Talks & tea",
                published=datetime(2026, 3, 2, 8, 15, 30, 123_000, tzinfo=UTC),
                language="en",
            ),
            RawEntry(
                link="https://wire.example/pt/b/",
                title="Conversas",
                published=datetime(2026, 3, 2, tzinfo=UTC),
                zoned=False,
                language="pt",
            ),
        ),
    )


def test_without_a_publication_date_the_last_change_counts() -> None:
    (entry,) = parse_sitemap(urlset(page("https://wire.example/a", "T", date="?")), url=URL).entries
    assert entry.published == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_pages_without_news_are_left_out_with_a_warning() -> None:
    document = urlset(page("https://wire.example/a", "T"), "<loc>https://wire.example/about</loc>")
    parsed = parse_sitemap(document, url=URL)
    assert len(parsed.entries) == 1
    assert parsed.warnings == ("1 pages without a news title were left out",)


def test_an_empty_sitemap_is_no_error_but_said() -> None:
    assert parse_sitemap(urlset(), url=URL).warnings == ("the sitemap holds no news",)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (urlset("<loc>https://wire.example/about</loc>"), "not-a-news-sitemap"),
        (urlset(page("https://wire.example/a", "T"))[:-20], "malformed"),
        (b"<!DOCTYPE urlset [<!ENTITY a 'b'>]><urlset/>", "entities"),
        (b"<sitemaps/>", "not-a-news-sitemap"),
    ],
)
def test_what_is_no_news_sitemap_is_an_error(document: bytes, code: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_sitemap(document, url=URL)
    assert caught.value.code == code


def test_at_most_the_newest_thousand() -> None:
    pages = [page(f"https://wire.example/{n}", f"No {n}") for n in range(1_001)]
    parsed = parse_sitemap(urlset(*pages), url=URL)
    assert len(parsed.entries) == 1_000
    assert "newest 1,000" in parsed.warnings[0]
