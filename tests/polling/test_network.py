"""What failed for one cause is asked again as soon as that is over, and not a minute before."""

from asyncio import StreamWriter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from monitor.core.feeds import polling
from monitor.daemon.app import App
from monitor.model.feeds import NoticeKind
from tests.loopback import Loopback, Step, answer, serving
from tests.support.manners import configure, opened, page, poll, told
from tests.support.polls import state
from tests.support.scene import Scene, at

HALF = 0.5  # the middle of the jitter: a failure waits just twice the interval
SOON = timedelta(minutes=6)  # five to spread over, and one past the full hour


async def no_answer(writer: StreamWriter) -> None:
    """Hangs up without a word."""
    writer.close()


def elsewhere(server: Loopback, *names: str) -> list[str]:
    """One feed on each of several hosts, all of them this machine."""
    own = enumerate(names, 2)
    return [server.url(f"/{name}").replace("127.0.0.1", f"127.0.0.{n}") for n, name in own]


def waits(app: App, *feeds: str, hour: float) -> list[bool]:
    """Which of the feeds are asked within minutes of that hour."""
    return [state(app, feed).next_poll_at <= at(hour) + SOON for feed in feeds]


@pytest.fixture
async def server() -> AsyncIterator[Loopback]:
    """Under every address of this machine."""
    async with serving("0.0.0.0") as loopback:
        yield loopback


async def test_a_network_that_was_down_comes_back_for_all(scene: Scene, server: Loopback) -> None:
    """Also for those that failed before it was clear that all do, and those asked once a day."""
    names = ("a", "b", "c")
    configure(scene, server, *elsewhere(server, *names), interval="6h")
    server.script = [page("One")]
    async with opened(scene, jitter=lambda: HALF) as app:
        for name in names:
            await poll(app, 0.1, name)
        server.script = [no_answer]
        server.requests.clear()
        for name in names:
            await poll(app, 6.5, name)
        assert [notice.kind for notice in told(app)] == [NoticeKind.NETWORK]
        await poll(app, 7.5, "c")
        assert waits(app, *names, hour=9) == [False, False, False]

        server.script = [page("Two")]
        server.requests.clear()
        assert (await poll(app, 9, "c")).record.new == 1
        assert waits(app, *names, hour=9) == [True, True, False]
        assert [(await poll(app, 9.1, name)).record.new for name in ("a", "b")] == [1, 1]


async def test_an_answer_that_is_no_document_shows_as_well_that_the_network_is_back(
    scene: Scene, server: Loopback
) -> None:
    names = ("a", "b", "c")
    configure(scene, server, *elsewhere(server, *names), interval="6h")
    server.script = [no_answer]
    async with opened(scene, jitter=lambda: HALF) as app:
        for name in names:
            await poll(app, 1, name)
        server.script = [answer("404 Not Found")]
        server.requests.clear()
        await poll(app, 2, "c")
        assert waits(app, *names, hour=2) == [True, True, False]


@pytest.mark.parametrize("failure", [no_answer, answer("503 Service Unavailable")])
async def test_when_some_feeds_recover_those_that_failed_with_them_are_asked_again(
    scene: Scene, server: Loopback, failure: bytes | Step
) -> None:
    """Others answer meanwhile, so it is not the network: a server, or a line to some of them."""
    here = [server.url(f"/{name}") for name in ("a", "b", "c", "d")]
    configure(scene, server, *here, interval="15m")
    server.script = [page("One")]
    async with opened(scene, jitter=lambda: HALF) as app:
        for name in ("a", "b", "c", "d"):
            await poll(app, 0.1, name)
        server.routes |= {"/a": [failure], "/b": [failure], "/c": [answer("404 Not Found")]}
        for hour in (1, 2, 3, 4):
            for name in ("a", "b", "c", "d"):
                await poll(app, hour, name)
        assert waits(app, "a", "b", "c", hour=4.2) == [False, False, False]
        assert NoticeKind.NETWORK not in {notice.kind for notice in told(app)}

        server.routes |= {"/a": [page("Two")]}
        assert (await poll(app, 4.2, "a")).error is None
        assert waits(app, "b", "c", hour=4.2) == [True, False]


async def test_what_its_server_wants_left_alone_is_left_alone(
    scene: Scene, server: Loopback
) -> None:
    here = [server.url("/a"), server.url("/b")]
    configure(scene, server, *here, interval="15m")
    server.script = [page("One")]
    async with opened(scene, jitter=lambda: HALF) as app:
        for name in ("a", "b"):
            await poll(app, 0.1, name)
        later = answer("503 Service Unavailable", Retry_After="7200")
        server.routes |= {"/a": [answer("503 Service Unavailable")], "/b": [later]}
        for name in ("a", "b"):
            await poll(app, 1, name)
        server.routes |= {"/a": [page("Two")]}
        before = state(app, "b").next_poll_at
        await poll(app, 1.5, "a")
        assert before == state(app, "b").next_poll_at >= at(3)


async def test_a_feed_that_has_been_dead_for_long_gains_nothing_by_it(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server, server.url("/a"), server.url("/b"), interval="15m")
    server.script = [page("One")]
    async with opened(scene, jitter=lambda: HALF) as app:
        await poll(app, 0.1, "b")
        await poll(app, 9, "a")
        server.routes |= {"/a": [answer("502 Bad Gateway")], "/b": [answer("502 Bad Gateway")]}
        for hour in (10, 11, 12):
            await poll(app, hour, "a")
            await poll(app, hour, "b")
        server.routes |= {"/a": [page("Two")]}
        await poll(app, 12.1, "a")
        assert waits(app, "b", hour=12.1) == [False]


async def test_many_feeds_that_come_back_are_no_stampede(scene: Scene, server: Loopback) -> None:
    names = "abcdefghij"
    configure(scene, server, *elsewhere(server, *names), interval="6h")
    server.script = [no_answer]
    async with opened(scene, jitter=lambda: HALF) as app:
        for name in names:
            await poll(app, 1, name)
        server.script = [page("One")]
        server.requests.clear()
        await poll(app, 2.1, "a")
        times = [state(app, name).next_poll_at for name in names[1:]]
        gap = polling.start_spread(len(names), 1, timedelta(hours=1))
        assert times == [at(2.1) + gap * index for index in range(1, len(names))]
