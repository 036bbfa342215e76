"""Turns the labelled sets of the shared data into pairs and clustered entries, in order of time.

Nothing of them is copied into the project: without the data (beside the checkout, or where
SIGNPOST_SHARED_DATA says) there is nothing to measure.
"""

import csv
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.model.entries import DateTrust, Entry

DATA = Path(
    os.environ.get("SIGNPOST_SHARED_DATA", Path(__file__).parents[1] / "../shared/data")
).resolve()
START = datetime(2023, 1, 1, tzinfo=UTC)
WINDOW = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries, the earlier first. `same`: the later one is a copy."""

    name: str
    kind: str
    first: Entry
    second: Entry
    same: bool


@dataclass(frozen=True, slots=True)
class Clustered:
    """Entries in order of time, with the event each tells; pairs of `arguable` are not scored."""

    name: str
    entries: tuple[Entry, ...]
    events: tuple[str, ...]
    arguable: tuple[frozenset[int], ...]


def entry(
    id_: str, title: str, outlet: str, at: datetime, *, summary: str = "", link: str = ""
) -> Entry:
    """An entry with what grouping looks at."""
    return Entry(
        id=id_,
        feed_id=outlet.casefold(),
        outlet=outlet,
        key=id_,
        link=link,
        canonical_link=link,
        title=title,
        summary=summary,
        published_at=at,
        date_trust=DateTrust.CLAIMED,
        seen_at=at,
        content_hash=title,
    )


def wire_pairs() -> list[Pair]:
    """Pairs of two outlets whose leads begin alike, in order of time."""
    pairs = []
    for number, row in enumerate(_lines("wire_copies_2023.jsonl")):
        then = START + timedelta(hours=number)
        later = then + timedelta(hours=row["hours_apart"])
        first = entry(f"w{number}a", row["title_a"], row["outlet_a"], then, summary=row["lead_a"])
        other = entry(f"w{number}b", row["title_b"], row["outlet_b"], later, summary=row["lead_b"])
        pairs.append(Pair("one lead", "wire", first, other, same=True))
    return pairs


def title_pairs() -> list[Pair]:
    """One title at two outlets within 36 hours, in order of time."""
    pairs = []
    for number, row in enumerate(_table("nk_pairs_2017_2018.csv")):
        then, later = datetime.fromisoformat(row["t1"]), datetime.fromisoformat(row["t2"])
        if row["kind"] != "same_title_other_outlet" or not timedelta() <= later - then <= WINDOW:
            continue
        first = entry(f"t{number}a", row["title1"], row["outlet1"], then)
        other = entry(f"t{number}b", row["title2"], row["outlet2"], later)
        pairs.append(Pair("one title", "title", first, other, same=True))
    return sorted(pairs, key=lambda pair: pair.first.published_at)


def hard_pairs() -> list[Pair]:
    """Hand-written pairs that differ in what matters, or only in what does not."""
    pairs = []
    for row in _lines("adversarial_pairs.jsonl"):
        if row["suppress"] == "either":
            continue
        later = START + timedelta(hours=row["dt_hours"])
        first = entry(f"{row['id']}a", row["a"], "Reuters", START)
        other = entry(f"{row['id']}b", row["b"], "AP", later)
        pairs.append(Pair("hard", row["cls"], first, other, same=row["suppress"] == "yes"))
    return pairs


def day(name: str) -> Clustered:
    """Every entry of a day at eleven outlets, with its event."""
    rows = sorted(_lines(f"day_{name}.jsonl"), key=lambda row: _moment(row["published"]))
    return Clustered(
        name,
        tuple(
            entry(
                f"{number:04}",
                row["title"],
                row["outlet"],
                _moment(row["published"]),
                summary=row["summary"],
                link=row["link"],
            )
            for number, row in enumerate(rows)
        ),
        tuple(
            f"event {row['event']}" if row["event"] is not None else f"alone {number}"
            for number, row in enumerate(rows)
        ),
        tuple(frozenset(row["arguable"]) for row in rows),
    )


def sport() -> Clustered:
    """Sport headlines of July 2021 in reviewed clusters, titles only, outlets unknown."""
    rows = sorted(_table("og2021_july_en.csv"), key=lambda row: row["published"])
    entries = tuple(
        entry(f"{number:04}", row["title"], f"outlet {number}", _moment(row["published"]))
        for number, row in enumerate(rows)
    )
    events = tuple(row["cluster_final"] for row in rows)
    return Clustered("OG2021", entries, events, (frozenset(),) * len(rows))


def unlike_pairs(clustered: Clustered) -> Iterator[Pair]:
    """Every two entries of different outlets that certainly tell different events."""
    for place, first in enumerate(clustered.entries):
        for other in range(place + 1, len(clustered.entries)):
            second = clustered.entries[other]
            if (
                clustered.events[place] != clustered.events[other]
                and not clustered.arguable[place] & clustered.arguable[other]
                and first.outlet != second.outlet
            ):
                yield Pair("two events", "day", first, second, same=False)


def halves(pairs: Sequence[Pair]) -> tuple[Sequence[Pair], Sequence[Pair]]:
    """The earlier half, to tune on, and the later one, to report on."""
    middle = len(pairs) // 2
    return pairs[:middle], pairs[middle:]


def _lines(name: str) -> list[dict[str, Any]]:
    with (DATA / "dedupe" / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _table(name: str) -> list[dict[str, str]]:
    with (DATA / "dedupe" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
