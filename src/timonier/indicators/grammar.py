"""The small language of people's own indicators and filters, compiled to the same expressions as ours.

    status != 'cancelled' and channel in ('web', 'app')
    days_between(opened_at, closed_at) <= 2 or closed_at is missing

Columns, texts in quotes, numbers, true and false; = != < <= > >=, in (…), is missing, and, or, not, + - *, and two
functions: lower(text) and days_between(from, to). Nothing else exists: no SQL, no Python, no attribute, no call of
anything. Types are checked against the fact table, and every error points at its place in the text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any, Literal, NamedTuple

import narwhals as nw

from timonier.errors import DefinitionError
from timonier.indicators.localtime import local
from timonier.indicators.money import minor_units
from timonier.indicators.periods import epoch_day
from timonier.indicators.stats import MONEY_SCALE
from timonier.text import Text, say

type Kind = Literal["text", "int", "float", "bool", "money", "instant", "date"]

NUMBERS = frozenset({"int", "float", "money"})
MOMENTS = frozenset({"instant", "date"})
MAX_LENGTH = 2_000
MAX_DEPTH = 40

_TOKENS = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>'(?:[^']|'')*')|(?P<name>[^\W\d]\w*)|(?P<sign><=|>=|!=|<>|[-=<>(),+*]))"
)
_WORDS = frozenset({"and", "or", "not", "in", "is", "missing", "true", "false"})


class Typed(NamedTuple):
    """An expression, the kind of value that it gives, and where it starts; `literal` for a plain value."""

    expr: nw.Expr
    kind: Kind
    place: int
    literal: str | float | bool | None = None
    column: str = ""


class Compiled(NamedTuple):
    """An expression, its kind, and the columns that a frame must be given before it is used (`on`).

    Local times are such columns: written inside the expression, their offsets would be repeated at each use.
    """

    expr: nw.Expr
    kind: Kind
    literal: str | float | bool | None
    helpers: Mapping[str, nw.Expr]

    def on(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """The frame with the columns that the expression reads."""
        return frame.with_columns(**self.helpers) if self.helpers else frame

    def keep(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """The rows for which the expression is true."""
        return self.on(frame).filter(self.expr)


class Token(NamedTuple):
    """One word of the text and its place."""

    sort: str
    word: str
    place: int


def names_in(text: str) -> set[str]:
    """Every name in the text that could be a column."""
    return {token.word for token in _tokens(text, "") if token.sort == "name" and token.word not in _WORDS}


def compile_text(
    text: str, columns: Mapping[str, Kind], *, where: str = "", lenient: bool = False, zone: str = "UTC"
) -> Compiled:
    """Compile `text` over the given columns; `lenient` reads an unknown word after = as a text (segment=pme);
    `zone` tells on which day an instant falls.

    Raises DefinitionError with the place: unknown column, wrong types, unexpected word, text too long or too deep.
    """
    parser = _Parser(_tokens(text, where), columns, where, text, lenient=lenient, zone=zone)
    found = parser.disjunction()
    parser.expect_end()
    return Compiled(found.expr, found.kind, found.literal, parser.helpers)


def compile_condition(
    text: str, columns: Mapping[str, Kind], *, where: str = "", lenient: bool = False, zone: str = "UTC"
) -> Compiled:
    """Compile a text that must be true or false."""
    found = compile_text(text, columns, where=where, lenient=lenient, zone=zone)
    if found.kind != "bool":
        raise DefinitionError(
            Text("this should be true or false.", "cela devrait être vrai ou faux."),
            where=where,
            hint=Text(
                "Write a comparison, such as channel = 'web'.",
                "Écrivez une comparaison, comme channel = 'web'.",
            ),
        )
    return found


def _tokens(text: str, where: str) -> list[Token]:
    if len(text) > MAX_LENGTH:
        raise DefinitionError(
            Text(f"longer than {MAX_LENGTH} characters.", f"plus de {MAX_LENGTH} caractères."), where=where
        )
    found, place = [], 0
    while place < len(text.rstrip()):
        match = _TOKENS.match(text, place)
        if match is None or match.lastgroup is None:
            start = place + len(text[place:]) - len(text[place:].lstrip())
            raise _unexpected(text, start, where)
        found.append(Token(match.lastgroup, match.group(match.lastgroup), match.start(match.lastgroup)))
        place = match.end()
    return found


def place_of(where: str, place: int) -> str:
    """Where in the text, from 1, for people."""
    return f"{where}, {say(Text('character', 'caractère'))} {place + 1}".lstrip(", ")


def _unexpected(text: str, place: int, where: str) -> DefinitionError:
    shown = text[place : place + 12] or "…"
    at = place_of(where, place)
    return DefinitionError(
        Text(f"unexpected “{shown}”.", f"« {shown} » inattendu."),
        where=at,
        hint=Text(
            "Texts go in single quotes; only + - * = != < > in, is missing, and, or, not exist.",
            "Les textes vont entre apostrophes ; seuls + - * = != < > in, is missing, and, or, not existent.",
        ),
    )


@dataclass
class _Parser:
    tokens: list[Token]
    columns: Mapping[str, Kind]
    where: str
    text: str
    lenient: bool = False
    zone: str = "UTC"
    position: int = 0
    depth: int = field(default=0)
    helpers: dict[str, nw.Expr] = field(default_factory=dict)

    def peek(self) -> Token:
        return self.tokens[self.position] if self.position < len(self.tokens) else Token("end", "", len(self.text))

    def take(self, *words: str) -> Token | None:
        token = self.peek()
        if token.sort in ("name", "sign") and token.word in words:
            self.position += 1
            return token
        return None

    def expect(self, word: str) -> Token:
        token = self.take(word)
        if token is None:
            raise _unexpected(self.text, self.peek().place, self.where)
        return token

    def expect_end(self) -> None:
        if self.peek().sort != "end":
            raise _unexpected(self.text, self.peek().place, self.where)

    def fail(self, place: int, text: Text, hint: Text | str = "") -> DefinitionError:
        return DefinitionError(text, where=place_of(self.where, place), hint=hint)

    def disjunction(self) -> Typed:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(self.peek().place, Text("too many parentheses.", "trop de parenthèses."))
        left = self.conjunction()
        while self.take("or"):
            right = self.conjunction()
            left = Typed(self.true(left) | self.true(right), "bool", left.place)
        self.depth -= 1
        return left

    def conjunction(self) -> Typed:
        left = self.negation()
        while self.take("and"):
            right = self.negation()
            left = Typed(self.true(left) & self.true(right), "bool", left.place)
        return left

    def negation(self) -> Typed:
        token = self.take("not")
        if token is None:
            return self.comparison()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(token.place, Text("too many “not”.", "trop de « not »."))
        inner = self.negation()
        self.depth -= 1
        return Typed(~self.true(inner), "bool", token.place)

    def true(self, value: Typed) -> nw.Expr:
        if value.kind != "bool":
            raise self.fail(value.place, Text("this is not true or false.", "ceci n’est ni vrai ni faux."))
        return value.expr

    def comparison(self) -> Typed:
        left = self.sum()
        sign = self.take("=", "!=", "<>", "<", "<=", ">", ">=")
        if sign is not None:
            return self.compare(left, sign, self.operand())
        if self.take("is"):
            absent = self.take("not")
            self.expect("missing")
            empty = left.expr.is_null()
            return Typed(~empty if absent else empty, "bool", left.place)
        negated = self.peek().word == "not" and self.take("not")
        if negated or self.peek().word == "in":
            self.expect("in")
            inside = self.members(left)
            return Typed(~inside if negated else inside, "bool", left.place)
        return left

    def operand(self) -> Typed:
        token = self.peek()
        if self.lenient and token.sort == "name" and token.word not in self.columns and token.word not in _WORDS:
            self.position += 1
            return Typed(nw.lit(token.word), "text", token.place, token.word)
        return self.sum()

    def compare(self, left: Typed, sign: Token, right: Typed) -> Typed:
        one, other = self.matched(left, right)
        signs = {"=": one == other, "!=": one != other, "<>": one != other}
        if sign.word in signs:
            return Typed(signs[sign.word], "bool", left.place)
        ordered = {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}
        return Typed(ordered[sign.word], "bool", left.place)

    def matched(self, left: Typed, right: Typed) -> tuple[nw.Expr, nw.Expr]:
        """Both sides in one kind; a text is read as a date when the other side is one."""
        for one, other, swap in ((left, right, False), (right, left, True)):
            if one.kind in MOMENTS and isinstance(other.literal, str):
                pair = (self.day(one), nw.lit(self.as_day(other), dtype=nw.Date))
                return (pair[1], pair[0]) if swap else pair
        same = left.kind == right.kind or (left.kind in NUMBERS and right.kind in NUMBERS)
        if not same and not (left.kind in MOMENTS and right.kind in MOMENTS):
            raise self.fail(
                right.place,
                Text(f"{left.kind} is compared with {right.kind}.", f"{left.kind} est comparé à {right.kind}."),
            )
        return left.expr, right.expr

    def as_day(self, value: Typed) -> date:
        try:
            return date.fromisoformat(str(value.literal))
        except ValueError:
            raise self.fail(
                value.place, Text("a date is written '2026-03-31'.", "une date s’écrit '2026-03-31'.")
            ) from None

    def members(self, left: Typed) -> nw.Expr:
        self.expect("(")
        found = self.compare(left, Token("sign", "=", left.place), self.operand()).expr
        while self.take(","):
            found = found | self.compare(left, Token("sign", "=", left.place), self.operand()).expr
        self.expect(")")
        return found

    def sum(self) -> Typed:
        left = self.product()
        while sign := self.take("+", "-"):
            left, right = self.numbers(left, self.product())
            expr = left.expr + right.expr if sign.word == "+" else left.expr - right.expr
            left = Typed(expr, _wider(left.kind, right.kind), left.place)
        return left

    def product(self) -> Typed:
        left = self.atom()
        while self.take("*"):
            left, right = self.numbers(left, self.atom())
            left = Typed(left.expr * right.expr, _wider(left.kind, right.kind), left.place)
        return left

    def numbers(self, left: Typed, right: Typed) -> tuple[Typed, Typed]:
        return self.number(left), self.number(right)

    def number(self, value: Typed) -> Typed:
        """The value as a number: true counts 1, so that yes/no columns can be added up."""
        if value.kind == "bool":
            return Typed(value.expr.cast(nw.Int64), "int", value.place)
        if value.kind not in NUMBERS:
            raise self.fail(value.place, Text("this is not a number.", "ceci n’est pas un nombre."))
        return value

    def atom(self) -> Typed:
        token = self.peek()
        self.position += 1
        if token.sort == "number":
            whole = "." not in token.word
            value: float = int(token.word) if whole else float(token.word)
            return Typed(nw.lit(value), "int" if whole else "float", token.place, value)
        if token.sort == "text":
            words = token.word[1:-1].replace("''", "'")
            return Typed(nw.lit(words), "text", token.place, words)
        if token.word == "(":
            inner = self.disjunction()
            self.expect(")")
            return inner
        if token.word == "-":
            inner = self.number(self.atom())
            return Typed(nw.lit(0) - inner.expr, inner.kind, token.place)
        if token.sort == "name":
            return self.named(token)
        raise _unexpected(self.text, token.place, self.where)

    def named(self, token: Token) -> Typed:
        if token.word in ("true", "false"):
            value = token.word == "true"
            return Typed(nw.lit(value=value), "bool", token.place, value)
        if token.word in ("lower", "days_between") and self.peek().word == "(":
            return self.call(token)
        if token.word not in self.columns:
            near = get_close_matches(token.word, self.columns, 3) or sorted(self.columns)
            raise self.fail(
                token.place,
                Text(f"there is no column “{token.word}”.", f"il n’y a pas de colonne « {token.word} »."),
                Text(f"Did you mean: {', '.join(near)}?", f"Vouliez-vous dire : {', '.join(near)} ?"),
            )
        return Typed(nw.col(token.word), self.columns[token.word], token.place, column=token.word)

    def call(self, token: Token) -> Typed:
        self.expect("(")
        first = self.sum()
        if token.word == "lower":
            self.expect(")")
            if first.kind != "text":
                raise self.fail(first.place, Text("lower() takes a text.", "lower() prend un texte."))
            return Typed(first.expr.str.to_lowercase(), "text", token.place)
        self.expect(",")
        second = self.sum()
        self.expect(")")
        for value in (first, second):
            if value.kind not in MOMENTS:
                raise self.fail(value.place, Text("days_between() takes dates.", "days_between() prend des dates."))
        return Typed(self.epoch(second) - self.epoch(first), "int", token.place)

    def epoch(self, value: Typed) -> nw.Expr:
        return epoch_day(self.clock(value))

    def day(self, value: Typed) -> nw.Expr:
        """The date of a date, or of an instant on the zone's calendar."""
        return self.clock(value).cast(nw.Date) if value.kind == "instant" else value.expr

    def clock(self, value: Typed) -> nw.Expr:
        """A date as it is; an instant on the zone's clock, from a column that the frame is given first."""
        if value.kind != "instant" or self.zone == "UTC":
            return value.expr
        name = f"_local_{value.column}"
        self.helpers[name] = local(value.expr, self.zone)
        return nw.col(name)


def _wider(one: Kind, other: Kind) -> Kind:
    for kind in ("money", "float", "int"):
        if kind in (one, other):
            return kind
    return "float"


def scaled_integer(value: Compiled) -> nw.Expr:
    """The values as 64-bit integers: true as 1, whole numbers as they are, money and decimals in ten thousandths."""
    return value.expr.cast(nw.Int64) if value.kind in ("bool", "int") else minor_units(value.expr)


def scale_of(value: Compiled) -> int:
    """By how much `scaled_integer` multiplies."""
    return 1 if value.kind in ("bool", "int") else MONEY_SCALE
