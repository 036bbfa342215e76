"""Turns an error of the YAML parser into one plain sentence and its place.

Must never repair the text or guess what was meant: it only says what stands there.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate
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
_FAR: Final = 200  # and for where a text or a mapping began
_SHORT: Final = 80  # characters of a value that is shown as it should be written
_KEY: Final = re.compile(r"[ ]*(?:- +)*([\w-]+):(?=\s|$)")
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
    if told := _runaway(text, slip) or _indented(text, slip) or _colon(slip):
        return told
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


def _runaway(text: str, slip: _Slip) -> Explained | None:
    """A quotation mark that was forgotten: the text runs on to the next one, lines later.

    The parser gives up after that next mark; what is wrong is the line where the text began. A mark
    on one line with it is an apostrophe.
    """
    line, column = slip.place
    mark = slip.line[column - 2 : column - 1]
    if mark not in _QUOTES or column < 2:
        return None
    begun = next((o for o, c in _quotations(text, line) if c == (line, column - 1)), None)
    if begun is None:
        return None
    if begun[0] < line:
        found = f"a quotation mark that is not closed on its line: the text runs on to line {line}"
        advice = "close it where the text ends; text with an apostrophe goes in double quotes"
        return Explained(begun, found, advice, (begun[0], begun[0]))
    if mark == "'" and slip.char.isalnum() and slip.line[column - 3 : column - 2].isalnum():
        word = re.findall(r"[\w']+", slip.line[: column + 20])
        whole = next((each for each in word if "'" in each[1:-1]), "'")
        found = f"the apostrophe of “{whole}”, which closes the text"
        return Explained((line, column - 1), found, "put the text in double quotes", (line, line))
    return None


_DOUBLE: Final = re.compile(r'(?:[^"\\]|\\.)*+"', re.DOTALL)
_SINGLE: Final = re.compile(r"(?:[^']|'')*+'(?!')")
"""What follows an opening mark, up to the one that closes it."""
_OPENS: Final = re.compile(r"""([\[{,:]\s*)(?=["'])""")


def _quotations(text: str, last: int) -> Iterator[tuple[Place, Place]]:
    """Where quoted texts open and close, up to the line `last`; looked for in the lines before."""
    start = max(0, last - _FAR)
    lines = _BREAK.split(text)[start:last]
    whole = "\n".join(lines)
    begins = [0, *accumulate(len(line) + 1 for line in lines)]

    def place(at: int) -> Place:
        number = bisect_right(begins, at)
        return start + number, at - begins[number - 1] + 1

    done = 0
    for line, begin in zip(lines, begins, strict=False):
        for column in _openings(line):
            at = begin + column
            if at < done:
                continue  # inside a text that was opened before
            closing = (_DOUBLE if whole[at] == '"' else _SINGLE).match(whole, at + 1)
            if closing is None:
                return
            done = closing.end()
            yield place(at), place(done - 1)


def _openings(line: str) -> Iterator[int]:
    """Where on a line a quoted text may open: where a value begins, and after commas of a list."""
    begun = _BEGUN.match(line)
    value = begun.end() if begun else 0
    value += len(line[value:]) - len(line[value:].lstrip())
    if line[value : value + 1] in _QUOTES:
        yield value
    elif line[value : value + 1] in {"[", "{"}:
        yield from (found.end() for found in _OPENS.finditer(line, value))


def _indented(text: str, slip: _Slip) -> Explained | None:
    """A key or an item that begins where none of the lines above does."""
    line, column = slip.place
    key = _KEY.match(slip.line)
    deeper = slip.about("mapping values are not allowed") and key and key.end(1) == column - 1
    above = _columns(text, line)
    if deeper and key and above:
        found = f"“{key[1]}” is indented deeper than the keys above"
        advice = f"begin it in column {above[-1]}, like the line before"
        return Explained((line, key.start(1) + 1), found, advice, (line, line))
    misfit = slip.about("block collection", "block mapping") and slip.line[: column - 1].isspace()
    if misfit and column not in above:
        name = key[1] if key else shown(slip.line.strip())
        found = f"“{name}” begins in column {column}, and no line above does"
        columns = " or ".join(map(str, above))
        advice = f"lines of one list or mapping begin in one column, here {columns}"
        return Explained(slip.place, found, advice, (line, line))
    return None


def _columns(text: str, line: int) -> list[int]:
    """The columns of the lists and mappings that are open before a line, the innermost last."""
    found: list[int] = []
    start = max(0, line - 1 - _FAR)
    for above in reversed(_BREAK.split(text)[start : line - 1]):
        content = above.lstrip(" ")
        if not content or content.startswith("#"):
            continue
        indent = len(above) - len(content)
        inner = re.match(r"(?:- +)+", content)
        for column in (indent + (inner.end() if inner else 0) + 1, indent + 1):
            if not found or column < found[-1]:
                found.append(column)
    return found[::-1]


def _colon(slip: _Slip) -> Explained | None:
    """“: ” inside a text, which would begin a second mapping on the line."""
    if not slip.about("mapping values are not allowed"):
        return None
    begun = _BEGUN.match(slip.line)
    value = slip.line[begun.end() if begun else 0 :].strip()
    if not value or not slip.line[: slip.place[1]].strip():
        return None
    mended = value.replace('"', "'")
    advice = f'put the text in quotes: "{mended}"' if len(mended) < _SHORT else QUOTES
    return Explained(slip.place, "“: ” inside a text without quotes", advice, (slip.place[0],) * 2)


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
