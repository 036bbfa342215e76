"""Turns a stored title or summary into what of it is news; never moves a character.

An outlet's name around a headline ("… - South China Morning Post"), "The post … appeared first on
…", "Related: …", "Read more: …": none of that is told by the entry, so none of it may match. At the
end it is cut off, elsewhere it becomes line breaks: places in what is left are places in the text.
"""

import re
from collections.abc import Iterable
from itertools import chain
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What newspapers, agencies and channels are called, or end in.
_PRESS: Final = _words(
    "afp aljazeera ap axios bbc bloomberg broadcasting broadcaster bulletin cbc cbs cgtn chronicle"
    " cnbc cnn correspondent courier daily dispatch dw economist euronews examiner financial fox ft"
    " gazette globe guardian herald independent inquirer insider intelligencer international irna"
    " itv jazeera journal kyodo magazine msn msnbc nbc news newsday newshour newspaper newsroom"
    " newsweek newswire nikkei npr nyt observer online pbs politico post radio rfi reporter reuters"
    " rt scmp spectator sputnik tass telegraph television times tribune tv voa weekly wsj xinhua"
    " yonhap"
)
# Those that are also other words: only in a name of two, such as "Georgia Today".
_OTHER_PRESS: Final = _words(
    "agency channel digest express mail media mirror monitor network outlook press review standard"
    " sun time today wire"
)
_ENDINGS: Final = _PRESS | _OTHER_PRESS
_SMALL: Final = _words("a an and at de for in la le of on the & +")
_NO_OUTLET: Final = _words(
    "state says said report reports official exclusive breaking fact check opinion analysis"
    " explainer live update updates"
)
_LONGEST_NAME: Final = 6  # words
_SHORT_NAME: Final = 2
_MARKS: Final = ("|", " - ", " \u2013 ", " \u2014 ", " · ", " • ")
_ANY_MARK: Final = re.compile("[|\u2013\u2014·•]| - ").search
_LEAD_MARKS: Final = (": ", *_MARKS)
_LONGEST_LEAD: Final = 50  # characters

