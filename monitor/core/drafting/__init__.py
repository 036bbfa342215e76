"""What a brief says, as a watchlist to correct: judgments, indicators, citations, scope.

In: the plain text of a brief. Out: proposals, each with the sentence it came from, and YAML.
Never invents: what cannot be read stays a commented line that quotes the brief.
"""
