"""Turns delivery.yaml into channels and digests, refusing every mistake at once, each at its place.

Which types of channels there are, and their keys, is given by whoever loads: this room knows none.
Must never hold a secret, or accept a recipient that no channel could reach, two things of one name,
or a time that means another one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeAlias

from monitor.config import document, zones
from monitor.config.document import Node
from monitor.config.reader import Checked, Fields, Reader
from monitor.config.suggest import either
from monitor.core.telling.routing import team_name
from monitor.errors import ConfigError, Problem, Severity
from monitor.model.deliveries import (
    AddressForm,
    ChannelConfig,
    ChannelKey,
    Complaint,
    DeliveryConfig,
    DigestConfig,
    Recipient,
    Team,
    Urgency,
)

ChannelTypes: TypeAlias = Mapping[str, type[ChannelConfig]]
"""The types of channels by their names in delivery.yaml, in the order in which they are offered."""

KEYS: Final = ("channels", "teams", "digests", "operators")
DIGEST_KEYS: Final = (
    "name",
    "at",
    "days",
    "timezone",
    "urgent",
    "quiet_hours",
    "breaks_quiet_hours",
    "only",
    "to",
    "questions",
    "owners",
    "tags",
)
OWNERS: Final = "owners"
"""In “to”: each question's owner, and whom the question notifies."""
WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS: Final = {"daily": tuple(range(7)), "weekdays": tuple(range(5))}
DEFAULT: Final = DigestConfig(name="", recipients=())

