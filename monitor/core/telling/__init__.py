"""Digests: who is told, when, and what."""
