"""Entries: what was published is kept, under one identity, with every revision."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from sqlalchemy import Connection

from monitor.model.entries import DateTrust, Entry, KnownEntry
from monitor.store import entries
from tests import build


def second(entry: Entry, title: str = "Delegations leave") -> Entry:
    return replace(entry, title=title, content_hash=title, revision=entry.revision + 1)


def test_an_entry_comes_back_as_it_went_in(conn: Connection) -> None:
    entry = Entry(
        id="0f3a9c21d4e5b687",
        feed_id="f",
        outlet="Outlet",
        key="guid" * 2_000,
        link="https://example.org/a?utm_source=x",
        canonical_link="https://example.org/a",
        title="Title “with” ünïcode 한국 and 'quotes'",
        summary="Line\nbreak",
        published_at=datetime(1970, 1, 1, tzinfo=UTC),
        date_trust=DateTrust.ANCIENT,
        seen_at=datetime(2019, 3, 22, 17, 49, 0, 123_456, tzinfo=UTC),
        content_hash="c",
        alerts=False,
    )

    assert entries.insert(conn, [entry]) == (entry.id,)
    assert entries.get(conn, entry.id) == entry
    assert entries.get(conn, "other") is None


def test_only_entries_that_were_not_there_are_inserted(conn: Connection) -> None:
    first, other = build.entry("a"), build.entry("b")
    entries.insert(conn, [first])

    again = replace(first, title="Changed on the way", revision=2)

    assert entries.insert(conn, [again, other]) == ("b",)
    assert entries.get(conn, "a") == first
    assert len(entries.revisions(conn, "a")) == 1


def test_inserting_or_revising_nothing_is_no_error(conn: Connection) -> None:
    assert entries.insert(conn, []) == ()
    entries.revise(conn, [])

    assert entries.count(conn) == 0


def test_known_holds_the_entries_of_this_feed_by_key(conn: Connection) -> None:
    entry = replace(build.entry("a"), feed_id="one", key="k1")
    foreign = replace(build.entry("b"), feed_id="two", key="k2")
    entries.insert(conn, [entry, foreign])

    assert entries.known(conn, "one", ["k1", "k2", "k3"]) == {
        "k1": KnownEntry(
            id="a",
            feed_id="one",
            key="k1",
            content_hash=entry.content_hash,
            revision=1,
            seen_at=entry.seen_at,
            published_at=entry.published_at,
            alerts=True,
            canonical_link=entry.canonical_link,
            title=entry.title,
        )
    }
    assert entries.known(conn, "one", []) == {}


def test_what_a_feed_had_on_a_page_is_found_by_it(conn: Connection) -> None:
    page = "https://r.example/x"
    here = build.entry("a", link=page)
    elsewhere = [build.entry("b", link=f"{page}/y"), build.entry("c", link=page, outlet="BBC")]
    entries.insert(conn, [here, *elsewhere, build.entry("d")])

    found = entries.on_pages(conn, here.feed_id, [page, page.replace("https", "http"), ""])

    assert [known.id for known in found] == ["a"]
    assert entries.on_pages(conn, here.feed_id, []) == ()


def test_a_line_is_an_entry_and_what_superseded_it_one_by_one(conn: Connection) -> None:
    first, other, alone = build.entry("b"), build.entry("x"), build.entry("z")
    later = replace(build.entry("c"), supersedes="b")
    last = replace(build.entry("a"), supersedes="c")
    entries.insert(conn, [last, other, later, alone, first])
    entries.revise(conn, [second(first)])

    assert entries.lines(conn, ["b", "z", "gone"]) == {
        "b": (second(first), later, last),
        "z": (alone,),
    }
    assert entries.lines(conn, ["c"]) == {"c": (later, last)}
    assert entries.told(conn, ["b", "gone"]) == {
        "b": frozenset({first.content_hash, second(first).content_hash}),
        "gone": frozenset(),
    }


def test_known_takes_more_keys_than_one_statement(conn: Connection) -> None:
    stored = [replace(build.entry(f"e{n}"), feed_id="f", key=f"k{n}") for n in range(1_700)]
    entries.insert(conn, stored)

    found = entries.known(conn, "f", [f"k{n}" for n in range(2_000)])

    assert set(found) == {f"k{n}" for n in range(1_700)}
    assert {entry.id for entry in found.values()} == {f"e{n}" for n in range(1_700)}


def test_a_revision_replaces_the_text_and_keeps_the_old_one(conn: Connection) -> None:
    entry = build.entry("a", "Delegations meet")
    revised = replace(second(entry), summary="More.", published_at=build.at(3))
    entries.insert(conn, [entry])

    entries.revise(conn, [revised], at=build.at(4))

    assert entries.get(conn, "a") == revised
    assert entries.revisions(conn, "a") == (
        (1, "Delegations meet", "", entry.seen_at),
        (2, "Delegations leave", "More.", build.at(4)),
    )


def test_a_revision_never_moves_the_time_an_entry_was_first_seen(conn: Connection) -> None:
    entry = build.entry("a")
    entries.insert(conn, [entry])

    entries.revise(conn, [replace(second(entry), seen_at=build.at(9))])

    held = entries.get(conn, "a")
    assert held is not None
    assert held.seen_at == entry.seen_at


def test_revising_twice_keeps_one_row_per_number(conn: Connection) -> None:
    entry = build.entry("a")
    entries.insert(conn, [entry])

    entries.revise(conn, [second(entry)], at=build.at(1))
    entries.revise(conn, [second(entry)], at=build.at(2))

    assert [(row[0], row[3]) for row in entries.revisions(conn, "a")] == [
        (1, entry.seen_at),
        (2, build.at(1)),
    ]


def test_find_takes_the_beginning_of_an_id_or_a_whole_link(conn: Connection) -> None:
    link, canonical = "https://example.org/a?utm_source=x", "https://example.org/a"
    linked = replace(build.entry("ab12"), link=link, canonical_link=canonical)
    other = replace(build.entry("ab34", seen=build.at(1)), link="https://example.org/b")
    entries.insert(conn, [linked, other, build.entry("cd")])

    assert entries.find(conn, "ab") == (other, linked)
    assert entries.find(conn, "ab12") == (linked,)
    assert entries.find(conn, link) == (linked,)
    assert entries.find(conn, canonical) == (linked,)
    assert entries.find(conn, "https://example.org/") == ()
    assert entries.find(conn, "") == ()


def test_wildcards_in_a_search_mean_themselves(conn: Connection) -> None:
    entries.insert(conn, [build.entry("a_c"), build.entry("abc")])

    assert [entry.id for entry in entries.find(conn, "a_")] == ["a_c"]
    assert entries.find(conn, "%") == ()


def test_count_counts_from_a_moment_on(conn: Connection) -> None:
    entries.insert(conn, [build.entry(str(n), seen=build.at(n)) for n in range(4)])

    assert entries.count(conn) == 4
    assert entries.count(conn, build.at(2)) == 2
    assert entries.count(conn, build.at(9)) == 0


def test_stream_goes_by_time_seen_then_id_and_stops_before_the_end(conn: Connection) -> None:
    stored = [build.entry(f"{n % 7}-{n:04}", seen=build.at(n // 3)) for n in range(2_500)]
    entries.insert(conn, stored)
    until = build.at(700)

    streamed = list(entries.stream(conn, build.at(1), until))

    expected = [entry for entry in stored if build.at(1) <= entry.seen_at < until]
    assert streamed == sorted(expected, key=lambda entry: (entry.seen_at, entry.id))
    assert len(list(entries.stream(conn))) == 2_500


def test_of_ids_leaves_unknown_ids_out(conn: Connection) -> None:
    entry = build.entry("a")
    entries.insert(conn, [entry])

    assert entries.of_ids(conn, ["a", "a", "nothing"]) == {"a": entry}


def test_an_entry_from_another_zone_is_counted_at_its_moment(conn: Connection) -> None:
    """12:30+09:00 is before 12:00 UTC, whatever the digits say."""
    seoul = timezone(timedelta(hours=9))
    entries.insert(conn, [build.entry("a", seen=datetime(2019, 3, 22, 12, 30, tzinfo=seoul))])

    assert entries.count(conn, build.NOON) == 0
    assert entries.count(conn, build.NOON - timedelta(hours=9)) == 1
