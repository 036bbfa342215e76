"""What a server repeats of a secret is never told."""

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.discreet import HIDDEN, without

SECRET = "hunter2 and/more"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (f"no such login: {SECRET}!", f"no such login: {HIDDEN}!"),
        (f"POST /x?key={quote(SECRET, safe='')} refused", f"POST {HIDDEN} refused"),
        ("535 5.7.8 Username and Password not accepted", None),
        ("", None),
    ],
)
def test_only_words_with_the_secret_go(said: str, told: str | None) -> None:
    assert without(said, SECRET) == (said if told is None else told)


@given(
    st.text(min_size=6, max_size=30).filter(lambda text: len(text.strip()) >= 6),
    st.binary(max_size=9),
    st.binary(max_size=9),
)
def test_no_neighbour_hides_it_in_base64(secret: str, before: bytes, after: bytes) -> None:
    said = base64.b64encode(before + secret.encode("utf-8", "replace") + after).decode()
    assert without(f"no: {said} .", secret) == f"no: {HIDDEN} ."


def test_a_short_secret_would_hide_ordinary_words() -> None:
    assert without("the mail was refused", "mail", "") == "the mail was refused"
