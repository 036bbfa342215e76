"""Reads the digests of delivery.yaml: who is told, when, and about what.

Must never accept a recipient that no channel could reach, or a time that means another one.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from monitor.config.channels import is_address
from monitor.config.document import Node
from monitor.config.reader import Reader
from monitor.model.digests import ChannelConfig, ChannelType, DigestConfig, Recipient

KEYS: Final = ("name", "at", "days", "timezone", "urgent", "to", "questions")
WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS: Final = {"daily": tuple(range(7)), "weekdays": tuple(range(5))}
DEFAULT: Final = DigestConfig(name="", recipients=())

_TIME: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_NEARLY: Final = re.compile(r"([0-9]|[01][0-9]|2[0-3])(?:[:.h]([0-5][0-9]))?")


class Digests:
    """Reads the digests of one file, and remembers which questions they name."""

    def __init__(self, reader: Reader, channels: Mapping[str, ChannelConfig | None]) -> None:
        self.reader = reader
        self.channels = channels
        self.names: dict[str, int] = {}
        self.questions: list[tuple[str, Node]] = []

    def read(self, node: Node) -> DigestConfig:
        reader = self.reader
        fields = reader.fields(node, "a digest", KEYS, ("name", "to"))
        zone = self._zone(fields.get("timezone"))
        return DigestConfig(
            name=reader.id(fields.get("name"), self.names, "digest"),
            recipients=self.recipients(fields.get("to")),
            at=self._time(fields.get("at"), zone),
            days=self._days(fields.get("days")),
            timezone=zone,
            urgent=reader.truth(fields.get("urgent"), "“urgent”", default=True),
            questions=self._questions(fields.get("questions")),
        )

    def recipients(self, node: Node | None) -> tuple[Recipient, ...]:
        """One recipient, or a list of them."""
        return tuple(self._recipients(node)) if node is not None else ()

    def _questions(self, node: Node | None) -> tuple[str, ...]:
        listed = self.reader.items(node, "ids of questions")
        if node is not None and node.kind == "list" and not listed:
            advice = "without the key “questions” a digest tells about all"
            self.reader.note(node, "an empty list", "at least one question", advice)
        ids = tuple(self.reader.text(item, "the id of a question") for item in listed)
        self.questions += [pair for pair in zip(ids, listed, strict=True) if pair[0]]
        return ids

    def _recipients(self, node: Node) -> Iterator[Recipient]:
        listed = (node,) if node.kind == "text" else self.reader.items(node, "recipients")
        if node.kind == "list" and not listed:
            self.reader.note(node, "an empty list", "at least one channel")
        seen: set[tuple[str, str]] = set()
        for item in listed:
            found = self._recipient(item)
            if found is None:
                continue
            mailbox = found.channel, found.address.lower()  # as mail servers in fact compare
            if mailbox in seen:
                self.reader.note(item, f"“{item.text}” again", "each recipient once")
            seen.add(mailbox)
            yield found

    def _recipient(self, node: Node) -> Recipient | None:
        reader = self.reader
        text = reader.text(node, 'a channel, or "email:name@example.org"')
        name, _, address = text.partition(":")
        if not text:
            return None
        if name not in self.channels:
            advice = reader.suggest(name, self.channels) or "name it under “channels” first"
            if is_address(text):
                mail = (key for key, channel in self.channels.items() if _is_mail(channel))
                advice = f'write "{next(mail, "email")}:{text}"'
            expected = "a channel of this file"
            reader.note(node, f"no channel is called “{name}”", expected, advice)
            return None
        channel = self.channels[name]
        if _is_mail(channel) and not is_address(address):
            expected = f'one e-mail address, as in "{name}:desk@example.org"'
            reader.note(node, f"“{text}”", expected)
        elif channel is not None and address and not _is_mail(channel):
            expected = f"“{name}” alone: a channel of type {channel.type} has just one recipient"
            reader.note(node, f"“{text}”", expected)
        return Recipient(channel=name, address=address)

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

    def _zone(self, node: Node | None) -> str:
        name = self.reader.text(node, "a time zone like Asia/Seoul")
        if node is None or not name:
            return DEFAULT.timezone
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            advice = self.reader.suggest(name, _zones())
            expected = "a time zone like Asia/Seoul"
            self.reader.note(node, f"no time zone is called “{name}”", expected, advice)
            return DEFAULT.timezone
        return name


@cache
def _zones() -> tuple[str, ...]:
    """All names, which takes a search through the files of the zones."""
    return tuple(sorted(available_timezones()))


def _is_mail(channel: ChannelConfig | None) -> bool:
    return channel is not None and channel.type is ChannelType.EMAIL
