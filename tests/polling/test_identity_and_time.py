"""Identity and time through real polls and SQLite. I numbers are the checklist's."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

import pytest

from monitor.daemon.app import App
from monitor.model.entries import DateTrust, Entry
from monitor.model.feeds import PollRecord
from monitor.model.stories import Story
from monitor.polling.settle import Poll
from monitor.store import entries as store_entries
from monitor.store import stories as store_stories
from monitor.store import upkeep
from tests.support.polls import evidence
from tests.support.scene import FEEDS, START, Publisher, Scene, at

LINK = "http://courier.example/treaty"
SIGNS = "Ruritania to sign border treaty on Friday"
SIGNED = "Ruritania signs border treaty"
REFUSES = "Ruritania refuses to sign border treaty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    guid: str = "g1"
    link: str = LINK
    title: str = SIGNS
    summary: str = ""
    date: datetime | str | None = field(default=START)


def rss(*rows: Row, built: datetime = START) -> bytes:
    items = "".join(
        f"<item><title>{escape(row.title)}</title>"
        + (f"<guid isPermaLink='false'>{escape(row.guid)}</guid>" if row.guid else "")
        + (f"<link>{escape(row.link)}</link>" if row.link else "")
        + (f"<description>{escape(row.summary)}</description>" if row.summary else "")
        + (f"<pubDate>{_written(row.date)}</pubDate>" if row.date else "")
        + "</item>"
        for row in rows
    )
    head = f"<title>News</title><lastBuildDate>{format_datetime(built)}</lastBuildDate>"
    return (
        f"<?xml version='1.0'?><rss version='2.0'><channel>{head}{items}</channel></rss>".encode()
    )


def _written(date: datetime | str | None) -> str:
    return date if isinstance(date, str) else format_datetime(date or START)


@dataclass(slots=True)
class Desk:
    """A feed under test: the first poll, of one old entry, is done."""

    app: App
    publisher: Publisher
    polls: int = 0

    async def poll(self, *rows: Row, now: datetime | None = None) -> Poll:
        self.polls += 1
        now = now or at(self.polls)
        self.publisher.bodies["/courier"] = rss(*rows, built=now)
        poll = await self.app.poll_now("courier", now)
        assert poll.error is None
        return poll

    @property
    def entries(self) -> list[Entry]:
        """All entries but that of the first poll."""
        found = self.app.database.read_now(lambda conn: list(store_entries.stream(conn)))
        return [entry for entry in found if entry.title != OLD.title]

    def revisions(self, entry: Entry) -> list[tuple[int, str]]:
        found = self.app.database.read_now(lambda conn: store_entries.revisions(conn, entry.id))
        return [(number, title) for number, title, _, _ in found]

    @property
    def stories(self) -> list[Story]:
        ids = [entry.id for entry in self.entries]
        return list(self.app.database.read_now(lambda c: store_stories.of_entries(c, ids)))


OLD = Row(guid="old", link=f"{LINK}/old", title="Ruritania holds its spring parade", date=at(-9))


@pytest.fixture
async def desk(running: Scene, publisher: Publisher) -> AsyncIterator[Desk]:
    async with running.open() as app:
        found = Desk(app, publisher)
        await found.poll(OLD, now=START)
        found.polls = 0
        yield found


def counts(poll: Poll | PollRecord) -> tuple[int, int, int]:
    record = poll.record if isinstance(poll, Poll) else poll
    return (record.new, record.revised, record.unchanged)


@pytest.mark.slow
async def test_i1_without_a_guid_the_link_is_the_identity_and_without_a_link_title_and_date(
    desk: Desk,
) -> None:
    linked, bare = Row(guid=""), Row(guid="", link="", title="Ruritania mourns")
    assert counts(await desk.poll(linked, bare)) == (2, 0, 0)
    again = (Row(guid="", link=f"{LINK}?utm_source=rss#top"), bare)
    assert counts(await desk.poll(*again)) == (0, 0, 2)
    other_day = Row(guid="", link="", title="Ruritania mourns", date=at(26))
    assert counts(await desk.poll(linked, other_day, now=at(27))) == (1, 0, 1)


async def test_i2_one_guid_with_two_links_is_two_entries_whatever_order_they_come_in(
    desk: Desk,
) -> None:
    a = Row(title="Ruritania recalls its envoy", link=f"{LINK}/a")
    b = Row(title="Floods reach the capital", link=f"{LINK}/b")
    assert counts(await desk.poll(a)) == (1, 0, 0)
    assert counts(await desk.poll(b, a)) == (1, 0, 1)
    assert counts(await desk.poll(a, b)) == (0, 0, 2)
    assert counts(await desk.poll(b)) == (0, 0, 1)
    assert sorted(entry.title for entry in desk.entries) == [b.title, a.title]
    assert not any(entry.supersedes for entry in desk.entries)


@pytest.mark.slow
async def test_i3_a_guid_that_counts_up_is_the_same_entry(desk: Desk) -> None:
    guid = "https://www.bbc.example/news/articles/c1#{}"
    await desk.poll(Row(guid=guid.format(0)))
    for number in (1, 2, 17):
        assert counts(await desk.poll(Row(guid=guid.format(number)))) == (0, 0, 1)


async def test_i4_tracking_is_no_part_of_the_identity_and_stays_in_the_link(desk: Desk) -> None:
    first = Row(guid="", link=f"{LINK}?id=7&at_medium=RSS&at_campaign=KARANGA")
    await desk.poll(first)
    again = Row(guid="", link=f"{LINK}?id=7&utm_source=feed")
    assert counts(await desk.poll(again)) == (0, 0, 1)
    assert counts(await desk.poll(Row(guid="", link=f"{LINK}?id=8", title="Floods"))) == (1, 0, 0)
    (entry, _) = desk.entries
    assert (entry.link, entry.canonical_link) == (first.link, f"{LINK}?id=7")


async def test_i5_a_date_that_moves_is_nothing_and_a_title_that_changes_is_matched_again(
    desk: Desk,
) -> None:
    await desk.poll(Row(title="Ruritania holds border talks"))
    before = desk.entries
    assert counts(await desk.poll(Row(title="Ruritania holds border talks", date=at(2)))) == (
        0,
        0,
        1,
    )
    assert desk.entries == before
    assert evidence(desk.app) == ()

    poll = await desk.poll(
        Row(title="Ruritania holds border talks", summary="It returns to the talks, envoys say.")
    )
    assert counts(poll) == (0, 1, 0)
    (entry,) = desk.entries
    assert (entry.id, entry.revision, entry.seen_at) == (before[0].id, 2, before[0].seen_at)
    assert [number for number, _ in desk.revisions(entry)] == [1, 2]
    assert [row.indicator for row in evidence(desk.app)] == ["talks-back"]
    assert len(desk.stories) == 1


async def test_i6_a_feed_that_was_only_built_anew_changes_nothing(desk: Desk) -> None:
    """Every poll of these tests has another lastBuildDate."""
    await desk.poll(Row())
    before = desk.entries
    poll = await desk.poll(Row())
    assert poll.record.status == 200
    assert counts(poll) == (0, 0, 1)
    assert desk.entries == before


UNBELIEVED = {
    format_datetime(at(26)): DateTrust.FUTURE,
    "Tue, 01 Jan 2099 00:00:00 GMT": DateTrust.FUTURE,
    "": DateTrust.ABSENT,
    "yesterday": DateTrust.ABSENT,
    "Sun, 31 Feb 2019 10:00:00 GMT": DateTrust.ABSENT,
    "Thu, 01 Jan 1970 00:00:00 GMT": DateTrust.ANCIENT,
    "Wed, 20 Mar 2019 09:30:00": DateTrust.NAIVE,
    "2019-03-20T09:30:00": DateTrust.NAIVE,
    "2019-03-20": DateTrust.NAIVE,
    "Wed, 20 Mar 2019 09:30:00 XYZ": DateTrust.NAIVE,
}


async def test_i7_i8_i10_a_date_that_cannot_be_believed_is_first_seen_and_says_so(
    desk: Desk,
) -> None:
    await desk.poll(*(Row(guid=f"g {date}", link="", date=date) for date in UNBELIEVED))
    found = {entry.key.removeprefix("g").strip(): entry for entry in desk.entries}
    assert {date: entry.date_trust for date, entry in found.items()} == UNBELIEVED
    assert {(entry.published_at, entry.alerts) for entry in found.values()} == {(at(1), True)}


async def test_i10_zone_names_are_read_right(desk: Desk) -> None:
    dates = (
        "Wed, 20 Mar 2019 18:30:00 KST",
        "Wed, 20 Mar 2019 18:30:00 +0900 (KST)",
        "Wed, 20 Mar 2019 18:30 GMT+9",
        "2019-03-20T18:30:00+09:00",
        "2019-03-20 18:30 KST",
        "Wed, 20 Mar 2019 05:30:00 EDT",
        "Wed, 20 Mar 2019 5:30 AM EDT",
        "Wed, 20 Mar 2019 15:00:00 IST",
        "Wed, 20 Mar 2019 10:30:00 CET",
    )
    await desk.poll(*(Row(guid=date, link="", date=date) for date in dates))
    assert {entry.key for entry in desk.entries} == {*dates}
    assert {(entry.date_trust, entry.published_at) for entry in desk.entries} == {
        (DateTrust.CLAIMED, at(0.5))
    }


async def test_i10_dates_without_a_zone_are_in_the_feeds_own(
    scene: Scene, publisher: Publisher
) -> None:
    scene.write(
        base=publisher.base,
        feeds=FEEDS.replace("outlet: Courier,", "outlet: Courier, timezone: Asia/Seoul,"),
    )
    async with scene.open() as app:
        desk = Desk(app, publisher)
        await desk.poll(OLD, now=START)
        await desk.poll(Row(date="Wed, 20 Mar 2019 18:30:00"), now=at(1))
        (entry,) = desk.entries
    assert (entry.date_trust, entry.published_at) == (DateTrust.CLAIMED, at(0.5))


async def test_i9_what_is_old_at_first_sight_is_stored_and_alerts_nobody(desk: Desk) -> None:
    """A stale dump: a poll that suddenly brings what was published years ago."""
    dump = [
        Row(guid=f"d{year}", link=f"{LINK}/{year}", title=f"{SIGNED} of {year}",
            date=f"Thu, 24 Mar {year} 10:00:00 GMT")
        for year in range(1998, 2018)
    ]  # fmt: skip
    news = Row(title="Ruritania recalls its envoy")
    assert counts(await desk.poll(news, *dump)) == (21, 0, 0)
    assert [entry.title for entry in desk.entries if entry.alerts] == [news.title]
    assert evidence(desk.app) == ()


async def test_i9_a_feeds_first_poll_is_history_and_its_revisions_stay_so_unless_they_tell_more(
    running: Scene, publisher: Publisher
) -> None:
    async with running.open() as app:
        desk = Desk(app, publisher)
        row = Row(title=SIGNED, summary="The ceremony was short.", date=at(-1))
        await desk.poll(row, now=START)
        await desk.poll(Row(title=SIGNED, summary="The ceremony was very short.", date=at(-1)))
        assert [entry.revision for entry in desk.entries] == [2]
        assert evidence(app) == ()
        told = Row(title=SIGNED, summary="Later it walked out of a dinner.", date=at(-1))
        await desk.poll(told)
        assert {row.indicator for row in evidence(app)} == {"signing", "walkout"}


@pytest.mark.slow
async def test_another_development_under_an_old_guid_is_an_entry_and_a_story_of_its_own(
    desk: Desk,
) -> None:
    await desk.poll(Row(title=SIGNS))
    poll = await desk.poll(Row(title=REFUSES))
    assert counts(poll) == (1, 0, 0)
    assert poll.warnings == (
        "1 of 1 entries: another development under a guid seen before; taken for new",
    )
    first, second = desk.entries
    assert (first.title, second.title) == (SIGNS, REFUSES)
    assert (second.supersedes, second.revision, second.alerts) == (first.id, 1, True)
    assert (second.published_at, second.date_trust) == (at(2), DateTrust.REUSED)
    assert len(desk.stories) == 2
    again = await desk.poll(Row(title=REFUSES))
    assert (counts(again), again.warnings) == ((0, 0, 1), ())
    assert counts(await desk.poll(Row(title=f"{REFUSES}, envoys say"))) == (0, 1, 0)
    assert [entry.revision for entry in desk.entries] == [1, 2]


async def test_a_guid_and_no_link_can_stand_for_one_development_after_another(desk: Desk) -> None:
    titles = ("Envoy arrives", "Minister resigns", "Border is closed", "Harvest fails")
    for title in titles:
        assert counts(await desk.poll(Row(guid="top", link="", title=title))) == (1, 0, 0)
        assert counts(await desk.poll(Row(guid="top", link="", title=title))) == (0, 0, 1)
    entries = desk.entries
    assert [entry.title for entry in entries] == list(titles)
    assert [e.supersedes for e in entries] == ["", *(e.id for e in entries[:-1])]
    assert counts(await desk.poll(Row(guid="top", link="", title=titles[1]))) == (0, 0, 1)


async def test_two_headlines_in_turn_are_told_once_each(desk: Desk) -> None:
    got = [counts(await desk.poll(Row(title=(SIGNS, REFUSES)[n % 2]))) for n in range(6)]
    assert got == [(1, 0, 0), (1, 0, 0), *[(0, 0, 1)] * 4]


@pytest.mark.slow
async def test_an_entry_that_flaps_is_bounded_and_says_so(desk: Desk) -> None:
    """A counter in the summary: 24 revisions are kept, then the entry is left as it is."""
    polls = [await desk.poll(Row(summary=f"Read {n} times.")) for n in range(30)]
    assert sum(poll.record.revised for poll in polls) == 24
    assert polls[-1].warnings == (
        "1 of 1 entries: changed more than 24 times; the change was left out",
    )
    (entry,) = desk.entries
    assert len(desk.revisions(entry)) == entry.revision == 25
    assert counts(await desk.poll(Row(title=REFUSES, summary="Read 31 times."))) == (1, 0, 0)


async def test_new_guids_for_everything_are_no_flood_and_are_noted(desk: Desk) -> None:
    """A publisher moves to another system and to https: guids change, links and titles stay."""
    rows = [
        Row(guid=f"old-{n}", link=f"{LINK}/{n}", title=f"Story number {n} of Ruritania")
        for n in range(20)
    ]
    await desk.poll(*rows)
    before = desk.entries
    moved = [
        Row(guid=f"https://courier.example/?p={n}", link=row.link.replace("http:", "https:"),
            title=row.title, date=at(2))
        for n, row in enumerate(rows)
    ]  # fmt: skip
    known = "20 of 20 entries: known already, under another guid; they are not taken for new"
    for warnings in ((known,), ()):  # told when it happens; from then on the new names are known
        poll = await desk.poll(*moved)
        assert counts(poll) == (0, 0, 20)
        assert poll.warnings == warnings
    assert desk.entries == before
    fresh = Row(guid="https://courier.example/?p=99", link=f"{LINK}/99", title="Envoy arrives")
    assert counts(await desk.poll(fresh, *moved)) == (1, 0, 20)


async def test_a_pruned_entry_does_not_come_back(desk: Desk) -> None:
    row = Row(guid="plain", title="Harvest fails in Sylvania", date=None)
    await desk.poll(row)
    await desk.app.database.write(
        lambda conn: upkeep.prune_entries(conn, at(days=9), at=at(days=9))
    )
    assert desk.entries == []
    poll = await desk.poll(row, now=at(days=10))
    assert counts(poll) == (0, 0, 1)
    assert desk.entries == []
    changed = Row(guid="plain", title=row.title, summary="Rain came late.", date=None)
    poll = await desk.poll(changed, now=at(days=10) + timedelta(hours=1))
    assert counts(poll) == (0, 1, 0)
    assert [entry.revision for entry in desk.entries] == [2]


async def test_a_reuters_entry_is_one_whatever_its_slug_says(desk: Desk) -> None:
    link = "https://www.reuters.com/article/us-a/{}-idUSKCN1R32AF"
    slugs = ("trump-new-sanctions", "trump-says-new-sanctions-withdrawn")
    rows = [Row(guid=link.format(slug), link=link.format(slug)) for slug in slugs]
    assert counts(await desk.poll(rows[0])) == (1, 0, 0)
    assert counts(await desk.poll(rows[1])) == (0, 0, 1)
    assert counts(await desk.poll(*rows)) == (0, 0, 1)
    assert [entry.key for entry in desk.entries] == ["idUSKCN1R32AF"]
