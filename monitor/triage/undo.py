"""Takes back the last thing that somebody decided about a flag, a story or its evidence.

Both decisions stay on record; which kind a deed is decides who takes it back.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.access.accounts import Actor
from monitor.core.judging.rules import Rules
from monitor.errors import AccessError, NotFoundError
from monitor.model.access import Deed
from monitor.model.flags import Flag
from monitor.store import access as store_access
from monitor.triage import answers, exclusions, stories

FINAL = ("flag.undone", "story.undone")
"""What is not taken back in turn: decide anew instead."""

KINDS = ("flag.", "story.", "evidence.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What became of it; `flag` where it was an answer to one."""

    deed: int
    flag: Flag | None = None


def last(conn: Connection, subject: str) -> Deed | None:
    """The decision on a flag or a story that may be taken back now, if there is one."""
    newest = store_access.deeds_page(conn, subject=subject, limit=1)
    known = newest and newest[0].action.startswith(KINDS)
    return newest[0] if known and not _refusal(conn, newest[0]) else None


def _refusal(conn: Connection, deed: Deed) -> str:
    """Why a decision cannot be taken back; "" if it can."""
    newest = store_access.deeds_page(conn, subject=deed.subject, limit=1)
    if newest[0].id != deed.id or deed.action in FINAL:
        return "something was decided since; only the last decision can be taken back"
    return answers.closed(conn, deed) if deed.action.startswith("flag.") else ""


def undo(conn: Connection, number: int, *, rules: Rules, actor: Actor, now: datetime) -> Undone:
    """Take deed `number` back.

    Raises NotFoundError if there is no such deed, AccessError if it is not the last of its kind
    or its flag has ended otherwise.
    """
    deed = store_access.get_deed(conn, number)
    if deed is None or not deed.action.startswith(KINDS):
        raise NotFoundError(f"there is no decision {number} to take back")
    why_not = _refusal(conn, deed)
    if why_not:
        raise AccessError(why_not)
    if deed.action.startswith("flag."):
        decided = answers.take_back(conn, deed, actor=actor, now=now)
        return Undone(deed=decided.deed, flag=decided.flag)
    if deed.action.startswith("evidence."):
        corrected = exclusions.take_back(conn, deed, rules=rules, actor=actor, now=now)
        return Undone(deed=corrected.deed)
    return Undone(deed=stories.take_back(conn, deed, rules=rules, actor=actor, now=now).deed)
