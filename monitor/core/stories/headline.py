"""Turns the title and lead of an entry, as published, into what two headlines are compared by.

Wire marks, outlets and labels are taken off, figures, contractions and well-known variants folded,
days and names found. Must never compare anything, look at more than one entry, know who anybody is
or today's date, drop a word that turns a sentence (“not”, “against”), or fail on any text.
"""

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from monitor.core.memo import Memo
from monitor.core.stories.wording import (
    ALIASES,
    FOREIGN,
    IN_ISE,
    MONTHS,
    MULTIPLIERS,
    NOT_NAMES,
    NUMBER_WORDS,
    ORDINAL_WORDS,
    OUTLETS,
    PLACES,
    RELATIVE_DAYS,
    SPELLINGS,
    STOPWORDS,
    WEEKDAYS,
)
from monitor.core.stories.wording import words as table

# --- wrapping -------------------------------------------------------------------------------------

KINDS = frozenset({"opinion", "explainer", "live", "video", "correction", "column"})

_PLAIN_MARKS = str.maketrans(
    dict.fromkeys("‘’‛`´\u02bc", "'") | dict.fromkeys("“”„«»", '"') | dict.fromkeys("‐‑‒–—―−", "-")  # noqa: RUF001 - every dash there is, on purpose
)


def _visible(code: int) -> str | int | None:
    """What becomes of a character: plain quotes and dashes, and nothing of invisible ones."""
    if code in _PLAIN_MARKS:
        return _PLAIN_MARKS[code]
    return None if unicodedata.category(chr(code)) == "Cf" else code


class _Visible(dict[int, str | int | None]):
    """A table for str.translate that learns the characters it meets; there are not that many."""

    def __missing__(self, code: int) -> str | int | None:
        self[code] = _visible(code)
        return self[code]


_VISIBLE = _Visible()

