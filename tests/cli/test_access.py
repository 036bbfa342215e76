"""`monitor user` and `monitor token`, as an operator types them."""

import io
import json

import pytest

from monitor.access import accounts as access_accounts
from monitor.runtime.database import open_database
from monitor.store import access as store_access
from tests.cli.conftest import NOW, Monitor
from tests.support.scene import Scene


@pytest.fixture
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a script pipes in."""
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))


@pytest.mark.slow
@pytest.mark.usefixtures("_password")
def test_somebody_is_added_and_their_password_fits(monitor: Monitor, scene: Scene) -> None:
    assert monitor("user", "add", "ana", "--role", "operator").out == "ana is operator\n"
    with open_database(scene.settings()) as database:
        ana = database.read_now(lambda conn: store_access.person(conn, "ana"))
        deeds = database.read_now(store_access.deeds_page)
    assert access_accounts.fits(ana, "correct horse battery")
    assert not access_accounts.fits(ana, "correct horse batterz")
    assert [(deed.action, deed.subject) for deed in deeds] == [("person.added", "ana")]

    (row,) = json.loads(monitor("user", "list", "--json").out)
    assert row == {"name": "ana", "role": "operator", "disabled": False}
    assert "correct" not in monitor("user", "list").out


def test_a_short_password_and_a_strange_name_are_refused(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    said = monitor("user", "add", "ana")
    assert said.code == 1
    assert "12 to 1000 characters; this one has 5" in said.err
    assert monitor("user", "add", "a b", "--no-password").code == 2


def test_roles_and_doors_are_changed_and_a_wrong_name_is_said_so(monitor: Monitor) -> None:
    assert monitor("user", "add", "vic", "--role", "viewer", "--no-password").code == 0
    assert "is there already" in monitor("user", "add", "vic", "--no-password").err
    assert monitor("user", "role", "vic", "analyst").out == "vic is analyst\n"
    assert monitor("user", "disable", "vic").code == 0
    assert "disabled" in monitor("user", "list").out
    assert monitor("user", "disable", "vic", "--undo").code == 0
    said = monitor("user", "role", "nobody", "viewer")
    assert (said.code, "nobody is called “nobody”" in said.err) == (1, True)


def test_a_token_is_shown_once_and_worthless_after_it_was_revoked(
    monitor: Monitor, scene: Scene
) -> None:
    secret = monitor("token", "create", "grafana", "--scope", "read", "--days", "30").out.strip()
    assert secret.startswith("signpost_")
    assert secret not in monitor("token", "list").out

    with open_database(scene.settings()) as database:
        found = database.read_now(lambda conn: store_access.token(conn, secret, NOW))
        assert found is not None
        assert (found.name, found.scopes) == ("grafana", ("read",))
        assert monitor("token", "revoke", str(found.id)).code == 0
        assert database.read_now(lambda conn: store_access.token(conn, secret, NOW)) is None
    assert "revoked" in monitor("token", "list").out
    assert monitor("token", "revoke", "9").code == 1
