"""Reads from the store what deciding on arriving entries may depend on.

Of the stories only those that an arrival is in or may be near, so that the cost of an entry does
not grow with the archive. What is near is decided in `core`; here it is only looked up.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from monitor.core.judging import indicators, ledger, weigh
from monitor.core.judging.rules import Rules
from monitor.core.stories import keys, story
from monitor.core.stories.compare import telling
from monitor.core.stories.headline import Headline, read
from monitor.core.stories.similarity import Rarity
from monitor.model.flags import Review
from monitor.model.matches import Known, Matched
from monitor.model.questions import Brief, IndicatorState, Judgment, Question
from monitor.model.stories import Lookup, Story, WordCounts
from monitor.store import evidence as store_evidence
from monitor.store import flags as store_flags
from monitor.store import matches as store_matches
from monitor.store import rows
from monitor.store import stories as store_stories
from monitor.store import story_index as store_story_index
from monitor.store import watchlists as store_watchlists

MEMORY = timedelta(days=60)
"""How far back triggers look at least: 58 days tell what is usual, and no pause is longer."""

"""Before everything: a brief without a publication date counts all there is."""

Pair = tuple[Question, Brief, Judgment]


class Index(Protocol):
    """Where stories are found: the tables, or a replay's memory."""

    def stories_of(self, entry_ids: Iterable[str]) -> tuple[Story, ...]: ...

    def find(
        self, asked: Sequence[Sequence[Lookup]], *, limit: int, enough: int
    ) -> list[dict[str, int]]: ...

    def word_counts(self, wanted: Iterable[str], *, today: date) -> WordCounts: ...


@dataclass(frozen=True, slots=True)
class StoredIndex:
    """The tables."""

    conn: Connection

    def stories_of(self, entry_ids: Iterable[str]) -> tuple[Story, ...]:
        return store_stories.of_entries(self.conn, entry_ids)

    def find(
        self, asked: Sequence[Sequence[Lookup]], *, limit: int, enough: int
    ) -> list[dict[str, int]]:
        return store_story_index.find(self.conn, asked, limit=limit, enough=enough)

    def word_counts(self, wanted: Iterable[str], *, today: date) -> WordCounts:
        return store_story_index.word_counts(self.conn, wanted, today=today)


def read_known(
    conn: Connection, arriving: Sequence[Matched], *, rules: Rules, now: datetime
) -> Known:
    """What the store knows that deciding on these entries may depend on."""
    stories, words = read_stories(StoredIndex(conn), arriving, now=now)
    earliest = min(item.entry.published_at for item in arriving)
    hit = {match.indicator for item in arriving for match in item.matches}
    # members that count for nothing give no evidence, and most are such
    counting = [m.entry_id for story in stories for m in story.members if m.signature]
    matched = store_matches.matched(conn, counting)
    about = _concerned(conn, (*arriving, *matched), stories, rules)
    return replace(
        read_ledgers(conn, rules, earliest=earliest, hit=hit, now=now, about=about),
        stories=stories,
        words=words,
        matched=matched,
        decisions=store_stories.decisions(conn) if len(stories) > 1 else (),
    )


def _concerned(
    conn: Connection, matched: Iterable[Matched], stories: Iterable[Story], rules: Rules
) -> frozenset[str]:
    """The judgments that may gain or lose a row: of the questions that these entries are about,
    and those that these stories have spoken to. The ledgers of all others are left unread.
    """
    asked = {
        name
        for item in matched
        for name in (*item.questions, *(match.question for match in item.matches))
    }
    told = store_evidence.judgments(conn, [story.id for story in stories])
    own = {judgment.key for question, _, judgment in rules.pairs() if question.id in asked}
    return told | own


