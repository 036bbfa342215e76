"""Turns the entries behind a story into its standing: how many independent sources it has.

Twenty outlets that carry one wire text, or quote one newspaper, know what one source knows. What
makes one source of several entries: the same outlet, one wire's credit, one text, or one origin
that most of them name. Must never depend on the order of the entries, and never guess: who is not
in the tables and says something is nobody in particular, and each outlet then stands for itself.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from monitor.core.stories import headline
from monitor.core.stories.headline import clean
from monitor.core.stories.similarity import LEAD_MIN_WORDS, begin_alike, leads_agree
from monitor.core.stories.wording import PLACES, words
from monitor.model.stories import Member, Relation, StandingKind, StoryStanding

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
    "UPI": "upi|united press international",
    "dpa": "dpa",
    "EFE": "efe",
    "ANSA": "ansa",
    "Anadolu": "anadolu|anadolu agency",
    "Sky News": "sky|sky news",
    "NPR": "npr",
    "CNBC": "cnbc",
    "CBC": "cbc|cbc news",
    "USA Today": "usa today",
    "Los Angeles Times": "los angeles times|la times",
    "The Telegraph": "telegraph|the telegraph|daily telegraph|the daily telegraph",
    "The Independent": "the independent",
    "The Economist": "the economist",
    "South China Morning Post": "south china morning post|scmp",
    "Kyiv Independent": "kyiv independent|the kyiv independent",
    "Ukrainska Pravda": "ukrainska pravda",
    "Kommersant": "kommersant",
    "Times of Israel": "times of israel|the times of israel",
    "Ynet": "ynet",
    "Al Arabiya": "al arabiya",
    "El País": "el país|el pais",
    "Le Figaro": "le figaro",
    "Frankfurter Allgemeine": "frankfurter allgemeine|faz",
    "Hürriyet": "hürriyet|hurriyet",
    "NK News": "nk news",
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


_MEDIUM_NAMES: Final = _by_spelling({**_STATE, **_MEDIA})
_NAMES: Final = {**_MEDIUM_NAMES, **_by_spelling(_GENERIC)}

_VAGUE_STATE: Final = "state media|state tv|state television|state news agency"
_MEDIUM: Final = "|".join(
    re.escape(name)
    for name in sorted((*_MEDIUM_NAMES, *_VAGUE_STATE.split("|")), key=len, reverse=True)
)
_SAID: Final = (
    r"(?:reported|reports|reporting|said|says|revealed|claimed|quoted|quotes|wrote|writes|announced"
    r"|cited|has learned|learned|broke|published|carried|showed|aired|broadcast|understands|found)"
)
# How a lead says whose report it is. Officials are left out: nearly every lead has one.
_CREDITED_TO: Final = (
    re.compile(
        rf"\b(?P<who>{_MEDIUM})(?:\s?\([^)]*\)|\)|'s)?"
        r"(?:\s(?:news|agency|newspaper|daily|television|tv|website|channel|broadcaster))*"
        r"(?:,?\s(?:which|has|had|have|also|earlier|first|later|exclusively))*"
        rf"\s{_SAID}\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:according to|citing|cited|quoting|quoted by|reported by|reports? (?:by|from|in|on)"
        r"|told|interview (?:with|to)|statement to|seen by|obtained by|carried by|published by"
        r"|released by|aired by|first reported (?:by|in)|speaking to|spoke to)"
        rf"\s(?:(?!and\b)[a-z'-]+\s){{0,5}}\(?(?P<who>{_MEDIUM})\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:an?|the|its)\s(?:[a-z]+\s)?(?P<who>{_MEDIUM})"
        r"\s(?:report|investigation|analysis|interview|story|exclusive|dispatch|article|poll)\b",
        re.IGNORECASE,
    ),
)
_LEAD_READ: Final = 600  # characters of a summary in which it credits somebody

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


@lru_cache(maxsize=16_384)
def credited(summary: str) -> str:
    """The medium whose report a lead tells (“Reuters reported”), or "". Never raises."""
    text = clean(summary[:_LEAD_READ])
    for pattern in _CREDITED_TO:
        for found in pattern.finditer(text):
            who = found["who"]
            bare = who.removeprefix("the ")
            if bare[0].isupper() or bare[0].isdigit() or bare.startswith("state"):
                return _NAMES[who.casefold()]
    return ""


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


# --- standing -------------------------------------------------------------------------------------

SHARE: Final = 0.6
"""Of the sources' titles that must name one origin for all to rest on it (design: tradecraft)."""

