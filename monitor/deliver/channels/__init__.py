"""The ways to reach a person: one folder for each, and `table.py`, which lists them.

In: an outgoing message. Out: the provider's id of it, or an error that says whether to try again.
A channel never tries twice, and never lets a secret into a message or a log.
"""
