"""Posts a body to an address over HTTP, once, and says what an answer means for a delivery.

Must never follow a redirection (a post would become a get) or put the address into a message: it
may hold a secret.
"""

import http.client
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from monitor.deliver.deadline import WHOLE, OverdueError, within
from monitor.deliver.inert import clean
from monitor.errors import DeliveryError

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
