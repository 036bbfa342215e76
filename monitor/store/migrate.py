"""Brings a database to the revision this program was written for, in one transaction.

Must never leave a half-changed schema, and never touch a database that a newer program wrote.
"""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from monitor.errors import NewerDatabaseError, StoreError
from monitor.store.engine import change_schema, place, read

_PACKAGE = Path(__file__).parents[1]


def upgrade(engine: Engine, *, scripts: Path | None = None) -> bool:
    """Migrate to `head`; True if there was anything to do. Safe to call from many processes.

    Raises NewerDatabaseError if the database has a revision that is not among the scripts, and
    StoreError if it cannot be migrated; then it is as it was.
    """
    folder = scripts or _scripts()
    try:
        if current(engine) == head(scripts=scripts):
            return False  # what follows reads every reference there is
        with change_schema(engine) as conn:
            return _upgrade(conn, folder)
    except CommandError as exc:
        raise StoreError(f"the migrations in {folder} cannot be run: {exc}") from exc


def current(engine: Engine) -> str | None:
    """The revision a database is at; None for an empty one."""
    with read(engine) as conn:
        return _current(conn)


def known(engine: Engine, *, scripts: Path | None = None) -> str | None:
    """The same; raises NewerDatabaseError for one that is not among the scripts."""
    found = current(engine)
    _require_known(engine, found, scripts or _scripts())
    return found


def head(*, scripts: Path | None = None) -> str:
    """The revision this program was written for; our own migrations are read once a process.

    Raises StoreError if there are none.
    """
    return _newest(scripts) if scripts else _shipped()


@cache
def _shipped() -> str:
    return _newest(_scripts())


def _newest(scripts: Path) -> str:
    newest = ScriptDirectory(str(scripts)).get_current_head()
    if newest is None:
        raise StoreError("this installation has no migrations; install it again")
    return newest


def _upgrade(conn: Connection, folder: Path) -> bool:
    before, after = _current(conn), head(scripts=folder)
    if before == after:
        return False
    _require_known(conn.engine, before, folder)
    config = _config(folder)
    config.attributes["connection"] = conn
    command.upgrade(config, "head")
    return True


def _require_known(engine: Engine, revision: str | None, folder: Path) -> None:
    ours = {item.revision for item in ScriptDirectory(str(folder)).walk_revisions()}
    if revision is not None and revision not in ours:
        raise NewerDatabaseError(
            f"the database {place(engine.url)} is at revision {revision}; this version knows "
            f"only up to {head(scripts=folder)}: a newer one wrote it; run that one, or restore a "
            "backup from before the upgrade"
        )


def _current(conn: Connection) -> str | None:
    return MigrationContext.configure(conn).get_current_revision()


def _config(folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config


def _scripts() -> Path:
    """Shipped inside the package in a wheel; beside it in a checkout."""
    shipped = _PACKAGE / "_alembic"
    return shipped if shipped.is_dir() else _PACKAGE.parent / "alembic"
