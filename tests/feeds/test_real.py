"""Real documents: every one parses, with the entries it holds, and identity holds over time."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.core.feeds import identity, normalise, recognise
from monitor.feeds.archive import snapshots
from monitor.feeds.parse import parse
from monitor.feeds.pool import ParserPool
from monitor.model.entries import KnownEntry
from monitor.model.feeds import Feed

URL = "https://news.example/feed.xml"
ENTRY = re.compile(rb"<(?:item|entry)[\s>]")


@pytest.fixture
def documents(shared_data: Path) -> dict[Path, bytes]:
    paths = [*shared_data.glob("feeds/*.xml"), *shared_data.glob("snapshots/*/*.xml")]
    return {path: path.read_bytes() for path in paths}


@pytest.mark.slow
async def test_every_real_feed_parses_with_all_its_entries(documents: dict[Path, bytes]) -> None:
    assert len(documents) >= 30
    async with ParserPool(wall_seconds=20) as pool:
        for path, document in documents.items():
            parsed = await pool.parse(document, url=URL)
            assert len(parsed.entries) == len(ENTRY.findall(document)), path
            assert parsed.warnings == (), path
            assert all(entry.title and entry.link for entry in parsed.entries), path
            assert all(entry.published for entry in parsed.entries) or "cnn" in str(path), path


@pytest.mark.slow
def test_replayed_snapshots_bring_each_entry_once(shared_data: Path) -> None:
    """What the second of two snapshots shares with the first is known, or a true revision."""
    known: dict[str, dict[str, KnownEntry]] = {}
    new = unchanged = 0
    for snapshot in snapshots(shared_data / "snapshots"):
        feed = Feed(id=snapshot.feed, url=URL, outlet=snapshot.feed)
        parsed = parse(snapshot.path.read_bytes(), url=URL)
        first = snapshot.feed not in known
        before = known.setdefault(snapshot.feed, {})
        found = normalise.entries(parsed, feed, first_poll=first, now=snapshot.at)
        settled = recognise.settle(found.arrivals, before, tuple(before.values()))
        new += sum(one.before is None for one in settled)
        unchanged += sum(one.unchanged for one in settled)
        for one in settled:
            assert not (first and one.entry.alerts)
            assert one.entry.published_at <= snapshot.at + timedelta(hours=24)
            values = {name: getattr(one.entry, name) for name in KnownEntry.__dataclass_fields__}
            before[one.entry.key] = KnownEntry(**values)
    assert new == sum(map(len, known.values()))
    assert unchanged > 0


def test_bbc_guids_with_a_number_lose_it(shared_data: Path) -> None:
    (path,) = shared_data.glob("feeds/bbc_news__2024*.xml")
    entries = parse(path.read_bytes(), url=URL).entries
    assert all("#" in entry.guid for entry in entries)
    assert not any("#" in identity.entry_key(entry) for entry in entries)


def test_old_reuters_entries_are_known_by_their_wire_id(shared_data: Path) -> None:
    for path in shared_data.glob("feeds/reuters_*.xml"):
        for entry in parse(path.read_bytes(), url=URL).entries:
            assert re.fullmatch(r"id[A-Z]{2}[A-Z0-9]+", identity.entry_key(entry)), path
