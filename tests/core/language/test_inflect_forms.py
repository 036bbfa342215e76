"""The forms that one lower-case English word stands for."""

from importlib.resources import files

import pytest

from monitor.core.language.inflect import forms, plain


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("suspend", {"suspends", "suspended", "suspending"}),
        ("sanctions", {"sanction", "sanctioned", "sanctioning"}),
        ("met", {"meet", "meets", "meeting"}),
        ("treaty", {"treaties"}),
        ("warheads", {"warhead"}),
        ("denuclearized", {"denuclearize", "denuclearizing"}),
        ("snapbackify", {"snapbackifies", "snapbackified", "snapbackifying"}),
        ("blorge", {"blorges", "blorged", "blorging"}),
        ("drobs", {"drob", "drobses"}),
        ("quench", {"quenches", "quenched"}),
    ],
)
def test_inflections(word: str, others: set[str]) -> None:
    assert others <= set(forms(word))


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("unit", "united"),
        ("general", "generally"),
        ("import", "important"),
        ("execute", "executive"),
        ("organ", "organization"),
        ("universe", "university"),
        ("news", "new"),
        ("relate", "relative"),
        ("missile", "missal"),
    ],
)
def test_other_words_with_a_like_stem_are_no_forms(word: str, other: str) -> None:
    assert other not in forms(word)
    assert word not in forms(other)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("accord", "according"),
        ("concern", "concerning"),
        ("unite", "united"),
        ("base", "based"),
        ("include", "including"),
        ("late", "later"),
        ("penny", "pence"),
        ("mar", "mars"),
        ("good", "best"),
        ("ski", "skies"),
        ("spin", "span"),
    ],
)
def test_forms_that_are_other_words_are_left_out(word: str, other: str) -> None:
    assert other not in forms(word)
    assert forms(other) == (other,)


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("end", {"ending"}),
        ("warn", {"warning"}),
        ("close", {"closing"}),
        ("break", {"broke", "broken"}),
        ("leave", {"left"}),
        ("cancel", {"canceled", "cancelled", "cancelling"}),
        ("signal", {"signaled", "signalled"}),
    ],
)
def test_what_the_dictionary_leaves_out_of_verbs(word: str, others: set[str]) -> None:
    assert others <= set(forms(word))


@pytest.mark.parametrize(
    ("prefix", "verb"),
    [("sign", "sign"), ("eas", "ease"), ("clos", "close"), ("scrap", "scrap"), ("denuclear", "")],
)
def test_the_plain_verb_of_a_prefix(prefix: str, verb: str) -> None:
    assert plain(prefix) == verb


@pytest.mark.parametrize("word", ["us", "it", "may", "who", "was", "off", "more", "next"])
def test_function_words_stand_for_themselves(word: str) -> None:
    assert forms(word) == (word,)


@pytest.mark.parametrize("word", ["talk", "zzyzx", "us"])
def test_forms_are_sorted_distinct_and_hold_the_word(word: str) -> None:
    assert list(forms(word)) == sorted(set(forms(word)))
    assert word in forms(word)


def test_the_shipped_file_is_what_the_script_makes() -> None:
    script = pytest.importorskip("scripts.forms")
    shipped = files("monitor.core.language") / "forms.txt"

    assert shipped.read_text(encoding="ascii") == script.composed()
