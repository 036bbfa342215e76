"""An Atom feed in a file, for readers of feeds."""
