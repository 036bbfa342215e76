"""From the digest to the answer: each recipient's own signed links, which a scanner cannot use."""

import re
from collections.abc import Mapping
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.access import accounts as access_accounts
from monitor.deliver.one_click import WORDS
from monitor.model.access import Deed
from monitor.outbox import compose
from monitor.outbox.send import RETRY_FIRST
from monitor.store import access as store_access
from monitor.store import outbox as store_outbox
from monitor.triage import answers
from tests.deliver.channels.email.mail_server import Inbox, mail_server
from tests.support.scene import (
    RETURNED,
    SIGNED,
    SIGNED_TOO,
    START,
    Item,
    Scene,
    at,
    publishing,
)
from tests.web.stage import NOW, Stage, staged

MAIL = """
channels:
  mail: {{type: email, host: 127.0.0.1, port: {port}, security: none, sender: s@example.org}}
  files: {{type: files, folder: digests}}
digests:
- name: links
  at: "08:00"
  to: ["mail:one@example.org", "mail:two@example.org", files]
"""
PAGE = "http://localhost"
LINK = re.compile(rf"{PAGE}/answer/[\w.=-]+")


async def told(stage: Stage, inbox: Inbox) -> dict[str, tuple[str, str]]:
    """Text and HTML by recipient, of a digest that is sent now."""
    assert await stage.app.compose_due(NOW)
    await stage.app.deliver_due(NOW, "t")
    await stage.app.deliver_due(NOW + RETRY_FIRST, "t")
    found = {}
    for mail in inbox.mails:
        parts = [mail.get_body((kind,)) for kind in ("plain", "html")]
        text, html = (part.get_content() if part else "" for part in parts)
        found[str(mail["To"])] = text, html
    return found


def links(told: Mapping[str, tuple[str, str]], recipient: str) -> dict[str, list[str]]:
    text, html = told[recipient]
    return {"text": LINK.findall(text), "html": LINK.findall(html)}


async def test_each_recipient_gets_links_of_their_own_and_a_shared_channel_none(
    scene: Scene,
) -> None:
    inbox = Inbox()
    with mail_server(inbox) as port:
        scene.write(delivery=MAIL.format(port=port))
        async with staged(scene, MONITOR_BASE_URL=PAGE) as stage:
            found = await told(stage, inbox)
            own = links(found, "one@example.org")
            assert len(own["text"]) == len(own["html"]) == len(WORDS)
            assert own["text"] == own["html"]
            assert own != links(found, "two@example.org")
            (files,) = (scene.folder / "data/digests").glob("links.*.html")
            assert LINK.findall(files.read_text("utf-8")) == []
            assert f"{PAGE}/flags/1?answer=stands#answer" in files.read_text("utf-8")

            # a scanner opens all of them; then a person presses one button
            for address in own["html"]:
                status, html = await stage.get(address.removeprefix(PAGE))
                assert (status, "Nothing has been changed yet" in html) == (200, True)
            deeds = await stage.app.database.read(store_access.deeds_page)
            assert deeds == ()
            path = own["html"][list(WORDS).index("noise")].removeprefix(PAGE)
            status, _, _ = await stage.post(
                path, {"note": "a rehearsal", "indicator": "signing"}, on=path
            )
            assert status == 200
            (deed,) = await stage.app.database.read(store_access.deeds_page)
            assert (deed.action, deed.actor, deed.via.value) == (
                "flag.noise",
                "one@example.org",
                "mail",
            )
            status, html = await stage.get(own["html"][0].removeprefix(PAGE))
            assert "answered already" in html


@pytest.mark.parametrize(("base", "access"), [("", "loopback"), (PAGE, "off")])
async def test_without_a_public_address_or_a_page_there_are_no_links(
    scene: Scene, base: str, access: str
) -> None:
    inbox = Inbox()
    with mail_server(inbox) as port:
        scene.write(delivery=MAIL.format(port=port))
        async with staged(scene, MONITOR_BASE_URL=base, MONITOR_WEB_ACCESS=access) as stage:
            found = await told(stage, inbox)
            assert len(found) == 2
            assert not any("/answer/" in text + html for text, html in found.values())


HOSTILE = """
channels:
  mail: {{type: email, host: 127.0.0.1, port: {port}, security: none, sender: s@example.org}}
  files: {{type: files, folder: digests}}
  flags: {{type: atom, folder: feed}}
digests:
- {{name: links, at: "08:00", to: ["mail:one@example.org", files, flags]}}
"""
OURS = f"{PAGE}/flags/1?answer=noise#answer"
STOLEN = f"http://evil.example/?u={OURS}"


