"""One event counted once: headlines, copies, siblings, contradictions, independent sources."""
