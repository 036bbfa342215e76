"""delivery.yaml: channels, digests and recipients, and what is refused."""

# ruff: noqa: E501 — a case a line reads best

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config import delivery
from monitor.deliver.channels.apprise.channel import AppriseConfig
from monitor.deliver.channels.atom.channel import AtomConfig
from monitor.deliver.channels.email.channel import EmailConfig, is_address
from monitor.deliver.channels.files.channel import FilesConfig
from monitor.deliver.channels.slack.channel import SlackConfig
from monitor.deliver.channels.table import TYPES
from monitor.deliver.channels.terminal.channel import TerminalConfig
from monitor.deliver.channels.webhook.channel import WebhookConfig
from monitor.errors import ConfigError
from monitor.model.deliveries import (
    DeliveryConfig,
    DigestConfig,
    Recipient,
    Team,
    Urgency,
)

GOOD = """\
channels:
  terminal: {type: terminal}
  files: {type: files, folder: digests}
  email:
    type: email
    host: smtp.example.org
    username: signpost
    sender: signpost@example.org
  slack: {type: slack}
digests:
- name: desk
  at: "08:00"
  days: weekdays
  timezone: Asia/Seoul
  urgent: false
  to: [terminal, files, "email:asia-desk@example.org", slack]
  questions: [pact]
- name: weekly
  days: [fri, mon]
  to: files
"""


def parse(text: str) -> delivery.DeliveryFile:
    return delivery.parse(text, "d.yaml", TYPES)


