"""Slack blocks: valid, within the limits, and never parsed as markup."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from monitor.deliver.channels.slack.blocks import (
    BLOCKS,
    HEADER,
    MESSAGE,
    TEXT,
    render_blocks,
    visible,
)
from monitor.deliver.inert import clean_digest
from monitor.deliver.render import render
from monitor.deliver.wording import Calendar
from monitor.model.digests import Digest
from tests.deliver.sample_digest import calm_digest, evidence, judgment, sample_digest


def test_the_sample_is_told_in_this_order() -> None:
    blocks = render(sample_digest(), base_url="https://signpost.example.org").blocks

    assert [block["type"] for block in blocks] == [
        "header",
        *["rich_text"] * 7,
        "context",
        "rich_text",
        "divider",
        "rich_text",
        "rich_text",
        "context",
        "divider",
        "rich_text",
        "rich_text",
        "context",
    ]
    assert blocks[0]["text"]["text"].startswith("North Korea calls off liaison meetings")
    assert "7 outlets" not in _words(blocks[1])
    assert "Yonhap, Reuters, BBC News and 4 more outlets" in _words(blocks[1])
    assert "Against “Holding off new sanctions" in _words(blocks[2])
    assert "Does it still stand?" in _words(blocks[3])
    assert "Still silent: talks date" in _words(blocks[7])
    assert "−11.0 points" in _words(blocks[8])


def test_a_headline_links_to_its_article() -> None:
    links = [
        part
        for block in render(sample_digest()).blocks
        for part in _parts(block)
        if part.get("type") == "link"
    ]

    assert {
        "type": "link",
        "text": "Satellite pictures show fuel trucks at the Sohae launch pad",
        "url": "https://news.example.org/2019/04/satellite-pictures-show-fuel-trucks",
    } in links


def test_a_calm_day_is_three_blocks() -> None:
    types = [block["type"] for block in render(calm_digest()).blocks]
    assert types == ["header", "rich_text", "context"]


@pytest.mark.parametrize("digest", [sample_digest(), calm_digest()])
def test_slack_sdk_finds_no_fault(digest: Digest) -> None:
    for block in render(digest).blocks:
        _validate(block)


def test_a_digest_too_long_for_slack_is_cut_and_says_so() -> None:
    digest = sample_digest()
    blocks = render(replace(digest, flagged=digest.flagged * 40)).blocks

    assert len(blocks) <= BLOCKS + 1
    assert re.search(r"\d+ more briefs moved and are only linked", " ".join(map(_words, blocks)))


def test_lists_that_are_too_long_for_slack_are_cut_and_say_so() -> None:
    blocks = render(
        replace(
            sample_digest(),
            notices=("news " * 190,) * 8,
            held_back=("x " * 400,) * 8,
            answered=("y " * 400,) * 8,
            fell_silent=("z " * 400,) * 8,
        )
    ).blocks

    assert sum(visible(block) for block in blocks) <= MESSAGE + 100


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=6), st.integers(1, 400), st.integers(1, 30))
def test_no_text_breaks_a_limit(piece: str, repeat: int, rows: int) -> None:
    text = piece * repeat
    lines = tuple(
        evidence(f"{text}{row}", indicator=text, outlets=(text,) * 40, link=f"https://a.org/{text}")
        for row in range(rows)
    )
    long = replace(
        judgment(text, toward=lines, away=lines, silent=(text,) * 50),
        event=text,
        likelihood=text,
        reasons=sample_digest().flagged[0].judgments[0].reasons * rows,
    )
    brief = replace(sample_digest().flagged[0], judgments=(long, long), assumptions=(text,) * rows)
    digest = replace(
        sample_digest(), flagged=(brief,) * 3, unchanged=(text,) * rows, notices=(text,) * rows
    )

    blocks = render_blocks(clean_digest(digest), Calendar("UTC", digest.composed_at))

    assert len(blocks) <= BLOCKS + 1
    assert len(blocks[0]["text"]["text"]) <= HEADER
    # "There is more" comes on top of what was counted.
    assert sum(visible(block) for block in blocks) <= MESSAGE + 100
    for block in blocks:
        assert visible(block) <= TEXT
        _validate(block)
        for part in _parts(block):
            assert part.get("type") != "mrkdwn"
            assert part.get("text") != ""


def _validate(block: dict[str, Any]) -> None:
    parsed = Block.parse(block)
    assert parsed is not None
    parsed.validate_json()
    assert parsed.to_dict() == block


def _parts(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from _parts(value)
    elif isinstance(part, list):
        for each in part:
            yield from _parts(each)


def _words(block: dict[str, Any]) -> str:
    return "".join(part["text"] for part in _parts(block) if isinstance(part.get("text"), str))
