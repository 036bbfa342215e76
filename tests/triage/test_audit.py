"""Every number follows from what is stored: proved on polls, refuted where one is touched."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, update

from monitor.access.accounts import Actor
from monitor.core.judging.rules import Rules
from monitor.model.access import Via
from monitor.model.entries import Entry
from monitor.model.flags import FlagKind
from monitor.polling import ingest
from monitor.store import engine as store_engine
from monitor.store import flags as store_flags
from monitor.store import schema
from monitor.store import watchlists as store_watchlists
from monitor.triage import answers
from monitor.triage import audit as triage_audit
from monitor.triage.answers import Given
from monitor.triage.audit import Audit
from tests import build, databases
from tests.support.rulebook import rules
from tests.support.scene import WATCHLISTS

RULES = rules(
    WATCHLISTS.replace(
        "  toward:\n",
        "    assumptions:\n"
        "    - {id: out, says: Ruritania stays out., broken_by: [talks-back]}\n  toward:\n",
        1,
    ),
    outlets=3,
)
UNDATED = WATCHLISTS.replace("    published: 2019-03-01\n", "")
KIM = Actor(name="kim", via=Via.PAGE)
TITLES = (
    "Ruritania signs border treaty",
    "Ruritania may sign border treaty",
    "Ruritania returns to talks on its border",
    "Envoys of Ruritania return to border talks",
    "Ruritania walks out of border talks",
    "Ruritania holds its spring parade",
    "Fishermen of Ruritania return to wage talks with harbour masters",
    "Ruritania: orchestra returns to talks about its new hall",
    "Miners in northern Ruritania returned to talks over pensions",
    "Football league of Ruritania will return to talks with broadcasters",
)
OUTLETS = ("Courier", "Herald", "Gazette")
OWN_WORDS = ("", ", ferrymen by the river tell", " after a night of heavy snow in the capital")
"""What each outlet adds to a title, so that it is a source of its own and no copy."""
Told = tuple[int, int, int]  # day, title, outlet


def entries(told: Sequence[Told]) -> dict[int, list[Entry]]:
    """What arrives on each day."""
    found: dict[int, list[Entry]] = {}
    for number, (day, title, outlet) in enumerate(told):
        seen = build.at(days=day) + timedelta(minutes=number)
        entry = build.entry(
            f"e{number}", TITLES[title] + OWN_WORDS[outlet], outlet=OUTLETS[outlet], seen=seen
        )
        found.setdefault(day, []).append(entry)
    return found


def polled(conn: Connection, told: Sequence[Told], own: Rules = RULES) -> None:
    for day, arriving in sorted(entries(told).items()):
        now = build.at(days=day) + timedelta(hours=6)
        ingest.take_in(conn, arriving, (), rules=own, now=now)


def audited(told: Sequence[Told], *spoil: object) -> Audit:
    """The audit of a database in memory after these arrivals and statements that spoil it."""
    engine = databases.in_memory()
    with store_engine.write(engine) as conn:
        polled(conn, told)
        for statement in spoil:
            conn.execute(statement)  # type: ignore[call-overload]
        found = triage_audit.audit(conn)
        kinds = {
            reason.kind
            for flag in store_flags.listing(conn, live_only=False)
            for reason in flag.reasons
        }
    engine.dispose()
    expected = {*FlagKind} - {FlagKind.CITATION, FlagKind.SILENCE, FlagKind.RESOLVED}
    assert told is not EVERYTHING or kinds == expected - {FlagKind.WAKE_UP}
    return found


EVERYTHING: tuple[Told, ...] = (
    *((day, 2, day % 3) for day in range(0, 40, 8)),
    *((60, title, 0) for title in (2, 6, 7, 8, 9)),
    *((61, title, outlet) for title in (0, 1, 5) for outlet in range(3)),
    *((75, title, outlet) for title in (2, 0, 4) for outlet in range(3)),
)


def test_many_kinds_of_reasons_all_follow_from_their_rows() -> None:
    found = audited(EVERYTHING)

    assert found.differences == ()
    assert found.rows > 12
    assert found.reasons >= 5


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 70), st.integers(0, 5), st.integers(0, 2)), min_size=1, max_size=25
    )
)
def test_whatever_arrives_every_number_recomputes(told: list[Told]) -> None:
    assert audited(told).differences == ()


EVIDENCE, REASONS = schema.evidence, schema.flag_reasons


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (update(EVIDENCE).where(EVIDENCE.c.id == 3).values(points=99.0), "points is 99"),
        (update(EVIDENCE).where(EVIDENCE.c.id == 3).values(credit=0.9), "credit is 0.9"),
        (update(EVIDENCE).where(EVIDENCE.c.id == 3).values(prior_credit=7.0), "prior_credit is 7"),
        (
            update(EVIDENCE).where(EVIDENCE.c.id == 3).values(outlets=["Nobody"]),
            "outlets is Nobody",
        ),
        (
            update(EVIDENCE).where(EVIDENCE.c.id == 3).values(entry_ids=["x"]),
            "no such match follows",
        ),
        (update(EVIDENCE).where(EVIDENCE.c.id == 3).values(weight=15), "weight is 15, but 5 or 10"),
        (update(REASONS).values(numbers=[["outlets", 50.0], ["stories", 1.0]]), "outlets is 50"),
        (update(REASONS).values(text="Nothing to see"), "text is Nothing to see"),
        (
            update(REASONS).values(evidence=[["no", "such", "row", 1]]),
            "no/such/row/1, but no such row",
        ),
        (update(REASONS).values(evidence=[]), "evidence is none, but at least a row follows"),
        (
            update(schema.flags).values(state="stands"),
            "flag 1 (treaty/no-treaty): state is stands, but open follows",
        ),
    ],
)
def test_a_number_that_was_touched_is_named(spoil: object, named: str) -> None:
    found = audited(EVERYTHING, spoil)

    assert any(named in str(difference) for difference in found.differences), found.differences


def test_a_copy_without_reasons_is_refused() -> None:
    found = audited(list(EVERYTHING), delete(REASONS))

    assert [str(difference) for difference in found.differences] == [
        "flag 1 (treaty/no-treaty): number of reasons is 0, but at least 1 follows"
    ]


REVIEWS = schema.reviews


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (
            update(REVIEWS).values(ledger=[["treaty/no-treaty/unsigned", 0.0, 0.0]]),
            "flag 1, stands by kim on 2019-06-11 12:00 UTC: "
            "ledger of treaty/no-treaty/unsigned is 0 toward, 0 away, but ",
        ),
        (
            delete(schema.watchlist_versions),
            "away, and cannot be checked: no watchlist of that time that can be read has the brief",
        ),
        (
            update(schema.watchlist_versions).values(text="questions: 7"),
            "away, and cannot be checked: no watchlist of that time that can be read has the brief",
        ),
        (update(schema.watchlist_versions).values(text=UNDATED), ""),
    ],
)
def test_what_an_answer_keeps_is_checked(spoil: object, named: str) -> None:
    """All that came is later than the day of publication, so that it makes no difference here."""
    engine = databases.in_memory()
    with store_engine.write(engine) as conn:
        store_watchlists.record_version(
            conn, version=RULES.version, text=WATCHLISTS, at=build.at(-1)
        )
        polled(conn, EVERYTHING)
        answers.decide(conn, 1, Given(answer="stands"), actor=KIM, now=build.at(days=81))
        sound = triage_audit.audit(conn)
        conn.execute(spoil)  # type: ignore[call-overload]
        found = triage_audit.audit(conn)
    engine.dispose()

    assert (sound.differences, sound.answers) == ((), 1)
    assert [named in str(difference) for difference in found.differences] == [True] * bool(named)


def test_an_empty_database_has_nothing_to_differ() -> None:
    assert audited(()) == Audit(rows=0, reasons=0, numbers=0, differences=())
    assert FlagKind.SURGE.value == "surge"
