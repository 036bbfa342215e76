"""Turns the text of a brief into its header fields and its sentences, each with line and section.

Reads plain text, Markdown and mail as people write them. Must never change a word of a sentence:
what is quoted in a draft stands in the brief.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

MOST_CHARACTERS: Final = 100_000
"""A brief of forty pages; what comes after is not read."""
MOST_SENTENCES: Final = 1_000
"""Each costs a millisecond or two."""
LONGEST_FIELD: Final = 500
"""Characters of a title, a question or another line of the head."""
LONGEST_SENTENCE: Final = 2_000
"""Characters of a sentence that is looked at; longer ones are tables or data."""

_FIELD: Final = re.compile(
    r"\s*(?:[-*•]\s+)?(from|to|cc|sent|date|subject|title|author|authors|by|prepared by|analyst"
    r"|published|prepared|issued|dated|updated|question|analytical question|key question"
    r"|intelligence question|analytic question|research question|review by|horizon|time horizon"
    r"|time frame|timeframe|period|outlook|classification|reference|ref|desk|owner|status"
    r")\s*:\s+(\S.*)",
    re.IGNORECASE,
)
_BY: Final = re.compile(r"(?:^|(?<=[a-z.]))By:?\s+(?=[A-Z])(.{3,100})$")
_PREPARED: Final = re.compile(
    r"\b(prepared|published|issued|dated|as of|updated|review by)\b[ :]+(?:on )?([^·|;]{4,40})",
    re.IGNORECASE,
)
_BULLET: Final = re.compile(
    r"\s*(?:[-*•–·▪]|\d{1,2}[.)]|\(?[a-z]\)|\[\d{1,3}\]|[A-Z]{1,2}-?\d{1,2}[.:)])\s+(?=\S)"
)
_ATX: Final = re.compile(r"\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_RULE: Final = re.compile(r"\s*(?:[-=_*~]\s*){3,}$")
_EMPHASIS: Final = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_BOLD_LINE: Final = re.compile(r"\s*(?:\*\*|__)([^*_]{2,90})(?:\*\*|__)\s*:?\s*$")
_END: Final = re.compile(r"[.?!…][\"”’')\]*]*$")
_BOUNDARY: Final = re.compile(r"[.?!][\"”’')\]*]*\s+(?=[\"“‘'(\[*]*[A-Z0-9])")
_ABBREVIATION: Final = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Gov|Sen|Rep|St|No|Nos|vs|cf|e\.g|i\.e|etc|al|Ltd|Inc|Co"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|p|pp|ed|vol|approx|ca)|(?:\b[A-Z]\.)*\b[A-Z])"
    r"\.$"
)
REFERENCES: Final = re.compile(
    r"^(?:references?|sources?|bibliography|works|literature|citations?|(?:end|foot)?notes|"
    r"further reading|see also|"
    r"source list|reading list|links)\b",
    re.IGNORECASE,
)
"""Headings of what a brief rests on."""
_HEADING_WORDS: Final = 9
_MARKED: Final = re.compile(r"^\((?:[A-Z]{1,4}(?://[A-Z]+)*)\)\s*")
"""“(U)” before a title."""
_GENERIC: Final = re.compile(
    r"(?:the )?(?:analys[ie]s|briefs?|briefing|reports?|memo(?:randum)?|notes?|"
    r"assessments?|papers?|comment(?:ary)?|"
    r"key (?:judge?ments?|points|findings)|discussion|scope note|question|summary|bottom "
    r"line|introduction|background)",
    re.IGNORECASE,
)
"""Headings that name a kind of text and not what it is about."""
_FAREWELL: Final = re.compile(
    r"(?:with )?(?:best|kind|warm|many|our)\b.{0,20}\b(?:regards|wishes|thanks)|regards|"
    r"sincerely|yours\b.*|dear\b.*|"
    r"hello\b.*|hi\b.*|thanks\b.*|thank you.*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. `section` is the heading it stands under, `label` the words before its “:”."""

    text: str
    line: int
    section: str = ""
    paragraph: int = 0
    item: bool = False  # of a list


