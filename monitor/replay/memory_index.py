"""Finds stories and counts words in dictionaries, with the answers that the tables would give."""

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from monitor.model.counting import NEVER, Counted, more, of_late
from monitor.model.stories import Lookup, Posting, Story, WordCounts

_LAST = "\U0010ffff"
"""Sorts behind every entry id."""


@dataclass(slots=True)
class MemoryIndex:
    """Stories, the postings they are found by, and in how many entries each word stood."""

    stories: dict[str, Story] = field(default_factory=dict)
    _story_of: dict[str, str] = field(default_factory=dict)  # by entry id
    _postings: dict[str, list[tuple[datetime, str]]] = field(default_factory=dict)  # by key
    _words: dict[str, Counted] = field(default_factory=dict)
    _entries: Counted = NEVER

    def stories_of(self, entry_ids: Iterable[str]) -> tuple[Story, ...]:
        """The stories that these entries are in."""
        held = self._story_of
        ids = dict.fromkeys(held[entry_id] for entry_id in entry_ids if entry_id in held)
        return tuple(self.stories[story_id] for story_id in ids)

    def find(
        self, asked: Sequence[Sequence[Lookup]], *, limit: int, enough: int
    ) -> list[dict[str, int]]:
        """For each group of look-ups, the entry ids they find and the weight of what found them.

        Of each look-up the newest `limit`, and those of the same moment as the last of these;
        entries that come to less than `enough` are left out.
        """
        return [self._shared(group, limit, enough) for group in asked]

    def _shared(self, group: Sequence[Lookup], limit: int, enough: int) -> dict[str, int]:
        weights: Counter[str] = Counter()
        for lookup in group:
            for entry_id in self._found(lookup, limit):
                weights[entry_id] += lookup.weight
        return {entry_id: weight for entry_id, weight in weights.items() if weight >= enough}

    def _found(self, lookup: Lookup, limit: int) -> list[str]:
        rows = self._postings.get(lookup.key, ())
        first = bisect_left(rows, (lookup.since, ""))
        end = bisect_right(rows, (lookup.until, _LAST))
        if end - first > limit:
            first = bisect_left(rows, (rows[end - limit][0], ""), first, end)
        return [entry_id for _, entry_id in rows[first:end]]

    def word_counts(self, wanted: Iterable[str], *, today: date) -> WordCounts:
        """The counts of these words as of a day in UTC."""
        day = today.toordinal()
        found = of_late(self._words, wanted, day)
        entries, recent = of_late({"": self._entries}, [""], day).get("", (0, 0))
        return WordCounts(entries=entries, recent=recent, found=found)

    def save(
        self, stories: Iterable[Story], postings: Iterable[Posting], gone: Iterable[str] = ()
    ) -> None:
        """Keep these stories as they are now, and none of those that are `gone`."""
        for story_id in gone:
            del self.stories[story_id]
        for story in stories:
            self.stories[story.id] = story
            self._story_of |= dict.fromkeys((m.entry_id for m in story.members), story.id)
        for posting in postings:
            rows, row = self._postings.setdefault(posting.key, []), (posting.at, posting.entry_id)
            if not rows or rows[-1] < row:
                rows.append(row)
            elif rows[bisect_left(rows, row)] != row:
                insort(rows, row)

    def learn(self, found: Mapping[str, int], *, entries: int, today: date) -> None:
        """Count that each word was found in so many of `entries` new entries."""
        if not entries:
            return
        day = today.toordinal()
        self._entries = more(self._entries, entries, day)
        for word, count in found.items():
            self._words[word] = more(self._words.get(word, NEVER), count, day)
