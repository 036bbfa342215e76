"""Faults 37 to 41 of delivery by e-mail: the whole way from the outbox to a real SMTP server."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from monitor.daemon.app import App
from monitor.deliver.channels.email.channel import OPERATOR_PAUSE, EmailChannel
from monitor.model.deliveries import Delivery, DeliveryState
from monitor.outbox.send import LEASE, RETRY_FIRST
from monitor.store import outbox as store_outbox
from monitor.triage import status
from tests.deliver.channels.email.mail_server import Inbox, free_port, mail_server
from tests.support.bulletins import signing
from tests.support.scene import START, Scene, at

MAIL = """
channels:
  mail: {{type: email, host: 127.0.0.1, port: {port}, security: none, sender: s@example.org{more}}}
  files: {{type: files, folder: digests}}
digests:
- {{name: desk, at: "08:00", days: daily, to: ["mail:one@example.org", "mail:two@example.org"]}}
operators: files
"""


def rows(app: App) -> dict[str, Delivery]:
    """The deliveries by whom they are for; the operators' notice is under ""."""
    found = app.database.read_now(store_outbox.listing)
    return {row.recipient: row for row in found}


def states(app: App) -> list[str]:
    return [row.state.value for row in rows(app).values()]


async def queued(app: App, now: datetime = START) -> None:
    signing(app, now)
    (told,) = await app.compose_due(now)
    assert told.sent


@contextmanager
def mail(scene: Scene, inbox: Inbox, *, more: str = "", password: bytes = b"") -> Iterator[int]:
    with mail_server(inbox, password=password) as port:
        scene.write(delivery=MAIL.format(port=port, more=more))
        yield port


async def test_fault_37_refused_connections_are_tried_again_and_nothing_is_lost(
    scene: Scene,
) -> None:
    """Nobody listens: one try tells it for both rows. Then somebody does."""
    port = free_port()
    scene.write(delivery=MAIL.format(port=port, more=""))
    async with scene.open() as app:
        await queued(app)
        (tried,) = await app.deliver_due(START, "t")
        assert rows(app)[tried.recipient].error.endswith("refused the connection")
        assert sorted(states(app)) == ["queued", "retry"], "the other row was not even tried"
        assert await app.deliver_due(START + RETRY_FIRST / 2, "t") == ()
        inbox = Inbox()
        with mail_server(inbox, port=port):
            await app.deliver_due(START + RETRY_FIRST, "t2")
    assert sorted(inbox.recipients) == ["one@example.org", "two@example.org"]
    assert all(mail["X-Monitor-Attempt"] is None for mail in inbox.mails), "nothing was in doubt"


async def test_fault_37_greylisting_and_421_only_delay(scene: Scene) -> None:
    inbox = Inbox(
        refusals={
            "one@example.org": ["450 greylisted", "450 greylisted"],
            "two@example.org": ["421 too busy"],
        }
    )
    with mail(scene, inbox):
        async with scene.open() as app:
            await queued(app)
            for minutes in (0, 1, 2, 4, 8):
                await app.deliver_due(START + timedelta(minutes=minutes), "t")
            assert states(app) == ["sent", "sent"]
            assert rows(app)["one@example.org"].attempts == 3
            assert rows(app)["two@example.org"].attempts == 2
    assert sorted(inbox.recipients) == ["one@example.org", "two@example.org"]


async def test_fault_38_a_dead_mailbox_is_told_to_the_operators_and_touches_nobody_else(
    scene: Scene,
) -> None:
    inbox = Inbox(refusals={"one@example.org": ["550 5.1.1 no such user"]})
    with mail(scene, inbox):
        async with scene.open() as app:
            await queued(app)
            await app.deliver_due(START, "t")
            await app.deliver_due(at(1), "t2")
            found = rows(app)
            shown = app.database.read_now(status.read)
    assert inbox.recipients == ["two@example.org"]
    assert found["one@example.org"].state is DeliveryState.DEAD
    assert found["two@example.org"].state is DeliveryState.SENT
    assert found[""].channel == "files"
    assert found[""].state is DeliveryState.SENT
    notice = scene.told(found[""].key)
    assert "[Undelivered] " in notice
    assert "550 5.1.1 no such user" in notice
    assert f"monitor deliver again {found['one@example.org'].id}" in " ".join(notice.split())
    assert "WHICH WAY" in notice, "what could not be delivered is in it"
    assert not shown.healthy
    assert [row.recipient for row in shown.dead] == ["one@example.org"]


async def test_fault_39_a_line_cut_before_the_message_leads_to_one_mail(scene: Scene) -> None:
    inbox = Inbox(hang_ups=["RCPT"])
    with mail(scene, inbox):
        async with scene.open() as app:
            await queued(app)
            await app.deliver_due(START, "t")
            await app.deliver_due(START + RETRY_FIRST, "t2")
            assert states(app) == ["sent", "sent"]
    assert sorted(inbox.recipients) == ["one@example.org", "two@example.org"]
    assert all(mail["X-Monitor-Attempt"] is None for mail in inbox.mails)


