"""Turns a digest of untrusted text into the same digest with only inert text and safe links.

Titles come from feeds and sentences from YAML. After this, no string holds a line break, a control
or direction character or a lone surrogate, none is longer than its limit, and every link is a plain
http(s) address. Markup is not this module's business: each channel escapes for itself.
Must never drop a field or change a number or a time.
"""

import dataclasses
import re
import unicodedata
from enum import Enum
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlsplit, urlunsplit

from monitor.model.digests import Digest

T = TypeVar("T")

_TITLES: Final = dict.fromkeys(("title", "was", "now"), 240)
_LIMITS: Final = {**_TITLES, "indicator": 80, "outlets": 60, "silent": 80}
_LIMIT: Final = 1000
_LINK_LIMIT: Final = 2000  # RFC 9110 section 4.1 asks for 8,000; Slack refuses more than 3,000

# Both join letters or emoji and change no direction, so Persian and family emoji keep their shape.
_JOINERS: Final = "\u200c\u200d"
_HOST: Final = re.compile(
    r"[a-z0-9._-]+(:[0-9]{1,5})?|\[[0-9a-f:.]+\](:[0-9]{1,5})?", re.IGNORECASE
)


def clean_digest(digest: Digest) -> Digest:
    """The digest with every text cleaned and every unsafe link emptied."""
    return _clean_value(digest)


def clean(text: str, limit: int = _LIMIT) -> str:
    """One line of at most `limit` characters without control or invisible format characters."""
    # Cutting first bounds the work on a hostile text; most of what is dropped is single characters.
    kept = "".join(_inert(character) for character in text[: 4 * limit])
    return shorten(" ".join(kept.split()), limit)


def shorten(text: str, limit: int) -> str:
    """The text, cut before a word and marked with an ellipsis if it is longer than `limit`."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    head, _, _ = cut.rpartition(" ")
    # A text without spaces (or with one very early) is cut inside the word instead.
    kept = head if len(head) > limit // 2 else cut
    while kept and (unicodedata.combining(kept[-1]) or kept[-1] in _JOINERS):
        kept = kept[:-1]
    return kept.rstrip(" ,;:–-") + "…"


def safe_link(link: str) -> str:
    """The address in ASCII if it is plain http(s) without credentials, else an empty string."""
    link = link.strip()
    if not link.isprintable() or " " in link:
        return ""
    try:
        parts = urlsplit(link)
        host = parts.netloc.encode("ascii" if parts.netloc.isascii() else "idna").decode("ascii")
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host):
        return ""
    path, query, fragment = (
        quote(part, safe="/%:=&?~+!$,;'()@*") for part in (parts.path, parts.query, parts.fragment)
    )
    safe = urlunsplit((parts.scheme, host, path, query, fragment))
    return safe if len(safe) <= _LINK_LIMIT else ""


def _inert(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    if category == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    if category == "Cf" and character not in _JOINERS:
        return ""
    return character


def _clean_value(value: T, field: str = "") -> T:
    cleaned: Any = value
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        cleaned = safe_link(value) if field == "link" else clean(value, _LIMITS.get(field, _LIMIT))
    elif isinstance(value, tuple):
        cleaned = tuple(_clean_value(part, field) for part in value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        cleaned = dataclasses.replace(
            value,
            **{
                each.name: _clean_value(getattr(value, each.name), each.name)
                for each in dataclasses.fields(value)
            },
        )
    return cleaned  # type: ignore[no-any-return]  # same shape, built field by field
