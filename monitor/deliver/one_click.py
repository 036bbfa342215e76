"""Turns a rendered digest into one recipient's own: its answers lead to links signed for them.

A template asks for the place of an answer and gets a placeholder that holds a mark drawn for this
one message, after its text was read; `settle` puts plain addresses there and remembers where they
stand, and only there are signed links put. Must never search a message for what looks like one of
our addresses: a headline or a link of a feed may look like that too.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from html import escape
from typing import Final

from monitor.model.digests import AnswerLink, Message

WORDS: Final = {
    "stands": "stands",
    "acknowledge": "acknowledge",
    "noise": "noise",
    "snooze": "snooze 7 days",
}
"""Answers that need no more words, as the page knows them and as people read them."""

ALL: Final = "all"
"""In the place of an answer: here the lines of all answers may stand, and plainly nothing does."""

Sign = Callable[[int, str], str]  # flag and answer → the address signed for one recipient


def place(base_url: str, flag_id: int, answer: str) -> str:
    """The plain address: the flag's page, at that answer's button."""
    return f"{base_url}/flags/{flag_id}?answer={answer}#answer"


def placeholder(mark: str, base_url: str, flag_id: int, answer: str) -> str:
    """What stands for that address until the message is whole; without a mark, the address."""
    if mark and answer in {*WORDS, ALL}:
        return f"{mark}-{flag_id}-{answer}-"
    return "" if answer == ALL else place(base_url, flag_id, answer)


def settle(part: str, marked: str, mark: str, base_url: str) -> tuple[str, tuple[AnswerLink, ...]]:
    """The text (`part` is "text") or the HTML with plain addresses, and where they stand in it."""
    if not mark:
        return marked, ()
    pieces: list[str] = []
    links: list[AnswerLink] = []
    after = length = 0
    for found in re.finditer(rf"{re.escape(mark)}-(\d{{1,15}})-([a-z]+)-", marked):
        flag_id, answer = int(found[1]), found[2]
        before = marked[after : found.start()]
        plain = "" if answer == ALL else _written(part, place(base_url, flag_id, answer))
        start = length + len(before)
        length, after = start + len(plain), found.end()
        pieces += (before, plain)
        links.append(
            AnswerLink(part=part, start=start, stop=length, flag_id=flag_id, answer=answer)
        )
    return "".join((*pieces, marked[after:])), tuple(links)


def personal(message: Message, sign: Sign) -> Message:
    """The message with signed addresses where its own links to answers stand.

    The text gets a line for each answer below the flag's own address. The same input always gives
    the same message.
    """
    html = _signed(message.html, (each for each in message.links if each.part == "html"), sign)
    text = _signed(message.text, (each for each in message.links if each.part == "text"), sign)
    return replace(message, html=html, text=text, links=())


def _signed(whole: str, links: Iterable[AnswerLink], sign: Sign) -> str:
    pieces: list[str] = []
    after = 0
    for link in sorted(links, key=lambda each: each.start):
        if link.answer == ALL:
            rows = (f"\n  {word}: {sign(link.flag_id, each)}" for each, word in WORDS.items())
            own = "".join(rows)
        else:
            own = sign(link.flag_id, link.answer)
        pieces += (whole[after : link.start], _written(link.part, own))
        after = link.stop
    return "".join((*pieces, whole[after:]))


def _written(part: str, address: str) -> str:
    return escape(address) if part == "html" else address
