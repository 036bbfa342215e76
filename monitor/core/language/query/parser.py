"""Turns a phrase of the watchlist language into a tree, and a tree back into text.

    liaison office        words in a row; lower-case English words stand for all their forms
    "liaison office"      the same words without inflection
    sanction*             any ending, after at least three letters (two syllables in Hangul)
    =Sunday               this form and this case only
    a b|c d|e             either "a b" or "c d" or "e": | parts whole phrases, not single words
    a .. b .. c           all in one headline, or all in one sentence of the summary, in any order
    Iran > attack         the name does it: subject before verb, or after "by"
    a NEAR/5 b            at most five words between, in any order, in one headline or sentence
    title: a              title, summary, body (the same as summary) or outlet only
    a AND b, a OR b, NOT a, ( )
    entity:name           any name of the entity

From tightest to loosest: words in a row, |, >, then .. and NEAR, then a field, NOT, AND, OR. So
`talks .. this week|next week` is "talks" with "this week" or "next week", and `title: a .. b` holds
both in the title. A lower-case `and`, `or` or `not` is an ordinary word of a phrase ("oil and gas")
unless it stands beside a parenthesis, a quotation or an operator, where it is refused. Every
mistake is refused with its place and what to write instead; nothing is ever guessed or dropped.
"""

from typing import Final

from monitor.core.language.query.lexer import Lexeme, Mark, lex
from monitor.core.language.query.tree import (
    Alias,
    And,
    Does,
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
    anchored,
    positional,
    show,
)
from monitor.errors import QueryError

__all__ = [
    "Alias",
    "And",
    "Does",
    "Either",
    "Field",
    "FieldName",
    "Near",
    "Node",
    "Not",
    "Or",
    "Together",
    "Word",
    "WordKind",
    "Words",
    "parse",
    "show",
]

DEEPEST: Final = 40
"""Parentheses, NOTs and fields inside one another; no analyst needs more than a few."""

_TIGHTNESS: Final = {Mark.OR: 1, Mark.AND: 2, Mark.DOTS: 4, Mark.NEAR: 4, Mark.DOES: 5}
_AFTER_NOT: Final = 3
_AFTER_FIELD: Final = 4


def parse(text: str) -> Node:
    """The tree of a phrase or query. Raises QueryError with the place and advice."""
    parser = _Parser(text)
    node = parser.expression(1)
    parser.expect_end()
    if not anchored(node):
        nots = [lexeme.offset for lexeme in parser.lexemes if lexeme.mark is Mark.NOT]
        raise QueryError(
            text,
            nots[0],
            "NOT without anything that must be present",
            "a word that must be present",
            "write “a AND NOT b”",
        )
    return node


