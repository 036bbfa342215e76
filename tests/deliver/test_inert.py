"""What comes from feeds and YAML comes out as one inert line, and links as plain addresses."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.inert import clean, clean_digest, safe_link, shorten
from monitor.model.flags import FlagKind
from tests.deliver.sample_digest import sample_digest


@given(st.text(st.characters(exclude_categories=()), max_size=400), st.integers(2, 60))
def test_a_cleaned_text_is_one_short_encodable_line(text: str, limit: int) -> None:
    cleaned = clean(text, limit)

    assert len(cleaned) <= limit
    assert cleaned == " ".join(cleaned.split())
    assert not {unicodedata.category(each) for each in cleaned} & {"Cc", "Cs", "Zl", "Zp"}
    cleaned.encode("utf-8")


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text, 80), 80) == clean(text, 80)


def test_plain_text_in_any_script_is_left_alone() -> None:
    for text in (
        "북한, 개성 연락사무소 철수",
        "ایران می‌گوید مذاکره نمی‌کند",
        "Élysée: “non” à l’accord",
        "👩‍👩‍👧 and 🇰🇷",
    ):
        assert clean(text) == text


def test_direction_marks_are_removed() -> None:
    """They would turn “−8.4” into something else, or a file name into another."""
    assert (
        clean("talks \u202egninrut\u202c \u200fon\u2067 \u061cback\ufeff")
        == "talks gninrut on back"
    )


def test_a_text_is_shortened_before_a_word() -> None:
    assert shorten("Seoul offers to host talks", 18) == "Seoul offers to…"
    assert shorten("Seoul", 5) == "Seoul"
    assert shorten("x" * 50, 10) == "x" * 9 + "…"
    assert len(clean("a" * 5000)) == 1000


def test_a_cut_leaves_no_half_letter() -> None:
    assert shorten("noel\u0308noel", 6) == "noel…"


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.org/x",
        "/relative",
        "mailto:x@example.org",
        "http://",
        "http://[::1",
        "https://bbc.co.uk@evil.example/",
        "https://example.org/a b",
        "https://example.org/\nBcc: x",
        "https://exam\u202eple.org/",
        "https://example.org/" + "x" * 2000,
        "https://ex<b>ample.org/",
        "",
    ],
)
def test_a_link_that_is_no_plain_address_is_dropped(link: str) -> None:
    assert safe_link(link) == ""


@pytest.mark.parametrize(
    ("link", "safe"),
    [
        ("https://example.org/a?b=c&d=%20#e", "https://example.org/a?b=c&d=%20#e"),
        ("http://example.org:8080/", "http://example.org:8080/"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ('https://example.org/"><script>', "https://example.org/%22%3E%3Cscript%3E"),
        ("https://example.org/a|b`c", "https://example.org/a%7Cb%60c"),
        ("https://example.org/연합", "https://example.org/%EC%97%B0%ED%95%A9"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    ],
)
def test_a_plain_address_stays_and_is_ascii(link: str, safe: str) -> None:
    assert safe_link(link) == safe


@given(st.text(max_size=300))
def test_a_link_is_ascii_and_web_or_empty(link: str) -> None:
    for each in (safe_link(link), safe_link(f"https://{link}"), safe_link(f"https://a.org/{link}")):
        assert not each or each.startswith(("http://", "https://"))
        assert each.isascii()
        assert not set(each) & set('<>"` |\\')


def test_a_clean_digest_stays_as_it_is() -> None:
    """Cleaning reaches every field and keeps types, numbers, times and kinds."""
    digest = sample_digest()

    assert clean_digest(digest) == digest
    assert clean_digest(digest).flagged[0].judgments[0].reasons[0].kind is FlagKind.BREADTH