CONFIRMED: Final = 3
"""Independent sources for digit 1; two are digit 2, one is 3 (Admiralty code, as adapted there)."""

_UNKNOWN: Final = 6
_SAME_LEAD: Final = 12  # words of two leads that must agree for one text
_SAME_TITLE: Final = 4  # content words below which equal titles may be chance ("Talks resume")


def standing(members: Iterable[Member], *, hedged: bool = False) -> StoryStanding:
    """What stands behind these entries. `hedged`: all of them hedge what they say.

    The digit is never 4, contradicted: see docs/decisions.md.
    """
    told = sorted(members, key=lambda member: (member.at, member.outlet, member.entry_id))
    if not told:
        return StoryStanding(sources=0, origin="", kind=StandingKind.SINGLE, digit=_UNKNOWN)
    sources = _sources(told)
    quoted = _quoted(sources)
    if not quoted:  # else all rest on it
        sources = _sources(told, by_lead=True)
    outlets = tuple({_who(member.outlet): member.outlet for member in reversed(told)}.values())[
        ::-1
    ]
    found = _stands(sources, quoted, outlets)
    return StoryStanding(
        sources=found.sources,
        origin=found.origin,
        kind=found.kind,
        digit=_digit(found, hedged=hedged),
        reason=f"{found.reason}; hedged by all of them" if hedged else found.reason,
    )


def _stands(
    sources: Sequence[Sequence[Member]], quoted: Origin | None, outlets: Sequence[str]
) -> StoryStanding:
    """The standing before hedging; the digit is filled in later."""
    count, name = len(sources), quoted.name if quoted else ""
    if quoted and quoted.official:
        kind, reason = StandingKind.OFFICIAL, f"what {name} says, told by {_listed(outlets)}"
    elif quoted and count > 1:
        count, kind = 1, StandingKind.SINGLE
        reason = f"{len(outlets)} outlets quote one origin, {name}"
    elif count > 1:
        kind, reason = StandingKind.CORROBORATED, f"{count} independent sources: {_firsts(sources)}"
    else:
        kind, reason = StandingKind.SINGLE, _single(sources[0], outlets, name)
    return StoryStanding(sources=count, origin=name, kind=kind, digit=_UNKNOWN, reason=reason)


def _digit(found: StoryStanding, *, hedged: bool) -> int:
    """An authority speaks for itself, so its statement is never confirmed by being carried."""
    if hedged or found.sources < CONFIRMED - 1:
        return 3
    return 1 if found.sources >= CONFIRMED and found.kind is StandingKind.CORROBORATED else 2


def _single(members: Sequence[Member], outlets: Sequence[str], name: str) -> str:
    quoting = f", quoting {name}" if name else ""
    if len(outlets) == 1:
        return f"one outlet, {outlets[0]}{quoting}"
    agency = next(filter(None, map(_wire, members)), "")
    return f"{len(outlets)} outlets carry one {agency + ' ' if agency else ''}text{quoting}"


def _firsts(sources: Sequence[Sequence[Member]]) -> str:
    return _listed([_wire(members[0]) or members[0].outlet for members in sources])


def _listed(names: Sequence[str]) -> str:
    """The first three names, and how many more."""
    distinct = tuple(dict.fromkeys(names))
    more = f" +{len(distinct) - 3}" if len(distinct) > 3 else ""
    return ", ".join(distinct[:3]) + more


def _quoted(sources: Sequence[Sequence[Member]]) -> Origin | None:
    """The origin that at least SHARE of the sources name, or are: by title, else by lead.

    “State media” and “a report” name nobody in full: they count for the one named origin that they
    may mean, and only for each other where there is none.
    """
    named = [_origin(members) for members in sources]
    counts = Counter(filter(None, named))
    if not counts:
        return None
    own = Counter(
        name
        for members, found in zip(sources, named, strict=True)
        if not found
        for name in {_who(member.outlet) for member in members}
    )

    def backing(each: Origin) -> int:
        return _backing(each, counts) + own[each.name.casefold()]

    top = min(counts, key=lambda each: (-backing(each), _vague(each), each.name))
    return top if backing(top) >= SHARE * len(sources) else None


def _origin(members: Sequence[Member]) -> Origin | None:
    """Whom a source rests on, if not on itself: by its titles, else by its leads."""
    own = {_who(member.outlet) for member in members}
    leads = (Origin(name) for member in members if (name := credited(member.summary)))
    found = (*filter(None, (origin(member.title) for member in members)), *leads)
    return next((each for each in found if each.name.casefold() not in own), None)


