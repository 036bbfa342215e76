"""What must be done for news to become messages, and which roles of workers do it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Duty(StrEnum):
    """One part of the work, by the name of the role that does nothing else."""

    POLL = "poll"  # reads feeds, and assesses what they bring
    ASSESS = "assess"  # what is due by the clock, digests, tidying up
    DELIVER = "deliver"

    @property
    def missing(self) -> str:
        """What an operator is told when nobody does it, and what to do."""
        roles = " or ".join(f"--role {role}" for role in reversed(ROLES) if self in ROLES[role])
        return f"no worker {_DOES[self]}: start one with {roles}"


_DOES: Mapping[Duty, str] = {
    Duty.POLL: "polls", Duty.ASSESS: "assesses", Duty.DELIVER: "delivers",
}  # fmt: skip

ROLES: dict[str, tuple[Duty, ...]] = {
    "all": tuple(Duty),
    "poll": (Duty.POLL,),
    "assess": (Duty.ASSESS,),
    "deliver": (Duty.DELIVER,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """How workers that share a database stand together."""

    last_round: datetime | None  # when a worker that polls last said that it lives
    missing: tuple[Duty, ...]  # what none that lives does
