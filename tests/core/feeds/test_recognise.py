"""Which known entry an arrival is, and what a change of its words makes of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.feeds.normalise import entries as normalise
from monitor.core.feeds.recognise import (
    CHANGE_LIMIT,
    Arrival,
    SettledEntry,
    WordingChange,
    develop,
    difference,
    doubtful,
    names,
    settle,
)
from monitor.model.entries import DateTrust, Entry, KnownEntry
from monitor.model.feeds import Feed, ParsedFeed, RawEntry

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FEED = Feed(id="wire", url="https://wire.example/rss", outlet="The Wire")
PAGE = "https://wire.example/talks"
RESUME, COLLAPSE = "Border talks resume in Geneva", "Border talks collapse in Geneva"


def arrivals(*raws: RawEntry, at: datetime = NOW) -> tuple[Arrival, ...]:
    parsed = ParsedFeed(format="rss20", title="World", entries=raws)
    return normalise(parsed, FEED, first_poll=False, now=at).arrivals


def stored(*entries: Entry) -> tuple[dict[str, KnownEntry], tuple[KnownEntry, ...]]:
    """What the store says of these entries, by key and by page."""
    known = tuple(
        KnownEntry(**{name: getattr(entry, name) for name in KnownEntry.__dataclass_fields__})
        for entry in entries
    )
    return {one.key: one for one in known}, known


def against(before: Sequence[Entry], *raws: RawEntry) -> list[SettledEntry]:
    return list(settle(arrivals(*raws), *stored(*before)))


def first(*raws: RawEntry) -> list[Entry]:
    return [arrival.entry for arrival in arrivals(*raws)]


def row(
    guid: str = "g1", link: str = PAGE, title: str = RESUME, summary: str = "", **more: Any
) -> RawEntry:
    return RawEntry(guid=guid, link=link, title=title, summary=summary, **more)


@pytest.mark.parametrize(
    "now",
    [
        row(),
        row(link=f"{PAGE}?utm_source=x"),
        row(link=f"{PAGE}-slug-changed"),
        row(guid="another guid"),
        row(guid=""),
        row(guid="another guid", link=PAGE.replace("https", "http")),
        row(guid="another guid", title="BORDER TALKS resume in Geneva"),
        row(guid="g1", title=RESUME, published=NOW - timedelta(days=30)),
    ],
)
def test_the_same_words_under_its_guid_or_on_its_page_are_the_same_entry(now: RawEntry) -> None:
    (one,) = against(first(row()), now)
    assert one.unchanged
    assert one.entry.key == "g1"
    assert one.renamed is (now.guid != "g1")


@pytest.mark.parametrize(
    "now",
    [
        row(guid="g2", link=f"{PAGE}-2"),  # a title used again, as “Morning news brief” is
        row(guid="g2", link="https://wire.example/"),
        row(guid="g2", title=COLLAPSE),
        row(guid="g2", link="", title=RESUME),
    ],
)
def test_another_guid_with_other_words_or_another_page_is_another_entry(now: RawEntry) -> None:
    before = first(row(link="https://wire.example/" if now.link.endswith("e/") else PAGE))
    (one,) = against(before, now)
    assert one.before is None
    assert one.entry.key == "g2"


def test_a_new_guid_and_a_new_summary_on_a_page_of_its_own_are_a_revision() -> None:
    (one,) = against(first(row()), row(guid="g2", summary="The envoys met on Monday."))
    assert one.before is not None
    assert (one.entry.key, one.unchanged) == ("g1", False)


def test_the_posts_of_a_live_page_are_told_apart_by_their_guids_alone() -> None:
    """They share page and title, so that neither says which post is which."""
    before = first(*(row(guid=f"p{n}", summary=f"Update {n}") for n in range(3)))
    now = [row(guid=f"p{n}", summary=f"Update {n}") for n in range(5, 0, -1)]
    settled = against(before, *now)
    assert [one.before is None for one in settled] == [True, True, True, False, False]
    assert len({one.entry.id for one in settled}) == 5


def test_i2_one_guid_with_two_links_stays_two_entries_whatever_comes_first() -> None:
    """A feed lists new entries first: the known one keeps its key, the other gets its link too."""
    a, b = row("1", f"{PAGE}/a", "Envoy arrives"), row("1", f"{PAGE}/b", "Minister resigns")
    (only,) = first(a)
    two = against([only], b, a)
    assert [one.entry.key for one in two] == [f"1 {PAGE}/b", "1"]
    assert [one.before is None for one in two] == [True, False]
    both = [one.entry for one in two]
    for rows in ([a, b], [b, a], [a], [b]):
        assert all(one.unchanged for one in against(both, *rows))
    revised = replace(b, title="Minister resigns over talks")
    (one,) = against(both, revised)
    assert one.before is not None
    assert one.entry.key == f"1 {PAGE}/b"


def test_guids_that_count_places_in_the_list_are_no_identity() -> None:
    """Every entry moves one place down and comes under its neighbour's guid: only one is new."""
    titles = ("Envoy arrives", "Minister resigns", "Border closes", "Harvest fails")
    pages = {title: f"{PAGE}/{number}" for number, title in enumerate(titles)}
    yesterday = [row(str(n), pages[t], t) for n, t in enumerate(titles[1:])]
    today = [row(str(n), pages[t], t) for n, t in enumerate(titles)]
    settled = against(first(*yesterday), *today)
    assert [one.before is None for one in settled] == [True, False, False, False]
    assert all(one.unchanged for one in settled[1:])
    assert len({one.entry.id for one in settled}) == 4


