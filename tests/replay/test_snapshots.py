"""Every real feed document, served over HTTP and polled into a database like any other."""

import re
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.core.feeds.churn import Churn
from monitor.daemon.app import App
from monitor.feeds.archive import snapshots
from monitor.model.entries import DateTrust, Entry
from monitor.model.feeds import FeedState
from monitor.polling.settle import Poll
from monitor.replay import churn
from monitor.store import entries as store_entries
from monitor.store import feeds as store_feeds
from tests.support.scene import Publisher, Scene, feed_id, feeds_yaml

ENTRY = re.compile(rb"<(?:item|entry)[\s>]")
"""Counts what a document holds without asking any parser of ours."""

BBC_ITEM = re.compile(
    r"<item>.*?<title>(.*?)</title>\s*<description>(.*?)</description>.*?"
    r"<guid[^>]*>(.*?)</guid>\s*<pubDate>(.*?)</pubDate>",
    re.DOTALL,
)

Counts = tuple[int, int, int]

# New, revised and unchanged entries of each snapshot in turn. What the numbers are made of was
# read in the documents:
# - all of a first snapshot is new; a busy feed of 6 or 15 entries is all new again a day later,
#   and CNN's after two days or three;
# - BBC: 8 headlines or leads were rewritten under the same guid, among them a question that became
#   a statement and a story that got its people's age; 11 entries were published again with
#   another date and not a word changed, and those are unchanged;
# - CNN: one entry changed title and lead, one only its title; two dates moved without news;
# - NPR: one audio piece became an article with another headline, one title gained a clause;
# - WSJ: two headlines were sharpened; a third only lowered the first letter of a word in its title,
#   which is typography and so unchanged;
# - Al Jazeera writes its headlines once.
EXPECTED: dict[str, list[Counts]] = {
    "aljazeeraenglish": [
        (15, 0, 0), (15, 0, 0), (0, 0, 15), (2, 0, 13), (1, 0, 14), (11, 0, 4),
    ],
    "bbc": [
        (64, 0, 0), (26, 2, 42), (16, 0, 47), (3, 0, 61), (0, 3, 60), (12, 3, 45),
    ],
    "cnn": [
        (50, 0, 0), (20, 2, 27), (30, 0, 20), (50, 0, 0), (50, 0, 0), (46, 0, 3),
    ],
    "npr_news": [
        (10, 0, 0), (6, 0, 4), (3, 1, 6), (6, 0, 4), (4, 1, 5), (10, 0, 0),
    ],
    "wsj": [
        (6, 0, 0), (6, 0, 0), (2, 0, 4), (2, 1, 3), (3, 1, 2), (2, 0, 4),
    ],
}  # fmt: skip


# How many of the changes above are another development under the old guid, in title and lead:
# - BBC: features on solar power and on coronavirus tests got another headline; “Boy shot and man
#   injured” became “Boy, 11, shot and his father injured”;
# - CNN: two entries turned to “White House blocks Fauci from testifying next week”;
# - WSJ: “Appears at a Factory Opening, Ending Rumors” became “Reappears After Three-Week Absence”;
# - NPR: “Astronauts endure delays …” became “The launch … is called off yet again”.
DEVELOPED: dict[str, list[int]] = {
    "bbc": [0, 2, 0, 0, 0, 1],
    "cnn": [0, 2, 0, 0, 0, 0],
    "npr_news": [0, 0, 1, 0, 0, 0],
    "wsj": [0, 0, 0, 1, 0, 0],
}


def polled_as(name: str) -> list[Counts]:
    """New, revised and unchanged of each poll: another development counts as new."""
    developed = DEVELOPED.get(name, [0] * 6)
    return [
        (new + more, revised - more, unchanged)
        for (new, revised, unchanged), more in zip(EXPECTED[name], developed, strict=True)
    ]


LISTED_TWICE = 4
"""Articles that the BBC document of 2024 lists twice, under two numbers after the `#`."""


def counts(poll: Poll) -> Counts:
    assert poll.error is None
    return (poll.record.new, poll.record.revised, poll.record.unchanged)


def stored(app: App) -> list[Entry]:
    return app.database.read_now(lambda conn: list(store_entries.stream(conn)))


def state(app: App, name: str) -> FeedState:
    found = app.database.read_now(lambda conn: store_feeds.state(conn, feed_id(name)))
    assert found is not None
    return found


async def test_snapshots_bring_each_entry_once_and_each_change_once(
    shared_data: Path, scene: Scene, publisher: Publisher
) -> None:
    found = snapshots(shared_data / "snapshots")
    scene.write(base=publisher.base, feeds=feeds_yaml(list(EXPECTED)))
    polled: dict[str, list[Counts]] = defaultdict(list)
    async with scene.open(found[0].at) as app:
        for snapshot in found:
            document = snapshot.path.read_bytes()
            publisher.bodies[f"/{snapshot.feed}"] = document
            poll = await app.poll_now(feed_id(snapshot.feed), snapshot.at)
            got = counts(poll)
            noted = sum("another development" in warning for warning in poll.warnings)
            assert len(poll.warnings) == noted
            assert sum(got) == len(ENTRY.findall(document)), snapshot.path
            polled[snapshot.feed].append(got)
        entries = stored(app)
        states = {name: state(app, name) for name in EXPECTED}
        again = [await app.poll_now(feed_id(name), found[-1].at) for name in EXPECTED]

    expected = {name: polled_as(name) for name in EXPECTED}
    assert dict(polled) == expected
    new = {name: sum(row[0] for row in rows) for name, rows in expected.items()}
    assert {name: found.entry_count for name, found in states.items()} == new
    assert len(entries) == sum(new.values()) == 471 + 7
    assert sum(entry.revision - 1 for entry in entries) == 14 - 7
    assert sum(bool(entry.supersedes) for entry in entries) == 7
    assert [counts(poll) for poll in again] == [(0, 0, 0)] * len(EXPECTED)
    assert {poll.record.status for poll in again} == {200, 304}, "asked anew after a week"
    _told_as_news(entries, {name: rows[0][0] for name, rows in EXPECTED.items()})
    print(_summary(polled))  # noqa: T201  # shown by -s and when the test fails


