"""Subscription lists as readers write them."""

from contextlib import suppress
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.feeds.identity import flaw
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
    assert [one.url for one in found.outlines] == [one.url for one in FOUND]
    assert found.outlines[0].title == "Zurich - 북한"


def test_what_a_list_says_of_a_feed_is_kept_and_each_address_once() -> None:
    assert parse_opml(NESTED.format(encoding="utf-8").encode()).outlines == FOUND


@pytest.mark.parametrize(
    ("outline", "told"),
    [
        ('xmlUrl="https://me:pw@h.example/rss"', "holds a name or a password"),
        ('xmlUrl="https://me@h.example/rss"', "holds a name or a password"),
        ('xmlUrl="feed:https://h.example/rss"', "without that it is https://h.example/rss"),
        ('xmlUrl="FEED:HTTP://h.example/rss"', "begins with “feed:”"),
        ('xmlUrl="feed:https://me:pw@h.example/rss"', "without that it is none"),
        ('xmlUrl="/rss.xml?key=pw"', "its address /rss.xml is relative"),
        ('xmlUrl="h.example/rss"', "its address h.example/rss is relative"),
        ('xmlUrl="javascript:alert(1)"', "none that begins with https:// or http://"),
        ('xmlUrl="https://h.example:99999/rss"', "none that begins with https:// or http://"),
        ('xmlUrl="https://[::1/rss"', "none that begins with https:// or http://"),
        ('url="https://h.example/list.opml"', "its address https://h.example/list.opml stands in"),
        ('type="rss" url="https://me:pw@h.example/rss"', "its address stands in “url”"),
        ('type="rss"', "it names no address"),
        ('type="RSS" xmlUrl=""', "it names no address"),
    ],
)
def test_an_outline_that_cannot_be_asked_is_told_and_costs_the_others_nothing(
    outline: str, told: str
) -> None:
    good = '<outline text="Good" xmlUrl="https://good.example/"/>'
    found = parse_opml(f'<opml><body><outline text="Bad" {outline}/>{good}</body></opml>'.encode())
    assert found.outlines == (Outline(url="https://good.example/", title="Good"),)
    (why,) = found.skipped
    assert why.startswith("“Bad”: ")
    assert told in why
    assert "pw" not in why


def test_a_title_that_is_an_address_gives_no_password_away() -> None:
    address = "https://me:pw@h.example/rss"
    found = parse_opml(
        f'<opml><body><outline text="{address}" xmlUrl="{address}"/></body></opml>'.encode()
    )
    (why,) = found.skipped
    assert why.startswith("an outline at h.example: its address holds a name or a password")


def test_folders_are_nothing_to_tell_of() -> None:
    found = parse_opml(NESTED.format(encoding="utf-8").encode())
    assert [why.partition(":")[0] for why in found.skipped] == ["“script”", "“other list”"]


def test_a_list_in_windows_1252_that_declares_utf_8_is_read_all_the_same() -> None:
    text = '<opml><body><outline text="Zürich" xmlUrl="https://z.example/"/></body></opml>'
    for document in (
        text.encode("cp1252"),
        b"<?xml version='1.0' encoding='utf-8'?>" + text.encode("cp1252"),
    ):
        (found,) = parse_opml(document).outlines
        assert found.title == "Zürich"


def test_a_bare_ampersand_is_what_it_looks_like() -> None:
    text = '<opml><body><outline text="A & B" xmlUrl="https://z.example/?a=1&b=2"/></body></opml>'
    (found,) = parse_opml(text.encode()).outlines
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
    assert parse_opml(f"<opml><body>{deep}</body></opml>".encode()).outlines == ()


@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda data: b"<opml>" + data))
def test_any_bytes_are_a_list_or_a_parse_error(document: bytes) -> None:
    is_opml(document)
    with suppress(ParseError):
        parse_opml(document)


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["", "feed:", "feed://"]))
def test_a_password_never_gets_out_of_an_outline(name: str, path: str, scheme: str) -> None:
    where = quoteattr(f"{scheme}https://{name}:open-sesame@h.example/{path}")
    found = None
    with suppress(ParseError):
        found = parse_opml(f"<opml><outline xmlUrl={where} text={where}/></opml>".encode())
    if found:
        assert not any("open-sesame" in why for why in found.skipped)
        assert all(flaw(one.url) == "" for one in found.outlines)
