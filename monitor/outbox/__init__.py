"""From flags and slots to messages: compose digests, queue them, deliver each once.

In: flags, evidence and slots that are due. Out: rows of the outbox, and how each was delivered.
Never decides what flags a brief, and never sends what has no row in the outbox (but a test).
"""
