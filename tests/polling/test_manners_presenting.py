"""P20 to P23: who we say we are, what we ask for, whose word we heed, and how often we insist."""

from monitor import __version__
from monitor.feeds.guard import any_address
from monitor.model.feeds import FeedHealth
from tests.loopback import Loopback, answer, redirect
from tests.support.manners import configure, opened, page, poll
from tests.support.polls import state
from tests.support.scene import START, Scene

SITEMAP = (
    b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    b' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url>'
    b"<loc>https://outlet.example/1</loc><news:news><news:title>One</news:title>"
    b"<news:publication_date>2019-03-20</news:publication_date></news:news></url></urlset>"
)


async def test_p20_we_say_who_asks_and_nothing_else(scene: Scene, server: Loopback) -> None:
    configure(scene, server, "/a.xml?id=%2f%zz")
    server.script = [redirect("/b.xml"), page("One", Set_Cookie="id=1")]
    async with opened(scene) as app:
        await poll(app)
        await poll(app, 1)
    assert server.sent("User-Agent") == (
        f"Mozilla/5.0 (compatible; signpost-monitor/{__version__}; desk@monitor.example)"
    )
    sent = [server.sent(name, n) for n in range(3) for name in ("Cookie", "Referer")]
    assert sent == [None] * 6
    assert server.paths == ["/a.xml?id=%2f%zz", "/b.xml", "/a.xml?id=%2f%zz"]


async def test_p20_without_a_contact_feeds_are_read_and_an_operator_is_told(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server)
    server.script = [page("One")]
    settings = scene.settings({"MONITOR_CONTACT": ""})
    async with scene.open(settings=settings, guard=any_address) as app:
        assert (await poll(app)).error is None
        assert app.anonymous().startswith("set MONITOR_CONTACT to an e-mail address or a link")
        assert "feed a is asked in the program's name" in app.anonymous()
    assert server.sent("User-Agent") == (
        f"Mozilla/5.0 (compatible; signpost-monitor/{__version__})"
    )
    configure(scene, server, allow_private="true")
    async with scene.open(settings=settings) as app:
        assert app.anonymous() == ""


async def test_p20_a_link_for_contact_is_marked_and_a_feed_may_speak_for_itself(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server, allow_private="true")
    settings = scene.settings({"MONITOR_CONTACT": "https://monitor.example/bot"})
    async with scene.open(settings=settings) as app:
        await app.poll_now("a", START)
        assert str(server.sent("User-Agent")).endswith("; +https://monitor.example/bot)")
    configure(scene, server, headers='{User-Agent: "Other/1 (me@other.example)"}')
    async with opened(scene) as app:
        await poll(app)
        assert server.sent("User-Agent") == "Other/1 (me@other.example)"


async def test_p21_feeds_and_gzip_are_asked_for(scene: Scene, server: Loopback) -> None:
    configure(scene, server)
    async with opened(scene) as app:
        await poll(app)
    accept = str(server.sent("Accept"))
    kinds = ("application/rss+xml", "application/atom+xml", "application/feed+json")
    assert all(kind in accept for kind in kinds)
    assert server.sent("Accept-Encoding") == "gzip"


async def test_p22_robots_txt_is_heeded_for_sitemaps_and_asked_for_once_a_day(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server, "/news/map.xml", format="sitemap")
    server.routes["/robots.txt"] = [
        answer(body=b"User-agent: *\nDisallow: /news/\nAllow: /news/map"),
        answer(body=b"User-agent: *\nDisallow:\n\nUser-agent: signpost-monitor\nDisallow: /news/"),
    ]
    server.routes["/news/map.xml"] = [answer(body=SITEMAP)]
    async with opened(scene) as app:
        for hour in (0, 12, 23):
            assert (await poll(app, hour)).error is None
        assert server.asked("/robots.txt") == 1
        assert server.asked("/news/map.xml") == 3
    async with opened(scene) as app:
        refused = await poll(app, 24)
        assert refused.error is not None
        assert refused.error.code == "robots-disallowed"
        assert state(app, "a").health is FeedHealth.BLOCKED
        assert (server.asked("/robots.txt"), server.asked("/news/map.xml")) == (2, 3)


async def test_p22_what_turns_out_to_be_a_sitemap_is_not_kept_against_robots_txt(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server, "/news/map.xml")
    server.routes["/robots.txt"] = [answer(body=b"User-agent: *\nDisallow: /news/")]
    server.routes["/news/map.xml"] = [answer(body=SITEMAP)]
    async with opened(scene) as app:
        refused = await poll(app)
        assert refused.error is not None
        assert refused.error.code == "robots-disallowed"
        assert state(app, "a").health is FeedHealth.BLOCKED
        assert state(app, "a").entry_count == 0


async def test_p22_a_robots_txt_that_cannot_be_had_means_wait_and_none_means_go(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server, "/map.xml", format="sitemap")
    server.routes["/robots.txt"] = [answer("503 Service Unavailable"), answer("404 Not Found")]
    server.routes["/map.xml"] = [answer(body=SITEMAP)]
    async with opened(scene) as app:
        waited = await poll(app, 0)
        assert waited.error is not None
        assert waited.error.code == "robots-unavailable"
        assert server.asked("/map.xml") == 0
        assert (await poll(app, 1)).error is None
        assert (await poll(app, 2)).error is None
        assert server.asked("/robots.txt") == 2


async def test_p22_the_address_of_a_feed_that_an_operator_typed_is_exempt(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server)
    server.routes["/robots.txt"] = [answer(body=b"User-agent: *\nDisallow: /")]
    server.script = [page("One")]
    async with opened(scene) as app:
        assert (await poll(app)).error is None
    assert server.asked("/robots.txt") == 0


async def test_p23_a_poll_asks_at_most_twice_and_only_where_no_byte_had_come(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server)
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<rss"
    async with opened(scene) as app:
        server.script = [b""]
        failed = await poll(app)
        assert failed.error is not None
        assert failed.error.code == "reset"
        assert len(server.requests) <= 2
        before = len(server.requests)
        server.script = [half]
        assert (await poll(app, 1)).error is not None
        assert len(server.requests) == before + 1
        server.script = [answer("500 Internal Server Error")]
        assert (await poll(app, 2)).error is not None
        assert len(server.requests) == before + 2
