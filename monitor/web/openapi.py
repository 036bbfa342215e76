"""Describes the API as an OpenAPI 3.1 document, so that programs need not guess."""

import re
from functools import cache
from typing import Any, Final

from monitor import __version__
from monitor.model.access import Scope
from monitor.model.deliveries import DeliveryState
from monitor.model.flags import FlagState
from monitor.triage import answers
from monitor.triage.search import FIELDS
from monitor.web.call import LARGEST_NUMBER

_NUMBER: Final = {"type": "integer", "minimum": 0, "maximum": LARGEST_NUMBER}
_TEXT: Final = {"type": "string"}
_MOMENT: Final = {
    "anyOf": [
        {"type": "string", "format": "date"},
        {"type": "string", "format": "date-time"},
        {"type": "string", "maxLength": 0},
    ]
}
_DAYS: Final = ("since", "until")
_TIME: Final = {"type": "string", "format": "date-time"}


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Signpost",
            "version": __version__,
            "description": "Flags on published judgments, and the news behind them.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "monitor token create"}
            },
            "schemas": _schemas(),
        },
    }


def queries(method: str, path: str) -> frozenset[str]:
    """The names that an operation takes in its query; `path` as the router writes it."""
    plain = re.sub(r"\{\w+_id\}", "{id}", path.replace(":number", ""))
    parameters = document()["paths"][plain][method.lower()].get("parameters", ())
    return frozenset(each["name"] for each in parameters if each["in"] == "query")


def _paths() -> dict[str, Any]:
    paging = [_query("cursor", _NUMBER | {"minimum": 1}), _query("limit", _count(200))]
    searched = [*(_query(name, _MOMENT if name in _DAYS else _TEXT) for name in FIELDS), *paging]
    states = {"type": "string", "enum": ["all", "live"]}
    deliveries = {"type": "string", "enum": [state.value for state in DeliveryState]}
    return {
        "/flags": _get("Flags, page by page", "FlagList", [_query("state", states), *paging]),
        "/flags/{number}": _get("One flag with its evidence", "Case", [_path("number", _NUMBER)]),
        "/flags/{number}/answers": _post("Answer a flag", "Given", "Decided", Scope.TRIAGE),
        "/deeds/{number}/undo": _post("Take a decision back", None, "Undone", Scope.TRIAGE),
        "/questions": _get("Questions of the watchlist", "List", []),
        "/questions/{id}": _get("One question over time", "Object", [_path("id", _TEXT)]),
        "/entries": _get("Entries that are found, the newest first", "Found", searched),
        "/stories": _get("Stories that are found, the newest first", "Found", searched),
        "/entries/{id}": _get("One entry and what became of it", "Object", [_path("id", _TEXT)]),
        "/stories/{id}": _get("One story with its entries", "Object", [_path("id", _TEXT)]),
        "/stories/{id}/exclusions": _post(
            "Say that a story is no evidence, or is after all",
            "Exclusion",
            "Excluded",
            Scope.TRIAGE,
            path=_path("id", _TEXT),
        ),
        "/stories/{id}/splits": _post(
            "Take entries out of a story", "Split", "Settled", Scope.TRIAGE, path=_path("id", _TEXT)
        ),
        "/stories/{id}/merges": _post(
            "Make one story of several", "Merge", "Settled", Scope.TRIAGE, path=_path("id", _TEXT)
        ),
        "/feeds": _get("Feeds and their health", "List", []),
        "/deliveries": _get("The outbox", "List", [_query("state", deliveries), *paging]),
        "/deliveries/{number}/decisions": _post(
            "Send again what was given up, or let it rest", "Decision", "Object", Scope.OPERATE
        ),
    }


def _schemas() -> dict[str, Any]:
    flag = _object(
        id=_NUMBER,
        question=_TEXT,
        brief=_TEXT,
        state={"type": "string", "enum": [state.value for state in FlagState]},
        opened_at=_TIME,
        reasons={"type": "array", "items": {"type": "object"}},
    )
    case = _object(
        **flag["properties"],
        as_of=_TIME,
        judgments=_array(),
        assumptions=_array(),
        reviews=_array(),
    )
    given: dict[str, Any] = _object(
        answer={"type": "string", "enum": list(answers.ANSWERS)},
        note={"type": "string", "maxLength": answers.LONGEST_NOTE},
        indicator=_TEXT,
        likelihood=_TEXT,
        days=_count(answers.LONGEST_SNOOZE),
    )
    following = {"type": ["integer", "null"]}
    return {
        "Flag": flag,
        "FlagList": _object(items=_array(_ref("Flag")), next=following),
        "Case": case,
        "List": _object(items=_array(), next=following),
        "Found": _object(
            items=_array(),
            next=following,
            reached={"type": ["string", "null"], "format": "date-time"},
        ),
        "Object": {"type": "object"},
        "Given": given | {"required": ["answer"], "additionalProperties": False},
        **_corrections(),
        "Undone": _object(flag={"anyOf": [_ref("Flag"), {"type": "null"}]}, deed=_NUMBER),
        "Decided": _object(flag=_ref("Flag"), deed=_NUMBER),
        "Decision": _object(decision={"type": "string", "enum": ["again", "drop"]}),
        "Error": _object(error=_TEXT),
    }


def _corrections() -> dict[str, Any]:
    """What is sent to correct a story, and what comes back."""
    note = {"type": "string", "maxLength": answers.LONGEST_NOTE}
    texts = _array(_TEXT)
    sent = {
        "Exclusion": _object(
            indicator=_TEXT, judgments=texts, counts={"type": "boolean"}, note=note
        )
        | {"required": ["indicator"]},
        "Split": _object(entries=texts, note=note) | {"required": ["entries"]},
        "Merge": _object(stories=texts, note=note) | {"required": ["stories"]},
    }
    closed = {name: schema | {"additionalProperties": False} for name, schema in sent.items()}
    rows = _array()
    return closed | {
        "Excluded": _object(deed=_NUMBER, evidence=rows),
        "Settled": _object(deed=_NUMBER, stories=texts, evidence=rows),
    }


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _array(items: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "array", "items": items or {"type": "object"}}


def _count(most: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, "maximum": most}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _path(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _content(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": _ref(schema)}}


def _responses(schema: str) -> dict[str, Any]:
    refused = {
        "400": "the request is not understood",
        "401": "no token, or one that is worth nothing",
        "403": "the token lacks the scope",
        "404": "there is no such thing",
        "409": "it cannot be done as things are",
        "503": "the database cannot be used",
    }
    done: dict[str, Any] = {"200": {"description": "done", "content": _content(schema)}}
    return done | {
        status: {"description": text, "content": _content("Error")}
        for status, text in refused.items()
    }


def _get(summary: str, schema: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    answered = {"summary": summary, "parameters": parameters, "responses": _responses(schema)}
    return {"get": answered | {"description": f"Scope: {Scope.READ.value}."}}


def _post(
    summary: str,
    body: str | None,
    schema: str,
    scope: Scope,
    *,
    path: dict[str, Any] | None = None,
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "summary": summary,
        "description": f"Scope: {scope.value}.",
        "parameters": [path or _path("number", _NUMBER)],
        "responses": _responses(schema),
    }
    if body:
        told["requestBody"] = {"required": True, "content": _content(body)}
    return {"post": told}
