"""Signpost: watches news feeds and flags the published judgments that may need revisiting."""

__version__ = "0.1.0"
