"""Turns a headline into whom it quotes, and a text into the wire that wrote it.

Many outlets that quote one newspaper know no more than that newspaper. Must never guess: who is not
in the tables and says something is nobody in particular, and each outlet then stands for itself.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from monitor.core.stories.headline.wording_names import PLACES
from monitor.core.stories.headline.wrapping import clean

STATE_MEDIA: Final = "state media"
REPORT: Final = "a report"


@dataclass(frozen=True, slots=True)
class Origin:
    """Whom a headline quotes. `official`: an authority speaking for itself, not a medium."""

    name: str
    official: bool = False


# Media that are quoted, by the name shown; those of a state are one source with "state media".
_STATE: Final = {
    "KCNA": "kcna|korean central news agency|rodong sinmun|north korean state media|north korea"
    " state media|north korea's state media|nk state media|dprk state media",
    "Xinhua": "xinhua|global times|people's daily|chinese state media|china's state media",
    "TASS": "tass|ria|ria novosti|interfax|sputnik|russian state media|russian media",
    "IRNA": "irna|fars|fars news|tasnim|press tv|isna|iranian state media|iranian state tv"
    "|iran state tv|iran's state tv|iran state media|iranian media",
    "SANA": "sana|syrian state media|syrian state tv|syria state media|syria state tv",
}
_MEDIA: Final = {
    "Yonhap": "yonhap|yonhap news|yonhap news agency",
    "Chosun Ilbo": "chosun ilbo|chosun|the chosun ilbo",
    "JoongAng Ilbo": "joongang ilbo|joongang|joongang daily",
    "Dong-A Ilbo": "dong-a ilbo|donga ilbo",
    "Kyodo": "kyodo|kyodo news",
    "NHK": "nhk",
    "Nikkei": "nikkei|the nikkei",
    "Asahi Shimbun": "asahi|asahi shimbun",
    "Yomiuri Shimbun": "yomiuri|yomiuri shimbun",
    "38 North": "38 north",
    "Daily NK": "daily nk|dailynk",
    "CNN": "cnn",
    "NBC News": "nbc|nbc news",
    "ABC News": "abc|abc news",
    "CBS News": "cbs|cbs news",
    "Fox News": "fox|fox news",
    "Axios": "axios",
    "Politico": "politico",
    "Bloomberg": "bloomberg|bloomberg news",
    "New York Times": "new york times|the new york times|ny times|nyt",
    "Washington Post": "washington post|the washington post|wapo|wash post",
    "Wall Street Journal": "wall street journal|the wall street journal|wsj",
    "Financial Times": "financial times|the financial times|ft",
    "The Guardian": "guardian|the guardian",
    "The Times": "the times|times of london",
    "BBC": "bbc|bbc news",
    "Der Spiegel": "der spiegel|spiegel",
    "Bild": "bild",
    "Le Monde": "le monde",
    "Haaretz": "haaretz",
    "Al Jazeera": "al jazeera",
    "Reuters": "reuters",
    "AP": "ap|associated press|the associated press",
    "AFP": "afp|agence france-presse|agence france presse",
}
_GENERIC: Final = {
    STATE_MEDIA: "state media|state tv|state television|state news agency|state-run media|official"
    " media|state run media|the nation's state media",
    REPORT: "report|reports|media|media report|media reports|local media|newspaper|paper|press"
    "|news agency|tv|magazine|south korean media|south korea media|s. korean media|japanese media"
    "|south korean newspaper|us media|u.s. media|israeli media|german media|uk media|us report",
}
_OFFICES: Final = re.compile(
    r"\b(?:white house|pentagon|state department|treasury|kremlin|downing street|blue house|elysee"
    r"|(?:foreign|defen[cs]e|unification|finance|interior|health|oil|prime|deputy)\s+minist\w+"
    r"|ministry|minister|government|president|presidency|presidential office|chancellor"
    r"|secretary of state|spokes(?:man|woman|person)|ambassador|parliament|administration"
    r"|central bank|federal reserve|court|prosecutors?|police|army|military|navy|air force"
    r"|revolutionary guards?|joint chiefs|united nations|european commission)\b",
    re.IGNORECASE,
)
_BODIES: Final = re.compile(r"\b(?:UN|U\.N\.|NATO|Nato|EU|IAEA|IMF|WHO|OPEC|Opec|ECB|Fed)\b")

_SAYS: Final = (
    r"(?:says?|said|reports?|reported|reporting|claims?|claimed|announces?|announced|confirms?"
    r"|confirmed|quotes?|tells?|insists?|denies|denied|vows?|warns?)"
)
_SPEAKER: Final = r"(?P<who>[^\W\d_][\w.'&-]*(?:\s[\w.'&-]+){0,5}?)"
# In this order: a headline that names its source at the end says so on purpose.
_PATTERNS: Final = (
    re.compile(rf"\baccording to (?:the\s)?{_SPEAKER}(?=$|[,;:.]|\s-|\s(?:after|in|on|as|who)\b)"),
    re.compile(rf"(?:,|\s-|:)\s{_SPEAKER}\s{_SAYS}$"),
    re.compile(rf"(?:,|\s-|:)\s{_SAYS}\s{_SPEAKER}$"),
    re.compile(rf":\s{_SPEAKER}$"),
    re.compile(rf"^{_SPEAKER}\s{_SAYS}\b"),
)
_OPENER: Final = re.compile(rf"^{_SPEAKER}:\s")  # as often the topic: "Italy: Boat capsizes"
_NOBODY: Final = re.compile(r"\b(?:sources?|former|ex)\b")  # they speak for no office
_SHORT: Final = re.compile(r"^([ns])\.?\s?korea\b")
_COMPASS: Final = {"n": "north", "s": "south"}
_STAFF: Final = re.compile(r"\s+officials?$")
_PLACE_NAMES: Final = {
    place: " ".join(form).upper() if len(form[0]) == 2 else " ".join(form).title()
    for form, place in reversed(PLACES.items())
}
_TRAILING: Final = re.compile(r"[\s.!?\"')\]]+$")
_OPENING: Final = re.compile(r"^[\s\"'(\[]+")


def _by_spelling(table: dict[str, str]) -> dict[str, str]:
    return {
        spelling.strip(): name
        for name, spellings in table.items()
        for spelling in spellings.split("|")
    }


_NAMES: Final = _by_spelling({**_STATE, **_MEDIA, **_GENERIC})

WIRES: Final = ("Reuters", "AP", "AFP", "UPI", "Xinhua", "Yonhap", "Kyodo", "TASS", "dpa", "EFE")
_WIRE_NAMES: Final = _by_spelling(
    {
        "Reuters": "reuters|thomson reuters",
        "AP": "ap|associated press|the associated press|ap news",
        "AFP": "afp|agence france-presse|agence france presse",
        "UPI": "upi|united press international",
        "Xinhua": "xinhua",
        "Yonhap": "yonhap|yonhap news|yonhap news agency",
        "Kyodo": "kyodo|kyodo news",
        "TASS": "tass",
        "dpa": "dpa",
        "EFE": "efe",
    }
)
_WIRE: Final = "|".join(sorted(map(re.escape, _WIRE_NAMES), key=len, reverse=True))
_CREDITS: Final = (
    re.compile(rf"^[^().]{{0,80}}\((?P<wire>{_WIRE})\)", re.IGNORECASE),  # SEOUL (Reuters) -
    re.compile(rf"\((?P<wire>{_WIRE})\)\s*$", re.IGNORECASE),
    re.compile(rf"^(?P<wire>{_WIRE})\s-\s", re.IGNORECASE),
    re.compile(
        rf"\b(?:reporting by|by the|by|source:)\s(?P<wire>{_WIRE})\s*[.)]?\s*$", re.IGNORECASE
    ),
)
_CREDITED: Final = 400  # characters of a summary that may hold a dateline


@lru_cache(maxsize=16_384)
def origin(title: str) -> Origin | None:
    """Whom a headline quotes for what it says; None for nobody in particular. Never raises."""
    text = _TRAILING.sub("", _OPENING.sub("", clean(title[:300])))
    for pattern in _PATTERNS:
        found = pattern.search(text)
        if found and (named := _named(found["who"])):
            return named
    opener = _OPENER.match(text)
    named = _named(opener["who"]) if opener else None
    return None if named is None or named.name in _PLACE_NAMES.values() else named


def is_state(name: str) -> bool:
    """Whether “state media” may mean the medium of this name."""
    return name in _STATE


def _named(who: str) -> Origin | None:
    plain = " ".join(who.casefold().replace("’", "'").split()).removeprefix("the ")
    if name := _NAMES.get(plain) or _NAMES.get(plain.removesuffix("'s")):
        return Origin(name)
    if _NOBODY.search(plain):
        return None
    if place := _place(_STAFF.sub("", plain)):
        return Origin(place, official=True)
    if body := _BODIES.search(who):
        return Origin(body[0].replace(".", ""), official=True)
    office = _OFFICES.search(plain)
    return Origin(office[0].title(), official=True) if office else None


def _place(plain: str) -> str:
    """The country that a speaker is or belongs to: “Seoul officials”, “Iran's Zarif” is nobody."""
    whole = _SHORT.sub(lambda found: _COMPASS[found[1]] + " korea", plain)
    words = tuple(word.removesuffix("'s").replace(".", "") for word in whole.split())
    if words in PLACES:
        return _PLACE_NAMES[PLACES[words]]
    if not _OFFICES.search(plain):
        return ""
    starts = (words[:size] for size in range(min(3, len(words)), 0, -1))
    return next((_PLACE_NAMES[PLACES[start]] for start in starts if start in PLACES), "")


@lru_cache(maxsize=16_384)
def wire(title: str, summary: str = "") -> str:
    """The news agency that a text credits itself to, or "". Never raises."""
    for text in (clean(summary[:_CREDITED]), clean(title[:300])):
        for pattern in _CREDITS:
            if found := pattern.search(text.strip()):
                return _WIRE_NAMES[found["wire"].casefold()]
    return ""
