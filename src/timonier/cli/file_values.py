"""The texts of one file as typed columns: scores, amounts, dates. Each distinct text is read once."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from timonier.cli.messages import warning
from timonier.errors import DataError, UsageError
from timonier.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

    from timonier.facts.intake.values import Order

LARGEST = 1e14
"""Amounts are kept with four decimals in eighteen digits."""

INVALID = -1e15
"""A score that is not a number: on no scale, hence counted as invalid; a missing one is null."""

_GROUPED = re.compile(r"\d{1,3}([.,])\d{3}")
_TRUE = frozenset({"true", "vrai", "oui", "yes", "o", "y", "1", "x"})
_FALSE = frozenset({"false", "faux", "non", "no", "n", "0"})


class Values:
    """Reads columns of text; `decimal` is the mark that a person declared, `order` that of their dates."""

    def __init__(self, table: "pa.Table", *, decimal: str | None, order: "Order | None", zone: str) -> None:
        self.table = table
        self.decimal = decimal
        self.order = order
        self.zone = ZoneInfo(zone)

    def read(self, column: str, kind: str) -> "pa.ChunkedArray":
        """The column in a type of the fact tables. Raises DataError, UsageError."""
        import pyarrow as pa

        readers: dict[str, tuple[Callable[[str], Any], Any]] = {
            "float": (lambda text: self._number(text, INVALID), pa.float64()),
            "int": (self._whole, pa.int64()),
            "money": (self._money, pa.decimal128(18, 4)),
            "bool": (_flag, pa.bool_()),
            "text": (lambda text: text, pa.string()),
        }
        if kind in ("instant", "date"):
            return self._dates(column, kind)
        if kind == "money":
            self._check_marks(column)
        reader, arrow = readers[kind]
        found = self._mapped(column, reader, arrow, words=kind != "text")
        if kind in ("money", "int", "bool"):
            self._tell_unread(column, found, kind)
        return found

    def weights(self, column: str) -> "pa.ChunkedArray":
        """Numbers of 0 and more, none missing. Raises DataError."""
        import pyarrow as pa

        def read(text: str) -> float:
            value = self._number(text, None)
            if value is None or value < 0:
                raise DataError(
                    Text(f"“{text}” is not a weight.", f"« {text} » n’est pas un poids."),
                    where=column,
                    hint=Text("A weight is a number, 0 or more.", "Un poids est un nombre positif ou nul."),
                )
            return value

        found = self._mapped(column, read, pa.float64())
        if found.null_count:
            raise DataError(
                Text(f"rows without a weight: {found.null_count}.", f"lignes sans poids : {found.null_count}."),
                where=column,
            )
        return found

    def counts(self, column: str) -> Counter[str]:
        """How often each value stands, missing ones left out."""
        from timonier.facts.intake.sampling import is_unknown

        tally = self.table[column].combine_chunks().value_counts().to_pylist()
        stripped = ((str(one["values"]).strip(), one["counts"]) for one in tally)
        found: Counter[str] = Counter()
        for text, count in stripped:
            if text and not is_unknown(text):
                found[text] += count
        return found

    def _mapped(
        self, column: str, reader: Callable[[str], Any], arrow: Any, *, words: bool = True
    ) -> "pa.ChunkedArray":
        """Each distinct text read once; with `words`, “NSP” and the like are missing too."""
        import pyarrow as pa

        from timonier.facts.intake.sampling import is_unknown

        coded = self.table[column].combine_chunks().dictionary_encode()
        texts = [text.strip() for text in coded.dictionary.to_pylist()]
        values = [None if not text or (words and is_unknown(text)) else reader(text) for text in texts]
        if not values:
            return pa.chunked_array([pa.nulls(len(coded), arrow)])
        return pa.chunked_array([pa.array(values, arrow).take(coded.indices)])

    def _number(self, text: str, otherwise: float | None) -> float | None:
        from timonier.facts.intake.values import number

        if self.decimal is not None:
            other = "," if self.decimal == "." else "."
            text = text.replace(other, "").replace(self.decimal, ".")
        found = number(text)
        return otherwise if found is None else found

    def _whole(self, text: str) -> int | None:
        found = self._number(text, None)
        return int(found) if found is not None and found == int(found) else None

    def _money(self, text: str) -> Decimal | None:
        found = self._number(text, None)
        readable = found is not None and abs(found) < LARGEST
        return Decimal(repr(found)).quantize(Decimal("0.0001")) if readable else None

    def _check_marks(self, column: str) -> None:
        """«1,234» is 1.234 or 1234: when nothing in the column tells, a person must."""
        marked = [text for text in self.counts(column) if re.search(r"[.,]", text)]
        doubtful = marked and all(_GROUPED.fullmatch(text.strip("€$£ ")) for text in marked)
        if self.decimal is None and doubtful:
            raise UsageError(
                Text(
                    f"is “{marked[0]}” in thousands or with three decimals?",
                    f"« {marked[0]} » : des milliers, ou trois décimales ?",
                ),
                where=column,
                hint=Text("Say --decimal . or --decimal ,", "Précisez --decimal . ou --decimal ,"),
            )

    def _tell_unread(self, column: str, found: "pa.ChunkedArray", kind: str) -> None:
        unread = int(found.null_count) - (len(found) - self.counts(column).total())
        what = {
            "money": Text("amounts that can be read", "des montants lisibles"),
            "int": Text("whole numbers", "des nombres entiers"),
            "bool": Text("yes nor no", "un oui ni un non"),
        }[kind]
        if unread > 0:
            warning(
                Text(
                    f"values of “{column}” that are not {what.en}, left out as missing: {unread}.",
                    f"valeurs de « {column} » qui ne sont pas {what.fr}, écartées comme manquantes : {unread}.",
                )
            )

    def _dates(self, column: str, kind: str) -> "pa.ChunkedArray":
        """Instants in UTC, or business days; an order of day and month is never guessed."""
        import pyarrow as pa

        order = self._order(column)
        unread = 0

        def read(text: str) -> Any:
            nonlocal unread
            found = self._moment(text, order)
            unread += found is None
            return found if kind == "instant" or found is None else found.astimezone(self.zone).date()

        arrow = pa.timestamp("us", "UTC") if kind == "instant" else pa.date32()
        found = self._mapped(column, read, arrow)
        if unread:
            warning(
                Text(
                    f"values of “{column}” that are not dates, left without date: {unread}.",
                    f"valeurs de « {column} » qui ne sont pas des dates, laissées sans date : {unread}.",
                )
            )
        return found

    def _order(self, column: str) -> "Order":
        from timonier.facts.intake.values import date_evidence

        evidence = date_evidence(self.counts(column))
        if evidence is None:
            raise DataError(
                Text(f"“{column}” does not hold dates.", f"« {column} » ne contient pas de dates."),
                hint=Text("Choose another column with --at.", "Choisissez une autre colonne avec --at."),
            )
        order = self.order or evidence.order
        if order is None:
            raise UsageError(
                Text(
                    f"the dates of “{column}” may be day first or month first: nothing in the file tells.",
                    f"les dates de « {column} » : le jour ou le mois d’abord ? Rien dans le fichier ne le dit.",
                ),
                hint=Text(
                    "Say --date-order dmy or --date-order mdy.", "Précisez --date-order dmy ou --date-order mdy."
                ),
            )
        return order

    def _moment(self, text: str, order: "Order") -> datetime | None:
        from timonier.facts.intake.values import moment

        try:
            stated = datetime.fromisoformat(text)
        except ValueError:
            stated = None
        found = stated if stated is not None and stated.tzinfo is not None else moment(text, order)
        if found is None:
            return None
        return found if found.tzinfo is not None else found.replace(tzinfo=self.zone)


def _flag(text: str) -> bool | None:
    word = text.casefold()
    return True if word in _TRUE else False if word in _FALSE else None
