"""Headlines and links made to do harm come out inert in every form of a message."""

import json
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from monitor.deliver.render import render
from monitor.model.digests import Message
from tests.deliver.sample_digest import hostile_digest, sample_digest


def test_script_tags_are_words() -> None:
    attack = "</title><script>alert(1)</script><img src=x onerror=alert(2)>"
    message = _told(attack)

    tree = LexborHTMLParser(message.html)
    assert not tree.css("script, img:not(.chart)")
    assert attack in _body(tree)
    assert attack in _joined(message.text)
    assert attack in _literal_texts(message)


def test_style_and_template_syntax_are_words() -> None:
    attack = "{{ 7*7 }} {% raw %} </style><style>body{display:none}</style>"
    message = _told(attack)

    tree = LexborHTMLParser(message.html)
    assert not tree.css("body style")
    assert attack in _body(tree)


def test_quotes_cannot_leave_an_attribute() -> None:
    message = _told("x", link='https://example.org/"onmouseover="alert(1)')

    link = LexborHTMLParser(message.html).css_first("a.title")
    assert link is not None
    assert set(link.attributes) == {"class", "href", "style"}


def test_slack_channel_mentions_stay_words() -> None:
    """They stand in rich text, which Slack shows as it is, and nowhere else."""
    for attack in ("<!channel> now", "<!here|x> now", "@here now", "<@U123ABC>", "@channel now"):
        message = _told(attack)

        assert attack in _literal_texts(message)
        assert '"mrkdwn"' not in json.dumps(message.blocks)


def test_slack_markup_stays_words() -> None:
    attack = "*bold* _it_ ~no~ `code` <https://evil.example|click> :bomb: &lt;!channel&gt;"
    message = _told(attack)

    assert attack in _literal_texts(message)
    assert "https://evil.example" not in _urls(message)


def test_direction_marks_are_gone_everywhere() -> None:
    message = _told("Talks \u202e8.01− dellac\u202c off \u2066x\u2069 \u200f\u061c")

    for form in (message.text, message.html, json.dumps(message.blocks, ensure_ascii=False)):
        assert not set(form) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e")
        assert not set(form) & set("\u200f\u061c")


def test_5000_characters_are_cut() -> None:
    for attack in ("A" * 5000, "word " * 1000):
        message = _told(attack)

        assert len(message.subject) <= 150
        assert "…" in message.text
        assert attack[:1001] not in message.html + json.dumps(message.blocks)


def test_newlines_cannot_add_a_header() -> None:
    attack = "Talks\r\nBcc: everyone@example.org\r\n\r\nHello\u2028there\x0b\x85"
    message = _told(attack)

    assert len(message.subject.splitlines()) == 1
    assert len(message.summary.splitlines()) == 1
    assert "\r" not in message.text
    assert "Talks Bcc: everyone@example.org Hello there" in _joined(message.text)


def test_emoji_and_other_scripts_are_kept() -> None:
    title = "🚀 북한 미사일 👩‍👩‍👧 ایران می‌گوید"
    message = _told(title)

    assert title in _joined(message.text)
    assert title in message.html
    assert title in _literal_texts(message)


def test_terminal_escapes_are_gone() -> None:
    message = _told("\x1b[2J\x1b]0;owned\x07 \x9b31m red")

    assert not {each for each in message.text if ord(each) < 32 or 127 <= ord(each) < 160} - {"\n"}


def test_a_lone_surrogate_can_be_sent() -> None:
    message = _told("half \ud83d emoji")

    (message.subject + message.text + message.html + message.summary).encode("utf-8")


def test_javascript_links_are_dropped_and_their_titles_kept() -> None:
    for link in (
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "java\nscript:x",
    ):
        message = _told("A headline to keep", link=link)

        for form in (message.text, message.html, json.dumps(message.blocks)):
            assert "script:" not in form.lower()
            assert "data:text" not in form
            assert "A headline to keep" in form


def test_a_base_address_that_is_none_is_not_used() -> None:
    message = render(sample_digest(), base_url="javascript:alert(1)//")

    assert "script:" not in message.html + message.text + json.dumps(message.blocks)


def _told(text: str, *, link: str = "https://news.example.org/x") -> Message:
    return render(hostile_digest(text, link=link))


def _joined(text: str) -> str:
    return " ".join(text.split())


def _body(tree: LexborHTMLParser) -> str:
    assert tree.body is not None
    return tree.body.text()


def _literal_texts(message: Message) -> set[str]:
    """The texts of elements that Slack does not parse."""
    return {
        part["text"].strip()
        for part in _parts(list(message.blocks))
        if part.get("type") in {"text", "link", "plain_text"}
    }


def _urls(message: Message) -> set[str]:
    return {part["url"] for part in _parts(list(message.blocks)) if "url" in part}


def _parts(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, dict):
        return [part, *(found for value in part.values() for found in _parts(value))]
    if isinstance(part, list):
        return [found for each in part for found in _parts(each)]
    return []
