"""At once, or at HH:MM, and quiet hours that end in exactly one message."""

from datetime import datetime
from functools import partial

import pytest

from monitor.core.telling.routing import digests as routed
from monitor.daemon.app import App
from monitor.model.flags import FlagKind, Raised, Reason
from monitor.model.questions import Direction
from monitor.store import flags as store_flags
from tests.support.bulletins import digests, slots
from tests.support.scene import WATCHLISTS, Scene, at

# START is 09:00 UTC, so at(13) is 22:00 and at(22) is 07:00.
QUIET = """
channels:
  files: {type: files, folder: digests}
digests:
- {name: desk, at: "%s", days: daily, quiet_hours: "22:00-07:00", breaks_quiet_hours: %s, to: files}
"""

TWO = (
    WATCHLISTS
    + """
- id: strait
  ask: Will Ruritania close the strait this year?
  briefs:
  - id: open
    title: The strait stays open
    published: 2019-03-01
    judgments:
    - id: stays-open
      says: The strait stays open.
      event: the strait is closed
      likelihood: unlikely
  toward: {strong: {closing: ["close* .. strait"]}}
"""
)


def write(scene: Scene, *, at: str = "08:00", breaks: str = "false") -> None:
    scene.write(delivery=QUIET % (at, breaks), watchlists=TWO)


def loud(
    app: App, now: datetime, *, question: str = "treaty", kind: FlagKind = FlagKind.SURGE
) -> None:
    """A reason that interrupts."""
    brief, judgment = {"treaty": ("no-treaty", "unsigned"), "strait": ("open", "stays-open")}[
        question
    ]
    reason = Reason(
        kind=kind,
        judgment=f"{question}/{brief}/{judgment}",
        direction=Direction.TOWARD,
        text=f"News of {now:%H:%M}",
        numbers=(),
        evidence=(),
        interrupts=True,
        raised_at=now,
        rules="r",
    )
    raised = [Raised(question=question, brief=f"{question}/{brief}", reason=reason)]
    app.database.write_now(partial(store_flags.raise_all, raised=raised))


async def test_quiet_hours_end_in_exactly_one_message(scene: Scene) -> None:
    """Two briefs, three reasons over the night: nothing until seven, then all of it at once."""
    write(scene)
    async with scene.open() as app:
        for hours, question in ((13.5, "treaty"), (16, "strait"), (20, "treaty")):
            loud(app, at(hours), question=question)
            assert await app.compose_due(at(hours)) == ()
        assert await app.compose_due(at(21.9)) == ()

        (told,) = await app.compose_due(at(22))
        assert told.digest.urgent
        assert len(told.digest.flagged) == 2
        for text in ("22:30", "01:00", "05:00"):
            assert f"News of {text}" in told.message.text
        assert told.message.thread == "", "it is about two judgments"
        for hours in (22.1, 22.9):
            assert await app.compose_due(at(hours)) == ()

        assert slots(await app.compose_due(at(23))) == ["2019-03-21T08:00"]
        loud(app, at(25))
        assert slots(await app.compose_due(at(25))) == ["flag-1-3"], "then it is day again"


async def test_a_digest_at_the_end_of_the_night_is_the_one_message(scene: Scene) -> None:
    write(scene, at="07:00")
    async with scene.open() as app:
        loud(app, at(14))
        assert slots(await app.compose_due(at(22))) == ["2019-03-21T07:00"]
        assert await app.compose_due(at(22.1)) == ()


async def test_the_digest_after_the_night_still_tells_everything(scene: Scene) -> None:
    """The message at the end of the night is an interruption; it does not replace the digest."""
    write(scene)
    async with scene.open() as app:
        loud(app, at(14))
        await app.compose_due(at(22))
        (daily,) = await app.compose_due(at(23))
        assert daily.digest.slot == "2019-03-21T08:00"
        assert [section.flag_id for section in daily.digest.flagged] == [1]


async def test_a_decisive_indicator_breaks_quiet_hours_and_is_not_told_again(scene: Scene) -> None:
    write(scene, breaks="true")
    async with scene.open() as app:
        loud(app, at(14), question="strait")
        assert await app.compose_due(at(14)) == ()
        loud(app, at(15), kind=FlagKind.TRIPWIRE)
        (woken,) = await app.compose_due(at(15))
        assert woken.digest.slot == "flag-2-1"
        (rest,) = await app.compose_due(at(22))
        assert [brief.key for brief in rest.digest.flagged] == ["strait/open"]
        assert len(digests(app)) == 2


async def test_a_restart_in_the_night_changes_nothing(scene: Scene) -> None:
    write(scene)
    async with scene.open() as app:
        loud(app, at(14))
        await app.compose_due(at(14))
    async with scene.open(at(22.5)) as app:
        assert len(await app.compose_due(at(22.5))) == 1
    async with scene.open(at(22.9)) as app:
        assert await app.compose_due(at(22.9)) == ()


@pytest.mark.parametrize(("urgent", "told"), [("true", 1), ("decisive", 0), ("false", 0)])
async def test_who_wants_only_decisive_news_at_once_gets_only_that(
    scene: Scene, urgent: str, told: int
) -> None:
    text = QUIET % ("12:00", "false")
    scene.write(delivery=text.replace("to: files", f"urgent: {urgent}, to: files"))
    async with scene.open() as app:
        loud(app, at(1))
        assert len(await app.compose_due(at(1))) == told
        loud(app, at(2), kind=FlagKind.TRIPWIRE)
        assert len(await app.compose_due(at(2))) == (urgent != "false")


async def test_each_owner_gets_one_digest_about_all_that_is_theirs(scene: Scene) -> None:
    watchlists = TWO.replace("- id: treaty", "- id: treaty\n  owner: Kim").replace(
        "- id: strait", "- id: strait\n  owner: Gulf Desk\n  notify: kim"
    )
    delivery = """
channels:
  kims: {type: files, folder: kims}
  gulf: {type: files, folder: gulf}
teams: {kim: kims, gulf-desk: gulf}
digests:
- {name: mine, at: "12:00", days: daily, urgent: false, to: owners}
"""
    scene.write(delivery=delivery, watchlists=watchlists)
    async with scene.open() as app:
        loud(app, at(1))
        loud(app, at(1), question="strait")
        both = await app.compose_due(at(3))
        assert {item.digest.name: len(item.digest.flagged) for item in both} == {
            "mine.kim": 2,
            "mine.gulf-desk": 1,
        }
        assert len(routed(app.plan.configuration.delivery, app.plan.rules.questions)) == 2
        await app.deliver_due(at(3), "t")
    assert len(list((scene.folder / "data/kims").glob("*.txt"))) == 1
    assert "strait" in next((scene.folder / "data/gulf").glob("*.txt")).read_text()


async def test_a_director_hears_only_of_flagged_briefs(scene: Scene) -> None:
    text = QUIET % ("12:00", "false")
    scene.write(delivery=text.replace("to: files", "urgent: false, only: flagged, to: files"))
    async with scene.open() as app:
        (empty,) = await app.compose_due(at(3))
        assert not empty.sent
        loud(app, at(4))
        (full,) = await app.compose_due(at(27))
        assert full.sent
