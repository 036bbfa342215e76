"""The HTML of a digest: whole, accessible, self-contained."""

import re
from dataclasses import replace

import html5lib
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.deliver.channels.email.html import _bar
from monitor.deliver.render import render, render_notice
from monitor.deliver.sentences import CLIPPED
from monitor.model.digests import Digest
from tests.deliver.sample_digest import calm_digest, evidence, judgment, sample_digest

HTML = render(sample_digest(), base_url="https://signpost.example.org").html


def test_every_new_headline_judgment_and_notice_is_there() -> None:
    page = _words(HTML)
    titles = {link.text() for link in LexborHTMLParser(HTML).css(".title")}
    digest = sample_digest()

    for section in (*digest.flagged, *digest.moved):
        for each in section.judgments:
            if each.moved:
                assert each.says.rstrip(".") in page
            for line in (*each.toward, *each.away):
                assert (line.title in titles) is line.new
    for text in (*digest.unchanged, *digest.notices, *digest.flagged[0].assumptions):
        assert text in page


def test_news_comes_first_and_numbers_last() -> None:
    page = _words(HTML)
    told = (
        "North Korea calls off liaison meetings",
        "Against “Holding off new sanctions could keep US–DPRK nuclear diplomacy alive” (likely)",
        "Does it still stand? Please look, and answer.",
        "Flag raised 12 Apr 15:10, brief published 26 March.",
        "Also new",
        "Not shown: 4 earlier stories",
        "Check first",
        "Numbers",
        "−11.0 points since the brief was published (26 March): 3.8 toward, 14.8 away",
    )
    places = [page.index(words) for words in told]
    assert places == sorted(places)


def test_no_story_is_told_twice_and_no_heading_is_empty() -> None:
    digest = sample_digest()
    brief = digest.flagged[0]
    both = tuple(replace(each, away=brief.judgments[0].away) for each in brief.judgments)
    tree = LexborHTMLParser(render(replace(digest, flagged=(replace(brief, judgments=both),))).html)

    titles = [link.text() for link in tree.css(".title")]
    assert len(titles) == len(set(titles))
    for heading in tree.css("h1, h2"):
        assert heading.text().strip()
        after = heading.next
        while after is not None and not after.text().strip():
            after = after.next
        assert after is not None
        assert after.tag not in {"h1", "h2"}


def test_nothing_is_loaded_and_no_script_runs() -> None:
    """The one picture is part of the mail itself."""
    tree = LexborHTMLParser(HTML)

    assert not tree.css("script, link, iframe, object, form, svg, video")
    assert [str(each.attributes["src"])[:4] for each in tree.css("img")] == ["cid:"]
    assert "url(" not in HTML
    assert "@import" not in HTML


def test_styles_are_inlined_and_dark_mode_stays_in_a_media_query() -> None:
    tree = LexborHTMLParser(HTML)

    assert "font-size: 15px" in _attribute(tree, "p.text", "style")
    assert "max-width: 600px" in _attribute(tree, "table.column", "style")
    assert "@media (prefers-color-scheme: dark)" in HTML
    assert _attribute(tree, 'meta[name="color-scheme"]', "content") == "light dark"


def test_layout_tables_are_not_announced_as_data() -> None:
    tables = LexborHTMLParser(HTML).css("table")

    assert {table.attributes.get("role") for table in tables if not _is_rows(table)} == {
        "presentation"
    }
    assert {table.attributes.get("role") for table in tables if _is_rows(table)} == {None}


def test_a_digest_of_one_brief_stays_far_below_what_mail_clients_clip() -> None:
    """Gmail clips a message at 102 kB."""
    assert len(HTML.encode()) < 40_000


def busy(number: int) -> Digest:
    """A day on which that many briefs moved, each by nine stories."""
    digest = sample_digest()
    [moved] = digest.moved
    briefs = []
    for n in range(number):
        lines = tuple(
            replace(
                evidence(f"Story {n}-{each}: the guards warn of a reply in kind, agencies say"),
                story_id=f"s{n}-{each}",
                points=2.0,
                new=True,
            )
            for each in range(9)
        )
        one = replace(moved.judgments[0], key=f"q{n}/b/j", toward=lines)
        brief = replace(moved, key=f"q{n}/b", judgments=(one,), lead=lines[0], lead_key=one.key)
        briefs.append(brief)
    return replace(digest, moved=tuple(briefs))


@pytest.mark.parametrize("number", [7, 60, 200])
def test_a_busy_day_fits_and_counts_what_is_only_linked(number: int) -> None:
    """The same is left out of every form, and every form says how much."""
    message = render(busy(number), base_url="https://signpost.example.org")
    page = _words(message.html)
    shown = len(set(re.findall(r"Story (\d+)-", page)))

    assert len(message.html.encode()) <= CLIPPED
    assert len(message.text.encode()) <= CLIPPED
    assert shown >= min(number, 24)
    left = number - shown
    assert (f"{left} more briefs moved and are only linked" in page) is (left > 0)
    assert len(set(re.findall(r"Story (\d+)-", message.text))) == shown


def test_a_brief_with_many_stories_shows_the_weightiest() -> None:
    message = render(busy(1))

    assert message.html.count("Story 0-") == 9
    assert "more new stories" not in message.text


@pytest.mark.parametrize(
    "html",
    [HTML, render(calm_digest()).html, render_notice("Title", ("One.",), quoted="two\n<b>").html],
)
def test_the_markup_has_no_mistake_that_a_browser_would_have_to_mend(html: str) -> None:
    parser = html5lib.HTMLParser(strict=True)  # raises at the first one

    assert parser.parse(html) is not None


def test_nothing_is_used_that_outlook_or_gmail_do_not_show() -> None:
    """Outlook lays out with Word: tables and plain properties only; Gmail drops what it loads."""
    styles = " ".join(re.findall(r'style="([^"]*)"', HTML))

    for word in ("flex", "grid", "position", "float", "background-image", "calc(", "var("):
        assert word not in styles
    assert LexborHTMLParser(HTML).css_first("div:not(.preview)") is None


def test_a_calm_day_is_calm() -> None:
    page = _words(render(calm_digest()).html)

    assert "Nothing moved since 15 Apr 07:00. No judgment needs another look." in page
    assert "Answer" not in page


def test_without_review_pages_the_command_is_named() -> None:
    assert "monitor flags show 41" in _words(render(sample_digest()).html)


def test_the_bar_never_overflows_and_small_sums_look_small() -> None:
    assert _bar(replace(judgment(), points_toward=60.0, points_away=30.0)) == (50, 100)
    assert _bar(replace(judgment(), points_toward=0.0, points_away=2.0)) == (10, 0)
    assert _bar(replace(judgment(), points_toward=0.0, points_away=-2.0)) == (10, 0)


def _words(html: str) -> str:
    body = LexborHTMLParser(html).body
    assert body is not None
    for hidden in body.css(".preview"):
        hidden.decompose()
    return " ".join(body.text(separator=" ").split()).replace(" .", ".")


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str:
    node = tree.css_first(selector)
    assert node is not None
    return node.attributes[name] or ""


def _is_rows(table: LexborNode) -> bool:
    return "rows" in (table.attributes.get("class") or "")
