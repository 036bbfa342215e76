"""The watchlist's page: the file in force, what is doubtful in it, and trying things out.

Nothing here changes the file. It is edited in git; the page gives it out and shows differences.
"""

import asyncio
from typing import Final

from starlette.responses import PlainTextResponse, Response

from monitor.config.load import WATCHLISTS
from monitor.errors import AccessError
from monitor.store import watchlists as store_watchlists
from monitor.triage import backtest, explain
from monitor.web.ask import Ask
from monitor.web.guard import LONGEST_NUMBER

LONGEST_TEXT: Final = 2_000

DAYS: Final = (7, 30, 90, 365)


async def show(ask: Ask) -> Response:
    """The file as loaded; with `text`, what that headline or address matches and why."""
    plan = ask.app.plan
    asked = ask.text("text", LONGEST_TEXT)
    traces = await ask.look(
        lambda conn: explain.explain(conn, asked, plan.rules, ask.now) if asked else ()
    )
    since = await ask.look(store_watchlists.last_good)
    remarks = await asyncio.to_thread(ask.site.remarked.of, plan, ask.now)
    return ask.page(
        "watchlist.html.j2",
        text=plan.configuration.watchlists.text,
        version=plan.rules.version,
        since=since[2] if since else None,
        remarks=remarks,
        asked=asked,
        traces=traces,
        refusal=ask.app.refusal,
        days=DAYS,
    )


async def tried(ask: Ask) -> Response:
    """The same answer alone, for the box that answers while one types."""
    plan, asked = ask.app.plan, ask.text("text", LONGEST_TEXT)
    traces = await ask.look(
        lambda conn: explain.explain(conn, asked, plan.rules, ask.now) if asked else ()
    )
    return ask.page("tried.html.j2", asked=asked, traces=traces)


async def trial(ask: Ask) -> Response:
    """An edited file against the store. Nothing is kept of it."""
    fields = await ask.form()
    text = fields.get("text", "").replace("\r\n", "\n")
    days = fields.get("days", "30")
    short = days.isascii() and days.isdecimal() and len(days) <= LONGEST_NUMBER
    if not (short and 1 <= int(days) <= backtest.MOST_DAYS):
        raise AccessError(f"a back-test reaches 1 to {backtest.MOST_DAYS} days back")
    plan = ask.app.plan
    async with ask.site.trials:
        found = await ask.look(
            lambda conn: backtest.run(conn, plan, text, days=int(days), now=ask.now)
        )
    return ask.page("trial.html.j2", trial=found, text=text, days=DAYS, chosen=int(days))


async def download(ask: Ask) -> Response:
    """The file in force, as it was read."""
    return attached(ask.app.plan.configuration.watchlists.text, WATCHLISTS)


async def difference(ask: Ask) -> Response:
    """The edit as a patch for git."""
    fields = await ask.form()
    lines = backtest.diff(ask.app.plan, fields.get("text", "").replace("\r\n", "\n"))
    return attached("".join(f"{line}\n" for line in lines), "watchlists.diff")


def attached(text: str, name: str) -> Response:
    """A text that the browser saves as a file."""
    return PlainTextResponse(
        text, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
