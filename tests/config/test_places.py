"""Where the dates of a watchlist stand, for findings about them."""

from monitor.config import watchlists
from monitor.config.places import places
from tests.config.watchlist_texts import FULL, MINIMAL


def test_dates_are_found_where_they_are_written() -> None:
    found = places(watchlists.parse(FULL, "w.yaml"))
    lines = FULL.splitlines()

    assert set(found) == {("pact", "closes"), ("pact", "talks")}
    line, column = found["pact", "closes"]
    assert lines[line - 1][column - 1 :] == "2019-12-31"
    line, column = found["pact", "talks"]
    assert lines[line - 1][column - 1 :].startswith("2019-07-31, strength")


def test_a_watchlist_without_dates_has_none() -> None:
    assert places(watchlists.parse(MINIMAL, "w.yaml")) == {}
