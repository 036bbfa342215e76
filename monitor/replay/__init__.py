"""Archives, back-tests and calibration: the daemon's own decisions over news of the past.

In: archives or the store, and a watchlist. Out: the flags it would have raised, and how good.
Never writes to the daemon's database, and never decides by code of its own.
"""
