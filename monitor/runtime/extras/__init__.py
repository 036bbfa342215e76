"""Reports to an OpenTelemetry collector: needs the extra `otel`."""
