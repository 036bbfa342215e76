"""Reads the channels of delivery.yaml; must never accept an address that could break a header."""

import re
from collections.abc import Mapping
from typing import Final

from monitor.config.document import Node
from monitor.config.reader import Fields, Reader
from monitor.config.suggest import either
from monitor.model.deliveries import ChannelConfig, ChannelType

KEYS: Final[Mapping[ChannelType, tuple[str, ...]]] = {
    ChannelType.TERMINAL: ("type",),
    ChannelType.FILES: ("type", "folder"),
    ChannelType.EMAIL: (
        "type",
        "host",
        "port",
        "security",
        "username",
        "sender",
        "unsubscribe",
        "after_unknown",
    ),
    ChannelType.SLACK: ("type", "channel", "buttons", "api", "after_unknown"),
    ChannelType.WEBHOOK: ("type", "url", "after_unknown"),
    ChannelType.ATOM: ("type", "folder"),
    ChannelType.APPRISE: ("type", "after_unknown"),
}
REQUIRED: Final = {ChannelType.EMAIL: ("host", "sender"), ChannelType.WEBHOOK: ("url",)}
SECRETS: Final = {
    "password": "set MONITOR_{}_PASSWORD, or MONITOR_{}_PASSWORD_FILE",
    "webhook": "set MONITOR_{}_WEBHOOK, or MONITOR_{}_WEBHOOK_FILE",
    "key": "set MONITOR_{}_KEY, or MONITOR_{}_KEY_FILE",
    "target": "set MONITOR_{}_TARGET, or MONITOR_{}_TARGET_FILE",
    "token": "set MONITOR_{}_TOKEN, or MONITOR_{}_TOKEN_FILE",
}
AFTER_UNKNOWN: Final = ("resend", "hold")
PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}

ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+")
"""The addresses that HTML's e-mail field takes, with at least one dot after the @."""
_ROOM: Final = re.compile(r"[CGD][A-Z0-9]{5,20}")
_LINK: Final = re.compile(r"(?:https?://|mailto:)[!-;=?-~]+")  # one word without < and >
_HOST: Final = re.compile(r"[A-Za-z0-9._-]+|\[?[0-9A-Fa-f:]+\]?")


def read(reader: Reader, node: Node | None) -> dict[str, ChannelConfig | None]:
    """The channels by name; None for one that is there but wrong."""
    found: dict[str, ChannelConfig | None] = {}
    taken: dict[str, int] = {}
    pairs = reader.pairs(node, "channel names to settings")
    for key, value in pairs:
        name = reader.id(key, taken)
        found[name] = _channel(reader, name, value)
    if node is not None and node.kind == "map" and not pairs:
        reader.note(node, "an empty mapping", "at least one channel")
    return found


def is_address(text: str) -> bool:
    """Whether a text is one plain e-mail address."""
    return ADDRESS.fullmatch(text) is not None and ".." not in text


def _channel(reader: Reader, name: str, node: Node) -> ChannelConfig | None:
    kind = _type(reader, node)
    if kind is None:
        return None
    fields = _fields(reader, name, node, kind)
    security = reader.choice(fields.get("security"), "“security”", tuple(PORTS)) or "starttls"
    port = reader.number(fields.get("port"), "“port”", least=1, most=65_535) or PORTS[security]
    username = reader.text(fields.get("username"), "a user name")
    _warn_of_pairing(reader, fields, security, port, username)
    return ChannelConfig(
        name=name,
        type=kind,
        folder=reader.text(fields.get("folder"), "a folder"),
        host=_host(reader, fields.get("host")),
        port=port,
        security=security,
        username=username,
        sender=_sender(reader, fields.get("sender")),
        unsubscribe=_link(reader, fields.get("unsubscribe"), ("https://", "mailto:")),
        url=_link(reader, fields.get("url"), ("https://", "http://")),
        room=_room(reader, fields),
        api=_link(reader, fields.get("api"), ("https://",)),
        buttons=reader.truth(fields.get("buttons"), "“buttons”", default=False),
        after_unknown=reader.choice(fields.get("after_unknown"), "“after_unknown”", AFTER_UNKNOWN)
        or AFTER_UNKNOWN[0],
    )


