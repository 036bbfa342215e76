"""Snapshots of cited articles, and the entries that may be one."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from monitor.model.citations import Snapshot
from monitor.store import citations, entries
from tests import build

LINK = "https://x.example/a"


def snapshot(entry_id: str, revision: int) -> Snapshot:
    return Snapshot(
        brief="q/b",
        citation="Reuters: Tolls",
        entry_id=entry_id,
        revision=revision,
        title="Tolls",
        summary="They rise.",
        link=LINK,
        indicators=(("q/tolls", "away"),),
        found_by="title",
        seen_at=build.at(revision),
        taken_at=build.at(revision, days=1),
    )


def test_snapshots_come_back_in_the_order_they_were_taken(conn: Connection) -> None:
    entries.insert(conn, [build.entry("a"), build.entry("b")])
    taken = [snapshot("a", 1), snapshot("b", 1), snapshot("a", 2)]
    citations.add(conn, taken[:2])
    citations.add(conn, taken[2:])
    citations.add(conn, [])

    assert citations.snapshots(conn) == tuple(taken)


def test_candidates_are_of_the_outlet_and_time_or_have_the_key_or_a_link(conn: Connection) -> None:
    arrived = [
        build.entry("in", "Old title"),
        build.entry("late", seen=build.at(days=40)),
        build.entry("elsewhere", outlet="BBC"),
        build.entry("linked", outlet="NPR", seen=build.at(days=-300), link=LINK),
        build.entry("keyed", outlet="AP", seen=build.at(days=-300)),
    ]
    entries.insert(conn, arrived)
    entries.revise(conn, [replace(arrived[0], title="New title", revision=2)])
    found = citations.candidates(
        conn,
        key="keyed",
        links=("", LINK),
        outlet="Reuters",
        since=build.NOON - timedelta(days=2),
        until=build.NOON + timedelta(days=14),
    )

    assert {entry.id: titles for entry, titles in found} == {
        "in": ("Old title", "New title"),
        "linked": ("Delegations meet",),
        "keyed": ("Delegations meet",),
    }
