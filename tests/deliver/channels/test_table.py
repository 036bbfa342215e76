"""Each type of channel is built from its configuration, or says what to set."""

import dataclasses
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

import monitor
from monitor.config import delivery
from monitor.config.settings import SECRETS as ENDINGS
from monitor.deliver.channel import AnyChannelType, Around, Channel, secret_name
from monitor.deliver.channels.apprise.channel import AppriseConfig
from monitor.deliver.channels.email.channel import EmailChannel, EmailConfig
from monitor.deliver.channels.files.channel import FilesChannel, FilesConfig
from monitor.deliver.channels.slack.channel import SlackConfig
from monitor.deliver.channels.slack.webhook import SlackWebhookChannel
from monitor.deliver.channels.table import CHANNELS, TYPES, build, require_apart
from monitor.deliver.channels.terminal.channel import TerminalChannel, TerminalConfig
from monitor.deliver.channels.webhook.channel import WebhookConfig
from monitor.errors import SettingsError
from monitor.model.deliveries import (
    AddressForm,
    ChannelConfig,
    ChannelKey,
    Recipient,
    SecretWord,
)
from tests.deliver.sample_digest import outgoing

SECRETS = {
    "MONITOR_SLACK_WEBHOOK": "https://hooks.example.org/x",
    "MONITOR_SLACK_KEY": "a key of twenty-four bytes or more",
    "MONITOR_SLACK_TARGET": "json://example.org",
    "MONITOR_DESK_MAIL_PASSWORD": "secret",
}
MAIL = EmailConfig(
    name="desk-mail",
    host="mail.example.org",
    username="desk",
    sender="signpost@example.org",
)


def made(config: ChannelConfig, secrets: dict[str, str], folder: Path = Path()) -> Channel:
    return build(config, Around(secret=secrets.get, data_dir=folder, stream=io.StringIO()))


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        (TerminalConfig(name="screen"), TerminalChannel),
        (FilesConfig(name="archive", folder="out"), FilesChannel),
        (SlackConfig(name="slack"), SlackWebhookChannel),
        (MAIL, EmailChannel),
    ],
)
def test_each_type_has_its_channel(config: ChannelConfig, kind: type) -> None:
    channel = made(config, SECRETS)

    assert isinstance(channel, kind)
    assert channel.name == config.name


ROWS = pytest.mark.parametrize("row", CHANNELS, ids=lambda row: row.config.type)


@ROWS
def test_every_type_can_be_built(row: AnyChannelType) -> None:
    config = row.config(name="slack")
    assert made(config, SECRETS | {"MONITOR_SLACK_KEY": "k" * 24}).name == "slack"


@ROWS
def test_every_key_is_a_field_and_says_what_it_takes(row: AnyChannelType) -> None:
    fields = {field.name for field in dataclasses.fields(row.config)}
    for key in row.config.keys:
        assert key.name in fields
        kinds = (bool(key.what), bool(key.words), key.between is not None, key.truth)
        assert sum(kinds) == 1, key.name


@ROWS
def test_every_secret_is_taken_from_the_environment_and_refused_in_a_file(
    row: AnyChannelType,
) -> None:
    types = {each.config.type: each.config for each in CHANNELS}
    for word in row.config.secrets:
        assert f"_{word}" in ENDINGS
        text = f"channels:\n  mine: {{type: {row.config.type}, {word.lower()}: x}}\n"
        told = [str(problem) for problem in delivery.check(text, "d.yaml", types).problems]
        variable = f"MONITOR_MINE_{word}"
        expected = f"“{word.lower()}” in a file; expected no secret here; set {variable}"
        assert any(expected in each for each in told)


def test_each_type_has_a_name_of_its_own() -> None:
    names = [row.config.type for row in CHANNELS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("config", "path"),
    [(FilesConfig(name="a", folder="out"), "out"), (FilesConfig(name="a"), "digests")],
)
def test_files_go_below_the_data_folder(tmp_path: Path, config: FilesConfig, path: str) -> None:
    sent = made(config, {}, tmp_path).send(outgoing())

    assert Path(sent).parent == tmp_path / path


def test_a_slack_channel_without_a_webhook_names_the_variable() -> None:
    with pytest.raises(SettingsError) as caught:
        made(SlackConfig(name="slack"), {})

    assert str(caught.value) == (
        "channel “slack” lacks its webhook; set MONITOR_SLACK_WEBHOOK, "
        "or MONITOR_SLACK_WEBHOOK_FILE to a file that holds it"
    )


def test_an_email_channel_without_a_password_names_the_variable() -> None:
    with pytest.raises(SettingsError) as caught:
        made(MAIL, {})

    assert str(caught.value) == (
        "channel “desk-mail” lacks the password of “desk”; set MONITOR_DESK_MAIL_PASSWORD, "
        "or MONITOR_DESK_MAIL_PASSWORD_FILE to a file that holds it"
    )


def test_an_email_channel_without_a_login_asks_for_no_secret() -> None:
    asked: list[str] = []
    config = EmailConfig(name="mail", host="h", sender="a@b.org")

    build(config, Around(secret=asked.append, data_dir=Path(), stream=io.StringIO()))

    assert asked == []


