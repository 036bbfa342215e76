"""Identity of entries. I numbers are identity and time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.identity import canonical_link, entry_key, identify, sort
from monitor.model.entries import DateTrust, Entry, KnownEntry, Sorted
from monitor.model.feeds import RawEntry

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(days=1)


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("HTTPS://News.Example/A/b", "https://news.example/A/b"),
        ("https://news.example:443/a", "https://news.example/a"),
        ("http://news.example:80/a", "http://news.example/a"),
        ("http://news.example:8080/a", "http://news.example:8080/a"),
        ("https://news.example/a#top", "https://news.example/a"),
        ("https://news.example/a?", "https://news.example/a"),
        ("https://news.example/a?at_medium=RSS&at_campaign=rss", "https://news.example/a"),
        ("https://news.example/a?utm_source=x&id=7&UTM_MEDIUM=y", "https://news.example/a?id=7"),
        ("https://news.example/a?b=2&a=1&fbclid=zz", "https://news.example/a?b=2&a=1"),
        ("https://news.example/a?feedType=RSS&feedName=world", "https://news.example/a"),
        ("https://news.example/a?mod=rss_markets_main", "https://news.example/a"),
        ("https://news.example/a?partner=rss&emc=rss", "https://news.example/a"),
        ("https://news.example/a?rss=1&path=rssfeed", "https://news.example/a?rss=1&path=rssfeed"),
        ("https://news.example/a?q=%2F%zz&empty=", "https://news.example/a?q=%2F%zz&empty="),
        ("https://user:Pass@News.example/", "https://user:Pass@news.example/"),
        ("mailto:Desk@News.example", "mailto:Desk@News.example"),
        ("http://[::1", "http://[::1"),
        ("", ""),
    ],
)
def test_i4_a_canonical_link_has_no_tracking(link: str, canonical: str) -> None:
    assert canonical_link(link) == canonical
    assert canonical_link(canonical) == canonical


@given(st.text(max_size=60) | st.text(max_size=40).map(lambda text: f"https://a.example/{text}"))
def test_a_canonical_link_is_its_own_canonical_link(link: str) -> None:
    assert canonical_link(canonical_link(link)) == canonical_link(link)


def test_i1_guid_then_link_then_title_and_date() -> None:
    whole = RawEntry(guid="tag:1", link="https://a.example/x?utm_source=f", title="T")
    assert entry_key(whole) == "tag:1"
    assert entry_key(RawEntry(link=whole.link, title="T")) == "https://a.example/x"
    first, again, later, other = (
        entry_key(RawEntry(title=title, published=at))
        for title, at in (("T", NOW), ("T", NOW), ("T", BEFORE), ("U", NOW))
    )
    assert first == again
    assert len({first, later, other, entry_key(RawEntry(title="T"))}) == 4


@pytest.mark.parametrize(
    "guid",
    [
        "https://www.bbc.example/news/articles/c1#0",
        "https://www.bbc.example/news/articles/c1#17",
        "https://www.bbc.example/news/articles/c1",
        "https://www.bbc.example/news/articles/c1?at_medium=RSS#2",
        "HTTPS://WWW.bbc.example/news/articles/c1?#2",
    ],
)
def test_i3_a_bumped_guid_is_the_same_entry(guid: str) -> None:
    assert entry_key(RawEntry(guid=guid)) == "https://www.bbc.example/news/articles/c1"


@pytest.mark.parametrize("guid", ["tag:news.example,2026:a#1", "https://a.example/live#post-12"])
def test_i3_other_fragments_are_part_of_the_identity(guid: str) -> None:
    assert entry_key(RawEntry(guid=guid)) == guid


@pytest.mark.parametrize(
    "raw",
    [
        RawEntry(guid="https://www.reuters.com/article/us-a/slug-idUSKCN1PC24J?feedType=RSS"),
        RawEntry(link="http://feeds.reuters.com/~r/reuters/topNews/~3/Ab-c/new-slug-idUSKCN1PC24J"),
        RawEntry(guid="x", link="https://www.reuters.com/article/idUSKCN1PC24J#comments"),
    ],
)
def test_a_reuters_wire_id_is_the_identity_whatever_the_slug(raw: RawEntry) -> None:
    assert entry_key(raw) == "idUSKCN1PC24J"


def test_a_wire_id_means_nothing_on_other_hosts() -> None:
    link = "https://mirror.example/notreuters.com/slug-idUSKCN1PC24J"
    assert entry_key(RawEntry(link=link)) == link
    assert entry_key(RawEntry(link=link.replace("mirror.example/not", "not"))).startswith("https")


def test_i2_one_guid_with_two_links_is_two_entries() -> None:
    first = RawEntry(guid="1", link="https://a.example/x", title="T")
    second = RawEntry(guid="1", link="https://a.example/y", title="U")
    third = RawEntry(guid="1", link="https://a.example/z", title="V")
    assert identify([first, second, third]) == (
        ("1", first),
        ("1 https://a.example/y", second),
        ("1 https://a.example/z", third),
    )


def test_i2_links_that_differ_in_tracking_only_are_one_entry() -> None:
    first = RawEntry(guid="1", link="https://a.example/x?utm_source=a", title="T")
    second = RawEntry(guid="1", link="https://a.example/x?utm_source=b", title="T")
    assert identify([first, second]) == (("1", first),)


def test_one_wire_story_under_two_slugs_is_one_entry() -> None:
    old, new = (
        RawEntry(
            link=f"https://www.reuters.com/article/{slug}-idUSKCN1PC24J",
            published=NOW + timedelta(hours=hour),
        )
        for hour, slug in enumerate(("talks-end", "talks-collapse"))
    )
    assert identify([old, new]) == (("idUSKCN1PC24J", new),)


def test_of_two_copies_the_one_published_last_stays_in_the_place_of_the_first() -> None:
    old = RawEntry(guid="1", title="Old", published=BEFORE)
    other = RawEntry(guid="2", title="Other")
    new = RawEntry(guid="1", title="New", published=NOW)
    assert identify([old, other, new]) == (("1", new), ("2", other))
    assert identify([new, other, old]) == (("1", new), ("2", other))


RAWS = st.lists(
    st.builds(
        RawEntry,
        guid=st.sampled_from(["", "1", "https://a.example/x#0", "https://a.example/x#1"]),
        link=st.sampled_from(["", "https://a.example/x", "https://a.example/y?utm_source=f"]),
        title=st.sampled_from(["", "T", "U"]),
        published=st.sampled_from([None, NOW, BEFORE]),
    ),
    max_size=8,
)


@given(RAWS)
def test_i2_keys_are_unique_and_no_pair_of_guid_and_link_is_lost(raws: list[RawEntry]) -> None:
    identified = identify(raws)
    keys = [key for key, _ in identified]
    assert len(keys) == len(set(keys))
    assert {(entry_key(raw), canonical_link(raw.link)) for raw in raws} == {
        (entry_key(raw), canonical_link(raw.link)) for _, raw in identified
    }


def entry(key: str, content: str, *, trust: DateTrust = DateTrust.CLAIMED) -> Entry:
    return Entry(
        id=f"id-{key}", feed_id="f", outlet="O", key=key, link="", canonical_link="", title="T",
        summary="", published_at=NOW, date_trust=trust, seen_at=NOW, content_hash=content,
    )  # fmt: skip


def known(key: str, content: str, revision: int = 1) -> KnownEntry:
    return KnownEntry(
        id=f"id-{key}", feed_id="f", key=key, content_hash=content, revision=revision,
        seen_at=BEFORE, published_at=BEFORE, alerts=True,
    )  # fmt: skip


def test_i5_new_revised_and_unchanged() -> None:
    parts = sort(
        [entry("new", "a"), entry("same", "a"), entry("changed", "b")],
        {"same": known("same", "a"), "changed": known("changed", "a", 3), "gone": known("x", "a")},
    )
    assert [found.key for found in parts.new] == ["new"]
    assert parts.unchanged == ("id-same",)
    (revised,) = parts.revised
    assert (revised.revision, revised.seen_at, revised.published_at) == (4, BEFORE, NOW)


def test_a_revision_without_a_date_keeps_its_old_one() -> None:
    parts = sort([entry("k", "b", trust=DateTrust.ABSENT)], {"k": known("k", "a")})
    assert parts.revised[0].published_at == BEFORE


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("12")),
    st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("12")),
)
def test_every_entry_is_in_exactly_one_part(now: dict[str, str], then: dict[str, str]) -> None:
    parts = sort(
        [entry(key, content) for key, content in now.items()],
        {key: known(key, content) for key, content in then.items()},
    )
    ids = [*(e.id for e in parts.new), *(e.id for e in parts.revised), *parts.unchanged]
    assert sorted(ids) == sorted(f"id-{key}" for key in now)


def test_an_empty_document_changes_nothing() -> None:
    assert sort([], {"k": known("k", "a")}) == Sorted(new=(), revised=(), unchanged=())


@pytest.mark.parametrize(("now", "before"), [(True, False), (False, True)])
def test_a_revision_alerts_if_it_or_what_came_before_does(now: bool, before: bool) -> None:
    """A late correction does not silence what was news, and new words can be news themselves."""
    late = replace(entry("k", "b"), alerts=now)
    parts = sort([late], {"k": replace(known("k", "a"), alerts=before)})
    assert parts.revised[0].alerts
