"""What news says of judgments: evidence, flags, answers, cited articles."""

from sqlalchemy import Column, ForeignKey, Index, PrimaryKeyConstraint, Table, UniqueConstraint

from monitor.model.flags import FlagKind, FlagState
from monitor.model.questions import Direction, QuestionAnswer
from monitor.model.standing import StandingKind
from monitor.store.columns import counts, numbered, numbers, partial, refers, texts, times, truths
from monitor.store.metadata import METADATA
from monitor.store.types import EnumText, Tuples, key_integer

# story_id refers to no row of stories: an expectation that did not come true has no story
evidence = Table(
    "evidence",
    METADATA,
    numbered(),
    *texts("judgment", "story_id", "indicator"),
    *counts("number"),
    Column("direction", EnumText(Direction), nullable=False),
    *counts("weight"),
    Column("outlets", Tuples, nullable=False),
    Column("entry_ids", Tuples, nullable=False),
    *truths("hedged"),
    *numbers("prior_credit", "credit", "points"),
    *texts("title", "link"),
    *times("first_at", "last_at", "decided_at"),
    *texts("rules"),
    *counts("sources"),
    *texts("origin"),
    Column("standing", EnumText(StandingKind), nullable=False),
    *counts("digit"),
    UniqueConstraint("judgment", "story_id", "indicator", "number"),
    Index(None, "story_id"),
    Index(None, "last_at"),
)

exclusions = Table(
    "exclusions",
    METADATA,
    numbered(),
    *texts("judgment", "indicator"),
    Column("entries", Tuples, nullable=False),
    *truths("counts"),
    *texts("by"),
    *times("at"),
    *texts("note"),
)

LIVE = "state IN ('open', 'acknowledged')"

# slots and messages name flags and digests for ever, so their numbers are never given out twice
flags = Table(
    "flags",
    METADATA,
    numbered(),
    *texts("question", "brief"),
    Column("state", EnumText(FlagState), nullable=False),
    *times("opened_at", "changed_at"),
    partial("brief", where=LIVE, unique=True, name="uq_flags_live_brief"),
    Index(None, "brief", "id"),
    Index(None, "question", "id"),
    sqlite_autoincrement=True,
)

flag_reasons = Table(
    "flag_reasons",
    METADATA,
    numbered(),
    Column("flag_id", key_integer(), ForeignKey("flags.id"), nullable=False),
    Column("kind", EnumText(FlagKind), nullable=False),
    *texts("judgment", "about"),
    Column("direction", EnumText(Direction), nullable=False),
    *texts("text"),
    Column("numbers", Tuples(depth=2), nullable=False),
    Column("evidence", Tuples(depth=2), nullable=False),
    *truths("interrupts"),
    *texts("held"),
    *times("raised_at"),
    *texts("rules"),
    Column("facts", Tuples(depth=2), nullable=False),
    Index(None, "flag_id", "id"),
    Index(None, "raised_at"),
)

reviews = Table(
    "reviews",
    METADATA,
    numbered(),
    Column("flag_id", key_integer(), ForeignKey("flags.id"), nullable=False),
    *texts("brief"),
    Column("decision", EnumText(FlagState), nullable=False),
    *texts("by"),
    *times("at"),
    *texts("note", "likelihood", "indicator"),
    Column("assumptions", Tuples(depth=2), nullable=False),
    Column("ledger", Tuples(depth=2), nullable=False),
    *times("until", nullable=True),
    Index(None, "flag_id"),
    Index(None, "brief", "at"),
)

resolutions = Table(
    "resolutions",
    METADATA,
    numbered(),
    *texts("question"),
    Column("answer", EnumText(QuestionAnswer), nullable=False),
    *texts("by"),
    *times("at"),
    *texts("note"),
    Index(None, "question", "id"),
)

indicators = Table(
    "indicators",
    METADATA,
    *texts("question", "name", "definition"),
    *times("first_at", "edited_at", "alerts_from"),
    PrimaryKeyConstraint("question", "name"),
)

citation_snapshots = Table(
    "citation_snapshots",
    METADATA,
    numbered(),
    *texts("brief", "citation"),
    refers("entry_id", "entries.id"),
    *counts("revision"),
    *texts("title", "summary", "link"),
    Column("indicators", Tuples(depth=2), nullable=False),
    *texts("found_by"),
    *times("seen_at", "taken_at"),
    UniqueConstraint("brief", "citation", "entry_id", "revision"),
    Index(None, "entry_id"),
    Index(None, "taken_at"),
)