def test_secrets_are_named_after_the_channel() -> None:
    names = [
        secret_name(config)
        for config in (
            SlackConfig(name="slack"),
            SlackConfig(name="desk.east"),
            EmailConfig(name="mail"),
            TerminalConfig(name="screen"),
        )
    ]

    assert names == [
        "MONITOR_SLACK_WEBHOOK",
        "MONITOR_DESK_EAST_WEBHOOK",
        "MONITOR_MAIL_PASSWORD",
        "",
    ]


@pytest.mark.parametrize("type_", [SlackConfig, WebhookConfig, AppriseConfig])
def test_a_new_channel_is_never_given_another_one_s_secret(type_: type[ChannelConfig]) -> None:
    """A Mattermost that a newcomer adds must not be sent Slack's webhook, nor anything else."""
    others = {
        "MONITOR_SLACK_WEBHOOK": "https://hooks.example.org/x",
        "MONITOR_SLACK_TOKEN": "xoxb-1",
        "MONITOR_WEBHOOK_KEY": "a key of twenty-four bytes or more",
        "MONITOR_APPRISE_TARGET": "json://example.org",
        "MONITOR_SMTP_PASSWORD": "secret",
    }
    config = type_(name="mattermost")
    with pytest.raises(SettingsError, match=f"set {secret_name(config)}, or"):
        made(config, others)


@pytest.mark.parametrize("name", ["mail", "desk-mail", "evil"])
def test_a_mail_channel_of_another_name_is_not_given_the_general_password(name: str) -> None:
    config = replace(MAIL, name=name, host="mail.evil.example")
    with pytest.raises(SettingsError, match=f"set {secret_name(config)}, or"):
        made(config, {"MONITOR_SMTP_PASSWORD": "secret", "MONITOR_EMAIL_PASSWORD": "secret"})


def test_the_documented_names_go_on_serving_the_channels_that_are_called_so() -> None:
    made(SlackConfig(name="slack"), SECRETS)
    made(replace(MAIL, name="email"), {"MONITOR_SMTP_PASSWORD": "secret"})
    made(replace(MAIL, name="email"), {"MONITOR_EMAIL_PASSWORD": "secret"})
    room = SlackConfig(name="slack", channel="C0123ABCD", buttons=True)
    assert secret_name(room) == "MONITOR_SLACK_TOKEN"
    assert secret_name(room, "SOCKET") == "MONITOR_SLACK_SOCKET"


def test_an_older_name_never_serves_two_channels() -> None:
    both = [replace(MAIL, name="email"), replace(MAIL, name="smtp")]
    secrets = {"MONITOR_SMTP_PASSWORD": "secret"}
    with pytest.raises(SettingsError) as caught:
        require_apart(both, secrets.get)
    assert str(caught.value) == (
        "MONITOR_SMTP_PASSWORD is the secret of the channel “smtp”; set MONITOR_EMAIL_PASSWORD "
        "for the channel “email”"
    )
    require_apart(both, {**secrets, "MONITOR_EMAIL_PASSWORD": "own"}.get)
    require_apart(both[:1], secrets.get)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PagerConfig(ChannelConfig):
    """A channel that nothing of the program has heard of."""

    type: ClassVar[str] = "pager"
    keys: ClassVar[tuple[ChannelKey, ...]] = (
        ChannelKey(name="gateway", what="the name of a gateway", required=True),
        ChannelKey(name="tries", between=(1, 3)),
    )
    secrets: ClassVar[tuple[SecretWord, ...]] = ("TOKEN",)
    addresses: ClassVar[AddressForm | None] = AddressForm(
        what="one number", example="+15550100", fits=lambda text: text.startswith("+")
    )

    gateway: str = ""
    tries: int = 1


PAGED = """\
channels:
  pager: {type: pager, gateway: pager.example.org, tries: 2}
digests:
- {name: desk, to: "pager:+15550123"}
"""


def test_a_new_channel_needs_no_line_in_the_reader_of_the_file() -> None:
    types = {**TYPES, "pager": PagerConfig}
    found = delivery.parse(PAGED, "d.yaml", types).config

    assert found.channels == (PagerConfig(name="pager", gateway="pager.example.org", tries=2),)
    assert found.digests[0].recipients == (Recipient(channel="pager", address="+15550123"),)
    assert secret_name(found.channels[0]) == "MONITOR_PAGER_TOKEN"
    wrong = PAGED.replace("tries: 2", "tries: 9, token: x").replace("+1555", "1555")
    assert [str(problem) for problem in delivery.check(wrong, "d.yaml", types).problems] == [
        "d.yaml:2:59: “9”; expected “tries” as a whole number from 1 to 3",
        "d.yaml:2:62: “token” in a file; expected no secret here; set MONITOR_PAGER_TOKEN, "
        "or MONITOR_PAGER_TOKEN_FILE",
        'd.yaml:4:20: “pager:15550123”; expected one number, as in "pager:+15550100"',
    ]


def test_nothing_else_names_a_channel() -> None:
    """The list of files in CONTRIBUTING.md is whole: who else imports from a channel's folder?"""
    package = Path(monitor.__file__).parent
    named = re.compile(r"monitor\.deliver\.channels\.(?!table\b)\w+")
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if named.search(path.read_text("utf-8"))
    }
    channels = {path for path in found if path.startswith("deliver/channels/")}
    assert found - channels == {
        "deliver/render.py",  # the two forms that every message has: a mail's and Slack's
        "deliver/theme.py",  # an operator's templates are those of mail
        "web/extras/slack_buttons.py",  # an add-on of Slack alone
    }
