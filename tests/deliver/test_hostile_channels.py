"""Hostile headlines arrive as text on every channel: really sent, and read as a reader would."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import feedparser
import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.deliver.apprise_ import AppriseChannel
from monitor.deliver.atom import FILE, AtomChannel
from monitor.deliver.console import TerminalChannel
from monitor.deliver.email import EmailChannel
from monitor.deliver.files import FilesChannel
from monitor.deliver.render import render
from monitor.deliver.slack import SlackWebhookChannel
from monitor.deliver.slack_bot import SlackBotChannel
from monitor.deliver.webhook import WebhookChannel
from monitor.model.deliveries import ChannelConfig, ChannelType, Outgoing
from tests.deliver.mail_server import Inbox, mail_server
from tests.deliver.sample_digest import evidence, outgoing, sample_digest
from tests.deliver.slack_api import ROOM, TOKEN, slack_api
from tests.deliver.slack_server import slack_server

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

Form = tuple[str, str]  # what kind of text, and the text


def by_mail(row: Outgoing, _folder: Path) -> list[Form]:
    inbox = Inbox()
    config = ChannelConfig(
        name="mail", type=ChannelType.EMAIL, host="127.0.0.1", security="none", sender="s@x.example"
    )
    with mail_server(inbox) as port:
        EmailChannel(replace(config, port=port), password=None).send(row)
    [mail] = inbox.mails
    assert mail["Bcc"] is None
    assert inbox.recipients == [row.recipient]
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    return [("line", mail["Subject"]), ("text", text.get_content()), ("html", html.get_content())]


def by_files(row: Outgoing, folder: Path) -> list[Form]:
    path = Path(FilesChannel("files", folder).send(row))
    html = path.with_suffix(".html").read_text("utf-8")
    return [("text", path.read_text("utf-8")), ("html", html)]


def by_terminal(row: Outgoing, _folder: Path) -> list[Form]:
    stream = io.StringIO()
    TerminalChannel("terminal", stream).send(row)
    return [("text", stream.getvalue())]


def by_webhook_of_slack(row: Outgoing, _folder: Path) -> list[Form]:
    with slack_server() as slack:
        SlackWebhookChannel("slack", webhook=slack.webhook).send(row)
    return [("slack", json.dumps(slack.posts[0]))]


def by_bot_of_slack(row: Outgoing, _folder: Path) -> list[Form]:
    config = ChannelConfig(name="slack", type=ChannelType.SLACK, room=ROOM, buttons=True)
    with slack_api() as workspace:
        SlackBotChannel(config, token=TOKEN, api=workspace.api).send(row)
    return [("slack", json.dumps(workspace.messages[0]))]


def by_webhook(row: Outgoing, _folder: Path) -> list[Form]:
    with slack_server() as server:
        WebhookChannel("hook", url=server.webhook, key="k" * 24).send(row)
    [post] = server.posts
    return [("line", post["subject"]), ("text", post["text"]), ("html", post["html"])]


def by_feed(row: Outgoing, folder: Path) -> list[Form]:
    AtomChannel("feed", folder).send(row)
    found = feedparser.parse(str(folder / FILE), sanitize_html=False)
    assert not found.bozo
    [entry] = found.entries
    assert entry.title_detail.type == entry.content[0].type == "text/plain"
    return [("line", entry.title), ("text", entry.content[0].value)]


def by_apprise(row: Outgoing, _folder: Path) -> list[Form]:
    with slack_server() as server:
        AppriseChannel("chat", target=f"json://127.0.0.1:{server.port}/x").send(row)
    return [("line", server.posts[0]["title"]), ("text", server.posts[0]["message"])]


CHANNELS: dict[str, Callable[[Outgoing, Path], list[Form]]] = {
    "e-mail": by_mail,
    "files": by_files,
    "terminal": by_terminal,
    "Slack webhook": by_webhook_of_slack,
    "Slack bot": by_bot_of_slack,
    "webhook": by_webhook,
    "Atom feed": by_feed,
    "Apprise": by_apprise,
}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("headline", HEADLINES)
def test_a_hostile_headline_arrives_as_text(channel: str, headline: str, tmp_path: Path) -> None:
    for kind, found in CHANNELS[channel](told(HEADLINES[headline]), tmp_path):
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
    return replace(outgoing(), message=message)


def assert_inert(post: dict[str, object]) -> None:
    """No part of a post is one that Slack parses, but for the text of a notification: escaped."""
    text = post["text"]
    assert isinstance(text, str)
    assert "<!" not in text
    assert "<script" not in text
    assert post["mrkdwn"] is False
    assert '"type": "mrkdwn"' not in json.dumps(post)
    assert '"url": "javascript' not in json.dumps(post)
