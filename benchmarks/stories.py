"""Measures copies and stories on labelled data beside other ways to find them; prints Markdown.

Run from the checkout: `python -m benchmarks.stories [--show 10]`. Thresholds of the others are
tuned on the earlier half and on the first day, ours are as shipped; the later half and the second
day are reported. `--show` prints that many wrong merges and misses of ours; the headlines are not
ours to keep.
"""

import argparse
import importlib.util
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from benchmarks.stories_data import (
    DATA,
    Clustered,
    Pair,
    day,
    halves,
    hard_pairs,
    sport,
    title_pairs,
    unlike_pairs,
    wire_pairs,
)
from benchmarks.stories_measures import Score, b_cubed, of_pairs, pairwise
from benchmarks.stories_rivals import RIVALS, Likeness, Rival, clusters
from monitor.core.stories.compare import HeadlinedMember, same_text, same_title, telling
from monitor.core.stories.headline import Headline, read
from monitor.core.stories.similarity import Rarity, count_words
from monitor.core.stories.story import group
from monitor.model.entries import Entry
from monitor.model.matches import Matched
from monitor.model.stories import Member, Relation, WordCounts
from monitor.polling.known import read_stories
from monitor.replay.memory_index import MemoryIndex

OURS = "ours"
Copied = Callable[[Entry, Entry], bool]


@dataclass(frozen=True, slots=True)
class Copies:
    """The pairs to tune on and to report on."""

    tuning: Sequence[Pair]
    held_back: Sequence[Pair]
    hard: Sequence[Pair]
    unlike_first: Sequence[Pair]
    unlike_second: Sequence[Pair]


def main() -> None:
    """Print all tables."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--show", type=int, default=0, help="wrong merges and misses to print")
    given = arguments.parse_args()
    first, second = day("2023-02-07"), day("2023-09-13")
    wires, titles = halves(wire_pairs()), halves(title_pairs())
    copies = Copies(
        tuning=[*wires[0], *titles[0]],
        held_back=[*wires[1], *titles[1]],
        hard=hard_pairs(),
        unlike_first=list(unlike_pairs(first)),
        unlike_second=list(unlike_pairs(second)),
    )
    _tell_copies(copies)
    _tell_stories(first, second, sport())
    if given.show:
        _show_copies(copies, given.show)
        _show_stories((first, second), given.show)


def _rivals() -> list[Rival]:
    installed = importlib.util.find_spec("datasketch") is not None
    return [rival for rival in RIVALS if installed or "datasketch" not in rival.name]


# --- ours ---------------------------------------------------------------------------------------


@cache
def _background() -> WordCounts:
    """Words of two other fortnights' headlines, as a daemon would have counted them."""
    told: list[Headline] = []
    for name in ("A_satellite_launch", "C_kim_putin"):
        with (DATA / "replay" / f"{name}.jsonl").open(encoding="utf-8") as lines:
            told += [
                read(row["title"], row["description"] or "", row["outlet"])
                for row in map(json.loads, lines)
            ]
    found = count_words(told)
    return WordCounts(entries=len(told), found={word: (count, 0) for word, count in found.items()})


@cache
def _told(one: Entry) -> HeadlinedMember:
    return telling(
        Member(
            entry_id=one.id,
            feed_id=one.feed_id,
            outlet=one.outlet,
            title=one.title,
            summary=one.summary,
            link=one.link,
            canonical_link=one.canonical_link,
            at=one.published_at,
            relation=Relation.ROOT,
            signature=frozenset(),
        )
    )


def _ours(first: Entry, second: Entry) -> bool:
    """Whether the second would be kept back as a copy of the first."""
    near = same_title(_told(second), _told(first)) or same_text(
        _told(second), _told(first), _rarity()
    )
    return near is not None and near.relation is Relation.COPY


@cache
def _rarity() -> Rarity:
    return Rarity(_background())


def _our_stories(clustered: Clustered) -> list[str]:
    matched = [Matched(entry=one, questions=("q",), matches=()) for one in clustered.entries]
    links = group(matched, (), words=_background(), now=clustered.entries[-1].published_at).links
    story_of = {link.entry_id: link.story_id for link in links}
    return [story_of[one.id] for one in clustered.entries]


def _streamed(clustered: Clustered) -> list[str]:
    """The stories when each entry is decided by what came before it, by the daemon's own look-up.

    Words are known from the background alone, as of a month ago.
    """
    index, background = MemoryIndex(), _background()
    begun = clustered.entries[0].published_at.date() - timedelta(days=30)
    counted = {word: ever for word, (ever, _) in background.found.items()}
    index.learn(counted, entries=background.entries, today=begun)
    for one in clustered.entries:
        now, matched = one.published_at, [Matched(entry=one, questions=("q",), matches=())]
        stories, words = read_stories(index, matched, now=now)
        found = group(matched, stories, words=words, now=now)
        index.save(found.stories, found.postings, found.gone)
        index.learn(found.words, entries=len(found.links), today=now.date())
    story_of = {m.entry_id: story.id for story in index.stories.values() for m in story.members}
    return [story_of[one.id] for one in clustered.entries]


# --- copies -------------------------------------------------------------------------------------


def _tell_copies(copies: Copies) -> None:
    print("### Copies: precision / recall / F1\n")
    print(
        "| | held-back pairs | one lead, found | one title, found | hard, wrongly hidden | found |"
    )
    print("|---|---|---|---|---|---|")
    by_class: dict[str, Counter[str]] = {}
    for name, copied in _ways(copies):
        pooled = of_pairs(_said(copied, [*copies.held_back, *copies.hard, *copies.unlike_second]))
        one_lead = of_pairs(_said(copied, [p for p in copies.held_back if p.kind == "wire"]))
        one_title = of_pairs(_said(copied, [p for p in copies.held_back if p.kind == "title"]))
        hidden = Counter(p.kind for p in copies.hard if not p.same and copied(p.first, p.second))
        found = sum(p.same and copied(p.first, p.second) for p in copies.hard)
        by_class[name] = hidden
        print(
            f"| {name} | {pooled} | {one_lead.recall:.3f} | {one_title.recall:.3f} "
            f"| {hidden.total()} of {sum(not p.same for p in copies.hard)} "
            f"| {found} of {sum(p.same for p in copies.hard)} |"
        )
    _tell_classes(copies, by_class)


