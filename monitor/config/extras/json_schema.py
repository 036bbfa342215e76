"""Turns the tables that the readers use into a JSON Schema, so that editors complete and explain.

Says what belongs where and what it is called. Whether a phrase is in the language, a name is
defined or a date makes sense is for `monitor check`; the schema must never refuse what that takes.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from monitor.config import briefs, indicators, judgments, watchlists
from monitor.config import phrases as phrases_
from monitor.core.judging import likelihood
from monitor.model.questions import Strength

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_DAY: Final = {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_DURATION: Final = {"type": "string", "pattern": r"^\s*[0-9]{1,6}\s*(m|min|h|d|w)\s*$"}
_ID: Final = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
_TEXT: Final = {"type": "string", "pattern": r"\S"}
_TEXTS: Final = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_NAMES: Final = {"type": "array", "items": _TEXT}
_PHRASES: Final = {"$ref": "#/$defs/phrases"}
_INDICATORS: Final = {
    "if": {"type": "array"},
    "then": {"$ref": "#/$defs/lines"},
    "else": {"$ref": "#/$defs/byStrength"},
}

# What each key holds, where that is not a text.
_SHAPES: Final[Mapping[str, Schema]] = {
    "id": _ID,
    "opened": _DAY,
    "closes": _DAY,
    "published": _DAY,
    "date": _DAY,
    "by": _DAY,
    "notify": _TEXTS,
    "tags": _TEXTS,
    "about": _PHRASES,
    "ignore": _PHRASES,
    "names": _PHRASES,
    "weak": _PHRASES,
    "toward": _INDICATORS,
    "away": _INDICATORS,
    "watch": {"$ref": "#/$defs/lines"},
    "broken_by": _NAMES,
    "resolves": _NAMES,
    "sensitivity": {"enum": list(watchlists.SENSITIVITIES)},
    "review_every": _DURATION,
    "likelihood": {"$ref": "#/$defs/likelihood"},
    "scale": {"enum": list(likelihood.SCALES)},
    "confidence": {"enum": list(judgments.CONFIDENCES)},
    "strength": {"enum": list(indicators.STRENGTHS)},
    "briefs": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/brief"}},
    "judgments": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/judgment"}},
    "assumptions": {"type": "array", "items": {"$ref": "#/$defs/assumption"}},
    "cites": {"type": "array", "items": {"$ref": "#/$defs/citation"}},
    "quiet": {"type": "array", "items": {"$ref": "#/$defs/quiet"}},
    "questions": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/question"}},
    "entities": {"type": "object", "additionalProperties": {"$ref": "#/$defs/entity"}},
}

# What an editor shows of each key; one kind of thing may say it in its own way.
_SAYS: Final = {
    "questions": "The open questions, each with what was published on it and what is watched.",
    "entities": "Named sets of aliases; a phrase refers to one as “entity:name”.",
    "id": "a–z, 0–9 and -. Give one before you edit the text: history hangs on it.",
    "ask": "The question, with its horizon, so that it can be answered yes or no.",
    "opened": "The day the question was asked.",
    "closes": "The horizon: nothing is flagged after this day.",
    "resolves_yes_if": "What would settle the question.",
    "owner": "Whose question it is: a person or a desk, best by its team in delivery.yaml.",
    "notify": "Teams of delivery.yaml that get the owner's digest too.",
    "tags": "Words by which digests choose their questions.",
    "deputy": "Who is reminded of a flag that nobody acknowledged.",
    "sensitivity": "How little news is enough for a flag; normal unless given.",
    "resolves": "Names of indicators whose news may settle the question.",
    "about": "The scope: an entry that mentions none of these is not looked at.",
    "ignore": "An entry that mentions one of these is never evidence.",
    "briefs": "The documents that were published on the question.",
    "toward": "What makes the event more likely: indicators by strength, or one on each line.",
    "away": "What makes the event less likely: indicators by strength, or one on each line.",
    "watch": "Phrases that are found and counted, but weigh nothing.",
    "quiet": "Indicators expected by a date if the event were on its way.",
    "judgment": "The judgment as published; the short form, for a question with just one.",
    "published": "The day of publication; evidence counts from it.",
    "event": "What indicators point toward or away from. For “there will be no deal” it is still "
    "“a deal is signed”.",
    "likelihood": "Of the event: a word of the scale, “10%” or “5-15%”.",
    "confidence": "How good the basis is. Never how likely the event is.",
    "scale": "Whose words the likelihood uses; icd203 unless given.",
    "review_every": "How often the judgment is due for a review, such as 60d or 2w.",
    "title": "The title as published.",
    "url": "Where the document can be read.",
    "judgments": "What the document states.",
    "assumptions": "What the judgments rest on.",
    "cites": "The articles that the document rests on.",
    "says": "The words as published.",
    "broken_by": "Names of indicators whose news presses on the assumption.",
    "outlet": "The publisher.",
    "date": "The day of publication.",
    "link": "The article's address.",
    "indicator": "The name of an indicator under “toward”.",
    "by": "The day by which it should have been seen.",
    "strength": "How telling it is; moderate unless given.",
    "because": "Why it is expected.",
    "names": "Every name that means this entity and nothing else; with demonyms.",
    "weak": "Names that also mean something else: they count only beside another name.",
    "judgment.toward": "Names of the question's indicators that make this event more likely.",
    "judgment.away": "Names of the question's indicators that make this event less likely.",
}

# Every kind of thing: its keys, those it cannot do without, and what it is.
_KINDS: Final[Mapping[str, tuple[Sequence[str], Sequence[str], str]]] = {
    "question": (watchlists.KEYS, ("ask",), "An open question and everything watched for it."),
    "brief": (briefs.KEYS, ("judgments",), "A published document."),
    "judgment": (judgments.KEYS, ("says",), "A statement about how likely an event is."),
    "assumption": (briefs.ASSUMPTION_KEYS, ("says", "broken_by"), "What a brief supposes."),
    "citation": (briefs.CITATION_KEYS, ("outlet", "title"), "An article that a brief rests on."),
    "quiet": (watchlists.QUIET_KEYS, ("indicator", "by"), "Silence that is evidence."),
    "names": (phrases_.ENTITY_KEYS, ("names",), "An entity with weak names."),
}


def schema() -> Schema:
    """The schema of watchlists.yaml, in draft 2020-12."""
    return {
        "$schema": DIALECT,
        "title": "Signpost watchlists",
        "description": "Made by “monitor check --schema”; the language is in docs/watchlists.md.",
        **_object("file", watchlists.FILE_KEYS, ("questions",)),
        "$defs": {
            **{
                kind: {"description": says} | _object(kind, keys, required) | _rules(kind)
                for kind, (keys, required, says) in _KINDS.items()
            },
            **_parts(),
        },
    }


def _object(kind: str, keys: Sequence[str], required: Sequence[str]) -> Schema:
    return {
        "type": "object",
        "properties": {key: _property(kind, key) for key in keys},
        "required": list(required),
        "additionalProperties": False,
    }


def _property(kind: str, key: str) -> Schema:
    own = f"{kind}.{key}"
    shape = _NAMES if own in _SAYS else _SHAPES.get(key, _TEXT)
    return {"description": _SAYS.get(own) or _SAYS[key], **shape}


def _rules(kind: str) -> Schema:
    """What keys ask of each other."""
    if kind == "judgment":
        return {"dependentRequired": {"toward": ["event"], "away": ["event"]}}
    if kind != "question":
        return {}
    return {
        "anyOf": [{"required": [key]} for key in indicators.KEYS],
        "oneOf": [{"required": ["briefs"]}, {"required": ["judgment"]}],
        "dependentSchemas": {"briefs": {"properties": dict.fromkeys(briefs.SHORT_KEYS, False)}},
    }


def _parts() -> Schema:
    text = _TEXT | {"maxLength": phrases_.LONGEST}
    phrase = {"$ref": "#/$defs/phrase"}
    return {
        "phrase": {
            "description": "words in a row · word* any ending · a|b either · a .. b both in one "
            "headline or sentence · a NEAR/5 b · AND OR NOT ( ) · title: · =Exact · entity:name",
            "if": {"type": "object"},
            "then": {
                "properties": {"query": {"description": "A long phrase.", **text}},
                "required": ["query"],
                "additionalProperties": False,
            },
            "else": text,
        },
        "phrases": {
            "if": {"type": "array"},
            "then": {"items": phrase},
            "else": phrase,
        },
        "lines": {
            "description": "One indicator on each line: phrases with commas between, then “: ” and "
            "a strength. The first phrase is its name.",
            "type": "array",
            "minItems": 1,
            "items": {
                "if": {"type": "object", "not": {"required": ["query"]}},
                "then": {
                    "minProperties": 1,
                    "maxProperties": 1,
                    "additionalProperties": {"enum": list(indicators.STRENGTHS)},
                },
                "else": phrase,
            },
        },
        "byStrength": {
            "description": "Indicators by how much more often each is seen if the event is coming.",
            "type": "object",
            "minProperties": 1,
            "properties": {
                strength.name.lower(): {"description": _times(strength)} | _named()
                for strength in Strength
            },
            "additionalProperties": False,
        },
        "likelihood": {
            "anyOf": [
                {"enum": sorted({word for scale in likelihood.SCALES.values() for word in scale})},
                {"type": "string", "pattern": r"^\s*[0-9].*%\s*$"},
            ]
        },
        "entity": {
            "if": {"type": "object"},
            "then": {"$ref": "#/$defs/names"},
            "else": _PHRASES,
        },
    }


def _times(strength: Strength) -> str:
    return f"{strength.value} points: seen about {10 ** (strength / 10):.2g} times as often."


def _named() -> Schema:
    return {"type": "object", "additionalProperties": _PHRASES}
