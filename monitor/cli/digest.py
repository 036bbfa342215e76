"""`monitor digest`: what would be sent now, or sending it now."""

import asyncio
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from monitor.cli.output import as_json, say
from monitor.cli.prepare import prepare
from monitor.config.settings import Settings
from monitor.core.telling import routing
from monitor.daemon import jobs
from monitor.daemon.app import App
from monitor.daemon.opening import open_app
from monitor.deliver import pictures
from monitor.errors import NotFoundError
from monitor.model.deliveries import DigestConfig
from monitor.model.digests import Message
from monitor.outbox import compose


@click.command()
@click.argument("name", required=False)
@click.option("--preview/--send", default=True, help="Show it (the default), or send it now.")
@click.option(
    "--for", "whom", help="Everything that a team, an address or a channel gets, by its name."
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the preview as a page here.",
)
@click.option("--open", "open_", is_flag=True, help="Show the preview in the browser.")
@click.option("--json", "json_", is_flag=True, help="Print what is shown or was sent as JSON.")
def digest(
    name: str | None,
    preview: bool,
    whom: str | None,
    html: Path | None,
    open_: bool,
    json_: bool,
) -> None:
    """Show the digest NAME of delivery.yaml exactly as it would be sent now; with --send, send it.

    Without NAME it is the first; with --for, every digest that somebody gets.
    """
    settings = prepare(quiet=True)
    now = jobs.SystemClock().now()
    messages = asyncio.run(_digests(settings, name, whom, now, send=not preview))
    if json_:
        as_json([_json(message, sent=not preview) for message in messages])
        return
    if not preview:
        return
    if open_ and html is None:
        html = Path(tempfile.mkdtemp(prefix="signpost-"), "digest.html")
    for number, message in enumerate(messages):
        if html is None:
            _print(message)
            continue
        page = html.with_stem(f"{html.stem}-{number + 1}") if number else html
        _write(page, message)
        if open_:
            click.launch(str(page))


def _json(message: Message, *, sent: bool) -> dict[str, Any]:
    return {
        "subject": message.subject,
        "summary": message.summary,
        "text": message.text,
        "html": message.html,
        "slack_blocks": list(message.blocks),
        "sent": sent,
    }


def _print(message: Message) -> None:
    say(f"Subject: {message.subject}\n")
    say(message.text)


def _write(page: Path, message: Message) -> None:
    try:
        page.write_text(pictures.page(message), encoding="utf-8")
    except OSError as exc:
        raise click.FileError(str(page), hint=exc.strerror) from exc
    say(f"{message.subject}: written to {page}")


async def _digests(
    settings: Settings, name: str | None, whom: str | None, now: datetime, *, send: bool
) -> list[Message]:
    async with open_app(settings, now=now, jitter=jobs.system_jitter) as app:
        configs = _configs(app, name, whom)
        messages = [await _one(app, config, now, send=send) for config in configs]
        if send:
            await app.deliver_due(now, jobs.lease_token())
        return messages


async def _one(app: App, config: DigestConfig, now: datetime, *, send: bool) -> Message:
    context = app.context()
    if not send:
        composed = await app.database.read(lambda conn: compose.preview(conn, config, context, now))
        return composed.message
    sent = await app.database.write(lambda conn: compose.send_now(conn, config, context, now))
    if sent is None:
        raise NotFoundError("this digest was already sent in this minute; nothing sent")
    return sent.message


def _configs(app: App, name: str | None, whom: str | None) -> tuple[DigestConfig, ...]:
    configs = app.digests()
    names = ", ".join(config.name for config in configs) or "none"
    found = tuple(config for config in configs if name in {None, config.name})
    if not found:
        raise NotFoundError(f"no digest is called “{name}” in delivery.yaml; there are: {names}")
    if whom is None:
        return found[:1]
    delivery = app.plan.configuration.delivery
    reached = tuple(config for config in found if routing.reaches(config, whom, delivery))
    if not reached:
        raise NotFoundError(f"no digest goes to “{whom}”; the digests are: {names}")
    return reached