@dataclass(frozen=True, slots=True)
class Passages:
    """A brief in pieces. `fields` are its “Name: value” lines by name in lower case."""

    fields: Mapping[str, Sentence]
    headings: tuple[Sentence, ...]
    sentences: tuple[Sentence, ...]
    lines: tuple[Sentence, ...]  # whole lines of prose, with their marks; for citations

    @property
    def title(self) -> str:
        for name in ("title", "subject"):
            if name in self.fields:
                return self.fields[name].text
        begun = self.sentences[0].line if self.sentences else 0
        early = [each.text for each in self.headings if not begun or each.line < begun]
        named = (text for text in early if not _GENERIC.fullmatch(text))
        return next(named, early[0] if early else "")


def passages(text: str) -> Passages:
    """The pieces of a brief; nothing past MOST_CHARACTERS is read."""
    reader = _Reader()
    text = text[:MOST_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n")
    lines = [_clean(line) for line in text.split("\n")]
    start = reader.front_matter(lines)
    for number in range(start, len(lines)):
        ahead = lines[number + 1] if number + 1 < len(lines) else ""
        reader.line(lines[number], number + 1, ahead)
    reader.close()
    return Passages(
        fields=reader.fields,
        headings=tuple(reader.headings),
        sentences=tuple(reader.sentences[:MOST_SENTENCES]),
        lines=tuple(reader.lines[:MOST_SENTENCES]),
    )


def _clean(line: str) -> str:
    """Without invisible characters, which would hide a word or break the file that is written."""
    kept = (
        " " if char.isspace() else char for char in line if char.isprintable() or char.isspace()
    )
    return "".join(kept).rstrip()


def plain(text: str) -> str:
    """Without the marks of Markdown."""
    text = _EMPHASIS.sub(r"\2", text)
    text = re.sub(r"\[([^\]]+)\]\((?:[^)\s]+)\)", r"\1", text)
    text = re.sub(r"(?<![\w*])[*_](?=\S)([^*_]+?)(?<=\S)[*_](?![\w*])", r"\1", text)
    return " ".join(text.replace("`", "").split())


class _Reader:
    """Takes a brief line by line."""

    def __init__(self) -> None:
        self.fields: dict[str, Sentence] = {}
        self.headings: list[Sentence] = []
        self.sentences: list[Sentence] = []
        self.lines: list[Sentence] = []
        self._open: list[str] = []
        self._begun = 0
        self._item = False
        self._section = ""
        self._above = ""  # the heading that is no label such as “More likely:”
        self._columns: list[str] = []
        self._row: list[str] = []
        self._paragraph = 0
        self._blank = True

    def front_matter(self, lines: list[str]) -> int:
        """Read “---” … “---” at the top; the index of the line after it."""
        first = next((at for at, line in enumerate(lines) if line.strip()), 0)
        if not lines or lines[first].strip() != "---":
            return 0
        for at in range(first + 1, min(len(lines), first + 60)):
            if lines[at].strip() in {"---", "..."}:
                return at + 1
            name, colon, value = lines[at].partition(":")
            if colon and 0 < len(value.strip()) <= LONGEST_FIELD:
                text = value.strip().strip("\"'")
                self.fields.setdefault(name.strip().lower(), Sentence(text, at + 1))
        return 0

    def line(self, line: str, number: int, ahead: str) -> None:
        if not line.strip() or _RULE.match(line):
            self.close()
            self._blank = True
            return
        line = line.lstrip("> ") if line.lstrip().startswith(">") else line
        if line.lstrip().startswith("|"):
            self._cells([cell.strip() for cell in line.strip().strip("|").split("|")], number)
            return
        self._columns = []
        if self._field(line, number) or self._heading(line, number, ahead):
            self._blank = False
            return
        bullet = _BULLET.match(line)
        if bullet or not self._continues(line):
            self.close()
            self._begun, self._item = number, bool(bullet)
            self._paragraph += self._blank or bool(bullet)
        self._open.append(line[bullet.end() :] if bullet else line.strip())
        self._blank = False

    def _cells(self, cells: list[str], number: int) -> None:
        """A row of a table: the first cell, then the others by the name of their column."""
        self.close()
        if all(re.fullmatch(r":?-{2,}:?", cell) for cell in cells):
            self._columns = [plain(cell) for cell in self._row]
            self.sentences[-1:] = [] if self._row else self.sentences[-1:]
            return
        self._row = cells
        names = [*self._columns[1:], *[""] * len(cells)]
        rest = [
            f"{n}: {plain(c)}" if n else plain(c) for n, c in zip(names, cells[1:], strict=False)
        ]
        text = " | ".join(filter(None, [plain(cells[0]), *rest]))
        if text:
            self._paragraph += 1
            row = Sentence(text, number, self._section, self._paragraph, item=True)
            self.sentences.append(row)

    def _continues(self, line: str) -> bool:
        """Whether a line goes on with the sentence of the line before: text wrapped by hand."""
        if not self._open:
            return False
        last = self._open[-1]
        if REFERENCES.match(self._section) and re.search(r"[“”\"]|\b(?:19|20)\d\d\b|https?:", line):
            return line.startswith(("  ", "\t")) or line[:1].islower()  # else the next reference
        return not _END.search(last) and (len(last) >= 40 or line.lstrip()[:1].islower())

    def _heading(self, line: str, number: int, ahead: str) -> bool:
        found = _ATX.match(line) or _BOLD_LINE.match(line)
        text = found[1] if found else line.strip()
        if not found and not (_underlined(ahead) or self._looks_like_heading(text, ahead)):
            return False
        self.close()
        heading = _MARKED.sub("", plain(text)).rstrip(": ")
        if not heading or len(heading) > LONGEST_FIELD:
            return False
        under = line.rstrip(" *_").endswith(":") and not _ATX.match(line)
        self._above = self._above if under else heading
        self._section = f"{self._above} / {heading}" if under and self._above else heading
        self.headings.append(Sentence(heading, number))
        return True

    def _looks_like_heading(self, text: str, ahead: str) -> bool:
        text = _MARKED.sub("", text)
        if not self._blank and self._open:
            return False
        words = text.split()
        if not text[:1].isalnum() or text[:1].islower() or _BULLET.match(text):
            return False
        if re.search(r"[.?!;,”\"]$", text) or _FIELD.match(text) or _PREPARED.search(text):
            return False
        if _FAREWELL.fullmatch(text.strip(" ,.!")):
            return False
        named = any(not _GENERIC.fullmatch(each.text) for each in self.headings)
        if not named and not self.fields.keys() & {"title", "subject"} and not self.sentences:
            return len(words) <= 2 * _HEADING_WORDS and (not ahead.strip() or len(words) <= 8)
        short = len(words) <= _HEADING_WORDS and len(text) <= 70
        return short and not ahead.lstrip()[:1].islower()

    def _field(self, line: str, number: int) -> bool:
        text = plain(line)
        if len(text) > LONGEST_FIELD:
            return False
        if found := _FIELD.match(text):
            self.close()
            self.fields.setdefault(found[1].lower(), Sentence(found[2].strip(), number))
            return True
        if (found := _BY.search(text)) and number <= 12 and not _END.search(text):
            self.fields.setdefault("by", Sentence(found[1].strip(), number))
            return True
        if len(text) <= 120 and not _END.search(text):
            dated = [*_PREPARED.finditer(text)]
            for each in dated:
                self.fields.setdefault(each[1].lower(), Sentence(each[2].strip(), number))
            return bool(dated)
        return False

    def close(self) -> None:
        """The paragraph or list item is over: cut it into sentences."""
        if not self._open:
            return
        raw = " ".join(self._open)
        self._open = []
        self.lines.append(
            Sentence(raw, self._begun, self._section, self._paragraph, item=self._item)
        )
        for part in _divided(plain(raw)):
            if len(part) <= LONGEST_SENTENCE:
                self.sentences.append(
                    Sentence(part, self._begun, self._section, self._paragraph, item=self._item)
                )


def _underlined(ahead: str) -> bool:
    return bool(re.fullmatch(r"\s*(?:={3,}|-{3,})\s*", ahead))


def _divided(text: str) -> Iterator[str]:
    """The sentences of a text."""
    start = 0
    for found in _BOUNDARY.finditer(text):
        before = text[start : found.start() + 1]
        if not _ABBREVIATION.search(before):
            yield text[start : found.end()].strip()
            start = found.end()
    if rest := text[start:].strip():
        yield rest
