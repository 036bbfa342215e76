"""Reads the digests of delivery.yaml: who is told, when, and about what.

Must never accept a recipient that no channel could reach, or a time that means another one.
"""

import re
from typing import Final

from monitor.config import zones
from monitor.config.document import Node
from monitor.config.reader import Fields, Reader
from monitor.config.recipients import Recipients
from monitor.core.telling.routing import team_name
from monitor.model.deliveries import DigestConfig, Urgency

KEYS: Final = (
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
WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS: Final = {"daily": tuple(range(7)), "weekdays": tuple(range(5))}
DEFAULT: Final = DigestConfig(name="", recipients=())

_TIME: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_SPAN: Final = re.compile(rf"({_TIME.pattern})\s*[-–]\s*({_TIME.pattern})")
_NEARLY: Final = re.compile(r"([0-9]|[01][0-9]|2[0-3])(?:[:.h]([0-5][0-9]))?")


class Digests:
    """Reads the digests of one file, and remembers which questions they name."""

    def __init__(self, reader: Reader, recipients: Recipients) -> None:
        self.reader = reader
        self.recipients = recipients
        self.names: dict[str, int] = {}
        self.questions: list[tuple[str, Node]] = []

    def read(self, node: Node) -> DigestConfig:
        reader = self.reader
        fields = reader.fields(node, "a digest", KEYS, ("name", "to"))
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
