"""Turns what servers say in headers into values: when to come back, where to go.

Must never believe a server without bounds: a date in the past, a huge number or garbage is as
good as nothing said.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from yarl import URL

from monitor.errors import FetchError

LONGEST_WAIT = timedelta(hours=24)
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d+)", re.IGNORECASE)
_UNCACHED = re.compile(r"(?:^|[\s,])no-(?:cache|store)\b", re.IGNORECASE)
_SECONDS = re.compile(r"\d{1,15}")


def retry_at(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """The time of Retry-After (seconds or a date, RFC 9110 section 10.2.3), at most a day away.

    None when absent, unreadable or past.
    """
    said = headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(said):
        seconds = min(int(said), int(LONGEST_WAIT.total_seconds()))
        return now + timedelta(seconds=seconds) if seconds else None
    date = _date(said)
    return min(date, now + LONGEST_WAIT) if date and date > now else None


def max_age(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the answer is fresh: Cache-Control max-age, else Expires after Date.

    None when nothing is said, or when no-cache or no-store forbids keeping it at all.
    """
    control = headers.get("Cache-Control", "")
    if _UNCACHED.search(control):
        return None
    if said := _MAX_AGE.search(control):
        return timedelta(seconds=min(int(said[1][:15]), int(timedelta(days=365).total_seconds())))
    expires = _date(headers.get("Expires", ""))
    fresh = expires - (_date(headers.get("Date", "")) or now) if expires else timedelta()
    return fresh if fresh > timedelta() else None


def address(text: str) -> URL:
    """`text` as a URL whose bytes are sent as they are; only what no URL may hold is encoded.

    Raises ValueError when it is no URL.
    """
    clean = text.isascii() and text.isprintable() and " " not in text
    return URL(text, encoded=clean).with_fragment(None)


def redirect_target(current: URL, location: str) -> URL:
    """Where a redirect leads. Credentials in it are dropped; those for `current` stay with it.

    Raises FetchError "redirect-refused": no target, not http(s), or from https to http.
    """
    try:
        target = current.join(address(location.strip())).with_fragment(None)
        target = target.with_user(None) if target.host else target
    except ValueError as exc:
        raise FetchError("redirect-refused", "the server redirects to what is no URL") from exc
    if not location.strip():
        raise FetchError("redirect-refused", "the server redirects without saying where to")
    if target.scheme not in {"http", "https"} or not target.host:
        raise FetchError("redirect-refused", f"the server redirects to a {target.scheme}: address")
    if current.scheme == "https" and target.scheme == "http":
        raise FetchError("redirect-refused", f"{current.host} redirects from https to http")
    if target.origin() == current.origin():
        return target.with_user(current.user).with_password(current.password)
    return target


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
