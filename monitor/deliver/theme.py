"""Templates of an operator's own, from a folder, with ours for whatever it does not hold.

A template that cannot be used is not: our own takes its place, and the message says so. Must never
mark text as safe by itself; what a template of the operator does is the operator's business.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from monitor.deliver.channels.email.html import INLINER, LOADER
from monitor.deliver.inert import clean

HTML: Final = "digest.html.j2"
TEXT: Final = "digest.txt.j2"
FILES: Final = (HTML, TEXT, "parts.html.j2", "digest.css", "screens.css")
"""What a folder may hold. Anything else in it is left alone."""

# Whatever an expression in a template can raise, beside what jinja2 raises itself.
_MISTAKES: Final = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)


class TemplateProblemError(Exception):
    """A template cannot be used. `line` counts from 1; 0 where it is not known."""

    def __init__(self, file: str, line: int, why: str) -> None:
        self.file, self.line, self.why = file, line, why
        where = f"{file}:{line}" if line else file
        super().__init__(f"The template {where} was not used: {why}")


class Theme:
    """A folder of templates; it is read anew whenever a file in it changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._environment = self._made(autoescape=True)
        self._plain = self._made(autoescape=False)

    def _made(self, *, autoescape: bool) -> Environment:
        return SandboxedEnvironment(
            loader=ChoiceLoader([FileSystemLoader(self._folder), LOADER]),
            autoescape=autoescape,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    @property
    def changes_html(self) -> bool:
        return any((self._folder / name).is_file() for name in FILES if name != TEXT)

    @property
    def changes_text(self) -> bool:
        return (self._folder / TEXT).is_file()

    def html(self, context: Mapping[str, Any]) -> str:
        """The HTML, its styles inlined. Raises TemplateProblemError."""
        try:
            return INLINER.inline(self._environment.get_template(HTML).render(context))
        except _MISTAKES as exc:
            raise _problem(HTML, exc) from exc

    def text(self, context: Mapping[str, Any]) -> str:
        """The text, ended by one line feed. Raises TemplateProblemError."""
        try:
            found = self._plain.get_template(TEXT).render(context)
        except _MISTAKES as exc:
            raise _problem(TEXT, exc) from exc
        return f"{found.rstrip()}\n"


def _problem(name: str, exc: Exception) -> TemplateProblemError:
    line = getattr(exc, "lineno", None)
    file = getattr(exc, "name", None) or name
    why = clean(str(exc), 200) or type(exc).__name__
    return TemplateProblemError(file, line if isinstance(line, int) else 0, why)
