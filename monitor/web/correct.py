"""Corrections of what the program made of news: not evidence, merge, split, and taking any back.

Every one is a form of its own that works without scripts, and leads back to where it was pressed.
"""

from starlette.responses import Response

from monitor.model.access import Deed
from monitor.store import access as store_access
from monitor.triage import exclusions, stories
from monitor.triage import undo as triage_undo
from monitor.triage.exclusions import About
from monitor.web.ask import Ask, inside, see


async def exclude(ask: Ask) -> Response:
    """Take the story out of the ledger, of one judgment or of all."""
    return await _evidence(ask, out=True)


async def include(ask: Ask) -> Response:
    return await _evidence(ask, out=False)


async def _evidence(ask: Ask, *, out: bool) -> Response:
    fields = await ask.form()
    judgment = fields.get("judgment", "")
    about = About(
        story_id=ask.request.path_params["story_id"],
        indicator=fields.get("indicator", ""),
        judgments=() if fields.get("everywhere") or not judgment else (judgment,),
    )
    step = exclusions.exclude if out else exclusions.include
    note, rules = fields.get("note", "").strip(), ask.app.plan.rules
    done = await ask.act(
        lambda conn: step(conn, about, rules=rules, actor=ask.actor, now=ask.now, note=note)
    )
    return see(inside(fields.get("back", "")), done=done.deed)


async def split(ask: Ask) -> Response:
    """The ticked entries leave the story."""
    fields = await ask.form()
    story_id = ask.request.path_params["story_id"]
    ticked = [value for name, value in fields.items() if name.startswith("entry.")]
    note, rules = fields.get("note", "").strip(), ask.app.plan.rules
    done = await ask.act(
        lambda conn: stories.split(
            conn, story_id, ticked, rules=rules, actor=ask.actor, at=ask.now, note=note
        )
    )
    return see(inside(fields.get("back", "")), done=done.deed)


async def merge(ask: Ask) -> Response:
    """The ticked stories and this one become one."""
    fields = await ask.form()
    story_id = ask.request.path_params["story_id"]
    ticked = [value for name, value in fields.items() if name.startswith("story.")]
    note, rules = fields.get("note", "").strip(), ask.app.plan.rules
    done = await ask.act(
        lambda conn: stories.merge(
            conn, [story_id, *ticked], rules=rules, actor=ask.actor, at=ask.now, note=note
        )
    )
    return see(f"/stories/{done.stories[0].id}", flag=fields.get("flag", ""), done=done.deed)


async def undo(ask: Ask) -> Response:
    """Take the last decision on a flag, a story or its evidence back."""
    number = ask.request.path_params["number"]
    fields = await ask.form()
    rules = ask.app.plan.rules
    done = await ask.act(
        lambda conn: triage_undo.undo(conn, number, rules=rules, actor=ask.actor, now=ask.now)
    )
    here = f"/flags/{done.flag.id}" if done.flag else inside(fields.get("back", ""))
    return see(here, done=done.deed)


async def done(ask: Ask) -> Deed | None:
    """What this very visitor has just done, as the address says."""
    number = ask.number("done")
    deed = await ask.look(lambda conn: store_access.get_deed(conn, number)) if number else None
    own = deed is not None and deed.actor == ask.visitor.name
    return deed if deed and own and deed.action.startswith(triage_undo.KINDS) else None
