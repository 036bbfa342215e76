"""Replay: the daemon's own intake over an archive, the same result each time and as it was live."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import Connection

from monitor.access.accounts import Actor
from monitor.core.assess import latest
from monitor.core.judging.rules import Rules
from monitor.daemon.app import App
from monitor.errors import NotFoundError
from monitor.model.access import Via
from monitor.model.flags import Evidence, FlagKind, FlagState
from monitor.polling import ingest
from monitor.replay import batches
from monitor.replay import run as replay_run
from monitor.replay.run import Replayed, Tally
from monitor.runtime.database import open_database
from monitor.store import entries as store_entries
from monitor.store import evidence as store_evidence
from monitor.store import flags as store_flags
from monitor.store import stories as store_stories
from monitor.triage import stories as triage_stories
from tests import build
from tests.support.rulebook import OUTLETS, rules, told
from tests.support.scene import (
    PARADE,
    RETURNED,
    SIGNED,
    SIGNED_TOO,
    WALKED_OUT,
    Item,
    Publisher,
    Scene,
    at,
    rss,
)


def line(when: datetime, outlet: str, title: str, link: str = "") -> str:
    link = link or f"http://{outlet}.example/{title.replace(' ', '-')}"
    return json.dumps({"t": when.isoformat(), "outlet": outlet, "title": title, "url": link})


LINES = [
    line(at(0), "courier", PARADE, "http://courier.example/1"),
    line(at(1), "courier", RETURNED, "http://courier.example/2"),
    line(at(24.01), "courier", SIGNED, "http://courier.example/3"),
    line(at(24.05), "herald", SIGNED_TOO, "http://herald.example/4"),
    line(at(24.05), "herald", WALKED_OUT, "http://herald.example/5"),
    line(at(24.1), "gazette", "Gales close the northern ports", "http://gazette.example/6"),
    line(at(24.1), "gazette", f"{SIGNED} - Gazette", "http://gazette.example/7"),
    line(at(days=5), "herald", WALKED_OUT + " again", "http://herald.example/8"),
]


def run_lines(
    folder: Path, lines: Sequence[str], *, own: Rules | None = None
) -> tuple[Replayed, tuple[str, ...]]:
    path = folder / "archive.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    source = batches.from_lines(path, OUTLETS)
    found = replay_run.replay(source, rules=own or rules(outlets=source.outlets))
    assert found.tally.refused == source.refused
    return found, source.refused


def test_an_archive_of_lines_gives_the_flags_the_daemon_would_have_raised(tmp_path: Path) -> None:
    """Two outlets within one tick trip the wire at its end; the third and the copy add nothing."""
    result, refused = run_lines(tmp_path, LINES)
    assert refused == ()
    assert result.tally == Tally(new=8)
    assert len(result.arrivals) == 7
    (flag,) = result.flags
    reasons = [(reason.kind, reason.raised_at) for reason in flag.reasons]
    assert reasons[0] == (FlagKind.TRIPWIRE, at(24.25))
    assert flag.state is FlagState.STANDS, "answered two days after it opened"
    assert (result.start, result.end) == (at(0.25), at(0.25, days=5))
    assert result.judgment_months == pytest.approx(5 / 30.44)


def test_the_order_of_lines_does_not_matter(tmp_path: Path) -> None:
    """A crawler appends as it finds; what was published when decides."""
    expected, _ = run_lines(tmp_path, LINES)
    first, tick, last = LINES[:2], LINES[2:7], LINES[7:]
    orders = [[*first, *order, *last] for order in list(permutations(tick))[::17]]
    for lines in [*orders, LINES[::-1]]:
        result, _ = run_lines(tmp_path, lines)
        assert told(result.flags) == told(expected.flags)
        assert (result.tally, result.arrivals, result.stories) == (
            expected.tally,
            expected.arrivals,
            expected.stories,
        )


def test_two_headlines_with_one_link_at_one_moment_are_both_told(tmp_path: Path) -> None:
    """Whichever line comes first. Without a guid, a link alone does not make them one."""
    both = [line(at(1), "courier", title, "http://courier.example/1") for title in (PARADE, SIGNED)]
    alone = rules(outlets=1)
    forth, _ = run_lines(tmp_path, both, own=alone)
    back, _ = run_lines(tmp_path, both[::-1], own=alone)
    assert told(forth.flags) == told(back.flags)
    assert forth.tally.new == back.tally.new == 2


def test_the_same_archive_gives_the_same_result(tmp_path: Path) -> None:
    own = rules(outlets=3)
    first, _ = run_lines(tmp_path, LINES, own=own)
    second, _ = run_lines(tmp_path, LINES, own=own)
    assert first == second


def test_broken_lines_are_named_and_the_others_count(tmp_path: Path) -> None:
    bad = ["{no json", "[]", '{"t": "never", "title": "x"}', '{"t": "2019-03-20T09:00:00Z"}', ""]
    lines = [LINES[0], *bad, *LINES[1:]]
    result, refused = run_lines(tmp_path, lines)
    clean, _ = run_lines(tmp_path, LINES)
    assert [text.partition(" ")[0] for text in refused] == [
        "archive.jsonl:2:",
        "archive.jsonl:3:",
        "archive.jsonl:4:",
        "archive.jsonl:5:",
    ]
    assert all(text.endswith("; the line was left out") for text in refused)
    assert told(result.flags) == told(clean.flags)


def test_nothing_in_gives_nothing_out(tmp_path: Path) -> None:
    result, refused = run_lines(tmp_path, [])
    assert (result.flags, result.tally, refused) == ((), Tally(), ())
    assert (result.start, result.end, result.judgment_months) == (None, None, 0.0)


def test_an_answered_flag_makes_room_for_the_next(tmp_path: Path) -> None:
    """With a review after a day the second signing, a week on, opens a flag of its own."""
    again = [
        line(at(1, days=8), outlet, f"Ruritania signs second treaty with its neighbour{own_words}")
        for outlet, own_words in (("courier", ""), ("herald", ", ferrymen by the river tell"))
    ]
    result, _ = run_lines(tmp_path, [*LINES[:7], *again])
    assert [flag.opened_at for flag in result.flags] == [at(24.25), at(1.25, days=8)]
    assert [flag.state for flag in result.flags] == [FlagState.STANDS, FlagState.OPEN]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two feeds in three snapshots each, one of which is a web page."""
    parade = Item(guid="c0", title=PARADE, at=at(-1))
    signed = Item(guid="c1", title=SIGNED, at=at(1))
    copied = Item(guid="h1", title=SIGNED_TOO, at=at(1.5), outlet="herald")
    documents = {
        "courier/20190320T090000Z": rss(parade, Item(guid="c9", title=RETURNED, at=at(-5))),
        "courier/20190320T110000Z": rss(signed, parade),
        "courier/20190320T130000Z": rss(signed, Item(guid="c0", title=WALKED_OUT, at=at(-1))),
        "herald/20190320T090500Z": rss(),
        "herald/20190320T110500Z": b"<!doctype html><html><body>Busy</body></html>",
        "herald/20190320T130500Z": rss(copied),
    }
    for name, document in documents.items():
        path = tmp_path / "snapshots" / f"{name}.xml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(document)
    (tmp_path / "snapshots" / "courier" / "notes.xml").write_text("not a snapshot")
    return tmp_path / "snapshots"


