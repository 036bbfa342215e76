"""The demo's news: its three feeds as documents, over HTTP, and what they come to."""

import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from xml.etree.ElementTree import Element

import aiohttp
import pytest
from defusedxml.ElementTree import fromstring

from monitor.core.assess import match_all
from monitor.core.feeds import identity, normalise
from monitor.core.judging.rules import Rules
from monitor.core.stories import story
from monitor.demo.chronology import (
    BBC,
    COLLAPSE,
    ITEMS,
    NPR,
    PULLOUT,
    REUTERS,
    SHIPPERS,
    Item,
)
from monitor.demo.render import LENGTH, document, title
from monitor.demo.run import END, FILES, START
from monitor.demo.server import PATHS, FeedServer
from monitor.feeds.parse import parse
from monitor.model.entries import Entry
from monitor.model.feeds import Feed, ParsedFeed
from monitor.model.flags import Flag, FlagKind
from monitor.model.matches import Matched
from monitor.model.questions import Direction
from monitor.model.stories import Relation, Story
from monitor.replay import run
from monitor.replay.batches import Batch, Source
from monitor.runtime import plan

pytestmark = pytest.mark.slow

OUTLETS = tuple(PATHS.values())
FEEDS = {name: Feed(id=name.lower(), url="", outlet=name) for name in OUTLETS}
HOUR = timedelta(hours=1)
NO_MORE = "Trump decides no more North Korea sanctions for now, official says"


def read(outlet: str, at: datetime) -> ParsedFeed:
    body, kind, _ = document(outlet, at)
    return parse(body, url=f"https://{outlet.lower()}.example/", content_type=kind)


def rows(outlet: str, at: datetime) -> list[Element]:
    """The items of an RSS document, unread."""
    return list(fromstring(document(outlet, at)[0]).iter("item"))


def of(outlet: str, slug: str) -> Item:
    return next(item for item in ITEMS if (item.outlet, item.slug) == (outlet, slug))


def moments() -> list[datetime]:
    """START, and every time at which something was published, retitled or bumped after it."""
    times = {
        at for item in ITEMS for at in (item.at, item.retitled_at, item.bumped_at) if at is not None
    }
    return sorted({START, *(at for at in times if START < at <= END)})


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Rules:
    """The demo's own configuration, compiled."""
    folder: Path = tmp_path_factory.mktemp("demo")
    source = resources.files("monitor.demo") / "config"
    for name in FILES:
        text = (source / name).read_text(encoding="utf-8").replace("{base}", "http://127.0.0.1:1")
        (folder / name).write_text(text, encoding="utf-8")
    loaded = plan.load_plan(folder)
    assert not loaded.configuration.warnings
    return loaded.rules


@pytest.fixture(scope="module")
def matched(rules: Rules) -> tuple[Matched, ...]:
    """Every entry of the chronology as published first, and what it hits."""
    found: dict[str, Entry] = {}
    for at in moments():
        for outlet, feed in FEEDS.items():
            document_ = read(outlet, at)
            for entry in normalise.entries(document_, feed, first_poll=at == START, now=at).entries:
                found.setdefault(entry.id, entry)
    return match_all(found.values(), rules)


@pytest.fixture(scope="module")
def stories(matched: tuple[Matched, ...]) -> tuple[Story, ...]:
    """Grouped as they come, one by one, each beside the stories of the days before it."""
    told: dict[str, Story] = {}
    for item in matched:
        if item.relevant:
            at = item.entry.published_at
            recent = [one for one in told.values() if at - one.started_at < timedelta(days=4)]
            told |= {one.id: one for one in story.group([item], recent, now=at).stories}
    return tuple(told.values())


@pytest.fixture(scope="module")
def flags(rules: Rules) -> tuple[Flag, ...]:
    """What the daemon's intake raises when it polls at every moment that matters; unanswered."""
    polls = [
        Batch(at=at, feed=feed, rows=read(outlet, at).entries)
        for at in moments()
        for outlet, feed in FEEDS.items()
    ]
    source = Source(batches=polls, outlets=len(FEEDS), history=True)
    return run.replay(source, rules=rules, review_after=END - START).flags


