"""Turns a flag's id into the flag with the evidence and reviews behind it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from monitor.errors import NotFoundError
from monitor.model.flags import Evidence, Flag, Reason, Review
from monitor.store import evidence as store_evidence
from monitor.store import flags as store_flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    flag: Flag
    evidence: tuple[Evidence, ...]  # every row of the evidence its reasons name
    reviews: tuple[Review, ...]

    def behind(self, reason: Reason) -> tuple[Evidence, ...]:
        """The rows a reason was raised on, as they stood then: later outlets are not in it."""
        named = frozenset(reason.evidence)
        rows = (row for row in self.evidence if row.ref in named)
        return tuple(sorted(rows, key=lambda row: (row.first_at, row.story_id)))


def read(conn: Connection, flag_id: int) -> Background:
    """Raises NotFoundError when there is no such flag."""
    flag = store_flags.get(conn, flag_id)
    if flag is None:
        raise NotFoundError(f"there is no flag {flag_id}; `monitor flags list --all` shows them")
    keys = {ref[:3] for reason in flag.reasons for ref in reason.evidence}
    stories = sorted({story for _, story, _ in keys})
    return Background(
        flag=flag,
        evidence=tuple(
            row
            for story in stories
            for row in store_evidence.of_story(conn, story)
            if row.key in keys
        ),
        reviews=tuple(
            review for review in store_flags.reviews(conn, flag.brief) if review.flag_id == flag_id
        ),
    )


def state(flag: Flag) -> str:
    """A flag's state for people: “acknowledged, snoozed until …”."""
    if flag.state.live and flag.snoozed_until:
        return f"{flag.state.value}, snoozed until {flag.snoozed_until:%Y-%m-%d %H:%M} UTC"
    return flag.state.value


def as_json(flag: Flag) -> dict[str, Any]:
    return {
        "id": flag.id,
        "question": flag.question,
        "brief": flag.brief,
        "state": flag.state.value,
        "opened_at": flag.opened_at.isoformat(),
        "reasons": [
            {
                "kind": reason.kind.value,
                "judgment": reason.judgment,
                "about": reason.about,
                "direction": reason.direction.value,
                "text": reason.text,
                "numbers": dict(reason.numbers),
                "interrupts": reason.interrupts,
                "held": reason.held,
                "raised_at": reason.raised_at.isoformat(),
                "rules": reason.rules,
            }
            for reason in flag.reasons
        ],
    }


def rows(found: Background) -> list[dict[str, Any]]:
    return [
        {
            "judgment": row.judgment,
            "number": row.number,
            "indicator": row.indicator,
            "story": row.story_id,
            "title": row.title,
            "link": row.link,
            "outlets": list(row.outlets),
            "sources": row.sources,
            "origin": row.origin,
            "standing": row.standing.value,
            "digit": row.digit,
            "points": row.points,
            "weight": row.weight,
            "credit": row.credit,
            "prior_credit": row.prior_credit,
            "hedged": row.hedged,
            "first_at": row.first_at.isoformat(),
        }
        for row in found.evidence
    ]
