"""Turns what services give into plain values for JSON: the vocabulary's names, times in UTC."""

from typing import Any

from monitor.model.entries import Entry
from monitor.model.flags import Evidence, Flag, Review
from monitor.model.questions import Question
from monitor.store.delivery_lists import Carried
from monitor.triage import flags as triage_flags
from monitor.triage.case import Case
from monitor.triage.entry_page import StoryPage
from monitor.triage.explain import Trace
from monitor.triage.question import Page
from monitor.triage.standing import Standing


def flag(found: Flag) -> dict[str, Any]:
    return triage_flags.as_json(found)


def case(found: Case) -> dict[str, Any]:
    """A flag with the ledger of each judgment of its brief and the evidence in it."""
    return flag(found.flag) | {
        "as_of": found.at.isoformat(),
        "judgments": [
            standing(docket.standing)
            | {
                "evidence": [
                    evidence(row.evidence) | {"points_now": row.points, "behind": row.behind}
                    for row in (*docket.away, *docket.toward)
                ]
            }
            for docket in found.dockets
        ],
        "reviews": [review(each) for each in found.reviews],
    }


def standing(found: Standing) -> dict[str, Any]:
    judgment = found.judgment
    return {
        "judgment": judgment.key,
        "says": judgment.says,
        "event": judgment.event,
        "likelihood": {
            "words": judgment.likelihood.words,
            "low": judgment.likelihood.low,
            "high": judgment.likelihood.high,
        },
        "confidence": judgment.confidence.value if judgment.confidence else None,
        "since": found.since.isoformat() if found.since else None,
        "points": found.ledger.total,
        "toward": found.ledger.toward,
        "away": found.ledger.away,
        "stories": found.stories,
    }


def evidence(row: Evidence) -> dict[str, Any]:
    return {
        "judgment": row.judgment,
        "indicator": row.indicator,
        "number": row.number,
        "direction": row.direction.value,
        "story": row.story_id,
        "title": row.title,
        "link": row.link,
        "outlets": list(row.outlets),
        "hedged": row.hedged,
        "weight": row.weight,
        "credit": row.credit,
        "prior_credit": row.prior_credit,
        "points": row.points,
        "first_at": row.first_at.isoformat(),
    }


def review(found: Review) -> dict[str, Any]:
    return {
        "decision": found.decision.value,
        "by": found.by,
        "at": found.at.isoformat(),
        "note": found.note,
    }


def question(found: Question) -> dict[str, Any]:
    return {
        "id": found.id,
        "ask": found.ask,
        "closes": found.closes.isoformat() if found.closes else None,
        "judgments": [judgment.key for judgment in found.judgments],
        "indicators": [indicator.name for indicator in found.indicators],
    }


def question_page(found: Page) -> dict[str, Any]:
    return question(found.question) | {
        "tracks": [
            standing(track.standing)
            | {
                "course": [
                    {"at": p.at.isoformat(), "toward": p.toward, "away": p.away}
                    for p in track.course
                ]
            }
            for track in found.tracks
        ],
        "records": [
            {
                "indicator": record.indicator.name,
                "stories": record.stories,
                "outlets": record.outlets,
                "answered": record.answered,
                "noise": record.noise,
            }
            for record in found.indicators
        ],
        "flags": [flag(each) for each in found.flags],
    }


def entry(found: Entry) -> dict[str, Any]:
    return {
        "id": found.id,
        "feed": found.feed_id,
        "outlet": found.outlet,
        "title": found.title,
        "summary": found.summary,
        "link": found.link,
        "published_at": found.published_at.isoformat(),
        "seen_at": found.seen_at.isoformat(),
        "revision": found.revision,
    }


def trace(found: Trace) -> dict[str, Any]:
    return entry(found.entry) | {
        "story": found.story.id if found.story else None,
        "evidence": [evidence(row) for row in found.evidence],
        "flags": [each.id for each in found.flags],
    }


def story(found: StoryPage) -> dict[str, Any]:
    return {
        "id": found.story.id,
        "title": found.story.title,
        "started_at": found.story.started_at.isoformat(),
        "outlets": list(found.story.outlets),
        "members": [
            {
                "entry": member.entry_id,
                "outlet": member.outlet,
                "title": member.title,
                "link": member.link,
                "at": member.at.isoformat(),
                "relation": member.relation.value,
            }
            for member in found.story.members
        ],
        "evidence": [evidence(row) for row in found.evidence],
    }


def delivery(carried: Carried) -> dict[str, Any]:
    row = carried.delivery
    return {
        "id": row.id,
        "digest": carried.digest,
        "subject": carried.subject,
        "channel": row.channel,
        "recipient": row.recipient,
        "state": row.state.value,
        "attempts": row.attempts,
        "queued_at": row.queued_at.isoformat(),
        "sent_at": row.sent_at.isoformat() if row.sent_at else None,
        "error": row.error,
    }
