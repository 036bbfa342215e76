"""Corrections for programs: not evidence, split and merge, by the functions that the page calls."""

from typing import Any

from monitor.triage import exclusions, flag_view, stories
from monitor.triage.exclusions import About
from monitor.web.call import Call


async def exclude(call: Call) -> Any:
    """A story is no evidence, or with `counts` it is again."""
    told = await call.fields(indicator=str, judgments=list, counts=bool, note=str)
    about = About(
        story_id=call.request.path_params["story_id"],
        indicator=told["indicator"],
        judgments=tuple(told["judgments"]),
    )
    step = exclusions.include if told["counts"] else exclusions.exclude
    rules, note = call.site.app.plan.rules, told["note"]
    done = await call.act(
        lambda conn: step(conn, about, rules=rules, actor=call.actor, now=call.now, note=note)
    )
    return {"deed": done.deed, "evidence": [flag_view.evidence_json(row) for row in done.evidence]}


async def split(call: Call) -> Any:
    told = await call.fields(entries=list, note=str)
    story_id, rules = call.request.path_params["story_id"], call.site.app.plan.rules
    entries, note = told["entries"], told["note"]
    done = await call.act(
        lambda conn: stories.split(
            conn, story_id, entries, rules=rules, actor=call.actor, at=call.now, note=note
        )
    )
    return _settled(done)


async def merge(call: Call) -> Any:
    told = await call.fields(stories=list, note=str)
    named = [call.request.path_params["story_id"], *told["stories"]]
    rules, note = call.site.app.plan.rules, told["note"]
    done = await call.act(
        lambda conn: stories.merge(
            conn, named, rules=rules, actor=call.actor, at=call.now, note=note
        )
    )
    return _settled(done)


def _settled(done: stories.StoryDecision) -> dict[str, Any]:
    return {
        "deed": done.deed,
        "stories": [story.id for story in done.stories],
        "evidence": [flag_view.evidence_json(row) for row in done.evidence],
    }
