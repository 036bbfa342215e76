"""Logs: one line an event, and no secret in any of them, however it got there."""

import json
import logging
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import DeliveryError
from monitor.runtime import logs

WEBHOOK = "https://hooks.example/services/T1/B2/xyzzy-plugh"
SECRETS = ("xyzzy-plugh", WEBHOOK, "correct horse “battery”", "pass\\word\nof two lines")

log = structlog.get_logger("monitor")


@pytest.fixture(params=["json", "console"])
def stream(request: pytest.FixtureRequest) -> Iterator[StringIO]:
    out = StringIO()
    logs.configure(style=request.param, stream=out, secrets=SECRETS)
    yield out
    logs.configure(level="critical")


def clean(out: StringIO) -> str:
    """What was logged, after making sure that no secret is in it."""
    text = out.getvalue()
    for secret in SECRETS:
        for form in (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1]):
            assert form not in text
    assert logs.MASK in text
    return text


@dataclass
class Holder:
    webhook: str


@pytest.mark.parametrize("secret", SECRETS)
def test_values_are_masked_at_any_depth(stream: StringIO, secret: str) -> None:
    values: dict[str, Any] = {
        "text": f"posting to {secret} failed",
        "nested": {"a": [{"b": (secret, 1, None)}], secret: True},
        "error": ValueError(secret),
        "object": Holder(secret),
        "unordered": {secret},
        "plain": 3,
    }
    log.info("delivery.failed", **values)
    text = clean(stream)
    assert "delivery.failed" in text
    assert "posting to *** failed" in text


@pytest.mark.parametrize("secret", SECRETS)
def test_the_event_itself_and_bound_values_are_masked(stream: StringIO, secret: str) -> None:
    log.bind(channel=secret).warning(f"delivery.{secret}")
    clean(stream)


def raise_with(secret: str) -> None:
    password = secret
    try:
        raise OSError(f"cannot log in with {password}")  # noqa: TRY301  # a cause for the next
    except OSError as exc:
        exc.add_note(f"tried {password}")
        raise DeliveryError(f"no answer to {password}", retryable=True) from exc


@pytest.mark.parametrize("secret", SECRETS)
def test_tracebacks_tell_where_and_why_without_secrets(stream: StringIO, secret: str) -> None:
    """The message, the cause, the notes and the local variables may all hold one."""
    try:
        raise_with(secret)
    except DeliveryError as error:
        log.exception("job.failed", job="deliver")
        log.error("poll.failed", exc_info=error)  # noqa: TRY400  # as done for a finished task
    text = clean(stream)
    assert text.count("raise_with") >= 2
    assert "DeliveryError" in text
    assert "OSError" in text
    assert "no answer to" in text


@pytest.mark.parametrize("secret", SECRETS)
def test_libraries_are_masked_too(stream: StringIO, secret: str) -> None:
    library = logging.getLogger("some.library")
    library.warning("GET %s", secret)
    library.error("options %s", {"auth": secret}, extra={"token": secret})
    try:
        raise_with(secret)
    except DeliveryError:
        library.exception("it broke with %s", secret)
    text = clean(stream)
    assert "GET ***" in text
    assert "DeliveryError" in text


def test_json_is_one_object_a_line_with_the_time_first() -> None:
    out = StringIO()
    logs.configure(style="json", stream=out, secrets=SECRETS)
    log.info("feed.polled", feed="courier", new=2, text="two\nlines")
    try:
        raise_with("something harmless")
    except DeliveryError:
        log.exception("job.failed")
    logging.getLogger("some.library").warning("two\nlines")
    logs.configure(level="critical")

    first, second, third = (json.loads(line) for line in out.getvalue().splitlines())
    assert list(first)[:3] == ["timestamp", "level", "event"]
    assert first["event"] == "feed.polled"
    assert first["new"] == 2
    assert second["exception"][0]["exc_type"] == "DeliveryError"
    assert "locals" not in json.dumps(second)
    assert (third["level"], third["event"]) == ("warning", "two\nlines")


def test_libraries_speak_up_only_when_something_is_wrong() -> None:
    out = StringIO()
    logs.configure(style="json", stream=out)
    logging.getLogger("some.library").info("all is well")
    log.debug("not.told")
    logs.configure(level="critical")
    assert out.getvalue() == ""


def test_setting_up_twice_says_everything_once() -> None:
    out = StringIO()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(3):
            logs.configure(style="console", stream=out)
    logging.getLogger("some.library").warning("once")
    logs.configure(level="critical")
    assert out.getvalue().count("once") == 1


@given(st.lists(st.text(min_size=6, max_size=12), min_size=1, max_size=4), st.text(), st.text())
def test_whatever_the_secrets_are_none_is_left(secrets: list[str], before: str, after: str) -> None:
    """One may be part of another, and the text around them may be anything."""
    masker = logs.Masker(secrets)
    for secret in secrets:
        masked = masker(None, "info", {"event": "x", "deep": [{"k": secret}]})
        assert masked["deep"] == [{"k": logs.MASK}]
        assert masker.mask(f"{before}\0{secret}\0{after}").count(logs.MASK) >= 1


def test_a_secret_too_short_to_be_one_is_left_alone() -> None:
    assert logs.Masker(["desk"]).mask("the desk digest") == "the desk digest"
