"""Gives the room that dropped rows left in a SQLite file back to the disk, a little at a time."""

from typing import Any

from sqlalchemy import Engine

from monitor.store.engine import apart

PAGES = 5_000
"""At once: some 20 MB, for which a poll may have to wait a quarter of a second."""


def give_back(engine: Engine, pages: int = PAGES) -> int:
    """Shrink the file by up to `pages` free pages; how many bytes that were.

    0 at the end, on PostgreSQL, which does so by itself, and for files from before
    `auto_vacuum`. Raises StoreError when the database fails.
    """
    if engine.dialect.name != "sqlite":
        return 0
    with apart(engine) as driver:
        (size,) = driver.execute("PRAGMA page_size").fetchone()
        before = _free(driver)
        # every row must be fetched: a statement that is only begun frees a single page
        driver.execute(f"PRAGMA incremental_vacuum({pages})").fetchall()
        return int((before - _free(driver)) * size)


def _free(driver: Any) -> int:
    (pages,) = driver.execute("PRAGMA freelist_count").fetchone()
    return int(pages)