def _tell_classes(copies: Copies, by_class: dict[str, Counter[str]]) -> None:
    kept = Counter(pair.kind for pair in copies.hard if not pair.same)
    print("\n### Hard pairs wrongly hidden, by class\n")
    print("| |", " | ".join(f"{name} ({count})" for name, count in sorted(kept.items())), "|")
    print("|---" * (len(kept) + 1) + "|")
    for name, hidden in by_class.items():
        print(f"| {name} |", " | ".join(str(hidden[kind]) for kind in sorted(kept)), "|")


def _ways(copies: Copies) -> Iterator[tuple[str, Copied]]:
    for rival in _rivals():
        threshold, alike = _tuned(rival, copies)
        yield f"{rival.name} ≥ {threshold:.2f}", _at_least(alike, threshold)
    yield OURS, _ours


def _tuned(rival: Rival, copies: Copies) -> tuple[float, Likeness]:
    """The threshold with the best F1 on the earlier half and the first day's unlike pairs."""
    pairs = [*copies.tuning, *copies.unlike_first]
    everyone = [*pairs, *copies.held_back, *copies.hard, *copies.unlike_second]
    entries = list(dict.fromkeys(one for p in everyone for one in (p.first, p.second)))
    best, chosen = -1.0, rival.thresholds[0]
    for threshold in rival.thresholds:
        alike = rival.make(entries, threshold)
        score = of_pairs(_said(_at_least(alike, threshold), pairs)).f1
        if score > best:
            best, chosen = score, threshold
    return chosen, rival.make(entries, chosen)


def _at_least(alike: Likeness, threshold: float) -> Copied:
    return lambda first, second: alike(second, first) >= threshold


def _said(copied: Copied, pairs: Iterable[Pair]) -> Iterator[tuple[bool, bool]]:
    return ((copied(pair.first, pair.second), pair.same) for pair in pairs)


# --- stories ------------------------------------------------------------------------------------


def _tell_stories(first: Clustered, second: Clustered, others: Clustered) -> None:
    print("\n### Stories: precision / recall / F1\n")
    print(
        f"| | pairs, {second.name} | B-cubed, {second.name} | B-cubed, {first.name} "
        "| B-cubed, OG2021 |"
    )
    print("|---|---|---|---|---|")
    for rival in _rivals():
        scores = [
            (b_cubed(first, _clustered(rival, first, threshold)).f1, -threshold)
            for threshold in rival.thresholds
        ]
        threshold = -max(scores)[1]
        rows = [_clustered(rival, one, threshold) for one in (second, first, others)]
        _tell_row(f"{rival.name} ≥ {threshold:.2f}", (second, first, others), rows)
    sets = (second, first, others)
    _tell_row(OURS, sets, [_our_stories(c) for c in sets])
    print("\nOne entry at a time, as a daemon groups them: pairs, then B-cubed\n")
    for one in (second, first):
        stories = _streamed(one)
        print(f"- {one.name}: {pairwise(one, stories)}; {b_cubed(one, stories)}", flush=True)


def _clustered(rival: Rival, clustered: Clustered, threshold: float) -> list[str]:
    return clusters(clustered.entries, rival.make(clustered.entries, threshold), threshold)


def _tell_row(name: str, sets: Sequence[Clustered], stories: Sequence[Sequence[str]]) -> None:
    scores: list[Score] = [pairwise(sets[0], stories[0])]
    scores += [b_cubed(one, told) for one, told in zip(sets, stories, strict=True)]
    print(f"| {name} |", " | ".join(map(str, scores)), "|", flush=True)


# --- wrong merges and misses --------------------------------------------------------------------


def _show_copies(copies: Copies, count: int) -> None:
    pairs = [*copies.held_back, *copies.hard, *copies.unlike_first, *copies.unlike_second]
    wrong = [p for p in pairs if not p.same and _ours(p.first, p.second)]
    missed = [p for p in copies.held_back if p.same and not _ours(p.first, p.second)]
    for what, found in (("wrong copies", wrong), ("missed copies", missed)):
        print(f"\n{len(found)} {what}")
        for pair in found[:: max(1, len(found) // count)][:count]:
            _show(pair.kind, pair.first, pair.second)


def _show_stories(days: Iterable[Clustered], count: int) -> None:
    wrong: list[tuple[Entry, Entry]] = []
    missed: list[tuple[Entry, Entry]] = []
    for one in days:
        stories = _our_stories(one)
        for a in range(len(stories)):
            for b in range(a + 1, len(stories)):
                same = one.events[a] == one.events[b]
                pair = (one.entries[a], one.entries[b])
                if stories[a] == stories[b] and not same and not one.arguable[a] & one.arguable[b]:
                    wrong.append(pair)
                if stories[a] != stories[b] and same:
                    missed.append(pair)
    for what, found in (("wrong merges", wrong), ("missed merges", missed)):
        print(f"\n{len(found)} {what}")
        for first, second in found[:: max(1, len(found) // count)][:count]:
            _show("", first, second)


def _show(kind: str, first: Entry, second: Entry) -> None:
    print(f"  {kind} {first.outlet}: {first.title}\n      {second.outlet}: {second.title}")


if __name__ == "__main__":
    main()
