"""Numbers written by people, read in SQL: exact or refused, never rounded, never guessed.

Each function takes a SQL expression of trimmed text and returns one that is null when the text is not readable.
Common writings take a short way (one pattern, one cast); the others are normalised first.
"""

from typing import Literal

type Mark = Literal[".", ",", "auto", "machine"]
"""The decimal mark: declared; "auto" (undeclared: what could be read in two ways is refused); or "machine" for
formats where numbers are numbers: a lone point is always the decimal mark."""

_BLANKS = " \u00a0\u202f\u2009'’"
_CURRENCY = r"(?:€|\$|£|CHF|EUR|USD|GBP|[Ee]uros?)"
_HEAD = "[1-9][0-9]{0,2}"  # 0,125 is never 125
_GROUPS = f"{_HEAD}(?:[{_BLANKS}][0-9]{{3}})+"
_POINT = rf"(?:[0-9]+|{_GROUPS}|{_HEAD}(?:,[0-9]{{3}})+)?(?:\.[0-9]*)?"
_COMMA = rf"(?:[0-9]+|{_GROUPS}|{_HEAD}(?:\.[0-9]{{3}})+)?(?:,[0-9]*)?"
_TWO_WAYS = r"-?[1-9][0-9]{0,2}[.,][0-9]{3}"
_SHORT = {
    ".": r"[+-]?[0-9]{1,14}(?:\.[0-9]{1,4})?",
    "machine": r"[+-]?[0-9]{1,14}(?:\.[0-9]{1,4})?",
    ",": r"[+-]?[0-9]{1,14}",
    "auto": r"[+-]?[0-9]{1,14}(?:\.(?:[0-9]{1,2}|[0-9]{4}))?",
}


def quote(text: str) -> str:
    """`text` as a SQL literal. A quote is doubled; nothing else is special in DuckDB."""
    return "'" + text.replace("'", "''") + "'"


def matches(text: str, pattern: str) -> str:
    """Whether the whole text has the pattern."""
    return f"regexp_full_match({text}, {quote(pattern)})"


def number(text: str, mark: Mark) -> str:
    """`text` as digits with a point, or null: separators of thousands, blanks and the currency are taken out."""
    bare = (
        f"regexp_replace(regexp_replace(replace({text}, '−', '-'), "
        f"{quote(f'^([+-]?)(?:{_CURRENCY})[{_BLANKS}]*')}, '\\1'), {quote(f'[{_BLANKS}]*(?:{_CURRENCY})$')}, '')"
    )
    digits = matches(bare, r"[^0-9]*[0-9].*")
    point = f"regexp_replace({bare}, {quote(f'[,{_BLANKS}]')}, '', 'g')"
    comma = f"replace(regexp_replace({bare}, {quote(f'[.{_BLANKS}]')}, '', 'g'), ',', '.')"
    if_point = f"WHEN {matches(bare, f'[+-]?{_POINT}')} THEN {point}"
    if_comma = f"WHEN {matches(bare, f'[+-]?{_COMMA}')} THEN {comma}"
    plain = f"WHEN {matches(bare, '[+-]?[0-9]*(?:[.][0-9]*)?')} THEN {bare}"
    two_ways = f"WHEN {matches(bare, _TWO_WAYS)} THEN NULL"
    branches = {
        ".": if_point,
        ",": if_comma,
        "auto": f"{two_ways} {if_point} {if_comma}",
        "machine": f"{plain} {two_ways} {if_point} {if_comma}",
    }[mark]
    return f"CASE WHEN NOT {digits} THEN NULL {branches} END"


def money(text: str, mark: Mark) -> str:
    """DECIMAL(18, 4), exact; more than 4 decimals that count give null."""
    exact = f"regexp_replace({number(text, mark)}, '(\\.[0-9]{{4}})0+$', '\\1')"
    slow = f"CASE WHEN {matches(exact, '[+-]?[0-9]*(?:[.][0-9]{0,4})?')} THEN TRY_CAST({exact} AS DECIMAL(18, 4)) END"
    return _short_way(text, mark, "DECIMAL(18, 4)", slow)


def real(text: str, mark: Mark) -> str:
    """DOUBLE, finite. The scientific notation is read too."""
    scientific = r"[+-]?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,2}"
    slow = (
        f"CASE WHEN {matches(text, scientific)} THEN TRY_CAST({text} AS DOUBLE) "
        f"ELSE TRY_CAST({number(text, mark)} AS DOUBLE) END"
    )
    return _short_way(text, mark, "DOUBLE", slow)


def whole(text: str, mark: Mark) -> str:
    """BIGINT; decimals other than zeros give null."""
    exact = f"regexp_replace({number(text, mark)}, '\\.0*$', '')"
    slow = f"CASE WHEN {matches(exact, '[+-]?[0-9]{1,18}')} THEN TRY_CAST({exact} AS BIGINT) END"
    return f"CASE WHEN {matches(text, '[+-]?[0-9]{1,18}')} THEN TRY_CAST({text} AS BIGINT) ELSE {slow} END"


def product(left: str, right: str, mark: Mark) -> str:
    """The exact product of two numbers, when 4 decimals are enough to write it."""
    exact = f"({money(left, mark)})::DECIMAL(38, 4) * ({money(right, mark)})::DECIMAL(38, 4)"
    return (
        f"CASE WHEN abs({exact}) < 1e14 AND {exact} = ({exact})::DECIMAL(38, 4) "
        f"THEN TRY_CAST({exact} AS DECIMAL(18, 4)) END"
    )


def boolean(text: str) -> str:
    """BOOLEAN, from the French and English words."""
    word = f"lower({text})"
    return (
        f"CASE WHEN {word} IN ('1', 'true', 'vrai', 'oui', 'yes', 'o', 'y', 't', 'v') THEN true "
        f"WHEN {word} IN ('0', 'false', 'faux', 'non', 'no', 'n', 'f') THEN false END"
    )


def why_not(text: str, mark: Mark, *, decimals: int | None) -> str:
    """The code of the reason why a number was refused: "two_ways", "decimals" or "number"."""
    reasons = [f"WHEN {matches(text, _TWO_WAYS)} THEN 'two_ways'"] if mark == "auto" else []
    if decimals is not None:
        beyond = f"[+-]?[0-9]*[.][0-9]{{{decimals + 1},}}"
        reasons.append(f"WHEN {matches(number(text, mark), beyond)} THEN 'decimals'")
    return f"CASE {' '.join(reasons)} ELSE 'number' END" if reasons else "'number'"


def _short_way(text: str, mark: Mark, sql_type: str, slow: str) -> str:
    return f"CASE WHEN {matches(text, _SHORT[mark])} THEN TRY_CAST({text} AS {sql_type}) ELSE {slow} END"
