"""Finds entries and stories by their words, the newest first, and keeps entries findable.

Every entry has a number that says when it was first seen. Where a page also filters, it looks
through BUDGET entries with those words at most and then says how far back it came: the next page
goes on from there. So no search is slow, whatever is typed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    cast,
    column,
    delete,
    exists,
    func,
    literal,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from monitor.model.entries import Entry
from monitor.model.search import MOST, Search, Term, Terms, words
from monitor.store import rows, statements
from monitor.store.schema import FTS, entries, entry_words, matches, stories, story_members
from monitor.store.statements import Statement

_W = entry_words.c

A_SECOND: Final = 100_000
"""Numbers that one second has; its entries beyond that get those of the next."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BOUND: Final = "000bound000"


_INDEX = Statement(
    lambda dialect: statements.upsert(
        dialect, entry_words, key=["entry_id"], kept=["number", "feed_id"]
    ),
    [column.name for column in entry_words.c],
)
_HIGHEST = Statement(
    lambda _: select(func.max(_W.number)).where(
        _W.number.between(bindparam("first"), bindparam("last"))
    )
)


def index(conn: Connection, of: Sequence[Entry]) -> None:
    """Make entries findable by the words they have now, and by no others."""
    if not of:
        return
    numbers = _numbers(conn, of)
    _INDEX.many(
        conn,
        [
            {
                "number": number,
                "entry_id": entry.id,
                "feed_id": entry.feed_id,
                "outlet": entry.outlet,
                "words": entry_text(entry.title, entry.summary),
            }
            for entry, number in zip(of, numbers, strict=True)
        ],
    )


def entry_text(title: str, summary: str) -> tuple[str, ...]:
    """The words of an entry; no phrase runs from the title into the summary."""
    first, second = ([each.word for each in words(text)] for text in (title, summary))
    return tuple([*first, _BOUND, *second][:MOST])


def drop(conn: Connection, entry_ids: Sequence[str]) -> None:
    """Forget entries; before they are dropped themselves."""
    for run in rows.chunks(entry_ids):
        conn.execute(delete(entry_words).where(_W.entry_id.in_(run)))


def _numbers(conn: Connection, of: Sequence[Entry]) -> list[int]:
    """A free number for each, by when it was first seen. Known entries keep the one they have."""
    after: dict[int, int] = {}
    numbers = []
    for entry in of:
        first = number_of(entry.seen_at)
        if first not in after:
            after[first] = _free(conn, first)
        numbers.append(after[first])
        after[first] += 1
    return numbers


def _free(conn: Connection, first: int) -> int:
    last = first + A_SECOND - 1
    ((highest,),) = _HIGHEST.all(conn, first=first, last=last)
    if highest is None:
        return first
    return highest + 1 if highest < last else _free(conn, last + 1)


def number_of(at: datetime) -> int:
    """The lowest number of an entry first seen in this second."""
    return (at - _EPOCH) // timedelta(seconds=1) * A_SECOND


