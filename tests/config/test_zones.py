"""Names of time zones: cities are taken, abbreviations and offsets get the city that is meant."""

import pytest

from monitor.config import feeds
from monitor.errors import Severity

FEED = "feeds:\n- {id: a, url: 'https://a.example/x', outlet: A, timezone: '%s'}\n"
CITY = "expected the zone of a city, such as Asia/Seoul"


def told(zone: str) -> list[tuple[Severity, str]]:
    checked = feeds.check(FEED % zone, "f.yaml")
    found = [(each.severity, str(each).partition(": ")[2]) for each in checked.problems]
    return [(severity, said) for severity, said in found if f"“{zone}”" in said]


@pytest.mark.parametrize("zone", ["Asia/Seoul", "UTC", "GMT", "Etc/UTC", "Etc/GMT", "Japan", "ROK"])
def test_a_zone_that_is_surely_meant_is_taken(zone: str) -> None:
    assert told(zone) == []


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("EST", f"“EST”, which has no summer time; {CITY}; for example America/New_York"),
        ("CET", f"“CET”, which names no city; {CITY}; for example Europe/Berlin or Europe/Paris"),
        ("Etc/GMT+2", f"“Etc/GMT+2”, which is 2 hours behind UTC and has no summer time; {CITY}"),
        ("Etc/GMT-1", f"“Etc/GMT-1”, which is 1 hour ahead of UTC and has no summer time; {CITY}"),
    ],
)
def test_a_zone_that_is_hardly_meant_is_told(zone: str, said: str) -> None:
    assert told(zone) == [(Severity.WARNING, said)]


@pytest.mark.parametrize(
    ("zone", "advice"),
    [
        ("PST", "expected a time zone like Asia/Seoul; for example America/Los_Angeles"),
        ("ist", "for example Asia/Kolkata, Asia/Jerusalem or Europe/Dublin"),
        ("UTC+2", CITY),
        ("Asia/Seul", "did you mean “Asia/Seoul”?"),
    ],
)
def test_what_is_no_zone_is_a_mistake_with_the_city(zone: str, advice: str) -> None:
    ((severity, said),) = told(zone)
    assert severity is Severity.ERROR
    assert said.startswith(f"no time zone is called “{zone}”")
    assert advice in said
