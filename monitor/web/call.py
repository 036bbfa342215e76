"""One request of a program to the API, and everything an answer to it may use.

Reads what a program sent, and refuses what is not what the description says.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Connection
from starlette.requests import Request

from monitor.access.accounts import Actor
from monitor.model.access import ApiToken, Via
from monitor.web.ask import Site
from monitor.web.guard import LONGEST_NUMBER
from monitor.web.visitor import address_of

T = TypeVar("T")

MOST: Final = 200
LARGEST_NUMBER: Final = 10**LONGEST_NUMBER - 1


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number in JSON")


def _finite(text: str) -> float:
    if math.isinf(float(text)):
        raise ValueError(f"{text[:40]} is too large")
    return float(text)


class RequestError(Exception):
    """The request itself is wrong; `status` says how."""

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Call:
    """A request of one token at one moment."""

    request: Request
    site: Site
    token: ApiToken
    now: datetime

    @property
    def actor(self) -> Actor:
        name = f"token {self.token.id} ({self.token.name})"
        address = address_of(self.request, self.site.app.settings)
        return Actor(name=name, via=Via.API, address=address)

    async def look(self, step: Callable[[Connection], T]) -> T:
        return await self.site.app.database.look(step)

    async def act(self, step: Callable[[Connection], T]) -> T:
        return await self.site.app.database.write(step)

    def number(self, name: str, default: int, *, most: int) -> int:
        """A whole number of the query from 1 on."""
        text = self.request.query_params.get(name)
        if text is None:
            return default
        short = text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
        if not (short and 1 <= int(text) <= most):
            raise RequestError(400, f"{name} is “{text[:40]}”; expected 1 to {most:,}")
        return int(text)

    @property
    def page(self) -> tuple[int | None, int]:
        """Cursor and size of the page that is asked for."""
        cursor = self.number("cursor", 0, most=LARGEST_NUMBER) or None
        return cursor, self.number("limit", 50, most=MOST)

    async def body(self) -> dict[str, Any]:
        try:
            value = json.loads(
                await self.request.body(), parse_constant=_no_number, parse_float=_finite
            )
            json.dumps(value, ensure_ascii=False).encode()  # half of a pair is no text
        except (ValueError, RecursionError) as exc:
            raise RequestError(400, "the body is no JSON that can be read") from exc
        if "\0" in str(value) or "\\x00" in str(value):
            raise RequestError(400, "the body holds a NUL, which no text does")
        if not isinstance(value, dict):
            raise RequestError(400, "the body is no JSON object")
        return value

    async def fields(self, **kinds: type) -> dict[str, Any]:
        """The body's fields of these kinds and no others; what is left out is empty.

        A list is one of texts.
        """
        body = await self.body()
        wrong = [name for name, value in body.items() if type(value) is not kinds.get(name)]
        for name, kind in kinds.items():
            if kind is list and name not in wrong:
                wrong += [name] * (not all(isinstance(each, str) for each in body.get(name, ())))
        if wrong:
            raise RequestError(400, f"not understood: {', '.join(sorted(wrong))[:200]}")
        return {name: body.get(name, kind()) for name, kind in kinds.items()}
