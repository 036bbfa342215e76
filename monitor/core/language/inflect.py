"""Turns one lower-case English word into all its inflected forms; never looks at running text.

The forms come from the word's dictionary entry (simplemma's English list, turned round) and, for
words it lacks, from the regular endings. Doing this once, when a watchlist is compiled, costs
nothing while matching and shows the analyst exactly what a word stands for.
"""

from functools import cache
from typing import Final

from simplemma.strategies.dictionaries import DefaultDictionaryFactory

SHORTEST: Final = 3
"""Words under three letters are never inflected: nearly all are function words or names."""

# Forms of these are other words to a reader ("us" and "we"), or too common to watch for.
_FUNCTION_WORDS: Final = frozenset(
    {"are", "been", "being", "can", "could", "did", "does", "doing", "done", "had", "has", "have"}
    | {"having", "her", "him", "his", "its", "may", "might", "must", "not", "off", "our", "out"}
    | {"over", "own", "she", "that", "the", "their", "them", "they", "this", "those", "these"}
    | {"was", "were", "who", "whom", "whose", "will", "with", "would", "you", "your"}
    | {"any", "further", "least", "less", "more", "most", "next", "other", "same", "some"}
)
_VOWELS: Final = frozenset("aeiou")


def forms(word: str) -> tuple[str, ...]:
    """All forms of `word`, sorted, itself included. `word`: lower-case ASCII letters."""
    if len(word) < SHORTEST or word in _FUNCTION_WORDS:
        return (word,)
    family = _families().get(word)
    return family or tuple(sorted(_regular(word)))


@cache
def _families() -> dict[str, tuple[str, ...]]:
    """Each form in the dictionary with all forms of the same lemma; read once, about 25 MB."""
    lemmas = {
        form: lemma
        for form, lemma in DefaultDictionaryFactory(cache_max_size=1).get_dictionary("en").items()
        if _plain(form) and _plain(lemma)
    }
    members: dict[str, list[str]] = {}
    for form, lemma in lemmas.items():
        members.setdefault(lemma, []).append(form)
    families = {lemma: tuple(sorted(family)) for lemma, family in members.items()}
    return {form: families[lemma] for form, lemma in lemmas.items()}


def _plain(word: str) -> bool:
    return len(word) >= SHORTEST and word.isascii() and word.isalpha() and word.islower()


def _regular(word: str) -> set[str]:
    """The word with the regular endings of nouns and verbs, and the singular of a plural."""
    found = {word, *_endings(word)}
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        found.add(word.removesuffix("s"))
    return found


def _endings(word: str) -> tuple[str, ...]:
    if word.endswith("y") and word[-2] not in _VOWELS:
        stem = word[:-1]
        return (f"{stem}ies", f"{stem}ied", f"{word}ing")
    if word.endswith("e"):
        return (f"{word}s", f"{word}d", f"{word[:-1]}ing")
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return (f"{word}es", f"{word}ed", f"{word}ing")
    return (f"{word}s", f"{word}ed", f"{word}ing")
