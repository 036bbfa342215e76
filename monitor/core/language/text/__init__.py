"""Stored text as tokens, and words in the form in which they are compared."""
