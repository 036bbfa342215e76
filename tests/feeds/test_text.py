"""Markup to text, and date strings to times."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds import dates
from monitor.feeds.text import from_markup, plain


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Talks resume", "Talks resume"),
        ("<b>U</b>.S. envoy", "U.S. envoy"),
        ("<p>One</p><p>Two</p>", "One Two"),
        ("One<br>Two<br/>Three", "One Two Three"),
        ("<ul><li>One<li>Two</ul>", "One Two"),
        ("line\nbreak\r\n\ttab", "line break tab"),
        ("AT&T & Co", "AT&T & Co"),
        ("R&amp;D &#8211; 5 &lt; 6", "R&D – 5 < 6"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("a<script>alert(1)</script>b<style>p{}</style>c", "abc"),
        ("a<!-- hidden -->b", "ab"),
        ("a&nbsp;b\u2003c", "a b c"),
        ("&#x202e;evil&#8203;", "evil"),
        ("<a href='javascript:x' title='>'>link</a>", "link"),
        ("<title>One</title> two", "One two"),
        ("", ""),
        ("<img src=x>", ""),
        ("naïve café 북한", "naïve café 북한"),
    ],
)
def test_markup_becomes_text(markup: str, text: str) -> None:
    assert from_markup(markup, 100) == text


def test_the_limit_leaves_no_trailing_space() -> None:
    assert from_markup("one two three", 4) == "one"


@given(st.text())
def test_plain_text_is_visible_and_stays_as_it_is(text: str) -> None:
    once = plain(text)
    assert once.isprintable()
    assert plain(once) == once


@given(st.text(alphabet=st.sampled_from("<>&;#x12/=' \"abpscript!-")))
def test_any_markup_becomes_a_visible_line(markup: str) -> None:
    text = from_markup(markup, 50)
    assert text.isprintable()
    assert len(text) <= 50


def utc(*fields: int) -> datetime:
    return datetime(*fields, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Mon, 02 Mar 2026 12:00:00 GMT", utc(2026, 3, 2, 12)),
        ("Mon, 2 Mar 2026 12:00 +0530", utc(2026, 3, 2, 6, 30)),
        ("Mon, 02 Mar 2026 12:00:00 EST", utc(2026, 3, 2, 17)),
        ("Mon, 02 Mar 2026 12:00:00 KST", utc(2026, 3, 2, 3)),
        ("Mon, 02 Mar 2026 12:00:00 CEST", utc(2026, 3, 2, 10)),
        ("Mon, 02 Mar 2026 12:00:00", utc(2026, 3, 2, 12)),
        ("02 Mar 26 12:00:00 Z", utc(2026, 3, 2, 12)),
        ("2026-03-02T12:00:00Z", utc(2026, 3, 2, 12)),
        ("2026-03-02T12:00:00.5+09:00", utc(2026, 3, 2, 3, 0, 0, 500_000)),
        ("2026-03-02T12:00:00.123456789Z", utc(2026, 3, 2, 12, 0, 0, 123_456)),
        ("2026-03-02 12:00:00 +0900", utc(2026, 3, 2, 3)),
        ("2026-03-02 12:00:00 KST", utc(2026, 3, 2, 3)),
        ("2026-03-02", utc(2026, 3, 2)),
        ("2026-03-02T12:00", utc(2026, 3, 2, 12)),
        ("  2026-03-02T12:00:00Z\n", utc(2026, 3, 2, 12)),
    ],
)
def test_dates_are_read(text: str, moment: datetime) -> None:
    assert dates.read(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "", "yesterday", "Mon, 31 Feb 2026 12:00:00 GMT", "2026-02-31T00:00:00Z", "2026-13-01",
        "Mon, 02 Mar 2026 24:00:00 GMT", "Mon, 02 Mar 2026 12:00:00 +9999", "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+09:00", "1553335200", "2026-03-02T25:00:00Z", "20260302",
    ],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert dates.read(text) is None


@given(st.text(max_size=40) | st.text("0123456789-:TZ+ ,.MonarGT", max_size=40))
def test_any_string_is_a_time_in_utc_or_none(text: str) -> None:
    moment = dates.read(text)
    assert moment is None or moment.tzinfo is UTC


@given(st.datetimes(timezones=st.just(UTC)))
def test_iso_dates_are_read_exactly(moment: datetime) -> None:
    assert dates.read(moment.isoformat()) == moment
