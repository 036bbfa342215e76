"""Subscription lists as readers write them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.feeds.opml import Outline, is_opml, parse_opml

NESTED = """<?xml version="1.0" encoding="{encoding}"?>
<!-- exported -->
<opml version="2.0"><head><title>Mine</title></head><body>
 <outline text="Asia &amp; Pacific">
  <outline type="rss" text="북한 소식" title="Zürich – 북한" xmlUrl="https://nk.example/feed/"
    htmlUrl="https://nk.example/"/>
  <outline text="Korea"><outline text="Deep"><OUTLINE TEXT="Caps" XMLURL="http://caps.example/rss"/>
  </outline></outline>
 </outline>
 <outline text="a folder without feeds"/>
 <outline text="again" xmlUrl="https://nk.example/feed/"/>
 <outline text="old scheme" xmlUrl="feed://old.example/rss"/>
 <outline text="script" xmlUrl="javascript:alert(1)"/>
 <outline text="other list" type="include" url="https://other.example/list.opml"/>
</body></opml>"""

FOUND = (
    Outline(url="https://nk.example/feed/", title="Zürich – 북한", page="https://nk.example/"),
    Outline(url="http://caps.example/rss", title="Caps"),
    Outline(url="http://old.example/rss", title="old scheme"),
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "euc-kr"])
def test_nested_lists_are_read_in_any_encoding(encoding: str) -> None:
    declared = NESTED.format(encoding=encoding)
    document = declared.replace("Zürich –", "Zurich -")
    found = parse_opml(document.encode(encoding))
    assert is_opml(document.encode(encoding))
    assert [one.url for one in found] == [one.url for one in FOUND]
    assert found[0].title == "Zurich - 북한"


def test_what_a_list_says_of_a_feed_is_kept_and_each_address_once() -> None:
    assert parse_opml(NESTED.format(encoding="utf-8").encode()) == FOUND


def test_a_list_in_windows_1252_that_declares_utf_8_is_read_all_the_same() -> None:
    text = '<opml><body><outline text="Zürich" xmlUrl="https://z.example/"/></body></opml>'
    for document in (
        text.encode("cp1252"),
        b"<?xml version='1.0' encoding='utf-8'?>" + text.encode("cp1252"),
    ):
        (found,) = parse_opml(document)
        assert found.title == "Zürich"


def test_a_bare_ampersand_is_what_it_looks_like() -> None:
    text = '<opml><body><outline text="A & B" xmlUrl="https://z.example/?a=1&b=2"/></body></opml>'
    (found,) = parse_opml(text.encode())
    assert (found.title, found.url) == ("A & B", "https://z.example/?a=1&b=2")


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"", "malformed"),
        (b"<opml><body>", "malformed"),
        (b"<rss version='2.0'><channel/></rss>", "not-opml"),
        (b'<!DOCTYPE o [<!ENTITY a "b">]><opml><body/></opml>', "entities"),
        (
            b'<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
            b'<opml><body><outline text="&a;" xmlUrl="http://a.example/"/></body></opml>',
            "entities",
        ),
    ],
)
def test_what_is_no_list_is_an_error_with_a_code(document: bytes, code: str) -> None:
    with pytest.raises(ParseError) as raised:
        parse_opml(document)
    assert raised.value.code == code


def test_a_deep_list_costs_nothing() -> None:
    deep = "<outline>" * 20_000 + "</outline>" * 20_000
    assert parse_opml(f"<opml><body>{deep}</body></opml>".encode()) == ()


@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda data: b"<opml>" + data))
def test_any_bytes_are_a_list_or_a_parse_error(document: bytes) -> None:
    is_opml(document)
    with suppress(ParseError):
        parse_opml(document)
