"""Arrivals for grouping tests, and how they are linked."""

from monitor.core.stories.story import group
from monitor.model.matches import Matched
from monitor.model.stories import StoryLink
from tests import build
from tests.build import NOON, at

TITLE = "Northern envoys return to the liaison office"
PAGE = "https://news.example/world/kaesong-1"


def arrival(
    id_: str,
    title: str = TITLE,
    hours: float = 0,
    *,
    outlet: str = "Reuters",
    summary: str = "",
    link: str = "",
    hits: tuple[str, ...] = (),
) -> Matched:
    entry = build.entry(id_, title, outlet=outlet, seen=at(hours), summary=summary, link=link)
    return build.matched(entry, *(build.match(hit) for hit in hits))


def linked(*arrivals: Matched) -> dict[str, StoryLink]:
    return {link.entry_id: link for link in group(arrivals, (), now=NOON).links}


def pair(one: str, other: str) -> StoryLink:
    """How the second of two titles, an hour later at another outlet, is linked."""
    return linked(arrival("a", one), arrival("b", other, 1, outlet="AP"))["b"]
