"""Turns an error of the YAML parser into one plain sentence and its place.

Must never repair the text or guess what was meant: it only says what stands there.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

import yaml

from monitor.config.suggest import shown

Place = tuple[int, int]
"""Line and column, both from 1."""

QUOTES: Final = "put the text in quotes"

_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What ends a line to the parser, which counts them (YAML 1.1, section 5.4)."""
_CLOSES: Final = frozenset("]}")
_QUOTES: Final = frozenset("\"'")
_NEAR: Final = 20  # lines looked back
_BEGUN: Final = re.compile(r"[ ]*(?:- *)?(?:[\w-]+:(?=\s|$))?")
"""How a line begins: its indentation, the dash of a list, the key of a mapping."""


class _Slip(NamedTuple):
    """What the parser met: its words, the place of the error, and where the construct began."""

    problem: str
    context: str
    place: Place
    began: Place
    char: str
    line: str

    def about(self, *words: str) -> bool:
        return any(word in self.problem or word in self.context for word in words)


class _Sentence(NamedTuple):
    fits: Callable[[_Slip], bool]
    found: str  # may name {char} and {line}
    advice: str
    began: bool = False  # told where the construct began, not where the parser gave up


class Explained(NamedTuple):
    """A slip in plain words. `lines`: the first and last that it spoils."""

    place: Place
    found: str
    advice: str
    lines: tuple[int, int]


def explain(exc: yaml.MarkedYAMLError, text: str) -> Explained:
    """Where the slip is, what was found there, and what to do about it."""
    slip = _slip(exc, text)
    if hashtag := _hashtag(text, slip.place[0]):
        return hashtag
    for sentence in _SENTENCES:
        if sentence.fits(slip):
            found = sentence.found.format(char=slip.char, line=slip.began[0])
            place = slip.began if sentence.began else slip.place
            first = slip.began[0] if slip.about("flow sequence", "flow mapping") else place[0]
            return Explained(place, found, sentence.advice, (first, place[0]))
    found = f"this is not YAML ({slip.problem})"
    return Explained(slip.place, found, "text with signs goes in quotes", (slip.place[0],) * 2)


def without(text: str, lines: tuple[int, int]) -> str:
    """The text with nothing left of these lines but their indentation, dash and key."""
    kept = _BREAK.split(text)
    for number in range(lines[0] - 1, min(lines[1], len(kept))):
        begun = _BEGUN.match(kept[number])
        kept[number] = f"{begun[0]} ''" if begun and begun[0].strip() else ""
    return "\n".join(kept)


def _hashtag(text: str, last: int) -> Explained | None:
    """A “#” inside brackets, which makes a comment of the rest of the line and of its bracket.

    The parser gives up lines later, where the list that never ended cannot go on; looked for up to
    there. A comment after an open bracket is fine as long as it closes none.
    """
    start = max(0, last - _NEAR)
    for number, line in enumerate(_BREAK.split(text)[start:last], start + 1):
        before, sign, comment = line.partition(" #")
        opened = any(before.count(one) > before.count(other) for one, other in ("[]", "{}"))
        if sign and opened and not _CLOSES.isdisjoint(comment) and _QUOTES.isdisjoint(before):
            found = f"“#{shown(comment)}”, which is a comment, so that the bracket stays open"
            return Explained((number, len(before) + 2), found, QUOTES, (number, number))
    return None


def _slip(exc: yaml.MarkedYAMLError, text: str) -> _Slip:
    problem = _place(exc.problem_mark or exc.context_mark)
    lines = _BREAK.split(text)
    line = lines[problem[0] - 1] if problem[0] <= len(lines) else ""
    return _Slip(
        problem=exc.problem or "",
        context=exc.context or "",
        place=problem,
        began=_place(exc.context_mark or exc.problem_mark),
        char=line[problem[1] - 1 : problem[1]],
        line=line,
    )


def _place(mark: yaml.Mark | None) -> Place:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _after_a_quotation(slip: _Slip) -> bool:
    """The usual cause: a query that begins with a quotation, written as a plain value."""
    before = slip.line[: slip.place[1] - 1].rstrip()
    return before.endswith(('"', "'")) and slip.about("block collection", "block mapping")


def _about(*words: str) -> Callable[[_Slip], bool]:
    return lambda slip: slip.about(*words)


_SENTENCES: Final = (
    _Sentence(lambda slip: slip.char == "\t", "a tab", "indent with spaces"),
    _Sentence(
        _about("cannot start any token", "node content"),
        "“{char}” at the start, which has a meaning of its own to YAML",
        QUOTES,
    ),
    _Sentence(
        _after_a_quotation,
        "more text after a closing quote",
        "write a query as “query: >-” with the query on the next line",
    ),
    _Sentence(
        _about("unexpected end of stream"),
        "a quotation mark that is never closed",
        "close it; text with an apostrophe at the start goes in double quotes",
        began=True,
    ),
    _Sentence(
        _about("mapping values are not allowed"),
        "“: ” where no key can stand",
        "text with “: ” in it goes in quotes, and keys of one mapping begin in one column",
    ),
    _Sentence(
        _about("flow sequence"),
        "the “[” of line {line} is not closed",
        "close it with “]”, and put “,” between its values",
    ),
    _Sentence(
        _about("flow mapping"),
        "the “{{” of line {line} is not closed",
        "close it with “}”, and put “,” between its pairs",
    ),
    _Sentence(
        _about("expected ':'"), "a line without “: ”", "write “key: value” or “- value”", began=True
    ),
    _Sentence(_about("tag handle"), "“!” at the start, which is a tag to YAML", QUOTES, began=True),
    _Sentence(
        _about("block scalar"),
        "“|” or “>” at the start, which begins a block of text",
        "put the text in quotes, or begin it on the next line",
        began=True,
    ),
    _Sentence(
        _about("unknown escape"),
        "a “\\” in double quotes",
        "write “\\\\”, or use single quotes",
    ),
    _Sentence(
        _about("sequence entries"), "“-” where no list can begin", "begin the list on a new line"
    ),
    _Sentence(
        _about("directive"), "“%” at the start, which is a directive to YAML", QUOTES, began=True
    ),
    _Sentence(
        _about("block collection", "block mapping"),
        "an indentation that fits no line above",
        "lines of one list or mapping begin in one column",
    ),
)
