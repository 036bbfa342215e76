"""Turns flags and due slots into digests in the outbox.

Level-triggered: what is due is read from the tables each time, so a crash at any point is made good
by the next round. A digest exists once per (name, slot), a delivery once per digest and recipient.
"""

import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.access import subscriptions
from monitor.core.judging.rules import Rules
from monitor.core.telling import digest as core_digest
from monitor.core.telling import routing, slots
from monitor.core.telling.digest import Window
from monitor.deliver import render
from monitor.deliver.theme import Theme
from monitor.model.clock import LocalClock
from monitor.model.deliveries import DigestConfig, Team, Urgency
from monitor.model.digests import Digest, Message
from monitor.model.flags import Flag, FlagKind, Reason
from monitor.model.questions import Question
from monitor.outbox import digest_input
from monitor.store import flags as store_flags
from monitor.store import meta as store_meta
from monitor.store import outbox as store_outbox

URGENT_FOR = timedelta(hours=48)
"""A reason that interrupts is told at once only this long; later it is for the next digest."""

REMINDER = "reminder-"
"""What the slots of reminders begin with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What composing needs besides the store."""

    rules: Rules
    digests: tuple[DigestConfig, ...]
    base_url: str
    theme: Theme | None = None
    notices: tuple[str, ...] = ()  # configuration refused since …, our own network down, …
    teams: tuple[Team, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    digest: Digest
    message: Message
    sent: bool = False  # in the outbox; False for a preview, or when there was nothing to say


def started_at(conn: Connection, now: datetime) -> datetime:
    """When this database began to watch; slots before it are nobody's business."""
    stored = store_meta.get(conn, "started_at")
    if stored is None:
        store_meta.put(conn, "started_at", now.isoformat())
        return now
    return datetime.fromisoformat(stored)


def compose_due(conn: Connection, context: Context, now: datetime) -> tuple[Composed, ...]:
    """Write every digest that is due and not yet written: slots first, then urgent flags."""
    found = [_scheduled(conn, config, context, now) for config in context.digests]
    live = store_flags.live(conn)
    for config in context.digests:
        if config.urgent is not Urgency.NONE:
            found += _urgent(conn, config, context, live, now)
    found += _reminders(conn, context, live, now)
    return tuple(item for item in found if item is not None)


def preview(conn: Connection, config: DigestConfig, context: Context, now: datetime) -> Composed:
    """The digest as it would be sent now. Writes nothing."""
    window = _window(conn, config, f"preview-{now:%Y-%m-%dT%H:%M}", now)
    digest = digest_input.with_gaps(
        conn, _compose(conn, config, window, context, context.rules.questions, now)
    )
    return Composed(digest=digest, message=_rendered(digest, context))


def send_now(
    conn: Connection, config: DigestConfig, context: Context, now: datetime
) -> Composed | None:
    """Write a digest outside its schedule, for `monitor digest --send`. None if already written."""
    window = _window(conn, config, f"asked-{now:%Y-%m-%dT%H:%M}", now)
    return _write(conn, config, window, context, context.rules.questions, now, always=True)


def _scheduled(
    conn: Connection, config: DigestConfig, context: Context, now: datetime
) -> Composed | None:
    due = slots.due_slot(config, now)
    if due is None:
        return None
    slot, instant = due
    if instant <= started_at(conn, now) or store_outbox.slot_taken(conn, config.name, slot):
        return None
    window = _window(conn, config, slot, now)
    return _write(conn, config, window, context, context.rules.questions, now)


def _window(conn: Connection, config: DigestConfig, slot: str, now: datetime) -> Window:
    last = store_outbox.last_window(conn, config.name)
    stored = store_meta.get(conn, "started_at")
    began = datetime.fromisoformat(stored) if stored else now
    return Window(slot=slot, start=last or began - timedelta(seconds=1), end=now)


def _urgent(
    conn: Connection, config: DigestConfig, context: Context, live: Sequence[Flag], now: datetime
) -> list[Composed | None]:
    """One message per live flag and new interrupting reason.

    In quiet hours only what may break them is told. What came up in them is told at their end, in
    one message, together with whatever else is new.
    """
    pending = _pending(conn, config, context, live, now)
    if slots.quiet(config, now):
        pending = [each for each in pending if config.breaks_quiet_hours and each.decisive]
    elif any(slots.quiet(config, each.loud[-1].raised_at) for each in pending):
        return [
            _at_once(conn, config, context, pending, f"{store_outbox.QUIET}{now:%FT%H:%M}", now)
        ]
    return [_at_once(conn, config, context, [each], each.slot, now) for each in pending]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    """A live flag with a reason that interrupts and was not told yet."""

    flag: Flag
    loud: tuple[Reason, ...]  # all that interrupt, in order of time
    told: datetime | None

    @property
    def slot(self) -> str:
        """It counts the reasons, so that each is told once."""
        return f"{store_outbox.FLAG}{self.flag.id}-{len(self.loud)}"

    @property
    def decisive(self) -> bool:
        return any(
            reason.kind is FlagKind.TRIPWIRE and (self.told is None or reason.raised_at > self.told)
            for reason in self.loud
        )


def _pending(
    conn: Connection, config: DigestConfig, context: Context, live: Sequence[Flag], now: datetime
) -> list[_Pending]:
    if not live:
        return []
    told = store_outbox.last_told(conn, config.name)
    chosen = {q.id for q in context.rules.questions if routing.selects(config, q)}
    kinds = {FlagKind.TRIPWIRE} if config.urgent is Urgency.DECISIVE else set(FlagKind)
    found = []
    for flag in live:
        loud = tuple(r for r in flag.reasons if r.interrupts and r.kind in kinds)
        if not loud or now - loud[-1].raised_at > URGENT_FOR or flag.question not in chosen:
            continue
        if told is not None and loud[-1].raised_at <= told:
            continue  # a digest, or the end of quiet hours, has told it
        pending = _Pending(flag=flag, loud=loud, told=told)
        known = any(brief.key == flag.brief for q in context.rules.questions for brief in q.briefs)
        if known and not store_outbox.slot_taken(conn, config.name, pending.slot):
            found.append(pending)
    return found


def _at_once(
    conn: Connection,
    config: DigestConfig,
    context: Context,
    pending: Sequence[_Pending],
    slot: str,
    now: datetime,
) -> Composed | None:
    questions = _only(context.rules.questions, {each.flag.brief for each in pending})
    since = _window(conn, config, slot, now)
    start = min([since.start, *(_just_before(each.loud[-1]) for each in pending)])
    end = max([since.end, *(each.loud[-1].raised_at for each in pending)])
    window = replace(since, urgent=True, start=start, end=end)
    return _write(conn, config, window, context, questions, now, always=True)


def _reminders(
    conn: Connection, context: Context, live: Sequence[Flag], now: datetime
) -> Iterator[Composed | None]:
    """A flag that nobody acknowledged is told once more: to the deputy, if that is a team."""
    for flag in digest_input.unacknowledged(live, now):
        questions = _only(context.rules.questions, {flag.brief})
        urgent = [each for each in context.digests if each.urgent is not Urgency.NONE]
        chosen = [each for each in urgent if questions and routing.selects(each, questions[0])]
        slot = f"{REMINDER}{flag.id}"
        if not chosen or any(store_outbox.slot_taken(conn, each.name, slot) for each in chosen):
            continue
        deputy = routing.team_name(questions[0].deputy)
        teams = [team.recipients for team in context.teams if team.name == deputy]
        config = replace(chosen[0], recipients=teams[0]) if teams else chosen[0]
        opened = LocalClock(config.timezone, now).day(flag.opened_at)
        said = f"Reminder: flag {flag.id} was raised on {opened} and waits for an answer"
        start = _just_before(flag.reasons[0])
        window = Window(slot=slot, start=start, end=now, urgent=True, reminder=True)
        about = replace(context, notices=(said,))
        yield _write(conn, config, window, about, questions, now, always=True)


def _just_before(reason: Reason) -> datetime:
    return reason.raised_at - timedelta(microseconds=1)


def _only(questions: Sequence[Question], briefs: Collection[str]) -> tuple[Question, ...]:
    """The questions of these briefs, with these briefs alone."""
    chosen = (
        replace(question, briefs=tuple(b for b in question.briefs if b.key in briefs))
        for question in questions
    )
    return tuple(question for question in chosen if question.briefs)


def _write(
    conn: Connection,
    config: DigestConfig,
    window: Window,
    context: Context,
    questions: tuple[Question, ...],
    now: datetime,
    *,
    always: bool = False,
) -> Composed | None:
    digest = _compose(conn, config, window, context, questions, now)
    sent = always or core_digest.worth_sending(digest, only_flagged=config.only_flagged)
    digest = digest_input.with_gaps(conn, digest)
    message = _rendered(digest, context)
    digest_id = store_outbox.create_digest(
        conn,
        name=config.name,
        slot=window.slot,
        urgent=window.urgent,
        window_from=window.start,
        window_to=window.end,
        message=message,
        at=now,
    )
    if digest_id is None:
        return None
    # a digest with nothing to say still takes its slot, so that its window is closed
    if sent:
        key = delivery_key(digest)
        left = subscriptions.left(conn, config.name)
        wanted = [each for each in config.recipients if each.address.lower() not in left]
        store_outbox.enqueue(conn, digest_id, wanted, key_base=key, at=now)
    return Composed(digest=digest, message=message, sent=sent)


def _rendered(digest: Digest, context: Context) -> Message:
    # drawn once the digest's text is fixed, so that no feed can have written it; what is rendered
    # does not depend on it
    mark = secrets.token_hex(16)
    return render.render(digest, base_url=context.base_url, theme=context.theme, mark=mark)


def delivery_key(digest: Digest) -> str:
    """What the keys of its deliveries begin with: unique, and safe in a file's name."""
    return f"{digest.name}.{digest.slot}".replace(":", "")


def _compose(
    conn: Connection,
    config: DigestConfig,
    window: Window,
    context: Context,
    questions: tuple[Question, ...],
    now: datetime,
) -> Digest:
    notices = context.notices if window.reminder or not window.urgent else ()
    read = digest_input.read(conn, config, window, context.rules, questions, notices, now)
    return core_digest.compose(config, window, read, now=now)