def moment_of(number: int) -> datetime:
    """The second in which an entry with this number was first seen."""
    return _EPOCH + timedelta(seconds=number // A_SECOND)


T = TypeVar("T")

BUDGET: Final = 10_000
"""Entries with the words that one filtered page looks through at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEntry:
    """An entry that was found, and the story it is in; "" for none."""

    number: int
    entry: Entry
    story_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundStory:
    """A story with the newest of its entries that were found, and how many tell it in all."""

    number: int
    story_id: str
    title: str
    started_at: datetime
    last_at: datetime
    size: int
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage(Generic[T]):
    """What was found; `following` is where the next page begins, None at the end.

    `reached`: how far back this page looked before its budget was spent.
    """

    found: tuple[T, ...]
    following: int | None = None
    reached: datetime | None = None


def entries_page(
    conn: Connection, search: Search, *, before: int | None, limit: int, budget: int = BUDGET
) -> ResultPage[FoundEntry]:
    """Entries that are found, the newest first; those with a number under `before` if given."""
    conditions = _beside(search)
    near = _near(conn, search, before, budget if conditions else limit + 1).cte("near")
    statement = (
        select(near.c.number, story_members.c.story_id, *rows.columns(entries, Entry))
        .select_from(near)
        .join(entry_words, _W.number == near.c.number)
        .join(entries, entries.c.id == _W.entry_id)
        .outerjoin(story_members, story_members.c.entry_id == _W.entry_id)
        .where(*conditions)
        .order_by(near.c.number.desc())
        .limit(limit + 1)
    )
    found = [
        FoundEntry(number=row["number"], entry=_entry(row), story_id=row["story_id"] or "")
        for row in conn.execute(statement).mappings()
    ]
    spent = _spent(conn, near, budget) if conditions else 0
    return _page(found, limit, spent)


def stories_page(
    conn: Connection, search: Search, *, before: int | None, limit: int, budget: int = BUDGET
) -> ResultPage[FoundStory]:
    """Stories with an entry that is found, each in the place of its newest such entry."""
    near = _near(conn, search, before, budget).cte("near")
    place = func.max(near.c.number).label("number")
    statement = (
        select(story_members.c.story_id, place)
        .select_from(near)
        .join(entry_words, _W.number == near.c.number)
        .join(story_members, story_members.c.entry_id == _W.entry_id)
        .where(*_beside(search))
        .group_by(story_members.c.story_id)
        .order_by(place.desc())
        .limit(limit + 1)
    )
    places: dict[str, int] = {row.story_id: row.number for row in conn.execute(statement)}
    shown = dict(list(places.items())[:limit])
    whole = _page(_stories(conn, search, shown, before), limit, _spent(conn, near, budget))
    if len(places) > limit:
        return ResultPage(found=whole.found, following=min(shown.values()))
    return whole


def _page(found: Sequence[Any], limit: int, spent: int) -> ResultPage[Any]:
    if len(found) > limit:
        return ResultPage(found=tuple(found[:limit]), following=found[limit - 1].number)
    if spent:
        return ResultPage(found=tuple(found), following=spent, reached=moment_of(spent))
    return ResultPage(found=tuple(found))


def _near(conn: Connection, search: Search, before: int | None, most: int) -> Select[Any]:
    """The numbers of the newest entries with the words, or of all; at most so many."""
    number, conditions = _worded(conn, search.terms)
    if search.since is not None:
        conditions.append(number >= number_of(search.since))
    upper = [number_of(search.until)] if search.until is not None else []
    upper += [before] if before is not None else []
    if upper:
        conditions.append(number < min(upper))
    if not search.terms.wanted:
        # without words the indexes by feed and outlet lead to what is wanted
        conditions += [_W.feed_id == search.feed] if search.feed else []
        conditions += [_W.outlet == search.outlet] if search.outlet else []
    return select(number.label("number")).where(*conditions).order_by(number.desc()).limit(most)


def _worded(conn: Connection, terms: Terms) -> tuple[ColumnElement[int], list[ColumnElement[bool]]]:
    """The number of an entry, and the conditions on its words."""
    if not terms.wanted:
        return _W.number, []
    if conn.dialect.name == "sqlite":
        fts = table(FTS, column("rowid", BigInteger), column(FTS))
        return fts.c.rowid, [fts.c[FTS].op("MATCH")(fts5(terms))]
    return _W.number, [_W.words.op("@@")(cast(literal(tsquery(terms)), TSQUERY))]


def _beside(search: Search) -> list[ColumnElement[bool]]:
    """Conditions on entries that their words or their place do not lead to."""
    conditions: list[ColumnElement[bool]] = []
    if search.terms.wanted:
        # added to nothing, so that SQLite does not begin with their indexes
        conditions += [_W.feed_id + "" == search.feed] if search.feed else []
        conditions += [_W.outlet + "" == search.outlet] if search.outlet else []
    if search.question:
        c = matches.c
        hit = exists().where(c.entry_id == _W.entry_id, c.question == search.question)
        conditions.append(hit)
    return conditions


def _spent(conn: Connection, near: Any, budget: int) -> int:
    """The lowest number that was looked at, if the budget ended there; else 0."""
    looked, lowest = conn.execute(select(func.count(), func.min(near.c.number))).one()
    return int(lowest) if looked == budget else 0


def _stories(
    conn: Connection, search: Search, places: dict[str, int], before: int | None
) -> list[FoundStory]:
    """The stories in their places, without those that an earlier page had for a newer entry."""
    earlier = _listed(conn, search, places, before) if before is not None else frozenset()
    by_number = {number: story_id for story_id, number in places.items() if story_id not in earlier}
    all_ = story_members.alias()
    size = select(func.count()).where(all_.c.story_id == stories.c.id).scalar_subquery()
    c = stories.c
    own = [c.title.label("story_title"), c.started_at, c.last_at, size.label("size")]
    found = (
        select(_W.number, c.id.label("story_id"), *own, *rows.columns(entries, Entry))
        .join(entries, entries.c.id == _W.entry_id)
        .join(story_members, story_members.c.entry_id == _W.entry_id)
        .join(stories, c.id == story_members.c.story_id)
        .where(_W.number.in_(list(by_number)))
        .order_by(_W.number.desc())
    )
    return [
        FoundStory(
            number=row["number"],
            story_id=row["story_id"],
            title=row["story_title"],
            started_at=row["started_at"],
            last_at=row["last_at"],
            size=row["size"],
            entry=_entry(row),
        )
        for row in conn.execute(found).mappings()
    ]


def _listed(
    conn: Connection, search: Search, story_ids: Iterable[str], before: int
) -> frozenset[str]:
    """Those stories that have an entry from `before` on which is found as well."""
    newer = [_W.number >= before]
    if search.until is not None:
        newer.append(_W.number < number_of(search.until))
    number, worded = _worded(conn, search.terms)
    if number is not _W.number:
        worded = [exists().where(number == _W.number, *worded)]
    if not search.terms.wanted:
        newer += [_W.feed_id == search.feed] if search.feed else []
        newer += [_W.outlet == search.outlet] if search.outlet else []
    found = (
        select(story_members.c.story_id)
        .distinct()
        .join(entry_words, _W.entry_id == story_members.c.entry_id)
        .where(story_members.c.story_id.in_(list(story_ids)), *newer, *worded, *_beside(search))
    )
    return frozenset(conn.scalars(found))


def _entry(row: Any) -> Entry:
    return Entry(**{name: row[name] for name in rows.names(Entry)})


# the syntaxes of the two databases; words hold letters and digits only


def fts5(terms: Terms) -> str:
    """An FTS5 query (https://www.sqlite.org/fts5.html#full_text_query_syntax)."""
    wanted = " AND ".join(map(_phrase, terms.wanted))
    if not terms.unwanted:
        return wanted
    return f"({wanted}) NOT ({' OR '.join(map(_phrase, terms.unwanted))})"


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.ending else ""}'


def tsquery(terms: Terms) -> str:
    """A PostgreSQL tsquery."""
    return " & ".join(
        [*map(_followed, terms.wanted), *(f"!({_followed(term)})" for term in terms.unwanted)]
    )


def _followed(term: Term) -> str:
    *firsts, last = term.words
    end = f"'{last}'{':*' if term.ending else ''}"
    return "(" + " <-> ".join([*(f"'{word}'" for word in firsts), end]) + ")"
