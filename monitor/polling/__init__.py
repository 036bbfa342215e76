"""From a due feed to stored news: fetch, parse, recognise, take in.

In: feeds that are due, and the plan in force. Out: entries, stories, evidence, flags.
Never tells anybody anything, and nothing of the database is open during HTTP or parsing.
"""
