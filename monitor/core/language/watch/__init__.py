"""Questions compiled into one immutable watch."""
