"""People, sessions, tokens and deeds, alike on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from monitor.errors import NotFoundError
from monitor.model.access import Deed, Person, Role, Session, Via
from monitor.store import access as store_access

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ANA = Person(name="ana", role=Role.VIEWER, created_at=NOW, password_hash="$argon2id$x")
DEED = Deed(at=NOW, actor="ana", via=Via.PAGE, action="flag.stands", subject="flag 1")


def test_a_person_is_stored_as_given_and_replaced_but_for_the_day(conn: Connection) -> None:
    store_access.put_person(conn, ANA)
    assert store_access.person(conn, "ana") == ANA

    later = replace(ANA, role=Role.OPERATOR, created_at=NOW + timedelta(days=1))
    store_access.put_person(conn, later)

    assert store_access.everybody(conn) == (replace(later, created_at=NOW),)


def test_a_session_lasts_until_its_end(conn: Connection) -> None:
    store_access.put_person(conn, ANA)
    end = NOW + timedelta(hours=1)
    session = Session(person="ana", opened_at=NOW, expires_at=end)
    store_access.open_session(conn, "secret", session)

    assert store_access.session(conn, "secret", NOW) == session
    assert store_access.session(conn, "Secret", NOW) is None
    assert store_access.session(conn, "secret", end) is None
    assert store_access.prune_sessions(conn, end) == 1


@pytest.mark.parametrize("ends", ["logout", "password", "disabled"])
def test_a_session_can_be_ended(conn: Connection, ends: str) -> None:
    store_access.put_person(conn, ANA)
    session = Session(person="ana", opened_at=NOW, expires_at=NOW + timedelta(hours=1))
    store_access.open_session(conn, "secret", session)
    match ends:
        case "logout":
            store_access.end_session(conn, "secret")
        case "password":
            store_access.set_password(conn, "ana", "$argon2id$y")
        case _:
            store_access.set_disabled(conn, "ana", disabled=True)
    assert store_access.session(conn, "secret", NOW) is None


def test_nobody_is_changed_who_is_not_there(conn: Connection) -> None:
    with pytest.raises(NotFoundError, match="nobody is called “bob”"):
        store_access.set_role(conn, "bob", Role.VIEWER)


def test_a_token_counts_until_it_expires_or_is_revoked(conn: Connection) -> None:
    end = NOW + timedelta(days=1)
    number = store_access.make_token(
        conn, "secret", name="n", scopes=["read"], by="ana", at=NOW, expires_at=end
    )
    found = store_access.token(conn, "secret", NOW)
    assert found is not None
    assert (found.id, found.scopes, found.used_at) == (number, ("read",), None)
    store_access.used_token(conn, number, NOW)
    assert store_access.all_tokens(conn)[0].used_at == NOW
    assert store_access.token(conn, "secret", end) is None
    store_access.revoke_token(conn, number, NOW)
    assert store_access.token(conn, "secret", NOW) is None
    with pytest.raises(NotFoundError):
        store_access.revoke_token(conn, number, NOW)


def test_deeds_are_listed_newest_first_by_subject_and_page(conn: Connection) -> None:
    numbers = [
        store_access.add_deed(conn, replace(DEED, subject=f"flag {n % 2}", address="::1"))
        for n in range(5)
    ]
    assert [deed.id for deed in store_access.deeds_page(conn)] == numbers[::-1]
    ones = store_access.deeds_page(conn, subject="flag 1", before=numbers[3], limit=5)
    assert [deed.id for deed in ones] == [numbers[1]]
    assert store_access.get_deed(conn, numbers[0]) == replace(
        DEED, id=numbers[0], subject="flag 0", address="::1"
    )
    counted = (
        store_access.count_deeds(conn, "flag.stands", NOW),
        store_access.count_deeds(conn, "flag.stands", NOW, subject="flag 1"),
        store_access.count_deeds(conn, "flag.stands", NOW, address="::2"),
        store_access.count_deeds(conn, "flag.stands", NOW + timedelta(seconds=1)),
    )
    assert counted == (5, 2, 0, 0)
