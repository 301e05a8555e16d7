"""What may be wrong in one column: dates, identifiers, decimal marks, invisible characters, lists in a cell."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator

from timonier.facts.intake.questions import Question, examples
from timonier.facts.intake.sampling import Column
from timonier.facts.intake.synonyms import plain
from timonier.facts.intake.values import DateEvidence, Order, moment
from timonier.text import Text

_DMY = Text("day first (03/04 is 3 April)", "le jour d’abord (03/04 est le 3 avril)")
_MDY = Text("month first (03/04 is March 4)", "le mois d’abord (03/04 est le 4 mars)")
_KEEP = Text("keep as it is", "garder tel quel")
_REPAIR = Text("get the file again, with this column as text", "redemander le fichier, cette colonne étant en texte")
_MISSING = Text("no answer (missing)", "pas de réponse (manquant)")
_VALUE = Text("a value like the others", "une valeur comme les autres")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffd]"
)
_LOST = Text(
    "; U+0092 is often an apostrophe lost by a wrong encoding",
    " ; U+0092 est souvent une apostrophe perdue par un mauvais encodage",
)
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_LENGTHS = {"zip": 5, "postal": 5, "siren": 9, "siret": 14, "telephone": 10, "tel": 10, "ean": 13}
SLIPS = 3
"""Values outside a small scale up to which 99 is asked about: beyond, the column is no scale."""
_SENTINELS = frozenset({-99.0, -9.0, -1.0, 88.0, 98.0, 99.0, 888.0, 998.0, 999.0, 9999.0})


def dates(column: Column, today: dt.date) -> Iterator[Question]:
    """Questions on a column of dates, if it is one."""
    evidence = column.dates
    if evidence is None or evidence.order == "iso":
        return
    if evidence.day_first and evidence.month_first:
        yield _mixed(column, evidence)
        return
    if evidence.order is None:
        yield Question(
            "date_order",
            column.name,
            Text(
                f"no date of “{column.name}” tells day from month ({examples(column.counts)}). Which comes first?",
                f"aucune date de « {column.name} » ne distingue le jour du mois ({examples(column.counts)}). Lequel "
                "vient en premier ?",
            ),
            (_DMY, _MDY),
        )
        return
    yield from _impossible(column, evidence.order, today)


def _mixed(column: Column, evidence: DateEvidence) -> Question:
    return Question(
        "date_mixed",
        column.name,
        Text(
            f"“{column.name}” mixes two orders: {evidence.day_first} dates have the day first, "
            f"{evidence.month_first} the month, {evidence.either} could be either. How should they be read?",
            f"« {column.name} » mélange deux ordres : {evidence.day_first} dates ont le jour d’abord, "
            f"{evidence.month_first} le mois, {evidence.either} peuvent être l’un ou l’autre. Comment les lire ?",
        ),
        (_DMY, _MDY, _REPAIR),
    )


def _impossible(column: Column, order: Order, today: dt.date) -> Iterator[Question]:
    read = {text: day for text in column.counts if (day := moment(text, order))}
    late = [text for text, day in read.items() if day.date() > today]
    if late:
        count = sum(column.counts[text] for text in late)
        yield Question(
            "date_future",
            column.name,
            Text(
                f"Dates of “{column.name}” after today: {count} ({examples(late)}). Are they real?",
                f"Dates de « {column.name} » postérieures à aujourd’hui : {count} ({examples(late)}). "
                "Sont-elles réelles ?",
            ),
            (_KEEP, Text("leave these rows out", "écarter ces lignes")),
            tuple(late),
        )
    if swapped := _swapped(column.counts, read):
        count = sum(column.counts[text] for text in swapped)
        yield Question(
            "date_swapped",
            column.name,
            Text(
                f"Dates of “{column.name}” in months where no day passes the 12th: {count} ({examples(swapped)}). "
                "Day and month were probably swapped, here and in other rows that look right.",
                f"Dates de « {column.name} » dans des mois où aucun jour ne dépasse le 12 : {count} "
                f"({examples(swapped)}). Jour et mois ont sans doute été inversés, là et dans d’autres lignes qui "
                "semblent justes.",
            ),
            (_KEEP, Text("leave these rows out", "écarter ces lignes"), _REPAIR),
            tuple(swapped),
        )


def _swapped(counts: Counter[str], read: dict[str, dt.datetime]) -> list[str]:
    """Texts of the months in which at least two rows stand and no day is after the 12th, if they are many.

    By chance alone a date falls before the 13th twelve times in thirty-one: eight rows in a row do so one time in
    two thousand. One such month may be the last of the file, cut by the export; two are no accident.
    """
    early: Counter[tuple[int, int]] = Counter()
    late: set[tuple[int, int]] = set()
    for text, day in read.items():
        if day.day <= 12:
            early[day.year, day.month] += counts[text]
        else:
            late.add((day.year, day.month))
    suspect = {month for month in early if month not in late}
    found = [text for text, day in read.items() if (day.year, day.month) in suspect]
    return found if late and len(suspect) >= 2 and sum(early[month] for month in suspect) >= 8 else []


def identifiers(column: Column, *, mapped: bool) -> Iterator[Question]:
    """Questions on a column that identifies: `mapped` when it fills an identifier, else its name must say so."""
    words = set(plain(column.name).split())
    expected = next((length for word, length in _LENGTHS.items() if word in words), None)
    if not (mapped or expected or words & {"id", "code", "numero", "number", "phone", "ref", "reference"}):
        return
    damaged = [text for text in column.counts if _SCIENTIFIC.fullmatch(text)]
    damaged += [text for text in column.counts if re.fullmatch(r"\d{3,}\.0", text)]
    if damaged:
        yield Question(
            "identifier_damaged",
            column.name,
            Text(
                f"Identifiers of “{column.name}” turned into numbers by a spreadsheet: {len(damaged)} "
                f"({examples(damaged)}). Digits may be lost.",
                f"Identifiants de « {column.name} » changés en nombres par un tableur : {len(damaged)} "
                f"({examples(damaged)}). Des chiffres ont pu être perdus.",
            ),
            (_REPAIR, _KEEP),
        )
    yield from _lengths(column, expected, mapped=mapped)


def _lengths(column: Column, expected: int | None, *, mapped: bool) -> Iterator[Question]:
    digits = {text: n for text, n in column.counts.items() if text.isdecimal()}
    if expected:
        short = [text for text in digits if expected - 3 <= len(text) < expected]
        if short:
            yield Question(
                "identifier_zeros",
                column.name,
                Text(
                    f"Values of “{column.name}” with fewer than {expected} digits: {len(short)} ({examples(short)}). "
                    "Zeros at the beginning were probably lost.",
                    f"Valeurs de « {column.name} » de moins de {expected} chiffres : {len(short)} "
                    f"({examples(short)}). Des zéros au début ont sans doute été perdus.",
                ),
                (_REPAIR, _KEEP),
            )
        return
    lengths = Counter(dict.fromkeys(map(len, digits), 0))
    for text in digits:
        lengths[len(text)] += 1
    usual, count = lengths.most_common(1)[0] if lengths else (0, 0)
    odd = [text for text in digits if len(text) != usual]
    if mapped and usual >= 6 and odd and count >= 0.95 * len(column.counts):
        yield Question(
            "identifier_lengths",
            column.name,
            Text(
                f"almost all values of “{column.name}” have {usual} digits, but not {examples(odd)}. Are they right?",
                f"presque toutes les valeurs de « {column.name} » ont {usual} chiffres, mais pas {examples(odd)}. "
                "Sont-elles justes ?",
            ),
            (_KEEP, _REPAIR),
        )


def unknown_values(column: Column) -> Iterator[Question]:
    """Texts such as NSP in a column in use, and numbers such as 99 far outside a scale."""
    odd = list(column.unknown)
    found = column.numbers
    if found:
        slips = [value for value in found if value not in _SENTINELS and not 0 <= value <= 11]
        inside = sum(count for value, count in found.items() if 0 <= value <= 11)
        if inside and len(slips) <= SLIPS:
            odd += [f"{value:g}" for value in sorted(found) if value in _SENTINELS]
    if odd:
        yield Question(
            "unknown_values",
            column.name,
            Text(
                f"in “{column.name}”, do {examples(odd, 6)} mean that there is no answer?",
                f"dans « {column.name} », est-ce que {examples(odd, 6)} veut dire qu’il n’y a pas de réponse ?",
            ),
            (_MISSING, _VALUE),
            tuple(odd),
        )


def decimal_marks(column: Column) -> Iterator[Question]:
    """A column of numbers that writes decimals with commas here and points there."""
    if not column.numbers:
        return
    commas = [text for text in column.counts if re.search(r"\d,\d+\D*$", text)]
    points = [text for text in column.counts if re.search(r"\d\.\d+\D*$", text)]
    if commas and points:
        yield Question(
            "decimal_mixed",
            column.name,
            Text(
                f"“{column.name}” writes decimals in two ways: {examples(commas, 2)} and {examples(points, 2)}. What "
                "does the comma mean?",
                f"« {column.name} » écrit les décimales de deux façons : {examples(commas, 2)} et "
                f"{examples(points, 2)}. Que signifie la virgule ?",
            ),
            (
                Text("a decimal mark, like the point", "un séparateur décimal, comme le point"),
                Text("a separator of thousands", "un séparateur de milliers"),
            ),
        )


def invisible(column: Column) -> Iterator[Question]:
    """Characters that nobody sees: control codes, zero-width marks, replacement marks."""
    texts = Counter(column.texts)
    hit = {text: n for text, n in texts.items() if not text.isprintable() and _INVISIBLE.search(text)}
    if hit:
        codes = sorted({f"U+{ord(char):04X}" for text in hit for char in _INVISIBLE.findall(text)})
        rows = sum(hit.values())
        lost = any("U+0080" <= code <= "U+009F" for code in codes)
        hint = _LOST if lost else Text("", "")
        yield Question(
            "invisible_characters",
            column.name,
            Text(
                f"Rows of “{column.name}” with invisible characters: {rows} ({', '.join(codes[:6])}){hint.en}.",
                f"Lignes de « {column.name} » avec des caractères invisibles : {rows} "
                f"({', '.join(codes[:6])}){hint.fr}.",
            ),
            (_KEEP, Text("get the file again, in UTF-8", "redemander le fichier, en UTF-8")),
        )


def several_values(column: Column) -> Iterator[Question]:
    """Cells that hold a list: most of them are made of values that also stand alone elsewhere."""
    if len(column.counts) > 5_000 or column.numbers or column.dates:
        return
    for separator in (";", "|", ",", "/"):
        listed = {text: n for text, n in column.counts.items() if separator in text}
        made = sum(n for text, n in listed.items() if all(p.strip() in column.counts for p in text.split(separator)))
        if len(listed) < 2 or made * 2 < sum(listed.values()) or made < 0.02 * column.filled:
            continue
        yield Question(
            "multi_valued",
            column.name,
            Text(
                f"Cells of “{column.name}” with several values: {sum(listed.values())} ({examples(listed, 1)}). "
                "What is counted?",
                f"Cellules de « {column.name} » à plusieurs valeurs : {sum(listed.values())} "
                f"({examples(listed, 1)}). Que compte-t-on ?",
            ),
            (
                Text(
                    f"one row for each value between the “{separator}”",
                    f"une ligne par valeur entre les « {separator} »",
                ),
                Text("the list as one value", "la liste comme une seule valeur"),
            ),
            (separator,),
        )
        return
