"""Turns delivery.yaml into channels and digests, refusing every mistake at once, each at its place.

Must never hold a secret: passwords and webhooks come from the settings, by the channel's name.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from monitor.config import document
from monitor.config.channels import read as read_channels
from monitor.config.digests import Digests
from monitor.config.document import Node
from monitor.config.reader import Checked, Reader
from monitor.config.recipients import Recipients
from monitor.errors import ConfigError, Problem
from monitor.model.deliveries import DeliveryConfig

KEYS: Final = ("channels", "teams", "digests", "operators")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFile:
    """The file's content, and where its digests name questions, for checks across files."""

    config: DeliveryConfig
    questions: tuple[tuple[str, Node], ...] = ()
    warnings: tuple[Problem, ...] = ()


def load(path: Path) -> DeliveryFile:
    """Raises ConfigError with every mistake of the file."""
    return parse(document.read(path), path.name)


def parse(text: str, file: str) -> DeliveryFile:
    """Raises ConfigError with every mistake of the text; `file` is its name in messages."""
    return check(text, file).accept()


def check(text: str, file: str) -> Checked[DeliveryFile]:
    """What the text says, and everything that is wrong with it."""
    try:
        root = document.parse(text, file)
    except ConfigError as error:
        return Checked(None, error.problems)
    reader = Reader(file, [*root.repeats])
    top = reader.fields(root, "the file", KEYS, ("channels", "digests"))
    channels = read_channels(reader, top.get("channels"))
    recipients = Recipients(reader, channels)
    teams = recipients.read_teams(top.get("teams"))
    digests = Digests(reader, recipients)
    listed = reader.items(top.get("digests"), "digests")
    found = tuple(digests.read(node) for node in listed)
    if "digests" in top and top.values["digests"].kind == "list" and not listed:
        reader.note(top.values["digests"], "an empty list", "at least one digest")
    right = tuple(channel for channel in channels.values() if channel is not None)
    delivery = DeliveryFile(
        config=DeliveryConfig(
            channels=right,
            digests=found,
            operators=recipients.read(top.get("operators")),
            teams=teams,
        ),
        questions=tuple(digests.questions),
    )
    checked = Checked(delivery, reader.ordered())
    return replace(checked, value=replace(delivery, warnings=checked.warnings))
