"""Not evidence: a row leaves the ledger for good, nothing is deleted, every number follows."""

from dataclasses import replace

import pytest

from monitor.access.accounts import Actor
from monitor.daemon.app import App
from monitor.errors import AccessError, AnswerError, NotFoundError
from monitor.model.access import Via
from monitor.model.flags import Evidence
from monitor.polling import rematch
from monitor.store import access as store_access
from monitor.store import evidence as store_evidence
from monitor.store import flags as store_flags
from monitor.store import stories as store_stories
from monitor.triage import audit as triage_audit
from monitor.triage import exclusions, undo
from monitor.triage import stories as triage_stories
from monitor.triage.exclusions import About, Corrected
from tests.support.bulletins import arrive, entry, signing
from tests.support.scene import SIGNED, SIGNED_TOO, WALKED_OUT, Scene, at

KIM = Actor(name="kim", via=Via.PAGE)
FIRST, SECOND = f"Courier-{SIGNED}", f"Herald-{SIGNED_TOO}"
UNSIGNED = "treaty/no-treaty/unsigned"


def about(app: App, entry_id: str = FIRST, indicator: str = "signing") -> About:
    (found,) = app.database.read_now(lambda conn: store_stories.of_entries(conn, [entry_id]))
    return About(story_id=found.id, indicator=indicator)


def exclude(app: App, what: About, hours: float = 2) -> Corrected:
    return app.database.write_now(
        lambda conn: exclusions.exclude(
            conn, what, rules=app.plan.rules, actor=KIM, now=at(hours), note="another treaty"
        )
    )


def include(app: App, what: About, hours: float = 5) -> Corrected:
    return app.database.write_now(
        lambda conn: exclusions.include(conn, what, rules=app.plan.rules, actor=KIM, now=at(hours))
    )


def take_back(app: App, deed: int, hours: float = 6) -> int:
    return app.database.write_now(
        lambda conn: undo.undo(conn, deed, rules=app.plan.rules, actor=KIM, now=at(hours))
    ).deed


def rows(app: App, what: About) -> tuple[Evidence, ...]:
    return app.database.read_now(lambda conn: store_evidence.of_story(conn, what.story_id))


def differences(app: App) -> tuple[object, ...]:
    return app.database.read_now(triage_audit.audit).differences


async def test_a_story_that_is_no_evidence_stays_out_as_it_grows(scene: Scene) -> None:
    async with scene.open() as app:
        signing(app, at(1))
        what = about(app)
        before = rows(app, what)
        (flag,) = app.database.read_now(store_flags.live)

        done = exclude(app, what)

        assert done.about.judgments == (UNSIGNED,)
        assert rows(app, what) == (*before, done.evidence[0])
        assert (done.evidence[0].weight, done.evidence[0].points) == (0, 0)
        assert app.database.read_now(store_flags.live) == (flag,), "what was raised stays as it was"

        arrive(app, at(3), entry("Gazette", f"{SIGNED} - Gazette", at(3)))
        app.database.write_now(
            lambda conn: rematch.rematch(conn, app.plan.rules, since=at(0), now=at(4))
        )
        assert rows(app, what)[-1] == done.evidence[0], (
            "neither a copy nor a rematch brings it back"
        )
        assert differences(app) == ()


async def test_it_counts_again_by_what_it_says_by_then(scene: Scene) -> None:
    async with scene.open() as app:
        arrive(app, at(1), entry("Courier", SIGNED, at(1)))
        what = about(app)
        exclude(app, what)
        arrive(app, at(3), entry("Herald", SIGNED_TOO, at(3)))

        done = include(app, what)

        assert [(row.number, row.weight, row.sources) for row in rows(app, what)] == [
            (1, 15, 1),
            (2, 0, 1),
            (3, 15, 2),
        ]
        assert done.evidence == rows(app, what)[-1:]
        assert differences(app) == ()
        (first, second) = app.database.read_now(store_evidence.exclusions)
        assert (first.counts, first.by, first.at, first.note) == (
            False,
            "kim",
            at(2),
            "another treaty",
        )
        assert (second.counts, set(second.entries)) == (True, {FIRST, SECOND})


