"""Turns news texts into entries to match, and their words into watchlists of any size.

Everything drawn is drawn from a fixed seed: the same texts and count give the same watchlist. Where
the shared data are absent, invented texts stand in, so that the benchmark runs anywhere.
"""

import html
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final, TypeVar

from monitor.core.language.text import tokens as text
from monitor.model.entries import DateTrust, Entry
from monitor.model.questions import Direction, Indicator, Phrase, Question, Strength

DATA: Final = Path(
    os.environ.get("SIGNPOST_SHARED_DATA", Path(__file__).parents[1] / "../shared/data")
)
T = TypeVar("T")

SEED: Final = 20190322
LONG: Final = 600  # words: about those of a wire report

_FILES: Final = (
    "replay/A_satellite_launch.jsonl",
    "replay/C_kim_putin.jsonl",
    "dedupe/day_2023-02-07.jsonl",
    "dedupe/day_2023-09-13.jsonl",
)
_MARKUP = re.compile(r"<[^>]*>")
_NAME = re.compile(
    r"\b(?!And\b|Not\b|Near\b)[A-Z][a-z]{2,}(?: (?!And\b|Not\b|Near\b)[A-Z][a-z]{2,}){0,2}\b"
)
_ORDINARY = re.compile(r"\b[a-z]+\b")
_TOPIC = re.compile(r"\b[a-z]{5,}\b")
_PAIR = re.compile(r"\b(?=([a-z]{5,} [a-z]{5,})\b)")
_NOON: Final = datetime(2023, 6, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Distinct terms, in the order of their first use."""

    names: tuple[str, ...]  # capitalised, one to three words
    topics: tuple[str, ...]  # one lower-case word
    pairs: tuple[str, ...]  # two lower-case words


@dataclass(frozen=True, slots=True)
class Corpus:
    """Entries of headline and summary, long ones of some LONG words, and the terms they use."""

    source: str
    short: tuple[Entry, ...]
    long: tuple[Entry, ...]
    vocabulary: Vocabulary

    def frequencies(self) -> Counter[str]:
        """In how many short entries each folded word stands."""
        return text.frequencies(f"{entry.title}\n{entry.summary}" for entry in self.short)


def corpus() -> Corpus:
    """The shared data if they are here, else invented texts."""
    real = all((DATA / name).exists() for name in _FILES)
    texts = list(dict.fromkeys(_published() if real else _invented_texts()))
    source = "headlines and leads of 2023" if real else "invented texts (no shared data here)"
    return Corpus(
        source=source,
        short=tuple(entry(*text) for text in texts),
        long=tuple(entry(*text) for text in _joined(texts)),
        vocabulary=_vocabulary(texts),
    )


def _published() -> Iterator[tuple[str, str]]:
    for name in _FILES:
        for line in (DATA / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            summary = row.get("description") or row.get("summary") or ""
            yield _plain(row["title"]), _plain(summary)


def _plain(text: str) -> str:
    return " ".join(html.unescape(_MARKUP.sub(" ", text)).split())


def _joined(texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Leads in a row under the first one's headline: as long as a report, and as varied."""
    headline, leads, words = "", list[str](), 0
    for title, summary in texts:
        headline = headline or title
        leads.append(summary)
        words += summary.count(" ") + 1
        if words >= LONG:
            yield headline, " ".join(leads)
            headline, leads, words = "", [], 0


def entry(title: str, summary: str = "") -> Entry:
    """An entry of which only the text matters."""
    return Entry(
        id="",
        feed_id="",
        outlet="",
        key="",
        link="",
        canonical_link="",
        title=title,
        summary=summary,
        published_at=_NOON,
        date_trust=DateTrust.CLAIMED,
        seen_at=_NOON,
        content_hash="",
    )


def _vocabulary(texts: Iterable[tuple[str, str]]) -> Vocabulary:
    """Half of the names and topics are those of the texts; the others are never seen there."""
    whole = "\n".join(f"{title}\n{summary}" for title, summary in texts)
    topics = dict.fromkeys(_TOPIC.findall(whole))
    ordinary = frozenset(_ORDINARY.findall(whole))  # "The" and "With" open sentences
    names = [name for name in dict.fromkeys(_NAME.findall(whole)) if name.lower() not in ordinary]
    words = _invented_words(Random(SEED))  # noqa: S311 - a fixed sequence is what is wanted
    return Vocabulary(
        names=(*names, *(f"{next(words).title()} {next(words).title()}" for _ in names)),
        topics=(*topics, *(next(words) for _ in topics)),
        pairs=tuple(dict.fromkeys(_PAIR.findall(whole))),
    )


_ONSETS: Final = (*"bdfghklmnprstvz", "br", "dr", "kl", "pr", "st", "tr", "sh", "ch")
_VOWELS: Final = (*"aeiou", "ai", "ea", "ou")
_CODAS: Final = ("", "n", "r", "s", "l", "k", "m", "nd", "rt")


def _invented_words(draw: Random) -> Iterator[str]:
    while True:
        yield "".join(
            draw.choice(part)
            for _ in range(draw.choice((2, 3)))
            for part in (_ONSETS, _VOWELS, _CODAS)
        )


def _invented_texts() -> Iterator[tuple[str, str]]:
    """Texts whose words are as unequally common as those of a language (Zipf's law)."""
    draw = Random(SEED)  # noqa: S311 - a fixed sequence is what is wanted
    words = _invented_words(draw)
    known = [next(words) if draw.random() < 0.7 else next(words).title() for _ in range(30_000)]
    weights = [1 / rank for rank in range(1, len(known) + 1)]
    for _ in range(4_000):
        drawn = draw.choices(known, weights, k=24)
        yield " ".join(drawn[:8]).capitalize(), f"{' '.join(drawn[8:])}.".capitalize()


def watchlist(
    rules: Sequence[str],
    scopes: Iterator[Sequence[str]] | None = None,
    *,
    phrases_per_indicator: int = 5,
    indicators_per_question: int = 20,
) -> list[Question]:
    """Questions that hold each rule as a phrase; each takes its scope from `scopes`, if given.

    Indicators are named by number, from 0.
    """
    indicators = [
        Indicator(
            name=str(number),
            direction=Direction.AWAY if number % 2 else Direction.TOWARD,
            strength=Strength.MODERATE,
            phrases=tuple(Phrase(text=rule) for rule in part),
        )
        for number, part in enumerate(_parts(rules, phrases_per_indicator))
    ]
    return [
        Question(
            id=f"question-{number}",
            ask="",
            indicators=tuple(part),
            briefs=(),
            about=tuple(Phrase(text=name) for name in next(scopes)) if scopes else (),
        )
        for number, part in enumerate(_parts(indicators, indicators_per_question))
    ]


def scopes(vocabulary: Vocabulary) -> Iterator[Sequence[str]]:
    """For one question after another, the five names of which it is about one."""
    draw = Random(SEED)  # noqa: S311 - a fixed sequence is what is wanted
    while True:
        yield draw.sample(vocabulary.names, 5)


def _parts(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def plain_phrases(vocabulary: Vocabulary, count: int) -> list[str]:
    """`count` distinct names, words and pairs, such as every engine can look for."""
    draw = Random(SEED)  # noqa: S311 - a fixed sequence is what is wanted
    known = [*vocabulary.names, *vocabulary.topics, *vocabulary.pairs]
    words = _invented_words(draw)
    known += [f"{next(words).title()} {next(words)}" for _ in range(count - len(known))]
    return draw.sample(known, count)


def rules(vocabulary: Vocabulary, count: int) -> list[str]:
    """`count` rules of the forms that analysts write, all equally often."""
    draw = Random(SEED)  # noqa: S311 - a fixed sequence is what is wanted
    return [draw.choice(_FORMS)(vocabulary, draw) for _ in range(count)]


def _names(words: Vocabulary, draw: Random) -> str:
    return "|".join(draw.sample(words.names, draw.choice((2, 3, 4))))


def _side_by_side(words: Vocabulary, draw: Random) -> str:
    names, topics = draw.sample(words.names, 2), draw.sample(words.topics, 2)
    return f"{'|'.join(names)} .. {'*|'.join(topics)}"


def _both(words: Vocabulary, draw: Random) -> str:
    names, topics = draw.sample(words.names, 2), draw.sample(words.topics, 3)
    return f"({' OR '.join(names)}) AND ({' OR '.join(topics)})"


def _near(words: Vocabulary, draw: Random) -> str:
    return f"{draw.choice(words.names)} NEAR/5 {'|'.join(draw.sample(words.topics, 2))}"


def _without(words: Vocabulary, draw: Random) -> str:
    return f'"{draw.choice(words.pairs)}" AND NOT {draw.choice(words.topics)}'


def _headline(words: Vocabulary, draw: Random) -> str:
    one, other = draw.sample(words.pairs, 2)
    return f'title:("{one}" OR "{other}")'


_FORMS: Final[tuple[Callable[[Vocabulary, Random], str], ...]] = (
    _names,
    _side_by_side,
    _both,
    _near,
    _without,
    _headline,
)
