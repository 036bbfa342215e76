"""What a brief, a story or a judgment does not have leaves no empty words behind."""

import json
import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from monitor.deliver import sentences
from monitor.deliver.render import render
from monitor.deliver.wording import Calendar
from monitor.model.digests import Digest, Message
from tests.deliver.sample_digest import sample_digest

HOLLOW = re.compile(r" [,;:.](?: |$)|“”|\(\)|, ,|; ;|: ;|,\s*from\s*$|(?:by|from|of|at) [,.;]")
"""Signs of a part that was left out of a sentence: a mark after a space, empty brackets."""

# text that the digest composes, or that the watchlist demands; and what may be of no length
GIVEN = {"text", "says", "key", "story_id", "name", "slot", "timezone", "question", "indicator"}


def without(value: Any, name: str) -> Any:
    """The value with every text or tuple of that name emptied, and every optional moment gone."""
    if isinstance(value, tuple):
        return tuple(without(each, name) for each in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {each.name: without(getattr(value, each.name), name) for each in fields(value)}
    if name in changed:
        empty: dict[type, Any] = {str: "", tuple: ()}
        changed[name] = empty.get(type(changed[name]))
    return replace(value, **changed)


def words(message: Message) -> list[str]:
    """Everything that a person reads, sentence by sentence."""
    html = re.sub(r"<(style|head).*?</\1>", "", message.html, flags=re.DOTALL)
    shown = [re.sub(r"\s+", " ", each).strip() for each in re.split(r"<[^>]*>", html)]
    blocks = re.findall(
        r'"text": "((?:[^"\\]|\\.)*)"', json.dumps(message.blocks, ensure_ascii=False)
    )
    return [message.subject, message.summary, " ".join(message.text.split()), *shown, *blocks]


def names(digest: Digest) -> list[str]:
    judgment = digest.flagged[0].judgments[0]
    parts = (digest.flagged[0], judgment, judgment.away[0], digest.citations[0])
    return sorted(
        {
            each.name
            for part in parts
            for each in fields(part)
            if isinstance(getattr(part, each.name), str | tuple) and each.name not in GIVEN
        }
        | {"since"}
    )


@pytest.mark.parametrize("name", names(sample_digest()))
def test_no_sentence_has_a_hole(name: str) -> None:
    found = render(without(sample_digest(), name))

    assert [each for each in words(found) if HOLLOW.search(each)] == []
    for label in ("WHICH WAY", "ASKED", "SINCE", "CHECK FIRST", "WHY NOW", "NUMBERS"):
        assert f"{label}\n\n" not in found.text


def test_without_a_start_the_points_are_told_without_one() -> None:
    (judgment, *_) = sample_digest().flagged[0].judgments
    bare = replace(judgment, since=None, since_what="", news=0.0)
    calendar = Calendar("UTC", sample_digest().composed_at)

    assert sentences.counted(bare, calendar) == "points, from 5 stories"
    assert sentences.standing(bare, calendar).startswith("−11.0 points: 3.8 toward")
    empty = replace(bare, toward=(), away=(), points=0.0, leaves_band="")
    assert sentences.standing(empty, calendar) == "±0.0 points: no evidence yet."


def test_where_the_ledger_stands_now_is_told_once() -> None:
    """A reason's number is as of its time; the sum is the standing's alone."""
    digest = sample_digest()
    one = replace(
        digest, flagged=(replace(digest.flagged[0], judgments=digest.flagged[0].judgments[:1]),)
    )
    message = render(replace(one, moved=()))

    assert message.text.count("−11.0") == 1
    assert re.sub(r"<head.*?</head>", "", message.html, flags=re.DOTALL).count("−11.0") == 1
    assert json.dumps(message.blocks, ensure_ascii=False).count("−11.0") == 1
