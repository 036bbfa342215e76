"""Flags with their reasons, what people decided on them, and lists of flags for pages."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    TextClause,
    and_,
    case,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    true,
    update,
)

from monitor.errors import NotFoundError
from monitor.model.flags import Flag, FlagKind, FlagState, Raised, Reason, Review
from monitor.store import rows
from monitor.store.schema import LIVE, flag_reasons, flags
from monitor.store.schema import reviews as review_rows

_REASON = rows.columns(flag_reasons, Reason)
_REVIEW = rows.columns(review_rows, Review)
_FLAG = tuple(flags.c[name] for name in rows.names(Flag) if name in flags.c)

# spelt as in the partial index: with bound values no planner would see that it applies
_LIVE = text(LIVE)
_RESETS = (FlagState.STANDS, FlagState.REVISED)
_REOPENS = (FlagState.OPEN, FlagState.ACKNOWLEDGED)


def raise_all(conn: Connection, raised: Sequence[Raised]) -> tuple[Flag, ...]:
    """Attach each reason to the live flag of its brief, opening one where there is none.

    Returns the flags that were opened or grew. At most one flag of a brief is live, whatever
    `flag_id` a decision was taken with.
    """
    touched: dict[str, int] = {}
    for item in raised:
        if item.brief not in touched:
            touched[item.brief] = _live_id(conn, item.brief) or _open(conn, item)
        flag_id = touched[item.brief]
        conn.execute(insert(flag_reasons).values(flag_id=flag_id, **rows.values(item.reason)))
        _touch(conn, flag_id, item.reason.raised_at)
    return of_ids(conn, touched.values())


def live(conn: Connection) -> tuple[Flag, ...]:
    """Flags that want an answer, in order of their numbers."""
    return _read(conn, _LIVE)


def recent(
    conn: Connection, since: datetime, briefs: Sequence[str] | None = None
) -> tuple[Flag, ...]:
    """Live flags, and those with a reason raised at `since` or later; of these briefs, or all."""
    raised = select(flag_reasons.c.flag_id).where(flag_reasons.c.raised_at >= since)
    chosen = or_(_LIVE, flags.c.id.in_(raised))
    return _read(conn, chosen if briefs is None else and_(flags.c.brief.in_(briefs), chosen))


def of_ids(conn: Connection, ids: Iterable[int]) -> tuple[Flag, ...]:
    """Flags by their numbers; unknown numbers are left out."""
    return tuple(flag for run in rows.chunks(ids) for flag in _read(conn, flags.c.id.in_(run)))


def get(conn: Connection, flag_id: int) -> Flag | None:
    """One flag by its number."""
    found = of_ids(conn, [flag_id])
    return found[0] if found else None


def listing(conn: Connection, *, live_only: bool) -> tuple[Flag, ...]:
    """All flags, or those that want an answer, in order of their numbers."""
    return _read(conn, _LIVE if live_only else true())


def calendar(conn: Connection) -> dict[str, tuple[Reason, ...]]:
    """Every reason that time alone raised, in order, by the key of its brief."""
    kinds = flag_reasons.c.kind.in_((FlagKind.SILENCE, FlagKind.RESOLVED))
    joined = select(flags.c.brief, *_REASON).join(flags, flags.c.id == flag_reasons.c.flag_id)
    found: dict[str, list[Reason]] = {}
    for row in conn.execute(joined.where(kinds).order_by(flag_reasons.c.id)).mappings():
        facts = {name: row[name] for name in rows.names(Reason)}
        found.setdefault(row["brief"], []).append(Reason(**facts))
    return {brief: tuple(reasons) for brief, reasons in found.items()}


def newer(conn: Connection, flag: Flag) -> int | None:
    """The flag of the same brief that wants an answer in this one's place."""
    found = _live_id(conn, flag.brief)
    return None if found == flag.id else found