_WRAPPER = re.compile(
    r"""^\s*(?:
      (?P<correction>(?:corrected|corrects|correction|clarification|retraction)(?:\s*\d+)?
        (?:\s*[-:|]\s*|\s{2,}))
    | (?P<wire>(?:update|wrapup|refile|rpt|recast|insight|exclusive|breaking|urgent|alert
        |just\ in|developing|media|first\ on\ cnn)(?:\s*\d+)?(?:\s*[-:|]\s*|\s{2,}))
    | (?P<lead>[(\[](?:\d\w{0,2}\s+)?(?:lead|ld|urgent|update|updated|breaking)(?:\s*\d+)?[)\]]\s*)
    | (?P<opinion>(?:opinion|op-ed|commentary|column|editorial|analysis|letters?)\s*[-:|]\s*)
    | (?P<column>(?:first\ ?ft|first\ thing|up\ first(?:\ briefing)?)\s*[:|]\s*)
    | (?P<explainer>(?:explainer|factbox|timeline|fact\ check|q&a|explained|profile)\s*[-:|]\s*)
    | (?P<live>[(\[]?(?:watch\ )?live(?:\ now|\ updates?|\ blog)?[)\]]?
        (?:\s*[-:|]\s*|(?<=[)\]])\s*))
    | (?P<video>[(\[](?:watch|video|photos?|listen)[)\]]\s*)
    | (?P<video_too>(?:watch|video|photos?|pictures?|in\ pictures|listen|podcast|audio)\s*[-:|]\s*)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_LABEL = re.compile(
    r"""\s*(?:
      [-|:,]\s*(?P<live>live(?:\ updates?|\ blog|\ coverage)?)
    | [-|:,]?\s*(?P<live_also>live\ (?:updates?|blog|coverage)|as\ it\ happened)
    | [-|:]\s*(?P<video>video|in\ pictures|podcast)
    | \|\s*(?P<column>first\ thing)
    | [-|:]\s*(?P<explainer>explained|what\ we\ know(?:\ so\ far)?)
    | \|\s*(?P<section>(?:world|us|uk|eu|asia|europe|africa|international|business|politics|science
        |technology|sports?|environment|climate|news)(?:\ news)?)
    | \|\s*(?P<opinion>opinion|analysis|[\w'.]+\ [\w'.]+)  # a columnist's name
    | [(\[](?P<video_also>video|photos?|watch|listen)[)\]]
    | [(\[](?P<live_too>live)[)\]]
    )\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
_LIVE_TOPIC = re.compile(
    r"\s(?P<live>live(?:\s(?:updates?|blog|coverage|news))?)(?=\s*[:|]|\s-\s)", re.IGNORECASE
)  # “War live: convoy hit”
_RECURRING = re.compile(
    r"""(?:^|[:|]|\s-)\s*(?:(?:the|your|our|npr|bbc)\s)?(?:
      (?:morning|evening|afternoon|midday|daily|weekly|weekend|nightly|mon|tues|wednes|thurs|fri
        |satur|sun)(?:day)?(?:'s)?\s(?:news\s|morning\s|evening\s)?(?:brief|briefing|round-?up|digest
        |wrap|updates?|bulletin|agenda|headlines|newsletter|report|edition|quiz|papers)\b
      | (?:world|news)\s(?:brief|briefing|briefs|round-?up|digest|bulletin|headlines|quiz)\b
      | (?:\w+\s)?(?:photos?|pictures?|images?|quiz|quote|word|video|chart|question|best)\s
        (?:\w+\s)?of\sthe\s(?:day|week|month|year)\b
      | (?:\d+\s)?things\sto\sknow\b | what\sto\s(?:watch|know|read)\s(?:today|this\sweek)\b
      | week\sin\s(?:review|pictures) | week\sahead\b | market\stalk\b | corrections?\sfor\b
      | today\sin\shistory\b | on\sthis\sday\b | papers\s*: | more\W*$
      | list\sof\skey\sevents\b
      | (?!press|white\shouse|pentagon)(?:[\w'-]+\s){0,2}
        (?:brief|briefing|newsletter|round-?up|digest|bulletin|headlines)\s*[:|]
      | what\s(?:(?:do\s)?we\sknow|(?:has\s)?happened)\b.*\bday\s\d+\b
      | (?:weather|sport|traffic|markets?|opinion|video|photos?|headlines|top\sstories)\s*$
    ) | ^\W*live(?:\s(?:updates?|blog|coverage))?\W*$""",
    re.VERBOSE | re.IGNORECASE,
)
_DATELINE = re.compile(
    r"^\s*(?:[A-Z][\w .,'/-]{0,60}?"
    r"\((?:(?:AP|Reuters|AFP|UPI|Xinhua|Yonhap|KYODO|CNN|dpa)[^)]{0,20}\)\s*-*|[A-Z][^)]{0,30}\)\s*-+)"
    r"|[A-Z][A-Z.'-]{2,}(?:[ /][A-Z.'-]+){0,3}(?:, [\w. ]{2,30}){0,2}\s*(?:\s-+|:))\s+"
)  # SEOUL (Reuters) - · Strelsau (The Herald) - · STRELSAU, Ruritania, March 3 -
_BOILERPLATE = re.compile(
    r"(?:\b(?:get|sign up (?:for|to)|subscribe to|follow|download|listen to) (?:our|the|us)\b"
    r"[^.|]{0,160}(?:[.|]|$)|\bcontinue reading\b.*$|\bread more\b\W*$|\bthe post .{0,200}"
    r"appeared first on\b.*$|\balso in today's newsletter\b,?|\(?photo(?: by)?:[^)]{0,80}\)?)",
    re.IGNORECASE,
)


# One of these is in every text that _BOILERPLATE could hit; most texts have none.
_BOILERPLATE_CUES = (
    "get our", "get the", "get us", "sign up", "subscribe to", "follow ", "download ", "listen to",
    "continue reading", "read more", "appeared first", "also in today", "photo",
)  # fmt: skip


def recurring(title: str) -> bool:
    """A title that is used again for other texts: “Morning news brief”, “Up First briefing: …”."""
    return bool(_RECURRING.search(title))


def plain_lead(summary: str) -> str:
    """The lead without dateline, invitations to subscribe and photo credits."""
    text = _DATELINE.sub("", clean(summary))
    low = text.casefold()
    if any(cue in low for cue in _BOILERPLATE_CUES):
        text = _BOILERPLATE.sub(" ", text)
    return text


def clean(text: str) -> str:
    """Entities resolved, compatibility forms folded, invisible characters gone, plain quotes."""
    text = html.unescape(text)
    if not text.isascii():
        # quotes first: the compatibility form of an acute accent is a space and another mark
        text = unicodedata.normalize("NFKC", text.translate(_VISIBLE))
    return " ".join(text.split())


_MARKS = re.compile(r"[-|:·(\[]|\s\s|\blive\b|as it happened", re.IGNORECASE)
"""One of these is in every title that has an outlet, a label or a wire mark to take off."""


def without_outlet(title: str, outlet: str) -> str:
    """Drop " - Outlet", " | Outlet", " : Outlet" from the end, as often as it is there."""
    if not _MARKS.search(title):
        return title
    own = _plain_name(outlet)
    while True:
        head, mark, tail = _last_part(title)
        if not mark or not head:
            return title
        name = _plain_name(tail)
        if not name or (name not in OUTLETS and own not in {name, f"{name}com"}):
            return title
        title = head


def _last_part(title: str) -> tuple[str, str, str]:
    parts = re.split(r"(\s+[-|:·]+\s+|\s*\|\s*)", title)
    if len(parts) < 3:
        return title, "", ""
    return "".join(parts[:-2]).strip(), parts[-2], parts[-1].strip()


def _plain_name(outlet: str) -> str:
    return "".join(c for c in outlet.casefold().removeprefix("www.") if c.isalnum() or c == " ")


def unwrap(title: str) -> tuple[str, frozenset[str]]:
    """Take wire marks and labels off both ends; what kind of text they announce is kept."""
    if not _MARKS.search(title):
        return title, frozenset()
    kinds: set[str] = set()
    for pattern in (_WRAPPER, _LABEL, _LIVE_TOPIC):
        while (found := pattern.search(title)) and found.group().strip() != title:
            label = str(found.lastgroup).partition("_")[0]
            if label in KINDS:
                kinds.add(label)
            title = (title[: found.start()] + title[found.end() :]).strip()
    return title, frozenset(kinds)


# --- words of one form ----------------------------------------------------------------------------

_WORD = re.compile(r"\d[\d,]*(?:\.\d+)?[^\W\d_]*\s?%?|[^\W\d_]+(?:'[^\W\d_]+)*|&")
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}|\b[^\W\d_]\.[^\W\d_]\b")
_PERCENT = re.compile(r"\s*(?:%|\b[Pp]er ?cent\b|\bpct\b)")
_FIGURE = re.compile(r"(\d+(?:\.\d+)?)([^\W\d_]*)(%?)")
_ALIAS_LENGTHS = {
    first: max(len(key) for key in ALIASES if key[0] == first) for first, *_ in ALIASES
}
_COUNTING = frozenset({*NUMBER_WORDS, *MULTIPLIERS})


