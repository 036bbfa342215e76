"""The watchlist language: parsing, compiling, matching an entry, direction and hedging."""
