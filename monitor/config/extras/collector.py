"""Reads whether an OpenTelemetry collector is to be told, and which secrets that needs.

The variables are the standard ones of OpenTelemetry; its library reads what else they say.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote, urlsplit

ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
HEADERS: Final = ("OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS")


def wanted(env: Mapping[str, str]) -> bool:
    """Whether a collector is named, and neither the library nor its traces are switched off."""
    off = (
        env.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
        or env.get("OTEL_TRACES_EXPORTER", "").strip().lower() == "none"
    )
    return not off and any(env.get(name, "").strip() for name in ENDPOINTS)


def secrets(env: Mapping[str, str]) -> set[str]:
    """The values of headers and the password in an address, as written and as meant."""
    pairs = [pair for name in HEADERS for pair in env.get(name, "").split(",")]
    written = {pair.partition("=")[2].strip() for pair in pairs}
    written |= {_password(env.get(name, "")) for name in ENDPOINTS}
    return (written | {unquote(value) for value in written}) - {""}


def _password(address: str) -> str:
    try:
        return urlsplit(address).password or ""
    except ValueError:
        return ""
