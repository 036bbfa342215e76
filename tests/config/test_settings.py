"""Settings: what the environment says, and secrets that stay secret."""

from pathlib import Path

import pytest

from monitor.config import settings
from monitor.errors import SettingsError


def refusal(environ: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        settings.load(environ)
    return str(caught.value)


def test_defaults() -> None:
    found = settings.load({"PATH": "/bin"})

    assert found.data_dir == Path("data")
    assert found.database_url == f"sqlite:///{Path('data') / 'monitor.db'}"
    assert (found.log_format, found.log_level) == ("auto", "info")
    assert (found.health_host, found.health_port) == ("127.0.0.1", 8080)
    assert (found.contact, found.base_url, found.auto_migrate) == ("", "", True)
    assert found.warnings == ()
    assert found.secrets() == ()


def test_every_setting_is_read() -> None:
    found = settings.load(
        {
            "MONITOR_CONFIG_DIR": "/etc/signpost",
            "MONITOR_DATA_DIR": "/var/lib/signpost",
            "MONITOR_DATABASE_URL": "postgresql://db/monitor",
            "MONITOR_LOG_FORMAT": "JSON",
            "MONITOR_LOG_LEVEL": "debug",
            "MONITOR_CONTACT": " desk@example.org ",
            "MONITOR_HEALTH_HOST": "0.0.0.0",
            "MONITOR_HEALTH_PORT": "0",
            "MONITOR_BASE_URL": "https://monitor.example.org/",
            "MONITOR_AUTO_MIGRATE": "false",
            "MONITOR_KEEP_DAYS": "365",
        }
    )

    assert found.config_dir == Path("/etc/signpost")
    assert found.data_dir == Path("/var/lib/signpost")
    assert found.database_url == "postgresql://db/monitor"
    assert (found.log_format, found.log_level) == ("json", "debug")
    assert found.contact == "desk@example.org"
    assert (found.health_host, found.health_port) == ("0.0.0.0", 0)
    assert (found.base_url, found.auto_migrate) == ("https://monitor.example.org", False)
    assert found.keep_days == 365
    assert found.warnings == ()


def test_the_database_lies_in_the_data_folder() -> None:
    found = settings.load({"MONITOR_DATA_DIR": "/srv/data"})

    assert found.database_url == "sqlite:////srv/data/monitor.db"


def test_an_empty_variable_is_not_set() -> None:
    names = ("DATA_DIR", "LOG_FORMAT", "HEALTH_PORT", "SMTP_PASSWORD", "SMTP_PASSWORD_FILE")

    assert settings.load({f"MONITOR_{name}": "" for name in names}) == settings.load({})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("LOG_FORMAT", "jsn", "“jsn”; expected auto, console or json; did you mean “json”?"),
        ("LOG_LEVEL", "loud", "“loud”; expected debug, info, warning, error or critical"),
        ("HEALTH_PORT", "http", "“http”; expected a port number up to 65535, or 0 for any"),
        ("HEALTH_PORT", "65536", "“65536”; expected a port number up to 65535, or 0 for any"),
        ("HEALTH_PORT", "-1", "“-1”; expected a port number up to 65535, or 0 for any"),
        ("KEEP_DAYS", "29", "“29”; expected “forever”, or a number of days from 30 to 36,500"),
        ("AUTO_MIGRATE", "maybe", "“maybe”; expected true or false"),
        (
            "BASE_URL",
            "monitor.example.org",
            "“monitor.example.org”; expected an address that begins with https:// or http://",
        ),
        (
            "CONTACT",
            "a@example.org\nX: y",
            "“a@example.org\\nX: y”; expected an e-mail address or a link, in plain letters",
        ),
    ],
)
def test_a_wrong_value_names_its_variable(name: str, value: str, message: str) -> None:
    assert refusal({f"MONITOR_{name}": value}) == f"MONITOR_{name} is {message}"


def test_unknown_variables_are_warned_of() -> None:
    found = settings.load({"MONITOR_LOG_LEVELL": "info", "MONITOR_COLOUR": "red", "OTHER": "x"})

    assert found.warnings == (
        "MONITOR_COLOUR is not a setting",
        "MONITOR_LOG_LEVELL is not a setting; did you mean “MONITOR_LOG_LEVEL”?",
    )


