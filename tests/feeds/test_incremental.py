"""What is left out as known changes nothing of the rest: subsets of real, broken and made feeds."""

import lzma
import random
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.feeds import incremental
from monitor.feeds.incremental import COUNTED, ItemMemory
from monitor.feeds.parse import parse
from monitor.model.feeds import ItemMarks, ParsedFeed, RawEntry

URL = "https://news.example/feed.xml"
RSS = '<rss version="2.0"{}><channel><title>Courier</title>{}</channel></rss>'


def item(name: str, *more: str, title: str = "") -> str:
    link = f"<link>https://news.example/{name}</link><guid>{name}</guid>"
    return f"<item>{link}<title>{title or name}</title>{''.join(more)}</item>"


def rss(*items: str, head: str = "", spaces: str = "") -> bytes:
    return RSS.format(spaces, head + "".join(items)).encode()


def read(body: bytes) -> ParsedFeed | None:
    try:
        return parse(body, url=URL)
    except ParseError:
        return None


def memory(items: ItemMarks, marks: Iterable[int], header: int = 0) -> bytes:
    return ItemMemory(items.context, header, tuple(mark | COUNTED for mark in marks)).pack()


def told(parsed: ParsedFeed) -> tuple[object, ...]:
    """What a document says of its feed, as far as it is kept."""
    return parsed.format, parsed.title, parsed.ttl, parsed.skip_hours, parsed.skip_days


def without(body: bytes, whole: ParsedFeed, left: set[int]) -> bool:
    """Read without the items at some places, and compare; whether any were left out."""
    assert whole.items is not None
    marks = whole.items.read
    known = [marks[place] for place in left]
    less = parse(body, url=URL, items=memory(whole.items, known))
    assert less.items is not None
    expected = [
        (entry, mark)
        for entry, mark in zip(whole.entries, marks, strict=True)
        if not less.items.known or mark not in known
    ]
    assert list(zip(less.entries, less.items.read, strict=True)) == expected
    assert {mark & ~COUNTED for mark in less.items.known} <= set(known)
    assert told(less) == told(whole)
    return bool(less.items.known)


def subsets(body: bytes, chance: random.Random, times: int) -> tuple[int, int]:
    """How many subsets of a document were read, and in how many something was left out."""
    whole = read(body)
    if whole is None or whole.items is None:
        return 0, 0
    marked = [place for place, mark in enumerate(whole.items.read) if mark]
    tried = shortened = 0
    for share in (chance.random() for _ in range(times if marked else 0)):
        left = {place for place in marked if chance.random() < share} or {marked[0]}
        shortened += without(body, whole, left)
        tried += 1
    return tried, shortened


@pytest.mark.slow
def test_real_feeds_read_alike_without_any_of_their_items(shared_data: Path) -> None:
    paths = [*shared_data.glob("feeds/*.xml"), *shared_data.glob("snapshots/*/*.xml")]
    chance = random.Random(21)  # noqa: S311 not a secret
    counts = [subsets(path.read_bytes(), chance, 32) for path in sorted(paths)]
    tried, shortened = map(sum, zip(*counts, strict=True))
    assert tried > 1_100
    assert shortened > tried * 0.9


def documents(folder: Path) -> Iterator[bytes]:
    for path in sorted(folder.glob("*.tar.xz")):
        with lzma.open(path) as packed, tarfile.open(fileobj=packed) as archive:
            for member in archive:
                if content := archive.extractfile(member):
                    yield content.read()


@pytest.mark.slow
def test_test_documents_read_alike_without_any_of_their_items(shared_data: Path) -> None:
    chance = random.Random(22)  # noqa: S311 not a secret
    counts = [subsets(body, chance, 4) for body in documents(shared_data / "malformed")]
    assert len(counts) > 2_600
    assert sum(shortened for _, shortened in counts) > 500