class TestChronology:
    def test_is_a_table_of_a_few_weeks_in_order(self) -> None:
        assert 45 <= len(ITEMS) <= 70
        assert [item.at for item in ITEMS] == sorted(item.at for item in ITEMS)
        assert ITEMS[-1].at < END

    def test_headlines_fit_on_a_line_and_leads_are_one_sentence(self) -> None:
        for item in ITEMS:
            assert 0 < len(item.title) <= 110
            assert len(item.retitled) <= 110
            assert re.fullmatch(r"[^.!?]+\.", item.lead), item.lead

    def test_a_headline_is_used_twice_only_for_a_wire_text(self) -> None:
        used = defaultdict(list)
        for item in ITEMS:
            used[plain(item.title)].append(item.outlet)
        again = {text: outlets for text, outlets in used.items() if len(outlets) > 1}
        assert len(again) == 5
        for outlets in again.values():
            assert outlets[0] == REUTERS
            assert len(set(outlets)) == len(outlets)
        assert {plain(text) for text in (COLLAPSE, SHIPPERS, PULLOUT, NO_MORE)} == {
            text for text, outlets in again.items() if len(outlets) == 3
        }

    def test_a_slug_names_one_page_of_an_outlet(self) -> None:
        pages = [(item.outlet, item.slug) for item in ITEMS]
        assert len(set(pages)) == len(pages)
        assert all(re.fullmatch(r"[a-z0-9-]+", slug) for _, slug in pages)

    def test_has_the_awkward_cases(self) -> None:
        """Retitled, bumped, escaped, not ASCII, hedged, negated and in passing: one of each."""
        assert [item.slug for item in ITEMS if item.retitled] == ["tongchang"]
        assert [item.slug for item in ITEMS if item.bumped_at] == ["hanoi-collapse-bbc"]
        titles = "\n".join(item.title for item in ITEMS)
        for needed in ("&", '"', "é", " may ", " could ", "will not ease", "amid stalled talks"):
            assert needed in titles


def plain(headline: str) -> str:
    """Without the suffix and the capitals of a desk that took it over."""
    return re.sub(r" (\||-) Reuters$", "", headline).casefold()


class TestDocuments:
    @pytest.mark.parametrize("outlet", OUTLETS)
    def test_hold_the_newest_first_and_no_more_than_the_outlet_lists(self, outlet: str) -> None:
        for at in moments():
            dates = [entry.published for entry in read(outlet, at).entries]
            assert len(dates) <= LENGTH[outlet]
            known = [date for date in dates if date is not None]
            assert len(known) == len(dates)
            assert known == sorted(known, reverse=True)
            assert all(date <= at for date in known)

    def test_none_is_ever_empty(self) -> None:
        """A feed without entries is reported as a fault; the demo has none to report."""
        at = START
        while at <= END:
            for outlet in OUTLETS:
                body = document(outlet, at)[0]
                assert b"<loc>" in body or b"<item>" in body
            at += HOUR

    def test_nothing_leaves_a_feed_before_an_hourly_poll_has_seen_it(self) -> None:
        for item in ITEMS:
            if item.at > START:
                links = " ".join(entry.link for entry in read(item.outlet, item.at + HOUR).entries)
                assert item.slug in links

    def test_reuters_lists_two_days_without_summaries(self) -> None:
        found = read(REUTERS, END)
        assert found.format == "sitemap"
        assert all(entry.summary == "" for entry in found.entries)
        assert all(
            entry.published is not None and END - entry.published <= timedelta(days=2)
            for entry in found.entries
        )

    def test_npr_lists_ten_whose_guid_is_the_link(self) -> None:
        items = rows(NPR, END)
        assert len(items) == 10
        assert all(item.findtext("guid") == item.findtext("link") for item in items)

    def test_bbc_lists_twenty_with_numbered_guids_and_tracked_links(self) -> None:
        items = rows(BBC, END)
        assert len(items) == 20
        for item in items:
            guid = item.find("guid")
            assert guid is not None
            assert guid.get("isPermaLink") == "false"
            link = (item.findtext("link") or "").removesuffix("?at_medium=RSS&at_campaign=rss")
            assert re.fullmatch(re.escape(link) + r"#\d", guid.text or "")
        assert read(BBC, END).ttl == timedelta(minutes=15)

    @pytest.mark.parametrize("outlet", OUTLETS)
    def test_what_was_written_is_what_is_read(self, outlet: str) -> None:
        """Ampersands, quotes and accents arrive as they were written."""
        seen: dict[str, str] = {}
        for at in moments():
            seen |= {entry.link.split("?")[0]: entry.title for entry in read(outlet, at).entries}
        in_reach = START - timedelta(days=2) if outlet == REUTERS else START - timedelta(days=9)
        written = [title(i, END) for i in ITEMS if i.outlet == outlet and i.at >= in_reach]
        assert sorted(seen.values()) == sorted(written)

    def test_links_stay_on_example_hosts(self) -> None:
        for outlet in OUTLETS:
            for entry in read(outlet, END).entries:
                assert entry.link.startswith(f"https://www.{outlet.lower()}.example/")