def fold(text: str) -> tuple[str, ...]:
    """Lower-case words with figures, contractions and well-known variants brought to one form."""
    text = without_dots(text)
    if "%" in text or "cent" in text or "pct" in text:
        text = _PERCENT.sub("%", text)
    words: list[str] = []
    for raw in _WORD.findall(text):
        words.extend(_PLAIN[raw])
    return aliased(_counted(words))


def without_dots(text: str) -> str:
    """Initials as one word: U.S. as US."""
    if "." not in text:
        return text
    return _INITIALS.sub(lambda found: found.group().replace(".", ""), text)


def _plain_words(raw: str) -> tuple[str, ...]:
    word = raw.casefold().replace(" ", "")
    if word[0].isdigit():
        return (_figure(word),)
    if word in {"can't", "cannot"}:
        return ("can", "not")
    if word == "won't":
        return ("will", "not")
    if word.endswith("n't"):
        return tuple(part for part in (word[:-3], "not") if part)
    word = _SPELT[word.removesuffix("'s")]
    if word in ORDINAL_WORDS:
        return (ORDINAL_WORDS[word],)
    return tuple(part for part in word.split("'") if part)


def _spelt(word: str) -> str:
    """A word of lower case as Americans spell it: adviser, labour and organise are no others."""
    if american := SPELLINGS.get(word):
        return american
    ending = _ISE.search(word) if len(word) >= _SHORTEST_ISE else None
    if not ending or f"{word[: ending.start()]}ise" in IN_ISE:
        return word
    return f"{word[: ending.start()]}iz{ending[1]}"


_ISE = re.compile(r"is(e|es|ed|er|ers|ing|ation|ations)$")
_SHORTEST_ISE = 7  # letters
_SPELT = Memo(_spelt, size=65_536)


_PLAIN = Memo(_plain_words, size=65_536)


def _figure(word: str) -> str:
    """Digits without separators; "754.6m" as the number it is; a unit stays."""
    found = _FIGURE.fullmatch(word.replace(",", ""))
    if not found:
        return word
    digits, unit, percent = found.groups()
    if unit in MULTIPLIERS:
        return _times(digits, MULTIPLIERS[unit]) + percent
    return digits + unit + percent


