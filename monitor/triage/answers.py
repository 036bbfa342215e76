"""Takes an answer to a flag and writes who gave it, how and from where, all in one transaction.

Commands, the page, the API, Slack's buttons and links in mails all come through here; what an
answer means is `triage`'s.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.access.accounts import Actor
from monitor.errors import AnswerError, NotFoundError
from monitor.model.access import Deed
from monitor.model.flags import Flag, FlagState, Review
from monitor.model.questions import QuestionAnswer, Resolution
from monitor.store import access as store_access
from monitor.store import flags as store_flags
from monitor.triage import decisions

STANDS, REVISE, WITHDRAW, NOISE = "stands", "revise", "withdraw", "noise"
ACKNOWLEDGE, SNOOZE = "acknowledge", "snooze"
ANSWERS = (STANDS, REVISE, ACKNOWLEDGE, NOISE, SNOOZE, WITHDRAW)
"""What a person may say to a flag, in the order of the buttons."""

LONGEST_NOTE = 2_000
LONGEST_SNOOZE = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer as it was given. What an answer does not need is left empty."""

    answer: str  # one of ANSWERS
    note: str = ""
    indicator: str = ""  # noise: which misfired
    likelihood: str = ""  # revise: the new one, in the analyst's words
    days: int = 7  # snooze
    assumptions: tuple[tuple[str, str], ...] = ()  # stands, revise: (id, "broken" or "holding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What became of it. `deed` is the number by which it can be undone."""

    flag: Flag
    deed: int


def decide(conn: Connection, flag_id: int, given: Given, *, actor: Actor, now: datetime) -> Decided:
    """Answer a flag. Raises NotFoundError or AnswerError with a sentence to be shown."""
    if len(given.note) > LONGEST_NOTE:
        raise AnswerError(f"a note has at most {LONGEST_NOTE:,} characters")
    before = store_flags.get(conn, flag_id)
    flag = _decide(conn, flag_id, given, by=actor.name, at=now)
    was = before.state.value if before else FlagState.OPEN.value
    detail = json.dumps({"was": was, "note": given.note}, ensure_ascii=False)
    deed = actor.deed(f"flag.{given.answer}", subject(flag_id), at=now, detail=detail)
    return Decided(flag=flag, deed=store_access.add_deed(conn, deed))


def _decide(conn: Connection, flag_id: int, given: Given, *, by: str, at: datetime) -> Flag:
    note = given.note
    match given.answer:
        case "stands":
            named = given.assumptions
            return decisions.stands(conn, flag_id, by=by, at=at, note=note, assumptions=named)
        case "revise":
            words, named = given.likelihood, given.assumptions
            return decisions.revise(
                conn, flag_id, by=by, at=at, note=note, words=words, assumptions=named
            )
        case "withdraw":
            return decisions.withdraw(conn, flag_id, by=by, at=at, note=note)
        case "noise":
            which = given.indicator
            return decisions.noise(conn, flag_id, by=by, at=at, note=note, indicator=which)
        case "acknowledge":
            return decisions.acknowledge(conn, flag_id, by=by, at=at, note=note)
        case "snooze" if 1 <= given.days <= LONGEST_SNOOZE:
            until = at + timedelta(days=given.days)
            return decisions.snooze(conn, flag_id, until=until, by=by, at=at)
        case "snooze":
            raise AnswerError(f"a flag is snoozed for 1 to {LONGEST_SNOOZE} days")
    raise AnswerError(f"“{given.answer[:40]}” is no answer; expected {', '.join(ANSWERS)}")


def take_back(conn: Connection, deed: Deed, *, actor: Actor, now: datetime) -> Decided:
    """Take an answer back: the flag is as it was before, and both decisions stay on record.

    `undo` has made sure that it is the last one. Raises NotFoundError if there is no such flag.
    """
    flag_id = int(deed.subject.removeprefix("flag "))
    flag = store_flags.get(conn, flag_id)
    if flag is None:
        raise NotFoundError(f"there is no flag {flag_id}")
    review = Review(
        flag_id=flag.id,
        brief=flag.brief,
        decision=FlagState(json.loads(deed.detail)["was"]),
        by=actor.name,
        at=now,
        note=f"took back “{told(deed)}” of {deed.actor}",
    )
    written = actor.deed("flag.undone", deed.subject, at=now, detail=json.dumps({"of": deed.id}))
    return Decided(flag=store_flags.decide(conn, review), deed=store_access.add_deed(conn, written))


def closed(conn: Connection, deed: Deed) -> str:
    """Why an answer cannot be taken back although none followed it; "" if it can."""
    flag = store_flags.get(conn, int(deed.subject.removeprefix("flag ")))
    if flag is None:
        return ""
    if flag.state is FlagState.EXPIRED:
        return f"flag {flag.id} has expired since; what was answered before stays as it is"
    other = store_flags.newer(conn, flag)
    was = FlagState(json.loads(deed.detail)["was"])
    if was.live and other is not None:
        return (
            f"flag {other} of {flag.brief} was raised since and wants an answer; flag {flag.id} "
            f"stays as it was answered"
        )
    return ""


def resolve(
    conn: Connection,
    question: str,
    answer: QuestionAnswer,
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
) -> Resolution:
    """Settle a question, or take that back. Raises NotFoundError or AnswerError."""
    if len(note) > LONGEST_NOTE:
        raise AnswerError(f"a note has at most {LONGEST_NOTE:,} characters")
    done = decisions.resolve(conn, question, answer, by=actor.name, at=now, note=note)
    told = f"question {question}"
    store_access.add_deed(conn, actor.deed(f"question.{answer.value}", told, at=now, detail=note))
    return done


def subject(flag_id: int) -> str:
    """What a flag is called in the audit log."""
    return f"flag {flag_id}"


def told(deed: Deed) -> str:
    """What a deed on a flag was, in words."""
    return {"flag.undone": "taken back"}.get(deed.action, deed.action.removeprefix("flag."))