def decide(conn: Connection, review: Review) -> Flag:
    """Write a person's decision and move the flag to it.

    Raises NotFoundError if there is no such flag, or if it would live again beside a newer one.
    """
    flag = get(conn, review.flag_id)
    if flag is None:
        raise NotFoundError(f"there is no flag {review.flag_id}")
    other = newer(conn, flag)
    if review.decision.live and other is not None:
        raise NotFoundError(
            f"flag {flag.id} was answered and cannot be opened again: flag {other} of "
            f"{flag.brief} is the one that wants an answer"
        )
    conn.execute(insert(review_rows).values(rows.values(review) | {"brief": flag.brief}))
    moved = update(flags).where(flags.c.id == flag.id)
    conn.execute(moved.values(state=review.decision, changed_at=review.at))
    return of_ids(conn, [flag.id])[0]


def reviews(conn: Connection, brief: str | None = None) -> tuple[Review, ...]:
    """Decisions in the order they were taken, of one brief or of all."""
    statement = select(*_REVIEW).order_by(review_rows.c.id)
    if brief is not None:
        statement = statement.where(review_rows.c.brief == brief)
    return tuple(Review(**row) for row in conn.execute(statement).mappings())


def answers(conn: Connection, since: datetime) -> dict[int, Review]:
    """What people answered after `since`, by flag. What was taken back is no answer."""
    statement = select(*_REVIEW).where(review_rows.c.at > since).order_by(review_rows.c.id)
    last = {row["flag_id"]: Review(**row) for row in conn.execute(statement).mappings()}
    return {flag_id: review for flag_id, review in last.items() if review.answers}


def blamed(conn: Connection) -> tuple[Review, ...]:
    """Answers “noise” that name the indicator that misfired."""
    c = review_rows.c
    statement = select(*_REVIEW).where(
        c.decision == FlagState.NOISE, c.indicator != "", ~_taken_back()
    )
    found = conn.execute(statement.order_by(c.id)).mappings()
    return tuple(Review(**row) for row in found)


def last_resets(conn: Connection, briefs: Iterable[str] | None = None) -> tuple[Review, ...]:
    """The newest decision per brief that resets its ledger: the judgment stands or was revised.

    Of these briefs, or of all that there are.
    One that was taken back, so that its flag was open again afterwards, resets nothing.
    """
    c = review_rows.c
    place = func.row_number().over(partition_by=c.brief, order_by=[c.at.desc(), c.id.desc()])
    resets = select(*_REVIEW, place.label("place"))
    resets = resets.where(c.decision.in_(_RESETS), ~_taken_back())
    if briefs is not None:
        resets = resets.where(c.brief.in_(tuple(dict.fromkeys(briefs))))
    ranked = resets.subquery()
    names = [ranked.c[name] for name in rows.names(Review)]
    statement = select(*names).where(ranked.c.place == 1).order_by(ranked.c.brief)
    return tuple(Review(**row) for row in conn.execute(statement).mappings())


def _taken_back() -> ColumnElement[bool]:
    """Whether a later decision opened the flag of a decision again."""
    c, later = review_rows.c, review_rows.alias("later")
    return exists().where(
        later.c.flag_id == c.flag_id, later.c.id > c.id, later.c.decision.in_(_REOPENS)
    )


def _live_id(conn: Connection, brief: str) -> int | None:
    found: int | None = conn.scalar(select(flags.c.id).where(_LIVE, flags.c.brief == brief))
    return found


def _open(conn: Connection, raised: Raised) -> int:
    at = raised.reason.raised_at
    statement = insert(flags).values(
        question=raised.question,
        brief=raised.brief,
        state=FlagState.OPEN,
        opened_at=at,
        changed_at=at,
    )
    number: int = conn.execute(statement.returning(flags.c.id)).scalar_one()
    return number


def _touch(conn: Connection, flag_id: int, at: datetime) -> None:
    older = (flags.c.id == flag_id) & (flags.c.changed_at < at)
    conn.execute(update(flags).where(older).values(changed_at=at))


