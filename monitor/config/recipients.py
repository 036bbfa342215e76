"""Reads whom delivery.yaml names: teams, and the recipients of digests.

Must never accept a recipient that no channel could reach, or two things of one name.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from monitor.config.channels import is_address
from monitor.config.document import Node
from monitor.config.reader import Reader
from monitor.model.deliveries import ChannelConfig, ChannelType, Recipient, Team

OWNERS: Final = "owners"
"""In “to”: each question's owner, and whom the question notifies."""


class Recipients:
    """Knows the channels and teams of one file."""

    def __init__(self, reader: Reader, channels: Mapping[str, ChannelConfig | None]) -> None:
        self.reader = reader
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
        text = reader.text(node, 'a channel, a team, or "email:name@example.org"')
        name, _, address = text.partition(":")
        if not text:
            return None
        if name not in self.channels:
            self._unknown(node, text, name)
            return None
        channel = self.channels[name]
        if _is_mail(channel) and not is_address(address):
            expected = f'one e-mail address, as in "{name}:desk@example.org"'
            reader.note(node, f"“{text}”", expected)
        elif channel is not None and address and not _is_mail(channel):
            expected = f"“{name}” alone: a channel of type {channel.type} has just one recipient"
            reader.note(node, f"“{text}”", expected)
        return Recipient(channel=name, address=address)

    def _unknown(self, node: Node, text: str, name: str) -> None:
        known = (*self.channels, *self.teams, OWNERS)
        advice = self.reader.suggest(name, known) or "name it under “channels” first"
        if is_address(text):
            mail = (key for key, channel in self.channels.items() if _is_mail(channel))
            advice = f'write "{next(mail, "email")}:{text}"'
        expected = "a channel of this file" if not self.teams else "a channel or team of this file"
        self.reader.note(node, f"no channel is called “{name}”", expected, advice)


def _is_mail(channel: ChannelConfig | None) -> bool:
    return channel is not None and channel.type is ChannelType.EMAIL
