"""How `monitor replay` shows what happened to the entries of each feed of a folder."""

from collections.abc import Mapping

from monitor.cli.output import table
from monitor.core.feeds.churn import Churn, total

_COLUMNS = {
    "documents": "documents",
    "new": "new",
    "revised": "revised",
    "developed": "another story",
    "redated": "re-dated",
    "unchanged": "as before",
    "reguided": "re-guided",
    "vanished": "vanished",
    "returned": "came back",
}


def show(found: Mapping[str, Churn]) -> None:
    """A table with a line for each feed, and their sum where there are several."""
    lines = [*found.items(), *([("all", total(found))] if len(found) > 1 else ())]
    table(
        ("feed", *_COLUMNS.values()),
        [(name, *(f"{getattr(churn, key):,}" for key in _COLUMNS)) for name, churn in lines],
    )


def as_json(found: Mapping[str, Churn]) -> dict[str, dict[str, int]]:
    return {
        name: {key: int(getattr(churn, key)) for key in _COLUMNS} for name, churn in found.items()
    }
