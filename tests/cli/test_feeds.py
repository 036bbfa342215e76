"""`monitor feeds` as a person uses it, against a publisher on loopback."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest

from tests.cli.conftest import Monitor, Said
from tests.support.scene import PARADE, SIGNED, Item, Publisher, Scene, rss

Feeds = Callable[..., Awaitable[Said]]

PAGE = b"""<!doctype html><html><head><title>The Sylvania Post</title>
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments">
<link rel="alternate" type="application/rss+xml" title="World" href="/world">%s
</head><body></body></html>"""
SECOND = b'<link rel="alternate" type="application/atom+xml" title="Home" href="/home">'
LIST = b"""<opml version="2.0"><body><outline text="East">
<outline text="NK News" xmlUrl="https://www.nknews.org/feed/"/>
<outline text="The Courier" xmlUrl="%s/courier#top"/></outline></body></opml>"""


@pytest.fixture
def feeds(monitor: Monitor) -> Feeds:
    """`monitor feeds …` in a thread, so that the publisher can answer meanwhile."""

    async def run(*arguments: str) -> Said:
        return await asyncio.to_thread(monitor, "feeds", *arguments)

    return run


def text(scene: Scene) -> str:
    return scene.file("feeds.yaml").read_text(encoding="utf-8")


@pytest.mark.slow
async def test_a_page_leads_to_its_feed_which_the_daemon_then_polls(
    scene: Scene, publisher: Publisher, feeds: Feeds, monitor: Monitor
) -> None:
    publisher.bodies |= {"/news": PAGE % b"", "/world": rss(Item(guid="w1", title=SIGNED))}
    publisher.types["/news"] = "text/html"
    before = text(scene)
    url = f"{publisher.base}/news"

    refused = await feeds("add", url)
    assert refused.code == 1
    assert "not public; --allow-private is for feeds of your own network" in refused.err

    shown = await feeds("add", url, "--allow-private", "--outlet", "Post", "--dry-run")
    line = f'+- {{id: post-news, url: "{publisher.base}/world", outlet: Post, allow_private: true}}'
    assert (shown.code, shown.err) == (0, "")
    assert line in shown.out.splitlines()
    assert text(scene) == before

    added = await feeds("add", url, "--allow-private", "--outlet", "Post")
    assert added.code == 0
    assert added.out.startswith(f"added post-news (Post): {publisher.base}/world\n")
    assert set(before.splitlines()) < set(text(scene).splitlines())
    assert f"\n{line.removeprefix('+')}\n" in text(scene)

    again = await feeds("add", f"{publisher.base}/world#top", "--allow-private")
    assert again.code == 1
    assert again.err == (
        f"monitor: not added: {publisher.base}/world#top is the address of feed “post-news” "
        "already\n"
    )
    checked = monitor("check")
    polled = await asyncio.to_thread(monitor, "poll", "post-news")
    assert (checked.code, polled.code) == (0, 0)
    assert "post-news" in polled.out


@pytest.mark.slow
async def test_several_feeds_of_a_page_are_shown_to_choose_from_or_taken_with_all(
    scene: Scene, publisher: Publisher, feeds: Feeds
) -> None:
    publisher.bodies |= {
        "/": PAGE % SECOND,
        "/world": rss(Item(guid="w1", title=SIGNED), Item(guid="w2", title=PARADE)),
        "/home": rss(Item(guid="w1", title=SIGNED)),
    }
    before = text(scene)
    undecided = await feeds("add", publisher.base, "--allow-private")
    assert undecided.code == 1
    assert "names 2 feeds: add one of them, or --all" in undecided.err
    assert text(scene) == before

    found = await feeds("discover", publisher.base, "--allow-private")
    assert [line.split()[1] for line in found.out.splitlines()] == ["entries", "2", "1"]
    listed = await feeds("discover", publisher.base, "--allow-private", "--json")
    assert [one["url"] for one in json.loads(listed.out)] == [
        f"{publisher.base}/world",
        f"{publisher.base}/home",
    ]
    both = await feeds("add", publisher.base, "--allow-private", "--all")
    assert both.code == 0
    shown = await feeds("list", "--json")
    assert [feed["url"].rpartition("/")[2] for feed in json.loads(shown.out)] == [
        "courier", "herald", "world", "home",
    ]  # fmt: skip


@pytest.mark.slow
async def test_well_known_places_and_news_sitemaps_are_sought_where_a_page_names_none(
    publisher: Publisher, feeds: Feeds
) -> None:
    publisher.bodies["/section"] = b"<!doctype html><title>No feeds here</title>"
    publisher.types["/section"] = "text/html"
    nothing = await feeds("discover", f"{publisher.base}/section", "--allow-private")
    assert nothing.code == 1
    assert "no feed found at" in nothing.err

    publisher.bodies["/robots.txt"] = f"Sitemap: {publisher.base}/maps.xml\n".encode()
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    news = "http://www.google.com/schemas/sitemap-news/0.9"
    publisher.bodies["/maps.xml"] = (
        f"<sitemapindex xmlns='{space}'><sitemap><loc>{publisher.base}/news.xml</loc></sitemap>"
        "</sitemapindex>"
    ).encode()
    publisher.bodies["/news.xml"] = (
        f"<urlset xmlns='{space}' xmlns:n='{news}'><url><loc>http://x.example/1</loc><n:news>"
        f"<n:title>{SIGNED}</n:title></n:news></url></urlset>"
    ).encode()
    sitemap = await feeds("discover", f"{publisher.base}/section", "--allow-private")
    assert (sitemap.code, f"{publisher.base}/news.xml" in sitemap.out) == (0, True)

    publisher.bodies["/section/rss.xml"] = rss(Item(guid="w1", title=SIGNED))
    feed = await feeds("discover", f"{publisher.base}/section", "--allow-private")
    assert f"{publisher.base}/section/rss.xml" in feed.out


async def test_a_list_is_imported_from_a_file_and_from_an_address(
    scene: Scene, publisher: Publisher, feeds: Feeds
) -> None:
    document = LIST % publisher.base.encode()
    (scene.folder / "mine.opml").write_bytes(document)
    publisher.bodies["/mine.opml"] = document
    for given in ("mine.opml", f"{publisher.base}/mine.opml"):
        shown = await feeds("add", given, "--dry-run", "--allow-private")
        assert shown.code == 0
        line = '+- {id: nk-news, url: "https://www.nknews.org/feed/", outlet: NK News}'
        assert line in shown.out.splitlines()
        assert "+  NK News: {domains: [nknews.org]}" in shown.out.splitlines()
        assert "/courier#top is the address of feed “courier” already" in shown.err


async def test_a_page_with_nothing_but_links_to_click_leads_to_its_feed(
    publisher: Publisher, feeds: Feeds
) -> None:
    publisher.bodies |= {
        "/news": b'<!doctype html><title>News</title><a href="/help">About RSS</a>'
        b'<a href="/data/w">World</a><a href="/world/rss">World</a>',
        "/world/rss": rss(Item(guid="w1", title=SIGNED)),
    }
    publisher.types["/news"] = "text/html"
    found = await feeds("discover", f"{publisher.base}/news", "--allow-private", "--json")
    assert [one["url"] for one in json.loads(found.out)] == [f"{publisher.base}/world/rss"]


def test_outlines_that_cannot_be_taken_are_told_and_the_rest_is_added(
    scene: Scene, monitor: Monitor
) -> None:
    (scene.folder / "mine.opml").write_text(
        """<opml><body><outline text="Mine" xmlUrl="https://me:pw@h.example/rss"/>
        <outline text="Old" xmlUrl="feed:https://old.example/rss"/>
        <outline text="NK News" xmlUrl="https://www.nknews.org/feed/"/></body></opml>""",
        encoding="utf-8",
    )
    said = monitor("feeds", "add", "mine.opml")
    assert said.code == 0
    first, second = said.err.splitlines()
    assert first.startswith("monitor: not added: “Mine”: its address holds a name or a password")
    assert second.startswith("monitor: not added: “Old”: its address begins with “feed:”")
    assert "nknews.org/feed" in text(scene)
    assert "pw@" not in text(scene) + said.err + said.out
    assert monitor("check").code == 0


async def test_an_address_with_a_password_is_refused_in_one_line(
    publisher: Publisher, feeds: Feeds
) -> None:
    publisher.bodies["/rss"] = rss(Item(guid="w1", title=SIGNED))
    url = publisher.base.replace("://", "://me:pw@")
    said = await feeds("add", f"{url}/rss", "--allow-private")
    assert (said.code, said.out) == (1, "")
    assert "not added: the address at 127.0.0.1 holds a name or a password" in said.err
    assert "pw" not in said.err.replace("password", "")


def test_mistakes_are_told_in_one_line(scene: Scene, monitor: Monitor) -> None:
    (scene.folder / "bad.opml").write_text("<opml><body>", encoding="utf-8")
    (scene.folder / "empty.opml").write_text("<opml><body/></opml>", encoding="utf-8")
    before = text(scene)
    for arguments, code, message in (
        (("bad.opml",), 1, "bad.opml: the list is not well-formed"),
        (("empty.opml",), 1, "empty.opml: the list names no feed"),
        (("http://127.0.0.1:9/", "--allow-private"), 1, "http://127.0.0.1:9/: 127.0.0.1"),
        (("ftp://x.example/",), 1, "ftp://x.example/"),
        (("a", "b", "--id", "x"), 2, "--id names one feed"),
        ((), 2, "Missing argument"),
    ):
        said = monitor("feeds", "add", *arguments)
        assert (said.code, said.out) == (code, "")
        assert message in said.err
    assert text(scene) == before
    assert monitor("feeds", "list").out.splitlines()[1].split()[:3] == ["courier", "Courier", "15"]