class _Parser:
    """Precedence climbing over the lexemes of one query."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lexemes = lex(text)
        self.place = 0
        self.next = self.lexemes[0]  # never past the END, which nothing takes
        self.depth = 0
        self.in_field = False

    def take(self) -> Lexeme:
        lexeme = self.next
        self.place += 1
        self.next = self.lexemes[self.place]
        return lexeme

    def expression(self, tightness: int) -> Node:
        """Operands joined by operators at least as tight as `tightness`."""
        start = self.next
        node = self.operand()
        while (mark := self.next.mark) in _TIGHTNESS and _TIGHTNESS[mark] >= tightness:
            if mark is Mark.NEAR:
                node = self.near(start, node)
            elif mark is Mark.DOES:
                node = self.does(start, node)
            elif mark is Mark.DOTS:
                node = Together(self.parts(start, node, mark))
            else:
                parts = self.parts(start, node, mark)
                node = And(parts) if mark is Mark.AND else Or(parts)
        return node

    def parts(self, start: Lexeme, first: Node, mark: Mark) -> tuple[Node, ...]:
        """`first` and whatever follows it through further operators of the same kind."""
        parts = [first]
        if mark is Mark.DOTS:
            self.expect_phrase(start, first, deeds=True)
        while self.next.mark is mark:
            self.take()
            start = self.next
            part = self.expression(_TIGHTNESS[mark] + 1)
            if mark is Mark.DOTS:
                self.expect_phrase(start, part, deeds=True)
            parts.append(part)
        if mark is Mark.DOTS and self.next.mark is Mark.NEAR:
            raise self.mixed()
        return tuple(parts)

    def near(self, start: Lexeme, left: Node) -> Node:
        operator = self.take()
        self.expect_phrase(start, left)
        start = self.next
        right = self.operand()
        self.expect_phrase(start, right)
        if self.next.mark is Mark.NEAR:
            raise QueryError(
                self.text,
                self.next.offset,
                "a second NEAR in a row",
                "one NEAR between two phrases",
                "write “a NEAR/5 b AND b NEAR/5 c”",
            )
        if self.next.mark is Mark.DOTS:
            raise self.mixed()
        return Near(left, right, operator.distance)

    def does(self, start: Lexeme, actor: Node) -> Node:
        self.take()
        self.expect_phrase(start, actor)
        start = self.next
        deed = self.operand()
        self.expect_phrase(start, deed)
        if self.next.mark is Mark.DOES:
            raise QueryError(
                self.text,
                self.next.offset,
                "a second > in a row",
                "one > between a name and its deed",
                "write “a > b AND b > c”",
            )
        return Does(actor, deed)

    def operand(self) -> Node:
        lexeme = self.next
        if lexeme.mark in {Mark.WORD, Mark.ENTITY}:
            return self.either()
        if lexeme.mark not in {Mark.OPEN, Mark.NOT, Mark.FIELD}:
            raise self.expected_phrase()
        self.take()
        self.depth += 1
        if self.depth > DEEPEST:
            raise QueryError(
                self.text, lexeme.offset, "too many levels", f"at most {DEEPEST} inside one another"
            )
        node = self.prefixed(lexeme)
        self.depth -= 1
        return node

    def prefixed(self, lexeme: Lexeme) -> Node:
        if lexeme.mark is Mark.NOT:
            return Not(self.expression(_AFTER_NOT))
        if lexeme.mark is Mark.FIELD:
            return self.field(lexeme)
        node = self.expression(1)
        if self.next.mark is Mark.END:
            raise QueryError(self.text, lexeme.offset, "a “(” that is never closed", "a “)”")
        if self.next.mark is not Mark.CLOSE:
            raise self.expected_operator()
        self.take()
        return node

    def field(self, lexeme: Lexeme) -> Node:
        if self.in_field:
            raise QueryError(
                self.text,
                lexeme.offset,
                f"“{lexeme.text}” inside another field",
                "words, which are looked for in the outer field",
            )
        self.in_field = True
        part = self.expression(_AFTER_FIELD)
        self.in_field = False
        return Field(FieldName(lexeme.name), part)

    def either(self) -> Words | Alias | Either:
        options = [self.phrase()]
        while self.next.mark is Mark.BAR:
            self.take()
            options.append(self.phrase())
        return options[0] if len(options) == 1 else Either(tuple(options))

    def phrase(self) -> Words | Alias:
        if self.next.mark is Mark.ENTITY:
            return Alias(self.take().name)
        words: list[Word] = []
        while self.next.mark is Mark.WORD:
            words += self.take().words
        if not words:
            raise self.expected_phrase()
        return Words(tuple(words))

    def expect_end(self) -> None:
        if self.next.mark is Mark.CLOSE:
            raise QueryError(
                self.text, self.next.offset, "a “)” without a “(”", "the end or an operator"
            )
        if self.next.mark is not Mark.END:
            raise self.expected_operator()

    def expect_phrase(self, start: Lexeme, node: Node, *, deeds: bool = False) -> None:
        if not (positional(node) or (deeds and isinstance(node, Does))):
            raise QueryError(
                self.text,
                start.offset,
                "something that is not a phrase beside .., > or NEAR",
                "a phrase, or phrases joined by | or OR",
                "put a field before the whole: “title: a .. b”",
            )

    def expected_phrase(self) -> QueryError:
        lexeme = self.next
        found = "nothing" if lexeme.mark is Mark.END else f"“{lexeme.text}”"
        return QueryError(self.text, lexeme.offset, found, "a word or phrase")

    def expected_operator(self) -> QueryError:
        lexeme = self.next
        advice = {
            Mark.NOT: "write “AND NOT”",
            Mark.BAR: "use OR between parentheses",
        }.get(lexeme.mark, "write AND between the two if both must be present")
        return QueryError(
            self.text, lexeme.offset, f"“{lexeme.text}”", "AND, OR, .. or NEAR/5 before it", advice
        )

    def mixed(self) -> QueryError:
        return QueryError(
            self.text,
            self.next.offset,
            ".. and NEAR in one row",
            "one of them",
            "write “a .. b AND b NEAR/5 c”",
        )
