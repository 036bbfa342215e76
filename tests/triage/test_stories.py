"""Merging and splitting stories: remembered, nothing deleted, evidence follows by new rows."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from monitor.access.accounts import Actor
from monitor.daemon.app import App
from monitor.errors import AnswerError, NotFoundError
from monitor.model.access import Via
from monitor.model.stories import DecisionKind, Lookup
from monitor.store import evidence as store_evidence
from monitor.store import stories as store_stories
from monitor.store import story_index as store_story_index
from monitor.triage import stories as triage_stories
from monitor.triage.stories import StoryDecision
from tests.support.bulletins import arrive, entry, signing
from tests.support.scene import SIGNED, SIGNED_TOO, WALKED_OUT, Scene, at

KIM = Actor(name="kim", via=Via.PAGE)


def split(app: App, story: str, *entries: str) -> StoryDecision:
    return app.database.write_now(
        lambda conn: triage_stories.split(
            conn, story, entries, rules=app.plan.rules, actor=KIM, at=at(3), note="two treaties"
        )
    )


def merge(app: App, *stories: str) -> StoryDecision:
    return app.database.write_now(
        lambda conn: triage_stories.merge(conn, stories, rules=app.plan.rules, actor=KIM, at=at(4))
    )


def story_of(app: App, entry_id: str) -> str:
    (found,) = app.database.read_now(lambda conn: store_stories.of_entries(conn, [entry_id]))
    return found.id


FIRST, SECOND = f"Courier-{SIGNED}", f"Herald-{SIGNED_TOO}"


async def test_a_split_and_a_merge_are_kept_and_evidence_follows(scene: Scene) -> None:
    async with scene.open() as app:
        signing(app, at(1))
        story = story_of(app, FIRST)
        (whole,) = app.database.read_now(lambda conn: store_evidence.of_story(conn, story))
        assert (whole.sources, len(whole.entry_ids)) == (2, 2)

        split(app, story, SECOND)
        left = story_of(app, SECOND)
        assert left != story
        rows = app.database.read_now(lambda conn: store_evidence.of_story(conn, story))
        assert [(row.number, row.sources) for row in rows] == [(1, 2), (2, 1)]
        (other,) = app.database.read_now(lambda conn: store_evidence.of_story(conn, left))
        assert (other.number, other.entry_ids) == (1, (SECOND,))
        assert other.prior_credit == rows[-1].credit, "a follow-up of the other"

        arrive(app, at(3.5), entry("Gazette", f"{SIGNED} - Gazette", at(3.5)))
        assert (story_of(app, FIRST), story_of(app, SECOND)) == (story, left)

        merge(app, left, story)
        assert story_of(app, SECOND) == story
        newest = app.database.read_now(lambda conn: store_evidence.of_story(conn, left))[-1]
        assert (newest.weight, newest.points) == (0, 0), "withdrawn, not deleted"
        again = app.database.read_now(lambda conn: store_evidence.of_story(conn, story))[-1]
        assert again.sources == 2

        shown = app.database.read_now(lambda conn: triage_stories.show(conn, story))
        assert [each.kind for each in shown.decisions] == [DecisionKind.SPLIT, DecisionKind.MERGE]
        assert {each.by for each in shown.decisions} == {"kim"}
        link = next(each for each in shown.links if each.entry_id == SECOND)
        assert (link.rule, link.reason) == ("merge by a person", "decided by kim")


async def test_decisions_that_make_no_sense_are_refused_and_leave_nothing(scene: Scene) -> None:
    async with scene.open() as app:
        signing(app, at(1))
        arrive(app, at(2), entry("Courier", WALKED_OUT, at(2)))
        story = story_of(app, FIRST)

        with pytest.raises(NotFoundError, match="no story is called nowhere"):
            split(app, "nowhere", FIRST)
        with pytest.raises(NotFoundError, match="has no entry elsewhere"):
            split(app, story, "elsewhere")
        with pytest.raises(AnswerError, match="and leaves some"):
            split(app, story, FIRST, SECOND)
        with pytest.raises(AnswerError, match="two stories or more"):
            merge(app, story, story)
        assert app.database.read_now(store_stories.decisions) == ()


async def test_stories_are_listed_newest_first_with_their_standing(scene: Scene) -> None:
    async with scene.open() as app:
        signing(app, at(1))
        arrive(app, at(2), entry("Courier", WALKED_OUT, at(2)))
        found = app.database.read_now(lambda conn: triage_stories.listing(conn, at(0)))

    assert [stands.label for _, stands in found] == ["single source", "corroborated by 2"]


async def test_a_copy_that_was_split_off_is_found_by_its_own_words(scene: Scene) -> None:
    async with scene.open() as app:
        arrive(app, at(1), entry("Courier", SIGNED, at(1)))
        arrive(app, at(2), entry("Herald", SIGNED, at(2)))
        story, copy = story_of(app, FIRST), f"Herald-{SIGNED}"
        assert story_of(app, copy) == story
        lookup = Lookup(key="ruritania", weight=1, since=at(0), until=at(3))

        def found() -> set[str]:
            asked = [[lookup]]
            (by_word,) = app.database.read_now(
                lambda conn: store_story_index.find(conn, asked, limit=9, enough=1)
            )
            return set(by_word)

        assert found() == {FIRST}
        split(app, story, copy)
        assert found() == {FIRST, copy}


async def test_stories_of_before_there_was_an_index_are_found(scene: Scene) -> None:
    async with scene.open() as app:
        arrive(app, at(1), entry("Courier", SIGNED, at(1)))

        def forget(conn: Connection) -> None:
            store_story_index.prune(conn, at(2))
            store_story_index.prune_words(conn, at(0).date() + timedelta(days=2))

        app.database.write_now(forget)
    async with scene.open(now=at(2)) as app:
        counted = app.database.read_now(
            lambda conn: store_story_index.word_counts(conn, ["ruritania"], today=at(2).date())
        )
        assert (counted.entries, counted.found) == (1, {"ruritania": (1, 1)})
        arrive(app, at(2), entry("Herald", SIGNED_TOO, at(2)))
        assert story_of(app, SECOND) == story_of(app, FIRST)
