"""The phrases analysts write: text to lexemes to a tree, and back to text."""
