"""Characters, dates and documents as publishers send them: read, or said to be unreadable."""

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.feeds import dates
from monitor.feeds.characters import decode
from monitor.feeds.document import document
from monitor.feeds.parse import FORMATS, parse
from monitor.model.feeds import FeedFormat, ParsedFeed

URL = "https://news.example/feed"


def rss(*items: str, declared: str = "utf-8", head: str = "") -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel>'
        f"<title>News</title>{head}{inside}</channel></rss>"
    )


def sitemap(*pages: str, head: str = "") -> bytes:
    inside = "".join(f"<url>{page}</url>" for page in pages)
    return (
        f'{head}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{inside}</urlset>'
    ).encode()


def page(number: int, title: str) -> str:
    return (
        f"<loc>https://wire.example/{number}</loc><news:news><news:publication_date>"
        f"2026-11-30T10:0{number}:00Z</news:publication_date><news:title>{title}</news:title>"
        "</news:news>"
    )


def titles(body: bytes | str, content_type: str = "") -> list[str]:
    body = body.encode() if isinstance(body, str) else body
    return [one.title for one in parse(body, url=URL, content_type=content_type).entries]


def read(body: bytes | str) -> ParsedFeed:
    return parse(body.encode() if isinstance(body, str) else body, url=URL)


KOREAN = [f"북한 대표단 {n}차 회담 참석" for n in range(20)]


def test_one_broken_byte_breaks_one_character() -> None:
    items = [f"<title>{title}</title>" for title in KOREAN]
    body = rss(*items).encode()
    cut = body.replace(KOREAN[7].encode(), KOREAN[7].encode() + b"\xeb\xb0")
    parsed = read(cut)
    found = [entry.title for entry in parsed.entries]
    assert found[:7] + found[8:] == KOREAN[:7] + KOREAN[8:]
    assert found[7] == f"{KOREAN[7]}\ufffd"
    assert "1 characters cannot be read as utf-8" in parsed.warnings[0]


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("euc-kr", "cp949", "똠방각하 북한"),
        ("shift_jis", "cp932", "①北朝鮮、髙橋氏"),
        ("gb2312", "gb18030", "朱镕基访问㐀"),
        ("iso-8859-1", "cp1252", "Envoy’s “last” word – €5"),
        ("windows-1251", "cp1251", "Переговоры сорваны"),
        ("tis-620", "cp874", "ข่าว…"),
        ("uhc", "cp949", "똠방각하"),
    ],
)
def test_labels_mean_their_supersets(label: str, codec: str, text: str) -> None:
    body = rss(f"<title>{text}</title>", declared=label).encode(codec)
    assert titles(body) == [text]
    undeclared = rss(f"<title>{text}</title>").split("?>")[1].encode(codec)
    assert titles(undeclared, f"text/xml; charset={label}") == [text]


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_beats_the_header(mark: str) -> None:
    body = rss("<title>Переговоры “сорваны”</title>").encode(mark)
    assert titles(body, "text/xml; charset=windows-1251") == ["Переговоры “сорваны”"]


def test_a_header_that_the_bytes_contradict_is_not_believed() -> None:
    body = rss("<title>Переговоры сорваны</title>").encode()
    assert titles(body, "text/xml; charset=iso-8859-1") == ["Переговоры сорваны"]
    assert titles(body, "text/xml; charset=windows-1251") == ["Переговоры сорваны"]


def test_the_header_beats_the_declaration_where_the_bytes_agree() -> None:
    body = rss("<title>Переговоры</title>", declared="iso-8859-1").encode("cp1251")
    assert titles(body, "text/xml; charset=windows-1251") == ["Переговоры"]


def test_bytes_of_no_named_encoding_are_windows_1252() -> None:
    body = rss("<title>Envoy\x92s word</title>").encode("latin-1")
    assert titles(body) == ["Envoy’s word"]


@given(st.text(), st.sampled_from(["", "text/xml; charset=koi8-r", "application/xml"]))
def test_utf8_is_read_as_it_is(text: str, content_type: str) -> None:
    padded = f"<a>йцу{text}</a>"
    assert decode(padded.encode(), content_type).text == padded


@given(st.binary(), st.sampled_from(["", "charset=euc-kr", "charset=utf-8", "charset=bogus"]))
def test_any_bytes_become_text(body: bytes, content_type: str) -> None:
    decode(body, content_type).text.encode()


