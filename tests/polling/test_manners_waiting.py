"""P9, P10, P13 to P15, P25: what a server that says no is granted, and for how long."""

import pytest

from monitor.errors import NotAskedError
from monitor.model.feeds import FeedHealth
from tests.loopback import Loopback, answer, serving
from tests.support.manners import (
    configure,
    opened,
    page,
    poll,
    poll_due,
    told,
    wait,
)
from tests.support.polls import state
from tests.support.scene import Scene, at

HALF = 0.5  # the middle of the jitter: a failure waits just twice the interval


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("7200", 120),
        ("120", 30),  # our own back-off is longer
        ("Wed, 20 Mar 2019 12:06:00 GMT", 180),
        ("Wed, 20 Mar 2019 08:00:00 GMT", 30),
        ("soon", 30),
        ("1000000000000", 24 * 60),
        ("Wed, 20 Mar 2119 08:00:00 GMT", 24 * 60),
    ],
)
async def test_p9_retry_after_puts_off_by_a_day_at_most(
    scene: Scene, server: Loopback, status: str, said: str, minutes: float
) -> None:
    configure(scene, server)
    server.script = [answer(status, Retry_After=said)]
    async with opened(scene, jitter=lambda: HALF) as app:
        assert wait(await poll(app, 0.1)) == minutes
        assert await poll_due(app, 0.1 + minutes / 60 - 0.01) == 0
        assert await poll_due(app, 0.1 + minutes / 60) == 1


async def test_p10_too_many_requests_for_one_feed_delays_all_of_that_public_host(
    scene: Scene,
) -> None:
    async with serving("0.0.0.0") as server:
        other = server.url("/other.xml").replace("127.0.0.1", "127.0.0.2")
        configure(scene, server, "/a.xml", "/b.xml", other)
        server.script = [page("One")]
        server.routes["/a.xml"] = [answer("429 Too Many Requests", Retry_After="7200")]
        async with opened(scene) as app:
            await poll(app, 0.1)
            assert state(app, "b").next_poll_at == state(app, "a").next_poll_at == at(2.1)
            assert await poll_due(app, 0.2) == 1
            assert server.paths == ["/a.xml", "/other.xml"]
            with pytest.raises(NotAskedError, match="left alone until 2019-03-20 11:06 UTC"):
                await poll(app, 0.3, "b", force=False)


async def test_p10_a_server_of_our_own_speaks_of_one_feed_only(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server, "/a.xml", "/b.xml", allow_private="true")
    server.routes["/a.xml"] = [answer("429 Too Many Requests", Retry_After="7200")]
    async with opened(scene) as app:
        await poll(app)
        assert state(app, "b").next_poll_at == at(0)


async def test_p13_what_is_gone_is_never_asked_again_and_told_once(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server)
    server.script = [page("One"), answer("410 Gone")]
    async with opened(scene) as app:
        await poll(app)
        await poll(app, 1)
        (notice,) = told(app)
        assert (notice.after, "is gone for good" in notice.text) == (FeedHealth.GONE, True)
    async with opened(scene, at(days=30)) as app:
        assert await poll_due(app, 24 * 30) == 0, "a restart does not forget"
        with pytest.raises(NotAskedError, match="gone for good"):
            await poll(app, 24 * 30, force=False)
        assert len(server.requests) == 2
        assert len(told(app)) == 1
        server.script = [page("Two")]
        assert (await poll(app, 24 * 31)).record.new == 1, "a person may insist"
        assert state(app, "a").health is FeedHealth.OK


async def test_p13_what_is_not_found_is_asked_again_later(scene: Scene, server: Loopback) -> None:
    configure(scene, server)
    server.script = [answer("404 Not Found")]
    async with opened(scene, jitter=lambda: HALF) as app:
        assert wait(await poll(app, 0.1)) == 30
        assert not state(app, "a").gone
        assert await poll_due(app, 0.6) == 1


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
async def test_p14_a_server_that_refuses_us_is_blocked_and_asked_rarely_as_who_we_are(
    scene: Scene, server: Loopback, status: str
) -> None:
    configure(scene, server)
    server.script = [page("One"), answer(status)]
    async with opened(scene, jitter=lambda: HALF) as app:
        await poll(app)
        assert wait(await poll(app, 0.1)) == 2 * 30
        assert state(app, "a").health is FeedHealth.BLOCKED
        assert "refuses us" in told(app)[-1].text
        assert wait(await poll(app, 9.1)) == wait(await poll(app, 12.1)) == 4 * 30
        agents = {server.sent("User-Agent", number) for number in range(4)}
        assert len(agents) == 1


async def test_p15_the_wait_doubles_up_to_an_hour_resets_on_success_and_outlives_a_restart(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server)
    server.script = [answer("500 Internal Server Error")]
    async with opened(scene, jitter=lambda: HALF) as app:
        assert [wait(await poll(app, hour + 0.1)) for hour in range(3)] == [30, 60, 60]
    async with opened(scene, at(3), jitter=lambda: HALF) as app:
        assert wait(await poll(app, 3.1)) == 60
        server.script = [page("One")]
        await poll(app, 4.1)
        server.script = [answer("502 Bad Gateway")]
        assert wait(await poll(app, 5.1)) == 30


async def test_after_hours_of_trouble_on_the_way_a_feed_is_asked_within_the_hour(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server)
    server.script = [answer("503 Service Unavailable")]
    async with opened(scene, jitter=lambda: HALF) as app:
        hour = 0.1
        while hour < 8:
            hour += wait(await poll(app, hour)) / 60
        server.script = [page("One")]
        assert hour < 9.1
        assert (await poll(app, hour)).record.new == 1


async def test_p25_a_person_is_not_let_past_retry_after_unless_by_force(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server)
    server.script = [answer("503 Service Unavailable", Retry_After="7200")]
    async with opened(scene) as app:
        await poll(app, force=False)
        with pytest.raises(NotAskedError, match="--force asks anyway"):
            await poll(app, 1, force=False)
        assert len(server.requests) == 1
        await poll(app, 1, force=True)
        assert len(server.requests) == 2
        server.script = [page("One")]
        await poll(app, 3.5, force=False)
        await poll(app, 3.6, force=False)
        assert len(server.requests) == 4, "a success ends the pause"