async def test_what_was_said_goes_with_the_entries_through_split_and_merge(scene: Scene) -> None:
    async with scene.open() as app:
        signing(app, at(1))
        what = about(app)
        exclude(app, what)
        split = app.database.write_now(
            lambda conn: triage_stories.split(
                conn, what.story_id, [SECOND], rules=app.plan.rules, actor=KIM, at=at(3)
            )
        )
        left = about(app, SECOND)
        assert left.story_id != what.story_id
        assert split.evidence == (), "both halves were told not to be evidence"

        include(app, left, 4)
        assert [row.weight for row in rows(app, left)] == [15]
        app.database.write_now(
            lambda conn: triage_stories.merge(
                conn,
                [what.story_id, left.story_id],
                rules=app.plan.rules,
                actor=KIM,
                at=at(5),
            )
        )

        assert about(app, SECOND) == what
        assert rows(app, left)[-1].weight == 0, "that story is no more"
        assert rows(app, what)[-1].sources == 2, "the last word was that it counts"
        assert differences(app) == ()


async def test_every_correction_is_a_deed_and_only_the_last_is_taken_back(scene: Scene) -> None:
    async with scene.open() as app:
        signing(app, at(1))
        what = about(app)
        first = exclude(app, what).deed
        second = take_back(app, first)
        with pytest.raises(AccessError, match="something was decided since"):
            take_back(app, first)
        take_back(app, second)

        found = app.database.read_now(
            lambda conn: store_access.deeds_page(conn, subject=f"story {what.story_id}")
        )
        assert [deed.action for deed in reversed(found)] == [
            "evidence.excluded",
            "evidence.included",
            "evidence.excluded",
        ]
        assert rows(app, what)[-1].weight == 0
        assert differences(app) == ()


async def test_a_split_and_a_merge_are_taken_back(scene: Scene) -> None:
    async with scene.open() as app:
        signing(app, at(1))
        arrive(app, at(1.5), entry("Courier", WALKED_OUT, at(1.5)))
        whole, other = about(app), about(app, f"Courier-{WALKED_OUT}")
        before = rows(app, whole)[-1]
        deed = app.database.write_now(
            lambda conn: triage_stories.split(
                conn, whole.story_id, [FIRST], rules=app.plan.rules, actor=KIM, at=at(3)
            )
        ).deed
        take_back(app, deed)
        assert about(app, SECOND).story_id == about(app).story_id
        assert rows(app, about(app))[-1].points == pytest.approx(before.points)
        both = [other.story_id, about(app).story_id]

        deed = app.database.write_now(
            lambda conn: triage_stories.merge(
                conn,
                both,
                rules=app.plan.rules,
                actor=KIM,
                at=at(7),
            )
        ).deed
        assert about(app, f"Courier-{WALKED_OUT}").story_id == about(app).story_id
        undone = take_back(app, deed, 8)
        assert about(app, f"Courier-{WALKED_OUT}") == other
        assert differences(app) == ()
        with pytest.raises(AccessError):
            take_back(app, undone, 9)


async def test_what_makes_no_sense_is_refused_and_leaves_nothing(scene: Scene) -> None:
    async with scene.open() as app:
        signing(app, at(1))
        what = about(app)
        with pytest.raises(NotFoundError, match="there is no story nowhere"):
            exclude(app, replace(what, story_id="nowhere"))
        with pytest.raises(AnswerError, match="does not count by “walkout”"):
            exclude(app, replace(what, indicator="walkout"))
        with pytest.raises(AnswerError, match="does not count"):
            exclude(app, replace(what, judgments=("treaty/no-treaty/other",)))
        with pytest.raises(AnswerError, match="nobody said"):
            include(app, what)
        with pytest.raises(NotFoundError, match="no decision 77"):
            take_back(app, 77)
        assert app.database.read_now(store_evidence.exclusions) == ()
        assert app.database.read_now(store_access.deeds_page) == ()

        exclude(app, what)
        with pytest.raises(AnswerError, match="does not count"):
            exclude(app, what)
