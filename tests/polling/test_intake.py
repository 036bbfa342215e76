"""What polls find: history, revisions and copies, and what counts as evidence."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model.flags import FlagKind
from monitor.store import entries as store_entries
from monitor.store import flags as store_flags
from monitor.store import stories as store_stories
from tests.support.polls import NEWS, OLD, SAME_NEWS, begin, evidence, titles
from tests.support.scene import FEEDS, PARADE, RETURNED, SIGNED, START, Publisher, Scene, at


async def test_a_first_poll_is_history_and_never_alerts(
    running: Scene, publisher: Publisher
) -> None:
    """A signing at both outlets would trip the wire; found on the first poll it is only stored."""
    publisher.publish("courier", NEWS)
    publisher.publish("herald", SAME_NEWS)
    async with running.open(at(3)) as app:
        for feed in ("courier", "herald"):
            await app.poll_now(feed, at(3))

        assert evidence(app) == ()
        assert app.database.read_now(store_flags.live) == ()
        assert app.database.read_now(store_stories.count) == 1


async def test_a_new_headline_under_an_old_guid_is_matched_again(
    running: Scene, publisher: Publisher
) -> None:
    """The parade became a signing: another development, kept beside the first, and evidence."""
    async with running.open() as app:
        await begin(app, publisher)
        assert evidence(app) == ()
        publisher.publish("courier", replace(OLD, title=SIGNED))
        poll = await app.poll_now("courier", at(1))

        assert (poll.record.new, poll.record.revised) == (1, 0)
        (row,) = evidence(app)
        assert (row.indicator, row.outlets, row.title) == ("signing", ("Courier",), SIGNED)
        (entry,) = app.database.read_now(lambda conn: store_entries.find(conn, row.story_id))
        (before,) = app.database.read_now(lambda conn: store_entries.find(conn, entry.supersedes))
        assert (before.title, entry.title) == (PARADE, SIGNED)
        assert (before.seen_at, entry.seen_at) == (START, at(1)), "not what it claims"


async def test_a_headline_that_says_more_is_a_revision_and_is_matched_again(
    running: Scene, publisher: Publisher
) -> None:
    async with running.open() as app:
        await begin(app, publisher)
        first = "Ruritania holds its spring parade on the border square while its envoy sees talks"
        more = first.replace("sees", "returns to")
        for hour, title in enumerate((first, more), start=1):
            publisher.publish("courier", replace(OLD, guid="c9", title=title))
            poll = await app.poll_now("courier", at(hour))

        assert (poll.record.new, poll.record.revised) == (0, 1)
        (row,) = evidence(app)
        assert (row.indicator, row.outlets, row.title) == ("talks-back", ("Courier",), more)
        (told,) = row.entry_ids
        (entry,) = app.database.read_now(lambda conn: store_entries.find(conn, told))
        kept = app.database.read_now(lambda conn: store_entries.revisions(conn, entry.id))
        assert [(number, title) for number, title, _, _ in kept] == [(1, first), (2, more)]
        assert [seen for *_, seen in kept] == [at(1), at(2)], "when we saw it, not what it claims"


async def test_the_same_story_at_another_outlet_counts_once(
    running: Scene, publisher: Publisher
) -> None:
    """One story, one evidence row that grew, and the wire trips when the second outlet has it."""
    async with running.open() as app:
        await begin(app, publisher)
        publisher.publish("courier", OLD, NEWS)
        await app.poll_now("courier", at(1))
        (alone,) = evidence(app)
        assert app.database.read_now(store_flags.live) == ()
        publisher.publish("herald", SAME_NEWS)
        await app.poll_now("herald", at(2))

        (row,) = evidence(app)
        assert (row.story_id, row.number) == (alone.story_id, 2)
        assert row.outlets == ("Courier", "Herald")
        assert alone.points < row.points < 2 * alone.points
        (flag,) = app.database.read_now(store_flags.live)
        kinds = [reason.kind for reason in flag.reasons]
        assert kinds == [FlagKind.TRIPWIRE]
        assert flag.opened_at == at(2)


@pytest.mark.slow
async def test_another_feed_of_the_same_outlet_confirms_nothing(
    scene: Scene, publisher: Publisher
) -> None:
    scene.write(base=publisher.base, feeds=FEEDS.replace("outlet: Herald,", "outlet: Courier,"))
    async with scene.open() as app:
        await begin(app, publisher)
        publisher.publish("courier", OLD, NEWS)
        publisher.publish("herald", SAME_NEWS)
        await app.poll_now("courier", at(1))
        (alone,) = evidence(app)
        await app.poll_now("herald", at(2))

        assert evidence(app) == (alone,)
        assert app.database.read_now(store_stories.count) == 2, "the parade and the signing"


async def test_old_news_in_a_known_feed_is_stored_but_never_alerts(
    running: Scene, publisher: Publisher
) -> None:
    """A dump of last year's entries among new ones: no evidence, no flag."""
    async with running.open() as app:
        await begin(app, publisher)
        ago = timedelta(days=40)
        publisher.publish("courier", replace(NEWS, at=NEWS.at - ago), replace(OLD, title=RETURNED))
        publisher.publish("herald", replace(SAME_NEWS, at=SAME_NEWS.at - ago))
        for feed in ("courier", "herald"):
            await app.poll_now(feed, at(3))

        assert [row.indicator for row in evidence(app)] == ["talks-back"]
        assert SIGNED in titles(app)
        assert app.database.read_now(store_flags.live) == ()
