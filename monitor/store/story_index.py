"""What stories are found by: the words and hashes of their members, and how rare each word is.

Looking members up costs what lies in the window asked for and the limit, never the archive.

Counts of words are of grouped entries: ever, and on the last two days. They are whole numbers, so
that they do not depend on the order in which entries are counted. What a poll counted is a note,
one row; notes are added to the table of words when there are many, since their words lie all over
it. A writer remembers the counts that it read, together with a stamp that every change replaces in
the same transaction: where the stored stamp is another one, another process wrote or a transaction
of its own was rolled back, and it reads anew. Must never hand out a count that the tables do not
hold.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal_column,
    select,
    true,
)

from monitor.model.counting import NEVER, Counted, more, of_late
from monitor.model.stories import Lookup, Posting, WordCounts
from monitor.store import engine, meta, statements
from monitor.store.schema import story_postings, word_notes, words
from monitor.store.types import Moments, UTCDateTime


def find(
    conn: Connection, asked: Sequence[Sequence[Lookup]], *, limit: int, enough: int
) -> list[dict[str, int]]:
    """For each group of look-ups, the entry ids they find and the weight of what found them.

    Of each look-up the newest `limit`, and those of the same moment as the last of these; entries
    whose weights come to less than `enough` are left out.
    """
    told = Moments()
    rows = [
        [place, one.key, told[one.since], told[one.until]]
        for place, one in enumerate(one for of_one in asked for one in of_one)
    ]
    if not rows:
        return [{} for _ in asked]
    answers = conn.execute(_newest(conn.dialect.name), {"asked": rows, "limit": limit}).all()
    ids = iter(found for _, found in sorted(answers, key=itemgetter(0)))
    return [_shared(zip(of_one, ids, strict=False), enough) for of_one in asked]


def _shared(lookups: Iterable[tuple[Lookup, str | None]], enough: int) -> dict[str, int]:
    weights: dict[str, int] = {}
    for one, ids in lookups:
        for entry_id in ids.split(_APART) if ids else ():
            weights[entry_id] = weights.get(entry_id, 0) + one.weight
    return {entry_id: weight for entry_id, weight in weights.items() if weight >= enough}


_APART: Final = "\x1f"
"""Between the entry ids that one look-up finds. Handing out a row for each takes far longer."""


@cache
def _newest(dialect: str) -> Select[int, str | None]:
    """Where a look-up has more than the limit, its window begins at the last that counts."""
    asked = statements.given(
        dialect, "asked", place=Integer, key=Text, since=UTCDateTime, until=UTCDateTime
    )
    older, c, a = story_postings.alias().c, story_postings.c, asked.c
    last = (
        select(older.at)
        .where(older.key == a.key, older.at.between(a.since, a.until))
        .order_by(older.at.desc())
        .limit(1)
        .offset(bindparam("limit", type_=Integer) - 1)
        .correlate(asked)
        .scalar_subquery()
    )
    since = func.coalesce(last, a.since)
    ids = select(statements.joined(dialect, c.entry_id, _APART))
    ids = ids.where(c.key == a.key, c.at.between(since, a.until)).correlate(asked)
    return select(a.place, ids.scalar_subquery())


def add(conn: Connection, postings: Iterable[Posting]) -> None:
    """Store postings; those that are there already are left as they are."""
    told = Moments()
    new = [[posting.key, told[posting.at], posting.entry_id] for posting in postings]
    if new:
        conn.execute(_adding(conn.dialect.name), {"new": new})


@cache
def _adding(dialect: str) -> statements.Upsert:
    new = statements.given(dialect, "new", key=Text, at=UTCDateTime, entry_id=Text)
    return (
        statements.insert_of(dialect, story_postings)
        .from_select(["key", "at", "entry_id"], select(new).where(true()))
        .on_conflict_do_nothing()
    )


def empty(conn: Connection) -> bool:
    """Whether nothing is indexed."""
    return conn.scalar(select(story_postings.c.key).limit(1)) is None


def prune(conn: Connection, before: datetime) -> int:
    """Forget postings of entries dated earlier than `before`; returns how many."""
    return conn.execute(delete(story_postings).where(story_postings.c.at < before)).rowcount


ENTRIES: Final = ""
"""The word whose count is that of the entries."""

NOTED: Final = 8_192
"""Words in notes, each note's counted apart, before they are added to the table."""

REMEMBERED: Final = 131_072
"""Words that one process remembers, some 25 MB; then it begins anew."""

_STAMP: Final = "words"

Note: TypeAlias = tuple[int, Mapping[str, int]]
"""A day, and in how many of its entries each word was found."""


