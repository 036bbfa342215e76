"""Turns one machine's time into two Markdown tables: finding phrases, and matching whole rules.

Run from the checkout: `python -m benchmarks.matching [--quick]`. Times are CPU time of one process,
the least of three passes over the same texts; a pass is cut short at SECONDS. The texts are those
of the shared data beside the checkout (or SIGNPOST_SHARED_DATA), else invented ones. The libraries
`ahocorasick_rs` and `spacy` are measured where they are installed.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from benchmarks.matching_engines import ENGINES, Engine, NotInstalledError, texts_of
from benchmarks.matching_rules import Corpus, corpus, plain_phrases, rules, scopes, watchlist
from monitor.core.language.match.matcher import match
from monitor.core.language.match.scan import scan
from monitor.core.language.watch.compiler import Watch, compile_watch
from monitor.model.entries import Entry
from tests.core.language.match.test_match_cases import ACCENTS, CASE, INFLECTED, PLAIN, SCRIPTS

T = TypeVar("T")

SECONDS: Final = 8.0
"""Of one pass; a cell is three of them, and what it takes to compile."""

SIZES: Final = (100, 1_000, 10_000, 100_000)
BATCHES: Final = (300, 100)
"""Short entries and long ones that an engine is given at a time."""

SAMPLES: Final = (1_500, 100)
CASES: Final = [*PLAIN, *INFLECTED, *CASE, *ACCENTS, *SCRIPTS]
"""Phrase, headline, and what must be found. The forms that only our language has are left out."""

MARKS: Final = frozenset('*="\u201c')


@dataclass(frozen=True, slots=True)
class Cell:
    """CPU microseconds a text, short and long, and CPU seconds to compile."""

    short: float
    long: float
    compiling: float


def main() -> None:
    """Print both tables."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--quick", action="store_true", help="up to 1,000 rules, fewer texts")
    arguments.add_argument("--memory", type=int, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    texts = corpus()
    if given.memory:
        print(_grown(texts, given.memory))
        return
    sizes, share = (SIZES[:2], 5) if given.quick else (SIZES, 1)
    short, long = (
        entries[: most // share]
        for entries, most in zip((texts.short, texts.long), SAMPLES, strict=True)
    )
    print(f"Texts: {texts.source}; {len(short)} short of {_length(short)} characters on average,")
    print(f"{len(long)} long of {_length(long)}.\n")
    for line in _phrase_table(texts, sizes, short, long):
        print(line, flush=True)
    print()
    for line in _rule_table(texts, sizes, short, long):
        print(line, flush=True)


def _length(entries: Sequence[Entry]) -> int:
    return sum(map(len, texts_of(entries))) // len(entries)


def _phrase_table(
    texts: Corpus, sizes: Sequence[int], short: Sequence[Entry], long: Sequence[Entry]
) -> Iterator[str]:
    """Engine by number of phrases: time a short and a long text, and how often it is right."""
    heads = "".join(f" {size:,} phrases |" for size in sizes)
    yield f"| µs short / long (× ours whole) |{heads} compile {sizes[-1]:,} | cases right |"
    yield f"|---|{'---|' * (len(sizes) + 2)}"
    ours: list[Cell] = []
    for name in sorted(ENGINES, key=lambda name: name != "ours, whole"):
        try:
            right = _right(ENGINES[name])
            cells = [
                _cell(ENGINES[name], plain_phrases(texts.vocabulary, size), short, long)
                for size in sizes
            ]
        except NotInstalledError as missing:
            yield f"| {name} |{' – |' * len(sizes)} – | {missing} is not installed |"
            continue
        ours = ours or cells
        shown = "".join(
            f" {_micro(cell.short)} / {_micro(cell.long)}"
            f" ({cell.short / own.short:.2g} / {cell.long / own.long:.2g}) |"
            for cell, own in zip(cells, ours, strict=True)
        )
        yield f"| {name} |{shown} {cells[-1].compiling:.1f} s | {right} |"


def _micro(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _right(make: Callable[[Sequence[str]], Engine]) -> str:
    """In how many of the cases the engine hits where it must and only there."""
    plain = [case for case in CASES if MARKS.isdisjoint(case[0])]
    right = sum(
        bool(make([phrase]).find([title])[0]) == bool(pieces) for phrase, title, pieces in plain
    )
    return f"{right} of {len(plain)}"


def _cell(
    make: Callable[[Sequence[str]], Engine],
    phrases: Sequence[str],
    short: Sequence[Entry],
    long: Sequence[Entry],
) -> Cell:
    start = time.process_time()
    engine = make(phrases)
    compiling = time.process_time() - start
    return Cell(
        short=_least(engine.find, _batches(texts_of(short), BATCHES[0])),
        long=_least(engine.find, _batches(texts_of(long), BATCHES[1])),
        compiling=compiling,
    )


def _batches(values: Sequence[T], size: int) -> list[Sequence[T]]:
    return [values[start : start + size] for start in range(0, len(values), size)]


def _least(work: Callable[[Sequence[T]], object], batches: Sequence[Sequence[T]]) -> float:
    """CPU microseconds a text, the least of three passes over as many batches as SECONDS allow.

    A batch that alone takes too long is halved until it does not.
    """
    first = list(batches[0])
    while (took := _seconds(work, [first])) > SECONDS and len(first) > 1:
        first = first[: max(1, len(first) // 8)]
    many = [first] if len(first) < len(batches[0]) else batches[: max(1, int(SECONDS / took))]
    passes = [_seconds(work, many) for _ in range(3 if took * len(many) < SECONDS else 1)]
    return min(passes) / sum(map(len, many)) * 1e6


def _seconds(work: Callable[[Sequence[T]], object], batches: Sequence[Sequence[T]]) -> float:
    start = time.process_time()
    for batch in batches:
        work(batch)
    return time.process_time() - start


def _rule_table(
    texts: Corpus, sizes: Sequence[int], short: Sequence[Entry], long: Sequence[Entry]
) -> Iterator[str]:
    """Our matcher by number of rules, with and without scope, beside running every rule."""
    yield (
        "| rules | scope | µs short / long | short entries/s | × 100 rules | matches"
        " | every rule, µs short / long | compile | memory |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    frequencies = texts.frequencies()
    for scoped in (False, True):
        base = 0.0
        for size in sizes:
            about = scopes(texts.vocabulary) if scoped else None
            questions = watchlist(rules(texts.vocabulary, size), about)
            start = time.process_time()
            watch = compile_watch(questions, frequencies=frequencies)
            compiling = time.process_time() - start
            found = [_least(_matcher(watch), _batches(entries, 25)) for entries in (short, long)]
            every = [
                _least(_every_rule(watch), _batches(entries[:25], 25)) for entries in (short, long)
            ]
            matches = [
                sum(len(match(entry, watch).matches) for entry in entries) / len(entries)
                for entries in (short, long)
            ]
            base = base or found[0]
            memory = "" if scoped else f" {_memory(size)} MB "
            yield (
                f"| {size:,} | {'five names' if scoped else 'none'}"
                f" | {_micro(found[0])} / {_micro(found[1])} | {1e6 / found[0]:,.0f}"
                f" | {found[0] / base:.1f} | {matches[0]:.1f} / {matches[1]:.0f}"
                f" | {_micro(every[0])} / {_micro(every[1])} | {compiling:.1f} s |{memory}|"
            )


def _matcher(watch: Watch) -> Callable[[Sequence[Entry]], object]:
    def work(entries: Sequence[Entry]) -> None:
        for entry in entries:
            match(entry, watch)

    return work


def _every_rule(watch: Watch) -> Callable[[Sequence[Entry]], object]:
    """The same plans on the same hits, without asking which rules can hit at all."""

    def work(entries: Sequence[Entry]) -> None:
        for entry in entries:
            hits = scan(entry, watch).hits
            for rule in watch.rules:
                rule.plan(hits)

    return work


def _memory(size: int) -> str:
    """What compiling adds to a fresh process, in megabytes."""
    command = [sys.executable, "-m", "benchmarks.matching", "--memory", str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - itself
    return done.stdout.strip()


def _grown(texts: Corpus, size: int) -> str:
    status = Path("/proc/self/status")
    if not status.exists():
        return "?"
    questions = watchlist(rules(texts.vocabulary, size))
    frequencies = texts.frequencies()
    compile_watch(questions[:1], frequencies=frequencies)  # reads the dictionary
    before = _resident(status)
    watch = compile_watch(questions, frequencies=frequencies)
    return f"{_resident(status) - before:.0f}" if watch.rules else "0"


def _resident(status: Path) -> float:
    for line in status.read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def least(watch: Watch, entries: Sequence[Entry]) -> float:
    """CPU microseconds to match an entry, the least of three passes."""
    return _least(_matcher(watch), _batches(entries, 25))


def compiled_mb(size: int) -> str:
    """What compiling so many rules adds to a fresh process, in megabytes."""
    return _memory(size)


if __name__ == "__main__":
    main()
