"""Cells that no spreadsheet will run, refuse or change."""

import math
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from timonier.scorecard.records import harmless
from timonier.text import Text, say
from timonier.web.charts.readable import readable
from timonier.web.exports.sheet import Cell, Quantity

TEXT_LIMIT = 32_767
"""What a cell of a workbook may hold, in UTF-16 units."""


def safe(text: str) -> str:
    """A text that is shown, never run; blanks that hide the start of a formula are looked through."""
    return str(harmless(readable(text)))


def cut(text: str, limit: int = TEXT_LIMIT, mark: str = "") -> str:
    """The text within `limit` UTF-16 units, saying that it was cut when it was (with `mark`, when it is given)."""
    encoded = text.encode("utf-16-le")
    if len(encoded) <= 2 * limit:
        return text
    mark = mark or say(Text(" […cut]", " […coupé]"))
    kept = encoded[: 2 * (limit - len(mark))].decode("utf-16-le", errors="ignore")
    return kept + mark


def number_of(cell: Cell) -> int | float | Decimal | None:
    """The number that a cell holds; None for what is not one, and for a number that is none (nan, infinity)."""
    value = cell.value if isinstance(cell, Quantity) else cell
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return value if math.isfinite(value) else None


def local(instant: datetime, zone: str) -> datetime:
    """The clock time in `zone`, without an offset; an instant without one is taken as UTC, as facts are."""
    known = instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo("UTC"))
    return known.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def yes_no(value: bool) -> str:
    """A truth in words."""
    return say(Text("yes", "oui") if value else Text("no", "non"))
