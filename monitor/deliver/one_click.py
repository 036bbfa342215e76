"""Turns a rendered digest into one recipient's own: its answers lead to links signed for them.

What was rendered names plain addresses of the page, which ask who somebody is. Only a message that
reaches one person may hold links that do not. The same input always gives the same message.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from monitor.model.digests import Message

WORDS: Final = {
    "stands": "stands",
    "acknowledge": "acknowledge",
    "noise": "noise",
    "snooze": "snooze 7 days",
}
"""Answers that need no more words, as the page knows them and as people read them."""


def place(base_url: str, flag_id: int, answer: str) -> str:
    """The plain address: the flag's page, at that answer's button."""
    return f"{base_url}/flags/{flag_id}?answer={answer}#answer"


def personal(message: Message, base_url: str, address: Callable[[int, str], str]) -> Message:
    """The message with `address(flag, answer)` in the place of plain addresses.

    HTML has them already; the text gets a line for each answer below the flag's own address.
    """
    base = re.escape(base_url.rstrip("/"))
    places = re.compile(rf"{base}/flags/(\d{{1,15}})\?answer=([a-z]+)#answer")
    flags = re.compile(rf"^.*{base}/flags/(\d{{1,15}})$", re.MULTILINE)

    def signed(found: re.Match[str]) -> str:
        return address(int(found[1]), found[2]) if found[2] in WORDS else found[0]

    def listed(found: re.Match[str]) -> str:
        rows = (f"  {word}: {address(int(found[1]), answer)}" for answer, word in WORDS.items())
        return "\n".join((found[0], *rows))

    html = places.sub(signed, message.html)
    return replace(message, html=html, text=flags.sub(listed, message.text))
