"""What was made of a word is kept, up to a limit."""

import pickle

from monitor.core.memo import Memo, MemoByIdentity


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


def test_an_object_at_hand_again_is_made_once_and_its_equal_anew() -> None:
    made: list[tuple[str, ...]] = []

    def make(known: tuple[str, ...]) -> str:
        made.append(known)
        return known[0].upper()

    shout = MemoByIdentity(make, size=2)
    first, equal = tuple(["dam"]), tuple(["dam"])  # noqa: C409 — two objects

    assert [shout(first), shout(first), shout(equal), shout(equal)] == ["DAM"] * 4
    assert len(made) == 2
    assert shout(("flood",)) == "FLOOD", "all is forgotten when it is full"
    assert shout(first) == "DAM"
    assert len(made) == 4


def test_what_is_sent_to_another_process_is_empty_and_works() -> None:
    """A view of a dictionary cannot be sent, and what can is cheaper to make anew."""
    memo = Memo(len, 10)
    memo.update({"views": {}.keys()})  # type: ignore[dict-item]
    sent = pickle.loads(pickle.dumps(memo))  # noqa: S301  # our own
    assert not sent
    assert sent["four"] == 4