_POINTER: Final = re.compile(
    r"""(?:(?<=[.!?…"”»)\]|\n])\s*|^|(?<=\s)(?=(?-i:[A-Z])))
    (?: related (?:\ (?:stories|articles?|news|coverage|reading|links?|topics?|content|video))?
      | read\ (?:more|also|next|on|the\ full\ story) | also\ read | see\ (?:also|more)
      | more\ (?:on|from|about|news|stories|coverage)
      | also\ in\ (?:the|today's|other)\ \w+ | in\ other\ news | also\ today
      | recommended | most\ (?:read|popular|viewed) | trending | don['’]t\ miss
      | you\ (?:may|might)\ (?:also\ )?like | further\ reading | top\ stories
      | (?:watch|listen|learn|find\ out)\ (?:also|more) | editor['’]?s['’]?\ picks?
      | must[-\ ]reads? | keep\ reading | continue\ reading | go\ deeper
      | what\ to\ read\ next | elsewhere\ on\ \w+
    )\b[^:.!?\n]{0,40}:""",
    re.VERBOSE | re.IGNORECASE,
)
"""“Related:”, “Read more about Iran:”. In the middle of a sentence only with a capital."""
_FOOTER: Final = re.compile(
    r"""(?-i:\bThe\ (?:post|article|story)\ (?=\W?[A-Z0-9])).{1,300}?
        \b(?:appeared\ first|first\ appeared|(?:was\ )?(?:originally|first)\ published)
        \ (?:on|in|at|by)\b
      | \bthis\ (?:article|story|post|piece|report)\ (?:was\ |has\ been\ )?
        (?:originally|first|also|previously|republished|reproduced|produced|adapted)\b
      | (?:(?<=[.!?…"”»)\]])\s+|^|\n)
        (?: (?:originally|first)\ (?:published|appeared)\b
          | (?:read\ more|continue\ reading|read\ the\ (?:full|rest|whole)|click\ here)\b
          | sign\ up\ (?:for|to|here|now)\b | subscribe\b
          | follow\ (?:us\b|our\b|@|[\w\ ]{1,30}\bon\ (?:twitter|facebook|instagram|telegram|x)\b)
          | download\ (?:our|the)\b | listen\ to\ (?:our|the|more)\b
          | get\ (?:our|the)\ \w*\ ?\w*\ ?newsletter
          | (?:additional\ |further\ )?(?:reporting|writing|editing)\ by\b
          | (?:photo(?:graph)?|image|picture|source|credit|via)s?\s?(?::|\ by\b|\ credit\b)
          | copyright\b | © | all\ rights\ reserved
        )
      | \((?:additional\ )?(?:reporting|writing|editing|photo(?:graph)?)\ by\b
      | ©\ ?(?:19|20)\d\d
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_LINE_END: Final = re.compile(r"\n")
_SENTENCE_END: Final = re.compile(r"\n|(?<=[.!?])\s")

# One of these words is in nearly every text that a pattern could hit; most texts have none.
_OPENERS: Final = frozenset(
    form
    for word in _words(
        "related read also more most recommended trending don't don’t further watch listen learn"
        " editor's editors editor’s must keep continue elsewhere originally first click sign"
        " subscribe follow download get additional reporting writing editing photo photograph image"
        " picture source sources credit via copyright"
    )
    for form in (word.capitalize(), word.upper())
) | _words("appeared published originally reserved Top TOP See SEE")


# And one of these, in small letters, is in it for certain.
_FOOTER_PHRASES: Final = (
    "appeared first", "first appeared", "published", "this article", "this story", "this post",
    "read more", "continue reading", "read the", "click here", "sign up", "subscribe", "follow us",
    "follow our", "follow @", " on twitter", " on facebook", " on instagram", " on telegram",
    " on x", "download", "listen to", "newsletter", "reporting by", "writing by", "editing by",
    "photo by", "photograph by", "image by", "picture by", "credit", "photo:", "photograph:",
    "image:", "picture:", "pictures:", "images:", "photos:", "source:", "sources:", "via:",
    "copyright", "©", "rights reserved",
)  # fmt: skip
_POINTER_PHRASES: Final = (
    "related", "read more", "read also", "read next", "also read", "see also", "see more",
    "more on", "more from", "more about", "more news", "more stor", "more cov", "also in",
    "also today", "other news", "recommended", "most read", "most popular", "most viewed",
    "trending", "t miss", "also like", "might like", "may like", "further reading", "top stories",
    "watch", "listen", "learn more", "find out more", "picks", "must-read", "must read",
    "keep reading", "continue reading", "go deeper", "to read next", "elsewhere on", "full story",
)  # fmt: skip


def without_boilerplate(
    title: str, summary: str, outlet: str, *, words: Iterable[Iterable[str]]
) -> tuple[str, str]:
    """The news in a title and its summary, at the places where it stands.

    `words` are the tokens of both. Where there is no boilerplate both come back as they are.
    """
    told, name = _without_outlet(title, outlet)
    said = summary
    if name and summary.endswith(name) and len(summary) > len(name):
        said = summary.removesuffix(name)  # an aggregator repeats title and outlet
    if "©" in summary or not _OPENERS.isdisjoint(chain(*words)):
        told, said = _without_pointers(told, title=True), _without_pointers(said, title=False)
    return told, said


def _without_outlet(title: str, outlet: str) -> tuple[str, str]:
    """The title without outlets before and after, and the last one's name.

    A title that is nothing else stays.
    """
    colon = title.find(": ", 0, _LONGEST_LEAD)
    led = colon > 0 and title[:colon].rsplit(maxsplit=1)[-1].casefold() in _ENDINGS
    if not (led or _ANY_MARK(title) or (colon == len(outlet) and title.startswith(outlet))):
        return title, ""
    start, end, name = 0, len(title), ""
    own = _plain(outlet)
    while (mark := max((title.rfind(mark, 0, end), len(mark)) for mark in _MARKS))[0] > 0:
        last = title[sum(mark) : end]
        if not _is_outlet(last, own):
            break
        end, name = mark[0], last.strip()
    heads = [(at, len(mark)) for mark in _LEAD_MARKS if (at := title.find(mark, 0, end)) > 0]
    if heads and (first := min(heads))[0] < _LONGEST_LEAD and _is_outlet(title[: first[0]], own):
        start = sum(first)
    news = title[start:end].rstrip()
    if not news.strip() or (not start and end == len(title)):
        return title, ""
    return "\n" * start + news, name


def _is_outlet(name: str, own: str) -> bool:
    written = name.split()
    if not 0 < len(written) <= _LONGEST_NAME:
        return False
    plain = _plain(name)
    if own and plain in {own, f"the {own}", own.removeprefix("the "), f"{own}com"}:
        return True
    words = plain.split()
    capital = all(word[0].isupper() or word.casefold() in _SMALL for word in written)
    if not (capital and words) or not _NO_OUTLET.isdisjoint(words):
        return False
    telling = {words[0], words[-1]}
    short = len([word for word in words if word != "the"]) <= _SHORT_NAME
    return not _PRESS.isdisjoint(telling) or (short and words[-1] in _OTHER_PRESS)


def _plain(name: str) -> str:
    text = name.casefold().strip().removeprefix("www.")
    return " ".join("".join(char for char in text if char.isalnum() or char == " ").split())


def _without_pointers(text: str, *, title: bool) -> str:
    """Without what leads on to other texts: to the end, or to that of its sentence or line."""
    low = text.lower()
    footer = _FOOTER.search(text) if any(map(low.__contains__, _FOOTER_PHRASES)) else None
    if footer and (text[: footer.start()].strip() or footer[0].startswith("The")):
        text = text[: footer.start()]
    points = ":" in text and any(map(low.__contains__, _POINTER_PHRASES))
    for pointer in _POINTER.finditer(text) if points else ():
        before = text[: pointer.start()].strip()
        if title and not before:
            continue
        ending = (_LINE_END if before else _SENTENCE_END).search(text, pointer.end())
        end = ending.end() if ending else len(text)
        text = text[: pointer.start()] + "\n" * (end - pointer.start()) + text[end:]
    return text.rstrip("\n") if text.strip() else ""
