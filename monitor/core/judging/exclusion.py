"""Turns what people said of evidence into what a story may not count for.

An exclusion names entries, not a story: it goes with them through merges, splits and copies that
join later. Must never decide by time, only by the order in which people spoke.
"""

from collections.abc import Sequence

from monitor.model.flags import Exclusion
from monitor.model.stories import Story

Said = tuple[str, str]
"""Judgment and indicator."""


def newest(story: Story, exclusions: Sequence[Exclusion]) -> dict[Said, Exclusion]:
    """The last word on each judgment and indicator that concerns the story; the oldest come first.

    A story is concerned when any of its entries was named.
    """
    if not exclusions:
        return {}
    members = {member.entry_id for member in story.members}
    return {
        (said.judgment, said.indicator): said
        for said in exclusions
        if not members.isdisjoint(said.entries)
    }


def excluded(story: Story, exclusions: Sequence[Exclusion]) -> frozenset[Said]:
    """What the story is no evidence for."""
    found = newest(story, exclusions)
    return frozenset(pair for pair, said in found.items() if not said.counts)
