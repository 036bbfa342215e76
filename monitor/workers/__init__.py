"""Several processes on one PostgreSQL: who wakes whom, and who takes over from the fallen.

In: rows that are due. Out: the app's own steps, run by one worker at a time.
Never needed by a single daemon, and never a place where truth is kept: that is our tables.
"""
