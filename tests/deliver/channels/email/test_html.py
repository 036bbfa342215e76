"""The HTML of a digest: whole, accessible, self-contained."""

import re
from dataclasses import replace

import html5lib
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.deliver.channels.email.html import _bar
from monitor.deliver.render import render, render_notice
from tests.deliver.sample_digest import calm_digest, evidence, judgment, sample_digest

HTML = render(sample_digest(), base_url="https://signpost.example.org").html


def test_every_headline_judgment_and_notice_is_there() -> None:
    page = _words(HTML)
    digest = sample_digest()

    for section in (*digest.flagged, *digest.moved):
        for each in section.judgments:
            assert each.says in page
    for line in (*digest.flagged[0].judgments[0].toward, *digest.flagged[0].judgments[0].away):
        assert line.title in page
    for text in (*digest.unchanged, *digest.notices, *digest.flagged[0].assumptions):
        assert text in page


def test_points_and_their_two_sums_are_words_not_only_a_bar() -> None:
    page = _words(HTML)

    assert "−11.0 points since the brief was published (26 March), from 5 stories" in page
    assert "14.8 away 3.8 toward" in page
    assert "Enough to leave “likely” downward." in page


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


def test_a_digest_of_many_briefs_shows_fewer_stories_of_each() -> None:
    digest = sample_digest()
    [brief] = digest.flagged
    many = replace(brief.judgments[0], away=tuple(evidence(f"Story {n}") for n in range(9)))
    brief = replace(brief, judgments=(many,))
    few, lots = (render(replace(digest, flagged=(brief,) * n)).html for n in (1, 7))

    assert few.count("Story ") == 8
    assert lots.count("Story ") < 7 * 8
    assert len(lots.encode()) < 102_000
    assert "1 more story" in _words(lots)


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

    assert "Nothing moved. No judgment needs another look." in page
    assert "Review" not in page


def test_without_review_pages_the_command_is_named() -> None:
    assert "monitor flags show 41" in _words(render(sample_digest()).html)


def test_the_bar_never_overflows_and_small_sums_look_small() -> None:
    assert _bar(replace(judgment(), points_toward=60.0, points_away=30.0)) == (50, 100)
    assert _bar(replace(judgment(), points_toward=0.0, points_away=2.0)) == (10, 0)
    assert _bar(replace(judgment(), points_toward=0.0, points_away=-2.0)) == (10, 0)


def _words(html: str) -> str:
    body = LexborHTMLParser(html).body
    assert body is not None
    return " ".join(body.text(separator=" ").split()).replace(" .", ".")


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str:
    node = tree.css_first(selector)
    assert node is not None
    return node.attributes[name] or ""


def _is_rows(table: LexborNode) -> bool:
    return "rows" in (table.attributes.get("class") or "")
