"""Turns an alembic command into migrations on one connection.

The program hands its own connection over, in a transaction; a developer's command line opens one:
`alembic -x url=sqlite:///dev.db revision --autogenerate -m "…"`.
"""

from alembic import context
from sqlalchemy import Connection

from monitor.store.engine import change_schema, open_engine
from monitor.store.schema import METADATA


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=False,
        include_name=ours,
    )
    with context.begin_transaction():
        context.run_migrations()


def ours(name: str | None, _kind: str, _parents: object) -> bool:
    """Tables of a job queue, and indexes of words made by hand, live in the same database."""
    others = ("procrastinate_", "entry_words_fts", "ix_entry_words_words")
    return not (name or "").startswith(others)


def run() -> None:
    handed_over = context.config.attributes.get("connection")
    if handed_over is not None:
        migrate(handed_over)
        return
    given = context.get_x_argument(as_dictionary=True).get("url")
    engine = open_engine(given or context.config.get_main_option("sqlalchemy.url") or "")
    with change_schema(engine) as connection:
        migrate(connection)
    engine.dispose()


run()