def _times(digits: str, factor: int) -> str:
    whole, _, part = digits.partition(".")
    shift = len(str(factor)) - 1
    part = part.ljust(shift, "0")
    rest = part[shift:].rstrip("0")
    return (whole + part[:shift]).lstrip("0") + (f".{rest}" if rest else "") or "0"


def _counted(words: list[str]) -> list[str]:
    """Number words as digits, "3 million" as one number."""
    if _COUNTING.isdisjoint(words):
        return words
    out: list[str] = []
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else ""
        if word in MULTIPLIERS and len(word) > 1 and out and _is_number(out[-1]):
            out[-1] = _times(out[-1], MULTIPLIERS[word])
        elif word == "one" and (following in {"of", "on"} or (out and out[-1] in {"no", "any"})):
            out.append(word)
        else:
            out.append(NUMBER_WORDS.get(word, word))
    return out


def _is_number(word: str) -> bool:
    return word.replace(".", "", 1).isdecimal() and word.isascii()


def aliased(words: list[str]) -> tuple[str, ...]:
    if _ALIAS_LENGTHS.keys().isdisjoint(words):
        return tuple(words)
    out: list[str] = []
    place = 0
    while place < len(words):
        longest = _ALIAS_LENGTHS.get(words[place], 0)
        for length in range(min(longest, len(words) - place), 0, -1):
            name = ALIASES.get(tuple(words[place : place + length]))
            if name is not None:
                out.extend(name)
                place += length
                break
        else:
            out.append(words[place])
            place += 1
    return tuple(out)


# --- dates ----------------------------------------------------------------------------------------

_LETTERS = re.compile(r"[a-z]+")
_DAY_MONTH = re.compile(
    r"\b(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?\s+(?P<m1>[A-Z][a-z]{2,8})|(?P<m2>[A-Z][a-z]{2,8})\.?\s+"
    r"(?P<d2>\d{1,2})(?:st|nd|rd|th)?)\b(?![,.:]?\d)"
)
_BARE_MONTH = re.compile(
    r"\b(?:in|since|until|by|of|for|from|this|last|next)\s+([A-Z][a-z]{2,8})\b"
)
_QUARTER = re.compile(r"\b(?:q([1-4])|(first|second|third|fourth)[- ]quarter)\b", re.IGNORECASE)
_NTH_DAY = re.compile(
    r"\b(?:(?P<after>day|night|week) (?P<number>\d+)"
    rf"|(?P<word>{'|'.join(ORDINAL_WORDS)}) (?:straight |consecutive )?"
    r"(?P<before>day|night|week))\b",
    re.IGNORECASE,
)


_NTH_WORDS = table("day night week quarter q")


def dates(text: str) -> frozenset[str]:
    """Weekdays, months with or without a day, quarters, "second day"."""
    told = set(_LETTERS.findall(text.casefold()))
    found = told & (WEEKDAYS | RELATIVE_DAYS)
    if not MONTHS.keys().isdisjoint(told):
        found |= _months(text)
    if not _NTH_WORDS.isdisjoint(told):
        found |= _nths(text)
    return frozenset(found)


def _months(text: str) -> set[str]:
    days = {
        f"{month} {int(match['d1'] or match['d2'])}"
        for match in _DAY_MONTH.finditer(text)
        if (month := MONTHS.get((match["m1"] or match["m2"]).casefold()))
    }
    months = {MONTHS.get(match[1].casefold(), "") for match in _BARE_MONTH.finditer(text)}
    return days | months - {"", *(day.partition(" ")[0] for day in days)}


def _nths(text: str) -> set[str]:
    found = set()
    for match in _QUARTER.finditer(text):
        found.add(f"quarter {match[1] or ORDINAL_WORDS[match[2].casefold()][0]}")
    for match in _NTH_DAY.finditer(text):
        nth = match["number"] or ORDINAL_WORDS[match["word"].casefold()][:-2]
        found.add(f"{(match['after'] or match['before']).casefold()} {nth}")
    return found


# --- names ----------------------------------------------------------------------------------------

_CASED = re.compile(r"(?<!\w)[^\W\d_][^\W_]*(?:'[^\W\d_]+)?")
_CAPITAL = re.compile(r"(?<!\w)[^\W\d_a-z][^\W_]*(?:'[^\W\d_]+)?")  # most other words are left out
_SENTENCE_START = re.compile(r"(?:^|[.:;!?|\"'-])\s*[\"'(]*$")