def run_snapshots(folder: Path) -> Replayed:
    source = batches.from_snapshots(folder, OUTLETS)
    assert source.outlets == 2
    return replay_run.replay(source, rules=rules())


def test_a_folder_of_snapshots_is_polled_as_time_went_by(folder: Path) -> None:
    """History is silent, an old guid can bring another development, a web page is refused."""
    result = run_snapshots(folder)
    assert replace(result.tally, refused=()) == Tally(new=5, revised=0, unchanged=2)
    assert [text.partition(":")[0] for text in result.tally.refused] == ["20190320T110500Z.xml"]
    (flag,) = result.flags
    (reason,) = flag.reasons
    assert (reason.kind, reason.raised_at) == (
        FlagKind.TRIPWIRE,
        datetime(2019, 3, 20, 13, 5, tzinfo=UTC),
    )
    again = run_snapshots(folder)
    assert again.flags == result.flags


def test_a_folder_without_snapshots_is_an_error_with_advice(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"expected FEED/YYYYMMDDTHHMMSSZ\.xml"):
        batches.from_snapshots(tmp_path, OUTLETS)


@pytest.mark.parametrize("apart", [timedelta(minutes=1), timedelta()])
async def test_the_stored_archive_gives_the_flags_that_were_raised_live(
    scene: Scene, publisher: Publisher, apart: timedelta
) -> None:
    """Polled over a day, then replayed from the store: the same reasons at the same times.

    Feeds that were polled at the very same moment are taken together, whichever came first then:
    what one of them alone had raised for that moment is not raised again.
    """
    scene.write(base=publisher.base)
    items: dict[str, list[Item]] = {"courier": [], "herald": []}
    arrivals = {
        at(0): [Item(guid="c0", title=PARADE, at=at(-3))],
        at(1): [Item(guid="c1", title=RETURNED, at=at(0.8))],
        at(2): [Item(guid="h1", title=RETURNED, at=at(1.7), outlet="herald")],
        at(9): [
            Item(guid="c2", title=SIGNED, at=at(8.2)),
            Item(guid="h2", title=SIGNED_TOO, at=at(8.9), outlet="herald"),
        ],
        at(12): [Item(guid="h3", title=WALKED_OUT, at=at(11.5), outlet="herald")],
    }
    async with scene.open() as app:
        for now, fresh in arrivals.items():
            for item in fresh:
                items[item.outlet].insert(0, item)
            for number, (feed, own) in enumerate(items.items()):
                publisher.publish(feed, *own)
                assert (await app.poll_now(feed, now + number * apart)).error is None
        live = app.database.read_now(store_flags.live)
        source = app.database.read_now(lambda conn: batches.from_store(conn, at(-1), at(days=9)))
        replayed = replay_run.replay(source, rules=app.plan.rules)

    (was,), (is_,) = told(live), told(replayed.flags)
    assert FlagKind.TRIPWIRE in {reason.kind for reason in live[0].reasons}
    assert replayed.tally == Tally(new=6)
    if apart:
        assert is_ == was
    else:
        assert (is_["brief"], is_["opened"]) == (was["brief"], was["opened"])
        assert is_["reasons"] == [reason for reason in was["reasons"] if reason in is_["reasons"]]
        assert is_["reasons"][-1] == was["reasons"][-1]


