"""What is kept beside flags: indicators over time, answers to questions, older evidence."""

from dataclasses import replace

from sqlalchemy import Connection

from monitor.model.questions import IndicatorState, QuestionAnswer, Resolution
from monitor.store import evidence, watchlists
from tests import build


def state(name: str, question: str = "q", days: float = 0) -> IndicatorState:
    at = build.at(days=days)
    return IndicatorState(
        question=question, name=name, definition="d1", first_at=at, edited_at=at, alerts_from=at
    )


def test_indicator_states_come_back_and_are_replaced(conn: Connection) -> None:
    watchlists.save_indicators(conn, [state("relief"), state("sohae")])
    edited = replace(state("sohae"), definition="d2", edited_at=build.at(5))
    watchlists.save_indicators(conn, [edited])
    watchlists.save_indicators(conn, [])

    assert watchlists.indicators(conn) == (state("relief"), edited)


def test_alerts_may_be_asked_for_from_an_earlier_time(conn: Connection) -> None:
    watchlists.save_indicators(conn, [state("a"), state("b", "other"), state("c", days=-9)])

    watchlists.alert_from(conn, ["q"], build.at(days=-3))

    starts = {item.name: item.alerts_from for item in watchlists.indicators(conn)}
    assert starts == {"a": build.at(days=-3), "b": build.NOON, "c": build.at(days=-9)}


def test_the_newest_answer_to_a_question_counts(conn: Connection) -> None:
    def answer(question: str, word: QuestionAnswer, hours: float) -> Resolution:
        return Resolution(
            question=question, answer=word, by="kim", at=build.at(hours), note="Signed."
        )

    given = [
        answer("q", QuestionAnswer.NO, 1),
        answer("other", QuestionAnswer.YES, 2),
        answer("q", QuestionAnswer.OPEN, 3),
    ]
    for item in given:
        watchlists.add_resolution(conn, item)

    assert watchlists.resolved(conn) == {"other": given[1]}
    assert watchlists.resolutions(conn) == tuple(given)
    assert watchlists.resolutions(conn, "q") == (given[0], given[2])


def test_older_evidence_is_the_newest_row_per_judgment_and_indicator(conn: Connection) -> None:
    rows = [
        build.evidence("s1", first=build.at(days=-90)),
        build.evidence("s2", first=build.at(days=-80)),
        replace(build.evidence("s3", first=build.at(days=-70)), weight=0),
        build.evidence("s4", first=build.at(days=-1)),
        build.evidence("s5", "relief", first=build.at(days=-95)),
        build.evidence("s6", judgment_="q/b/other", first=build.at(days=-85)),
    ]
    evidence.append(conn, rows)
    found = evidence.older(conn, before=build.at(days=-60), indicators=["sohae"])

    assert [row.story_id for row in found] == ["s2", "s6"]
    assert evidence.older(conn, before=build.at(days=-60), indicators=[]) == ()
