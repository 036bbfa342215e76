"""JSON Feed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.feeds.parse import parse
from monitor.model.feeds import ParsedFeed, RawEntry

URL = "https://news.example/feed.json"


def document(*items: Any) -> bytes:
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "World", "items": items}
    ).encode()


def test_a_json_feed_becomes_rows() -> None:
    item = {
        "id": 7,
        "url": "/a",
        "title": "Talks",
        "content_html": "<p>One</p><p>Two</p>",
        "date_published": "2026-03-02T12:00:00+01:00",
        "language": "en",
    }
    assert parse(document(item), url=URL) == ParsedFeed(
        format="json",
        title="World",
        entries=(
            RawEntry(
                guid="7",
                link="https://news.example/a",
                title="Talks",
                summary="One Two",
                published=datetime(2026, 3, 2, 11, tzinfo=UTC),
                language="en",
            ),
        ),
    )


def test_items_that_are_no_objects_are_left_out_with_a_warning() -> None:
    parsed = parse(document({"id": "1"}, "x"), url=URL)
    assert len(parsed.entries) == 1
    assert parsed.warnings == ("1 items that are not objects were left out",)


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)
FIELDS = ["id", "url", "external_url", "title", "summary", "content_html", "date_published"]


@pytest.mark.slow
@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), VALUES), max_size=4))
def test_any_values_in_the_fields_are_survived(items: list[dict[str, Any]]) -> None:
    assert len(parse(document(*items), url=URL).entries) == len(items)


@pytest.mark.slow
@given(VALUES)
def test_any_other_json_is_a_parse_error(value: Any) -> None:
    with pytest.raises(ParseError):
        parse(json.dumps([value]).encode(), url=URL)
