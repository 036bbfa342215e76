"""`monitor digest`: what would be sent now, or sending it now."""

import asyncio
from datetime import datetime
from pathlib import Path

import click

from monitor.cli.daemon import prepare
from monitor.cli.output import say
from monitor.config.settings import Settings
from monitor.errors import NotFoundError
from monitor.model.digests import DigestConfig, Message
from monitor.service import dispatch, jobs
from monitor.service.app import App, open_app


@click.command()
@click.argument("name", required=False)
@click.option("--preview/--send", default=True, help="Show it (the default), or send it now.")
@click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the preview's HTML here."
)
def digest(name: str | None, preview: bool, html: Path | None) -> None:
    """Show the digest NAME of delivery.yaml as it would be sent now; with --send, send it."""
    settings = prepare(quiet=True)
    message = asyncio.run(_digest(settings, name, jobs.SystemClock().now(), send=not preview))
    if preview and html is not None:
        try:
            html.write_text(message.html, encoding="utf-8")
        except OSError as exc:
            raise click.FileError(str(html), hint=exc.strerror) from exc
        say(f"{message.subject}: written to {html}")
    elif preview:
        say(f"Subject: {message.subject}\n")
        say(message.text)


async def _digest(settings: Settings, name: str | None, now: datetime, *, send: bool) -> Message:
    async with open_app(settings, now=now, jitter=jobs.system_jitter) as app:
        config = _config(app, name)
        context = app.context()
        if not send:
            composed = await app.database.read(
                lambda conn: dispatch.preview(conn, config, context, now)
            )
            return composed.message
        sent = await app.database.write(lambda conn: dispatch.send_now(conn, config, context, now))
        if sent is None:
            raise NotFoundError("this digest was already sent in this minute; nothing sent")
        await app.deliver_due(now, jobs.lease_token())
        return sent.message


def _config(app: App, name: str | None) -> DigestConfig:
    configs = app.plan.configuration.delivery.digests
    found = [config for config in configs if name in {None, config.name}]
    if not found:
        names = ", ".join(config.name for config in configs) or "none"
        raise NotFoundError(f"no digest is called “{name}” in delivery.yaml; there are: {names}")
    return found[0]
