"""What every command does first: settings and log. Imports nothing that is slow to load."""

import getpass

import structlog

from monitor.access.accounts import Actor
from monitor.config import settings as config_settings
from monitor.config.settings import Settings
from monitor.model.access import Via
from monitor.runtime import logs

log = structlog.get_logger("monitor")


def prepare(*, quiet: bool = False) -> Settings:
    """Read the settings and set up the log; their warnings are its first lines."""
    settings = config_settings.load()
    logs.configure(
        style=settings.log_format,
        level="error" if quiet else settings.log_level,
        secrets=settings.secrets(),
    )
    for warning in settings.warnings:
        log.warning("settings.warned", warning=warning)
    return settings


def commanded_by() -> Actor:
    """Whoever is logged in at this machine, as decisions name who took them."""
    return Actor(name=getpass.getuser(), via=Via.COMMAND)