def test_a_pruned_entry_is_known_by_its_guid() -> None:
    (before,) = first(row())
    known, _ = stored(replace(before, canonical_link="", title=""))
    (one,) = settle(arrivals(row()), known, ())
    assert one.unchanged


ROWS = st.lists(
    st.builds(
        row,
        guid=st.sampled_from(
            ["", "1", "2", "https://wire.example/x#0", "https://wire.example/x#1"]
        ),
        link=st.sampled_from(["", PAGE, "http://wire.example/x", "https://wire.example/"]),
        title=st.sampled_from(["", RESUME, COLLAPSE, "Envoy arrives"]),
        summary=st.sampled_from(["", "S"]),
    ),
    max_size=6,
)


@pytest.mark.slow
@given(ROWS, ROWS)
def test_every_arrival_is_one_entry_and_no_entry_is_two(
    then: list[RawEntry], now: list[RawEntry]
) -> None:
    before = first(*then)
    settled = against(before, *now)
    assert len(settled) == len(arrivals(*now))
    assert len({one.entry.id for one in settled}) == len(settled)
    claimed = [one.before.id for one in settled if one.before]
    assert len(claimed) == len(set(claimed))
    new = {one.entry.key for one in settled if one.before is None}
    assert not new & {entry.key for entry in before}


@given(ROWS)
def test_a_document_that_did_not_change_brings_nothing(rows: list[RawEntry]) -> None:
    before = first(*rows)
    assert all(one.unchanged for one in against(before, *rows))


@given(ROWS)
def test_what_is_doubtful_is_what_is_not_plainly_known(rows: list[RawEntry]) -> None:
    own = arrivals(*rows)
    known, _ = stored(*(arrival.entry for arrival in own))
    assert doubtful(own, {}) == own
    bases = [arrival.base for arrival in own]
    assert {id(one) for one in doubtful(own, known)} >= {
        id(one) for one in own if bases.count(one.base) > 1
    }
    assert all(arrival.entry.key in names(arrival) for arrival in own)


# --- what a change is -------------------------------------------------------------------------


def changed(
    *before: Entry, title: str, told: frozenset[str] = frozenset(), **more: Any
) -> WordingChange:
    """What a later title under the guid of these entries is."""
    (arrival,) = arrivals(row(title=title), at=NOW)
    entry = replace(arrival.entry, **more)
    known, _ = stored(before[0])
    return develop(SettledEntry(entry, "g1", known[before[0].key]), before, told)


def said(title: str, **more: Any) -> Entry:
    (entry,) = first(row(title=title))
    earlier = replace(
        entry, seen_at=NOW - timedelta(hours=5), published_at=NOW - timedelta(hours=6)
    )
    return replace(earlier, **more)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("US may lift sanctions on Ruritania", "US lifts sanctions on Ruritania"),
        ("Border talks resume in Geneva", "Border talks collapse in Geneva"),
        ("Argentina, Spain meet in final", "Spain is champion"),
        ("Five dead in border clash", "Seven dead in border clash"),
        ("Kim leaves for summit", "Kim returns from summit"),
        ("Treaty will be signed", "Treaty will not be signed"),
        ("Live: border talks", "Minister resigns over treaty"),
        (
            "Parliament to proceed with budget vote despite call to delay",
            "Parliament postpones budget vote after call to delay",
        ),
        (
            "Graustark braced for storm as Hilda approaches landfall",
            "Storm Hilda makes landfall in Graustark",
        ),
        ("Ruritania to hold talks with Graustark", "Ruritania holds talks with Graustark"),
        ("Envoys to hold talks on border", "Envoys hold talks on border"),
        ("Court to rule on ban of opposition party", "Court bans opposition party"),
        ("Ruritania to launch satellite this week", "Ruritania launches satellite this week"),
        ("Minister faces call to quit over dam", "Minister quits after call over dam"),
    ],
)
def test_a_title_that_contradicts_or_tells_new_things_is_another_development(
    before: str, after: str
) -> None:
    change = changed(said(before), title=after)
    assert change.entry is not None
    assert change.why
    assert change.entry.supersedes == said(before).id
    assert (change.entry.key, change.entry.revision) == ("g1 +2", 1)
    assert change.entry.id not in {said(before).id, ""}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Border talks resume in Geneva", "Border talks resume in Geneva, envoys say"),
        ("Border talks resume in Geneva", "In Geneva, border talks resume"),
        ("Border talks resume in Geneva", "UPDATE 1-Border talks resume in Geneva"),
        ("Border talks resume in Geneva", "Border talks resumes in Geneva - The Wire"),
        ("", "Border talks resume in Geneva"),  # nothing to contradict
        ("Pope prays for peace in Gaza and Ukraine", "Pope prays for peace in Ukraine and Gaza"),
        (
            "Graustark fires two missiles, Ruritania says",
            "Graustark fires two missiles, according to Ruritania",
        ),
        (
            "Former adviser to president reflects on battle",
            "Former advisor to president reflects on battle",
        ),
        ("Labour unrest spreads in ports", "Labor unrest spreads in ports"),
        ("Minister criticises defence plan", "Minister criticizes defense plan"),
        ("Thousands protest pension reform", "Thousands protest against pension reform"),
        ("WATCH: Rescuers pull child from rubble", "Rescuers pull child from the rubble"),
        ("LIVE: Graustark votes in election", "Graustark votes in the election"),
        ("Graustark votes in election (LIVE)", "Graustark votes in the election"),
        ("WATCH LIVE: President addresses parliament", "President addresses the parliament"),
        ("Border talks resume in Geneva", ""),
    ],
)
def test_a_title_that_says_the_same_is_a_revision(before: str, after: str) -> None:
    old = said(before, revision=3)
    change = changed(old, title=after)
    assert change.entry is not None
    assert not change.why
    assert (change.entry.id, change.entry.key, change.entry.revision) == (old.id, old.key, 4)
    assert (change.entry.seen_at, change.entry.supersedes) == (old.seen_at, old.supersedes)


