"""P11 and P12: permanent redirects are believed late, traced, and never merge two feeds."""

import pytest

from monitor.model.feeds import FeedHealth, NoticeKind
from monitor.store import feeds as store_feeds
from tests.loopback import Loopback, answer, redirect
from tests.support.manners import configure, opened, page, poll, told
from tests.support.polls import state
from tests.support.scene import Scene, at

FOR_GOOD = "301 Moved Permanently"


async def test_p11_a_permanent_move_is_stored_after_three_sightings_over_a_day(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server, "/a.xml")
    server.routes["/a.xml"] = [redirect("/b.xml", FOR_GOOD)]
    server.routes["/b.xml"] = [redirect("/new.xml", "308 Permanent Redirect")]
    server.routes["/new.xml"] = [page("One")]
    new = server.url("/new.xml")
    async with opened(scene) as app:
        for hour in (0, 12, 23.9):
            await poll(app, hour)
        assert (state(app, "a").address, told(app)) == (server.url("/a.xml"), ())
        await poll(app, 24)
        assert (state(app, "a").url, state(app, "a").address) == (server.url("/a.xml"), new)
        (notice,) = told(app)
        assert (notice.kind, f"moved for good to {new}" in notice.text) == (NoticeKind.MOVED, True)
        traced = app.database.read_now(lambda conn: store_feeds.moves(conn, "a"))
        assert traced == ((at(24), server.url("/a.xml"), new),)
    async with opened(scene, at(25)) as app:
        await poll(app, 25)
        assert server.paths[-1] == "/new.xml"
        assert server.asked("/a.xml") == 4, "a restart does not forget where it moved"


@pytest.mark.parametrize("status", ["302 Found", "303 See Other", "307 Temporary Redirect"])
async def test_p11_one_temporary_step_makes_the_whole_chain_temporary(
    scene: Scene, server: Loopback, status: str
) -> None:
    configure(scene, server, "/a.xml")
    server.routes["/a.xml"] = [redirect("/b.xml", FOR_GOOD)]
    server.routes["/b.xml"] = [redirect("/new.xml", status)]
    server.routes["/new.xml"] = [page("One")]
    async with opened(scene) as app:
        for day in range(4):
            await poll(app, 24 * day)
        assert state(app, "a").address == server.url("/a.xml")


async def test_p11_a_new_address_that_fails_gives_way_to_the_configured_one(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server, "/a.xml")
    server.routes["/a.xml"] = [*[redirect("/new.xml", FOR_GOOD)] * 3, page("Two")]
    server.routes["/new.xml"] = [*[page("One")] * 3, answer("404 Not Found")]
    async with opened(scene) as app:
        for hour in (0, 12, 24):
            await poll(app, hour)
        for hour in (30, 40, 50):
            assert (await poll(app, hour)).error is not None
        assert (await poll(app, 60)).record.new == 1
        traced = app.database.read_now(lambda conn: store_feeds.moves(conn, "a"))
        assert len(traced) == 2


async def test_p12_a_redirect_to_another_feed_is_reported_and_merges_nothing(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server, "/a.xml", "/b.xml")
    server.routes["/a.xml"] = [redirect("/b.xml", FOR_GOOD)]
    server.routes["/b.xml"] = [page("One")]
    async with opened(scene) as app:
        for day in range(4):
            await poll(app, 24 * day)
        (notice,) = told(app)
        assert notice.kind is NoticeKind.SAME
        assert "redirects to the address of feed b" in notice.text
        assert state(app, "a").address == server.url("/a.xml")
        assert {found.feed_id for found in app.database.read_now(store_feeds.states)} == {"a", "b"}


@pytest.mark.parametrize(
    ("status", "said"), [(FOR_GOOD, "moved to"), ("302 Found", "redirects to")]
)
async def test_a_feed_that_gave_way_to_the_publishers_page_is_told_so(
    scene: Scene, server: Loopback, status: str, said: str
) -> None:
    configure(scene, server, "/a.xml")
    server.routes["/a.xml"] = [redirect("/b", status)]
    server.routes["/b"] = [redirect("/?from=rss&key=1", status)]
    server.script = [answer(body=b"<!doctype html><title>News</title>", Content_Type="text/html")]
    async with opened(scene) as app:
        error = (await poll(app)).error
        assert error is not None
        assert error.code == "html"
        assert str(error) == f"{said} {server.url('/')}, which is a web page"
        assert state(app, "a").address == server.url("/a.xml")


async def test_a_web_page_in_the_feeds_own_place_may_be_a_bot_check(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server, "/a.xml")
    server.script = [answer(body=b"<!doctype html><title>Wait</title>", Content_Type="text/html")]
    async with opened(scene) as app:
        assert "perhaps a bot check" in str((await poll(app)).error)


async def test_a_cookie_wall_is_a_refusal(scene: Scene, server: Loopback) -> None:
    configure(scene, server, "/a.xml")
    server.script = [answer("302 Found", Location="/a.xml", Set_Cookie="seen=1")]
    async with opened(scene) as app:
        await poll(app)
        assert state(app, "a").health is FeedHealth.BLOCKED
        assert "sets a cookie and sends us round" in told(app)[-1].text


async def test_addresses_that_move_to_each_other_for_good_come_to_an_end(
    scene: Scene, server: Loopback
) -> None:
    """First one after the other, then both at once: a move each, an error, and no third."""
    configure(scene, server, "/a.xml")
    server.routes["/a.xml"] = [*[redirect("/b.xml", FOR_GOOD)] * 3, page("Two")]
    server.routes["/b.xml"] = [*[page("One")] * 3, redirect("/a.xml", FOR_GOOD)]
    async with opened(scene) as app:
        for day in range(6):
            assert (await poll(app, 24 * day)).error is None
        server.routes["/a.xml"] = [redirect("/b.xml", FOR_GOOD)]
        for day in range(6, 30):
            failed = (await poll(app, 24 * day)).error
            assert failed is not None
            assert failed.code == "redirect-loop"
        traced = app.database.read_now(lambda conn: store_feeds.moves(conn, "a"))
        assert [after for *_, after in traced] == [server.url("/b.xml"), server.url("/a.xml")]
