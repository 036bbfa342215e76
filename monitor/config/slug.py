"""Turns a text into an id of a–z, 0–9 and hyphens, and keeps ids apart."""

import hashlib
import re
import unicodedata
from typing import Final

LONGEST: Final = 40


def slug(text: str) -> str:
    """At most `LONGEST` characters, cut between words; "" when nothing of the text can stay."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    found = ""
    for word in words:
        longer = f"{found}-{word}" if found else word
        if len(longer) > LONGEST:
            break
        found = longer
    return found or (words[0][:LONGEST] if words else "")


def made(text: str) -> str:
    """An id for any text, also one in a script that `slug` cannot keep: the same every time."""
    return slug(text) or f"id-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def unused(word: str, taken: dict[str, int]) -> str:
    """The word, numbered if it is taken; takes it. `taken` says where an id stands: 0, nowhere."""
    found, number = word, 2
    while found in taken:
        found, number = f"{word}-{number}", number + 1
    taken[found] = 0
    return found
