"""Each type of channel is built from its configuration, or says what to set."""

import io
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.deliver.build import build, require_apart, secret_name
from monitor.deliver.channel import Channel
from monitor.deliver.console import TerminalChannel
from monitor.deliver.email import EmailChannel
from monitor.deliver.files import FilesChannel
from monitor.deliver.slack import SlackWebhookChannel
from monitor.errors import SettingsError
from monitor.model.deliveries import ChannelConfig, ChannelType
from tests.deliver.sample_digest import outgoing

SECRETS = {
    "MONITOR_SLACK_WEBHOOK": "https://hooks.example.org/x",
    "MONITOR_SLACK_KEY": "a key of twenty-four bytes or more",
    "MONITOR_SLACK_TARGET": "json://example.org",
    "MONITOR_DESK_MAIL_PASSWORD": "secret",
}
MAIL = ChannelConfig(
    name="desk-mail",
    type=ChannelType.EMAIL,
    host="mail.example.org",
    username="desk",
    sender="signpost@example.org",
)


def made(config: ChannelConfig, secrets: dict[str, str], folder: Path = Path()) -> Channel:
    return build(config, secret=secrets.get, data_dir=folder, stream=io.StringIO())


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        (ChannelConfig(name="screen", type=ChannelType.TERMINAL), TerminalChannel),
        (ChannelConfig(name="archive", type=ChannelType.FILES, folder="out"), FilesChannel),
        (ChannelConfig(name="slack", type=ChannelType.SLACK), SlackWebhookChannel),
        (MAIL, EmailChannel),
    ],
)
def test_each_type_has_its_channel(config: ChannelConfig, kind: type) -> None:
    channel = made(config, SECRETS)

    assert isinstance(channel, kind)
    assert channel.name == config.name


def test_every_type_can_be_built() -> None:
    for kind in ChannelType:
        config = ChannelConfig(name="slack", type=kind, host="h", sender="a@b.org")
        assert made(config, SECRETS).name == "slack"


@pytest.mark.parametrize(("folder", "path"), [("out", "out"), ("", "digests")])
def test_files_go_below_the_data_folder(tmp_path: Path, folder: str, path: str) -> None:
    config = ChannelConfig(name="archive", type=ChannelType.FILES, folder=folder)

    sent = made(config, {}, tmp_path).send(outgoing())

    assert Path(sent).parent == tmp_path / path


def test_a_slack_channel_without_a_webhook_names_the_variable() -> None:
    with pytest.raises(SettingsError) as caught:
        made(ChannelConfig(name="slack", type=ChannelType.SLACK), {})

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


def test_an_email_channel_without_a_host_says_where_to_set_it() -> None:
    config = ChannelConfig(name="mail", type=ChannelType.EMAIL, sender="a@b.org")
    with pytest.raises(SettingsError) as caught:
        made(config, {})

    assert str(caught.value) == "channel “mail” has no mail server; set host: in delivery.yaml"


def test_an_email_channel_without_a_login_asks_for_no_secret() -> None:
    asked: list[str] = []
    config = ChannelConfig(name="mail", type=ChannelType.EMAIL, host="h", sender="a@b.org")

    build(config, secret=asked.append, data_dir=Path(), stream=io.StringIO())

    assert asked == []


def test_secrets_are_named_after_the_channel() -> None:
    names = [
        secret_name(ChannelConfig(name=name, type=kind))
        for name, kind in (
            ("slack", ChannelType.SLACK),
            ("desk.east", ChannelType.SLACK),
            ("mail", ChannelType.EMAIL),
            ("screen", ChannelType.TERMINAL),
        )
    ]

    assert names == [
        "MONITOR_SLACK_WEBHOOK",
        "MONITOR_DESK_EAST_WEBHOOK",
        "MONITOR_MAIL_PASSWORD",
        "",
    ]


@pytest.mark.parametrize("kind", [ChannelType.SLACK, ChannelType.WEBHOOK, ChannelType.APPRISE])
def test_a_new_channel_is_never_given_another_one_s_secret(kind: ChannelType) -> None:
    """A Mattermost that a newcomer adds must not be sent Slack's webhook, nor anything else."""
    others = {
        "MONITOR_SLACK_WEBHOOK": "https://hooks.example.org/x",
        "MONITOR_SLACK_TOKEN": "xoxb-1",
        "MONITOR_WEBHOOK_KEY": "a key of twenty-four bytes or more",
        "MONITOR_APPRISE_TARGET": "json://example.org",
        "MONITOR_SMTP_PASSWORD": "secret",
    }
    config = ChannelConfig(name="mattermost", type=kind)
    with pytest.raises(SettingsError, match=f"set {secret_name(config)}, or"):
        made(config, others)


@pytest.mark.parametrize("name", ["mail", "desk-mail", "evil"])
def test_a_mail_channel_of_another_name_is_not_given_the_general_password(name: str) -> None:
    config = replace(MAIL, name=name, host="mail.evil.example")
    with pytest.raises(SettingsError, match=f"set {secret_name(config)}, or"):
        made(config, {"MONITOR_SMTP_PASSWORD": "secret", "MONITOR_EMAIL_PASSWORD": "secret"})


def test_the_documented_names_go_on_serving_the_channels_that_are_called_so() -> None:
    made(ChannelConfig(name="slack", type=ChannelType.SLACK), SECRETS)
    made(replace(MAIL, name="email"), {"MONITOR_SMTP_PASSWORD": "secret"})
    made(replace(MAIL, name="email"), {"MONITOR_EMAIL_PASSWORD": "secret"})
    room = ChannelConfig(name="slack", type=ChannelType.SLACK, room="C0123ABCD", buttons=True)
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
