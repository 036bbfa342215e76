"""Takes what people decide on flags and questions: one function per decision, for every surface.

The command line, the page and Slack's buttons call these, so that who, when and why are kept
alike. Each takes a Connection in a write transaction, and raises NotFoundError or AnswerError with
a sentence that can be shown as it is.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from monitor.config import watchlists as config_watchlists
from monitor.config.load import WATCHLISTS
from monitor.core.judging import ledger, likelihood
from monitor.core.judging.watching import statuses
from monitor.errors import AnswerError, ConfigError, NotFoundError
from monitor.model.flags import PROGRAM, Flag, FlagState, Review
from monitor.model.questions import Question, QuestionAnswer, QuestionStatus, Resolution
from monitor.store import evidence as store_evidence
from monitor.store import flags as store_flags
from monitor.store import watchlists as store_watchlists


def acknowledge(conn: Connection, flag_id: int, *, by: str, at: datetime, note: str = "") -> Flag:
    """Somebody has seen the flag and will decide; it is not reminded of any more."""
    flag = _live(conn, flag_id)
    return _decide(conn, flag, FlagState.ACKNOWLEDGED, by=by, at=at, note=note)


def snooze(conn: Connection, flag_id: int, *, until: datetime, by: str, at: datetime) -> Flag:
    """Acknowledged, and until then only a tripwire interrupts."""
    flag = _live(conn, flag_id)
    if until <= at:
        raise AnswerError(f"{until:%Y-%m-%d %H:%M} UTC has passed; snooze until a later time")
    note = f"snoozed until {until:%Y-%m-%d %H:%M} UTC"
    return _decide(conn, flag, FlagState.ACKNOWLEDGED, by=by, at=at, note=note, until=until)


def stands(
    conn: Connection,
    flag_id: int,
    *,
    by: str,
    at: datetime,
    note: str = "",
    assumptions: Iterable[tuple[str, str]] = (),
) -> Flag:
    """The judgment holds. The evidence to date is priced in: its ledger starts anew."""
    flag = _live(conn, flag_id)
    named = _assumptions(conn, flag, assumptions)
    return _decide(conn, flag, FlagState.STANDS, by=by, at=at, note=note, assumptions=named)


def revise(
    conn: Connection,
    flag_id: int,
    *,
    by: str,
    at: datetime,
    note: str = "",
    words: str = "",
    assumptions: Iterable[tuple[str, str]] = (),
) -> Flag:
    """The judgment was changed; `words` is its new likelihood, in words or per cent."""
    flag = _live(conn, flag_id)
    if words and not any(likelihood.parse(words, scale) for scale in likelihood.SCALES):
        raise AnswerError(f"“{words}” is no likelihood; write a word of a scale, “10%” or “5-15%”")
    named = _assumptions(conn, flag, assumptions)
    return _decide(
        conn, flag, FlagState.REVISED, by=by, at=at, note=note, words=words, assumptions=named
    )


def withdraw(conn: Connection, flag_id: int, *, by: str, at: datetime, note: str = "") -> Flag:
    """The judgment is not held any more; take it out of watchlists.yaml as well."""
    return _decide(conn, _live(conn, flag_id), FlagState.WITHDRAWN, by=by, at=at, note=note)


def noise(
    conn: Connection, flag_id: int, *, by: str, at: datetime, note: str = "", indicator: str = ""
) -> Flag:
    """Nothing happened. `indicator` misfired; it may be left out where there is only one."""
    flag = _live(conn, flag_id)
    named = indicators(flag)
    if not indicator and len(named) == 1:
        indicator = named[0]
    if named and indicator not in named:
        which = f"“{indicator}” is not behind flag {flag_id}" if indicator else "which misfired"
        raise AnswerError(f"{which}: name one of {', '.join(named)}")
    return _decide(conn, flag, FlagState.NOISE, by=by, at=at, note=note, indicator=indicator)


def indicators(flag: Flag) -> tuple[str, ...]:
    """Names of the indicators behind a flag's reasons, the most recent reason first."""
    named = (ref[2] for reason in reversed(flag.reasons) for ref in reason.evidence)
    return tuple(dict.fromkeys(named))


