"""Where a page or a robots.txt says that feeds are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.discover import CANDIDATES, announced, guesses, sitemaps

URL = "https://news.example/world/"


def urls(page: str, url: str = URL) -> list[str]:
    return [found.url for found in announced(page.encode(), url)]


def test_the_feeds_a_page_names_in_its_head_comments_last() -> None:
    page = """<!doctype html><html><head>
      <link rel="stylesheet" href="/a.css"><link rel=alternate hreflang=ko href="/ko">
      <link rel="alternate" type="application/rss+xml" title="Comments on X" href="/comments/feed/">
      <LINK REL="Alternate" TYPE="application/rss+xml; charset=utf-8"
            TITLE="News &amp; more" HREF="/rss">
      <link rel="alternate" type="application/atom+xml" href="atom.xml#x">
      <link rel="alternate" type="application/feed+json" href="//cdn.example/feed.json">
      <link rel="alternate" type="application/rss+xml" href="/rss">
      <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
      <link rel="alternate" type="text/html" href="/mobile">
      </head><body>"""
    found = announced(page.encode(), URL)
    assert [(one.url, one.title) for one in found] == [
        ("https://news.example/rss", "News & more"),
        ("https://news.example/world/atom.xml#x", ""),
        ("https://cdn.example/feed.json", ""),
        ("https://news.example/comments/feed/", "Comments on X"),
    ]


def test_addresses_are_relative_to_the_base_a_page_names() -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="feed.xml">'
    assert urls(f'<base href="/section/">{link}') == ["https://news.example/section/feed.xml"]
    assert urls(link) == ["https://news.example/world/feed.xml"]


def test_a_page_cannot_send_us_to_more_than_twenty_places() -> None:
    page = "".join(f'<link rel=feed href="/{n}">' for n in range(500))
    assert len(urls(page)) == CANDIDATES


def test_well_known_places_are_sought_below_the_page_first() -> None:
    found = [candidate.url for candidate in guesses("https://news.example/world?page=2#top")]
    assert found[:2] == ["https://news.example/world/feed/", "https://news.example/world/rss.xml"]
    assert "https://news.example/feed/" in found
    assert found.index("https://news.example/feed/") > found.index("https://news.example/world/rss")
    assert len(found) == len(set(found)) <= CANDIDATES


@pytest.mark.parametrize(
    ("robots", "expected"),
    [
        (
            "User-agent: *\nDisallow: /x\nSitemap: https://a.example/all.xml\n"
            "sitemap: https://a.example/news-sitemap.xml\r\nSitemap: nonsense\n",
            ["https://a.example/news-sitemap.xml", "https://a.example/all.xml"],
        ),
        ("", []),
        ("<html>not found</html>", []),
    ],
)
def test_sitemaps_of_a_robots_txt_those_for_news_first(robots: str, expected: list[str]) -> None:
    assert [candidate.url for candidate in sitemaps(robots)] == expected


@given(st.binary(max_size=200), st.text(max_size=100))
def test_nothing_that_a_server_says_raises(data: bytes, text: str) -> None:
    announced(b"<link rel=alternate type=application/rss+xml href=" + data, URL)
    sitemaps(f"Sitemap: {text}")
