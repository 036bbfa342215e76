"""Answers on briefs without a day of publication keep the ledger that they were given on.

Revision: 0017. Imports nothing of the program. They kept 0.0, because only what came after the
answer was summed. Where a watchlist of that time says that the brief names no day, the sums follow
from the rows; all other answers are left as they are, and `monitor flags audit` names what differs.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import fsum
from typing import Any

import sqlalchemy as sa
import yaml
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
HALF_LIFE = timedelta(days=21)
LONGEST = 40  # characters of an id that is made from a text

REVIEWS = sa.table(
    "reviews",
    sa.column("id", sa.BigInteger),
    sa.column("flag_id", sa.BigInteger),
    sa.column("brief", sa.Text),
    sa.column("decision", sa.Text),
    sa.column("at", MOMENT),
    sa.column("ledger", sa.JSON),
)
EVIDENCE = sa.table(
    "evidence",
    sa.column("judgment", sa.Text),
    sa.column("story_id", sa.Text),
    sa.column("indicator", sa.Text),
    sa.column("number", sa.Integer),
    sa.column("points", sa.Float),
    sa.column("first_at", MOMENT),
    sa.column("decided_at", MOMENT),
)
VERSIONS = sa.table(
    "watchlist_versions",
    sa.column("text", sa.Text),
    sa.column("first_at", MOMENT),
    sa.column("loaded_at", MOMENT),
)

Watchlists = list[tuple[datetime, datetime, dict[str, bool]]]
"""Of each version when it came, when it was last loaded, and which of its briefs name a day."""


def upgrade() -> None:
    conn = op.get_bind()
    c = REVIEWS.c
    if not conn.execute(sa.select(c.id).limit(1)).first():
        return
    watchlists = _watchlists(conn)
    before: dict[str, list[sa.Row[Any]]] = {}
    asked = sa.select(c.id, c.flag_id, c.brief, c.decision, c.at, c.ledger).order_by(c.id)
    for row in conn.execute(asked).all():
        earlier = before.setdefault(row.brief, [])
        if row.ledger and not _reset(earlier) and _undated(watchlists, row.brief, _moment(row.at)):
            kept = [[key, *_sums(conn, key, _moment(row.at))] for key, *_ in row.ledger]
            conn.execute(sa.update(REVIEWS).where(c.id == row.id).values(ledger=kept))
        earlier.append(row)


def _moment(stored: Any) -> datetime:
    found = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return found.astimezone(UTC)


def _reset(reviews: Sequence[sa.Row[Any]]) -> bool:
    """Whether an answer that was not taken back had started the ledger anew."""
    reopened: set[int] = set()
    for review in reversed(reviews):
        if review.decision in {"open", "acknowledged"}:
            reopened.add(review.flag_id)
        elif review.decision in {"stands", "revised"} and review.flag_id not in reopened:
            return True
    return False


def _sums(conn: sa.Connection, judgment: str, at: datetime) -> tuple[float, float]:
    """Points toward and away at that time, of all that was decided by then."""
    c = EVIDENCE.c
    asked = sa.select(c.story_id, c.indicator, c.points, c.first_at, c.decided_at)
    current: dict[tuple[str, str], float] = {}
    for row in conn.execute(asked.where(c.judgment == judgment).order_by(c.number)):
        if _moment(row.decided_at) <= at:
            age = max(at - _moment(row.first_at), timedelta())
            current[row.story_id, row.indicator] = row.points * 0.5 ** (age / HALF_LIFE)
    worth = current.values()
    return fsum(x for x in worth if x > 0), fsum(x for x in worth if x < 0)


def _watchlists(conn: sa.Connection) -> Watchlists:
    asked = sa.select(VERSIONS).order_by(VERSIONS.c.first_at)
    return [
        (_moment(row.first_at), _moment(row.loaded_at), dict(_briefs(row.text)))
        for row in conn.execute(asked)
    ]


def _undated(watchlists: Watchlists, brief: str, at: datetime) -> bool:
    """Whether every watchlist that may have been in force then has the brief, without a day."""
    then = [each for each in watchlists if each[0] <= at]
    in_force = [briefs for _, loaded, briefs in then if loaded >= then[-1][0]]
    found = [briefs[brief] for briefs in in_force if brief in briefs]
    return bool(found) and not any(found)


def _briefs(text: str) -> Iterator[tuple[str, bool]]:
    """The key of each brief, and whether it names the day of its publication."""
    try:
        # every scalar as text: an id may look like a date
        found = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  # makes nothing but text
    except yaml.YAMLError:
        return
    questions = found.get("questions") if isinstance(found, dict) else None
    for question in questions if isinstance(questions, list) else []:
        if not isinstance(question, dict):
            continue
        id_ = question.get("id") or _made(str(question.get("ask", "")))
        briefs = question.get("briefs")
        if briefs is None and "judgment" in question:
            yield f"{id_}/brief", _dated(question)
        for brief in briefs if isinstance(briefs, list) else []:
            if isinstance(brief, dict):
                own = brief.get("id") or _made(str(brief.get("title") or "brief"))
                yield f"{id_}/{own}", _dated(brief)


def _dated(fields: Mapping[str, Any]) -> bool:
    return fields.get("published") not in {None, "", "~", "null", "Null", "NULL"}


def _made(text: str) -> str:
    """The id that is made from a text where none is given."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    found = ""
    for word in words:
        longer = f"{found}-{word}" if found else word
        if len(longer) > LONGEST:
            break
        found = longer
    found = found or (words[0][:LONGEST] if words else "")
    return found or f"id-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def downgrade() -> None:
    pass  # what an answer keeps is right in either version
