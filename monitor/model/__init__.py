"""The vocabulary: frozen values passed between the rooms.

Must never import anything but the standard library, decide anything, or know how a value is stored,
fetched or shown. One word per thing; the words are those of docs/vocabulary.md.
"""
