"""Turns decisions and labels into precision, recall and F1: of pairs, and B-cubed of clusters."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from benchmarks.stories_data import Clustered


@dataclass(frozen=True, slots=True)
class Score:
    """Shares between 0 and 1; without anything found, precision is 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        return f"{self.precision:.3f} / {self.recall:.3f} / {self.f1:.3f}"


def of_pairs(found: Iterable[tuple[bool, bool]]) -> Score:
    """The score of decisions, each (said to be one, is one)."""
    counts = Counter(found)
    said = counts[True, True] + counts[True, False]
    there = counts[True, True] + counts[False, True]
    return Score(
        counts[True, True] / said if said else 1.0, counts[True, True] / there if there else 0.0
    )


def pairwise(clustered: Clustered, stories: Sequence[str]) -> Score:
    """The score of "these two are in one story", over the pairs that are not arguable."""
    return of_pairs(
        (stories[a] == stories[b], clustered.events[a] == clustered.events[b])
        for a, b in combinations(range(len(stories)), 2)
        if clustered.events[a] == clustered.events[b]
        or not clustered.arguable[a] & clustered.arguable[b]
    )


def b_cubed(clustered: Clustered, stories: Sequence[str]) -> Score:
    """The mean over entries of the shares of its story and of its event (Bagga, Baldwin, 1998).

    Entries whose pair with this one is arguable count neither way.
    """
    in_story, in_event = _places(stories), _places(clustered.events)
    precision = recall = 0.0
    for place, (story, event) in enumerate(zip(stories, clustered.events, strict=True)):
        told, there = in_story[story], in_event[event]
        both = len(told & there)
        arguable = clustered.arguable[place]
        open_ones = sum(
            not arguable.isdisjoint(clustered.arguable[other]) for other in told - there
        )
        precision += both / (len(told) - open_ones)
        recall += both / len(there)
    return Score(precision / len(stories), recall / len(stories))


def _places(names: Sequence[str]) -> dict[str, set[int]]:
    places: dict[str, set[int]] = {}
    for place, name in enumerate(names):
        places.setdefault(name, set()).add(place)
    return places
