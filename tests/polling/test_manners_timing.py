"""P16 to P19, P24, P26: when polls are started, and by whom."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest

from monitor.model.feeds import FeedState
from monitor.polling.rounds import SPACING_SECONDS
from monitor.store import feeds as store_feeds
from tests.loopback import Loopback
from tests.support.manners import PATH, configure, opened, page, poll, poll_due, wait
from tests.support.polls import state
from tests.support.scene import Publisher, Scene, at


def states(app: object) -> tuple[FeedState, ...]:
    return app.database.read_now(store_feeds.states)  # type: ignore[attr-defined,no-any-return]


async def test_p16_feeds_of_one_public_host_are_a_second_apart_and_never_together(
    scene: Scene, publisher: Publisher
) -> None:
    server = Loopback()
    server.base = publisher.base
    configure(scene, server, "/a.xml", "/b.xml", "/c.xml")
    publisher.gate.clear()
    loop = asyncio.get_running_loop()
    async with opened(scene) as app, asyncio.timeout(30):
        began = loop.time()
        assert await app.poll_due(at(0)) == 3
        await publisher.until_inside(1)
        assert not await app.rounds.settle(0)
        publisher.gate.set()
        assert await app.rounds.settle()
        assert loop.time() - began >= 2 * SPACING_SECONDS
    assert (publisher.busiest, len(publisher.statuses)) == (1, 3)


@pytest.mark.slow
async def test_p17_a_restart_polls_nothing_early_and_spreads_what_is_overdue(
    scene: Scene, server: Loopback
) -> None:
    """A feed with 14 minutes to go keeps them; a thousand overdue ones take five minutes."""
    configure(scene, server)
    server.script = [page("One")]
    async with opened(scene) as app:
        await poll(app)
        due = state(app, "a").next_poll_at
    async with opened(scene, at(0.01)) as app:
        assert state(app, "a").next_poll_at == due
        assert await poll_due(app, 0.02) == 0

    lines = [f'- {{id: f{n}, outlet: O, url: "{server.url()}?{n}"}}' for n in range(1_000)]
    scene.file("feeds.yaml").write_text("feeds:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    async with opened(scene, at(1)):
        pass
    async with opened(scene, at(days=2)) as app:
        waits = [found.next_poll_at - at(days=2) for found in states(app)]
    assert min(waits) == timedelta()
    assert timedelta(minutes=4) < max(waits) <= timedelta(minutes=5)
    assert max(Counter(int(wait.total_seconds()) for wait in waits).values()) <= 4


def golden() -> Iterator[float]:
    """Numbers that fill 0 to 1 evenly (the golden ratio's multiples), as jitter does."""
    return (number * 0.6180339887498949 % 1 for number in count(1))


@pytest.mark.slow
async def test_p18_a_hundred_feeds_part_and_none_comes_at_the_full_hour(
    scene: Scene, server: Loopback
) -> None:
    lines = [
        f'- {{id: f{n}, outlet: O, url: "{server.url(f"/{n}")}", allow_private: true}}'
        for n in range(100)
    ]
    configure(scene, server)
    scene.file("feeds.yaml").write_text("feeds:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    server.script = [page("One")]
    numbers = golden()
    async with opened(scene, at(0.75), jitter=lambda: next(numbers)) as app:
        assert await poll_due(app, 0.75) + await poll_due(app, 0.84) == 100
        times = [found.next_poll_at for found in states(app)]
    assert all(time.minute != 0 for time in times)
    assert max(Counter(time.replace(microsecond=0) for time in times).values()) <= 5
    assert len(set(times)) == 100


@pytest.mark.parametrize(
    ("head", "minutes"),
    [
        ("<ttl>60</ttl>", 60),
        ("<ttl>5</ttl>", 15),
        ("<ttl>100000</ttl>", 6 * 60),
        ("<ttl>often</ttl>", 15),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>"
         "<sy:updateFrequency>2</sy:updateFrequency>", 30),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", 6 * 60),
        # 09:06 and 15 minutes are 09:21, in an hour to be skipped; 11:00 is not, but full
        ("<skipHours><hour>9</hour><hour> 10 </hour></skipHours>", 115),
        ("<skipDays><day>Wednesday</day></skipDays>", 15 * 60 - 6 + 1),
        ("<skipHours><hour>99</hour><hour>x</hour></skipHours>"
         "<skipDays><day>Someday</day></skipDays>", 15),
    ],
)  # fmt: skip
async def test_p19_what_the_document_says_of_its_schedule_holds_until_it_changes(
    scene: Scene, server: Loopback, head: str, minutes: float
) -> None:
    """START is a Wednesday, 09:00."""
    configure(scene, server)
    space = b"xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'"
    document = page("One", head=head, ETag='"1"')
    body = document.partition(b"\r\n\r\n")[2].replace(b"<rss ", b"<rss " + space + b" ")
    server.script = [page_of(body), page_of(body)]
    async with opened(scene) as app:
        assert wait(await poll(app, 0.1)) == minutes
        assert wait(await poll(app, 0.1)) == minutes, "the same bytes are not parsed again"


def page_of(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body


async def test_p24_two_daemons_on_one_database_poll_a_feed_once(
    scene: Scene, publisher: Publisher
) -> None:
    server = Loopback()
    server.base = publisher.base
    configure(scene, server, "/a.xml", "/b.xml", allow_private="true")
    publisher.gate.clear()
    async with opened(scene) as one, opened(scene) as other, asyncio.timeout(30):
        started = await asyncio.gather(one.poll_due(at(0)), other.poll_due(at(0)))
        assert sum(started) == 2
        await publisher.until_inside(1)
        assert await other.poll_due(at(0.01)) == 0
        publisher.gate.set()
        assert await one.rounds.settle()
        assert await other.rounds.settle()
        assert len(publisher.statuses) == 2

        lease_over = 1.0
        publisher.gate.clear()
        assert await one.poll_due(at(lease_over)) == 2
        await publisher.until_inside(1)
        assert await other.poll_due(at(lease_over + 0.06)) == 2, "a daemon that died holds nothing"
        publisher.gate.set()
        assert await one.rounds.settle()
        assert await other.rounds.settle()


async def test_p26_what_is_not_configured_is_not_polled_and_disabling_keeps_history(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server, "/a.xml", "/b.xml", allow_private="true")
    server.script = [page("One")]
    async with opened(scene) as app:
        assert await poll_due(app, 0) == 2
    configure(scene, server, PATH, allow_private="true", enabled="false")
    async with opened(scene, at(9)) as app:
        assert await poll_due(app, 9) == 0
        assert states(app) == ()
        for feed in ("a", "b"):
            kept = state(app, feed)
            assert (kept.entry_count, kept.ok_at) == (1, at(0))
    configure(scene, server, PATH, allow_private="true")
    async with opened(scene, at(10)) as app:
        assert await poll_due(app, 10) == 1
        assert state(app, "a").entry_count == 1, "nothing of it is new"
