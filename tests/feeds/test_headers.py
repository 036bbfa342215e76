"""What servers say in headers, and body encodings."""

import gzip
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from monitor.errors import FetchError
from monitor.feeds import headers
from monitor.feeds.decode import Decoder

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = "Mon, 02 Mar 2026 13:00:00 GMT"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"Cache-Control": "max-age=600"}, 600),
        ({"Cache-Control": "public, MAX-AGE = 600 , must-revalidate"}, 600),
        ({"Cache-Control": 'max-age="600"'}, 600),
        ({"Cache-Control": "max-age=0"}, 0),
        ({"Cache-Control": "s-maxage=600"}, None),
        ({"Cache-Control": "max-age=-1"}, None),
        ({"Cache-Control": "max-age=600, no-cache"}, None),
        ({"Cache-Control": "no-store,max-age=600"}, None),
        ({"Cache-Control": "no-cache", "Expires": LATER}, None),
        ({"Cache-Control": "max-age=" + "9" * 50}, 365 * 86_400),
        ({"Cache-Control": "max-age=60", "Expires": LATER}, 60),
        ({"Expires": LATER}, 3_600),
        ({"Expires": LATER, "Date": "Mon, 02 Mar 2026 12:50:00 GMT"}, 600),
        ({"Expires": LATER, "Date": LATER}, None),
        ({"Expires": "0"}, None),
        ({"Expires": "-1"}, None),
        ({"Expires": "Mon, 02 Mar 2020 12:50:00 GMT"}, None),
        ({}, None),
    ],
)
def test_p8_how_long_an_answer_is_fresh(said: dict[str, str], expected: int | None) -> None:
    assert headers.max_age(said, NOW) == (None if expected is None else timedelta(seconds=expected))


@given(st.text(max_size=60) | st.integers().map(str))
def test_p9_whatever_retry_after_says_the_wait_is_bounded(said: str) -> None:
    at = headers.retry_at({"Retry-After": said}, NOW)
    assert at is None or NOW < at <= NOW + timedelta(hours=24)


@given(st.text(max_size=60))
def test_whatever_the_caching_headers_say_the_age_is_bounded(said: str) -> None:
    age = headers.max_age({"Cache-Control": f"max-age={said}", "Expires": said, "Date": said}, NOW)
    assert age is None or age >= timedelta()


def test_s4_from_https_to_http_is_refused() -> None:
    with pytest.raises(FetchError, match="from https to http") as caught:
        headers.redirect_target(URL("https://a.example/"), "http://a.example/x")
    assert caught.value.code == "redirect-refused"


def test_from_http_to_https_is_followed() -> None:
    target = headers.redirect_target(URL("http://a.example/"), "https://a.example/x%2f?y#z")
    assert str(target) == "https://a.example/x%2f?y"


@given(st.text(max_size=60))
def test_s4_any_location_is_a_web_address_or_refused(location: str) -> None:
    try:
        target = headers.redirect_target(URL("https://a.example/feed"), location)
    except FetchError:
        return
    assert target.scheme == "https"
    assert target.host
    assert target.user is None


def decoded(encoding: str, chunks: list[bytes], max_bytes: int = 1_000) -> bytes:
    decoder = Decoder(encoding, max_bytes=max_bytes)
    for chunk in chunks:
        decoder.feed(chunk)
    return decoder.finish()


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


@given(st.lists(st.binary(max_size=300), max_size=3), st.lists(st.integers(0), max_size=5))
def test_gzip_is_read_whatever_way_it_arrives(members: list[bytes], places: list[int]) -> None:
    packed = b"".join(gzip.compress(member) for member in members)
    assert decoded("gzip", cut(packed, places)) == b"".join(members)


@given(st.binary(max_size=50), st.sampled_from(["", "identity", " Identity "]))
def test_plain_bodies_pass_as_they_are(body: bytes, encoding: str) -> None:
    assert decoded(encoding, [body]) == body


@given(size=st.integers(0, 2_000), packed=st.booleans())
def test_s1_not_a_byte_over_the_cap(size: int, *, packed: bool) -> None:
    body = gzip.compress(bytes(size)) if packed else bytes(size)
    encoding = "gzip" if packed else ""
    if size <= 1_000:
        assert decoded(encoding, [body]) == bytes(size)
    else:
        with pytest.raises(FetchError, match="more than 1,000 bytes"):
            decoded(encoding, [body])


@given(st.binary(min_size=1, max_size=100))
def test_damaged_gzip_is_a_fetch_error(data: bytes) -> None:
    with pytest.raises(FetchError):
        decoded("gzip", [b"\x00" + data])
