"""What was made of a word is kept, up to a limit."""

from monitor.core.memo import Memo


def test_a_word_is_made_once() -> None:
    made: list[str] = []

    def make(word: str) -> int:
        made.append(word)
        return len(word)

    lengths = Memo(make, size=10)

    assert [lengths["talks"], lengths["talks"], lengths["us"]] == [5, 5, 2]
    assert made == ["talks", "us"]


def test_a_full_memo_forgets_and_goes_on() -> None:
    lengths = Memo(len, size=3)

    sizes = [(lengths["x" * number], len(lengths)) for number in range(1, 6)]

    assert sizes == [(1, 1), (2, 2), (3, 3), (4, 1), (5, 2)]