def test_what_was_said_before_is_no_news_when_it_comes_back() -> None:
    """Desks try two headlines in turn: each is told once."""
    old = said(RESUME)
    assert (
        changed(old, title=COLLAPSE, told=frozenset({said(COLLAPSE).content_hash}))
        == WordingChange()
    )


def test_an_entry_that_changes_all_the_time_is_bounded_but_its_developments_are_not() -> None:
    flapping = said(RESUME, revision=CHANGE_LIMIT + 1)
    assert changed(flapping, title=f"{RESUME}, envoys say") == WordingChange(flaps=True)
    assert changed(flapping, title=COLLAPSE).why
    often = [said(RESUME, key=f"g1 +{n}", id=f"e{n}") for n in range(CHANGE_LIMIT + 1)]
    assert changed(*often, title=COLLAPSE) == WordingChange(flaps=True)
    old = [replace(entry, seen_at=NOW - timedelta(days=2)) for entry in often]
    assert changed(*old, title=COLLAPSE).why


@pytest.mark.parametrize(
    ("claimed", "published", "trust"),
    [
        (NOW - timedelta(hours=1), NOW - timedelta(hours=1), DateTrust.CLAIMED),
        (NOW - timedelta(hours=6), NOW, DateTrust.REUSED),  # the date of what was there before
        (NOW - timedelta(days=30), NOW, DateTrust.REUSED),
    ],
)
def test_another_development_does_not_inherit_a_date(
    claimed: datetime, published: datetime, trust: DateTrust
) -> None:
    change = changed(
        said(RESUME),
        title=COLLAPSE,
        published_at=claimed,
        date_trust=DateTrust.CLAIMED,
        alerts=False,
    )
    assert change.entry is not None
    assert (change.entry.published_at, change.entry.date_trust) == (published, trust)
    assert change.entry.alerts is (trust is DateTrust.REUSED)


def test_another_development_on_another_page_is_known_by_it() -> None:
    change = changed(said(RESUME), title=COLLAPSE, link=f"{PAGE}/b", canonical_link=f"{PAGE}/b")
    assert change.entry is not None
    assert change.entry.key == f"g1 {PAGE}/b"


def test_a_chain_of_developments_never_takes_a_key_twice() -> None:
    line = [said(RESUME), said(COLLAPSE, key="g1 +2", id="e2")]
    third = changed(*line, title="Envoy dies in Geneva").entry
    assert third is not None
    assert (third.key, third.supersedes) == ("g1 +3", "e2")


def test_a_revision_without_a_date_keeps_its_old_one() -> None:
    change = changed(said(RESUME), title=f"{RESUME}, envoys say", date_trust=DateTrust.ABSENT)
    assert change.entry is not None
    assert change.entry.published_at == said(RESUME).published_at


@pytest.mark.parametrize(("now", "before"), [(True, False), (False, True)])
def test_a_revision_alerts_if_it_or_what_came_before_does(now: bool, before: bool) -> None:
    """A late correction does not silence what was news, and new words can be news themselves."""
    change = changed(said(RESUME, alerts=before), title=f"{RESUME}, envoys say", alerts=now)
    assert change.entry is not None
    assert change.entry.alerts


def test_of_a_pruned_entry_nothing_is_known_to_compare_with() -> None:
    (arrival,) = arrivals(row(title=COLLAPSE))
    known, _ = stored(said(RESUME))
    change = develop(SettledEntry(arrival.entry, "g1", known["g1"]), (), frozenset())
    assert change.entry is not None
    assert (change.entry.revision, change.why) == (2, "")


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_two_titles_can_be_compared(before: str, after: str) -> None:
    assert difference(said(before), said(before)) == ""
    assert isinstance(difference(said(before), said(after)), str)
