"""The first page: what wants an answer, where judgments stand, and what went out last."""

from starlette.responses import Response

from monitor.store import feeds as store_feeds
from monitor.triage import desk as triage_desk
from monitor.web.ask import Ask
from monitor.web.correct import done


async def show(ask: Ask) -> Response:
    flags_page, page = ask.number("flags"), ask.number("page")
    rules = ask.app.plan.rules
    desk = await ask.look(
        lambda conn: triage_desk.read(conn, rules, ask.now, flags_page=flags_page, page=page)
    )
    poorer = await ask.look(lambda conn: triage_desk.losses(conn, rules, ask.now))
    failing, feeds = await ask.look(store_feeds.troubled)
    return ask.page(
        "desk.html.j2",
        desk=desk,
        flags_page=flags_page,
        page=page,
        flags_more=(flags_page + 1) * triage_desk.FLAGS_SHOWN < desk.open,
        more=(page + 1) * triage_desk.JUDGMENTS_SHOWN < desk.judgments,
        feeds=feeds,
        failing=failing,
        refusal=ask.app.refusal,
        poorer=poorer,
        done=await done(ask),
    )
