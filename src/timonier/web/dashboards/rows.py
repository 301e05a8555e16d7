"""The rows behind a figure, and one answer, within a person's scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from typing import Any, Final

import narwhals as nw
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localtime

from timonier import formats
from timonier.scorecard.codes import value_name
from timonier.text import Text, language, say
from timonier.web.accounts.access import Scope
from timonier.web.core.desks import lent_desk, workspace
from timonier.web.figures.facts import column_label, rows_found
from timonier.web.figures.indicator import Asked
from timonier.web.figures.reach import visible

PAGE: Final = 50
SYSTEM: Final = frozenset({"source", "received_at", "seq"})


@dataclass(frozen=True)
class RowsPage:
    """A page of rows. `asked_beyond`: the page asked for does not exist, and the last one is shown."""

    total: int
    page: int
    pages: int
    columns: tuple[str, ...]
    records: Sequence[Mapping[str, Any]]
    shared: tuple[tuple[str, str], ...]
    asked_beyond: bool

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.page * PAGE, self.total)


def rows_page(asked: Asked, page: int, *, comments: bool) -> RowsPage:
    """A page of the rows that the figure counts. Raises UsageError when they cannot be found within the scope."""
    found = rows_found(asked, comments=comments, limit=PAGE, skip=(page - 1) * PAGE)
    pages = max(1, ceil(found.total / PAGE))
    beyond = page > pages
    if beyond:
        page = pages
        found = rows_found(asked, comments=comments, limit=PAGE, skip=(page - 1) * PAGE)
    names = list(dict.fromkeys(name for record in found.records for name in record))
    filled = [name for name in names if any(record.get(name) is not None for record in found.records)]
    same = _shared(found.records, filled)
    shared = tuple((column_label(name), written(found.records[0][name], name)) for name in same)
    kept = tuple(name for name in filled if name not in same)
    return RowsPage(found.total, page, pages, kept, found.records, shared, beyond)


def _shared(records: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[str]:
    """Columns with one value in all the rows of the page: said once above."""
    kept = ("counts", "value", "day", "customer_id", "comment")
    if len(records) < 2:
        return []
    return [
        name
        for name in names
        if name not in kept and all(record.get(name) == records[0].get(name) for record in records)
    ]


def written(value: object, column: str = "") -> str:
    """A value of a fact, in words; instants on the clock of the business, the codes of a column by what they mean."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return say(Text("yes", "oui") if value else Text("no", "non"))
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, int | float | Decimal):
        return formats.number(value, 0 if value == int(value) else 2)
    return value_name(column, str(value))


def instant(when: datetime) -> str:
    """A day and an hour."""
    there = localtime(when, workspace().settings.tzinfo)
    hour = f"{there:%H:%M}" if language.get() == "en" else f"{there:%H}{formats.NBSP}h{formats.NBSP}{there:%M}"
    return f"{formats.day(there.date())}, {hour}"


def link_to(view: str, identifier: object) -> str:
    """The address of an answer or of a customer; "" for an identifier that no address can hold."""
    try:
        return reverse(view, args=[str(identifier)]) if identifier else ""
    except NoReverseMatch:
        return ""


def answer_of(identifier: str, scope: Scope, *, comments: bool) -> Mapping[str, Any] | None:
    """One answer, its columns in the order of the schema; None when there is none within the scope."""
    with lent_desk() as desk:
        frame = visible(desk, "answers", scope)
        if frame is None:
            return None
        found = list(frame.filter(nw.col("answer_id") == identifier).head(1).collect().iter_rows(named=True))
        if not found:
            return None
        order = [column.name for column in desk.source.tables["answers"].columns]
    hidden = SYSTEM | (frozenset() if comments else {"comment"})
    return {name: found[0][name] for name in ["day", *order] if name in found[0] and name not in hidden}
