"""Configuration at start and on reload: taken over whole, or not at all and told since when."""

import asyncio
import json
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from monitor.daemon.app import App
from monitor.errors import ConfigError, SettingsError
from monitor.runtime import logs, plan
from monitor.store import feeds as store_feeds
from monitor.store import watchlists as store_watchlists
from tests import databases
from tests.support.scene import (
    DELIVERY,
    FEEDS,
    PARADE,
    START,
    WATCHLISTS,
    Item,
    Publisher,
    Scene,
    at,
)

STRICTER = WATCHLISTS.replace("very unlikely", "unlikely")
BROKEN = WATCHLISTS.replace("very unlikely", "very unlickely")
BROKEN_FEEDS = FEEDS.replace("outlet: Herald,", "outlet: Herald, interval: soon,")
BROKEN_DELIVERY = DELIVERY.replace("to: [files]", "to: [filse]")


def configured(app: App) -> list[str]:
    return [state.feed_id for state in app.database.read_now(store_feeds.states)]


async def test_unchanged_files_are_not_read_again(scene: Scene) -> None:
    """The content decides, not the time of the file; a forced reload reads in any case."""
    async with scene.open() as app:
        before = app.plan
        scene.write()
        assert not await app.reload(at(1))
        assert app.plan is before
        assert await app.reload(at(1), force=True)
        assert app.plan is not before
        assert app.plan.rules.version == before.rules.version


async def test_a_changed_watchlist_is_in_force_at_once_and_remembered(scene: Scene) -> None:
    async with scene.open() as app:
        before = app.plan.rules.version
        scene.write(watchlists=STRICTER)
        assert await app.reload(at(1))
        assert not await app.reload(at(2)), "once"
        now = app.plan.rules.version
        assert now != before
        good = app.database.read_now(store_watchlists.last_good)
        assert good == (now, STRICTER, at(1))
        kept = app.database.read_now(lambda conn: store_watchlists.text_of(conn, before))
        assert kept == WATCHLISTS


async def test_feeds_that_come_and_go(scene: Scene, publisher: Publisher) -> None:
    """A feed taken out is not polled but keeps its history; a new one is due at once."""
    scene.write(base=publisher.base)
    publisher.publish("courier", Item(guid="c", title=PARADE))
    publisher.publish("gazette", Item(guid="g", title=PARADE, outlet="gazette"))
    async with scene.open() as app, asyncio.timeout(20):
        await app.poll_now("courier", START)
        await app.poll_now("herald", START)
        changed = FEEDS.replace("courier", "gazette").replace("Courier", "Gazette")
        scene.write(base=publisher.base, feeds=changed)
        assert await app.reload(at(0.1))
        assert configured(app) == ["gazette", "herald"]
        assert await app.poll_due(at(0.1)) == 1
        await app.rounds.settle()
        gone = app.database.read_now(lambda conn: store_feeds.state(conn, "courier"))
        assert gone is not None
        assert (gone.entry_count, gone.ok_at) == (1, START)
        assert app.plan.rules.outlets == 2


async def test_a_new_address_is_asked_unconditionally(scene: Scene, publisher: Publisher) -> None:
    """What the old address vouched for says nothing about the new one."""
    scene.write(base=publisher.base)
    publisher.publish("courier", Item(guid="c", title=PARADE))
    publisher.bodies["/moved"] = publisher.bodies["/courier"]
    async with scene.open() as app, asyncio.timeout(20):
        await app.poll_now("courier", START)
        scene.write(base=publisher.base, feeds=FEEDS.replace("{base}/courier", "{base}/moved"))
        await app.reload(at(0.1))
        poll = await app.poll_now("courier", at(0.1))
        assert publisher.statuses == [200, 200]
        assert (poll.record.new, poll.record.unchanged) == (0, 1)


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [
        ("watchlists.yaml", BROKEN, "watchlists.yaml:14:19: "),
        ("feeds.yaml", BROKEN_FEEDS.format(base="http://x.example"), "feeds.yaml:7:"),
        ("delivery.yaml", BROKEN_DELIVERY, "delivery.yaml:5:"),
    ],
)
async def test_a_mistake_in_any_file_leaves_all_as_it_was_and_is_told(
    scene: Scene, name: str, text: str, where: str
) -> None:
    """Plan and channels stay; digests say since when; the log has every problem once."""
    out = StringIO()
    async with scene.open() as app:
        before, channels = app.plan, app.channels
        scene.file(name).write_text(text)
        logs.configure(style="json", stream=out)
        assert not await app.reload(at(1))
        assert not await app.reload(at(2)), "and it is not read again until it changes"
        assert app.plan is before
        assert app.channels is channels
        assert app.refusal is not None
        assert app.refusal.since == at(1)
        (notice,) = app.context().notices
        assert notice.startswith(
            f"Configuration refused since 20 Mar 10:00 UTC, the version before it stays in force: "
            f"{where}"
        )
        (logged,) = (json.loads(line) for line in out.getvalue().splitlines())
        assert logged["event"] == "configuration.refused"
        assert logged["problem"].startswith(where)
        assert logged["next"] == "the old one stays in force"

        scene.write()
        assert await app.reload(at(3))
        assert app.refusal is None
        assert app.context().notices == ()


