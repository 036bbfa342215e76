"""Digests and deliveries: a slot is taken once, and a row is sent by whoever holds its lease."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from monitor.errors import NotFoundError
from monitor.model.deliveries import Delivery, DeliveryState, Recipient
from monitor.model.digests import AnswerLink, Message, Picture
from monitor.store import outbox
from tests import build

MESSAGE = Message(
    subject="2 flags",
    text="Two flags.\n",
    html="<p>Two flags – “quoted”</p>",
    blocks=({"type": "section", "fields": [{"text": "a"}, {"text": "b"}]}, {"type": "divider"}),
    summary="2 flags",
    thread="daily",
    pictures=(
        Picture(name="a@signpost", alt="Since March: …", png=b"\x89PNG\x00"),
        Picture(name="b@signpost", alt="", png=b"\xff"),
    ),
    links=(
        AnswerLink(part="text", start=11, stop=11, flag_id=7, answer="all"),
        AnswerLink(part="html", start=3, stop=6, flag_id=7, answer="noise"),
    ),
)
LEASE = timedelta(minutes=2)
DESK = Recipient(channel="mail", address="desk@example.org")
CHIEF = Recipient(channel="mail", address="chief@example.org")
ROOM = Recipient(channel="slack")


def create(
    conn: Connection, slot: str = "2019-03-22T08:00", *, name: str = "daily", hours: float = 0
) -> int | None:
    return outbox.create_digest(
        conn,
        name=name,
        slot=slot,
        window_from=build.at(hours - 24),
        window_to=build.at(hours),
        message=MESSAGE,
        at=build.at(hours),
        urgent=slot.startswith("flag-"),
    )


def queue(conn: Connection, *recipients: Recipient, slot: str = "s", hours: float = 0) -> list[int]:
    digest_id = create(conn, slot)
    assert digest_id is not None
    queued = recipients or (DESK,)
    return list(
        outbox.enqueue(conn, digest_id, queued, key_base=f"daily.{slot}", at=build.at(hours))
    )


def claim(
    conn: Connection, held_by: str = "t1", *, hours: float = 0, limit: int = 9
) -> tuple[Delivery, ...]:
    return outbox.claim(conn, now=build.at(hours), lease=LEASE, limit=limit, token=held_by)


def held(conn: Connection, delivery_id: int) -> Delivery:
    row = outbox.get(conn, delivery_id)
    assert row is not None
    return row


# digests


def test_a_message_comes_back_as_it_was_rendered(conn: Connection) -> None:
    digest_id = create(conn)

    assert digest_id is not None
    assert outbox.get_message(conn, digest_id) == MESSAGE


def test_a_slot_is_taken_once(conn: Connection) -> None:
    first = create(conn)

    assert create(conn) is None
    assert create(conn, name="weekly") not in {None, first}
    assert outbox.slot_taken(conn, "daily", "2019-03-22T08:00")
    assert not outbox.slot_taken(conn, "daily", "2019-03-23T08:00")


def test_the_last_window_is_that_of_the_newest_digest_on_schedule(conn: Connection) -> None:
    assert outbox.last_window(conn, "daily") is None

    create(conn, "a", hours=24)
    create(conn, "b", hours=1)
    create(conn, "flag-1-1", hours=30)
    create(conn, "c", name="weekly", hours=99)

    assert outbox.last_window(conn, "daily") == build.at(24)


def test_what_was_told_at_once_is_known_by_its_flag_until_when(conn: Connection) -> None:
    create(conn, "flag-7-1", hours=1)
    create(conn, "flag-7-2", hours=3)
    create(conn, "flag-12-1", hours=2)
    create(conn, "2019-03-22T08:00", hours=4)
    create(conn, "flag-9-1", name="weekly", hours=2)

    found = outbox.told_at_once(conn, "daily", build.at(0))
    assert found == {7: build.at(3), 12: build.at(2)}
    assert outbox.told_at_once(conn, "daily", build.at(2)) == {7: build.at(3)}


def test_a_digest_that_is_not_there_is_named(conn: Connection) -> None:
    with pytest.raises(NotFoundError, match="there is no digest 4711"):
        outbox.get_message(conn, 4711)


# deliveries


def test_each_recipient_gets_a_row_of_its_own(conn: Connection) -> None:
    desk, room = queue(conn, DESK, ROOM)

    row = held(conn, desk)
    assert row == Delivery(
        id=desk,
        digest_id=row.digest_id,
        channel="mail",
        recipient="desk@example.org",
        key="daily.s.1",
        state=DeliveryState.QUEUED,
        attempts=0,
        next_at=build.NOON,
        queued_at=build.NOON,
    )
    assert (held(conn, room).recipient, held(conn, room).key) == ("", "daily.s.2")
    assert outbox.get(conn, desk + room) is None


def test_a_recipient_is_told_once_per_digest(conn: Connection) -> None:
    digest_id = create(conn)
    assert digest_id is not None

    def enqueue(*recipients: Recipient) -> tuple[int, ...]:
        return outbox.enqueue(conn, digest_id, recipients, key_base="k", at=build.NOON)

    assert len(enqueue(DESK)) == 1
    assert len(enqueue(DESK, CHIEF)) == 1
    assert enqueue(DESK, CHIEF) == ()
    assert enqueue() == ()
    assert [row.recipient for row in outbox.listing(conn)] == [DESK.address, CHIEF.address]


def test_a_claim_takes_what_is_due_and_counts_the_attempt(conn: Connection) -> None:
    (due,) = queue(conn, slot="due", hours=0)
    (later,) = queue(conn, slot="later", hours=2.5)

    (row,) = claim(conn, hours=1)

    assert (row.id, row.state, row.attempts, row.token) == (due, DeliveryState.SENDING, 1, "t1")
    assert held(conn, later).state is DeliveryState.QUEUED


def test_a_claim_takes_the_longest_waiting_up_to_its_limit(conn: Connection) -> None:
    waiting = {hours: queue(conn, slot=str(hours), hours=hours)[0] for hours in (3, 1, 2)}

    assert {row.id for row in claim(conn, hours=4, limit=2)} == {waiting[1], waiting[2]}
    assert [row.id for row in claim(conn, "t2", hours=4, limit=2)] == [waiting[3]]


def test_a_claim_returns_only_what_it_took_itself(conn: Connection) -> None:
    """Not what is in flight already, not even under the same token: that would send it twice."""
    queue(conn, slot="first")
    assert len(claim(conn, "t1")) == 1
    (second,) = queue(conn, slot="second")

    assert [row.id for row in claim(conn, "t1")] == [second]
    assert claim(conn, "t2") == ()


def test_what_was_sent_is_never_taken_again(conn: Connection) -> None:
    (id_,) = queue(conn)
    claim(conn)

    assert outbox.mark_sent(conn, id_, "t1", provider_id="p-1", at=build.at(1))

    row = held(conn, id_)
    assert (row.state, row.sent_at, row.provider_id) == (DeliveryState.SENT, build.at(1), "p-1")
    assert claim(conn, "t2", hours=999) == ()


def test_a_retry_waits_for_its_time(conn: Connection) -> None:
    (id_,) = queue(conn)
    claim(conn)

    assert outbox.mark_retry(conn, id_, "t1", next_at=build.at(2), error="421 busy")

    row = held(conn, id_)
    assert (row.state, row.error, row.next_at) == (DeliveryState.RETRY, "421 busy", build.at(2))
    assert claim(conn, "t2", hours=1) == ()
    (again,) = claim(conn, "t2", hours=2)
    assert (again.id, again.attempts, again.key) == (id_, 2, row.key)


def test_a_success_after_a_retry_clears_the_error(conn: Connection) -> None:
    (id_,) = queue(conn)
    claim(conn)
    outbox.mark_retry(conn, id_, "t1", next_at=build.at(1), error="421 busy")
    claim(conn, "t2", hours=1)

    outbox.mark_sent(conn, id_, "t2", provider_id="", at=build.at(1))

    assert held(conn, id_).error == ""


def test_what_is_dead_is_never_taken_again(conn: Connection) -> None:
    (id_,) = queue(conn)
    claim(conn)

    assert outbox.mark_dead(conn, id_, "t1", error="550 no such user")

    assert (held(conn, id_).state, held(conn, id_).error) == (
        DeliveryState.DEAD,
        "550 no such user",
    )
    assert claim(conn, "t2", hours=999) == ()


def test_a_row_in_flight_is_left_alone_until_its_lease_ends(conn: Connection) -> None:
    (id_,) = queue(conn)
    claim(conn)
    lease_end = LEASE / timedelta(hours=1)

    assert claim(conn, "t2", hours=lease_end * 0.99) == ()
    (row,) = claim(conn, "t2", hours=lease_end)

    assert (row.id, row.attempts, row.token) == (id_, 2, "t2")


def test_a_sender_that_was_held_up_cannot_write_over_its_successor(conn: Connection) -> None:
    (id_,) = queue(conn)
    claim(conn, "zombie")
    claim(conn, "successor", hours=1)

    assert not outbox.mark_sent(conn, id_, "zombie", provider_id="z", at=build.at(1))
    assert not outbox.mark_retry(conn, id_, "zombie", next_at=build.at(9), error="late")
    assert not outbox.mark_dead(conn, id_, "zombie", error="late")
    assert held(conn, id_).token == "successor"

    assert outbox.mark_sent(conn, id_, "successor", provider_id="s", at=build.at(1))
    assert not outbox.mark_sent(conn, id_, "zombie", provider_id="z", at=build.at(2))
    assert (held(conn, id_).provider_id, held(conn, id_).sent_at) == ("s", build.at(1))


def test_no_token_is_no_lease(conn: Connection) -> None:
    (id_,) = queue(conn)

    assert not outbox.mark_dead(conn, id_, "", error="never claimed")
    assert held(conn, id_).state is DeliveryState.QUEUED


def test_a_row_is_finished_once(conn: Connection) -> None:
    (id_,) = queue(conn)
    claim(conn)
    outbox.mark_sent(conn, id_, "t1", provider_id="p", at=build.at(1))

    assert not outbox.mark_retry(conn, id_, "t1", next_at=build.at(2), error="late")
    assert held(conn, id_).state is DeliveryState.SENT


def test_a_lease_that_ran_out_leaves_the_row_in_doubt(conn: Connection) -> None:
    """Its sender may have died after the message was taken; the doubt stays until it is sent."""
    (id_,) = queue(conn)
    claim(conn)
    (again,) = claim(conn, "t2", hours=1)
    assert (again.state, again.state.in_doubt) == (DeliveryState.RESENDING, True)

    outbox.mark_retry(conn, id_, "t2", next_at=build.at(2), error="450 later")

    assert held(conn, id_).state is DeliveryState.UNKNOWN
    (third,) = claim(conn, "t3", hours=2)
    assert third.state is DeliveryState.RESENDING


def test_an_unknown_outcome_is_told_from_a_refusal(conn: Connection) -> None:
    sent, refused = queue(conn, DESK, CHIEF)
    claim(conn)
    outbox.mark_retry(conn, sent, "t1", next_at=build.at(1), error="lost", unknown=True)
    outbox.mark_retry(conn, refused, "t1", next_at=build.at(1), error="450")

    states = {row.id: row.state for row in claim(conn, "t2", hours=1)}

    assert states == {sent: DeliveryState.RESENDING, refused: DeliveryState.SENDING}


def test_a_claim_may_be_of_one_channel(conn: Connection) -> None:
    mail, room = queue(conn, DESK, ROOM)
    assert outbox.due_channels(conn, build.NOON) == ("mail", "slack")

    taken = outbox.claim(conn, now=build.NOON, lease=LEASE, limit=9, token="t", channel="slack")

    assert [row.id for row in taken] == [room]
    assert held(conn, mail).state is DeliveryState.QUEUED
    assert outbox.due_channels(conn, build.NOON) == ("mail",)


def test_a_channel_can_be_postponed_without_counting_an_attempt(conn: Connection) -> None:
    mail, room = queue(conn, DESK, ROOM)
    outbox.postpone(conn, "mail", build.at(1))

    assert [row.id for row in claim(conn)] == [room]
    assert (held(conn, mail).next_at, held(conn, mail).attempts) == (build.at(1), 0)


def test_what_its_sender_left_can_be_held_and_sent_again_by_a_person(conn: Connection) -> None:
    (id_,) = queue(conn)
    claim(conn)
    assert outbox.hold_expired(conn, "mail", build.NOON, "e") == ()

    (row,) = outbox.hold_expired(conn, "mail", build.at(1), "its sender stopped")

    assert (row.id, row.state, row.error) == (id_, DeliveryState.HELD, "its sender stopped")
    assert claim(conn, "t2", hours=99) == ()
    assert outbox.again(conn, id_, build.at(99))
    (again,) = claim(conn, "t3", hours=99)
    assert (again.state, again.attempts) == (DeliveryState.RESENDING, 2)


def test_what_was_given_up_can_be_sent_again_or_dropped_once(conn: Connection) -> None:
    first, second, third = queue(conn, DESK, CHIEF, ROOM)
    claim(conn)
    for id_ in (first, second):
        outbox.mark_dead(conn, id_, "t1", error="550")

    assert outbox.again(conn, first, build.at(1))
    assert outbox.drop(conn, second)
    assert not outbox.drop(conn, second)
    assert not outbox.again(conn, second, build.at(1))
    assert not outbox.again(conn, third, build.at(1)), "it is being sent"

    outbox.mark_sent(conn, third, "t1", provider_id="", at=build.NOON)
    (row,) = claim(conn, "t2", hours=1)
    assert (row.id, row.state, row.attempts) == (first, DeliveryState.SENDING, 1)
    assert held(conn, second).state is DeliveryState.DROPPED


def test_the_outbox_is_listed_and_counted_by_state(conn: Connection) -> None:
    sent, dead, queued = queue(conn, DESK, CHIEF, ROOM)
    claim(conn, limit=2)
    outbox.mark_sent(conn, sent, "t1", provider_id="", at=build.NOON)
    outbox.mark_dead(conn, dead, "t1", error="e")

    assert outbox.counts(conn) == {
        "queued": 1,
        "sending": 0,
        "retry": 0,
        "unknown": 0,
        "resending": 0,
        "sent": 1,
        "held": 0,
        "dead": 1,
        "dropped": 0,
    }
    listed = outbox.listing(conn, states=(DeliveryState.DEAD, DeliveryState.QUEUED))
    assert [row.id for row in listed] == [dead, queued]
    assert outbox.listing(conn, states=()) == ()


def test_keys_are_unique_over_all_digests(conn: Connection) -> None:
    """A key names a message for ever: Message-ID, file name."""
    first, second = create(conn, "a"), create(conn, "b")
    assert first is not None
    assert second is not None
    outbox.enqueue(conn, first, [DESK], key_base="same", at=build.NOON)

    with pytest.raises(IntegrityError), conn.begin_nested():
        outbox.enqueue(conn, second, [DESK], key_base="same", at=build.NOON)


def test_a_changed_list_of_recipients_keeps_the_rows_that_were_queued(conn: Connection) -> None:
    (id_,) = queue(conn, DESK)
    row = held(conn, id_)

    outbox.enqueue(conn, row.digest_id, [CHIEF, DESK], key_base="other", at=build.at(1))

    assert held(conn, id_) == row
    assert len(outbox.listing(conn)) == 2
