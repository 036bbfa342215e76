"""Rows to entries. I numbers are identity and time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.feeds.identity import entry_id
from monitor.core.feeds.normalise import Normalised, content_hash, entries, speaks
from monitor.model.entries import DateTrust, Entry
from monitor.model.feeds import Feed, ParsedFeed, RawEntry

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FEED = Feed(id="wire", url="https://wire.example/rss", outlet="The Wire")


def normalise(*raws: RawEntry, feed: Feed = FEED, first_poll: bool = False) -> Normalised:
    parsed = ParsedFeed(format="rss20", title="World", entries=raws)
    return entries(parsed, feed, first_poll=first_poll, now=NOW)


def one(raw: RawEntry, *, first_poll: bool = False) -> Entry:
    (entry,) = normalise(raw, first_poll=first_poll).entries
    return entry


def dated(published: datetime | None) -> RawEntry:
    return RawEntry(guid="1", title="Talks resume", published=published)


def test_a_row_becomes_an_entry() -> None:
    link = "https://wire.example/a?at_medium=RSS"
    assert one(RawEntry(guid="1", link=link, title="Cafe\u0301", summary="S", published=NOW)) == (
        Entry(
            id=entry_id("wire", "1"),
            feed_id="wire",
            outlet="The Wire",
            key="1",
            link=link,
            canonical_link="https://wire.example/a",
            title="Café",
            summary="S",
            published_at=NOW,
            date_trust=DateTrust.CLAIMED,
            seen_at=NOW,
            content_hash=content_hash("Café", "S"),
        )
    )


@pytest.mark.parametrize(
    ("published", "trust", "believed"),
    [
        (NOW - timedelta(hours=3), DateTrust.CLAIMED, True),
        (NOW + timedelta(hours=24), DateTrust.CLAIMED, True),
        (NOW + timedelta(hours=24, seconds=1), DateTrust.FUTURE, False),
        (datetime(2099, 1, 1, tzinfo=UTC), DateTrust.FUTURE, False),
        (None, DateTrust.ABSENT, False),
        (datetime(1995, 1, 1, tzinfo=UTC), DateTrust.CLAIMED, True),
        (datetime(1994, 12, 31, 23, 59, tzinfo=UTC), DateTrust.ANCIENT, False),
        (datetime(1970, 1, 1, tzinfo=UTC), DateTrust.ANCIENT, False),
    ],
)
def test_i7_i8_a_date_that_cannot_be_is_replaced_by_first_seen(
    published: datetime | None, trust: DateTrust, *, believed: bool
) -> None:
    entry = one(dated(published))
    assert entry.date_trust is trust
    assert entry.published_at == (published if believed else NOW)


@pytest.mark.parametrize(
    ("published", "alerts"),
    [
        (NOW, True),
        (NOW - timedelta(days=7), True),
        (NOW - timedelta(days=7, seconds=1), False),
        (datetime(2022, 3, 24, tzinfo=UTC), False),
        (None, True),
        (datetime(1970, 1, 1, tzinfo=UTC), True),
    ],
)
def test_i9_what_is_old_at_first_sight_is_kept_but_never_alerts(
    published: datetime | None, *, alerts: bool
) -> None:
    assert one(dated(published)).alerts is alerts


@pytest.mark.parametrize("published", [NOW, None])
def test_i9_the_first_poll_of_a_feed_is_history(published: datetime | None) -> None:
    assert one(dated(published), first_poll=True).alerts is False


HOUR_AGO = NOW - timedelta(hours=1)
SEOUL = replace(FEED, timezone="Asia/Seoul")
NEW_YORK = replace(FEED, timezone="America/New_York")


@pytest.mark.parametrize(
    ("feed", "written", "trust", "published"),
    [
        # without a zone nobody knows when it was, so first seen is used
        (FEED, datetime(2026, 3, 2, 9, tzinfo=UTC), DateTrust.NAIVE, NOW),
        # 20:00 in Seoul is 11:00 UTC; read as UTC it would lie in the future
        (SEOUL, datetime(2026, 3, 2, 20, tzinfo=UTC), DateTrust.CLAIMED, HOUR_AGO),
        (NEW_YORK, datetime(2026, 3, 2, 6, tzinfo=UTC), DateTrust.CLAIMED, HOUR_AGO),
        # summer time, and the hour that clocks repeat is the first of the two
        (NEW_YORK, datetime(2025, 7, 2, 6, tzinfo=UTC), DateTrust.CLAIMED,
         datetime(2025, 7, 2, 10, tzinfo=UTC)),
        (NEW_YORK, datetime(2025, 11, 2, 1, 30, tzinfo=UTC), DateTrust.CLAIMED,
         datetime(2025, 11, 2, 5, 30, tzinfo=UTC)),
        (SEOUL, datetime(2026, 3, 9, 20, tzinfo=UTC), DateTrust.FUTURE, NOW),
        (FEED, datetime(2026, 3, 9, 20, tzinfo=UTC), DateTrust.FUTURE, NOW),
        (FEED, datetime(1970, 1, 1, tzinfo=UTC), DateTrust.ANCIENT, NOW),
    ],
)  # fmt: skip
def test_i10_a_date_without_a_zone_is_in_the_feeds_zone_or_not_believed(
    feed: Feed, written: datetime, trust: DateTrust, published: datetime
) -> None:
    raw = RawEntry(guid="1", title="Talks resume", published=written, zoned=False)
    (entry,) = normalise(raw, feed=feed).entries
    assert (entry.date_trust, entry.published_at) == (trust, published)


def test_i10_a_date_that_names_its_zone_is_not_moved_to_the_feeds() -> None:
    (entry,) = normalise(dated(NOW), feed=SEOUL).entries
    assert (entry.date_trust, entry.published_at) == (DateTrust.CLAIMED, NOW)


@pytest.mark.parametrize(("days", "alerts"), [(7, True), (7.6, False), (3000, False)])
def test_i9_a_naive_date_still_tells_what_is_old_wherever_it_was_written(
    days: float, *, alerts: bool
) -> None:
    written = NOW - timedelta(days=days)
    raw = RawEntry(guid="1", title="Talks resume", published=written, zoned=False)
    entry = one(raw)
    assert (entry.published_at, entry.alerts) == (NOW, alerts)


def test_i5_a_date_that_moves_changes_neither_identity_nor_content() -> None:
    before, after = one(dated(NOW)), one(dated(NOW - timedelta(hours=5)))
    assert (before.id, before.content_hash) == (after.id, after.content_hash)


def test_i6_a_feed_that_was_only_rebuilt_changes_nothing() -> None:
    raw = dated(NOW)
    first = ParsedFeed(format="rss20", title="World", entries=(raw,), ttl=timedelta(minutes=5))
    second = ParsedFeed(format="rss20", title="World news", entries=(raw,))
    assert entries(first, FEED, first_poll=False, now=NOW) == entries(
        second, FEED, first_poll=False, now=NOW
    )


@pytest.mark.parametrize(
    ("title", "same"),
    [
        ("Kim’s envoy – “talks” resume", True),
        ('KIM\'S ENVOY - "TALKS"  RESUME', True),
        ('Kim\'s envoy - "talks" resume\u00a0', True),
        ('Kim\'s envoy - "talks" resume?', False),
        ('Kim\'s envoy - "talks" collapse', False),
        ('Kim\'s envoy - "talks" resume 2', False),
    ],
)
def test_i5_the_words_make_the_content(title: str, *, same: bool) -> None:
    original = content_hash('Kim\'s envoy - "talks" resume', "")
    assert (content_hash(title, "") == original) is same


def test_the_content_knows_title_from_summary() -> None:
    assert len({content_hash("ab", "c"), content_hash("a", "bc"), content_hash("abc", "")}) == 3


def test_nothing_is_left_out_silently() -> None:
    found = normalise(
        RawEntry(guid="1", title="Talks", language="en-GB"),
        RawEntry(guid="2", title="회담", language="ko"),
        RawEntry(guid="3", link="https://wire.example/c"),
        RawEntry(guid="4", summary="neither title nor link"),
        RawEntry(guid="1", title="Talks", language="en"),
        feed=Feed(id="wire", url="", outlet="O", language="en"),
    )
    assert [entry.key for entry in found.entries] == ["1", "3"]
    assert found.warnings == (
        "1 of 5 entries left out: neither title nor link",
        "1 of 5 entries left out: not in the language “en”",
        "1 of 5 entries left out: listed twice",
    )


@pytest.mark.parametrize(
    ("language", "wanted", "kept"),
    [
        ("en", "en", True), ("en-gb", "en", True), ("EN_us", "en", True), ("", "en", True),
        ("ko", "", True), ("eng", "en", False), ("pt", "en", False), ("en", "en-gb", False),
    ],
)  # fmt: skip
def test_languages(language: str, wanted: str, *, kept: bool) -> None:
    assert speaks(language, wanted) is kept


@given(
    st.lists(
        st.builds(
            RawEntry,
            guid=st.text(max_size=5),
            link=st.sampled_from(["", "https://a.example/", "https://b.example/#1"]),
            title=st.text(max_size=5),
            summary=st.text(max_size=5),
            published=st.none() | st.datetimes(timezones=st.just(UTC)),
            zoned=st.booleans(),
        ),
        max_size=8,
    )
)
def test_any_rows_become_distinct_entries_never_published_beyond_tomorrow(
    raws: list[RawEntry],
) -> None:
    found = normalise(*raws)
    assert len({entry.id for entry in found.entries}) == len(found.entries)
    assert all(len(entry.id) == 16 for entry in found.entries)
    assert all(entry.published_at <= NOW + timedelta(hours=24) for entry in found.entries)
    left_out = sum(int(warning.split()[0]) for warning in found.warnings)
    assert left_out + len(found.entries) == len(raws)