def _type(reader: Reader, node: Node) -> ChannelType | None:
    if node.kind != "map":
        expected = f"settings like “{{type: {ChannelType.TERMINAL}}}”"
        reader.note(node, node.describe(), expected)
        return None
    given = next((value for key, value in node.pairs if key.text == "type"), None)
    if given is None:
        reader.note(node, "a channel without “type”", f"“type: …”: {either(tuple(ChannelType))}")
        return None
    word = reader.choice(given, "a type of channel", tuple(ChannelType))
    return ChannelType(word) if word else None


def _fields(reader: Reader, name: str, node: Node, kind: ChannelType) -> Fields:
    """The channel's settings. One that belongs to another type, or is secret, is told as such."""
    every = tuple(dict.fromkeys(word for words in KEYS.values() for word in words))
    plain = tuple(pair for pair in node.pairs if pair[0].text not in SECRETS)
    for key, _ in node.pairs:
        if key.text in SECRETS:
            stem = re.sub("[^A-Z0-9]+", "_", name.upper())
            advice = SECRETS[key.text].format(stem, stem)
            reader.note(key, f"“{key.text}” in a file", "no secret here", advice)
        elif key.text in every and key.text not in KEYS[kind]:
            expected = f"a setting of the type {kind}: {either(KEYS[kind])}"
            reader.note(key, f"“{key.text}”", expected)
    shown = Node(kind="map", line=node.line, column=node.column, pairs=plain)
    return reader.fields(shown, "a channel", every, REQUIRED.get(kind, ()))


def _warn_of_pairing(
    reader: Reader, fields: Fields, security: str, port: int, username: str
) -> None:
    if "security" in fields and security == "none" and username:
        expected = "“starttls” or “tls” where there is a user name"
        advice = "the password would travel in the clear"
        reader.warn(fields.values["security"], "“none”", expected, advice)
    other = {587: "starttls", 465: "tls"}.get(port, security)
    if "port" in fields and security not in {"none", other}:
        found = f"port {port} with “security: {security}”"
        reader.warn(fields.values["port"], found, f"“security: {other}” for this port")


def _room(reader: Reader, fields: Fields) -> str:
    node = fields.get("channel")
    text = reader.text(node, "the id of a Slack channel")
    if node is not None and text and not _ROOM.fullmatch(text):
        expected = "the id of a Slack channel, like C0123ABCD"
        advice = "Slack shows it at the end of “View channel details”"
        reader.note(node, f"“{text}”", expected, advice)
    for key in ("buttons", "api"):
        if key in fields and node is None:
            expected = "“channel: …” beside it"
            reader.note(fields.values[key], f"“{key}” for an incoming webhook", expected)
    return text


def _link(reader: Reader, node: Node | None, schemes: tuple[str, ...]) -> str:
    text = reader.text(node, "an address")
    if node is not None and text and not (_LINK.fullmatch(text) and text.startswith(schemes)):
        reader.note(node, f"“{text}”", f"an address that begins with {either(schemes)}")
    return text


def _host(reader: Reader, node: Node | None) -> str:
    text = reader.text(node, "the name of a mail server")
    if node is not None and text and not _HOST.fullmatch(text):
        advice = "the port has a key of its own: “port”" if ":" in text else ""
        reader.note(node, f"“{text}”", "the name of a mail server, like smtp.example.org", advice)
    return text


def _sender(reader: Reader, node: Node | None) -> str:
    text = reader.text(node, "an e-mail address")
    if node is not None and text and not is_address(text):
        expected = "one e-mail address, without a name, like signpost@example.org"
        reader.note(node, f"“{text}”", expected)
    return text
