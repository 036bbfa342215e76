"""Turns an outgoing message into text on a terminal, in colour where that is shown.

Must never interpret what it prints: no rich markup, no emoji names, no terminal escapes.
"""

import unicodedata
from dataclasses import dataclass
from typing import ClassVar, Final, TextIO

from rich.console import Console
from rich.text import Text

from monitor.deliver.channel import ChannelType
from monitor.errors import DeliveryError
from monitor.model.deliveries import ChannelConfig, Outgoing

# Headings start in the first column and titles never do, so a headline cannot dress as a heading.
_STYLES: Final = (
    (r"(?m)^[A-Z][A-Z ,]+(?=  |$)", "bold"),
    (r"(?m)^─.*$", "dim"),
    (r"(?m) \+[0-9]+\.[0-9]$", "cyan"),
    (r"(?m) −[0-9]+\.[0-9]$", "yellow"),
    (r"(?m)^ +https?://\S+$", "dim"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalConfig(ChannelConfig):
    """A channel of the type terminal."""

    type: ClassVar[str] = "terminal"


class TerminalChannel:
    """A stream, usually standard output."""

    def __init__(self, name: str, stream: TextIO) -> None:
        self.name = name
        self._stream = stream

    def send(self, outgoing: Outgoing) -> str:
        """Print the text and return the row's key. Raises DeliveryError if the stream is closed."""
        text = Text(_printable(outgoing.message.text, self._stream.encoding or "utf-8"))
        for pattern, style in _STYLES:
            text.highlight_regex(pattern, style)
        try:
            console = Console(file=self._stream, markup=False, highlight=False, emoji=False)
            # rich ends the process when a pipe breaks while it prints, so it only lays out.
            with console.capture() as captured:
                console.print(text, soft_wrap=True)
            self._stream.write(captured.get())
            self._stream.flush()
        except (OSError, ValueError) as exc:  # ValueError: I/O operation on closed file
            raise DeliveryError(
                f"the terminal cannot be written to ({exc})", retryable=True
            ) from exc
        return outgoing.key


def _printable(text: str, encoding: str) -> str:
    inert = "".join(
        character if character == "\n" or unicodedata.category(character) != "Cc" else " "
        for character in text
    )
    return inert.encode(encoding, "replace").decode(encoding)


TERMINAL: Final = ChannelType(
    config=TerminalConfig, make=lambda config, around: TerminalChannel(config.name, around.stream)
)
