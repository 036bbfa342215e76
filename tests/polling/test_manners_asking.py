"""P1 to P8: what is asked conditionally, what is believed of the answer, and how long it lasts."""

from pathlib import Path

import pytest

from monitor.core.feeds import polling
from tests import databases
from tests.loopback import Loopback, answer, redirect
from tests.support.manners import configure, opened, page, poll, poll_due, unmodified, wait
from tests.support.polls import everything, state
from tests.support.scene import Scene, at

ETAG = 'W/"a  b"'
DATE = "2019-03-20 no date, 25:61"


def validators(server: Loopback, request: int = -1) -> tuple[str | None, str | None]:
    return server.sent("If-None-Match", request), server.sent("If-Modified-Since", request)


async def test_p1_the_first_poll_is_unconditional_the_second_sends_both_byte_for_byte(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server)
    server.script = [page("One", ETag=ETAG, Last_Modified=DATE), unmodified()]
    async with opened(scene) as app:
        await poll(app)
        assert validators(server) == (None, None)
        await poll(app, 1)
        assert validators(server) == (ETAG, DATE)


async def test_p2_what_is_not_modified_is_neither_parsed_nor_written(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server)
    server.script = [page("One", ETag=ETAG), unmodified()]
    async with opened(scene) as app:
        await poll(app)
        before = everything(app)
        assert (await poll(app, 1)).outcome is None
        after = everything(app)
        assert {name for name in before if before[name] != after[name]} == {"feeds", "poll_log"}
        assert (state(app, "a").ok_at, state(app, "a").health) == (at(1), "ok")


async def test_p3_a_304_may_bring_new_validators_and_a_new_age(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server)
    server.script = [
        page("One", ETag='"1"', Last_Modified="then"),
        unmodified(ETag='"2"', Cache_Control="max-age=7200"),
        unmodified(),
    ]
    async with opened(scene) as app:
        await poll(app)
        assert wait(await poll(app, 1)) == 121, "two hours, and not at the full one"
        await poll(app, 2)
        assert validators(server) == ('"2"', "then")


@pytest.mark.slow
async def test_p4_validators_are_kept_only_with_the_entries_they_vouch_for(
    scene: Scene, server: Loopback
) -> None:
    """A crash while storing: the next poll asks on the old validators, and loses nothing."""
    configure(scene, server)
    server.script = [page("One", ETag='"1"'), page("One", "Two", ETag='"2"')]
    async with opened(scene) as app:
        await poll(app)
        app.database.write_now(lambda conn: databases.refuse(conn, "poll_log"))
        with pytest.raises(Exception, match="no"):
            await poll(app, 1)
        app.database.write_now(lambda conn: databases.accept(conn, "poll_log"))
        assert (await poll(app, 2)).record.new == 1
        assert validators(server) == ('"1"', None)


@pytest.mark.slow
async def test_p5_validators_are_dropped_with_their_address_or_when_told_to(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server)
    one = page("One", ETag='"1"')
    server.script = [one]
    server.routes = {
        "/b.xml": [one, redirect("/c.xml"), redirect("/c.xml"), redirect("/d.xml")],
        "/c.xml": [page("One", ETag='"c"'), unmodified()],
        "/d.xml": [page("One", ETag='"d"', Expires="0"), page("One")],
    }
    async with opened(scene) as app:
        await poll(app)
    configure(scene, server, "/b.xml")
    async with opened(scene, at(1)) as app:
        await poll(app, 1)
        assert validators(server) == (None, None), "another address"

        await poll(app, 2)
        await poll(app, 3)
        sent = [validators(server, request)[0] for request in (-2, -1)]
        assert sent == [None, '"c"'], "only the address that gave it is sent it"
        await poll(app, 4)
        assert [validators(server, request)[0] for request in (-2, -1)] == [None, None]
        await poll(app, 5)
        assert validators(server) == (None, None), "Expires: 0 takes back what it vouched for"


async def test_p6_a_document_without_validators_clears_the_old_ones(
    scene: Scene, server: Loopback
) -> None:
    configure(scene, server)
    server.script = [page("One", ETag='"1"', Last_Modified="then"), page("One", "Two")]
    async with opened(scene) as app:
        for hour in range(3):
            await poll(app, hour)
        assert validators(server) == (None, None)


async def test_p7_a_server_that_looks_at_one_validator_works_and_none_is_believed_for_ever(
    scene: Scene, server: Loopback
) -> None:
    """It answers 304 to the date alone; after a week of that the whole document is asked for."""
    configure(scene, server)
    server.script = [page("One", ETag='"1"', Last_Modified="then"), unmodified()]
    async with opened(scene) as app:
        await poll(app)
        days = polling.UNCONDITIONAL.days
        for day in range(1, days):
            assert (await poll(app, 24 * day)).record.status == 304
            assert validators(server) == ('"1"', "then")
        server.script = [page("One", "Two", ETag='"1"', Last_Modified="then")]
        assert (await poll(app, 24 * days)).record.new == 1
        assert validators(server) == (None, None)
        server.script = [unmodified()]
        await poll(app, 24 * days + 1)
        assert validators(server) == ('"1"', "then")


@pytest.mark.parametrize(
    ("control", "expected"),
    [
        ("max-age=1800", 30),
        ("max-age=60", 15),
        ("max-age=31536000", 6 * 60),
        ("no-cache, max-age=1800", 15),
        ("no-store", 15),
        ("max-age=soon", 15),
    ],
)
async def test_p8_max_age_is_heeded_on_200_and_304_up_to_six_hours(
    scene: Scene, server: Loopback, control: str, expected: float
) -> None:
    configure(scene, server)
    server.script = [
        page("One", ETag='"1"', Cache_Control=control),
        unmodified(Cache_Control=control),
        answer(ETag='"1"'),
    ]
    async with opened(scene) as app:
        assert wait(await poll(app, 0.1)) == expected
        assert wait(await poll(app, 0.2)) == expected
        if expected > 15:
            assert await poll_due(app, 0.2 + expected / 60 - 0.01) == 0
        assert await poll_due(app, 0.2 + expected / 60) == 1


def test_the_checklist_has_a_test_for_each_of_its_numbers() -> None:
    """P1 to P26 and S1 to S15, each against a server on loopback; I1 to I10 have their own."""
    texts = [path.read_text("utf-8") for path in Path(__file__).parent.glob("test_manners_*.py")]
    whole = "\n".join(texts)
    missing = [
        number for number in (f"p{n}" for n in range(1, 27)) if f"def test_{number}_" not in whole
    ]
    assert missing == []
