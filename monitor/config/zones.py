"""Turns the name of a time zone in a YAML file into itself, or into a mistake with advice."""

from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from monitor.config.document import Node
from monitor.config.reader import Reader

EXPECTED = "a time zone like Asia/Seoul"


def zone(reader: Reader, node: Node | None) -> str:
    """The name of a zone that exists; "" when there is none or it was noted as a mistake."""
    name = reader.text(node, EXPECTED)
    if node is None or not name:
        return ""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        advice = reader.suggest(name, _all())
        reader.note(node, f"no time zone is called “{name}”", EXPECTED, advice)
        return ""
    return name


@cache
def _all() -> tuple[str, ...]:
    """All names, which takes a search through the files of the zones."""
    return tuple(sorted(available_timezones()))
