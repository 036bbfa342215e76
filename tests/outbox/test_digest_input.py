"""What a digest says besides flags, each once; and the one reminder of a flag nobody looked at."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

import pytest

from monitor.daemon.app import App
from monitor.outbox import digest_input
from monitor.polling import ingest
from monitor.triage import decisions
from tests.support.bulletins import SLOTS, arrive, digests, entry, flags, signing
from tests.support.scene import START, WATCHLISTS, Scene, at

CITED = "Ruritania sets toll of 12 crowns at its border"
TEXT = WATCHLISTS.replace(
    "  toward:\n",
    f'    cites:\n    - {{outlet: Courier, date: 2019-03-21, title: "{CITED}"}}\n  toward:\n',
    1,
).replace("  about:", "  owner: border-desk\n  deputy: night-desk\n  about:")
TEAMS = (
    SLOTS.replace("to: [good, bad]", "to: [good]")
    + "teams: {night-desk: [bad], border-desk: [good]}\n"
)


@pytest.fixture
async def app(scene: Scene) -> AsyncIterator[App]:
    scene.write(watchlists=TEXT, delivery=TEAMS)
    async with scene.open(START) as opened:
        yield opened


async def test_a_retitled_citation_is_told_with_old_and_new_once(app: App) -> None:
    first = entry("Courier", CITED, at(20))
    arrive(app, at(20), first)
    await app.tick(at(20))
    title = "Border toll of 12 crowns is set by Ruritania"
    second = replace(first, title=title, revision=2, content_hash=title)
    app.database.write_now(
        lambda conn: ingest.take_in(conn, (), (second,), rules=app.plan.rules, now=at(21))
    )
    await app.tick(at(21))
    (composed,) = await app.compose_due(at(23))

    (line,) = composed.digest.citations
    assert (line.outlet, line.was, line.now) == ("Courier", CITED, title)
    assert (line.how, line.grave) == ("a new headline, and no more", False)
    assert composed.digest.notices == ()
    assert composed.sent, "worth a digest, though nothing else is"
    (later,) = await app.compose_due(at(47))
    assert later.digest.citations == ()


async def test_a_demoted_indicator_is_told_once(app: App) -> None:
    for flag, day in ((1, 0), (2, 10)):
        signing_again(app, day)
        answer = partial(decisions.noise, flag_id=flag, by="kim", at=at(2, days=day))
        app.database.write_now(answer)

    def said(since: float, until: float) -> tuple[str, ...]:
        return app.database.read_now(
            lambda conn: digest_input.asides(
                conn, app.plan.rules, ["treaty"], at(days=since), at(days=until)
            )
        )

    assert said(0, 5) == ()
    assert said(5, 11) == (
        "“signing” (treaty) misfired twice within 30 days: it counts one level less until it is "
        "edited",
    )
    assert said(11, 40) == ()


def signing_again(app: App, day: float) -> None:
    now = at(1, days=day)
    signed = f"Ruritania signs border treaty number {day:.0f} in surprise ceremony"
    too = f"Surprise ceremony: Ruritania and Graustark sign treaty number {day:.0f} on border"
    arrive(app, now, entry("Courier", signed, now), entry("Herald", too, now))


async def test_a_flag_nobody_acknowledged_is_told_to_the_deputy_once(app: App) -> None:
    signing(app, at(1))
    await app.compose_due(at(1))
    assert await app.compose_due(at(70)) != ()
    composed = await app.compose_due(at(74))
    await app.compose_due(at(80))

    assert [slot for slot, _ in digests(app) if slot.startswith("reminder")] == ["reminder-1"]
    (reminder,) = [item for item in composed if item.digest.slot == "reminder-1"]
    assert reminder.digest.notices == (
        "Reminder: flag 1 was raised on 20 March and waits for an answer",
    )
    await app.deliver_due(at(75), "token")
    sent = app.settings.data_dir / "bad"
    assert [path.name.split(".")[1] for path in sorted(sent.glob("*.txt"))] == ["reminder-1"]


@pytest.mark.slow
@pytest.mark.parametrize("step", [decisions.acknowledge, decisions.stands])
async def test_what_was_looked_at_is_not_reminded_of(app: App, step: object) -> None:
    signing(app, at(1))
    (flag,) = flags(app)
    app.database.write_now(lambda conn: step(conn, flag.id, by="kim", at=at(2)))  # type: ignore[operator]
    await app.compose_due(at(90))

    assert not [slot for slot, _ in digests(app) if slot.startswith("reminder")]
