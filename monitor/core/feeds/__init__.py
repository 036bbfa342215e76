"""A feed's documents: which entry is which, what is new, when to ask again, how the feed does."""