async def test_every_mistake_of_every_file_is_counted_and_the_first_refusal_dates_it(
    scene: Scene,
) -> None:
    async with scene.open() as app:
        scene.write(watchlists=BROKEN)
        await app.reload(at(1))
        scene.write(watchlists=BROKEN, feeds=BROKEN_FEEDS, delivery=BROKEN_DELIVERY)
        await app.reload(at(2))
        assert app.refusal is not None
        assert app.refusal.since == at(1)
        files = [problem.file for problem in app.refusal.problems]
        assert list(dict.fromkeys(files)) == ["watchlists.yaml", "feeds.yaml", "delivery.yaml"]
        assert app.refusal.sentence().endswith(f"(and {len(files) - 1} more)")


async def test_a_channel_without_its_secret_is_refused_and_told(scene: Scene) -> None:
    """The file is right, the environment is not: the same refusal as for a mistake."""
    async with scene.open() as app:
        before = app.plan
        scene.write(
            delivery=DELIVERY.replace("channels:", "channels:\n  chat: {type: slack}").replace(
                "[files]", "[files, chat]"
            )
        )
        assert not await app.reload(at(1))
        assert app.plan is before
        assert "MONITOR_CHAT_WEBHOOK" in app.context().notices[0]
        scene.write()
        assert await app.reload(at(2))
        assert app.context().notices == ()


async def test_a_reload_that_cannot_be_stored_is_tried_again(scene: Scene) -> None:
    """Otherwise new feeds would be in force and never due."""
    async with scene.open() as app:
        before = app.plan
        app.database.write_now(lambda conn: databases.refuse(conn, "feeds"))
        scene.write(watchlists=STRICTER)
        with pytest.raises(IntegrityError):
            await app.reload(at(1))
        assert app.plan is before
        app.database.write_now(lambda conn: databases.accept(conn, "feeds"))
        assert await app.reload(at(1))


async def test_a_start_with_a_broken_watchlist_uses_the_last_good_one(scene: Scene) -> None:
    """The night shift's typo does not keep the daemon down; the repaired file is taken over."""
    async with scene.open() as app:
        version = app.plan.rules.version
    scene.write(watchlists=BROKEN)
    async with scene.open(at(5)) as app:
        assert app.plan.rules.version == version
        assert app.refusal is not None
        assert app.refusal.since == at(5)
        assert "watchlists.yaml:14:" in app.context().notices[0]
        assert not await app.reload(at(6)), "it is known to be broken"
        scene.write(watchlists=STRICTER)
        assert await app.reload(at(7))
        assert app.refusal is None
        assert app.plan.rules.version != version


async def test_a_start_without_a_watchlist_file_uses_the_last_good_one(scene: Scene) -> None:
    async with scene.open() as app:
        version = app.plan.rules.version
    scene.file("watchlists.yaml").unlink()
    async with scene.open(at(5)) as app:
        assert app.plan.rules.version == version
        assert "watchlists.yaml" in app.context().notices[0]


@pytest.mark.parametrize(
    ("watchlists", "feeds"), [(WATCHLISTS, BROKEN_FEEDS), (BROKEN, BROKEN_FEEDS)]
)
async def test_a_start_with_other_mistakes_is_refused(
    scene: Scene, watchlists: str, feeds: str
) -> None:
    """Where to poll and whom to tell has no last good version: that may have moved."""
    async with scene.open():
        pass
    scene.write(watchlists=watchlists, feeds=feeds)
    with pytest.raises(ConfigError) as caught:
        async with scene.open(at(5)):
            pass
    assert "feeds.yaml" in {problem.file for problem in caught.value.problems}


async def test_a_first_start_with_a_broken_watchlist_is_refused(scene: Scene) -> None:
    scene.write(watchlists=BROKEN)
    with pytest.raises(ConfigError):
        async with scene.open():
            pass


async def test_a_start_without_a_channel_s_secret_is_refused(scene: Scene) -> None:
    scene.write(delivery=DELIVERY.replace("{type: files, folder: digests}", "{type: slack}"))
    with pytest.raises(SettingsError, match="MONITOR_FILES_WEBHOOK"):
        async with scene.open():
            pass


def test_the_fingerprint_follows_content_and_presence(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.write()
    folder = tmp_path / "config"
    seen = {plan.fingerprint(folder)}
    for name in ("watchlists.yaml", "feeds.yaml", "delivery.yaml"):
        text = scene.file(name).read_text()
        scene.file(name).write_text(f"{text}\n# a remark\n")
        seen.add(plan.fingerprint(folder))
        scene.file(name).write_text("")
        seen.add(plan.fingerprint(folder))
        scene.file(name).unlink()
        seen.add(plan.fingerprint(folder))
        scene.file(name).write_text(text)
        assert plan.fingerprint(folder) in seen
    assert len(seen) == 10