def test_what_was_read_is_not_read_again() -> None:
    body = rss(item("a"), item("b"))
    first = parse(body, url=URL)
    assert first.items is not None
    known = memory(first.items, first.items.read)
    second = parse(rss(item("c"), item("a"), item("b")), url=URL, items=known)
    assert [entry.guid for entry in second.entries] == ["c"]
    assert second.items is not None
    assert len(second.items.known) == 2


def test_a_document_of_which_all_is_known_is_not_parsed() -> None:
    body = rss(item("a"), head="<ttl>60</ttl><lastBuildDate>today</lastBuildDate>")
    first = parse(body, url=URL)
    assert first.items is not None
    known = memory(first.items, first.items.read, first.items.header)
    later = body.replace(b"today", b"now")
    same = parse(later, url=URL, items=known)
    assert same.items is not None
    assert (same.entries, same.items.same_header) == ((), True)
    other = parse(later.replace(b"60", b"90"), url=URL, items=known)
    assert other.items is not None
    assert (other.items.same_header, str(other.ttl)) == (False, "1:30:00")


SLASH = ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
NOT_NEWS = {
    "a count of comments": (
        SLASH,
        "<slash:comments>3</slash:comments>",
        "<slash:comments>9</slash:comments>",
    ),
    "the same under another prefix": (
        SLASH.replace(":slash=", ":s="),
        "<s:comments>3</s:comments>",
        "<s:comments>40</s:comments>",
    ),
    "a date": ("", "<pubDate>Mon, 01 Jan 2024 10:00:00 GMT</pubDate>", "<pubDate>later</pubDate>"),
    "a campaign": (
        "",
        "<comments>/c?utm_source=x</comments>",
        "<comments>/c?utm_source=y</comments>",
    ),
}


@pytest.mark.parametrize("case", NOT_NEWS)
def test_what_changes_without_being_news_is_left_out(case: str) -> None:
    spaces, before, after = NOT_NEWS[case]
    first = parse(rss(item("a", before), spaces=spaces), url=URL)
    assert first.items is not None
    known = memory(first.items, first.items.read)
    assert parse(rss(item("a", after), spaces=spaces), url=URL, items=known).entries == ()
    changed = rss(item("a", after, title="otherwise"), spaces=spaces)
    assert len(parse(changed, url=URL, items=known).entries) == 1


TRAPS = {
    "an end tag in CDATA": rss(
        item("a", "<description><![CDATA[</item><item>]]></description>"), item("b"), item("c")
    ),
    "an item that is commented out": rss(item("a"), "<!--", item("x"), "-->", item("b"), item("c")),
    "an instruction": rss(item("a"), "<?php </item> ?>", item("b"), item("c")),
    "names of other spaces": rss(
        item("a", '<x:item xmlns:x="urn:x">1</x:item>'), item("b"), item("c")
    ),
    "a space that only an item declares": rss(
        item("a", '<m:title xmlns:m="http://search.yahoo.com/mrss/">m</m:title>'), item("b")
    ),
    "hours after the items": rss(
        item("a"), item("b"), "<skipHours><hour>3</hour></skipHours><language>en</language>"
    ),
    "a guid that is no address": rss(
        item("a"), "<item><guid isPermaLink='false'>7</guid><title>t</title></item>", item("c")
    ),
    "entities of HTML": rss(item("a", title="caf&eacute; &nbsp; A & B"), item("b"), item("c")),
    "white space in tags": rss(item("a"), item("b").replace("</item>", "</item\n>"), item("c")),
}


@pytest.mark.parametrize("case", TRAPS)
def test_traps_are_read_alike(case: str) -> None:
    whole = read(TRAPS[case])
    assert whole is not None
    assert whole.items is not None
    places = range(len(whole.entries))
    for left in ({0}, {places[-1]}, set(places), set(places) - {0}):
        assert without(TRAPS[case], whole, left)