async def test_fault_39_a_line_cut_after_the_message_leads_to_two_with_one_id(scene: Scene) -> None:
    """It was taken, and we cannot know: the second copy has the same id and a mark."""
    inbox = Inbox(hang_ups=["DATA"])
    with mail(scene, inbox):
        async with scene.open() as app:
            await queued(app)
            await app.deliver_due(START, "t")
            assert sorted(states(app)) == ["sent", "unknown"]
            await app.deliver_due(START + RETRY_FIRST, "t2")
            assert states(app) == ["sent", "sent"]
    twice = [mail for mail in inbox.mails if mail["To"] == inbox.mails[0]["To"]]
    assert len(inbox.mails) == 3
    assert [mail["X-Monitor-Attempt"] for mail in twice] == [None, "2"]
    assert len({mail["Message-ID"] for mail in twice}) == 1
    first, second = (raw for raw in inbox.raw if twice[0]["To"].encode() in raw)
    assert second.replace(b"X-Monitor-Attempt: 2\r\n", b"") == first


async def test_fault_39_a_channel_that_holds_leaves_it_to_a_person(scene: Scene) -> None:
    """With `after_unknown: hold` nothing is sent twice unless somebody asks for it."""
    inbox = Inbox(hang_ups=["DATA"])
    with mail(scene, inbox, more=", after_unknown: hold"):
        async with scene.open() as app:
            await queued(app)
            await app.deliver_due(START, "t")
            await app.deliver_due(at(60), "t2")
            (held,) = [row for row in rows(app).values() if row.state is DeliveryState.HELD]
            assert len(inbox.mails) == 2
            assert "may not have arrived" in scene.told(rows(app)[""].key)

            app.database.write_now(lambda conn: store_outbox.again(conn, held.id, at(60)))
            await app.deliver_due(at(60), "t3")
            assert rows(app)[held.recipient].state is DeliveryState.SENT
    assert inbox.mails[2]["X-Monitor-Attempt"] == "2"


async def test_fault_40_a_slow_server_holds_up_no_other_channel_and_gets_one_mail(
    scene: Scene,
) -> None:
    """While a mail waits for its answer, the files are written and nobody sends the mail again."""
    inbox = Inbox(gate=threading.Event())
    with mail(scene, inbox):
        text = scene.file("delivery.yaml").read_text()
        scene.write(delivery=text.replace('"mail:two@example.org"', "files"))
        async with scene.open() as app:
            await queued(app)
            slow = asyncio.create_task(app.deliver_due(START, "slow"))
            await asyncio.to_thread(inbox.taken.wait)
            assert await app.deliver_next("mail", START + timedelta(seconds=90), "other") is None
            assert inbox.gate is not None
            inbox.gate.set()
            await slow
            assert states(app) == ["sent", "sent"]
    assert len(inbox.mails) == 1


async def test_fault_40_an_answer_later_than_the_lease_is_fenced(scene: Scene) -> None:
    """The successor resends with the same id; the late sender's outcome is not written."""
    inbox = Inbox(gate=threading.Event())
    with mail(scene, inbox):
        text = scene.file("delivery.yaml").read_text()
        scene.write(delivery=text.replace(', "mail:two@example.org"', ""))
        async with scene.open() as app:
            await queued(app)
            slow = asyncio.create_task(app.deliver_due(START, "slow"))
            await asyncio.to_thread(inbox.taken.wait)
            late = START + LEASE
            (row,) = app.database.write_now(
                lambda conn: store_outbox.claim(
                    conn, now=late, lease=LEASE, limit=1, token="successor", channel="mail"
                )
            )
            assert row.state is DeliveryState.RESENDING
            assert inbox.gate is not None
            inbox.gate.set()
            await slow
            after = rows(app)["one@example.org"]
    assert (after.state, after.token) == (DeliveryState.RESENDING, "successor")


async def test_fault_41_a_refused_login_is_no_storm_and_is_visible(scene: Scene) -> None:
    """Two rows, one session; the next not before the operator's pause is over."""
    inbox = Inbox()
    with mail(scene, inbox, more=", username: desk", password=b"right"):
        settings = scene.settings({"MONITOR_MAIL_PASSWORD": "wrong"})
        async with scene.open(settings=settings) as app:
            await queued(app)
            for seconds in range(0, int(OPERATOR_PAUSE), 60):
                await app.deliver_due(START + timedelta(seconds=seconds), f"t{seconds}")
            assert len(inbox.logins) == 2, "one session; the library tries PLAIN and LOGIN in it"
            shown = status.as_json(app.database.read_now(status.read))
            await app.deliver_due(START + timedelta(seconds=OPERATOR_PAUSE), "again")
            assert len(inbox.logins) == 4
    (row,) = shown["undelivered"]
    assert "refused the login of “desk”: 535" in row["error"]
    assert "wrong" not in str(shown)


def test_fault_40_a_lease_is_longer_than_all_time_outs_of_a_mail() -> None:
    defaults = EmailChannel.__init__.__kwdefaults__ or {}

    assert 2 * defaults["timeout"] + defaults["patience"] < LEASE.total_seconds()
