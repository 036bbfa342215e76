"""What people decide on flags and questions: kept with who, when and why, and taken only if it can
be.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from monitor.core.judging import indicators
from monitor.daemon.app import App
from monitor.errors import AnswerError, NotFoundError
from monitor.model.flags import Flag, FlagState
from monitor.model.questions import QuestionAnswer, QuestionStatus
from monitor.store import flags as store_flags
from monitor.triage import decisions, flag_view
from monitor.triage.flag_view import FlagView
from tests.support.bulletins import arrive, entry, flags, signing
from tests.support.scene import RETURNED, START, WATCHLISTS, Scene, at

ASSUMED = """
    assumptions:
    - {id: stays-out, says: Ruritania stays out of talks., broken_by: [talks-back]}
"""


@pytest.fixture
async def app(scene: Scene) -> AsyncIterator[App]:
    marker = "  toward:\n    decisive"
    scene.write(watchlists=WATCHLISTS.replace(marker, f"{ASSUMED.strip(chr(10))}\n{marker}"))
    async with scene.open(START) as opened:
        signing(opened, at(1))
        yield opened


def write(app: App, step: object, *args: object, **facts: object) -> Flag:
    result: Flag = app.database.write_now(lambda conn: step(conn, *args, **facts))  # type: ignore[operator]
    return result


def both_tell(app: App, title: str, too: str, now: datetime) -> None:
    """Two outlets tell it, each in its own words: the same words would be one source."""
    arrive(app, now, entry("Courier", title, now), entry("Herald", too, now))


def seen(app: App, now: datetime) -> FlagView:
    return app.database.read_now(
        lambda conn: flag_view.read(conn, 1, app.plan.rules.questions, now)
    )


WHO = {"by": "kim", "at": at(2)}


async def test_an_answer_keeps_who_when_why_and_the_ledger(app: App) -> None:
    (flag,) = flags(app)
    after = write(app, decisions.stands, flag.id, note="Staged.", **WHO)
    (review,) = app.database.read_now(store_flags.reviews)

    assert (after.state, flags(app)) == (FlagState.STANDS, ())
    assert (review.by, review.at, review.note) == ("kim", at(2), "Staged.")
    ((key, toward, away),) = review.ledger
    assert (key, away) == ("treaty/no-treaty/unsigned", 0.0)
    assert toward == pytest.approx(12.7, abs=0.1)


async def test_what_is_closed_stays_closed(app: App) -> None:
    write(app, decisions.withdraw, 1, **WHO)

    for step in (
        decisions.acknowledge,
        decisions.stands,
        decisions.revise,
        decisions.withdraw,
        decisions.noise,
    ):
        with pytest.raises(AnswerError, match="flag 1 was closed as “withdrawn” by kim on 2019-03"):
            write(app, step, 1, **WHO)
    with pytest.raises(NotFoundError, match="there is no flag 9"):
        write(app, decisions.stands, 9, **WHO)


async def test_an_acknowledged_flag_can_still_be_answered(app: App) -> None:
    assert write(app, decisions.acknowledge, 1, **WHO).state is FlagState.ACKNOWLEDGED
    assert write(app, decisions.stands, 1, **WHO).state is FlagState.STANDS


async def test_a_snooze_ends_and_must_lie_ahead(app: App) -> None:
    until = at(days=7)
    asleep = write(app, decisions.snooze, 1, until=until, **WHO)

    assert (asleep.state, asleep.snoozed_until) == (FlagState.ACKNOWLEDGED, until)
    assert write(app, decisions.acknowledge, 1, **WHO).snoozed_until is None
    with pytest.raises(AnswerError, match="has passed"):
        write(app, decisions.snooze, 1, until=at(1), **WHO)


async def test_noise_names_the_indicator_that_misfired(app: App) -> None:
    """One is taken as read; of several the analyst must say which."""
    news = at(3)
    arrive(app, news, entry("Courier", RETURNED, news), entry("Herald", RETURNED, news))
    (flag,) = flags(app)
    assert set(decisions.indicators(flag)) == {"signing", "talks-back"}

    with pytest.raises(AnswerError, match=r"which misfired: name one of .*talks-back"):
        write(app, decisions.noise, 1, **WHO)
    with pytest.raises(AnswerError, match="“walkout” is not behind flag 1"):
        write(app, decisions.noise, 1, indicator="walkout", **WHO)
    write(app, decisions.noise, 1, indicator="signing", **WHO)

    (review,) = app.database.read_now(store_flags.blamed)
    assert review.indicator == "signing"


@pytest.mark.slow
async def test_two_noise_answers_make_an_indicator_count_one_level_less(app: App) -> None:
    write(app, decisions.noise, 1, **WHO)
    both_tell(
        app,
        "Ruritania signs treaty on the coast",
        "Coastal waters: both governments sign treaty with Ruritania",
        at(days=10),
    )
    write(app, decisions.noise, 2, by="kim", at=at(days=11))
    both_tell(
        app,
        "Envoys sign treaty of Ruritania at last",
        "After long quarrel, Ruritania and neighbours sign treaty on fishing",
        at(days=20),
    )

    assert [reason.kind.value for flag in flags(app) for reason in flag.reasons] == ["breadth"]

    def demoted(conn: Connection) -> frozenset[tuple[str, str]]:
        states = indicators.states(app.plan.rules.questions, (), now=at(), first=True)
        return indicators.demoted(store_flags.blamed(conn), states, {"treaty/no-treaty": "treaty"})

    assert app.database.read_now(demoted) == {("treaty", "signing")}


async def test_a_revision_takes_a_likelihood_and_what_became_of_an_assumption(app: App) -> None:
    with pytest.raises(AnswerError, match="“perhaps” is no likelihood"):
        write(app, decisions.revise, 1, words="perhaps", **WHO)
    with pytest.raises(
        AnswerError, match=r"no assumption of .* is called “x”; there are: stays-out"
    ):
        write(app, decisions.revise, 1, assumptions=[("x", "broken")], **WHO)
    write(app, decisions.revise, 1, words="likely", assumptions=[("stays-out", "broken")], **WHO)
    (review,) = app.database.read_now(store_flags.reviews)
    found = seen(app, at(3))

    assert (review.likelihood, review.resets) == ("likely", True)
    ((assumption, bearing),) = found.assumptions
    assert (assumption.id, bearing.value) == ("stays-out", "broken")


async def test_an_assumption_is_challenged_by_unhedged_news_since_the_last_review(app: App) -> None:
    def bearing() -> str:
        return seen(app, at(9)).assumptions[0][1].value

    assert bearing() == "holding"
    arrive(app, at(3), entry("Courier", RETURNED, at(3)))
    assert bearing() == "challenged"
    write(app, decisions.stands, 1, by="kim", at=at(4))
    assert bearing() == "holding"


async def test_a_question_that_is_answered_expires_its_flags_and_raises_none(app: App) -> None:
    def standing() -> list[tuple[str, QuestionStatus]]:
        found = app.database.read_now(lambda conn: decisions.standing(conn, at(3)))
        return [(question.id, status) for question, status, _ in found]

    assert standing() == [("treaty", QuestionStatus.OPEN)]
    write(app, decisions.resolve, "treaty", QuestionAnswer.YES, note="Signed.", **WHO)
    assert standing() == [("treaty", QuestionStatus.RESOLVED)]
    assert flags(app) == ()
    (review,) = app.database.read_now(store_flags.reviews)
    assert (review.decision, review.note) == (FlagState.EXPIRED, "the question resolved: yes")

    signing(app, at(days=5))
    assert flags(app) == ()
    write(app, decisions.resolve, "treaty", QuestionAnswer.OPEN, **WHO)
    assert standing() == [("treaty", QuestionStatus.OPEN)]
    with pytest.raises(NotFoundError, match="no question is called “x”; there are: treaty"):
        write(app, decisions.resolve, "x", QuestionAnswer.NO, **WHO)


async def test_precision_is_told_with_its_number(app: App) -> None:
    write(app, decisions.noise, 1, **WHO)
    listed = app.database.read_now(lambda conn: store_flags.listing(conn, live_only=False))
    (found,) = indicators.precision(listed, app.database.read_now(store_flags.reviews))

    assert (found.indicator, found.answered, found.noise, found.share) == ("signing", 1, 1, 0.0)
    assert timedelta(days=30) == indicators.NOISE_SPAN