@dataclass(slots=True)
class _Book:
    """What the tables hold as of a stamp: all notes, and the counts that were asked for."""

    stamp: str
    notes: list[Note]
    counts: dict[str, Counted] = field(default_factory=dict)

    def ask(self, conn: Connection, wanted: list[str]) -> None:
        """Have the counts of these words."""
        unknown = [word for word in wanted if word not in self.counts]
        if not unknown:
            return
        if len(self.counts) > REMEMBERED:
            self.counts.clear()
            unknown = wanted
        counts = dict.fromkeys(unknown, NEVER)
        stored = conn.execute(_counting(conn.dialect.name), {"asked": unknown}).all()
        counts |= {word: (ever, day, now, before) for word, ever, day, now, before in stored}
        for day, found in self.notes:
            for word in counts.keys() & found.keys():
                counts[word] = more(counts[word], found[word], day)
        self.counts |= counts

    def add(self, note: Note, stamp: str) -> None:
        """Know of one more note."""
        day, found = note
        self.stamp = stamp
        self.notes.append(note)
        for word in found.keys() & self.counts.keys():
            self.counts[word] = more(self.counts[word], found[word], day)


def word_counts(conn: Connection, wanted: Iterable[str], *, today: date) -> WordCounts:
    """The counts of these words as of a day in UTC."""
    book, day = _book(conn), today.toordinal()
    asked = [ENTRIES, *wanted]
    book.ask(conn, asked)
    found = of_late(book.counts, asked, day)
    ever, recent = found.pop(ENTRIES, (0, 0))
    return WordCounts(entries=ever, recent=recent, found=found)


def learn_words(conn: Connection, found: Mapping[str, int], *, entries: int, today: date) -> None:
    """Count that each word was found in so many of `entries` new entries."""
    if not entries:
        return
    book = _book(conn)
    note = (today.toordinal(), {ENTRIES: entries, **found})
    conn.execute(_NOTING, {"day": note[0], "found": note[1]})
    book.add(note, _stamp(conn))
    if sum(len(found) for _, found in book.notes) > NOTED:
        _add_up(conn, book)


def prune_words(conn: Connection, before: date) -> int:
    """Forget words that were last found earlier than `before`; returns how many."""
    _add_up(conn, _book(conn))
    _stamp(conn)
    return conn.execute(delete(words).where(words.c.day < before.toordinal())).rowcount


def _book(conn: Connection) -> _Book:
    """The book as of what is stored."""
    stamp = meta.get(conn, _STAMP) or ""
    # for writers alone: they take turns, and a reader may be of an older moment
    remembered = engine.memory(conn) if engine.writes(conn) else {}
    held = remembered.get(_STAMP)
    if isinstance(held, _Book) and held.stamp == stamp:
        return held
    book = remembered[_STAMP] = _Book(stamp, [(day, found) for day, found in conn.execute(_NOTES)])
    return book


def _stamp(conn: Connection) -> str:
    """A new stamp, stored."""
    stamp = secrets.token_hex(8)
    meta.put(conn, _STAMP, stamp)
    return stamp


def _add_up(conn: Connection, book: _Book) -> None:
    """Add the notes to the table, a day at a time, and drop them."""
    for day, notes in groupby(book.notes, key=itemgetter(0)):
        together: dict[str, int] = {}
        for _, found in notes:
            for word, count in found.items():
                together[word] = together.get(word, 0) + count
        learnt = dict(sorted(together.items()))
        conn.execute(_learning(conn.dialect.name), {"learnt": learnt, "day": day})
    conn.execute(delete(word_notes))
    book.notes.clear()


_DAY = bindparam("day", type_=Integer)
_NOTING = insert(word_notes)
_NOTES = select(word_notes.c.day, word_notes.c.found).order_by(word_notes.c.id)


@cache
def _counting(dialect: str) -> Select[Any]:
    c, asked = words.c, statements.listed(dialect, "asked")
    return select(c.word, c.entries, c.day, c.today, c.before).where(c.word.in_(asked))


@cache
def _learning(dialect: str) -> statements.Upsert:
    word, entries = statements.numbered(dialect, "learnt").c
    statement = statements.insert_of(dialect, words).from_select(
        ["word", "entries", "day", "today", "before"],
        select(word, entries, _DAY, entries, literal_column("0")).where(true()),
    )
    new, c = statement.excluded, words.c
    same_day = c.day >= new.day
    changed = {
        "entries": c.entries + new.entries,
        "today": case((same_day, c.today + new.today), else_=new.today),
        "before": case((same_day, c.before), (c.day == new.day - 1, c.today), else_=0),
        "day": case((same_day, c.day), else_=new.day),
    }
    return statement.on_conflict_do_update(index_elements=["word"], set_=changed)
