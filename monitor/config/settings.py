"""Reads the environment: where things are, how to log, and secrets. Nothing else may read it.

Secrets come from `MONITOR_…` variables or from files named by `MONITOR_…_FILE`; they are never part
of what is printed, logged or compared.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import unquote, urlsplit

from monitor.config.extras import collector
from monitor.config.extras import identity as config_identity
from monitor.config.suggest import did_you_mean, either
from monitor.errors import SettingsError

IPNetwork: TypeAlias = IPv4Network | IPv6Network

PREFIX: Final = "MONITOR_"
KNOWN: Final = (
    "CONFIG_DIR",
    "DATA_DIR",
    "DATABASE_URL",
    "DATABASE_URL_FILE",
    "LOG_FORMAT",
    "LOG_LEVEL",
    "CONTACT",
    "HEALTH_HOST",
    "HEALTH_PORT",
    "BASE_URL",
    "AUTO_MIGRATE",
    "KEEP_DAYS",
    "WEB_ACCESS",
    "WEB_PROXY_FROM",
    "WEB_PROXY_HEADER",
    *config_identity.NAMES,
)
SECRETS: Final = {
    "_PASSWORD": "SMTP_PASSWORD",
    "_WEBHOOK": "SLACK_WEBHOOK",
    "_TOKEN": "SLACK_TOKEN",
    "_SOCKET": "SLACK_SOCKET",
    "_KEY": "WEBHOOK_KEY",
    "_TARGET": "APPRISE_TARGET",
    "_SECRET": "OIDC_SECRET",
}
"""How the name of a secret ends, and the best known name that does: for who mistypes it.

