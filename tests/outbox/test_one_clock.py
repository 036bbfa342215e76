"""Every message by one clock, its reader's: reasons, notices, gaps and what was held back."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from monitor.core.judging.trigger import texts
from monitor.daemon.app import App
from monitor.model.clock import UTC_CLOCK, LocalClock, retold
from monitor.model.digests import Message
from monitor.model.flags import Flag, FlagKind, Reason
from monitor.model.questions import Direction
from monitor.store import schema
from monitor.triage import audit as triage_audit
from monitor.triage import flag_view
from tests.support.bulletins import arrive, entry, flags
from tests.support.scene import SIGNED, SIGNED_TOO, Scene
from tests.web.stage import staged

# clocks in Berlin go from 02:00 to 03:00 on 31 March, at 01:00 UTC; Seoul's never change
FIRST = datetime(2019, 3, 30, 22, 46, tzinfo=UTC)
SECOND = datetime(2019, 3, 31, 1, 10, tzinfo=UTC)
ZONES = {
    "Europe/Berlin": ("30 Mar 23:46", "31 Mar 03:10"),
    "Asia/Seoul": ("31 Mar 07:46", "31 Mar 10:10"),
    "America/New_York": ("30 Mar 18:46", "30 Mar 21:10"),
}
DELIVERY = """
channels:
  files: {{type: files, folder: digests}}