def test_text_to_the_letter_is_not_markup() -> None:
    title = "Use of <script>, then Graustark fires missile"
    escaped = title.replace("<", "&lt;").replace(">", "&gt;")
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title>'
        f'<entry><id>1</id><title type="text">{escaped}</title></entry></feed>'
    )
    assert titles(atom) == [title]
    feed = '{"version": "https://jsonfeed.org/version/1", "items": [{"id": 1, "title": "%s"}]}'
    assert titles(feed % title) == [title]
    # in RSS it may be markup, but an element that nothing closes swallows nothing
    assert titles(rss(f"<title>{escaped}</title>")) == ["Use of , then Graustark fires missile"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Q&A: AT&T and S&P 500", "Q&A: AT&T and S&P 500"),
        ("Q&amp;A on A&E", "Q&A on A&E"),
        ("Talks&nbsp;end &ndash; again", "Talks end – again"),
        ("<![CDATA[AT&T &amp; more]]>", "AT&T & more"),
        ("R&D; that is all", "R&D; that is all"),
        ("a \x0b\x01b", "a b"),
    ],
)
def test_what_publishers_forget_to_escape(title: str, expected: str) -> None:
    assert titles(rss(f"<title>{title}</title>")) == [expected]


def test_entities_count_in_the_doctype_alone() -> None:
    body = rss(
        '<title>T</title><description><![CDATA[<pre><!ENTITY x SYSTEM "y"></pre>]]></description>'
    )
    assert titles(body) == ["T"]
    with pytest.raises(ParseError, match="entities"):
        read(f"<!-- a -->\n<!DOCTYPE rss [ <!ENTITY x 'y'> ]>{body}")


@pytest.mark.parametrize(
    "before", ["<!-- {} -->", "<?note {}?>", "<!DOCTYPE rss [<!-- ]> {} -->]>"]
)
def test_a_long_head_is_read_past(before: str) -> None:
    body = rss("<title>T</title>").split("?>")[1]
    assert titles(before.format("long " * 5_000) + body) == ["T"]


WHOLE = datetime(2026, 11, 30, 11, 55, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026/11/30 11:55", "2026.11.30 11:55", "2026. 11. 30. 11:55", "2026年11月30日 11:55",
        "2026년 11월 30일 11:55", "2026년 11월 30일 오전 11:55", "2026年11月30日(月) 11時55分",
        "30-11-2026 11:55", "30/11/2026 11:55", "30.11.2026 11:55", "11/30/2026 11:55",
        "30 Nov 2026 11:55", "Mon, 30 Nov 2026 11:55:00", "30-Nov-26 11:55:00",
        "November 30, 2026 11:55 AM", "Mon Nov 30 11:55:00 2026", "30. November 2026, 11:55",
        "lundi 30 novembre 2026 11:55", "2026-11-30T11:55:00", "20261130T115500",
    ],
)  # fmt: skip
def test_plain_notations_are_read_whole(text: str) -> None:
    assert dates.read(text) == WHOLE


@pytest.mark.parametrize(
    "text",
    [
        "31-11-2026 10:00", "05/11/2026 10:00", "05-11-2026", "2026-334", "2026/11",
        "November 2026", "30 Nov", "11:55", "2026/13/01", "2026年11月", "30 Foo 2026",
        "Nov 30 2026 25:00", "2026/11/30 10:00 or so", "30 Nov 2026 11h", "32 Nov 2026",
    ],
)  # fmt: skip
def test_a_day_is_never_guessed(text: str) -> None:
    assert dates.read(text) is None


def test_a_week_date_is_its_day() -> None:
    assert dates.read("2026-W48-1") == datetime(2026, 11, 23, tzinfo=UTC)


def test_a_date_that_cannot_be_read_is_said_and_is_none() -> None:
    parsed = read(rss("<title>T</title><pubDate>31-11-2026 10:00</pubDate>"))
    assert parsed.entries[0].published is None
    assert parsed.warnings == (
        "1 dates cannot be read, as “31-11-2026 10:00”: first seen counts instead",
    )


def test_a_broken_date_gives_way_to_the_next() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title><entry><id>1</id>'
        "<title>T</title><published>soon</published><updated>2026-11-30T11:55:00Z</updated>"
        "</entry></feed>"
    )
    assert read(atom).entries[0].published == WHOLE
    item = (
        '{"id": 1, "title": "T", "date_published": "soon", "date_modified": "2026-11-30T11:55:00Z"}'
    )
    feed = f'{{"version": "https://jsonfeed.org/version/1", "items": [{item}]}}'
    assert read(feed).entries[0].published == WHOLE


