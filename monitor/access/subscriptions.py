"""Who asked to be told no more of a digest, by the link of one click in a mail (RFC 8058).

In: a signed link, which is all that is asked for. Out: a line of the audit log; of those on one
digest and address the newest counts. Never touches delivery.yaml, which is the operator's.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import itsdangerous
from sqlalchemy import Connection

from monitor.access.accounts import Actor
from monitor.errors import AccessError
from monitor.store import access as store_access

LEFT: Final = "digest.unsubscribe"
CAME_BACK: Final = "digest.subscribe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One digest, and an address that it is sent to."""

    digest: str
    recipient: str

    @property
    def subject(self) -> str:
        """What the audit log calls the digest."""
        return f"digest {self.digest}"


def sign(key: bytes, subscription: Subscription) -> str:
    """The last part of the link's address. It never expires: all it can do is to stop mails."""
    return str(_serializer(key).dumps([subscription.digest, subscription.recipient]))


def read(key: bytes, text: str) -> Subscription:
    """Raises AccessError for a link that was not signed here or was changed."""
    try:
        digest, recipient = _serializer(key).loads(text)
    except itsdangerous.BadData as exc:
        raise AccessError("this link was not made here, or was cut short on its way") from exc
    return Subscription(digest=digest, recipient=recipient)


def change(
    conn: Connection, subscription: Subscription, *, wanted: bool, actor: Actor, now: datetime
) -> None:
    """Note that the address is to be told no more, or again. What is so already is not noted."""
    gone = subscription.recipient.lower() in left(conn, subscription.digest)
    if gone is wanted:
        action = CAME_BACK if wanted else LEFT
        deed = actor.deed(
            action, subscription.subject, at=now, detail=subscription.recipient.lower()
        )
        store_access.add_deed(conn, deed)


def left(conn: Connection, digest: str) -> frozenset[str]:
    """The addresses, in lower case, that asked to be told no more of a digest."""
    subject = Subscription(digest=digest, recipient="").subject
    newest = store_access.newest_actions(conn, subject, (LEFT, CAME_BACK))
    return frozenset(address for address, action in newest.items() if action == LEFT)


def _serializer(key: bytes) -> itsdangerous.URLSafeSerializer:
    return itsdangerous.URLSafeSerializer(key, salt="signpost.unsubscribe")