def expire(conn: Connection, flag: Flag, *, at: datetime, note: str, by: str = PROGRAM) -> Flag:
    """Close a flag that needs no answer any more."""
    return _decide(conn, flag, FlagState.EXPIRED, by=by, at=at, note=note)


def resolve(
    conn: Connection,
    question: str,
    answer: QuestionAnswer,
    *,
    by: str,
    at: datetime,
    note: str = "",
) -> Resolution:
    """Settle a question: nothing on it is flagged any more, and its open flags expire.

    `Answer.OPEN` takes an answer back.
    """
    known = {item.id for item in loaded(conn)}
    if question not in known:
        names = ", ".join(sorted(known)) or "none"
        raise NotFoundError(f"no question is called “{question}”; there are: {names}")
    resolution = Resolution(question=question, answer=answer, by=by, at=at, note=note)
    store_watchlists.add_resolution(conn, resolution)
    if answer is not QuestionAnswer.OPEN:
        for flag in store_flags.live(conn):
            if flag.question == question:
                expire(conn, flag, at=at, note=f"the question resolved: {answer.value}", by=by)
    return resolution


def loaded(conn: Connection) -> tuple[Question, ...]:
    """The questions of the watchlist that was loaded last; none before the first."""
    good = store_watchlists.last_good(conn)
    if good is None:
        return ()
    try:
        return config_watchlists.parse(good[1], WATCHLISTS).questions
    except ConfigError:
        return ()  # written by another version of the program


def standing(
    conn: Connection, at: datetime
) -> tuple[tuple[Question, QuestionStatus, Resolution | None], ...]:
    """Every loaded question, where it stands, and how it was answered."""
    return statuses(loaded(conn), store_watchlists.resolved(conn), at.date())


def _live(conn: Connection, flag_id: int) -> Flag:
    flag = store_flags.get(conn, flag_id)
    if flag is None:
        raise NotFoundError(f"there is no flag {flag_id}; `monitor flags list --all` shows them")
    if not flag.state.live:
        last = [item for item in store_flags.reviews(conn, flag.brief) if item.flag_id == flag_id]
        who = f" by {last[-1].by} on {last[-1].at:%Y-%m-%d %H:%M} UTC" if last else ""
        raise AnswerError(
            f"flag {flag_id} was closed as “{flag.state.value}”{who}; "
            "what comes after raises a flag of its own"
        )
    return flag


def _decide(
    conn: Connection,
    flag: Flag,
    decision: FlagState,
    *,
    by: str,
    at: datetime,
    note: str,
    words: str = "",
    indicator: str = "",
    assumptions: Sequence[tuple[str, str]] = (),
    until: datetime | None = None,
) -> Flag:
    review = Review(
        flag_id=flag.id,
        brief=flag.brief,
        decision=decision,
        by=by,
        at=at,
        note=note,
        likelihood=words,
        indicator=indicator,
        assumptions=tuple(assumptions),
        ledger=_ledger(conn, flag.brief, at),
        until=until,
    )
    return store_flags.decide(conn, review)


def _ledger(conn: Connection, brief: str, at: datetime) -> tuple[tuple[str, float, float], ...]:
    """Points toward and away of each judgment of the brief, as they stand before the decision."""
    briefs = (item for question in loaded(conn) for item in question.briefs if item.key == brief)
    found = next(briefs, None)
    if found is None:
        return ()
    start = ledger.started(found, ledger.last_resets(store_flags.last_resets(conn, [brief])))
    keys = [judgment.key for judgment in found.judgments]
    rows = store_evidence.current(conn, since=start.read_from, judgments=keys)
    sums = {key: ledger.ledger(key, rows, start, at) for key in keys}
    return tuple((key, own.toward, own.away) for key, own in sums.items())


def _assumptions(
    conn: Connection, flag: Flag, named: Iterable[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """Checked against the brief: (id, "broken" or "holding")."""
    given = tuple(named)
    known = {
        item.id
        for question in loaded(conn)
        for brief in question.briefs
        if brief.key == flag.brief
        for item in brief.assumptions
    }
    for id_, _ in given:
        if id_ not in known:
            names = ", ".join(sorted(known)) or "none"
            raise AnswerError(
                f"no assumption of {flag.brief} is called “{id_}”; there are: {names}"
            )
    return given
