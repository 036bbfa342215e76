"""How good a watchlist is: measures of a back-test, and what to compare them with."""
