"""Sends spans to an OpenTelemetry collector by OTLP over HTTP; needs the extra `otel`.

Where to, how often and which share is said by the standard `OTEL_…` variables, which the library
reads itself. A collector that is away or silent holds nobody up: what waits for it is bounded, and
what finds no room is dropped.
"""

import contextlib
import threading
from collections.abc import Iterator

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from monitor import __version__
from monitor.runtime import tracing

NAME = "signpost"
"""What the service is called unless OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES say otherwise."""

PARTING_SECONDS = 3.0
"""What the last spans may hold up the end of the program."""


@contextlib.contextmanager
def reporting(instance: str) -> Iterator[None]:
    """Spans of every step go to the collector until the end of the block, the last ones too."""
    provider = TracerProvider(resource=_resource(instance), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    try:
        with tracing.listening(provider.get_tracer(NAME, __version__)):
            yield
    finally:
        # the library waits for up to half a minute for a collector that does not answer
        parting = threading.Thread(target=provider.shutdown, name="collector", daemon=True)
        parting.start()
        parting.join(PARTING_SECONDS)


def _resource(instance: str) -> Resource:
    """This program, one of several workers perhaps; the environment may call it otherwise."""
    own = Resource(
        {"service.name": NAME, "service.version": __version__, "service.instance.id": instance}
    )
    said = Resource.create()
    unnamed = str(said.attributes.get("service.name", "")).startswith("unknown_service")
    return said.merge(own) if unnamed else own.merge(said)
