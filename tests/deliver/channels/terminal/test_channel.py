"""The terminal shows the text as it is: in colour on a terminal, plain elsewhere."""

import contextlib
import io
import os
import re
from dataclasses import replace

import pytest

from monitor.deliver.channels.terminal.channel import TerminalChannel
from monitor.errors import DeliveryError
from monitor.model.deliveries import Outgoing
from tests.deliver.sample_digest import outgoing


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def told(text: str) -> Outgoing:
    row = outgoing()
    return replace(row, message=replace(row.message, text=text))


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """What rich reads of the environment, so that colours do not depend on where tests run."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def test_the_text_is_printed_as_it_is() -> None:
    stream = io.StringIO()
    row = outgoing()

    assert TerminalChannel("terminal", stream).send(row) == row.key
    assert stream.getvalue() == row.message.text + "\n"


def test_a_terminal_gets_colour_and_the_same_words() -> None:
    screen = Screen()
    TerminalChannel("terminal", screen).send(outgoing())

    assert "\x1b[1mWHICH WAY\x1b[0m" in screen.getvalue()
    plain = re.sub(r"\x1b\[[0-9;]*m", "", screen.getvalue())
    assert plain == outgoing().message.text + "\n"


def test_markup_and_escapes_in_a_headline_are_only_words() -> None:
    screen = Screen()
    attack = "  [bold red]Talks[/] [link=https://x.y]off[/link] :bomb: \x1b[2J\x07\x9b31m\r\n"
    TerminalChannel("terminal", screen).send(told(attack))

    assert screen.getvalue() == (
        "  [bold red]Talks[/] [link=https://x.y]off[/link] :bomb:  [2J  31m \n\n"
    )


def test_a_headline_cannot_dress_as_a_heading() -> None:
    """Only what starts in the first column is a heading, and titles never do."""
    screen = Screen()
    TerminalChannel("terminal", screen).send(told("  WHY NOW  Breaking\n"))

    assert "\x1b" not in screen.getvalue()


def test_a_terminal_that_knows_few_letters_still_gets_the_digest() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    TerminalChannel("terminal", stream).send(told("−8.4 “talks”\n"))

    assert raw.getvalue() == b"?8.4 ?talks?\n\n"


def test_a_closed_stream_is_a_delivery_error() -> None:
    stream = io.StringIO()
    stream.close()
    with pytest.raises(DeliveryError, match="the terminal cannot be written to") as caught:
        TerminalChannel("terminal", stream).send(outgoing())

    assert caught.value.retryable


def test_a_reader_that_went_away_is_a_delivery_error() -> None:
    """Not the end of the process, which is what rich makes of a broken pipe."""
    reading, writing = os.pipe()
    os.close(reading)
    pipe = io.FileIO(writing, "w")
    stream = io.TextIOWrapper(pipe, encoding="utf-8", write_through=True)
    with pytest.raises(DeliveryError, match="Broken pipe"):
        TerminalChannel("terminal", stream).send(outgoing())
    pipe.close()
    with contextlib.suppress(ValueError):  # what it still holds has nowhere to go
        stream.close()
