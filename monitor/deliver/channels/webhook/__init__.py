"""A signed post, for programs of one's own."""