ATOM = "http://www.w3.org/2005/Atom"
WHOLE = {
    "an item in an item": rss("<item><title>a</title>" + item("b") + "</item>"),
    "names with a prefix": (
        f'<a:feed xmlns:a="{ATOM}"><a:title>t</a:title><a:entry><a:id>1</a:id>'
        "<a:title>x</a:title></a:entry></a:feed>"
    ).encode(),
    "a prefix without a space": rss(item("a", "<x:y>z</x:y>"), item("b")),
    "no end": rss(item("a"), item("b")).removesuffix(b"</channel></rss>"),
    "an item without end tag": rss(item("a"), '<item title="b"/>'),
}


@pytest.mark.parametrize("case", WHOLE)
def test_what_is_in_doubt_is_read_whole(case: str) -> None:
    whole = read(WHOLE[case])
    assert whole is not None
    assert whole.items is None


def test_what_shares_a_page_or_a_name_with_what_is_known_is_read_with_it() -> None:
    first = parse(rss(item("live"), item("b")), url=URL)
    assert first.items is not None
    known = memory(first.items, first.items.read)
    for post in (
        "<item><guid>live#2</guid><link>https://news.example/live#2</link><title>x</title></item>",
        "<item><guid>z</guid><link>http://news.example/live?utm_source=rss</link></item>",
        "<item><guid>b</guid><link>https://news.example/z</link><title>b again</title></item>",
    ):
        assert len(parse(rss(post, item("live"), item("b")), url=URL, items=known).entries) == 3
    apart = "<item><guid>z</guid><link>https://news.example/live?id=2</link><title>z</title></item>"
    assert len(parse(rss(apart, item("live"), item("b")), url=URL, items=known).entries) == 1


@pytest.mark.parametrize(
    "change", ["<link>https://other.example/</link>", "<language>de</language>"]
)
def test_what_decides_on_how_items_are_read_makes_all_of_them_new(change: str) -> None:
    first = parse(rss(item("a"), item("b")), url=URL)
    assert first.items is not None
    known = memory(first.items, first.items.read)
    assert len(parse(rss(item("a"), item("b"), head=change), url=URL, items=known).entries) == 2
    salted = parse(rss(item("a"), item("b")), url=URL, items=known, salt="of another language")
    assert len(salted.entries) == 2


def test_broken_memory_is_none() -> None:
    for packed in (b"", b"x", b"12345678", bytes(24)[:-1]):
        assert ItemMemory.unpack(packed) == ItemMemory()
    many = ItemMemory(1, 2, tuple(range(5_000)))
    assert len(many.pack()) == 8 * (2 + incremental.MOST)
    assert ItemMemory.unpack(many.pack()) == ItemMemory(1, 2, many.marks[: incremental.MOST])


NAMES = st.sampled_from(["a", "b", "b?id=1", "b?id=2", "a#1", "c/d", "c", "idUSKBN1234567"])
TEXTS = st.text(st.sampled_from("ab <>&]é\u2028"), max_size=12)


@st.composite
def invented(draw: st.DrawFn) -> list[RawEntry]:
    return [
        RawEntry(guid=draw(NAMES), link=f"https://news.example/{draw(NAMES)}", title=draw(TEXTS))
        for _ in range(draw(st.integers(1, 6)))
    ]


def written(entries: Iterable[RawEntry], *, cdata: bool) -> bytes:
    def text(value: str) -> str:
        if cdata:
            return "<![CDATA[" + value.replace("]]>", "]] >") + "]]>"
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    return rss(
        *(
            f"<item><guid>{text(e.guid)}</guid><link>{text(e.link)}</link>"
            f"<title>{text(e.title)}</title></item>"
            for e in entries
        )
    )


@settings(max_examples=60)
@given(invented(), st.booleans(), st.randoms(use_true_random=False))
def test_invented_feeds_read_alike_without_any_of_their_items(
    entries: list[RawEntry], cdata: bool, chance: random.Random
) -> None:
    body = written(entries, cdata=cdata)
    whole = read(body)
    assert whole is not None
    assert whole.items is not None
    without(body, whole, {place for place in range(len(entries)) if chance.random() < 0.5})