# "…: state media", "… - Yonhap": who said so is not what the headline is about.
_SOURCE = re.compile(
    r"(?<=\w{3})(?::| -) (?:[A-Z]{2,6}|(?:\w+ ){0,2}(?:reports?|sources?|officials?|media|agency"
    r"|ministry|government|military|study|analysts?|experts?|survey|poll|diplomats?|Yonhap"
    r"|Reuters))$"
)


def known_names(lead: str) -> frozenset[str]:
    """Words that the lead writes with a capital inside a sentence."""
    return frozenset(
        _SPELT[found.group().casefold().removesuffix("'s")]
        for found in _CAPITAL.finditer(lead)
        if found.group()[0].isupper() and _inside(lead, found.start())
    )


def _inside(text: str, start: int) -> bool:
    """Not at the beginning of a sentence or of a quotation."""
    return not _SENTENCE_START.search(text[max(0, start - 4) : start])


def names(title: str, known: frozenset[str]) -> tuple[str, ...]:
    """Names of the title: places by table, others by capitals where capitals say something."""
    title = without_dots(title)
    if ":" in title or " - " in title:
        title = _SOURCE.sub("", title)
    found = list(_CASED.finditer(title))
    later = [f.group() for f in found[1:] if len(f.group()) > 3]
    capitals = sum(word[0].isupper() for word in later)
    speaking = capitals < 0.6 * max(len(later), 3)  # else title case: a capital says nothing
    shouting = title.isupper()
    marked: list[tuple[str, bool]] = []
    for one in found:
        word = one.group()
        folded = _SPELT[word.casefold().removesuffix("'s")]
        named = word[0].isupper() and (
            (speaking and _inside(title, one.start()))
            or folded in known
            or (word.isupper() and len(word) > 1 and not shouting)
        )
        marked.append((folded, named and folded not in NOT_NAMES))
    words = aliased([word for word, _ in marked])
    named_words = {word for word, named in marked if named}
    named_words |= {part for word in named_words for part in aliased([word])}
    return _folded_names(words, named_words)


_PLACE_STARTS = frozenset(first for first, *_ in PLACES)


def _places(words: tuple[str, ...]) -> list[tuple[str, bool]]:
    """The words, places and peoples folded to one for each country; and which these are."""
    if _PLACE_STARTS.isdisjoint(words):
        return [(word, False) for word in words]
    out: list[tuple[str, bool]] = []
    skipped = False
    for place, word in enumerate(words):
        if skipped:
            skipped = False
            continue
        if word not in _PLACE_STARTS:
            out.append((word, False))
            continue
        found = PLACES.get(words[place : place + 2])
        skipped = found is not None and place + 1 < len(words)
        found = found or PLACES.get((word,))
        out.append((found or word, found is not None))
    return out


def _folded_names(words: tuple[str, ...], named: set[str]) -> tuple[str, ...]:
    found = (word for word, known in _places(words) if known or word in named)
    return tuple(dict.fromkeys(found))


def places(words: tuple[str, ...]) -> tuple[str, ...]:
    return _folded_names(words, set())


# --- the whole ------------------------------------------------------------------------------------

TITLE_LENGTH, LEAD_LENGTH = 1_000, 600  # characters; longer ones are cut before reading
_ITEMS = re.compile(r";|,.*,")  # a column that tells several events
_LIVE_SUBSTANCE = 3  # content words; a live page with no more names its topic alone
LEAD_WORDS = 60  # of a summary; what comes later is background


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Headline:
    """A title and lead, read. Equal `text` means the same title whatever the wrapping."""

    text: str  # the words of the title, joined
    sorted_text: str  # the same, words in order of the alphabet
    words: tuple[str, ...]
    content: tuple[str, ...]  # distinct words of the title that carry meaning, in order
    substance: int  # how many content words; two ideographs count as one
    numbers: frozenset[str]
    dates: frozenset[str]
    names: tuple[str, ...]  # folded to one word each, demonyms to their country, in order
    folded: tuple[str, ...]  # the words of the title with all countries folded like that
    topic: int  # how many of these are a “Topic:” in front
    main: tuple[str, ...]  # of “X as Y”: what X says but for names; else nothing
    finite: frozenset[str]  # words of the title but for what stands after “to” or “will” alone
    kinds: frozenset[str]  # "question", and those that wrapping.KINDS marks
    serial: bool  # a title that is used again for other texts
    guarded: bool  # the word tables apply: written in English
    lead: tuple[str, ...]
    lead_text: str  # the same, joined
    told: frozenset[str]  # every word and name of title and lead
    meaning: frozenset[str]  # distinct words of title and lead that carry meaning