def test_a_mistyped_secret_is_warned_of_without_its_value() -> None:
    (warning,) = settings.load({"MONITOR_SMTP_PASSWRD": "hunter2"}).warnings

    assert warning == (
        "MONITOR_SMTP_PASSWRD is not a setting; did you mean “MONITOR_SMTP_PASSWORD”?"
    )


# secrets

PASSWORD = "MONITOR_SMTP_PASSWORD"


def test_a_secret_is_the_variable_to_the_letter() -> None:
    """Spaces at its ends may belong to a password."""
    assert settings.load({PASSWORD: " pass word "}).secret(PASSWORD) == " pass word "


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text(" pass word \r\n")

    assert settings.load({f"{PASSWORD}_FILE": str(path)}).secret(PASSWORD) == " pass word "


def test_a_secret_that_is_not_set_is_none() -> None:
    assert settings.load({}).secret(PASSWORD) is None


def test_a_secret_is_found_by_its_own_name_alone() -> None:
    hook = "https://hooks.example/general"
    found = settings.load(
        {PASSWORD: "other", "MONITOR_DESK_PASSWORD": "own", "MONITOR_SLACK_WEBHOOK": hook}
    )

    assert found.secret("MONITOR_DESK_PASSWORD") == "own"
    assert found.secret("MONITOR_SLACK_WEBHOOK") == hook
    assert found.secret("MONITOR_EMAIL_PASSWORD") is None
    assert found.secret("MONITOR_ASIA_WEBHOOK") is None


def test_a_secret_file_that_is_not_there_names_variable_and_path(tmp_path: Path) -> None:
    path = tmp_path / "none"
    message = f"{PASSWORD}_FILE names {path}, which cannot be read: No such file or directory"

    assert refusal({f"{PASSWORD}_FILE": str(path)}) == message


@pytest.mark.parametrize(
    ("raw", "why"),
    [(b"\xff\xfe", "which cannot be read: it is not UTF-8 text"), (b"\n", "which is empty")],
)
def test_a_secret_file_without_a_secret_is_refused(tmp_path: Path, raw: bytes, why: str) -> None:
    path = tmp_path / "secret"
    path.write_bytes(raw)

    assert refusal({f"{PASSWORD}_FILE": str(path)}) == f"{PASSWORD}_FILE names {path}, {why}"


def test_a_secret_is_given_once(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("b")

    message = f"{PASSWORD} and {PASSWORD}_FILE are both set; expected one of them"
    assert refusal({PASSWORD: "a", f"{PASSWORD}_FILE": str(path)}) == message


def test_nothing_printed_holds_a_secret() -> None:
    found = settings.load(
        {
            PASSWORD: "hunter2",
            "MONITOR_SLACK_WEBHOOK": "https://hooks.example/hunter3",
            "MONITOR_DATABASE_URL": "postgresql://monitor:hunt%40r4@db/monitor",
        }
    )

    assert not any(part in f"{found!r} {found}" for part in ("hunter", "hunt%40r4", "hunt@r4"))
    assert set(found.secrets()) == {
        "hunter2",
        "https://hooks.example/hunter3",
        "hunt%40r4",
        "hunt@r4",
    }


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        settings.load({}).health_port = 1  # type: ignore[misc]


def test_the_database_may_be_named_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "url"
    path.write_text("postgresql://monitor:hunt%40r4@db/monitor\n", encoding="utf-8")
    env = {"MONITOR_DATABASE_URL_FILE": str(path)}

    found = settings.load(env)

    assert found.database_url == "postgresql://monitor:hunt%40r4@db/monitor"
    assert "hunt@r4" in found.secrets()
    assert found.warnings == ()
    with pytest.raises(SettingsError, match="are both set; expected one of them"):
        settings.load(env | {"MONITOR_DATABASE_URL": "sqlite://"})


@pytest.mark.parametrize("word", ["proxy.example.org", "10.0.0.1/8", "300.1.1.1"])
def test_a_proxy_is_an_address_or_a_network(word: str) -> None:
    said = refusal({"MONITOR_WEB_PROXY_FROM": f"127.0.0.1 {word}"})

    assert said.startswith(f"MONITOR_WEB_PROXY_FROM is “{word}”; expected addresses such as")


def test_only_access_by_a_proxy_has_a_proxy_that_nobody_named() -> None:
    assert settings.load({"MONITOR_WEB_ACCESS": "users"}).web_proxy_from == ()
    named = settings.load({"MONITOR_WEB_ACCESS": "proxy"}).web_proxy_from
    assert [str(network) for network in named] == ["127.0.0.1/32", "::1/128"]
