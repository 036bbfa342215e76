"""Takes secrets out of what servers and libraries say, before it is stored, logged or told.

A server may repeat what it was sent, in an error of its own making, and mail servers are sent
passwords in base64. Must never let a secret through for being a part of a longer word.
"""

import base64
import re
from collections.abc import Iterator
from urllib.parse import quote

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