def _told_as_news(entries: list[Entry], first: dict[str, int]) -> None:
    """The first snapshot of a feed is history, and only new words make news of it."""
    by_feed: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_feed[entry.outlet].append(entry)
    for name, own in by_feed.items():
        start = min(entry.seen_at for entry in own)
        history = [entry for entry in own if entry.seen_at == start]
        assert len(history) == first[name]
        assert all(entry.revision > 1 for entry in history if entry.alerts)
        assert any(entry.alerts for entry in own)
    undated = {entry.outlet for entry in entries if entry.date_trust is DateTrust.ABSENT}
    assert undated == {"cnn"}


def _summary(polled: dict[str, list[Counts]]) -> str:
    def total(rows: list[Counts]) -> str:
        new, revised, unchanged = (sum(column) for column in zip(*rows, strict=True))
        return f"{new} new, {revised} revised, {unchanged} unchanged"

    return "snapshots: " + "; ".join(f"{name} {total(rows)}" for name, rows in polled.items())


def test_the_numbers_expected_of_bbc_follow_from_its_text_alone(shared_data: Path) -> None:
    """Guid, title and lead picked out by a regular expression give the same numbers, and those of
    the report as well. What came back is the story of a boy in London, with his age.
    """
    known: dict[str, tuple[str, str]] = {}
    dates: dict[str, str] = {}
    found: list[Counts] = []
    redated = vanished = returned = 0
    last: set[str] = set()
    for path in sorted(shared_data.glob("snapshots/bbc/*.xml")):
        rows = BBC_ITEM.findall(path.read_text(encoding="utf-8"))
        texts = {guid: (title, lead) for title, lead, guid, _ in rows}
        new = [guid for guid in texts if guid not in known]
        same = [guid for guid in texts if known.get(guid) == texts[guid]]
        now = {guid: date for *_, guid, date in rows}
        redated += sum(dates[guid] != now[guid] for guid in same)
        vanished += len(last - texts.keys())
        returned += len((texts.keys() & known.keys()) - last)
        found.append((len(new), len(texts) - len(new) - len(same), len(same)))
        known |= texts
        dates |= now
        last = set(texts)

    assert found == EXPECTED["bbc"]
    report = churn.report(shared_data / "snapshots")["bbc"]
    assert (redated, vanished, returned) == (report.redated, report.vanished, report.returned)
    assert report == Churn(
        documents=6, new=121, revised=8, developed=3, redated=11, unchanged=244, vanished=62,
        returned=1,
    )  # fmt: skip


SINGLE = [54 - LISTED_TWICE, 36, 33, 15, 20, 10, 10, 15]
"""Entries of the single documents, by file name."""


@pytest.fixture
def singles(shared_data: Path) -> dict[str, bytes]:
    """The single documents, by a feed id."""
    paths = sorted(shared_data.glob("feeds/*.xml"))
    return {f"single-{number}": path.read_bytes() for number, path in enumerate(paths)}


async def test_single_documents_are_stored_whole_and_alert_nobody(
    singles: dict[str, bytes], scene: Scene, publisher: Publisher
) -> None:
    """BBC, NPR and Reuters from 2012 to 2024: a first poll brings history, not news."""
    scene.write(base=publisher.base, feeds=feeds_yaml(list(singles)))
    publisher.bodies = {f"/{name}": document for name, document in singles.items()}
    now = datetime(2024, 8, 9, tzinfo=UTC)
    async with scene.open(now) as app:
        polls = [await app.poll_now(name, now) for name in singles]
        entries = stored(app)

    listed = [len(ENTRY.findall(document)) for document in singles.values()]
    assert [counts(poll) for poll in polls] == [(new, 0, 0) for new in SINGLE]
    assert [listed[0] - LISTED_TWICE, *listed[1:]] == SINGLE
    assert polls[0].warnings == ("4 of 54 entries left out: listed twice",)
    assert len(entries) == sum(SINGLE)
    assert not any(entry.alerts for entry in entries)
    assert all(entry.title and entry.link for entry in entries)
    assert {entry.date_trust for entry in entries} == {DateTrust.CLAIMED}
    print(f"single documents: {sum(SINGLE)} entries of {len(SINGLE)} feeds")  # noqa: T201  # as above


async def test_a_bbc_guid_that_counts_up_is_the_same_article(
    singles: dict[str, bytes], scene: Scene, publisher: Publisher
) -> None:
    """The 2024 feed numbers each guid after a `#`; a higher number and a later date are no news."""
    scene.write(base=publisher.base, feeds=feeds_yaml(["bbc"]))
    before = singles["single-0"]
    after, bumped = re.subn(rb"#(\d+)</guid>", lambda m: b"#%d</guid>" % (int(m[1]) + 1), before)
    after = after.replace(b"Aug 2024", b"Sep 2024")
    assert bumped == 54
    now = datetime(2024, 9, 30, tzinfo=UTC)
    async with scene.open(now) as app:
        publisher.bodies["/bbc"] = before
        first = counts(await app.poll_now("bbc", now))
        publisher.bodies["/bbc"] = after
        second = counts(await app.poll_now("bbc", now))

    assert first == (50, 0, 0)
    assert second == (0, 0, 50)
