"""Facts about the database as a whole: its watchlists and since when, and who works on it."""

from sqlalchemy import Column, Index, Table

from monitor.store.columns import texts, times
from monitor.store.metadata import METADATA
from monitor.store.types import text

watchlist_versions = Table(
    "watchlist_versions",
    METADATA,
    Column("version", text(), primary_key=True),
    *texts("text"),
    *times("first_at", "loaded_at"),
    Index(None, "loaded_at"),
)

app_meta = Table(
    "app_meta",
    METADATA,
    Column("key", text(), primary_key=True),
    *texts("value"),
)

# processes that share a PostgreSQL database; a lease begins with its worker's token
workers = Table(
    "workers",
    METADATA,
    Column("token", text(), primary_key=True),
    *texts("role", "host"),
    *times("started_at", "beat_at"),
)
