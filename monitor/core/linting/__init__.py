"""What in a watchlist loads and is surely not meant."""
