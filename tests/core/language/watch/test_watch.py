"""What a watch is compiled into: shared symbols, cheap anchors, entities, bounded caches."""

from dataclasses import replace

import pytest

from monitor.core.language.match.matcher import match
from monitor.core.language.match.scan import scan
from monitor.core.language.watch import compiler as watches
from monitor.core.language.watch.compiler import Entity, Watch, compile_watch
from monitor.errors import QueryError
from monitor.model.matches import Match
from monitor.model.questions import Phrase
from tests import build

DPRK = {"dprk": Entity(names=("North Korea*", "DPRK|NK"), weak=("Pyongyang", "Kim"))}


def compiled(*phrases: str, **frequencies: int) -> Watch:
    asked = build.question(indicators=(build.indicator("i", *phrases),))
    return compile_watch([asked], frequencies=frequencies, entities=DPRK)


def candidates(watch: Watch, title: str) -> int:
    """How many rules an entry makes worth testing."""
    hits = scan(build.entry(title=title), watch).hits
    return len({rule for phrase in hits for rule in watch.filed.get(phrase, ())})


def matches(watch: Watch, title: str) -> tuple[Match, ...]:
    return match(build.entry(title=title), watch).matches


def test_an_empty_watchlist_matches_nothing() -> None:
    assert match(build.entry(), compile_watch([])).questions == ()


def test_a_watch_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        compiled("talks").rules = ()  # type: ignore[misc]


@pytest.mark.parametrize("phrase", ["talks .. sohae", "talks AND sohae", "talks NEAR/5 sohae"])
def test_a_rule_is_called_up_only_by_its_rarest_part(phrase: str) -> None:
    watch = compiled(phrase, talks=900, talk=100, sohae=2)

    assert candidates(watch, "Talks open, talks close") == 0
    assert candidates(watch, "Sohae in snow") == 1
    assert len(matches(watch, "Talks on Sohae")) == 1


def test_frequencies_of_a_prefix_are_those_of_all_its_words() -> None:
    watch = compiled("test* .. site", test=5, testing=500, tests=500, site=100)

    assert candidates(watch, "Site") == 1
    assert candidates(watch, "Testing") == 0


def test_without_frequencies_a_long_word_is_taken_to_be_rare() -> None:
    watch = compiled("talks .. denuclearisation")

    assert candidates(watch, "Talks") == 0
    assert candidates(watch, "Denuclearisation") == 1


def test_what_must_be_absent_calls_no_rule_up() -> None:
    watch = compiled("talks AND NOT sohae", sohae=0, talks=900)

    assert candidates(watch, "Sohae") == 0
    assert candidates(watch, "Talks") == 1


def test_the_cache_of_a_watch_is_bounded() -> None:
    watch = compiled("talks")
    for number in range(watches.CACHE_SIZE + 100):
        assert watch.tokens[f"word{number}"] is watch.tokens[f"word{number}"]

    assert 0 < len(watch.tokens) <= watches.CACHE_SIZE


def test_an_entity_is_any_of_its_names() -> None:
    watch = compiled("entity:dprk .. talks")

    assert len(matches(watch, "North Koreans open talks")) == 1
    assert len(matches(watch, "NK opens talks")) == 1
    assert len(matches(watch, "Seoul opens talks")) == 0


def test_weak_names_count_only_beside_another() -> None:
    watch = compiled("entity:dprk")

    assert len(matches(watch, "Pyongyang in snow")) == 0
    assert len(matches(watch, "Pyongyang, Pyongyang")) == 0
    assert len(matches(watch, "Kim leaves Pyongyang")) == 1
    (found,) = matches(watch, "DPRK capital Pyongyang in snow")
    assert [span.start for span in found.spans] == [0, 13]


def test_an_unknown_entity_is_refused_at_its_place() -> None:
    with pytest.raises(QueryError) as caught:
        compiled("talks .. entity:dprc")

    error = caught.value
    assert (error.text, error.offset) == ("talks .. entity:dprc", 9)
    assert str(error) == (
        "“dprc” is no known entity; expected the name of an entity; did you mean “dprk”?"
    )


def test_a_name_of_an_entity_must_be_words() -> None:
    asked = build.question(indicators=(build.indicator("i", "entity:x"),))

    with pytest.raises(QueryError, match="as the name of an entity"):
        compile_watch([asked], entities={"x": Entity(names=("a .. b",))})


def test_a_phrase_that_cannot_be_read_refuses_the_watch() -> None:
    asked = replace(build.question(), about=(Phrase(text="(a"),))

    with pytest.raises(QueryError, match="never closed"):
        compile_watch([asked])