class TestChanges:
    def test_a_retitled_entry_keeps_its_identity(self) -> None:
        item = of(BBC, "tongchang")
        assert item.retitled_at is not None
        before, after = (
            next(e for e in read(BBC, at).entries if "tongchang" in e.link)
            for at in (item.retitled_at - HOUR, item.retitled_at)
        )
        assert before.title == item.title
        assert after.title == item.retitled
        assert after.guid == before.guid
        assert after.published == before.published

    def test_a_bumped_guid_changes_nothing_else(self) -> None:
        item = of(BBC, "hanoi-collapse-bbc")
        assert item.bumped_at is not None
        before, after = (
            next(e for e in read(BBC, at).entries if item.slug in e.link)
            for at in (item.bumped_at - HOUR, item.bumped_at)
        )
        assert before.guid.endswith("#0")
        assert after.guid == f"{before.guid.removesuffix('#0')}#1"
        assert identity.entry_key(after) == identity.entry_key(before)
        assert (after.title, after.summary, after.link) == (
            before.title,
            before.summary,
            before.link,
        )

    def test_an_etag_stands_for_the_bytes(self) -> None:
        tags: dict[str, bytes] = {}
        for at in moments():
            for outlet in OUTLETS:
                body, _, etag = document(outlet, at)
                assert tags.setdefault(etag, body) == body
                assert re.fullmatch(r'"[0-9a-f]{16}"', etag)
        assert len(tags) > len(ITEMS)

    def test_the_bbc_rebuilds_its_feed_every_hour_without_news(self) -> None:
        quiet = datetime(2019, 3, 10, 3, 0, tzinfo=UTC)
        same, later = quiet + HOUR / 2, quiet + HOUR
        for outlet in OUTLETS:
            assert document(outlet, quiet)[2] == document(outlet, same)[2]
            assert (document(outlet, quiet)[2] == document(outlet, later)[2]) == (outlet != BBC)
            assert read(outlet, quiet).entries == read(outlet, later).entries


class TestServer:
    async def test_answers_a_conditional_request_with_not_modified(self) -> None:
        async with FeedServer() as server, aiohttp.ClientSession() as session:
            server.at = START
            async with session.get(f"{server.base}/npr") as first:
                assert first.status == 200
                assert await first.read() == document(NPR, START)[0]
                etag = first.headers["ETag"]
            async with session.get(f"{server.base}/npr", headers={"If-None-Match": etag}) as again:
                assert again.status == 304
                assert again.headers["ETag"] == etag
                assert await again.read() == b""
            assert (server.requests, server.not_modified) == (2, 1)

            server.at = END
            async with session.get(f"{server.base}/npr", headers={"If-None-Match": etag}) as news:
                assert news.status == 200
                assert await news.read() == document(NPR, END)[0]
            assert (server.requests, server.not_modified) == (3, 1)

    async def test_listens_on_loopback_and_knows_three_feeds(self) -> None:
        async with FeedServer() as server, aiohttp.ClientSession() as session:
            assert server.base.startswith("http://127.0.0.1:")
            server.at = START
            for path, outlet in PATHS.items():
                async with session.get(server.base + path) as answer:
                    assert await answer.read() == document(outlet, START)[0]
                    assert answer.headers["Content-Type"] == document(outlet, START)[1]
            async with session.get(f"{server.base}/else") as unknown:
                assert unknown.status == 404
            assert server.requests == len(PATHS)


