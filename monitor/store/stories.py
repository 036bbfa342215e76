"""Stories with their members, and the decision that put each entry into one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, distinct, func, insert, select

from monitor.model.stories import Link, Member, Story
from monitor.store import engine, rows
from monitor.store.schema import stories, story_links, story_members

_MEMBER = rows.columns(story_members, Member)
_LINK = rows.columns(story_links, Link)


def window(conn: Connection, since: datetime) -> tuple[Story, ...]:
    """Stories with a member at `since` or later, whole, in order of their beginning."""
    return _read(conn, stories.c.last_at >= since)


def of_entries(conn: Connection, entry_ids: Iterable[str]) -> tuple[Story, ...]:
    """The stories that these entries are in, whole."""
    found: dict[str, Story] = {}
    for run in rows.chunks(dict.fromkeys(entry_ids)):
        c = story_members.c
        theirs = select(c.story_id).where(c.entry_id.in_(run))
        found |= {story.id: story for story in _read(conn, stories.c.id.in_(theirs))}
    return tuple(found.values())


def get(conn: Connection, story_id: str) -> Story | None:
    """One story by id."""
    found = _read(conn, stories.c.id == story_id)
    return found[0] if found else None


def save(conn: Connection, whole: Sequence[Story], links: Sequence[Link]) -> None:
    """Store stories as they are now, all members included, and append the links."""
    if whole:
        _save_stories(conn, whole)
        _save_members(conn, whole)
    if links:
        conn.execute(insert(story_links), [rows.values(link) for link in links])


def link_of(conn: Connection, entry_id: str) -> Link | None:
    """The newest decision on an entry."""
    c = story_links.c
    statement = select(*_LINK).where(c.entry_id == entry_id).order_by(c.id.desc()).limit(1)
    row = conn.execute(statement).mappings().one_or_none()
    return None if row is None else Link(**row)


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


def _read(conn: Connection, condition: ColumnElement[bool]) -> tuple[Story, ...]:
    c = story_members.c
    statement = (
        select(c.story_id, *_MEMBER)
        .join(stories, stories.c.id == c.story_id)
        .where(condition)
        .order_by(stories.c.started_at, c.story_id, c.position)
    )
    found: dict[str, list[Member]] = {}
    for row in conn.execute(statement).mappings():
        facts = {name: row[name] for name in rows.names(Member)}
        found.setdefault(row["story_id"], []).append(Member(**facts))
    return tuple(Story(id=story_id, members=tuple(m)) for story_id, m in found.items())


def _save_stories(conn: Connection, whole: Sequence[Story]) -> None:
    statement = engine.insert(conn, stories)
    changed = {name: statement.excluded[name] for name in ("title", "started_at", "last_at")}
    conn.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_=changed),
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


def _save_members(conn: Connection, whole: Sequence[Story]) -> None:
    """Write the members that are new or changed, then drop those that left."""
    held = _rows_by_entry(of_ids(conn, [story.id for story in whole]))
    wanted = _rows_by_entry(whole)
    fresh = [row for entry_id, row in wanted.items() if held.get(entry_id) != row]
    if fresh:
        statement = engine.insert(conn, story_members)
        changed = {c.name: statement.excluded[c.name] for c in story_members.c}
        del changed["entry_id"]
        conn.execute(
            statement.on_conflict_do_update(index_elements=["entry_id"], set_=changed), fresh
        )
    for run in rows.chunks(entry_id for entry_id in held if entry_id not in wanted):
        conn.execute(delete(story_members).where(story_members.c.entry_id.in_(run)))


def of_ids(conn: Connection, ids: Iterable[str]) -> list[Story]:
    """Stories by their ids, whole; unknown ids are left out."""
    return [story for run in rows.chunks(ids) for story in _read(conn, stories.c.id.in_(run))]


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


def _rows_by_entry(whole: Iterable[Story]) -> dict[str, dict[str, Any]]:
    return {
        member.entry_id: {"story_id": story.id, "position": place, **rows.values(member)}
        for story in whole
        for place, member in enumerate(story.members)
    }
