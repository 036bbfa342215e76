"""Every channel of the table, by the double that it ships: what arrives, and what a no means.

A channel that is new in the table is tried here by itself: nothing of this file names one.
"""

import json
import traceback
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.deliver.render import render
from monitor.errors import DeliveryError
from monitor.model.deliveries import Outgoing
from tests.deliver.receivers import FAR, HIDDEN, WAYS, Fault, Rig, Way
from tests.deliver.sample_digest import evidence, outgoing, sample_digest

HEADLINES = {
    "a script": "<script>alert(1)</script>",
    "a channel mention": "<!channel> read this",
    "an at-here": "@here read this",
    "markup": "*bold* _it_ ~no~ `code`",
    "right-to-left marks": "Talks \u202e8.01\u202c off\u200f",
    "5,000 characters": "A" * 5000,
    "newlines": "Talks\r\nBcc: everyone@example.org\r\n\r\n<b>Hello",
    "emoji": "🚀 👩‍👩‍👧 launch",
    "a javascript link": "[click](javascript:alert(1))",
}
MARKS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"


def failure(opened: AbstractContextManager[Rig]) -> tuple[DeliveryError, int]:
    """What sending raised, without the secret, and how many messages arrived all the same."""
    with opened as rig:
        with pytest.raises(DeliveryError) as caught:
            rig.channel.send(outgoing(recipient="desk@example.org"))
        arrived = rig.arrived()
    assert HIDDEN not in "".join(traceback.format_exception(caught.value))
    return caught.value, arrived


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_message_arrives_once_and_has_an_id(way: Way, tmp_path: Path) -> None:
    with way(tmp_path, Fault.NONE) as rig:
        assert rig.channel.send(outgoing(recipient="desk@example.org"))
        assert rig.arrived() == 1


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_refusal_is_told_and_nothing_arrived(way: Way, tmp_path: Path) -> None:
    error, arrived = failure(way(tmp_path, Fault.REFUSES))

    assert arrived == 0
    assert str(error)


@pytest.mark.parametrize("way", FAR.values(), ids=FAR)
def test_a_receiver_that_stalls_is_left_and_asked_again_later(way: Way, tmp_path: Path) -> None:
    error, _ = failure(way(tmp_path, Fault.STALLS))

    assert error.retryable


@pytest.mark.parametrize("way", FAR.values(), ids=FAR)
def test_a_lost_answer_leaves_a_doubt_and_no_second_message(way: Way, tmp_path: Path) -> None:
    error, arrived = failure(way(tmp_path, Fault.LOSES))

    assert (error.retryable, error.unknown_outcome) == (True, True)
    assert arrived == 1


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("headline", HEADLINES)
def test_a_hostile_headline_arrives_as_text(way: Way, headline: str, tmp_path: Path) -> None:
    with way(tmp_path, Fault.NONE) as rig:
        rig.channel.send(told(HEADLINES[headline]))
        forms = rig.read()
    for kind, found in forms:
        assert not set(found) & set(MARKS)
        assert "A" * 1500 not in found
        if kind == "line":
            assert len(found.splitlines()) == 1
        elif kind == "html":
            tree = LexborHTMLParser(found)
            assert not tree.css("script, b")
            links = [str(link.attributes.get("href")) for link in tree.css("a")]
            assert not [link for link in links if not link.startswith("https://")]
        elif kind == "slack":
            assert_inert(json.loads(found))


def told(headline: str) -> Outgoing:
    """The sample with the headline as a title, as a judgment, and as a link."""
    digest = sample_digest()
    brief = digest.flagged[0]
    line = evidence(headline, link=f"javascript:{headline}", points=-20.0)
    flagged = replace(brief.judgments[0], says=headline, away=(line, *brief.judgments[0].away))
    brief = replace(brief, bottom_line=headline, judgments=(flagged, *brief.judgments[1:]))
    message = render(replace(digest, flagged=(brief,), notices=(headline,)))
    return replace(outgoing(recipient="desk@example.org"), message=message)


def assert_inert(post: dict[str, object]) -> None:
    """No part of a post is one that Slack parses, but for the text of a notification: escaped."""
    text = post["text"]
    assert isinstance(text, str)
    assert "<!" not in text
    assert "<script" not in text
    assert post["mrkdwn"] is False
    assert '"type": "mrkdwn"' not in json.dumps(post)
    assert '"url": "javascript' not in json.dumps(post)