@lru_cache(maxsize=16_384)
def read(title: str, summary: str = "", outlet: str = "") -> Headline:
    """Read one headline. Never raises; an empty title gives an empty text."""
    whole = clean(title[:TITLE_LENGTH])
    plain, kinds = unwrap(without_outlet(whole, outlet))
    lead_text = plain_lead(summary[:LEAD_LENGTH])
    words = fold(plain)
    lead = fold(lead_text)[:LEAD_WORDS]
    named = names(plain, known_names(lead_text))
    content = tuple(dict.fromkeys(word for word in words if word not in STOPWORDS))
    days = dates(plain)
    topic = _TOPIC.match(plain)
    clause = _places(_clause(words))
    main = tuple(w for w, place in clause if not (place or w in named or w in STOPWORDS))
    substance = sum(_substance(word) for word in content)
    return Headline(
        text=" ".join(words),
        sorted_text=" ".join(sorted(words)),
        words=words,
        content=content,
        substance=substance,
        numbers=_numbers(words, days),
        dates=days,
        names=named,
        folded=tuple(word for word, _ in _places(words)),
        topic=len(_places(fold(topic[1]))) if topic else 0,
        main=main,
        finite=finite(words),
        kinds=kinds | ({"question"} if _asks(plain, words) else frozenset()),
        # a live page is compared by its headline of the moment, if it has one beside its topic
        serial=recurring(whole)
        or not words
        or ("live" in kinds and substance <= _LIVE_SUBSTANCE)
        or ("column" in kinds and bool(_ITEMS.search(plain))),
        guarded=_english(words),
        lead=lead,
        lead_text=" ".join(lead),
        told=frozenset((*words, *lead, *named, *places(lead), *dates(lead_text))),
        meaning=frozenset((*content, *lead)) - STOPWORDS,
    )


@lru_cache(maxsize=4_096)
def bare(title: str) -> str:
    """`Headline.text` of a title alone, for a fifth of the work of reading it."""
    plain, _ = unwrap(clean(title[:TITLE_LENGTH]))
    return " ".join(fold(plain))


_TOPIC = re.compile(r"((?:[^\s:]+ ){0,4}[^\s:]+): ")
_AUXILIARIES = table("to will would may might could should must can shall")
_PENDING = table("on for")  # a vote on a ban, hopes for a deal


_BACKGROUND = table("as amid while")
_NO_CLAUSE_AFTER = table("such as well known named seen far long soon same serves works much")
_NO_CLAUSE = table("a an many much well if as of part he she they it who his her their")
_CLAUSE = 3  # words on either side at least


def _clause(words: tuple[str, ...]) -> tuple[str, ...]:
    """What stands before “as …”, which tells what else is going on; nothing without it."""
    for place in range(_CLAUSE, len(words) - _CLAUSE):
        before, word, after = words[place - 1 : place + 2]
        if word in _BACKGROUND and after not in _NO_CLAUSE and before not in _NO_CLAUSE_AFTER:
            return words[:place]
    return ()


def finite(words: Iterable[str]) -> frozenset[str]:
    """The words but for those that only stand after “to”, “will” or “on”: what has happened."""
    found: set[str] = set()
    before = ""
    for word in words:
        if before not in _AUXILIARIES and (before not in _PENDING or word.endswith("ing")):
            found.add(word)
        before = before if word == "not" else word
    return frozenset(found)


def _substance(word: str) -> int:
    return max(1, len(word) // 2) if "\u2e80" <= word[0] <= "\ud7a3" else 1


def _english(words: tuple[str, ...]) -> bool:
    letters = "".join(words)
    latin = len(letters) if letters.isascii() else sum(c < "\u0250" for c in letters)
    foreign = sum(word in FOREIGN for word in words)
    known = sum(word in STOPWORDS for word in words)
    return 2 * latin > len(letters) and not (foreign >= 2 and foreign > known)


def _numbers(words: tuple[str, ...], dates: frozenset[str]) -> frozenset[str]:
    in_dates = {date.rpartition(" ")[2] for date in dates}
    return frozenset(word for word in words if word[0].isdigit() and word not in in_dates)


_ASKING = table("who what why how when where which is are will can should could does did")


def _asks(title: str, words: tuple[str, ...]) -> bool:
    return title.rstrip("\"' )").endswith("?") or (
        bool(words) and words[0] in _ASKING and not {"say", "says", "said"} & set(words)
    )