@pytest.mark.parametrize(
    "title",
    [
        "AT&T gardening",
        "a\x0bb gardening",
        "AT&nbsp;T gardening",
        "<image:x>AT</image:x> gardening",
    ],
)
def test_one_slip_takes_no_sitemap_with_it(title: str) -> None:
    pages = [page(0, title), *(page(n, f"Title {n}") for n in range(1, 4))]
    parsed = read(sitemap(*pages))
    assert [entry.title for entry in parsed.entries[1:]] == ["Title 1", "Title 2", "Title 3"]
    assert parsed.entries[0].title.endswith("gardening")


def test_a_broken_page_of_a_sitemap_takes_no_other_with_it() -> None:
    parsed = read(sitemap(page(0, "a < b <"), page(1, "One"), page(2, "Two")))
    assert [entry.title for entry in parsed.entries] == ["One", "Two"]
    assert parsed.warnings[-1] == "1 pages cannot be read and were left out"


def test_a_sitemap_cut_short_keeps_what_it_has() -> None:
    body = sitemap(*(page(n, f"Title {n}") for n in range(8)))
    parsed = read(body[:-40])
    assert len(parsed.entries) == 7
    assert any("cannot be read" in warning for warning in parsed.warnings)


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.replace(b"http://www.google", b"https://www.google"),
        lambda body: body.replace(b"sitemap-news/0.9", b"sitemap-news/0.9/"),
        lambda body: body.replace(
            b' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"', b""
        ),
        lambda body: body.replace(b"news:", b"n:").replace(b"<n:news", b"<n:news"),
        lambda body: b"<!DOCTYPE urlset>" + body,
        lambda body: body.replace(b"Title 1", b"Title \x93 1"),
    ],
)
def test_other_spellings_of_a_sitemap_are_read(change: object) -> None:
    assert callable(change)
    body = change(sitemap(*(page(n, f"Title {n}") for n in range(4))))
    assert len(read(body).entries) == 4


def test_a_sitemap_index_names_its_news_first_and_stays_on_its_host() -> None:
    body = (
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        "<sitemap><loc>https://news.example/pages.xml</loc></sitemap>"
        "<sitemap><loc>https://news.example/news-1.xml</loc><lastmod>2026-11-29</lastmod></sitemap>"
        "<sitemap><loc>https://news.example/news-2.xml</loc><lastmod>2026-11-30</lastmod></sitemap>"
        "<sitemap><loc>https://other.example/news.xml</loc></sitemap></sitemapindex>"
    )
    assert read(body).sitemaps == (
        "https://news.example/news-2.xml",
        "https://news.example/news-1.xml",
        "https://news.example/pages.xml",
    )


def test_an_item_without_a_title_is_told_by_its_first_words() -> None:
    lead = "Envoys met in Strelsau. They will meet again."
    assert titles(rss(f"<description>{lead}</description>")) == ["Envoys met in Strelsau."]
    long = "word " * 100
    (title,) = titles(rss(f"<description>{long}</description>"))
    assert title.endswith("word …")
    assert len(title) <= 152


def test_relative_links_belong_to_the_channels_page() -> None:
    head = "<link>https://www.news.example/world/</link>"
    parsed = read(rss("<title>T</title><link>a/1</link>", head=head))
    assert parsed.entries[0].link == "https://www.news.example/world/a/1"


def test_an_id_is_not_an_address() -> None:
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title><entry><id>a/1</id><title>T</title></entry></feed>'
    assert read(atom).entries[0].guid == "a/1"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (rss("<title>T</title>").encode(), "rss"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "rss"),
        (sitemap(page(1, "T")), "sitemap"),
        (b"<sitemapindex/>", "sitemap"),
        (b'{"version": "https://jsonfeed.org/version/1"}', "json"),
        (b"<svg/>", "rss"),
    ],
)
def test_exactly_one_format_claims_a_document(body: bytes, name: str) -> None:
    found = document(body, url=URL)
    assert [kind.name for kind in FORMATS if kind.reads(found)] == [name]


def test_a_format_that_was_named_is_the_one_that_reads() -> None:
    with pytest.raises(ParseError, match="without news titles"):
        parse(rss("<title>T</title>").encode(), url=URL, format=FeedFormat.SITEMAP)


def test_compressed_bytes_are_no_document() -> None:
    with pytest.raises(ParseError, match="gzip"):
        read(gzip.compress(sitemap(page(1, "T"))))
