"""Stories with their members, why each entry is in one, and what people decided about that."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Table,
    Text,
    cast,
    delete,
    distinct,
    func,
    insert,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType

from monitor.model.stories import Decision, Member, Relation, Story, StoryLink
from monitor.store import rows, statements
from monitor.store.schema import stories, story_decisions, story_links, story_members
from monitor.store.types import moment_of

_LINK = rows.columns(story_links, StoryLink)


_TEXTS = ("entry_id", "feed_id", "outlet", "title", "summary", "link", "canonical_link")
_DECISION = rows.columns(story_decisions, Decision)


def window(conn: Connection, since: datetime) -> tuple[Story, ...]:
    """Stories with a member at `since` or later, whole, in order of their beginning."""
    return _read(conn, _whole(select(stories.c.id).where(stories.c.last_at >= since)))


def of_entries(conn: Connection, entry_ids: Iterable[str]) -> tuple[Story, ...]:
    """The stories that these entries are in, whole."""
    ids = list(entry_ids)
    return _read(conn, _of_entries(conn.dialect.name), sought=ids) if ids else ()


def get(conn: Connection, story_id: str) -> Story | None:
    """One story by id."""
    return next(iter(of_ids(conn, [story_id])), None)


def save(
    conn: Connection,
    whole: Sequence[Story],
    links: Sequence[StoryLink],
    *,
    held: Iterable[Story] | None = None,
) -> None:
    """Store stories as they are now, all members included, and append the links.

    `held` are those of them that are stored, as they are stored; without it they are read.
    """
    if whole:
        _save_stories(conn, whole)
        ids = {story.id for story in whole}
        stored = of_ids(conn, ids) if held is None else (one for one in held if one.id in ids)
        _save_members(conn, whole, stored)
    if links:
        conn.execute(insert(story_links), [rows.values(link) for link in links])


def link_of(conn: Connection, entry_id: str) -> StoryLink | None:
    """The newest decision on an entry."""
    c = story_links.c
    statement = select(*_LINK).where(c.entry_id == entry_id).order_by(c.id.desc()).limit(1)
    row = conn.execute(statement).mappings().one_or_none()
    return None if row is None else StoryLink(**row)


def sizes(conn: Connection, story_ids: Iterable[str]) -> dict[str, int]:
    """How many entries tell each story, by story id."""
    c = story_members.c
    found: dict[str, int] = {}
    for run in rows.chunks(dict.fromkeys(story_ids)):
        statement = select(c.story_id, func.count()).where(c.story_id.in_(run))
        found |= {row[0]: row[1] for row in conn.execute(statement.group_by(c.story_id))}
    return found


def count(conn: Connection, since: datetime | None = None) -> int:
    """How many stories there are, or were opened or joined at `since` or later."""
    if since is None:
        return conn.execute(select(func.count()).select_from(stories)).scalar_one()
    c = story_links.c
    joined = select(func.count(distinct(c.story_id))).where(c.linked_at >= since)
    return conn.execute(joined).scalar_one()


def _read(conn: Connection, statement: Select[Any], **values: object) -> tuple[Story, ...]:
    """Stories in order of their beginning."""
    found: dict[str, list[Member]] = {}
    for story_id, *stored in conn.execute(statement, values).all():
        found.setdefault(story_id, []).append(_member(*stored))
    whole = (Story(id=story_id, members=tuple(members)) for story_id, members in found.items())
    return tuple(sorted(whole, key=lambda story: (story.started_at, story.id)))


@lru_cache(maxsize=8_192)
def _member(*stored: Any) -> Member:
    """A member of the columns as they are stored: the same are read at poll after poll."""
    *texts, at, relation, signature = stored
    return Member(
        **dict(zip(_TEXTS, texts, strict=True)),
        at=moment_of(at),
        relation=Relation(relation),
        signature=frozenset(json.loads(signature)),
    )


@cache
def _of_entries(dialect: str) -> Select[Any]:
    c, sought = story_members.c, statements.listed(dialect, "sought")
    return _whole(select(c.story_id).where(c.entry_id.in_(sought)))


@cache
def _of_ids(dialect: str) -> Select[Any]:
    return _whole(statements.listed(dialect, "ids"))


def _whole(ids: Select[str]) -> Select[Any]:
    """The members of stories, a row for each, those of a story in order and behind one another."""
    c = story_members.c
    return (
        select(
            c.story_id,
            *(c[name] for name in _TEXTS),
            type_coerce(c.at, NullType()),
            type_coerce(c.relation, NullType()),
            cast(c.signature, Text),
        )
        .where(c.story_id.in_(ids))
        .order_by(c.story_id, c.position)
    )


def _save_stories(conn: Connection, whole: Sequence[Story]) -> None:
    conn.execute(
        _saving(conn.dialect.name, stories),
        [
            {
                "id": story.id,
                "title": story.title,
                "started_at": story.started_at,
                "last_at": max(member.at for member in story.members),
            }
            for story in whole
        ],
    )


def _save_members(conn: Connection, whole: Iterable[Story], held: Iterable[Story]) -> None:
    """Write the members that are new or changed, then drop those that left."""
    before, now = _places(held), _places(whole)
    fresh = [_row(*place) for entry_id, place in now.items() if before.get(entry_id) != place]
    if fresh:
        conn.execute(_saving(conn.dialect.name, story_members), fresh)
    for run in rows.chunks(entry_id for entry_id in before if entry_id not in now):
        conn.execute(delete(story_members).where(story_members.c.entry_id.in_(run)))


@cache
def _saving(dialect: str, table: Table) -> statements.Upsert:
    """Rows are put in, or in place of those with their key."""
    statement = statements.insert_of(dialect, table)
    key = [column.name for column in table.primary_key]
    changed = {c.name: statement.excluded[c.name] for c in table.c if c.name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=changed)


def of_ids(conn: Connection, ids: Iterable[str]) -> tuple[Story, ...]:
    """Stories by their ids, whole; unknown ids are left out."""
    return _read(conn, _of_ids(conn.dialect.name), ids=list(ids))


def begun(
    conn: Connection, since: datetime, until: datetime, *, limit: int
) -> tuple[tuple[str, str, datetime], ...]:
    """Id, title and beginning of stories that began between the two and were told since, by age."""
    c = stories.c
    statement = select(c.id, c.title, c.started_at).where(
        c.last_at >= since, c.started_at >= since, c.started_at <= until
    )
    ordered = statement.order_by(c.last_at).limit(limit)
    return tuple((row.id, row.title, row.started_at) for row in conn.execute(ordered))


def _places(whole: Iterable[Story]) -> dict[str, tuple[str, int, Member]]:
    """By entry: its story, its position there, and itself."""
    return {
        member.entry_id: (story.id, place, member)
        for story in whole
        for place, member in enumerate(story.members)
    }


def _row(story_id: str, place: int, member: Member) -> dict[str, Any]:
    return {"story_id": story_id, "position": place, **rows.values(member)}


def add_decision(conn: Connection, decision: Decision) -> None:
    conn.execute(insert(story_decisions).values(**rows.values(decision)))


def decisions(conn: Connection) -> tuple[Decision, ...]:
    """All of them, oldest first: the order in which they are to be taken."""
    statement = select(*_DECISION).order_by(story_decisions.c.id)
    return tuple(Decision(**row) for row in conn.execute(statement).mappings())


def decisions_on(conn: Connection, entry_ids: Iterable[str]) -> tuple[Decision, ...]:
    """Those that name any of these entries, oldest first. People decide seldom: all are read."""
    wanted = frozenset(entry_ids)
    return tuple(
        decision
        for decision in decisions(conn)
        if wanted.intersection((*decision.entries, *decision.others))
    )