def _backing(candidate: Origin, counts: Counter[Origin]) -> int:
    """How many sources name the candidate, or nobody but somebody like it."""
    total = counts[candidate]
    if candidate.official or candidate.name == REPORT:
        return total
    if candidate.name != STATE_MEDIA:
        total += counts[Origin(REPORT)]
        total += counts[Origin(STATE_MEDIA)] if is_state(candidate.name) else 0
    return total


def _vague(candidate: Origin) -> bool:
    return candidate.name in {REPORT, STATE_MEDIA}


def _wire(member: Member) -> str:
    return wire(member.title, member.summary)


def _sources(told: Sequence[Member], *, by_lead: bool = False) -> list[list[Member]]:
    """The entries by source, sources and entries in order of time.

    `by_lead`: leads that name one medium are one source, with that medium's own entries.
    """
    joined = _Joined(len(told))
    seen: dict[tuple[str, object], int] = {}
    for place, member in enumerate(told):
        for mark in (*_marks(member), *(_credit(member) if by_lead else ())):
            joined.join(seen.setdefault(mark, place), place)
    if len(told) > 1:
        for place, member in enumerate(told):
            if member.relation is Relation.COPY:
                nearest = _copied(told, place)
                if not _own_words(member, told[nearest]):
                    joined.join(nearest, place)
    groups: dict[int, list[Member]] = {}
    for place, member in enumerate(told):
        groups.setdefault(joined.first(place), []).append(member)
    return list(groups.values())


class _Joined:
    """Places that are joined into sets, each known by its first place (union-find)."""

    def __init__(self, size: int) -> None:
        self._before = list(range(size))

    def first(self, place: int) -> int:
        while self._before[place] != place:
            place = self._before[place]
        return place

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.first(one), self.first(other)))
        self._before[high] = low


def _marks(member: Member) -> Iterable[tuple[str, object]]:
    """What two entries of one source have in common: any one of these."""
    read = headline.read(member.title, member.summary, member.outlet)
    yield "who", _who(member.outlet)
    if agency := _wire(member):
        yield "who", agency.casefold()
    if read.substance >= _SAME_TITLE:
        yield "title", read.text
    if len(read.lead) >= LEAD_MIN_WORDS:
        yield "lead", read.lead[:_SAME_LEAD]


def _credit(member: Member) -> Iterable[tuple[str, object]]:
    if name := credited(member.summary):
        yield "who", name.casefold()


@lru_cache(maxsize=4_096)
def _who(outlet: str) -> str:
    """An outlet by one name: BBC Sport is the BBC, NYT the New York Times."""
    name = outlet.casefold().strip()
    while name not in _MEDIUM_NAMES:
        head, _, section = name.rpartition(" ")
        if section not in _SECTIONS or len(head) < _SHORTEST_NAME or head in _COMMON_NAMES:
            return name
        name = head
    return _MEDIUM_NAMES[name].casefold()


_SECTIONS: Final = words(
    "sport sports news world politics business tech technology international online english asia "
    "africa europe us uk arabic persian culture science health money travel entertainment weather"
)
_COMMON_NAMES: Final = words(
    "the daily world new global national local breaking today sunday morning evening us uk asia "
    "africa europe arab metro city best"
)
_SHORTEST_NAME: Final = 2


def _own_words(member: Member, other: Member) -> bool:
    """Nearly one title over two texts: each has a lead of its own."""
    a, b = (headline.read(m.title, m.summary, m.outlet) for m in (member, other))
    if min(len(a.lead), len(b.lead)) < LEAD_MIN_WORDS or a.text == b.text:
        return False
    same_page = bool(member.canonical_link) and member.canonical_link == other.canonical_link
    return not same_page and not begin_alike(a, b) and not leads_agree(a, b)


def _copied(told: Sequence[Member], place: int) -> int:
    """The entry that a copy most resembles: grouping has said that it repeats one of them."""
    own = headline.read(told[place].title, told[place].summary, told[place].outlet)
    others = (other for other in range(len(told)) if other != place)

    def likeness(other: int) -> tuple[float, int]:
        read = headline.read(told[other].title, told[other].summary, told[other].outlet)
        titles = fuzz.token_sort_ratio(own.text, read.text)
        leads = fuzz.token_sort_ratio(" ".join(own.lead), " ".join(read.lead))
        return max(titles, leads), -other

    return max(others, key=likeness)
