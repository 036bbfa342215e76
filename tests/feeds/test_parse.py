"""Parsing documents, well-formed and hostile. S numbers are safety."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.feeds.parse import parse
from monitor.feeds.rows import link
from monitor.model.feeds import FeedFormat, ParsedFeed, RawEntry

URL = "https://news.example/feeds/world.xml"


def rss(*items: str, head: str = "", before: str = "") -> bytes:
    channel = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'{before}<rss version="2.0"><channel><title>World</title>{head}{channel}</channel></rss>'
    ).encode()


def read(document: bytes, content_type: str = "application/rss+xml") -> ParsedFeed:
    return parse(document, url=URL, content_type=content_type)


def only(document: bytes, content_type: str = "application/rss+xml") -> RawEntry:
    (entry,) = read(document, content_type).entries
    return entry


def code(document: bytes, format: FeedFormat = FeedFormat.AUTO) -> str:  # noqa: A002 as in parse
    with pytest.raises(ParseError) as caught:
        parse(document, url=URL, format=format)
    return caught.value.code


def test_rss_becomes_rows() -> None:
    parsed = read(
        rss(
            "<title>Envoy returns to talks</title><link>https://news.example/a</link>"
            "<guid isPermaLink='false'>tag:1</guid><description>Both sides agree.</description>"
            "<pubDate>Mon, 02 Mar 2026 12:00:00 +0100</pubDate>",
            head="<language>en-gb</language><ttl>15</ttl>",
        )
    )
    assert replace(parsed, items=None) == ParsedFeed(
        format="rss20",
        title="World",
        ttl=timedelta(minutes=15),
        entries=(
            RawEntry(
                guid="tag:1",
                link="https://news.example/a",
                title="Envoy returns to talks",
                summary="Both sides agree.",
                published=datetime(2026, 3, 2, 11, tzinfo=UTC),
                language="en-gb",
            ),
        ),
    )


def test_atom_becomes_rows() -> None:
    parsed = read(
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ko"><title>W</title><entry>'
        b"<id>urn:1</id><title type='html'>Talks &amp;lt;b&amp;gt;resume</title>"
        b"<link rel='alternate' href='/a'/><updated>2026-03-02T12:00:00Z</updated>"
        b"<content type='html'>&lt;p&gt;One&lt;/p&gt;&lt;p&gt;Two&lt;/p&gt;</content>"
        b"</entry></feed>"
    )
    assert parsed.format == "atom10"
    assert parsed.entries == (
        RawEntry(
            guid="urn:1",
            link="https://news.example/a",
            title="Talks <b>resume",
            summary="One Two",
            published=datetime(2026, 3, 2, 12, tzinfo=UTC),
            language=parsed.entries[0].language,
        ),
    )


def test_published_comes_before_updated() -> None:
    document = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title>'
        b"<updated>2026-03-02T12:00:00Z</updated><published>2026-03-01T12:00:00Z</published>"
        b"</entry></feed>"
    )
    assert only(document).published == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_name_of_a_file_is_not_opened(tmp_path: Path) -> None:
    """feedparser, given such bytes, would read that file and return its entries."""
    (tmp_path / "feed.xml").write_bytes(rss("<title>Local file</title>"))
    assert code(str(tmp_path / "feed.xml").encode()) == "no-element"


def test_an_address_is_not_fetched() -> None:
    assert code(b"http://127.0.0.1:1/feed.xml") == "no-element"


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)", " JaVaScRiPt:alert(1)", "data:text/html,x",
        "file:///etc/passwd", "vbscript:x", "mailto:a@b.example", "http://",
        "http://[::1", "&#1;javascript:alert(1)",
    ],
)  # fmt: skip
def test_s14_only_web_links_are_kept(target: str) -> None:
    entry = only(rss(f"<title>Talks</title><link>{target}</link>"))
    assert (entry.title, entry.link) == ("Talks", "")


def test_s14_a_script_over_two_lines_becomes_no_script() -> None:
    """Browsers would join the lines."""
    assert link("java\nscript:alert(1)", URL) == ""
    entry = only(rss("<title>T</title><link>java&#10;script:alert(1)</link>"))
    assert entry.link == ""


def test_s14_links_are_absolute_and_hold_nothing_that_ends_them() -> None:
    entry = only(rss('<title>T</title><link>/a b"&lt;&gt;|?x=ü</link>'))
    assert entry.link == "https://news.example/a%20b%22%3C%3E%7C?x=ü"


def test_s15_titles_come_out_inert() -> None:
    entry = only(
        rss(
            "<title>&lt;script&gt;alert(1)&lt;/script&gt;Talks&#13;&#10;Bcc: x@y.example "
            "&lt;img src=x onerror=alert(1)&gt;&lt;b&gt;resume&lt;/b&gt;</title>"
        )
    )
    assert entry.title == "Talks Bcc: x@y.example resume"


def test_s13_invisible_characters_are_removed() -> None:
    entry = only(rss("<title>A&#x202E;B&#x200B;C&#xFEFF;D&amp;#0;E F&#xAD;G&#x2066;H</title>"))
    assert entry.title.replace("\ufffd", "") == "ABCDE FGH"


def test_control_characters_do_not_survive_the_lenient_parser() -> None:
    entry = only(b"<rss version='2.0'><channel><item><title>A\x00B\x1b[1mC</title></item>")
    assert entry.title == "AB[1mC"


def test_s12_lengths_are_capped() -> None:
    entry = only(
        rss(
            f"<title>{'t' * 2_000}</title><description>{'d' * 30_000}</description>"
            f"<guid>{'g' * 5_000}</guid><link>https://news.example/{'l' * 2_000}</link>"
        )
    )
    assert [len(text) for text in (entry.title, entry.summary, entry.guid)] == [1000, 20000, 2000]
    assert entry.link == ""  # half a link would lead elsewhere


def test_s11_only_the_newest_thousand_are_read() -> None:
    items = [
        f"<title>No {n}</title><pubDate>{day:%a, %d %b %Y} 00:00:00 GMT</pubDate>"
        for n in range(1_005)
        for day in [datetime(2026, 3, 2, tzinfo=UTC) - timedelta(days=(n * 7) % 1_005)]
    ]
    parsed = read(rss(*items))
    assert len(parsed.entries) == 1_000
    assert parsed.warnings == ("1,005 entries: only the newest 1,000 were read",)
    oldest = {f"No {n}" for n in range(1_005) if (n * 7) % 1_005 >= 1_000}
    assert oldest.isdisjoint(entry.title for entry in parsed.entries)
    numbers = [int(entry.title[3:]) for entry in parsed.entries]
    assert numbers == sorted(numbers)


def test_s11_without_dates_the_first_thousand_are_the_newest() -> None:
    parsed = read(rss(*(f"<title>No {n}</title>" for n in range(1_005))))
    assert parsed.entries[-1].title == "No 999"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"\xef\xbb\xbf\n", "empty"),
        (b"<!DOCTYPE html><html><title>Just a moment...</title></html>", "html"),
        (b"\n<HTML><body>checking your browser</body></HTML>", "html"),
        (b"<!-- x --><html/>", "html"),
        (b"<div>Maintenance</div><p><html>", "html"),
        (b'{"error": "not found"}', "json"),
        (b"[]", "json"),
        (b'{"version": 1, "items": []}', "json"),
        (b'{"items": [', "malformed"),
        (b"Service unavailable", "no-element"),
        (b"x" * 5_000 + rss("<title>T</title>"), "no-element"),
        (b"\x1f\x8b\x08\x00", "compressed"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not-a-feed"),
        (b"<opml version='2.0'><body><outline/></body></opml>", "not-a-feed"),
        (rss("<title>T</title>")[:40], "truncated"),
        (b"<rss version='2.0'><channel><title>a < b</title></channel></rss>", "malformed"),
        (b"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>", "sitemap-index"),
    ],
)
def test_s9_what_is_no_feed_is_an_error_of_its_own(document: bytes, expected: str) -> None:
    assert code(document) == expected


def test_a_feed_read_as_sitemap_is_an_error() -> None:
    assert code(rss("<title>T</title>"), format=FeedFormat.SITEMAP) == "not-a-news-sitemap"


def test_a_sitemap_read_as_feed_is_an_error() -> None:
    sitemap = b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>"
    assert code(sitemap, format=FeedFormat.FEED) == "not-a-feed"


def test_an_empty_feed_is_no_error_but_said() -> None:
    parsed = read(rss())
    assert (parsed.entries, parsed.warnings) == ((), ("the feed holds no entries",))


def test_a_feed_cut_short_gives_what_it_has() -> None:
    document = rss("<title>First</title>", "<title>Second</title><description>half")[:-30]
    parsed = read(document)
    assert [entry.title for entry in parsed.entries] == ["First", "Second"]
    assert len(parsed.warnings) == 1
    assert "read leniently" in parsed.warnings[0]


ENTITY = '<!DOCTYPE rss [<!ENTITY a "{}">]>'


@pytest.mark.parametrize(
    "document",
    [
        rss("<title>&a;</title>", before=ENTITY.format("x" * 100_000)),
        rss("<title>&a;</title>", before="<!-- <a -->" + ENTITY.format("x")),
        rss("<title>&a;</title>", before=ENTITY.format("x").replace("ENTITY", "entity")),
        rss("<title>&a;</title>", before=ENTITY.format("x")).decode().encode("utf-16"),
        rss("<title>&a;</title>", before=ENTITY.format("x")).decode().encode("utf-16-le"),
        rss("<title>&a;</title>", before=ENTITY.format("x")).decode().encode("utf-32"),
    ],
)
def test_entities_are_refused_in_any_encoding(document: bytes) -> None:
    assert code(document) == "entities"


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "punycode", "utf-16", "idna"])
def test_a_character_set_that_would_hide_markup_is_not_believed(charset: str) -> None:
    document = rss(
        "<title>+ADw-b \\u003cb \\x3cb</title>",
        before=f"<?xml version='1.0' encoding='{charset}'?>",
    )
    assert only(document).title == "+ADw-b \\u003cb \\x3cb"


@pytest.mark.parametrize("charset", ["utf-8", "euc-kr", "utf-16", "cp949"])
def test_declared_character_sets_are_read(charset: str) -> None:
    text = rss("<title>북한 회담</title>", before=f'<?xml version="1.0" encoding="{charset}"?>')
    assert only(text.decode().encode(charset)).title == "북한 회담"


def test_the_servers_character_set_comes_first() -> None:
    document = rss("<title>Café</title>").decode().encode("iso-8859-1")
    assert only(document, "text/xml; charset=iso-8859-1").title == "Café"


def test_white_space_before_the_declaration_does_no_harm() -> None:
    document = b"\n" * 100_000 + b"<?xml version='1.0'?>" + rss("<title>T</title>")
    parsed = read(document)
    assert (len(parsed.entries), parsed.warnings) == (1, ())


def test_a_warning_printed_before_the_feed_does_not_lose_it() -> None:
    parsed = read(b"<br />\n<b>Warning</b>: mysql\n" + rss("<title>T</title>"))
    assert [entry.title for entry in parsed.entries] == ["T"]


@pytest.mark.parametrize(
    ("head", "ttl"),
    [
        ("<ttl>60</ttl>", timedelta(hours=1)),
        ("<ttl>0</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>never</ttl>", None),
        ("<ttl>99999999999</ttl>", None),
        ("<ttl>999999</ttl>", timedelta(days=365)),
        ("<ttl>٣</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", timedelta(hours=1)),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
            timedelta(hours=6),
        ),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
            None,
        ),
        ("<ttl>90</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", timedelta(minutes=90)),
    ],
)
def test_p19_how_long_the_feed_asks_to_be_left_alone(head: str, ttl: timedelta | None) -> None:
    document = rss("<title>T</title>", head=head).replace(
        b"<rss ", b"<rss xmlns:sy='http://purl.org/rss/1.0/modules/syndication/' "
    )
    assert read(document).ttl == ttl


def test_dates_in_korean_time_are_nine_hours_ahead() -> None:
    entry = only(rss("<title>T</title><pubDate>Mon, 02 Mar 2026 09:00:00 KST</pubDate>"))
    assert entry.published == datetime(2026, 3, 2, tzinfo=UTC)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_a_parse_error(data: bytes) -> None:
    for document in (data, b"<rss version='2.0'><channel><item><title>" + data):
        with suppress(ParseError):
            assert isinstance(parse(document, url=URL), ParsedFeed)


@given(st.text(max_size=200))
def test_any_title_comes_out_as_one_visible_line(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").encode("utf-8", "replace")
    document = b"<rss version='2.0'><channel><item><title>" + escaped + b"</title></item>"
    for entry in parse(document, url=URL).entries:
        assert entry.title.isprintable()
        assert entry.title == entry.title.strip()
