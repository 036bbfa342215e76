"""Turns the references of a brief into author, title, outlet and day.

Reads the styles that people use (MLA, APA, Chicago, footnotes, brackets in running text, links). A
line of the references that gives no title and outlet is handed back as it stands.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from monitor.core.drafting import dates
from monitor.core.drafting.passages import REFERENCES, Sentence, plain
from monitor.model.drafts import CitationProposal, SourceSentence, Unread

_INLINE: Final = re.compile(
    r"^\W*(?:see(?: also)?|sources?|references?|cf\.?|based on|reading)\s*:\s*(.+)$", re.IGNORECASE
)
_QUOTED: Final = re.compile(
    r"[“\"«„]([^“”\"«»„]{8,250})[”\"»“]|(?<!\w)[‘']([^‘’]{12,250}?[.,]?)[’'](?!\w)"
)
_HALF_QUOTED: Final = re.compile(r"^([^“\"]{8,250}?)[”\"]\s")
_ITALIC: Final = re.compile(r"(?<![\w*_])[*_](?=\S)([^*_]{6,250}?)(?<=\S)[*_](?![\w*_])")
_LINKED: Final = re.compile(r"\[([^\]]{8,250})\]\((https?://[^\s)]+)[^)]*\)")
_URL: Final = re.compile(r"<?(https?://[^\s<>)\]]+)>?")
_BRACKETS: Final = re.compile(r"\(([^()]{15,300})\)|\[([^\[\]]{15,300})\](?!\()")
_NUMBER: Final = re.compile(r"^\s*(?:\[?\^?\d{1,3}\]?:?[.)]?|[-*•–])\s+")
_APA: Final = re.compile(
    r"^(?P<author>[^()“\"]{2,100}?)\s*\((?P<when>[^()]*(?:19|20)\d\d[^()]*)\)[.,:]?\s+(?P<rest>.+)$"
)
_BYLINE: Final = re.compile(
    r"^(?P<author>[A-Z][\w’'-]+, (?:[A-Z][\w’'-]+|[A-Z]\.)(?: [A-Z]\.?)*(?:,? (?:and|&) "
    r".{3,60})?)[.,]\s+(?=[“\"*A-Z])"
)
_MONTHS: Final = (
    "January February March April May June July August September October November December"
)
_MONTH_ONLY: Final = re.compile(
    rf"\b(?:(?:{_MONTHS.replace(' ', '|')})[a-z]*\.? )?(?:19|20)\d\d\b", re.IGNORECASE
)
_NOISE: Final = re.compile(
    r"^(?:accessed|retrieved|available|online|web|print|n\.?d\.?|pp?\.? ?\d.*|vol\.?.*|"
    r"no\.? ?\d.*|https?:.*|at|in|by|on|and|"
    r"published|updated|via|from|see|reported|an? .*|\d.*|\W*)$",
    re.IGNORECASE,
)
WIRES: Final = (
    "Reuters", "AP", "Associated Press", "AFP", "Agence France-Presse", "BBC", "BBC News", "NPR",
    "CNN", "Bloomberg",
    "Financial Times", "The Guardian", "The New York Times", "New York Times",
    "The Washington Post", "Washington Post",
    "The Wall Street Journal", "Wall Street Journal", "The Economist", "Al Jazeera", "Politico",
    "Axios", "Yonhap",
    "Xinhua", "Kyodo", "TASS", "Interfax", "Nikkei", "Nikkei Asia", "Deutsche Welle", "DW",
    "France 24", "Le Monde",
    "Der Spiegel", "The Times", "The Telegraph", "Sky News", "NBC News", "CBS News", "ABC News",
    "Fox News", "USA Today",
    "Foreign Policy", "Foreign Affairs", "The Diplomat", "The Hill", "UN News", "ReliefWeb",
    "WHO", "38 North", "KCNA",
    "South China Morning Post", "Haaretz", "Times of Israel", "Dawn", "The Hindu", "dpa", "UPI",
    "EFE", "ANSA", "STAT",
)  # fmt: skip
"""Outlets that are known by name; others are known by where they stand."""
_WIRE: Final = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(re.escape(w) for w in sorted(WIRES, key=len, reverse=True))
    + r")(?![\w-])"
)


def citations(
    lines: Sequence[Sentence], near: date | None
) -> tuple[tuple[CitationProposal, ...], tuple[Unread, ...]]:
    """The citations of a brief, each once, and lines of its references that could not be read."""
    found: dict[str, CitationProposal] = {}
    unread: list[Unread] = []
    for line in lines:
        for piece, certain in _pieces(line):
            source = SourceSentence(sentence=plain(piece), line=line.line)
            cited = _citation(piece, source, near, certain=certain)
            if cited is not None:
                found.setdefault(cited.title.casefold(), cited)
            elif certain:
                why = "its outlet and title could not be told"
                unread.append(Unread(part="citation", why=why, source=source))
    return tuple(found.values()), tuple(unread)


def is_reference(line: Sentence) -> bool:
    """Whether a line only says what the brief rests on."""
    return bool(REFERENCES.match(line.section) or _INLINE.match(line.text))


def _pieces(line: Sentence) -> Iterator[tuple[str, bool]]:
    """What may be one reference each, and whether it must be one."""
    text = line.text.strip()
    if REFERENCES.match(line.section):
        parts = text.split(";") if text.count(";") and len(_QUOTED.findall(text)) > 1 else [text]
        yield from ((_NUMBER.sub("", part).strip(), True) for part in parts if part.strip())
    elif inline := _INLINE.match(text):
        yield from ((part.strip(), True) for part in inline[1].split(";") if part.strip())
    elif re.match(r"^\[\^?\d+\]:?\s", text):
        yield _NUMBER.sub("", text), True
    else:
        for found in _BRACKETS.finditer(text):
            yield from ((part.strip(), False) for part in (found[1] or found[2]).split(";"))
        for found in _LINKED.finditer(text):
            yield text[found.start() : found.end() + 80], False


def _citation(
    text: str, source: SourceSentence, near: date | None, *, certain: bool
) -> CitationProposal | None:
    linked = _LINKED.search(text)
    url = linked[2] if linked else (found[1] if (found := _URL.search(text)) else "")
    bare = _URL.sub("", _LINKED.sub(r"“\1”", text)).strip(" <>,;")
    author = ""
    if apa := _APA.match(bare):
        author, when = apa["author"].strip(" .,"), apa["when"]
        title, rest = _title(apa["rest"]) or _first_sentence(apa["rest"])
        rest = f"{rest} ({when})"
    else:
        if by := _BYLINE.match(bare):
            author, bare = by["author"], bare[by.end() :]
        title, rest = _title(bare) or (_unquoted(bare) if certain else None) or ("", bare)
    outlet = _outlet(rest, title)
    if not outlet and apa and not certain:
        return None
    if not outlet and author and title and " " not in author:
        outlet, author = author, ""
    named = bool(_WIRE.search(rest)) or bool(dates.find(rest, near))
    if not (title and outlet) or not (certain or (named and len(title.split()) > 2)):
        return None
    day = dates.exact(rest, near)
    partial = _MONTH_ONLY.search(rest) if day is None else None
    return CitationProposal(
        outlet=outlet,
        title=title,
        source=source,
        published=day,
        when=partial[0] if partial else "",
        author=author.strip(" ."),
        link=url.rstrip(".,;"),
    )


def _title(text: str) -> tuple[str, str] | None:
    """The title in quotes or italics, and the text without it."""
    for pattern in (_QUOTED, _HALF_QUOTED, _ITALIC):
        if found := pattern.search(text):
            title = next(part for part in found.groups() if part)
            # a title may quote somebody itself: what stands between its own marks belongs to it
            rest = f"{text[: found.start()]} | {text[found.end() :]}"
            return _ended(title), rest
    return None


def _ended(title: str) -> str:
    """A title without the point that ends it in a reference, but “U.S.” with its own."""
    title = title.strip(" ,")
    return title if re.search(r"\b[A-Z]\.[A-Z]\.$", title) else title.strip(" .")


def _unquoted(text: str) -> tuple[str, str] | None:
    """“Outlet: title (day)” and “Title, Outlet, day”, where nothing marks the title."""
    days = dates.find(text)
    head = text[: days[-1].start].rstrip(" ,;(–—-") if days else text.strip(" .")
    if found := re.match(r"^([A-Z][\w.&’' -]{1,40}): (\S.{9,})$", head):
        return _ended(found[2]), f"{found[1]} | {text[len(head) :]}"
    wires = [*_WIRE.finditer(head)]
    if wires and wires[-1].end() == len(head):
        title = head[: wires[-1].start()].rstrip(" ,;(–—-.")
        if len(title.split()) > 2 and "." not in title:
            return _ended(title), f"{wires[-1][0]} | {text[len(head) :]}"
    return None


def _first_sentence(text: str) -> tuple[str, str]:
    head, _, rest = text.partition(". ")
    return head.strip(" .,*_"), rest


def _outlet(text: str, title: str) -> str:
    """The outlet among the pieces around the title: one known by name, else the nearest."""
    text = re.sub(r"\bThomson Reuters\b", "Reuters", plain(text))
    if found := _WIRE.search(text):
        return found[0]
    for each in reversed(dates.find(text)):
        text = f"{text[: each.start]}|{text[each.end :]}"
    text = _MONTH_ONLY.sub("|", text)
    pieces = [
        piece.strip(" .,;:()[]“”\"'*_–—-") for piece in re.split(r"[|,;:()–—]|\.\s|\.$", text)
    ]
    usable = [piece for piece in pieces if piece and not _NOISE.match(piece) and len(piece) <= 60]
    named = [piece for piece in usable if piece[:1].isupper() and piece != title]
    return named[0] if named else ""
