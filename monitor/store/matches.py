"""Which indicators each revision of an entry hit, under which version of the watchlists."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, distinct, func, select

from monitor.model.entries import Entry
from monitor.model.matches import Match, Matched, Span
from monitor.store import entries as store_entries
from monitor.store import rows, statements
from monitor.store.schema import entries, matches, scopes

_MATCH = rows.columns(matches, Match)


def add(conn: Connection, matched: Sequence[Matched], *, rules: str, at: datetime) -> None:
    """Store what entries hit under watchlist version `rules`. Adding it again only moves `at`."""
    if not matched:
        return
    scope = statements.insert(conn, scopes)
    conn.execute(
        scope.on_conflict_do_update(
            index_elements=["entry_id", "revision", "rules"],
            set_={"questions": scope.excluded.questions, "at": scope.excluded.at},
        ),
        [_key(item.entry, rules) | {"questions": item.questions, "at": at} for item in matched],
    )
    hits = [
        _key(item.entry, rules) | rows.values(match) | {"spans": _packed(match.spans), "at": at}
        for item in matched
        for match in item.matches
    ]
    if hits:
        unique = ["entry_id", "revision", "rules", "question", "indicator"]
        conn.execute(
            statements.insert(conn, matches).on_conflict_do_nothing(index_elements=unique), hits
        )


def of_entries(conn: Connection, entry_ids: Iterable[str]) -> dict[str, tuple[Match, ...]]:
    """What the current revision of each entry hit when it was last assessed.

    Ordered by question and indicator. Entries that hit nothing are left out.
    """
    found: dict[str, list[Match]] = {}
    newest = _newest()
    for run in rows.chunks(dict.fromkeys(entry_ids)):
        chosen = newest.where(scopes.c.entry_id.in_(run)).subquery()
        same = [matches.c[name] == chosen.c[name] for name in ("entry_id", "revision", "rules")]
        statement = (
            select(matches.c.entry_id, *_MATCH)
            .join(chosen, and_(*same, chosen.c.place == 1))
            .order_by(matches.c.entry_id, matches.c.question, matches.c.indicator)
        )
        for row in conn.execute(statement).mappings():
            found.setdefault(row["entry_id"], []).append(_match(row))
    return {entry_id: tuple(hits) for entry_id, hits in found.items()}


def matched(conn: Connection, entry_ids: Iterable[str]) -> tuple[Matched, ...]:
    """The same with the entries and the questions whose scope they are in, in order of time.

    Entries whose current revision was never in any scope are left out.
    """
    ids = tuple(dict.fromkeys(entry_ids))
    questions = _questions(conn, ids)
    hits = of_entries(conn, ids)
    found = store_entries.of_ids(conn, questions)
    ordered = sorted(found.values(), key=lambda entry: (entry.published_at, entry.id))
    return tuple(
        Matched(entry=entry, questions=questions[entry.id], matches=hits.get(entry.id, ()))
        for entry in ordered
    )


def hits(conn: Connection) -> dict[tuple[str, str, str], tuple[str, frozenset[int]]]:
    """By entry, question and indicator: the entry's outlet, and the strengths it ever hit with."""
    c = matches.c
    statement = select(c.entry_id, c.question, c.indicator, c.strength, entries.c.outlet)
    found: dict[tuple[str, str, str], tuple[str, frozenset[int]]] = {}
    for row in conn.execute(statement.join(entries, entries.c.id == c.entry_id)):
        key = (row.entry_id, row.question, row.indicator)
        _, strengths = found.get(key, ("", frozenset()))
        found[key] = (row.outlet, strengths | {row.strength.value})
    return found


def count(conn: Connection, since: datetime) -> int:
    """How many entries hit an indicator at `since` or later."""
    c = matches.c
    return conn.execute(select(func.count(distinct(c.entry_id))).where(c.at >= since)).scalar_one()


def _questions(conn: Connection, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for run in rows.chunks(ids):
        chosen = _newest().where(scopes.c.entry_id.in_(run)).subquery()
        statement = select(chosen.c.entry_id, chosen.c.questions).where(chosen.c.place == 1)
        found |= {row.entry_id: row.questions for row in conn.execute(statement)}
    return found


def _newest() -> Select[Any]:
    """Assessments of current revisions; the newest of each entry has place 1."""
    c = scopes.c
    place = func.row_number().over(partition_by=c.entry_id, order_by=[c.at.desc(), c.rules.desc()])
    current = and_(entries.c.id == c.entry_id, entries.c.revision == c.revision)
    columns = (c.entry_id, c.revision, c.rules, c.questions, place.label("place"))
    return select(*columns).join(entries, current)


def _key(entry: Entry, rules: str) -> dict[str, Any]:
    return {"entry_id": entry.id, "revision": entry.revision, "rules": rules}


def _packed(spans: Sequence[Span]) -> list[list[Any]]:
    return [[span.field, span.start, span.end, span.phrase] for span in spans]


def _match(row: RowMapping | Mapping[str, Any]) -> Match:
    facts = {name: row[name] for name in rows.names(Match)}
    spans = tuple(
        Span(field=field, start=start, end=end, phrase=phrase)
        for field, start, end, phrase in row["spans"]
    )
    return Match(**facts | {"spans": spans})