_TIME: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_SPAN: Final = re.compile(rf"({_TIME.pattern})\s*[-–]\s*({_TIME.pattern})")
_NEARLY: Final = re.compile(r"([0-9]|[01][0-9]|2[0-3])(?:[:.h]([0-5][0-9]))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFile:
    """The file's content, and where its digests name questions, for checks across files."""

    config: DeliveryConfig
    questions: tuple[tuple[str, Node], ...] = ()
    warnings: tuple[Problem, ...] = ()


def load(path: Path, types: ChannelTypes) -> DeliveryFile:
    """What the file says. Raises ConfigError with every mistake of it."""
    return parse(document.read(path), path.name, types)


def parse(text: str, file: str, types: ChannelTypes) -> DeliveryFile:
    """Raises ConfigError with every mistake of the text; `file` is its name in messages."""
    return check(text, file, types).accept()


def check(text: str, file: str, types: ChannelTypes) -> Checked[DeliveryFile]:
    """What the text says, and everything that is wrong with it."""
    try:
        root = document.parse(text, file)
    except ConfigError as error:
        return Checked(None, error.problems)
    reader = Reader(file, [*root.repeats])
    top = reader.fields(root, "the file", KEYS, ("channels", "digests"))
    channels = _Channels(reader, types).read(top.get("channels"))
    recipients = _Recipients(reader, types, channels)
    teams = recipients.read_teams(top.get("teams"))
    digests = _Digests(reader, recipients)
    listed = reader.items(top.get("digests"), "digests")
    found = tuple(digests.read(node) for node in listed)
    if "digests" in top and top.values["digests"].kind == "list" and not listed:
        reader.note(top.values["digests"], "an empty list", "at least one digest")
    delivery = DeliveryFile(
        config=DeliveryConfig(
            channels=tuple(channel for channel in channels.values() if channel is not None),
            digests=found,
            operators=recipients.read(top.get("operators")),
            teams=teams,
        ),
        questions=tuple(digests.questions),
    )
    checked = Checked(delivery, reader.ordered())
    return replace(checked, value=replace(delivery, warnings=checked.warnings))


class _Channels:
    """Reads the channels of one file, each by the keys of its type."""

    def __init__(self, reader: Reader, types: ChannelTypes) -> None:
        self.reader = reader
        self.types = types
        every = [key.name for each in types.values() for key in each.keys]
        self.every = tuple(dict.fromkeys(("type", *every)))
        words = [word for each in types.values() for word in each.secrets]
        self.secrets = {word.lower(): word for word in words}

    def read(self, node: Node | None) -> dict[str, ChannelConfig | None]:
        """The channels by name; None for one that is there but wrong."""
        found: dict[str, ChannelConfig | None] = {}
        taken: dict[str, int] = {}
        pairs = self.reader.pairs(node, "channel names to settings")
        for key, value in pairs:
            name = self.reader.id(key, taken)
            found[name] = self._channel(name, value)
        if node is not None and node.kind == "map" and not pairs:
            self.reader.note(node, "an empty mapping", "at least one channel")
        return found

    def _channel(self, name: str, node: Node) -> ChannelConfig | None:
        type_ = self._type(node)
        if type_ is None:
            return None
        fields = self._fields(name, node, type_)
        values: dict[str, Any] = {key.name: self._value(key, fields) for key in type_.keys}
        given = {name: value for name, value in values.items() if value is not None}
        config = type_(name=name, **given)
        for key, complaint in config.complaints(fields.values.keys()):
            self._tell(fields.values[key], complaint)
        return config

    def _type(self, node: Node) -> type[ChannelConfig] | None:
        types = tuple(self.types)
        if node.kind != "map":
            expected = f"settings like “{{type: {types[0]}}}”"
            self.reader.note(node, node.describe(), expected)
            return None
        given = next((value for key, value in node.pairs if key.text == "type"), None)
        if given is None:
            expected = f"“type: …”: {either(types)}"
            self.reader.note(node, "a channel without “type”", expected)
            return None
        word = self.reader.choice(given, "a type of channel", types)
        return self.types[word] if word else None

    def _fields(self, name: str, node: Node, type_: type[ChannelConfig]) -> Fields:
        """The channel's settings. One of another type, or that is secret, is told as such."""
        own = ("type", *(key.name for key in type_.keys))
        for key, _ in node.pairs:
            if key.text in own:
                continue
            if key.text in self.secrets:
                stem = re.sub("[^A-Z0-9]+", "_", name.upper())
                variable = f"MONITOR_{stem}_{self.secrets[key.text]}"
                advice = f"set {variable}, or {variable}_FILE"
                self.reader.note(key, f"“{key.text}” in a file", "no secret here", advice)
            elif key.text in self.every:
                expected = f"a setting of the type {type_.type}: {either(own)}"
                self.reader.note(key, f"“{key.text}”", expected)
        plain = tuple(
            pair for pair in node.pairs if pair[0].text in own or pair[0].text not in self.secrets
        )
        shown = Node(kind="map", line=node.line, column=node.column, pairs=plain)
        required = tuple(key.name for key in type_.keys if key.required)
        return self.reader.fields(shown, "a channel", self.every, required)

    def _value(self, key: ChannelKey, fields: Fields) -> str | int | bool | None:
        """The value of a key; None where it is not given, or is not one."""
        node = fields.get(key.name)
        if node is None:
            return None
        if key.words:
            return self.reader.choice(node, f"“{key.name}”", key.words) or None
        if key.between:
            least, most = key.between
            return self.reader.number(node, f"“{key.name}”", least=least, most=most)
        if key.truth:
            return self.reader.truth(node, f"“{key.name}”", default=False)
        text = self.reader.text(node, key.what)
        if text and (complaint := key.check(text)):
            self._tell(node, complaint)
        return text

    def _tell(self, node: Node, complaint: Complaint) -> None:
        self.reader.note(
            node,
            complaint.found,
            complaint.expected,
            complaint.advice,
            severity=Severity.WARNING if complaint.warning else Severity.ERROR,
        )


class _Recipients:
    """Knows the channels and teams of one file."""

    def __init__(
        self,
        reader: Reader,
        types: ChannelTypes,
        channels: Mapping[str, ChannelConfig | None],
    ) -> None:
        self.reader = reader
        self.types = types
        self.channels = channels
        self.teams: dict[str, Team] = {}

    def read_teams(self, node: Node | None) -> tuple[Team, ...]:
        """Teams by name, each with its recipients. A team may name teams above it."""
        taken: dict[str, int] = {}
        for key, value in self.reader.pairs(node, "teams to recipients"):
            name = self.reader.id(key, taken)
            if name in self.channels or name == OWNERS:
                what = "a channel" if name in self.channels else "a word with a meaning of its own"
                self.reader.note(key, f"“{name}”, which is {what}", "another name for the team")
            self.teams[name] = Team(name=name, recipients=self.read(value))
        return tuple(self.teams.values())

    def read(self, node: Node | None) -> tuple[Recipient, ...]:
        """One recipient, or a list of them; teams are resolved."""
        return self.split(node)[0]

    def split(self, node: Node | None) -> tuple[tuple[Recipient, ...], bool]:
        """The recipients, and whether the owners of questions are among them."""
        if node is None:
            return (), False
        listed = (node,) if node.kind == "text" else self.reader.items(node, "recipients")
        if node.kind == "list" and not listed:
            self.reader.note(node, "an empty list", "at least one channel")
        owners = [item for item in listed if item.text == OWNERS]
        others = [item for item in listed if item.text != OWNERS]
        return tuple(self._each(others)), bool(owners)

    def _each(self, listed: list[Node]) -> Iterator[Recipient]:
        seen: set[tuple[str, str]] = set()
        for item in listed:
            team = self.teams.get(item.text) if item.kind == "text" else None
            one = None if team else self._recipient(item)
            for found in team.recipients if team else filter(None, (one,)):
                mailbox = found.channel, found.address.lower()  # as mail servers in fact compare
                if mailbox not in seen:
                    yield found
                elif team is None:
                    self.reader.note(item, f"“{item.text}” again", "each recipient once")
                seen.add(mailbox)

    def _recipient(self, node: Node) -> Recipient | None:
        reader = self.reader
        written = (f'"{type_}:{form.example}"' for type_, form in self._forms())
        text = reader.text(node, either(("a channel", "a team", *written)))
        name, _, address = text.partition(":")
        if not text:
            return None
        if name not in self.channels:
            self._unknown(node, text, name)
            return None
        channel = self.channels[name]
        form = channel.addresses if channel is not None else None
        if form is not None and not form.fits(address):
            expected = f'{form.what}, as in "{name}:{form.example}"'
            reader.note(node, f"“{text}”", expected)
        elif channel is not None and address and form is None:
            expected = f"“{name}” alone: a channel of type {channel.type} has just one recipient"
            reader.note(node, f"“{text}”", expected)
        return Recipient(channel=name, address=address)

    def _unknown(self, node: Node, text: str, name: str) -> None:
        known = (*self.channels, *self.teams, OWNERS)
        advice = self.reader.suggest(name, known) or "name it under “channels” first"
        if channel := self._writes_to(text):
            advice = f'write "{channel}:{text}"'
        expected = "a channel of this file" if not self.teams else "a channel or team of this file"
        self.reader.note(node, f"no channel is called “{name}”", expected, advice)

    def _writes_to(self, address: str) -> str:
        """The channel that would write to such an address: of the file, else the type of one."""
        own = ((name, each.addresses) for name, each in self.channels.items() if each is not None)
        for name, form in (*own, *self._forms()):
            if form is not None and form.fits(address):
                return name
        return ""

    def _forms(self) -> Iterator[tuple[str, AddressForm]]:
        for name, each in self.types.items():
            if each.addresses is not None:
                yield name, each.addresses


class _Digests:
    """Reads the digests of one file, and remembers which questions they name."""

    def __init__(self, reader: Reader, recipients: _Recipients) -> None:
        self.reader = reader
        self.recipients = recipients
        self.names: dict[str, int] = {}
        self.questions: list[tuple[str, Node]] = []

    def read(self, node: Node) -> DigestConfig:
        reader = self.reader
        fields = reader.fields(node, "a digest", DIGEST_KEYS, ("name", "to"))
        zone = zones.zone(self.reader, fields.get("timezone")) or DEFAULT.timezone
        at = self._time(fields.get("at"), zone)
        recipients, to_owners = self.recipients.split(fields.get("to"))
        return DigestConfig(
            name=reader.id(fields.get("name"), self.names, "digest"),
            recipients=recipients,
            to_owners=to_owners,
            at=at,
            days=self._days(fields.get("days")),
            timezone=zone,
            urgent=self._urgency(fields.get("urgent")),
            quiet_hours=self._quiet_hours(fields, at),
            breaks_quiet_hours=self._breaks(fields),
            only_flagged=reader.choice(fields.get("only"), "“only”", ("flagged",)) == "flagged",
            questions=self._questions(fields.get("questions")),
            owners=tuple(map(team_name, reader.texts(fields.get("owners"), "an owner"))),
            tags=tuple(tag.casefold() for tag in reader.texts(fields.get("tags"), "a tag")),
        )

    def _urgency(self, node: Node | None) -> Urgency:
        words = {"true": Urgency.ALL, "false": Urgency.NONE, "decisive": Urgency.DECISIVE}
        found = words.get(node.text.lower()) if node is not None and node.kind == "text" else None
        if node is not None and found is None:
            self.reader.note(node, node.describe(), "“urgent” as true, false or decisive")
        return found or Urgency.ALL

    def _quiet_hours(self, fields: Fields, at: str) -> tuple[str, str] | None:
        node = fields.get("quiet_hours")
        if node is None:
            return None
        found = _SPAN.fullmatch(node.text.strip()) if node.kind == "text" else None
        if found is None or found[1] == found[2]:
            expected = 'two times of day, as in "22:00-07:00"'
            self.reader.note(node, node.describe(), expected)
            return None
        start, end = found[1], found[2]
        inside = start <= at < end if start < end else at >= start or at < end
        if inside and "at" in fields:
            expected = f"a time outside of the quiet hours {start}–{end}"
            advice = "the digest is sent then, whatever the quiet hours say"
            self.reader.warn(fields.values["at"], f"“{at}”", expected, advice)
        return start, end

    def _breaks(self, fields: Fields) -> bool:
        node = fields.get("breaks_quiet_hours")
        if node is not None and "quiet_hours" not in fields:
            self.reader.note(node, "“breaks_quiet_hours” alone", "“quiet_hours: …” beside it")
        return self.reader.truth(node, "“breaks_quiet_hours”", default=False)

    def _questions(self, node: Node | None) -> tuple[str, ...]:
        listed = self.reader.items(node, "ids of questions")
        if node is not None and node.kind == "list" and not listed:
            advice = "without the key “questions” a digest tells about all"
            self.reader.note(node, "an empty list", "at least one question", advice)
        ids = tuple(self.reader.text(item, "the id of a question") for item in listed)
        self.questions += [pair for pair in zip(ids, listed, strict=True) if pair[0]]
        return ids

    def _time(self, node: Node | None, zone: str) -> str:
        if node is None:
            return DEFAULT.at
        reader = self.reader
        text = node.text.strip() if node.kind == "text" else ""
        if _TIME.fullmatch(text) and not node.quoted:
            found = f"{text} without quotes, which YAML may read as a number"
            reader.note(node, found, "a time of day in quotes", f'write "{text}"')
        elif not _TIME.fullmatch(text):
            nearly = _NEARLY.fullmatch(text)
            advice = f'write "{int(nearly[1]):02}:{nearly[2] or "00"}"' if nearly else ""
            reader.note(node, node.describe(), 'a time of day like "08:00"', advice)
        elif "01:00" <= text < "03:00" and zone != DEFAULT.timezone:
            expected = "a time that comes once a day"
            advice = "in many zones clocks change between 01:00 and 03:00"
            reader.warn(node, f"“{text}”", expected, advice)
        return text

    def _days(self, node: Node | None) -> tuple[int, ...]:
        if node is None:
            return DEFAULT.days
        if node.kind == "text":
            word = self.reader.choice(node, "days", (*DAYS, *WEEK))
            return DAYS.get(word, (WEEK.index(word),) if word in WEEK else ()) if word else ()
        listed = self.reader.items(node, "days")
        if node.kind == "list" and not listed:
            self.reader.note(node, "an empty list", "at least one day")
        words = [self.reader.choice(item, "a day", WEEK) for item in listed]
        return tuple(sorted({WEEK.index(word) for word in words if word}))