def read_ledgers(
    conn: Connection,
    rules: Rules,
    *,
    earliest: datetime,
    hit: Iterable[str],
    now: datetime,
    about: frozenset[str] | None = None,
) -> Known:
    """What triggers look at besides news dated `earliest` or later that `hit` these indicators.

    `about`: only the ledgers of these judgments and the flags of their briefs. None, or more than
    a statement should name: all of them.
    """
    about = None if about is not None and len(about) > rows.CHUNK else about
    pairs = [pair for pair in rules.pairs() if about is None or pair[2].key in about]
    briefs = None if about is None else sorted({brief.key for _, brief, _ in pairs})
    reviews = store_flags.last_resets(conn, briefs)
    start = memory_from(pairs, reviews, earliest, now)
    states = store_watchlists.indicators(conn)
    return Known(
        evidence=store_evidence.current(
            conn, since=start, judgments=None if about is None else sorted(about)
        ),
        older=store_evidence.older(conn, before=start, indicators=sorted(hit)),
        flags=store_flags.recent(conn, start, briefs),
        reviews=reviews,
        indicators=states,
        demoted=read_demoted(conn, rules, states),
        exclusions=store_evidence.exclusions(conn),
        resolved=frozenset(store_watchlists.resolved(conn)),
    )


def read_stories(
    index: Index, arriving: Sequence[Matched], *, now: datetime
) -> tuple[tuple[Story, ...], WordCounts]:
    """The stories that these entries are in or may be near, and the counts of the words that tell.

    What repeats a title, a lead or a link is told by that alone. Only for the rest are stories
    sought that share rare words, and are the words of all these stories counted.
    """
    own = index.stories_of([item.entry.id for item in arriving])
    placed = {member.entry_id for story in own for member in story.members}
    fresh = [item for item in arriving if item.entry.id not in placed]
    alike = _near(index, [keys.alike(*_asked(item)) for item in fresh])
    read_now = [_headline(item) for item in fresh]
    counts = _counts(
        index, (*(r.meaning for r in read_now), *(r.content for r in _told(alike))), now
    )
    rare = Rarity(counts, read_now)
    copies = story.copies(fresh, (*own, *alike), rare)
    rest = [item for item in fresh if item.entry.id not in copies]
    akin = _near(
        index, [keys.akin(_headline(item), item.entry.published_at, rare) for item in rest]
    )
    stories = {one.id: one for one in (*own, *alike, *akin)}
    if rest:
        counts = _counts(index, (r.meaning for r in _told(stories.values())), now, known=counts)
    return tuple(stories.values()), counts


def _near(index: Index, asked: Sequence[Iterable[Lookup]]) -> tuple[Story, ...]:
    """The stories of what is worth comparing with."""
    shared = index.find(
        [tuple(of_one) for of_one in asked], limit=keys.POSTINGS, enough=keys.ENOUGH
    )
    listed = (entry_id for of_one in shared for entry_id in keys.shortlist(of_one))
    return index.stories_of(dict.fromkeys(listed))


def _asked(item: Matched) -> tuple[Headline, str, datetime]:
    return _headline(item), item.entry.canonical_link, item.entry.published_at


def _headline(item: Matched) -> Headline:
    return read(item.entry.title, item.entry.summary, item.entry.outlet)


def _told(stories: Iterable[Story]) -> Iterator[Headline]:
    return (telling(member).read for story in stories for member in story.members)


def _counts(
    index: Index,
    words: Iterable[Iterable[str]],
    now: datetime,
    known: WordCounts | None = None,
) -> WordCounts:
    """Counts of these words, beside those known already."""
    asked = known.found if known else {}
    unknown = frozenset[str]().union(*words).difference(asked)
    counts = index.word_counts(unknown, today=now.astimezone(UTC).date())
    return replace(counts, found={**asked, **counts.found})


def read_demoted(
    conn: Connection, rules: Rules, states: Sequence[IndicatorState]
) -> frozenset[tuple[str, str]]:
    """(question, indicator) pairs that count one level weaker, because they misfired twice."""
    questions = {brief.key: question.id for question, brief, _ in rules.pairs()}
    return indicators.demoted(store_flags.blamed(conn), states, questions)


def memory_from(
    pairs: Iterable[Pair], reviews: Sequence[Review], earliest: datetime, now: datetime
) -> datetime:
    """From when on evidence and flags must be known to decide on entries dated `earliest` or later.

    The ledger's start, or the stretch that triggers look back; before either, what a story's points
    depend on.
    """
    start = min(ledger_start(pairs, reviews), now - MEMORY, earliest)
    return start - weigh.SATURATION


def ledger_start(pairs: Iterable[Pair], reviews: Sequence[Review]) -> datetime:
    """The earliest moment from which the ledger of any of these briefs counts."""
    resets = ledger.last_resets(reviews)
    starts = (ledger.started(brief, resets).read_from for _, brief, _ in pairs)
    return min(starts, default=ledger.BEGINNING)
