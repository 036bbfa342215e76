"""Only links that we wrote ourselves are signed, whatever a feed, a person or a file says."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.deliver.one_click import WORDS, personal, place
from monitor.deliver.render import render
from monitor.deliver.theme import Theme
from monitor.model.digests import Message
from tests.deliver.receivers import ADDRESSED, WAYS, Fault
from tests.deliver.sample_digest import hostile_digest, outgoing, sample_digest

BASE = "https://signpost.example.org"
MARK = "5f0c" * 8
ANOTHER = "7e1d" * 8
OURS = f"{BASE}/flags/41?answer=noise#answer"
ATTACKS = {
    "our address": OURS,
    "our address, in HTML": OURS.replace("&", "&amp;"),
    "our address in an address": f"http://evil.example/?u={OURS}",
    "our address, quoted": f"http://evil.example/?u={BASE}/flags/41%3Fanswer%3Dnoise%23answer",
    "the flag's address": f"{BASE}/flags/41",
    "the flag's address after a line of text": f"ASKED  Does it still stand?\n  {BASE}/flags/41",
    "the mark of another message": f"http://evil.example/{ANOTHER}-41-noise-",
    "what stands around a mark": "http://evil.example/-41-noise-",
    "a row of answers": f"noise: {BASE}/answer/forged",
}


def signed(flag_id: int, answer: str) -> str:
    return f"{BASE}/answer/SIGNED.{flag_id}.{answer}"


def told(attack: str) -> Message:
    digest = hostile_digest(attack, link=attack if attack.startswith("http") else "")
    return render(digest, base_url=BASE, mark=MARK)


@pytest.mark.parametrize("attack", ATTACKS)
def test_in_a_mail_only_our_own_links_are_signed(attack: str) -> None:
    message = personal(told(ATTACKS[attack]), signed)

    links = LexborHTMLParser(message.html).css("a")
    own = {link.text(): link.attributes["href"] for link in links if link.text() in WORDS.values()}
    assert own == {word: signed(41, answer) for answer, word in WORDS.items()}
    assert message.html.count("SIGNED") == len(WORDS)

    [(_, after)] = [
        each
        for each in follow(message.text.splitlines())
        if each[0] == f"  {BASE}/flags/41" and "SIGNED" in each[1]
    ]
    assert after == "\n".join(f"  {word}: {signed(41, each)}" for each, word in WORDS.items())
    assert message.text.count("SIGNED") == len(WORDS)


def follow(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Each line, and the lines after it of which there is one for each answer."""
    for number, line in enumerate(lines, 1):
        yield line, "\n".join(lines[number : number + len(WORDS)])


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("channel", WAYS)
def test_every_channel_keeps_what_feeds_wrote_and_shows_no_mark(
    channel: str, attack: str, tmp_path: Path
) -> None:
    message = told(ATTACKS[attack])
    if channel in ADDRESSED:
        message = personal(message, signed)

    with WAYS[channel](tmp_path, Fault.NONE) as rig:
        rig.channel.send(replace(outgoing(recipient="desk@example.org"), message=message))
        forms = rig.read()

    for kind, found in forms:
        assert MARK not in found
        of_ours = {"html": len(WORDS), "text": len(WORDS)}.get(kind, 0)
        assert found.count("SIGNED") == (of_ours if channel in ADDRESSED else 0)


def test_links_in_slack_are_plain_whatever_a_feed_links_to() -> None:
    message = told(ATTACKS["our address in an address"])

    urls = re.findall(r'"url": "([^"]*)"', json.dumps(message.blocks))
    assert f"{BASE}/flags/41" in urls
    assert not [url for url in urls if "/answer/" in url]


def test_what_is_stored_does_not_depend_on_the_mark() -> None:
    first, second = (render(sample_digest(), base_url=BASE, mark=each) for each in (MARK, ANOTHER))
    unmarked = render(sample_digest(), base_url=BASE)

    assert first == second
    assert (unmarked.html, unmarked.text) == (first.html, first.text)
    assert unmarked.links == ()
    assert personal(unmarked, signed) == unmarked
    for link in first.links:
        shown = getattr(first, link.part)[link.start : link.stop]
        assert shown == ("" if link.answer == "all" else place(BASE, link.flag_id, link.answer))


def test_an_address_of_the_page_that_html_writes_otherwise() -> None:
    base = "https://signpost.example.org/a&b"
    message = render(sample_digest(), base_url=base, mark=MARK)

    assert message.html.count('href="https://signpost.example.org/a&amp;b/flags/41?answer=') == 4
    own = personal(message, lambda flag_id, answer: f"{base}/answer/{flag_id}.{answer}?a&b")
    found = [link.attributes["href"] for link in LexborHTMLParser(own.html).css("a")]
    assert f"{base}/answer/41.noise?a&b" in found


def test_a_template_of_an_operator_places_links_in_html_and_in_text(tmp_path: Path) -> None:
    (tmp_path / "digest.html.j2").write_text(
        "{% for b in digest.flagged %}<p>{{ b.title }}"
        '<a href="{{ place(base_url, b.flag_id, "noise") }}">x</a>'
        '<a href="{{ place(base_url, b.flag_id, "revise") }}">y</a>{% endfor %}'
    )
    (tmp_path / "digest.txt.j2").write_text(
        "{% for b in digest.flagged %}{{ b.title }}\nstands? "
        '{{ place(base_url, b.flag_id, "stands") }}'
        '{{ place(base_url, b.flag_id, "all") }}{% endfor %}'
    )
    digest = hostile_digest(OURS)
    message = render(digest, base_url=BASE, mark=MARK, theme=Theme(tmp_path))

    assert message.text == f"{OURS}\nstands? {place(BASE, 41, 'stands')}\n"
    own = personal(message, signed)
    assert own.text.splitlines()[:2] == [OURS, f"stands? {signed(41, 'stands')}"]
    assert own.text.count("SIGNED") == 1 + len(WORDS)
    hrefs = [link.attributes["href"] for link in LexborHTMLParser(own.html).css("a")]
    assert hrefs == [signed(41, "noise"), place(BASE, 41, "revise")]