async def test_a_feed_that_links_to_our_answers_gets_no_signature(tmp_path: Path) -> None:
    """Each title is a signing that raises the flag; each link leads to the page or past it."""
    scene, inbox = Scene(tmp_path), Inbox()
    items = (
        Item(guid="s0", title=SIGNED, at=at(1), link=STOLEN),
        Item(guid="s1", title=f"{SIGNED_TOO} {OURS}", at=at(1), link=OURS),
        Item(guid="s2", title=f"{RETURNED} {PAGE}/flags/1", at=at(1), link=f"{PAGE}/flags/1"),
    )
    async with publishing() as publisher:
        with mail_server(inbox) as port:
            scene.write(base=publisher.base, delivery=HOSTILE.format(port=port))
            async with staged(scene, MONITOR_BASE_URL=PAGE) as stage:
                publisher.publish("courier")
                await stage.app.poll_now("courier", START)
                publisher.publish("courier", *items)
                assert (await stage.app.poll_now("courier", at(6))).error is None
                inbox.hang_ups = ["DATA"]  # the first answer is lost: it is sent again
                text, html = (await told(stage, inbox))["one@example.org"]
                assert inbox.hang_ups == []
                assert STOLEN in text
                assert STOLEN in unescape(html)

                own = LINK.findall(html)
                assert len(own) == len(WORDS)
                assert LINK.findall(text) == own
                hrefs = [link.attributes["href"] for link in LexborHTMLParser(html).css("a")]
                assert [href for href in hrefs if href and "answer/" in href] == own
                bodies = [body(raw) for raw in inbox.raw]
                assert len(bodies) == 2
                assert bodies[0] == bodies[1]
                data = scene.folder / "data"
                for file in (*data.glob("digests/*"), *data.glob("feed/*")):
                    found = file.read_text("utf-8")
                    assert "evil.example" in found
                    assert LINK.findall(found) == []

                assert await tried_by_a_thief(stage) == ()


async def tried_by_a_thief(stage: Stage) -> tuple[Deed, ...]:
    """What is done by what the thief's server is asked for when somebody follows the headline."""
    for path in ("/flags/1?answer=noise", "/answer/", "/answer/noise"):
        await stage.get(path)
        status, _, _ = await stage.post(path, {"answer": "noise", "note": "stolen"})
        assert status in {403, 404, 405}
    return await stage.app.database.read(store_access.deeds_page)


def body(raw: bytes) -> list[str]:
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    parts = [mail.get_body((kind,)) for kind in ("plain", "html")]
    return [part.get_content() for part in parts if part is not None]


def test_what_a_mail_offers_is_an_answer() -> None:
    assert set(WORDS) < set(answers.ANSWERS)


def test_the_same_link_is_the_same_text() -> None:
    made = access_accounts.SignedLink(flag_id=1, answer="stands", recipient="one@example.org")
    first, second = (access_accounts.sign_link(b"k" * 32, made, now=NOW) for _ in range(2))
    assert first == second
    assert access_accounts.read_link(b"k" * 32, first, now=NOW) == made


async def test_one_click_stops_a_digest_for_one_address_until_it_is_undone(scene: Scene) -> None:
    """As RFC 8058 has it: a post from anywhere, without cookie or mark; a GET changes nothing."""
    inbox = Inbox()
    with mail_server(inbox) as port:
        scene.write(delivery=MAIL.format(port=port))
        async with staged(scene, MONITOR_BASE_URL=PAGE) as stage:
            await told(stage, inbox)
            (mail,) = [each for each in inbox.mails if each["To"] == "one@example.org"]
            path = str(mail["List-Unsubscribe"]).strip("<>").removeprefix(PAGE)

            async def wanted() -> list[str]:
                digest = await stage.app.database.write(
                    lambda conn: compose.send_now(
                        conn, stage.app.digests()[0], stage.app.context(), stage.now[-1]
                    )
                )
                assert digest is not None
                rows = await stage.app.database.read(store_outbox.listing)
                newest = max(row.digest_id for row in rows)
                return sorted(row.recipient for row in rows if row.digest_id == newest)

            status, html = await stage.get(path)
            assert (status, "Tell me no more" in html) == (200, True)
            assert await wanted() == ["", "one@example.org", "two@example.org"]

            elsewhere = {"Origin": "https://mail.example", "Sec_Fetch_Site": "cross-site"}
            click = {"List-Unsubscribe": "One-Click"}
            for _ in range(2):
                status, _, html = await stage.post(path, click, **elsewhere)
                assert (status, "is told no more of it" in html) == (200, True)
            stage.now.append(NOW + timedelta(minutes=1))
            assert await wanted() == ["", "two@example.org"]
            (deed,) = await stage.app.database.read(store_access.deeds_page)
            assert (deed.action, deed.actor) == ("digest.unsubscribe", "one@example.org")

            status, _, html = await stage.post(f"{path}/undo")
            assert (status, "Tell me no more" in html) == (200, True)
            stage.now.append(NOW + timedelta(minutes=2))
            assert await wanted() == ["", "one@example.org", "two@example.org"]
            assert (await stage.post(f"{path}x"))[0] == 403
