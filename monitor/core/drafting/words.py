"""Turns sentences into the words that carry their content, to tell whether two say the same."""

import re
from collections.abc import Set as AbstractSet
from typing import Final

STOP: Final = frozenset(
    (
        "a an the and or but nor of in on at to for from by with without into onto over "
        "under above below "
        "between among against about as than then that this these those it its they their "
        "them he his she "
        "her we our us you your who whom whose which what when where why how is are was "
        "were be been being "
        "am do does did done has have had having will would shall should can could may "
        "might must not no "
        "any all each every both either neither some such own same other another more most "
        "less least much "
        "many few several one two three four five six seven eight nine ten first second "
        "third if unless "
        "while although though because since so too very also only just still even again "
        "ever yet there "
        "here up down out off before after during until through within per via said says "
        "say stated state "
        "told announced according following given despite however further additional new "
        "whether own end "
        "year years month months week weeks day days time today tomorrow yesterday around "
        "across along "
        "likely unlikely probably probable almost certain nearly remote chance highly "
        "extremely roughly "
        "confidence high moderate low judge assess think believe expect make made take "
        "taken get got go "
        "going become becomes became way either large big small great good bad sharp "
        "recent recently"
    ).split()
)
"""Words that carry no content of their own."""
_TOKEN: Final = re.compile(r"[A-Za-z][A-Za-z’'-]*[A-Za-z]|[A-Za-z]|\d+")


def tokens(text: str) -> list[str]:
    """The words of a text as written, without possessive endings."""
    return [re.sub(r"[’']s?$", "", word) for word in _TOKEN.findall(text)]


def stem(word: str) -> str:
    """A rough stem, only ever compared with others: “signed” and “signing” give the same."""
    word = word.lower()
    for ending in (
        "ations",
        "ation",
        "ments",
        "ment",
        "ingly",
        "ings",
        "ing",
        "edly",
        "ied",
        "ies",
        "ed",
        "es",
        "s",
        "e",
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] else word


def content(text: str) -> frozenset[str]:
    """The stems of the words that carry the content of a text."""
    return frozenset(stem(word) for word in tokens(text) if word.lower() not in STOP)


def overlap(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    """The share of the smaller set that the other has."""
    least = min(len(one), len(other))
    return len(one & other) / least if least else 0.0


def ours(text: str) -> str:
    """Words of the brief for use in our sentences: on one line and not long."""
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79]}…"
