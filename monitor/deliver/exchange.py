"""One exchange with a receiver: bounded as a whole, said without secrets, and posted over HTTP.

A library's time-out bounds each read alone: a receiver that sends a byte every few seconds would
hold its channel for as long as it likes. Servers may repeat what they were sent, in errors of their
own making. Must never end later than the lease of a delivery (`outbox.send.LEASE`), follow a
redirection (a post would become a get), or let a secret into a message.
"""

import base64
import http.client
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, Request, build_opener

from monitor.deliver.inert import clean
from monitor.errors import DeliveryError

T = TypeVar("T")

WHOLE: Final = 60.0
"""Seconds for connecting, asking, and the answer to its last byte."""


class OverdueError(TimeoutError):
    """The exchange was not over in time; what became of it is not known."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"timed out: the exchange was not over after {seconds:g} s")


def within(seconds: float, call: Callable[[], T]) -> T:
    """What `call` returns or raises. Raises OverdueError; then it is left alone in its thread."""
    found: list[T] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            found.append(call())
        except BaseException as error:  # noqa: BLE001  # raised where it is waited for
            failed.append(error)

    thread = threading.Thread(target=work, name="exchange", daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not found:
        raise OverdueError(seconds)
    return found[0]


HIDDEN = "[secret]"
LEAST = 6
"""Characters. A shorter secret, or piece of one, stands in ordinary words."""


def without(text: str, *secrets: str) -> str:
    """The text, with each word that holds a secret replaced: plain, quoted as in a URL, base64."""
    forms = {form for secret in secrets for form in _forms(secret) if len(form) >= LEAST}
    for secret in secrets:
        if len(secret) >= LEAST:  # it may hold spaces
            text = text.replace(secret, HIDDEN)
    return re.sub(r"\S+", lambda word: HIDDEN if _holds(word[0], forms) else word[0], text)


def _holds(word: str, forms: set[str]) -> bool:
    return any(form in word for form in forms)


def _forms(secret: str) -> Iterator[str]:
    plain = secret.encode()
    yield secret
    yield quote(secret, safe="")
    for before in range(3):
        # the digits that the secret alone decides, whatever stands before and after it
        digits = base64.b64encode(b"\0" * before + plain).decode("ascii")
        yield digits[-(-before * 8 // 6) : (before + len(plain)) * 8 // 6]


TIMEOUT: Final = 20.0  # seconds, for each step of a request
_LONGEST_PAUSE: Final = 3600.0  # seconds; a longer Retry-After is not believed
_TRY_LATER: Final = frozenset({408, 425, 429})
_UNAVAILABLE: Final = 503  # the one failure that says that nothing was done


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def post(
    whose: str, url: str, body: bytes, headers: Mapping[str, str], *, whole: float = WHOLE
) -> None:
    """Raises DeliveryError unless the answer is 2xx. `whose` names the receiver in messages.

    `whole`: seconds that the exchange may take in all.
    """
    try:
        within(whole, lambda: _post(whose, url, body, headers))
    except OverdueError as exc:
        raise DeliveryError(
            f"{whose}: {exc}; it may have taken the message",
            retryable=True,
            unknown_outcome=True,
            channel_wide=True,
        ) from None


def _post(whose: str, url: str, body: bytes, headers: Mapping[str, str]) -> None:
    request = Request(url, data=body, headers=dict(headers), method="POST")  # noqa: S310  # https or http, as checked by the configuration
    try:
        with build_opener(_NoRedirect).open(request, timeout=TIMEOUT):
            return
    except HTTPError as exc:
        with exc:
            raise _refused(whose, exc.code, exc.headers.get("Retry-After")) from None
    except URLError as exc:
        # Raised while connecting or sending: the receiver has not got the whole request.
        told = clean(str(exc.reason).replace(url, "[address]"), 120)
        raise DeliveryError(
            f"{whose} cannot be reached ({told})", retryable=True, channel_wide=True
        ) from None
    except (http.client.HTTPException, OSError) as exc:
        raise DeliveryError(
            f"the answer of {whose} was lost ({type(exc).__name__}); it may have taken the message",
            retryable=True,
            unknown_outcome=True,
            channel_wide=True,
        ) from None


def pause(header: str | None) -> float | None:
    """The seconds that a Retry-After header asks for; None if it asks for nothing sensible."""
    if header is None or not re.fullmatch(r"[0-9]{1,9}", header.strip()):
        return None
    return min(float(header), _LONGEST_PAUSE)


def _refused(whose: str, status: int, retry_after: str | None) -> DeliveryError:
    if status in _TRY_LATER or status >= 500:
        return DeliveryError(
            f"{whose} answered {status}",
            retryable=True,
            channel_wide=True,
            unknown_outcome=status >= 500 and status != _UNAVAILABLE,
            retry_after=pause(retry_after),
        )
    return DeliveryError(f"{whose} refused the message ({status})", retryable=False)
