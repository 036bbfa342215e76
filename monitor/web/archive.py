"""Pages of one entry and of one story, at addresses that last as long as they are stored."""

from starlette.responses import Response

from monitor.triage import entry_page as triage_entry_page
from monitor.triage import undo as triage_undo
from monitor.web.ask import Ask
from monitor.web.correct import done


async def entry(ask: Ask) -> Response:
    entry_id = ask.request.path_params["entry_id"]
    rules = ask.app.plan.rules
    trace = await ask.look(lambda conn: triage_entry_page.entry(conn, entry_id, rules, ask.now))
    return ask.page("entry.html.j2", trace=trace)


async def story(ask: Ask) -> Response:
    story_id = ask.request.path_params["story_id"]
    found = await ask.look(lambda conn: triage_entry_page.story(conn, story_id))
    # the flag that somebody came from, to lead back to it
    return ask.page(
        "story.html.j2",
        found=found,
        flag=ask.number("flag"),
        done=await done(ask),
        undoable=await ask.look(lambda conn: triage_undo.last(conn, f"story {story_id}")),
    )
