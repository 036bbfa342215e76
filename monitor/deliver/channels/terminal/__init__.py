"""A terminal, or whatever standard output is."""
