"""New question: a brief is pasted, and a watchlist to correct comes back. Nothing is kept of it."""

import asyncio
from typing import Final

from starlette.responses import Response

from monitor.core.drafting import draft as drafting
from monitor.core.drafting import writing
from monitor.core.drafting.passages import MOST_CHARACTERS
from monitor.model.drafts import Draft
from monitor.web.ask import Ask
from monitor.web.watchlist import attached

NAME: Final = "draft.yaml"


async def show(ask: Ask) -> Response:
    """The form."""
    return _page(ask, "", None, "")


async def read(ask: Ask) -> Response:
    """The draft of the brief that was pasted; with `download`, the file alone."""
    fields = await ask.form()
    brief = fields.get("brief", "").replace("\r\n", "\n")
    entities = ask.app.plan.configuration.watchlists.entities
    async with ask.site.trials:  # a long brief takes seconds
        found = await asyncio.to_thread(drafting.draft, brief, entities)
    written = writing.as_yaml(found, entities) if found is not None else ""
    if fields.get("download") and found is not None:
        return attached(written, NAME)
    return _page(ask, brief, found, written)


def _page(ask: Ask, brief: str, found: Draft | None, written: str) -> Response:
    return ask.page(
        "draft.html.j2",
        brief=brief,
        draft=found,
        written=written,
        cut=len(brief) > MOST_CHARACTERS,
        most=MOST_CHARACTERS,
    )