async def test_what_people_decided_about_stories_is_decided_in_a_replay_too(
    scene: Scene, publisher: Publisher
) -> None:
    """A copy is split off, and put back on the next day."""
    scene.write(base=publisher.base)
    actor = Actor(name="kim", via=Via.PAGE)
    async with scene.open() as app:
        rules = app.plan.rules

        async def poll(feed: str, title: str, now: datetime) -> None:
            publisher.publish(feed, Item(guid=title, title=title, at=now, outlet=feed))
            assert (await app.poll_now(feed, now)).error is None

        for feed in ("courier", "herald"):  # what lies there at first is no news
            await poll(feed, PARADE, at(0))
        await poll("courier", SIGNED, at(1))
        await poll("herald", SIGNED, at(2))
        story = app.database.read_now(lambda conn: store_stories.window(conn, at(1)))[-1]
        root, copy = (member.entry_id for member in story.members)
        app.database.write_now(
            lambda conn: triage_stories.split(
                conn, story.id, [copy], rules=rules, actor=actor, at=at(3)
            )
        )
        await poll("courier", RETURNED, at(4))
        split = stored_again(app)
        app.database.write_now(
            lambda conn: triage_stories.merge(
                conn, [root, copy], rules=rules, actor=actor, at=at(days=1)
            )
        )
        await poll("herald", WALKED_OUT, at(days=2))
        merged = stored_again(app)
        live = app.database.read_now(lambda conn: store_evidence.current(conn, since=at(0)))

    def held(found: Replayed) -> set[tuple[str, ...]]:
        return {tuple(member.entry_id for member in each.members) for each in found.stories}

    assert {(root,), (copy,)} <= held(split)
    assert (root, copy) in held(merged)
    assert [row.number for row in merged.evidence if row.story_id == root] == [1, 2, 3, 4]
    assert {row.key: row.points for row in latest((), merged.evidence)} == {
        row.key: row.points for row in live
    }


def stored_again(app: App) -> Replayed:
    source = app.database.read_now(lambda conn: batches.from_store(conn, at(-1), at(days=9)))
    return replay_run.replay(source, rules=app.plan.rules)


def test_a_span_of_the_store_leaves_out_the_rest(tmp_path: Path) -> None:
    """`from_store` includes its start and excludes its end."""
    scene = Scene(tmp_path)
    scene.write()
    with open_database(scene.settings()) as database:
        entries = [build.entry(f"e{hour}", seen=at(hour)) for hour in range(4)]
        database.write_now(lambda conn: store_entries.insert(conn, entries))
        source = database.read_now(lambda conn: batches.from_store(conn, at(1), at(3)))
    assert [batch.at for batch in source.batches] == [at(1), at(2)]


def test_a_revised_entry_is_replayed_with_the_headline_it_had_then(tmp_path: Path) -> None:
    """The correction takes back what the first headline said, at the time it was seen."""
    scene = Scene(tmp_path)
    scene.write()
    first = build.entry("e1", title=SIGNED, seen=at(1))
    milder = "Ruritania border treaty in surprise ceremony"
    second = replace(first, title=milder, content_hash=milder, revision=2)
    own = rules()

    def polled(conn: Connection) -> tuple[Evidence, ...]:
        ingest.take_in(conn, (first,), (), rules=own, now=at(1))
        ingest.take_in(conn, (), (second,), rules=own, now=at(5))
        return store_evidence.everything(conn)

    with open_database(scene.settings()) as database:
        live = database.write_now(polled)
        source = database.read_now(partial(batches.from_store, since=None, until=None))
    replayed = replay_run.replay(source, rules=own)

    heard = [(one.at, one.matched.entry.title) for one in replayed.arrivals]
    assert heard == [(at(1), first.title), (at(5), milder)]
    said = [(row.decided_at, row.title, row.weight) for row in replayed.evidence]
    assert said == [(row.decided_at, row.title, row.weight) for row in live]
    assert [weight > 0 for _, _, weight in said] == [True, False], "said, and taken back"