digests:
- {{name: desk, at: "08:00", days: daily, timezone: {zone}, urgent: true, to: [files]}}
"""


def signed(app: App) -> Flag:
    """Told by one outlet before the clocks change, confirmed after."""
    arrive(app, FIRST, entry("Courier", SIGNED, FIRST))
    arrive(app, SECOND, entry("Herald", SIGNED_TOO, SECOND))
    (flag,) = flags(app)
    return flag


def shown(message: Message) -> dict[str, str]:
    blocks = json.dumps(message.blocks, ensure_ascii=False)
    html = re.sub(r"<style.*?</style>", "", message.html, flags=re.DOTALL)
    return {
        "text": " ".join(message.text.split()),
        "html": " ".join(html.split()),
        "slack": blocks,
        "subject": message.subject + message.summary,
    }


@pytest.mark.parametrize("zone", ZONES)
async def test_a_message_tells_all_its_moments_in_its_readers_zone(scene: Scene, zone: str) -> None:
    first, second = ZONES[zone]
    scene.write(delivery=DELIVERY.format(zone=zone))
    async with scene.open(FIRST) as app:
        signed(app)
        (urgent,) = await app.compose_due(SECOND)

    parts = shown(urgent.message)
    assert f"Courier {first}, confirmed by Herald ({second})" in parts["text"]
    for name in ("text", "html", "slack"):
        assert first in parts[name], name
        assert second in parts[name], name
    assert not [name for name, part in parts.items() if "UTC" in part]


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
async def test_the_page_tells_the_same_by_the_desks_clock(scene: Scene, zone: str) -> None:
    first, second = ZONES[zone]
    scene.write(delivery=DELIVERY.format(zone=zone))
    async with scene.open(FIRST) as app:
        signed(app)
    async with staged(scene, now=SECOND) as stage:
        for path in ("/", "/flags", "/flags/1"):
            _, html = await stage.get(path)
            assert f"Courier {first}, confirmed by Herald ({second})" in html, path
            assert "UTC" not in html, path


async def test_a_program_is_told_in_utc(scene: Scene) -> None:
    scene.write(delivery=DELIVERY.format(zone="Asia/Seoul"))
    async with scene.open(FIRST) as app:
        flag = signed(app)
    (reason,) = [
        each for each in flag_view.flag_json(flag)["reasons"] if each["kind"] == "tripwire"
    ]

    assert reason["text"] == (
        "Decisive indicator “signing”: Courier 2019-03-30 22:46 UTC, confirmed by Herald "
        "(2019-03-31 01:10 UTC)"
    )
    assert ["first_at", FIRST.isoformat()] in reason["facts"]


@pytest.mark.slow
async def test_reasons_from_before_keep_working_and_are_proved(scene: Scene) -> None:
    """Their sentence was stored whole, in UTC and without a word on its time."""
    scene.write(delivery=DELIVERY.format(zone="Europe/Berlin"))
    table = schema.flag_reasons
    said = "Decisive indicator “signing”: Courier 30 Mar 22:46 UTC, confirmed by Herald ({} UTC)"

    def frozen(app: App, text: str) -> None:
        app.database.write_now(
            lambda conn: conn.execute(
                update(table).where(table.c.kind == FlagKind.TRIPWIRE).values(text=text, facts=())
            )
        )

    async with scene.open(FIRST) as app:
        signed(app)
        frozen(app, said.format("31 Mar 01:10"))
        (urgent,) = await app.compose_due(SECOND)
        fine = app.database.read_now(triage_audit.audit)
        frozen(app, said.format("31 Mar 02:10"))
        spoiled = app.database.read_now(triage_audit.audit)

    told = shown(urgent.message)
    assert "Courier 30 Mar 23:46, confirmed by Herald (31 Mar 03:10)" in told["text"]
    assert not [name for name, part in told.items() if "UTC" in part]
    assert fine.differences == ()
    assert [each.name for each in spoiled.differences] == ["text"]


BERLIN = LocalClock("Europe/Berlin", SECOND)


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        (
            FlagKind.WEIGHT,
            "The evidence has risen 24.4 points from its low: +24.4 toward, ±0.0 away, +24.4 in "
            "all, from 2 stories; enough to leave “unlikely” upward",
            "The evidence had risen 24.4 points from its low by 31 Mar 03:10: +24.4 toward, ±0.0 "
            "away, +24.4 in all, from 2 stories; enough to leave “unlikely” upward",
        ),
        (
            FlagKind.SURGE,
            "5 stories in 24 h, usually 0.1 a day (over 56 days): a day like this comes about once "
            "in 526 days",
            "5 stories in the 24 h before 31 Mar 03:10, usually 0.1 a day (over 56 days): a day "
            "like this comes about once in 526 days",
        ),
        (
            FlagKind.BREADTH,
            "“x” carried by 5 outlets in 9 h, in 1 story",
            "“x” carried by 5 outlets in 9 h, in 1 story, as of 31 Mar 03:10",
        ),
        (
            FlagKind.WAKE_UP,
            "First “x” story in 46 days, at 3 outlets",
            "First “x” story in 46 days, at 3 outlets, as of 31 Mar 03:10",
        ),
        (
            FlagKind.SILENCE,
            "The question closes in 7 days, on 7 April 2019",
            "The question closes on 7 April 2019, 7 days after this notice",
        ),
        (
            FlagKind.SILENCE,
            "The question closes today, on 31 March 2019",
            "The question closes on 31 March 2019, the day of this notice",
        ),
        (
            FlagKind.SILENCE,
            "Review due: the last was 60 days ago, on 30 January 2019",
            "Review due: the last was on 30 January 2019, 60 days before this notice",
        ),
        (FlagKind.CITATION, "Was “at 10 Mar 09:00 UTC”", "Was “at 10 Mar 09:00 UTC”"),
    ],
)
def test_a_stored_sentence_says_its_numbers_as_of_its_time(
    kind: FlagKind, text: str, told: str
) -> None:
    reason = Reason(
        kind=kind,
        judgment="q/b/j",
        direction=Direction.TOWARD,
        text=text,
        numbers=(),
        evidence=(),
        interrupts=True,
        raised_at=SECOND,
        rules="r",
    )
    assert texts.sentence(reason, BERLIN) == told


def test_what_was_held_before_is_told_by_the_readers_clock() -> None:
    reason = replace(
        REASON, text="x", held="attached to the flag told on 30 Mar 22:46 UTC", interrupts=False
    )
    assert texts.held(reason, BERLIN) == "attached to the flag told on 30 Mar 23:46"


REASON = Reason(
    kind=FlagKind.SURGE,
    judgment="q/b/j",
    about="stories",
    direction=Direction.NONE,
    numbers=(),
    evidence=(),
    interrupts=True,
    raised_at=SECOND,
    rules="r",
)


def test_a_reason_that_is_not_whole_is_shown_as_such() -> None:
    assert "not stored whole" in texts.sentence(REASON, BERLIN)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("since 30 Mar 22:46 UTC: no", "since 30 Mar 23:46: no"),
        (
            "between 30 Mar 22:46 and 31 Mar 01:10 UTC.",
            "between 30 Mar 23:46 and 31 Mar 03:10.",
        ),
        ("from 30 Mar 22:46 to 31 Mar 01:10 UTC", "from 30 Mar 23:46 to 31 Mar 03:10"),
        ("until 2019-04-02 08:00 UTC", "until 2 Apr 10:00"),
        ("at 31 Dec 23:30 UTC", "at 1 Jan 00:30"),
        ("on 29 Feb 10:00 UTC", "on 29 Feb 2020"),
        ("it says “since 30 Mar 22:46 UTC”", "it says “since 30 Mar 22:46 UTC”"),
        ("no moment: 99 Mar 22:46 UTC", "no moment: 31 Mar 03:10"),
        ("a UTC offset", "a UTC offset"),
    ],
)
def test_a_sentence_that_carries_utc_is_told_by_another_clock(text: str, told: str) -> None:
    assert retold(text, SECOND, BERLIN) == told


def test_for_commands_and_programs_the_zone_is_named() -> None:
    assert UTC_CLOCK.moment(FIRST) == "2019-03-30 22:46 UTC"
    assert retold("since 30 Mar 22:46 UTC", SECOND, UTC_CLOCK) == "since 2019-03-30 22:46 UTC"
