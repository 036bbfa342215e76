"""Identity of entries. I numbers are identity and time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.feeds.identity import Named, canonical_link, entry_id, entry_key, identify, pages
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
        ("https://news.example/%ec%84%9c?q=%ec", "https://news.example/%EC%84%9C?q=%EC"),
        ("https://news.example", "https://news.example/"),
        ("https://news.example?utm_id=1", "https://news.example/"),
        (
            "https://news.example/a?CMP=share_btn_tw&ito=1490&_hsmi=3&id=7",
            "https://news.example/a?id=7",
        ),
        ("https://user:Pass@News.example/", "https://user:Pass@news.example/"),
        ("mailto:Desk@News.example", "mailto:Desk@News.example"),
        ("http://[::1", "http://[::1"),
        ("", ""),
    ],
)
def test_i4_a_canonical_link_has_no_tracking(link: str, canonical: str) -> None:
    assert canonical_link(link) == canonical
    assert canonical_link(canonical) == canonical


PIECES = (
    "http", "s", ":", "//", "/", "a.example", "[", "]", "::1", ":80", ":443", ":x", "@", "?", "&",
    "=", "#", "#1", "%", "%4", "%4a", "%7E", "utm_source=x", "at_medium=RSS", "mod=rss_x", "id=7",
    ";", "é", "서울", "ǅ", "\u212a", " ", "\t", "\x00", "\ud800",
)  # fmt: skip
URLISH = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@given(
    st.text(max_size=60)
    | URLISH
    | URLISH.map(lambda text: f"https://a.example/{text}")
    | st.text(max_size=40).map(lambda text: f"https://a.example/{text}")
)
def test_any_text_has_a_canonical_link_that_is_its_own_canonical_link(link: str) -> None:
    found = canonical_link(link)
    assert canonical_link(found) == found
    assert all(canonical_link(page) == page for page in pages(link))
    assert pages(found) == pages(link)
    assert entry_key(RawEntry(guid=link, link=link)) == entry_key(RawEntry(guid=link, link=link))


@pytest.mark.parametrize(
    ("link", "there"),
    [
        ("https://a.example/x#2", ("https://a.example/x", "http://a.example/x")),
        ("http://a.example/?p=7&utm_id=1", ("http://a.example/?p=7", "https://a.example/?p=7")),
        ("https://a.example/", ()),
        ("https://a.example?utm_source=x", ()),
        ("tag:a", ()),
        ("", ()),
    ],
)
def test_a_page_is_the_same_under_http_and_https_and_a_front_page_is_none(
    link: str, there: tuple[str, ...]
) -> None:
    assert pages(link) == there


def test_the_id_follows_from_feed_and_key_alone() -> None:
    """Stored ids must stay valid: this value may never change."""
    assert entry_id("wire", "1") == "xbi4wwmlcplhpli6"
    assert len({entry_id("a", "bc"), entry_id("ab", "c"), entry_id("a", "b c")}) == 3


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
        RawEntry(link="https://mobile.reuters.com/article/amp/idUSKCN1PC24J?utm_source=x"),
    ],
)
def test_a_reuters_wire_id_is_the_identity_whatever_the_slug(raw: RawEntry) -> None:
    assert entry_key(raw) == "idUSKCN1PC24J"


def test_a_wire_id_means_nothing_on_other_hosts() -> None:
    link = "https://mirror.example/notreuters.com/slug-idUSKCN1PC24J"
    assert entry_key(RawEntry(link=link)) == link
    assert entry_key(RawEntry(link=link.replace("mirror.example/not", "not"))).startswith("https")


def test_the_issues_own_wire_id_is_one_entry_across_slugs() -> None:
    slugs = ("us-northkorea-trump", "trump-says-new-sanctions-to-be-withdrawn")
    keys = {
        entry_key(RawEntry(guid=link, link=link))
        for slug in slugs
        for link in (f"https://www.reuters.com/article/us-a/{slug}-idUSKCN1R32AF",)
    }
    assert keys == {"idUSKCN1R32AF"}


def test_i2_one_guid_with_two_links_is_two_entries() -> None:
    first = RawEntry(guid="1", link="https://a.example/x", title="T")
    second = RawEntry(guid="1", link="https://a.example/y", title="U")
    third = RawEntry(guid="1", link="https://a.example/z", title="V")
    assert identify([first, second, third]) == (
        Named("1", "1", first),
        Named("1 https://a.example/y", "1", second),
        Named("1 https://a.example/z", "1", third),
    )


def test_two_titles_on_one_page_without_guids_are_two_entries() -> None:
    """Agencies whose bulletin all links to the front page; the same title twice is one entry."""
    front = "https://agency.example/"
    titles = ("Talks resume", "Envoy leaves", "Talks resume", "Envoy leaves.")
    named = identify([RawEntry(link=front, title=title) for title in titles])
    assert [one.raw.title for one in named] == ["Talks resume", "Envoy leaves"]
    assert named[0].key == named[1].base == front
    assert named[1].key.startswith(f"{front} ")


def test_i2_links_that_differ_in_tracking_only_are_one_entry() -> None:
    first = RawEntry(guid="1", link="https://a.example/x?utm_source=a", title="T")
    second = RawEntry(guid="1", link="https://a.example/x?utm_source=b", title="T")
    assert identify([first, second]) == (Named("1", "1", first),)


def test_one_wire_story_under_two_slugs_is_one_entry() -> None:
    old, new = (
        RawEntry(
            link=f"https://www.reuters.com/article/{slug}-idUSKCN1PC24J",
            published=NOW + timedelta(hours=hour),
        )
        for hour, slug in enumerate(("talks-end", "talks-collapse"))
    )
    assert identify([old, new]) == (Named("idUSKCN1PC24J", "idUSKCN1PC24J", new),)


def test_of_two_copies_the_one_published_last_stays_in_the_place_of_the_first() -> None:
    old = RawEntry(guid="1", title="One", summary="Old", published=BEFORE)
    other = RawEntry(guid="2", title="Other")
    new = RawEntry(guid="1", title="One", summary="New", published=NOW)
    expected = (Named("1", "1", new), Named("2", "2", other))
    assert identify([old, other, new]) == expected
    assert identify([new, other, old]) == expected


def test_one_guid_with_three_titles_is_three_entries() -> None:
    link = "https://a.example/live"
    raws = [RawEntry(guid="1", link=link, title=title) for title in ("One", "Two", "Three")]
    assert [named.raw for named in identify(raws)] == raws
    moved = [RawEntry(guid="1", link=f"{link}/2", title=title) for title in ("Four", "Five")]
    assert [named.raw for named in identify([*raws, *moved])] == [*raws, *moved]


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
    keys = [named.key for named in identified]
    assert len(keys) == len(set(keys))
    assert {(entry_key(raw), canonical_link(raw.link)) for raw in raws} == {
        (named.base, canonical_link(named.raw.link)) for named in identified
    }
