"""Where a page or a robots.txt says that feeds are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.discover import CANDIDATES, announced, guesses, linked, sitemaps

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


@pytest.mark.parametrize("kind", ["application/json", "text/xml", "application/xml; charset=utf-8"])
def test_feeds_of_a_general_type_come_after_those_that_are_surely_feeds(kind: str) -> None:
    page = f"""<link rel="alternate" type="{kind}" href="/general">
      <link rel="alternate" type="application/rss+xml" href="/rss">
      <link rel="preload" type="{kind}" href="/not-this">"""
    assert urls(page) == ["https://news.example/rss", "https://news.example/general"]


@pytest.mark.parametrize(
    ("href", "where"),
    [
        ("feed://news.example/rss", "https://news.example/rss"),
        ("feed:https://cdn.example/rss", "https://cdn.example/rss"),
        ("FEED:HTTP://news.example/rss", "HTTP://news.example/rss"),
        ("feed://https://news.example/rss", "https://news.example/rss"),
        ("feed:news.example/rss", "https://news.example/rss"),
    ],
)
def test_the_scheme_of_feed_readers_is_read(href: str, where: str) -> None:
    assert urls(f'<link rel="alternate" href="{href}">') == [where]
    page = f'<p>Read us <a href="{href}">here</a>'
    assert [one.url for one in linked(page.encode(), URL)] == [where]


@pytest.mark.parametrize(
    "link",
    [
        '<a href="/rss/world.php">World</a>',
        '<a href="/world/rss">World</a>',
        '<a href="/world.atom">World</a>',
        '<a href="/feed/">World</a>',
        '<a href="/?feed=rss2">World</a>',
        '<a href="/blog?format=rss">World</a>',
        '<a href="https://feeds.elsewhere.example/world">World</a>',
        '<a href="/world.xml">World</a>',
        '<a href="/subscribe">RSS</a>',
        '<a href="/subscribe"><img src="icon.png" alt="RSS feed"></a>',
        '<a href="/subscribe" title="Our RSS feed"><svg></svg></a>',
        '<a href="/x" type="application/atom+xml">World</a>',
        '<map><area href="/rss.xml"></map>',
    ],
)
def test_a_page_with_links_to_click_alone_leads_to_its_feeds(link: str) -> None:
    page = f"""<h1>News</h1><a href="/">Home</a> <a href="/feedback">Tell us</a>
      <a href="/feed-the-poor">Charity</a> <a href="/atom-bomb">Bomb</a> <a href="#rss">RSS</a>
      <a href="mailto:rss@news.example">RSS</a> <a href="javascript:rss()">RSS</a> {link}"""
    assert len(linked(page.encode(), URL)) == 1
    assert announced(page.encode(), URL) == ()


def test_links_that_look_like_feeds_come_before_those_that_are_called_so() -> None:
    page = """<a href="/help">What is RSS?</a><a href="/comments/feed/">Comments</a>
      <a href="/world.xml">World</a><a href="/world/rss">World</a>"""
    assert [one.url.rpartition("example")[2] for one in linked(page.encode(), URL)] == [
        "/world/rss", "/world.xml", "/help", "/comments/feed/",
    ]  # fmt: skip


def test_links_at_the_foot_of_a_long_page_are_found() -> None:
    page = b"<p>" + b"x " * 700_000 + b'<a href="/rss">RSS</a>'
    assert [one.url for one in linked(page, URL)] == ["https://news.example/rss"]


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
    linked(b"<a href=" + data, URL)
    linked(f"<base href='{text}'><a title=rss href='{text}'>".encode("utf-8", "replace"), URL)
    sitemaps(f"Sitemap: {text}")
