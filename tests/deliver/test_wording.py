"""Numbers, times and names as words."""

from datetime import UTC, datetime

import pytest

from monitor.deliver.wording import (
    DIRECTIONS,
    KINDS,
    Calendar,
    listed,
    sentence,
    written_day,
)
from monitor.errors import SettingsError
from monitor.model.flags import FlagKind
from monitor.model.questions import Direction

NOON = datetime(2019, 3, 26, 12, 5, tzinfo=UTC)


def test_lists_name_a_few() -> None:
    assert listed(("Reuters", "NPR", "AP"), 2) == "Reuters, NPR +1"
    assert listed(("Reuters", "NPR"), 2) == "Reuters, NPR"


def test_a_sentence_ends_once() -> None:
    assert sentence("It moved") == "It moved."
    assert sentence("Did it move?") == "Did it move?"
    assert sentence("") == ""


def test_times_are_local_and_name_the_zone() -> None:
    calendar = Calendar("Asia/Seoul", NOON)

    assert calendar.full(NOON) == "Tuesday 26 March 2019, 21:05 (Asia/Seoul)"
    assert calendar.moment(NOON) == "26 Mar 21:05"
    assert calendar.day(NOON) == "26 March"


def test_a_time_near_midnight_is_on_the_local_day() -> None:
    calendar = Calendar("Asia/Seoul", NOON)

    assert calendar.day(datetime(2019, 3, 26, 15, 0, tzinfo=UTC)) == "27 March"


def test_another_year_is_named() -> None:
    calendar = Calendar("UTC", NOON)
    earlier = datetime(2018, 6, 12, 9, 0, tzinfo=UTC)

    assert calendar.day(earlier) == "12 June 2018"
    assert calendar.moment(earlier) == "12 Jun 2018"


def test_summer_time_follows_the_moment_not_the_digest() -> None:
    calendar = Calendar("Europe/Berlin", NOON)

    assert calendar.moment(datetime(2019, 3, 30, 12, tzinfo=UTC)) == "30 Mar 13:00"
    assert calendar.moment(datetime(2019, 3, 31, 12, tzinfo=UTC)) == "31 Mar 14:00"


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "a\0b"])
def test_an_unknown_zone_is_a_settings_error(name: str) -> None:
    with pytest.raises(SettingsError, match="there is no time zone"):
        Calendar(name, NOON)


def test_a_written_day_is_read_if_it_is_one() -> None:
    assert written_day("2019-03-26") == "26 March 2019"
    assert written_day("spring 2019") == "spring 2019"


def test_every_kind_and_direction_has_words() -> None:
    assert set(KINDS) == set(FlagKind)
    assert set(DIRECTIONS) == set(Direction)