def _read(conn: Connection, condition: ColumnElement[bool] | TextClause) -> tuple[Flag, ...]:
    statement = select(*_FLAG).where(condition).order_by(flags.c.id)
    found: dict[int, dict[str, Any]] = {
        row["id"]: dict(row) for row in conn.execute(statement).mappings()
    }
    reasons: dict[int, list[Reason]] = {flag_id: [] for flag_id in found}
    c = flag_reasons.c
    for run in rows.chunks(found):
        theirs = select(c.flag_id, *_REASON).where(c.flag_id.in_(run)).order_by(c.id)
        for row in conn.execute(theirs).mappings():
            facts = {name: row[name] for name in rows.names(Reason)}
            reasons[row["flag_id"]].append(Reason(**facts))
    snoozed = _snoozed(conn, found)
    return tuple(
        Flag(**facts, reasons=tuple(reasons[key]), snoozed_until=snoozed.get(key))
        for key, facts in found.items()
    )


def _snoozed(conn: Connection, flag_ids: Iterable[int]) -> dict[int, datetime]:
    """Until when flags are snoozed: what the newest decision on each says."""
    c = review_rows.c
    found: dict[int, datetime] = {}
    for run in rows.chunks(flag_ids):
        newest = select(func.max(c.id)).where(c.flag_id.in_(run)).group_by(c.flag_id)
        statement = select(c.flag_id, c.until).where(c.id.in_(newest), c.until.is_not(None))
        found |= {row.flag_id: row.until for row in conn.execute(statement)}
    return found


def ranked(conn: Connection) -> tuple[int, ...]:
    """Numbers of the flags that want an answer, the most pressing first.

    Those nobody has seen come before those acknowledged, those that interrupt before those that
    waited for a digest, and among equals the one with the newest reason.
    """
    c = flag_reasons.c
    told = (
        select(
            c.flag_id,
            func.max(case((c.interrupts, 1), else_=0)).label("loud"),
            func.max(c.raised_at).label("newest"),
        )
        .where(c.flag_id.in_(select(flags.c.id).where(text(LIVE))))
        .group_by(c.flag_id)
        .subquery()
    )
    seen = case((flags.c.state == FlagState.OPEN, 0), else_=1)
    statement = (
        select(flags.c.id)
        .outerjoin(told, told.c.flag_id == flags.c.id)
        .where(text(LIVE))
        .order_by(seen, told.c.loud.desc(), told.c.newest.desc(), flags.c.id.desc())
    )
    return tuple(conn.scalars(statement))


def ranked_page(conn: Connection, start: int, limit: int) -> tuple[Flag, ...]:
    """Flags that want an answer, in their rank, from place `start` (counted from 0) on."""
    chosen = ranked(conn)[start : start + limit]
    found = {flag.id: flag for flag in of_ids(conn, chosen)}
    return tuple(found[number] for number in chosen)


def page(conn: Connection, *, before: int | None = None, limit: int) -> tuple[Flag, ...]:
    """Flags of every state, the newest first; those older than number `before` if it is given."""
    statement = select(flags.c.id).order_by(flags.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(flags.c.id < before)
    return _newest_first(conn, statement)


def of_question(conn: Connection, question: str, *, limit: int) -> tuple[Flag, ...]:
    """The newest flags of a question, the newest first."""
    theirs = select(flags.c.id).where(flags.c.question == question)
    return _newest_first(conn, theirs.order_by(flags.c.id.desc()).limit(limit))


def of_briefs(conn: Connection, briefs: Collection[str]) -> tuple[Flag, ...]:
    """Every flag of these briefs, the newest first."""
    found = [
        flag
        for run in rows.chunks(briefs)
        for flag in _newest_first(conn, select(flags.c.id).where(flags.c.brief.in_(run)))
    ]
    return tuple(sorted(found, key=lambda flag: -flag.id))


def _newest_first(conn: Connection, numbers: Select[tuple[int]]) -> tuple[Flag, ...]:
    found = of_ids(conn, conn.scalars(numbers))
    return tuple(sorted(found, key=lambda flag: -flag.id))
