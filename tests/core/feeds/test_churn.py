"""What happened to a feed's entries between one document and the next."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.feeds.churn import Churn, History, total
from monitor.core.feeds.normalise import Normalised, entries
from monitor.model.feeds import Feed, ParsedFeed, RawEntry

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FEED = Feed(id="wire", url="https://wire.example/rss", outlet="The Wire")


def document(*rows: RawEntry) -> Normalised:
    parsed = ParsedFeed(format="rss20", title="World", entries=rows)
    return entries(parsed, FEED, first_poll=False, now=NOW)


def row(name: str, title: str = "", *, guid: str = "", hours: float = 0) -> RawEntry:
    return RawEntry(
        guid=guid or f"https://wire.example/{name}#0",
        link=f"https://wire.example/{name}",
        title=title or f"The long and rather ordinary title of {name} this morning",
        published=NOW - timedelta(hours=hours),
    )


def test_each_kind_of_change_is_counted_once() -> None:
    history = History()
    first = [row(name) for name in "abcdefg"]
    second = [
        row("h"),
        row("a"),
        row("b", hours=3),
        row("c", guid="https://wire.example/c#1"),
        row("d", "The long and rather ordinary title of d this Monday morning", hours=3),
        row("e", "Minister resigns over treaty"),
        row("f", guid="another system's guid"),
    ]
    assert history.take(document(*first)) == Churn(documents=1, new=7)
    assert history.take(document(*second)) == Churn(
        documents=1, new=1, revised=2, developed=1, redated=1, unchanged=3, reguided=2, vanished=1
    )
    assert history.take(document(*second, row("g"))) == Churn(documents=1, unchanged=8, returned=1)
    assert history.take(document()) == Churn(documents=1, vanished=8)


def test_a_change_is_counted_against_the_last_listing() -> None:
    history = History()
    titles = ("Talks resume in Geneva", "Talks resume in Geneva, envoys say")
    got = [history.take(document(row("a", titles[n % 2]))) for n in range(4)]
    assert [churn.revised for churn in got] == [0, 1, 1, 1]


ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from("abc"),
        st.sampled_from(["", "Talks resume", "Talks collapse"]),
        guid=st.sampled_from(["", "1", "2"]),
        hours=st.sampled_from([0.0, 1.0]),
    ),
    max_size=5,
)


@given(st.lists(ROWS, max_size=5))
def test_every_listing_is_of_one_kind_and_none_is_lost(documents: list[list[RawEntry]]) -> None:
    history, present = History(), 0
    for rows in documents:
        found = document(*rows)
        churn = history.take(found)
        kinds = churn.new + churn.revised + churn.redated + churn.unchanged
        assert kinds == len(found.entries)
        assert present - churn.vanished + churn.new + churn.returned == len(found.entries)
        assert churn.developed <= churn.revised
        present = len(found.entries)


def test_the_sum_of_nothing_is_nothing() -> None:
    assert total({}) == Churn()
    assert total({"a": Churn(new=1), "b": Churn(new=2, vanished=1)}) == Churn(new=3, vanished=1)
