"""What each line of a watchlist caught, for people and for programs: part of `monitor check`."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from rich.text import Text

from monitor.cli.output import console, printable, say
from monitor.core.language.watch.compiler import RuleRole
from monitor.core.linting.lint_corpus import ENOUGH_DAYS, Caught
from monitor.model.numbers import plural
from monitor.triage.corpus import Corpus

_HEADINGS = ("entries", "stories", "outlets", "days", "line")
_ROW = "{:>8} {:>8} {:>8} {:>5} {:>5}  {}"
_INDENT = 40


def show(corpus: Corpus | None) -> None:
    """A block for each question: its phrases in the order of the file, with headlines below."""
    if corpus is None:
        return
    say(
        f"{plural(corpus.entries, 'entry', 'entries')} of {plural(corpus.outlets, 'outlet')} on "
        f"{plural(corpus.days, 'day')} from {corpus.since:%Y-%m-%d} to {corpus.until:%Y-%m-%d}; "
        "counted are those in the question's scope."
    )
    if corpus.days < ENOUGH_DAYS:
        say(f"Less than {ENOUGH_DAYS} days of news: nothing is said of what did not hit.")
    if not corpus.entries:
        return
    for question, lines in groupby(corpus.caught, key=lambda line: line.question):
        say()
        _print(Text(question, style="bold"))
        _print(Text(_ROW.format(*_HEADINGS, "phrase"), style="dim"))
        _show(list(lines))
    say()


def _show(lines: Sequence[Caught]) -> None:
    for line in lines:
        row = Text(_ROW.format(*_numbers(line), _phrase(line)))
        _print(row if line.entries else Text(row.plain, style="dim"))
        for title in line.examples:
            _print(Text(f"{'':>{_INDENT}}{printable(title)}", style="cyan"))
        if aside := _aside(line):
            _print(Text(f"{'':>{_INDENT}}({aside})", style="dim"))


def _print(text: Text) -> None:
    console().print(text, soft_wrap=True)


def _numbers(line: Caught) -> Iterable[int]:
    return line.entries, line.stories, line.outlets, len(line.days), line.phrase.line


def _phrase(line: Caught) -> str:
    what = f"{line.indicator} ({line.direction})" if line.role is RuleRole.INDICATOR else line.role
    return f"{what}: {' '.join(line.phrase.text.split())}"


def _aside(line: Caught) -> str:
    """What the numbers of the row do not tell."""
    told = []
    if " > " in line.phrase.text:
        told.append("“>”: subject before verb in one clause, or after “by”")
    if line.role is RuleRole.INDICATOR and line.counted < line.entries:
        told.append(f"{line.entries - line.counted} not counted: negated, background or ignored")
    if line.role is RuleRole.INDICATOR and line.outside:
        told.append(f"{line.outside} outside the scope")
    return "; ".join(told)


def as_json(corpus: Corpus | None) -> dict[str, Any]:
    """The same under the key “corpus”; nothing if there was no look at the archive."""
    if corpus is None:
        return {}
    return {
        "corpus": {
            "since": corpus.since.isoformat(),
            "until": corpus.until.isoformat(),
            "days": corpus.days,
            "entries": corpus.entries,
            "outlets": corpus.outlets,
            "lines": [_line(line) for line in corpus.caught],
        }
    }


def _line(line: Caught) -> dict[str, Any]:
    return {
        "question": line.question,
        "role": line.role.value,
        "indicator": line.indicator or None,
        "direction": line.direction.value,
        "phrase": line.phrase.text,
        "line": line.phrase.line,
        "entries": line.entries,
        "counted": line.counted,
        "outside": line.outside,
        "stories": line.stories,
        "outlets": line.outlets,
        "days": sorted(day.isoformat() for day in line.days),
        "examples": list(line.examples),
    }
