"""Turns simplemma's English word list into the file of forms that Signpost maps into memory.

Run from the checkout after simplemma was upgraded: `python scripts/forms.py`. The same version
gives the same file; `tests/core/language/test_inflect_forms.py` compares both. What the lines mean
is told where they are read, in `monitor/core/language/inflect.py`.
"""

# ruff: noqa: INP001  # scripts are run, not imported

from collections.abc import Iterator
from pathlib import Path

from simplemma.strategies.dictionaries import DefaultDictionaryFactory

TARGET = Path(__file__).parents[1] / "monitor/core/language/forms.txt"
SHORTEST = 3
CREDITS = """\
English words with their forms, from the word list of simplemma, which takes it from the
lemmatization lists of Michal Mechura (Open Database License 1.0), wikinflection of Eleni Metheniti
(CC BY 4.0) and others that its README names. This file is a database derived from them, under the
Open Database License 1.0: https://opendatacommons.org/licenses/odbl/1-0/
"""


def main() -> None:
    TARGET.write_text(composed(), encoding="ascii")


def composed() -> str:
    """Credits, an empty line, then the two sorted parts with an empty line between."""
    lemmas = {
        form: lemma
        for form, lemma in DefaultDictionaryFactory(cache_max_size=1).get_dictionary("en").items()
        if _plain(form) and _plain(lemma)
    }
    families: dict[str, list[str]] = {}
    for form, lemma in lemmas.items():
        families.setdefault(lemma, []).append(form)
    others = sorted(f"{form} {lemma}" for form, lemma in lemmas.items() if form != lemma)
    return "\n".join([CREDITS, *others, "", *sorted(_lines(families)), ""])


def _lines(families: dict[str, list[str]]) -> Iterator[str]:
    """A lemma that is no form of its own word is written with a minus."""
    for lemma, forms in families.items():
        mark = "" if lemma in forms else " -"
        yield " ".join([lemma + mark, *sorted(form for form in forms if form != lemma)])


def _plain(word: str) -> bool:
    return len(word) >= SHORTEST and word.isascii() and word.isalpha() and word.islower()


if __name__ == "__main__":
    main()
