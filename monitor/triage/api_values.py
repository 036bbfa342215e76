"""Turns what services give into plain values for JSON: the vocabulary's names, times in UTC.

Flags, their ledgers and their evidence are `flag_view`'s.
"""

from typing import Any

from monitor.model.entries import Entry
from monitor.model.questions import Question
from monitor.store.outbox import Carried
from monitor.triage import flag_view, standing
from monitor.triage.entry_page import StoryPage
from monitor.triage.explain import Trace
from monitor.triage.question import QuestionPage


def question(found: Question) -> dict[str, Any]:
    return {
        "id": found.id,
        "ask": found.ask,
        "closes": found.closes.isoformat() if found.closes else None,
        "judgments": [judgment.key for judgment in found.judgments],
        "indicators": [indicator.name for indicator in found.indicators],
    }


def question_page(found: QuestionPage) -> dict[str, Any]:
    return question(found.question) | {
        "tracks": [
            standing.as_json(track.standing)
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
        "flags": [flag_view.flag_json(each) for each in found.flags],
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
        "evidence": [flag_view.evidence_json(row) for row in found.evidence],
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
        "evidence": [flag_view.evidence_json(row) for row in found.evidence],
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
