"""The page of a mail's “unsubscribe”: a GET shows, a POST acts, also one that a mail reader sends.

RFC 8058 has the reader's own server post “List-Unsubscribe=One-Click”, without cookies and from
anywhere: the signed link alone is asked for, and all it can do is to stop mails and begin them.
"""

from starlette.responses import Response

from monitor.access import subscriptions
from monitor.access.accounts import Actor
from monitor.access.subscriptions import Subscription
from monitor.model.access import Via
from monitor.web.ask import Ask


async def show(ask: Ask) -> Response:
    """What the link would do, and a button: mail scanners follow links, they press no buttons."""
    own = _subscription(ask)
    left = await ask.look(lambda conn: subscriptions.left(conn, own.digest))
    return _page(ask, own, left=own.recipient.lower() in left)


async def leave(ask: Ask) -> Response:
    """Tell this address no more of the digest."""
    return await _change(ask, wanted=False)


async def come_back(ask: Ask) -> Response:
    """Tell it again."""
    return await _change(ask, wanted=True)


async def _change(ask: Ask, *, wanted: bool) -> Response:
    own = _subscription(ask)
    actor = Actor(name=own.recipient, via=Via.MAIL, address=ask.address)
    await ask.act(
        lambda conn: subscriptions.change(conn, own, wanted=wanted, actor=actor, now=ask.now)
    )
    return _page(ask, own, left=not wanted)


def _page(ask: Ask, own: Subscription, *, left: bool) -> Response:
    link = ask.request.path_params["link"]
    return ask.page("unsubscribe.html.j2", subscription=own, left=left, link=link)


def _subscription(ask: Ask) -> Subscription:
    return subscriptions.read(ask.site.key, ask.request.path_params["link"])
