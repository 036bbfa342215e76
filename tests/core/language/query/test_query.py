"""The phrase language: trees, every refusal with its place and words, and the way back to text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.language.query.parser import (
    Alias,
    And,
    Either,
    Field,
    FieldName,
    Near,
    Node,
    Not,
    Or,
    Together,
    Word,
    WordKind,
    Words,
    parse,
    show,
)
from monitor.core.language.query.tree import anchored
from monitor.errors import QueryError


def words(text: str) -> Words:
    return Words(tuple(Word(word) for word in text.split()))


A, B, C, D = map(words, ("a", "b", "c", "d"))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("liaison office", words("liaison office")),
        (
            '"liaison office"',
            Words((Word("liaison", WordKind.QUOTED), Word("office", WordKind.QUOTED))),
        ),
        ('new "b"', Words((Word("new"), Word("b", WordKind.QUOTED)))),
        ("sanction*", Words((Word("sanction", WordKind.PREFIX),))),
        ("=Sunday talks", Words((Word("Sunday", WordKind.EXACT), Word("talks")))),
        ("N. Korea*", Words((Word("N."), Word("Korea", WordKind.PREFIX)))),
        ("a b|c d | e", Either((words("a b"), words("c d"), words("e")))),
        ("a|b .. c d|c", Together((Either((A, B)), Either((words("c d"), C))))),
        ("a .. b .. c", Together((A, B, C))),
        ("a NEAR/5 b", Near(A, B, 5)),
        ("a NEAR/12 b|c", Near(A, Either((B, C)), 12)),
        ("a OR b AND c", Or((A, And((B, C))))),
        ("(a OR b) AND c", And((Or((A, B)), C))),
        ("a AND b AND c", And((A, B, C))),
        ("a AND (b AND c)", And((A, And((B, C))))),
        ("a AND NOT b OR c", Or((And((A, Not(B))), C))),
        ("a AND NOT b .. c", And((A, Not(Together((B, C)))))),
        ("a AND NOT NOT b", And((A, Not(Not(B))))),
        ("title:a", Field(FieldName.TITLE, A)),
        ("title: a .. b", Field(FieldName.TITLE, Together((A, B)))),
        ("title:a AND b", And((Field(FieldName.TITLE, A), B))),
        ("title:(a AND b)", Field(FieldName.TITLE, And((A, B)))),
        ("NOT outlet:a AND b", And((Not(Field(FieldName.OUTLET, A)), B))),
        ("(a OR b c) .. d", Together((Or((A, words("b c"))), D))),
        ("entity:dprk", Alias("dprk")),
        ("entity:dprk|a .. b", Together((Either((Alias("dprk"), A)), B))),
        ("oil and gas", words("oil and gas")),
        ("not guilty", words("not guilty")),
        ("near miss", words("near miss")),
        ("Near Seoul", words("Near Seoul")),
        ("((a))", A),
        ("12:30", words("12:30")),
        ("dim-*", Words((Word("dim-", WordKind.PREFIX),))),
        ("북한*", Words((Word("북한", WordKind.PREFIX),))),
        ("核*", Words((Word("核", WordKind.PREFIX),))),
        ("a\u00a0b", words("a b")),
    ],
)
def test_trees(text: str, tree: Node) -> None:
    assert parse(text) == tree


IN_QUOTES = "put the words in quotation marks if the colon belongs to them"
FIELDS = "title:, summary:, body:, outlet: or entity:"
OPERATOR = "AND, OR, .. or NEAR/5 before it"
BOTH = "write AND between the two if both must be present"
FORMS = "write the forms out: “aid|aids|aided”"
PHRASES = "a phrase, or phrases joined by | or OR"
NO_PHRASE = "something that is not a phrase beside .., > or NEAR"
BEFORE_ALL = "put a field before the whole: “title: a .. b”"
NEEDED = "NOT without anything that must be present", "a word that must be present"
TWO_DOTS = "two dots with a space on each side", "write “a .. b”"
DISTANCE = "NEAR/0 to NEAR/99", "write NEAR/5"
ROW = ".. and NEAR in one row", "one of them", "write “a .. b AND b NEAR/5 c”"
ANY = "a word or phrase"


def small(word: str, beside: str) -> tuple[str, str, str]:
    return (
        f"“{word}” in small letters beside {beside}",
        f"“{word.upper()}”",
        f'or write "{word}" in quotation marks if the word itself is meant',
    )


@pytest.mark.parametrize(
    ("text", "offset", "found", "expected", "advice"),
    [
        ("", 0, "nothing", ANY, ""),
        ("   ", 3, "nothing", ANY, ""),
        ("AND", 0, "“AND”", ANY, ""),
        ("a AND", 5, "nothing", ANY, ""),
        ("a OR AND b", 5, "“AND”", ANY, ""),
        ("a .. ", 5, "nothing", ANY, ""),
        (".. a", 0, "“..”", ANY, ""),
        ("a||b", 2, "“|”", ANY, ""),
        ("a|", 2, "nothing", ANY, ""),
        ("|a", 0, "“|”", ANY, ""),
        ("()", 1, "“)”", ANY, ""),
        ("title:", 6, "nothing", ANY, ""),
        ('say "abc', 4, "a quotation that is never closed", 'a closing "', ""),
        ('a ""', 2, "a quotation without words", "words between the quotation marks", ""),
        (
            'a "sanction* b"',
            11,
            "a * inside quotation marks",
            "words exactly as they stand",
            "leave the quotation marks out to use *",
        ),
        ("b AND (a", 6, "a “(” that is never closed", "a “)”", ""),
        ("a b)", 3, "a “)” without a “(”", "the end or an operator", ""),
        ("st*", 0, "“st*” has too few letters before the *", "at least 3 letters", FORMS),
        ("big de-es*", 4, "“de-es*” has too few letters before the *", "at least 3 letters", FORMS),
        ("핵*", 0, "“핵*” has too few letters before the *", "at least 2 letters", FORMS),
        ("no *clear", 3, "“*clear” has a * that is not at its end", "the * after the letters", ""),
        ("nu*ar", 2, "“nu*ar” has a * that is not at its end", "the * after the letters", ""),
        ("talk**", 4, "“talk**” has a * that is not at its end", "the * after the letters", ""),
        ("a *", 2, "“*” holds no letter or digit", "a word", "leave it out"),
        ("a - b", 2, "“-” holds no letter or digit", "a word", "leave it out"),
        ("=", 0, "“=” holds no letter or digit", "a word", "leave it out"),
        ("=abc*", 0, "“=abc*” has both = and *", "one of them", ""),
        ("a titel:b", 2, "“titel:” is no field", FIELDS, "did you mean “title:”?"),
        ("Title:b", 0, "“Title:” is no field", FIELDS, "did you mean “title:”?"),
        ("entities:b", 0, "“entities:” is no field", FIELDS, "did you mean “entity:”?"),
        ("Kim:deal", 0, "“Kim:” is no field", FIELDS, IN_QUOTES),
        ("a .. entity:", 5, "“entity:” without a name", "entity:name", ""),
        (
            "title:(a OR outlet:b)",
            12,
            "“outlet:” inside another field",
            "words, which are looked for in the outer field",
            "",
        ),
        ("a and (b)", 2, *small("and", "“(”")),
        ("(a) or b", 4, *small("or", "“)”")),
        ('"a" And b', 4, *small("And", "a quotation")),
        ("a AND not b", 6, *small("not", "“AND”")),
        ("a or NOT b", 2, *small("or", "“NOT”")),
        ("entity:dprk and a", 12, *small("and", "“entity:dprk”")),
        ("a and .. b", 2, *small("and", "“..”")),
        ("a NEAR b", 2, "“NEAR” without a distance", *DISTANCE),
        ("a NEAR/ b", 2, "“NEAR/” without a distance", *DISTANCE),
        ("a NEAR/100 b", 2, "“NEAR/100” without a distance", *DISTANCE),
        ("a near/5 b", 2, "“near/5” in small letters", "“NEAR/5”", ""),
        (
            "a NEAR/5 b NEAR/3 c",
            11,
            "a second NEAR in a row",
            "one NEAR between two phrases",
            "write “a NEAR/5 b AND b NEAR/5 c”",
        ),
        ("a NEAR/3 b .. c", 11, *ROW),
        ("a .. b NEAR/3 c", 7, *ROW),
        ("a .. (b AND c)", 5, NO_PHRASE, PHRASES, BEFORE_ALL),
        ("(a AND b) .. c", 0, NO_PHRASE, PHRASES, BEFORE_ALL),
        ("a NEAR/2 NOT b", 9, NO_PHRASE, PHRASES, BEFORE_ALL),
        ("a .. title:b", 5, NO_PHRASE, PHRASES, BEFORE_ALL),
        ("NOT a", 0, *NEEDED, "write “a AND NOT b”"),
        ("a OR NOT b", 5, *NEEDED, "write “a AND NOT b”"),
        ("NOT a AND NOT b", 0, *NEEDED, "write “a AND NOT b”"),
        ("a NOT b", 2, "“NOT”", OPERATOR, "write “AND NOT”"),
        ("(a) b", 4, "“b”", OPERATOR, BOTH),
        ("a (b)", 2, "“(”", OPERATOR, BOTH),
        ("(a (b))", 3, "“(”", OPERATOR, BOTH),
        ("entity:x b", 9, "“b”", OPERATOR, BOTH),
        ("(a)|b", 3, "“|”", OPERATOR, "use OR between parentheses"),
        ("a..b", 1, "“a..b”", *TWO_DOTS),
        ("a ... b", 2, "“...”", *TWO_DOTS),
        ("a … b", 2, "“…”", *TWO_DOTS),
        ("a -b", 2, "“-b” begins with a minus", "a word", "write “AND NOT b”"),
        (
            "wom?n",
            3,
            "“wom?n” has a ? inside",
            "letters",
            "list the spellings instead: “woman|women”",
        ),
        ("(" * 41 + "a", 40, "too many levels", "at most 40 inside one another", ""),
        ("a AND " + "NOT " * 41 + "b", 166, "too many levels", "at most 40 inside one another", ""),
    ],
)
def test_refusals(text: str, offset: int, found: str, expected: str, advice: str) -> None:
    """Each mistake has its place, what was found, what was expected, and what to write instead."""
    with pytest.raises(QueryError) as caught:
        parse(text)

    error = caught.value
    assert (error.offset, error.found, error.expected, error.advice) == (
        offset,
        found,
        expected,
        advice,
    )
    assert error.text == text


LETTERS = st.text("abcdefgéжü", min_size=3, max_size=6)
PLAIN_WORDS = st.sampled_from(["talks", "U.S.", "Jong-un", "won't", "1,000", "NATO", "북한", "核"])
WORD = st.one_of(
    st.builds(Word, LETTERS | PLAIN_WORDS),
    st.builds(Word, LETTERS, st.sampled_from([WordKind.PREFIX, WordKind.EXACT, WordKind.QUOTED])),
    st.builds(Word, st.sampled_from(["AND", "NOT", "or", "title:x"]), st.just(WordKind.QUOTED)),
)
PHRASE = st.builds(Words, st.lists(WORD, min_size=1, max_size=3).map(tuple))
OPTION = PHRASE | st.builds(Alias, st.sampled_from(["dprk", "us-gov"]))


def several(part: st.SearchStrategy[Node]) -> st.SearchStrategy[tuple[Node, ...]]:
    return st.lists(part, min_size=2, max_size=3).map(tuple)


EITHER = st.builds(Either, st.lists(OPTION, min_size=2, max_size=3).map(tuple))
SIMPLE: st.SearchStrategy[Node] = OPTION | EITHER
SIDE: st.SearchStrategy[Node] = st.recursive(
    SIMPLE, lambda part: st.builds(Or, several(part)), max_leaves=4
)
PLACED: st.SearchStrategy[Node] = st.one_of(
    SIMPLE,
    st.builds(Together, several(SIDE)),
    st.builds(Near, SIDE, SIDE, st.integers(0, 99)),
)


def combined(part: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.builds(And, several(part)) | st.builds(Or, several(part)) | st.builds(Not, part)


INNER: st.SearchStrategy[Node] = st.recursive(PLACED, combined, max_leaves=4)
FIELD = st.builds(Field, st.sampled_from(FieldName), INNER)
TREES: st.SearchStrategy[Node] = st.recursive(PLACED | FIELD, combined, max_leaves=8)


@pytest.mark.slow
@given(TREES.filter(anchored))
def test_the_text_of_a_tree_parses_to_the_same_tree(tree: Node) -> None:
    assert parse(show(tree)) == tree


@given(st.text('ab"“”()|.*=:- ANDORTNE/5', max_size=30))
def test_any_text_is_read_or_refused_inside_it(text: str) -> None:
    """Nothing but QueryError ever comes out, and its place is within the text."""
    read = attempt(text)
    if isinstance(read, QueryError):
        assert 0 <= read.offset <= len(text)
    else:
        assert parse(show(read)) == read


def attempt(text: str) -> Node | QueryError:
    try:
        return parse(text)
    except QueryError as error:
        return error