None serves a channel of another name: a new channel, to wherever it goes, would be sent what
another one's secret protects.
"""
LOG_FORMATS: Final = ("auto", "console", "json")
LOG_LEVELS: Final = ("debug", "info", "warning", "error", "critical")
ACCESS: Final = ("auto", "off", "loopback", "users", "proxy", "oidc")
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
HIGHEST_PORT: Final = 65_535
FOR_EVER: Final = "forever"
FEWEST_DAYS: Final = 30
"""Citations are looked for, and feeds list their entries, for weeks."""
MOST_DAYS: Final = 36_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says. `repr` shows no secret."""

    config_dir: Path
    data_dir: Path
    database_url: str = field(repr=False)  # may hold a password
    log_format: str = "auto"
    log_level: str = "info"
    contact: str = ""  # e-mail or address sent in the User-Agent
    health_host: str = "127.0.0.1"
    health_port: int = 8080
    base_url: str = ""
    auto_migrate: bool = True
    keep_days: int | None = None  # for entries that no question cared for; None: for ever
    web_access: str = "loopback"  # who may see the page: a word of ACCESS
    web_proxy_from: tuple[IPNetwork, ...] = ()  # proxies: their word on who and whence is taken
    web_proxy_header: str = "X-Forwarded-User"
    oidc: config_identity.Provider | None = None
    traces: bool = False  # whether an OpenTelemetry collector is told of each step
    warnings: tuple[str, ...] = ()
    _secrets: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    _others: frozenset[str] = field(default=frozenset(), repr=False, compare=False)

    def secret(self, name: str) -> str | None:
        """The secret by its full name, e.g. “MONITOR_DESK_PASSWORD”; None if that is not set."""
        return self._secrets.get(name)

    def secrets(self) -> tuple[str, ...]:
        """Every secret value, also passwords of database and collector, for masking in logs."""
        return (*self._secrets.values(), *_passwords(self.database_url), *self._others)


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Raises SettingsError naming the variable, what was found and what was expected."""
    env = os.environ if environ is None else environ
    given = {
        name.removeprefix(PREFIX): value for name, value in env.items() if name.startswith(PREFIX)
    }
    own = {name: value.strip() for name, value in given.items()}
    data_dir = Path(own.get("DATA_DIR") or "data")
    host = own.get("HEALTH_HOST") or "127.0.0.1"
    return Settings(
        config_dir=Path(own.get("CONFIG_DIR") or _example_config()),
        data_dir=data_dir,
        database_url=_database(own) or f"sqlite:///{data_dir / 'monitor.db'}",
        log_format=_word(own, "LOG_FORMAT", LOG_FORMATS, "auto"),
        log_level=_word(own, "LOG_LEVEL", LOG_LEVELS, "info"),
        contact=_line(own, "CONTACT"),
        health_host=host,
        health_port=_port(own, "HEALTH_PORT", 8080),
        base_url=_address(own, "BASE_URL"),
        auto_migrate=_word(own, "AUTO_MIGRATE", ("true", "false"), "true") == "true",
        keep_days=_days(own, "KEEP_DAYS"),
        web_access=_access(own, host),
        oidc=config_identity.provider(own),
        web_proxy_from=_proxies(own),
        web_proxy_header=_line(own, "WEB_PROXY_HEADER") or "X-Forwarded-User",
        traces=collector.wanted(env),
        warnings=_unknown(own),
        _secrets=_secrets(given),
        _others=frozenset(collector.secrets(env)),
    )


def _example_config() -> Path:
    """./config where it is, else the example configuration shipped with the package."""
    here = Path("config")
    if here.is_dir():
        return here
    shipped = Path(str(resources.files("monitor") / "_config"))
    return shipped if shipped.is_dir() else here


def _database(own: Mapping[str, str]) -> str:
    """As written, or in a file, since it may hold a password."""
    written, path = own.get("DATABASE_URL"), own.get("DATABASE_URL_FILE")
    if written and path:
        raise SettingsError(
            f"{PREFIX}DATABASE_URL and {PREFIX}DATABASE_URL_FILE are both set; expected one of them"
        )
    return _from_file("DATABASE_URL_FILE", path).strip() if path else written or ""


def _word(own: Mapping[str, str], name: str, options: tuple[str, ...], default: str) -> str:
    word = (own.get(name) or default).lower()
    if word not in options:
        raise _wrong(name, word, either(options), did_you_mean(word, options))
    return word


def _port(own: Mapping[str, str], name: str, default: int) -> int:
    text = own.get(name) or str(default)
    if not (text.isascii() and text.isdecimal() and int(text) <= HIGHEST_PORT):
        raise _wrong(name, text, f"a port number up to {HIGHEST_PORT}, or 0 for any")
    return int(text)


def _days(own: Mapping[str, str], name: str) -> int | None:
    text = (own.get(name) or FOR_EVER).lower()
    if text == FOR_EVER:
        return None
    if not (text.isascii() and text.isdecimal() and FEWEST_DAYS <= int(text) <= MOST_DAYS):
        expected = f"“{FOR_EVER}”, or a number of days from {FEWEST_DAYS} to {MOST_DAYS:,}"
        raise _wrong(name, text, expected)
    return int(text)


def _access(own: Mapping[str, str], host: str) -> str:
    """The page is open to whoever sits at this machine, and closed where others could come in."""
    word = _word(own, "WEB_ACCESS", ACCESS, "auto")
    if word == "auto":
        return "loopback" if host in LOOPBACK else "off"
    if word == "oidc" and not (own.get("OIDC_ISSUER") and own.get("BASE_URL")):
        raise SettingsError(
            f"{PREFIX}WEB_ACCESS is “oidc”; expected {PREFIX}OIDC_ISSUER, and {PREFIX}BASE_URL for "
            "the provider to send people back to"
        )
    if word == "loopback" and host not in LOOPBACK:
        raise SettingsError(
            f"{PREFIX}WEB_ACCESS is “loopback”, but {PREFIX}HEALTH_HOST is “{host}”: anyone who "
            "reaches that address could answer flags; expected “users” or “proxy”"
        )
    return word


def _line(own: Mapping[str, str], name: str) -> str:
    """Printable ASCII on one line: it goes into a header."""
    text = own.get(name, "")
    if not (text.isascii() and text.isprintable()):
        raise _wrong(name, ascii(text)[1:-1], "an e-mail address or a link, in plain letters")
    return text


def _address(own: Mapping[str, str], name: str) -> str:
    text = own.get(name, "").rstrip("/")
    if text and not text.startswith(("http://", "https://")):
        raise _wrong(name, text, "an address that begins with https:// or http://")
    return text


def _proxies(own: Mapping[str, str]) -> tuple[IPNetwork, ...]:
    """Where nobody said that there is a proxy, only “proxy” has one: on this machine."""
    by_default = "127.0.0.1 ::1" if own.get("WEB_ACCESS", "").lower() == "proxy" else ""
    found = []
    for word in own.get("WEB_PROXY_FROM", by_default).replace(",", " ").split():
        try:
            found.append(ip_network(word))
        except ValueError as exc:
            expected = "addresses such as 127.0.0.1, or networks such as 172.18.0.0/16"
            raise _wrong("WEB_PROXY_FROM", word, expected) from exc
    return tuple(found)


def _secrets(given: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in given.items():
        plain = name.removesuffix("_FILE")
        if not plain.endswith(tuple(SECRETS)) or not value.strip():
            continue
        if name != plain and given.get(plain, "").strip():
            raise SettingsError(
                f"{PREFIX}{plain} and {PREFIX}{name} are both set; expected one of them"
            )
        found[f"{PREFIX}{plain}"] = value if name == plain else _from_file(name, value.strip())
    return found


def _from_file(name: str, path: str) -> str:
    try:
        secret = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError) as exc:
        why = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8 text"
        raise SettingsError(f"{PREFIX}{name} names {path}, which cannot be read: {why}") from exc
    if not secret:
        raise SettingsError(f"{PREFIX}{name} names {path}, which is empty")
    return secret


def _passwords(url: str) -> set[str]:
    """The password in an address, as written and as meant."""
    try:
        written = urlsplit(url).password or ""
    except ValueError:
        return set()
    return {written, unquote(written)} - {""}


def _unknown(own: Mapping[str, str]) -> tuple[str, ...]:
    known = (*KNOWN, *SECRETS.values(), *(f"{name}_FILE" for name in SECRETS.values()))
    strange = (
        name
        for name in sorted(own)
        if name not in known and not name.removesuffix("_FILE").endswith(tuple(SECRETS))
    )
    return tuple(
        f"{PREFIX}{name} is not a setting"
        + (f"; {advice.replace('“', f'“{PREFIX}')}" if advice else "")
        for name in strange
        for advice in [did_you_mean(name, known)]
    )


def _wrong(name: str, found: str, expected: str, advice: str = "") -> SettingsError:
    tail = f"; {advice}" if advice else ""
    return SettingsError(f"{PREFIX}{name} is “{found}”; expected {expected}{tail}")