def refusals(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(text)
    return str(caught.value).splitlines()


def warnings(text: str) -> list[str]:
    return [str(problem) for problem in parse(text).warnings]


def test_channels_and_digests_are_read(tmp_path: Path) -> None:
    path = tmp_path / "delivery.yaml"
    path.write_text(GOOD)
    found = delivery.load(path, TYPES)

    assert found.warnings == ()
    assert [asked for asked, _ in found.questions] == ["pact"]
    assert found.config == DeliveryConfig(
        channels=(
            TerminalConfig(name="terminal"),
            FilesConfig(name="files", folder="digests"),
            EmailConfig(
                name="email",
                host="smtp.example.org",
                security="starttls",
                username="signpost",
                sender="signpost@example.org",
            ),
            SlackConfig(name="slack"),
        ),
        digests=(
            DigestConfig(
                name="desk",
                recipients=(
                    Recipient(channel="terminal"),
                    Recipient(channel="files"),
                    Recipient(channel="email", address="asia-desk@example.org"),
                    Recipient(channel="slack"),
                ),
                at="08:00",
                days=(0, 1, 2, 3, 4),
                timezone="Asia/Seoul",
                urgent=Urgency.NONE,
                questions=("pact",),
            ),
            DigestConfig(name="weekly", recipients=(Recipient(channel="files"),), days=(0, 4)),
        ),
    )


@pytest.mark.parametrize(
    ("days", "numbers"), [("daily", tuple(range(7))), ("fri", (4,)), ("[SUN, mon]", (0, 6))]
)
def test_days_may_be_words_or_lists(days: str, numbers: tuple[int, ...]) -> None:
    text = GOOD.replace("days: weekdays", f"days: {days}")

    assert parse(text).config.digests[0].days == numbers


def test_operators_and_what_to_do_after_a_lost_answer_are_read() -> None:
    text = GOOD.replace("{type: slack}", "{type: slack, after_unknown: hold}")
    found = parse(f'{text}operators: ["email:ops@example.org", files]\n').config

    assert found.channels[3].after_unknown == "hold"
    assert found.operators == (
        Recipient(channel="email", address="ops@example.org"),
        Recipient(channel="files"),
    )


def test_a_bot_and_an_address_to_unsubscribe_are_read() -> None:
    text = GOOD.replace("{type: slack}", "{type: slack, channel: C0123ABCD, buttons: true}")
    text = text.replace("username:", 'unsubscribe: "mailto:desk@example.org"\n    username:')
    _, _, mail, slack = parse(text).config.channels

    assert isinstance(mail, EmailConfig)
    assert isinstance(slack, SlackConfig)
    assert mail.unsubscribe == "mailto:desk@example.org"
    assert (slack.channel, slack.buttons) == ("C0123ABCD", True)


ROUTED = GOOD.replace(
    "digests:",
    """\
teams:
  kim: "email:kim@example.org"
  asia: [kim, slack]
digests:
- name: mine
  to: [owners, files]
- name: chief
  to: [asia, "email:chief@example.org"]
  urgent: decisive
  quiet_hours: "22:00-07:00"
  breaks_quiet_hours: true
  only: flagged
  owners: Asia Desk
  tags: [Korea, gulf]""",
)


def test_teams_quiet_hours_and_choices_are_read() -> None:
    found = parse(ROUTED)
    kim = Recipient(channel="email", address="kim@example.org")
    asia = (kim, Recipient(channel="slack"))

    assert found.warnings == ()
    assert found.config.teams == (
        Team(name="kim", recipients=(kim,)),
        Team(name="asia", recipients=asia),
    )
    assert found.config.digests[:2] == (
        DigestConfig(name="mine", recipients=(Recipient(channel="files"),), to_owners=True),
        DigestConfig(
            name="chief",
            recipients=(*asia, Recipient(channel="email", address="chief@example.org")),
            urgent=Urgency.DECISIVE,
            quiet_hours=("22:00", "07:00"),
            breaks_quiet_hours=True,
            only_flagged=True,
            owners=("asia-desk",),
            tags=("korea", "gulf"),
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('  kim: "', '  slack: "', "11:3: “slack”, which is a channel; expected another name for the team"),
        ('  kim: "', '  owners: "', "11:3: “owners”, which is a word with a meaning of its own; expected another name for the team"),
        ("asia: [kim,", "asia: [kin,", "12:10: no channel is called “kin”; expected a channel or team of this file; did you mean “kim”?"),
        ('"22:00-07:00"', '"22-07"', '19:16: “22-07”; expected two times of day, as in "22:00-07:00"'),
        ('"22:00-07:00"', '"07:00-07:00"', '19:16: “07:00-07:00”; expected two times of day, as in "22:00-07:00"'),
        ('  quiet_hours: "22:00-07:00"\n', "", "19:23: “breaks_quiet_hours” alone; expected “quiet_hours: …” beside it"),
        ("only: flagged", "only: moved", "21:9: “moved”; expected “only”: flagged"),
    ],
)  # fmt: skip
def test_a_mistake_in_routing_is_told_at_its_place(old: str, new: str, message: str) -> None:
    assert ROUTED.count(old) == 1

    assert f"d.yaml:{message}" in refusals(ROUTED.replace(old, new))


def test_a_digest_in_its_own_quiet_hours_is_asked_about() -> None:
    text = ROUTED.replace('quiet_hours: "22:00-07:00"', 'at: "06:30"\n  quiet_hours: "22:00-07:00"')

    assert warnings(text) == [
        "d.yaml:19:7: “06:30”; expected a time outside of the quiet hours 22:00–07:00; "
        "the digest is sent then, whatever the quiet hours say"
    ]


def test_programs_and_feeds_may_be_told_too() -> None:
    channels = """\
  hook: {type: webhook, url: "https://desk.example.org/in", after_unknown: hold}
  feed: {type: atom, folder: public}
  chat: {type: apprise}
digests:"""
    found = parse(GOOD.replace("digests:", channels)).config.channels

    assert found[4:] == (
        WebhookConfig(
            name="hook",
            url="https://desk.example.org/in",
            after_unknown="hold",
        ),
        AtomConfig(name="feed", folder="public"),
        AppriseConfig(name="chat"),
    )


def test_an_unknown_operator_is_told_at_its_place() -> None:
    assert refusals(f"{GOOD}operators: fles\n") == [
        "d.yaml:21:12: no channel is called “fles”; expected a channel of this file; "
        "did you mean “files”?"
    ]


@pytest.mark.parametrize(("security", "port"), [("tls", 465), ("none", 25), ("starttls", 587)])
def test_the_port_follows_from_the_security(security: str, port: int) -> None:
    text = GOOD.replace("    username: signpost\n", f"    security: {security}\n")

    mail = parse(text).config.channels[2]
    assert isinstance(mail, EmailConfig)
    assert mail.on_port == port


KINDS = "terminal, files, email, slack, webhook, atom or apprise"
ADDRESS = "expected one e-mail address, without a name, like signpost@example.org"
BARE = "without quotes, which YAML may read as a number; expected a time of day in quotes"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('at: "08:00"', "at: 08:00", f'12:7: 08:00 {BARE}; write "08:00"'),
        ('at: "08:00"', "at: 12:30", f'12:7: 12:30 {BARE}; write "12:30"'),
        ('at: "08:00"', "at: 8:00", '12:7: “8:00”; expected a time of day like "08:00"; write "08:00"'),
        ('at: "08:00"', "at: 8", '12:7: “8”; expected a time of day like "08:00"; write "08:00"'),
        ('at: "08:00"', 'at: "8.30"', '12:7: “8.30”; expected a time of day like "08:00"; write "08:30"'),
        ('at: "08:00"', 'at: "24:00"', '12:7: “24:00”; expected a time of day like "08:00"'),
        ('at: "08:00"', "at: noon", '12:7: “noon”; expected a time of day like "08:00"'),
        ("Asia/Seoul", "Asia/Soul", "14:13: no time zone is called “Asia/Soul”; expected a time zone like Asia/Seoul; did you mean “Asia/Seoul”?"),
        ("Asia/Seoul", "Seoul", "14:13: no time zone is called “Seoul”; expected a time zone like Asia/Seoul; did you mean “Asia/Seoul”?"),
        ("Asia/Seoul", "../etc/passwd", "14:13: no time zone is called “../etc/passwd”; expected a time zone like Asia/Seoul"),
        ("urgent: false", "urgent: off", "15:11: “off”; expected “urgent” as true, false or decisive"),
        ("days: weekdays", "days: workdays", "13:9: “workdays”; expected days: daily, weekdays, mon, tue, wed, thu, fri, sat or sun; did you mean “weekdays”?"),
        ("days: weekdays", "days: [mon, x]", "13:15: “x”; expected a day: mon, tue, wed, thu, fri, sat or sun"),
        ("days: weekdays", "days: []", "13:9: an empty list; expected at least one day"),
        ("[terminal, files,", "[terminal, fles,", "16:18: no channel is called “fles”; expected a channel of this file; did you mean “files”?"),
        ("[terminal, files,", "[desk@example.org,", '16:8: no channel is called “desk@example.org”; expected a channel of this file; write "email:desk@example.org"'),
        ("[terminal, files,", "[terminal, terminal,", "16:18: “terminal” again; expected each recipient once"),
        ("[terminal, files,", '["email:Asia-Desk@Example.org",', "16:39: “email:asia-desk@example.org” again; expected each recipient once"),
        ("[terminal, files,", '["files:a",', "16:8: “files:a”; expected “files” alone: a channel of type files has just one recipient"),
        ("[terminal, files,", "[email,", '16:8: “email”; expected one e-mail address, as in "email:desk@example.org"'),
        ("asia-desk@", "asia desk@", '16:25: “email:asia desk@example.org”; expected one e-mail address, as in "email:desk@example.org"'),
        ("asia-desk@", "a@example.org,b@", '16:25: “email:a@example.org,b@example.org”; expected one e-mail address, as in "email:desk@example.org"'),
        ("to: files", "to: []", "20:7: an empty list; expected at least one channel"),
        ("  to: files\n", "", "18:3: a digest without “to”; expected “to: …”"),
        ("name: weekly", "name: desk", "18:9: “desk” is taken (line 11); expected a name of its own"),
        ("questions: [pact]", "questions: []", "17:14: an empty list; expected at least one question; without the key “questions” a digest tells about all"),
        ("{type: slack}", "{type: slak}", f"9:17: “slak”; expected a type of channel: {KINDS}; did you mean “slack”?"),
        ("{type: slack}", "slack", "9:10: “slack”; expected settings like “{type: terminal}”"),
        ("{type: slack}", "{}", f"9:10: a channel without “type”; expected “type: …”: {KINDS}"),
        ("{type: slack}", "{type: slack, webhook: x}", "9:24: “webhook” in a file; expected no secret here; set MONITOR_SLACK_WEBHOOK, or MONITOR_SLACK_WEBHOOK_FILE"),
        ("{type: slack}", "{type: slack, folder: x}", "9:24: “folder”; expected a setting of the type slack: type, channel, buttons, api or after_unknown"),
        ("{type: slack}", '{type: slack, channel: "#desk"}', "9:33: “#desk”; expected the id of a Slack channel, like C0123ABCD; Slack shows it at the end of “View channel details”"),
        ("{type: slack}", "{type: slack, buttons: true}", "9:33: “buttons” for an incoming webhook; expected “channel: …” beside it"),
        ("{type: slack}", "{type: slack, token: xoxb-1}", "9:24: “token” in a file; expected no secret here; set MONITOR_SLACK_TOKEN, or MONITOR_SLACK_TOKEN_FILE"),
        ("{type: slack}", "{type: slack, channel: C0123ABCD, api: ftp://x}", "9:49: “ftp://x”; expected an address that begins with https://"),
        ("username: signpost", "unsubscribe: desk", "7:18: “desk”; expected an address that begins with https:// or mailto:"),
        ("{type: slack}", "{type: slack, hosts: x}", "9:24: unknown key “hosts”; expected a key that is known here; did you mean “host”?"),
        ("    host: smtp.example.org\n", "", "5:5: a channel without “host”; expected “host: …”"),
        ("host: smtp.example.org", 'host: "smtp.example.org:25"', "6:11: “smtp.example.org:25”; expected the name of a mail server, like smtp.example.org; the port has a key of its own: “port”"),
        ("username: signpost", "password: hunter2", "7:5: “password” in a file; expected no secret here; set MONITOR_EMAIL_PASSWORD, or MONITOR_EMAIL_PASSWORD_FILE"),
        ("username: signpost", "port: 70000", "7:11: “70000”; expected “port” as a whole number from 1 to 65535"),
        ("username: signpost", "security: ssl", "7:15: “ssl”; expected “security”: starttls, tls or none"),
        ("sender: signpost@example.org", "sender: Desk <a@example.org>", f"8:13: “Desk <a@example.org>”; {ADDRESS}"),
        ("sender: signpost@example.org", 'sender: "a@example.org\\nBcc: b@example.org"', f"8:13: “a@example.org Bcc: b@example.org”; {ADDRESS}"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place(old: str, new: str, message: str) -> None:
    assert GOOD.count(old) == 1

    assert f"d.yaml:{message}" in refusals(GOOD.replace(old, new))


def test_a_wrong_channel_is_not_told_again_where_it_is_named() -> None:
    """Its own mistake is enough: digests that name it are not refused for that."""
    assert len(refusals(GOOD.replace("{type: slack}", "{type: slak}"))) == 1


def test_no_secret_is_repeated_in_a_message() -> None:
    text = GOOD.replace("username: signpost", "password: hunter2")

    assert "hunter2" not in "".join(refusals(text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("channels: {}\ndigests: []", "1:11: an empty mapping; expected at least one channel"),
        ("channels: {}\ndigests: []", "2:10: an empty list; expected at least one digest"),
        ("channels: {}", "1:1: the file without “digests”; expected “digests: …”"),
    ],
)
def test_a_file_that_tells_nobody(text: str, message: str) -> None:
    assert f"d.yaml:{message}" in refusals(text)


def test_the_hours_when_clocks_change_are_asked_about() -> None:
    assert warnings(GOOD.replace('"08:00"', '"02:30"')) == [
        "d.yaml:12:7: “02:30”; expected a time that comes once a day; "
        "in many zones clocks change between 01:00 and 03:00"
    ]
    assert warnings(GOOD.replace('"08:00"', '"02:30"').replace("Asia/Seoul", "UTC")) == []


def test_a_password_in_the_clear_is_asked_about() -> None:
    assert warnings(GOOD.replace("username:", "security: none\n    username:")) == [
        "d.yaml:7:15: “none”; expected “starttls” or “tls” where there is a user name; "
        "the password would travel in the clear"
    ]


def test_a_port_that_does_not_fit_is_asked_about() -> None:
    assert warnings(GOOD.replace("username:", "port: 465\n    username:")) == [
        "d.yaml:7:11: port 465 with “security: starttls”; expected “security: tls” for this port"
    ]


@pytest.mark.parametrize(
    "address", ["a@example.org", "asia-desk+x@mail.example.org", "o'neill@example.org"]
)
def test_addresses(address: str) -> None:
    assert is_address(address)


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@b", "@example.org", "a@", "a b@example.org", "a@exa mple.org", "a..b@example.org"],
)
def test_what_is_no_address(address: str) -> None:
    assert not is_address(address)


@settings(deadline=None)
@given(st.text(max_size=20), st.sampled_from(list('\r\n\0,;<>: \t"()')), st.text(max_size=20))
def test_no_address_can_break_a_header(before: str, sign: str, after: str) -> None:
    assert not is_address(f"{before}{sign}{after}@example.org")
    assert not is_address(f"a@example.org{sign}{after}")
