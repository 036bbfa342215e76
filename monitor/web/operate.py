"""Pages for those who keep it running: feeds, deliveries, and who did what."""

from collections import Counter
from datetime import timedelta

from starlette.responses import Response

from monitor.core.feeds import health
from monitor.errors import NotFoundError
from monitor.model.deliveries import DeliveryState
from monitor.outbox import undelivered as outbox_resend
from monitor.store import access as store_access
from monitor.store import feeds as store_feeds
from monitor.store import outbox as store_outbox
from monitor.web.ask import Ask, see

ON_A_PAGE = 50
POLLS_SHOWN = 50
GAPS_SHOWN = timedelta(days=30)


async def feeds(ask: Ask) -> Response:
    """Every feed, those in trouble first."""
    found = await ask.look(store_feeds.states)
    since = ask.now - GAPS_SHOWN
    gaps = await ask.look(lambda conn: store_feeds.gaps(conn, since, ask.now))
    ordered = sorted(found, key=lambda state: (-state.fail_count, state.feed_id))
    page, size = ask.number("page"), ON_A_PAGE * 2
    return ask.page(
        "feeds.html.j2",
        feeds=ordered[page * size : (page + 1) * size],
        health=Counter(state.health.value for state in found),
        page=page,
        more=(page + 1) * size < len(ordered),
        configured=ask.app.plan.feeds,
        gaps=gaps[::-1],
        never=await ask.look(store_feeds.never_read),
        anonymous=ask.app.anonymous(),
    )


async def feed(ask: Ask) -> Response:
    feed_id = ask.request.path_params["feed_id"]
    state = await ask.look(lambda conn: store_feeds.state(conn, feed_id))
    if state is None:
        raise NotFoundError(f"no feed is called “{feed_id}”")
    polls = await ask.look(lambda conn: store_feeds.last_polls(conn, feed_id, POLLS_SHOWN))
    return ask.page(
        "feed.html.j2",
        state=state,
        way_round=health.way_round(state),
        polls=polls,
        configured=ask.app.plan.feeds.get(feed_id),
    )


async def deliveries(ask: Ask) -> Response:
    """The outbox, the newest first; with `state`, only those in it."""
    states = _states(ask.text("state"))
    before = ask.number("before") or None
    found = await ask.look(
        lambda conn: store_outbox.page(conn, states=states, before=before, limit=ON_A_PAGE + 1)
    )
    counts = await ask.look(store_outbox.counts)
    return ask.page(
        "deliveries.html.j2",
        rows=found[:ON_A_PAGE],
        more=found[ON_A_PAGE - 1].delivery.id if len(found) > ON_A_PAGE else None,
        before=before,
        counts=counts,
        state=ask.text("state"),
        done=await _done(ask),
    )


def _states(word: str) -> tuple[DeliveryState, ...]:
    return tuple(state for state in DeliveryState if word in {"", state.value})


async def delivery(ask: Ask) -> Response:
    number = ask.request.path_params["number"]
    row = await ask.look(lambda conn: store_outbox.get(conn, number))
    if row is None:
        raise NotFoundError(f"there is no delivery {number}")
    message = await ask.look(lambda conn: store_outbox.get_message(conn, row.digest_id))
    deeds = await ask.look(
        lambda conn: store_access.deeds_page(conn, subject=outbox_resend.subject(number), limit=20)
    )
    return ask.page(
        "delivery.html.j2", row=row, message=message, deeds=deeds, done=await _done(ask)
    )


async def decide(ask: Ask) -> Response:
    """Send what was given up again, the same bytes under the same id; or let it rest."""
    number = ask.request.path_params["number"]
    fields = await ask.form()
    what = fields.get("decision", "")
    deed = await ask.act(
        lambda conn: outbox_resend.decide(conn, number, what, actor=ask.actor, now=ask.now)
    )
    return see(f"/deliveries/{number}", done=deed)


async def audit(ask: Ask) -> Response:
    """Who did what, the newest first."""
    before = ask.number("before") or None
    subject = ask.text("subject", 100)
    found = await ask.look(
        lambda conn: store_access.deeds_page(
            conn, subject=subject, before=before, limit=ON_A_PAGE + 1
        )
    )
    more = found[ON_A_PAGE - 1].id if len(found) > ON_A_PAGE else None
    return ask.page(
        "audit.html.j2", deeds=found[:ON_A_PAGE], more=more, before=before, subject=subject
    )


async def _done(ask: Ask) -> bool:
    number = ask.number("done")
    deed = await ask.look(lambda conn: store_access.get_deed(conn, number)) if number else None
    return deed is not None and deed.actor == ask.visitor.name