class TestStories:
    @pytest.mark.parametrize("text", [COLLAPSE, SHIPPERS, PULLOUT, NO_MORE])
    def test_a_wire_text_at_three_outlets_is_one_story(
        self, stories: tuple[Story, ...], text: str
    ) -> None:
        told = [
            [member for member in one.members if plain(member.title) == plain(text)]
            for one in stories
        ]
        (wire,) = [members for members in told if members]
        assert wire[0].outlet == REUTERS
        assert {member.outlet for member in wire} == set(OUTLETS)
        assert [member.relation for member in wire] == [
            Relation.ROOT,
            Relation.COPY,
            Relation.COPY,
        ]

    def test_other_words_for_an_event_are_siblings(self, stories: tuple[Story, ...]) -> None:
        relations = {
            member.link.split("?")[0].rpartition("/")[2]: member.relation
            for one in stories
            for member in one.members
        }
        assert relations["tongchang"] is Relation.SIBLING
        assert relations["may-suspend-bbc"] is Relation.SIBLING
        assert relations["tweet-bbc"] is Relation.SIBLING
        assert relations["return-bbc"] is Relation.SIBLING

    def test_what_was_there_before_watching_began_never_alerts(
        self, matched: tuple[Matched, ...]
    ) -> None:
        old = [item for item in matched if item.entry.published_at < START]
        assert len(old) >= 10
        assert any(item.matches for item in old)
        assert not any(item.entry.alerts for item in old)

    def test_headlines_are_read_as_a_person_would(self, matched: tuple[Matched, ...]) -> None:
        hits = {item.entry.title: item.matches for item in matched}
        (may,) = hits[of(REUTERS, "may-suspend").title]
        assert (may.indicator, may.hedge, may.veto) == ("talks-suspended", "may", "")
        (will_not,) = hits[of(REUTERS, "biegun-all").title]
        assert (will_not.indicator, will_not.counts) == ("us-softens", False)
        assert not any(match.counts for match in hits[of(REUTERS, "moon-bridge").title])
        for outlet, slug in ((REUTERS, "return"), (BBC, "return-bbc")):
            assert [match.indicator for match in hits[of(outlet, slug).title]] == ["liaison-back"]

    def test_noise_is_out_of_scope(self, matched: tuple[Matched, ...]) -> None:
        hits = {item.entry.title: item for item in matched}
        for outlet, slug in ((NPR, "iran-sanctions"), (BBC, "derby"), (NPR, "one-hit")):
            assert not hits[of(outlet, slug).title].relevant


class TestOutcome:
    def test_the_brief_is_flagged_when_two_voices_tell_of_sohae(
        self, flags: tuple[Flag, ...]
    ) -> None:
        """One wire at three outlets, as of the collapse of the summit, is one voice."""
        (flag,) = flags
        assert flag.opened_at.date() == datetime(2019, 3, 6, tzinfo=UTC).date()
        assert flag.reasons[0].kind is FlagKind.BREADTH
        assert flag.reasons[0].about == "sohae"

    def test_the_evidence_mounts_against_the_talks_until_the_twenty_second_of_march(
        self, flags: tuple[Flag, ...]
    ) -> None:
        (flag,) = flags
        weighty = [reason for reason in flag.reasons if reason.kind is FlagKind.WEIGHT]
        assert {reason.judgment.rpartition("/")[2] for reason in weighty} == {"talks-alive"}
        assert {reason.direction for reason in weighty} == {Direction.AWAY}
        assert weighty[-1].raised_at.date() == datetime(2019, 3, 22, tzinfo=UTC).date()
        assert not weighty[-1].interrupts

    def test_few_reasons_interrupt(self, flags: tuple[Flag, ...]) -> None:
        (flag,) = flags
        told = [reason.raised_at.date() for reason in flag.reasons if reason.interrupts]
        assert [day.isoformat() for day in told] == ["2019-03-06", "2019-03-23"]

    def test_the_evidence_speaks_for_both_sides(self, flags: tuple[Flag, ...]) -> None:
        (flag,) = flags
        weighty = [reason for reason in flag.reasons if reason.kind is FlagKind.WEIGHT]
        numbers = dict(weighty[-1].numbers)
        assert numbers["toward"] > 0
        assert numbers["away"] < 0
