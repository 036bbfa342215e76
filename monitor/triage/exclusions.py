"""Takes a person's word that a story is not evidence, or is after all: for every surface.

Nothing is deleted: the word is a row, what it takes out of the ledger a row without weight, and
what comes back a row weighed anew. No flag follows from either.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.access.accounts import Actor
from monitor.core.assess import latest
from monitor.core.judging import exclusion, weigh
from monitor.core.judging.rules import Rules
from monitor.errors import AnswerError, NotFoundError
from monitor.model.access import Deed
from monitor.model.flags import Evidence, Exclusion
from monitor.model.stories import Story
from monitor.polling.known import read_known
from monitor.store import access as store_access
from monitor.store import evidence as store_evidence
from monitor.store import matches as store_matches
from monitor.store import outbox as store_outbox
from monitor.store import stories as store_stories
from monitor.triage.answers import LONGEST_NOTE

EXCLUDED, INCLUDED = "evidence.excluded", "evidence.included"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What somebody speaks of: a story, an indicator, and the judgments; none given means all."""

    story_id: str
    indicator: str
    judgments: tuple[str, ...] = ()  # keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What came of it. `deed` is the number by which it can be undone."""

    deed: int
    about: About  # with the judgments it came to
    evidence: tuple[Evidence, ...]  # the new rows


def exclude(
    conn: Connection, about: About, *, rules: Rules, actor: Actor, now: datetime, note: str = ""
) -> Corrected:
    """Take a story out of the ledger of these judgments, for good: it stays out as it grows.

    Raises NotFoundError if there is no such story, AnswerError if it does not count there.
    """
    story = _story(conn, about.story_id)
    counted = [
        row for row in _rows(conn, about) if row.weight and row.judgment in _of(about, row.judgment)
    ]
    if not counted:
        raise AnswerError(f"story {story.id} does not count by “{about.indicator}” there")
    keys = tuple(row.judgment for row in counted)
    _say(conn, story, about.indicator, keys, counts=False, actor=actor, now=now, note=note)
    at = store_outbox.not_told_yet(conn, now)
    fresh = tuple(weigh.withdrawn(row, rules=rules.version, now=at) for row in counted)
    store_evidence.append(conn, fresh)
    return _done(conn, EXCLUDED, about, keys, fresh, actor=actor, now=now, note=note)


def include(
    conn: Connection, about: About, *, rules: Rules, actor: Actor, now: datetime, note: str = ""
) -> Corrected:
    """Let a story count again, by what it says now. Raises NotFoundError or AnswerError."""
    story = _story(conn, about.story_id)
    said = exclusion.excluded(story, store_evidence.exclusions(conn))
    keys = tuple(
        judgment
        for judgment, indicator in sorted(said)
        if indicator == about.indicator and judgment in _of(about, judgment)
    )
    if not keys:
        raise AnswerError(f"nobody said that story {story.id} is not “{about.indicator}” there")
    _say(conn, story, about.indicator, keys, counts=True, actor=actor, now=now, note=note)
    fresh = _weighed(conn, story, rules, store_outbox.not_told_yet(conn, now))
    store_evidence.append(conn, fresh)
    return _done(conn, INCLUDED, about, keys, fresh, actor=actor, now=now, note=note)


def take_back(
    conn: Connection, deed: Deed, *, rules: Rules, actor: Actor, now: datetime
) -> Corrected:
    """The opposite of a deed of this module."""
    detail = json.loads(deed.detail)
    about = About(
        story_id=deed.subject.removeprefix("story "),
        indicator=detail["indicator"],
        judgments=tuple(detail["judgments"]),
    )
    step = include if deed.action == EXCLUDED else exclude
    return step(conn, about, rules=rules, actor=actor, now=now, note=f"takes back {deed.id}")


def _of(about: About, judgment: str) -> Sequence[str]:
    return about.judgments or (judgment,)


def _story(conn: Connection, story_id: str) -> Story:
    found = store_stories.get(conn, story_id)
    if found is None:
        raise NotFoundError(f"there is no story {story_id[:60]}; silence is answered on its flag")
    return found


def _rows(conn: Connection, about: About) -> tuple[Evidence, ...]:
    """The rows that count of the story by the indicator, one per judgment."""
    rows = store_evidence.of_story(conn, about.story_id)
    newest = {row.judgment: row for row in rows if row.indicator == about.indicator}
    return tuple(newest.values())


def _say(
    conn: Connection,
    story: Story,
    indicator: str,
    keys: Sequence[str],
    *,
    counts: bool,
    actor: Actor,
    now: datetime,
    note: str,
) -> None:
    if len(note) > LONGEST_NOTE:
        raise AnswerError(f"a note has at most {LONGEST_NOTE:,} characters")
    entries = tuple(member.entry_id for member in story.members)
    store_evidence.exclude(
        conn,
        [
            Exclusion(
                judgment=key,
                indicator=indicator,
                entries=entries,
                counts=counts,
                by=actor.name,
                at=now,
                note=note,
            )
            for key in keys
        ],
    )


def _weighed(conn: Connection, story: Story, rules: Rules, now: datetime) -> tuple[Evidence, ...]:
    matched = store_matches.matched(conn, [member.entry_id for member in story.members])
    if not matched:
        return ()
    known = read_known(conn, matched, rules=rules, now=now)
    return weigh.weigh(
        [story],
        matched={item.entry.id: item for item in matched},
        questions=rules.questions,
        known=latest(known.evidence, store_evidence.of_story(conn, story.id)),
        rules=rules.version,
        now=now,
        demoted=known.demoted,
        exclusions=known.exclusions,
    )


def _done(
    conn: Connection,
    action: str,
    about: About,
    keys: tuple[str, ...],
    fresh: tuple[Evidence, ...],
    *,
    actor: Actor,
    now: datetime,
    note: str,
) -> Corrected:
    told = {"indicator": about.indicator, "judgments": keys, "note": note}
    detail = json.dumps(told, ensure_ascii=False)
    deed = actor.deed(action, f"story {about.story_id}", at=now, detail=detail)
    named = About(story_id=about.story_id, indicator=about.indicator, judgments=keys)
    return Corrected(deed=store_access.add_deed(conn, deed), about=named, evidence=fresh)
