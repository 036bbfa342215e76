"""After an answer only what came later is news; what was answered is one line."""

import pytest

from monitor.access.accounts import Actor
from monitor.daemon.app import App
from monitor.model.access import Via
from monitor.model.flags import FlagState
from monitor.outbox.compose import Composed
from monitor.triage import answers, undo
from monitor.triage.answers import Given
from tests.support.bulletins import SLOTS, arrive, entry, flags, signing, slots
from tests.support.scene import RETURNED, Scene, at

KIM = Actor(name="kim", via=Via.PAGE)

# START is 09:00 UTC on 20 March: news at 21:00, an answer at 22:53, the digest at 08:00
NEWS, ANSWER, SLOT = 12.0, 13 + 53 / 60 + 0.001, 23.0

SAID = {
    "stands": "it stands",
    "revise": "revised to likely",
    "withdraw": "withdrawn",
    "noise": "noise",
}


def answer(app: App, kind: str, hours: float = ANSWER) -> int:
    given = Given(
        answer=kind,
        likelihood="likely" if kind == "revise" else "",
        indicator="signing" if kind == "noise" else "",
    )
    (flag,) = flags(app)
    return app.database.write_now(
        lambda conn: answers.decide(conn, flag.id, given, actor=KIM, now=at(hours))
    ).deed


def scheduled(composed: tuple[Composed, ...]) -> Composed:
    (found,) = [item for item in composed if not item.digest.urgent]
    return found


@pytest.mark.parametrize("kind", SAID)
async def test_an_answered_flag_is_one_line_and_does_not_speak_again(
    scene: Scene, kind: str
) -> None:
    scene.write(delivery=SLOTS)
    async with scene.open() as app:
        signing(app, at(NEWS))
        assert slots(await app.compose_due(at(NEWS)))  # told at once
        answer(app, kind)
        found = scheduled(await app.compose_due(at(SLOT)))

    assert found.digest.answered == (
        f"“Ruritania will not sign” – answered by kim, 20 Mar 22:53: {SAID[kind]} (flag 1)",
    )
    assert (found.digest.flagged, found.digest.moved, found.digest.unchanged) == ((), (), ())
    assert found.sent
    message = found.message
    assert "waits" not in message.subject
    assert "1 flag answered" in message.subject
    flat = " ".join(message.text.split())
    for told in (flat, " ".join(message.html.split()), str(message.blocks)):
        assert "answered by kim, 20 Mar 22:53" in told
        assert "Decisive indicator" not in told
        assert "still open" not in told


@pytest.mark.parametrize("kind", SAID)
async def test_news_after_the_answer_is_all_that_is_new(scene: Scene, kind: str) -> None:
    scene.write(delivery=SLOTS)
    async with scene.open() as app:
        signing(app, at(NEWS))
        answer(app, kind)
        arrive(app, at(15), entry("Courier", RETURNED, at(15)))
        found = scheduled(await app.compose_due(at(SLOT)))

    ((judgment,),) = [s.judgments for s in (*found.digest.flagged, *found.digest.moved)]
    lines = (*judgment.toward, *judgment.away)
    assert [line.title for line in lines if line.new] == [RETURNED]
    new = [line.points for line in lines if line.new]
    assert judgment.news == pytest.approx(sum(new), abs=0.1)
    assert len(found.digest.answered) == 1


async def test_a_flag_raised_after_the_answer_tells_its_own_reasons_alone(scene: Scene) -> None:
    """After “noise” the ledger stands as it was: a little more news raises a flag of its own."""
    scene.write(delivery=SLOTS)
    async with scene.open() as app:
        signing(app, at(NEWS))
        await app.compose_due(at(NEWS))
        answer(app, "noise")
        arrive(app, at(15), entry("Courier", RETURNED, at(15)))
        (flag,) = flags(app)
        found = scheduled(await app.compose_due(at(SLOT)))

    assert (flag.id, flag.state) == (2, FlagState.OPEN)
    (section,) = found.digest.flagged
    assert section.flag_id == 2
    told = [reason for judgment in section.judgments for reason in judgment.reasons]
    assert {reason.at for reason in told} == {at(15)}
    assert "Decisive indicator" not in found.message.text


async def test_an_answer_that_was_taken_back_is_none(scene: Scene) -> None:
    scene.write(delivery=SLOTS)
    async with scene.open() as app:
        signing(app, at(NEWS))
        deed = answer(app, "stands")
        app.database.write_now(
            lambda conn: undo.undo(conn, deed, rules=app.plan.rules, actor=KIM, now=at(14))
        )
        found = scheduled(await app.compose_due(at(SLOT)))

    assert found.digest.answered == ()
    assert [section.flag_id for section in found.digest.flagged] == [1]


@pytest.mark.slow
async def test_an_answer_is_told_once_and_to_no_one_who_wants_flags_alone(scene: Scene) -> None:
    scene.write(delivery=SLOTS.replace("urgent: true", "urgent: false, only: flagged"))
    async with scene.open() as app:
        signing(app, at(NEWS))
        answer(app, "noise")
        first = scheduled(await app.compose_due(at(SLOT)))
        second = scheduled(await app.compose_due(at(SLOT + 24)))

    assert (first.sent, len(first.digest.answered)) == (False, 1)
    assert second.digest.answered == ()
    assert "still open" not in second.message.text
