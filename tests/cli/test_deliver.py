"""`monitor deliver`: a channel is tried, and a person decides on what did not arrive."""

import json

import pytest

from monitor.access import subscriptions
from monitor.access.accounts import Actor
from monitor.config import settings as config_settings
from monitor.model.access import Via
from monitor.model.deliveries import Delivery, DeliveryState
from monitor.runtime.database import open_database
from monitor.store import outbox as store_outbox
from tests.cli.conftest import NOW, Monitor
from tests.deliver.channels.email.mail_server import Inbox, free_port, mail_server
from tests.support.scene import Scene

MAIL = """
channels:
  files: {{type: files, folder: digests}}
  mail: {{type: email, host: 127.0.0.1, port: {port}, security: none, sender: s@example.org}}
digests:
- {{name: desk, to: [files, "mail:desk@example.org"]}}
"""


def first(scene: Scene) -> Delivery:
    settings = config_settings.load(scene.environ())
    with open_database(settings) as database:
        found = database.read_now(store_outbox.listing)
    return found[0]


OPERATED = MAIL + 'operators: ["mail:it@example.org", files]\n'


def test_a_channel_that_works_says_so(monitor: Monitor, scene: Scene) -> None:
    """It writes to the operators, or to the address that is given: never to whom digests tell."""
    inbox = Inbox()
    with mail_server(inbox) as port:
        scene.write(delivery=OPERATED.format(port=port))
        said = monitor("deliver", "test", "mail")
        other = monitor("deliver", "test", "mail", "--to", "me@example.org")
        told = monitor("deliver", "test", "mail", "--json")

    assert (said.code, other.code) == (0, 0)
    first, second = said.out.splitlines()
    assert first == "sending by mail to it@example.org"
    assert second.startswith("mail took the message to it@example.org (<test.")
    assert other.out.startswith("sending by mail to me@example.org\n")
    assert inbox.recipients == ["it@example.org", "me@example.org", "it@example.org"]
    assert json.loads(told.out)["sent"][0]["recipient"] == "it@example.org"
    assert inbox.mails[0]["Subject"] == "[Test] Signpost reaches you"
    html = inbox.mails[0].get_body(("html",))
    assert html is not None
    assert "한글 should look right; &lt;b&gt;" in html.get_content()


def test_readers_of_digests_are_not_written_to(monitor: Monitor, scene: Scene) -> None:
    """Without an operator by this channel an address must be named, and be one."""
    inbox = Inbox()
    with mail_server(inbox) as port:
        scene.write(delivery=MAIL.format(port=port))
        said = monitor("deliver", "test", "mail")
        wrong = monitor("deliver", "test", "mail", "--to", "a@example.org, desk@example.org")
        files = monitor("deliver", "test", "files")
        place = monitor("deliver", "test", "files", "--to", "me@example.org")

    assert (said.code, wrong.code, files.code, place.code) == (1, 1, 0, 1)
    assert said.err.startswith("monitor: no operator is told by “mail”, and nobody else is written")
    assert "is not one e-mail address, like desk@example.org; nothing was sent" in wrong.err
    assert files.out.startswith("sending by files\n")
    assert "“files” has no addresses" in place.err
    assert inbox.recipients == []


def test_a_channel_that_fails_says_why(monitor: Monitor, scene: Scene) -> None:
    port = free_port()
    scene.write(delivery=OPERATED.format(port=port))
    said = monitor("deliver", "test", "mail")

    assert said.code == 1
    assert said.err == f"monitor: mail server 127.0.0.1:{port} refused the connection\n"


def test_an_unknown_channel_is_named(monitor: Monitor) -> None:
    said = monitor("deliver", "test", "fax")

    assert said.code == 1
    assert "no channel is called “fax” in delivery.yaml; there are: files" in said.err


@pytest.mark.slow
def test_what_was_given_up_is_listed_sent_again_and_dropped(
    monitor: Monitor, flagged: Scene
) -> None:
    flagged.write(delivery=MAIL.format(port=free_port()))
    (flagged.folder / "data/digests").mkdir(parents=True, exist_ok=True)
    assert monitor("digest", "--send").code == 0
    settings = config_settings.load(flagged.environ())
    with open_database(settings) as database:
        found = database.read_now(store_outbox.listing)
        (mail,) = [row for row in found if row.channel == "mail"]
        assert mail.state is DeliveryState.RETRY
        later = mail.next_at
        (row,) = database.write_now(
            lambda conn: store_outbox.claim(conn, now=later, lease=later - NOW, limit=1, token="t")
        )
        database.write_now(
            lambda conn: store_outbox.mark_dead(conn, row.id, "t", error="550 no such user")
        )

    status = monitor("status")
    assert status.code == 1
    assert f"  {mail.id} {mail.key} by mail to desk@example.org, given up: 550" in status.out
    assert monitor("deliver", "again", str(mail.id)).out == f"delivery {mail.id} is due now\n"
    twice = monitor("deliver", "again", str(mail.id))
    assert (twice.code, "was not given up and is not held" in twice.err) == (1, True)


TEAMS = """
channels:
  files: {type: files, folder: digests}
teams: {kim: files}
digests:
- {name: mine, to: owners}
- {name: all, to: files}
"""


@pytest.mark.slow
def test_a_preview_for_somebody_is_everything_they_get(monitor: Monitor, flagged: Scene) -> None:
    path = flagged.file("watchlists.yaml")
    owned = path.read_text().replace("- id: treaty", "- id: treaty\n  owner: Kim")
    flagged.write(delivery=TEAMS, watchlists=owned)

    said = monitor("digest", "--preview", "--for", "kim")
    assert said.out.count("Subject: ") == 2
    assert "Digest “mine.kim”" in said.out
    assert "Digest “all”" in said.out
    assert monitor("digest", "--for", "all").out.count("Subject:") == 1

    page = flagged.folder / "page.html"
    said = monitor("digest", "--for", "kim", "--html", page)
    assert page.read_text().startswith("<!DOCTYPE html>")
    assert (flagged.folder / "page-2.html").exists()

    said = monitor("digest", "--for", "nobody")
    assert said.code == 1
    assert "no digest goes to “nobody”; the digests are: mine.kim, all" in said.err


def test_an_unsubscription_is_undone_by_name(monitor: Monitor, scene: Scene) -> None:
    scene.write(delivery=MAIL.format(port=free_port()))
    assert monitor("deliver", "subscribe", "desk", "desk@example.org").code == 1
    own = subscriptions.Subscription(digest="desk", recipient="desk@example.org")
    person = Actor(name=own.recipient, via=Via.MAIL)
    with open_database(config_settings.load(scene.environ())) as database:
        database.write_now(
            lambda conn: subscriptions.change(conn, own, wanted=False, actor=person, now=NOW)
        )

    said = monitor("deliver", "subscribe", "desk", "Desk@example.org")

    assert (said.code, said.out) == (0, "Desk@example.org gets the digest “desk” again\n")
    with open_database(config_settings.load(scene.environ())) as database:
        assert database.read_now(lambda conn: subscriptions.left(conn, "desk")) == frozenset()
