"""CSV, as French spreadsheets read it (semicolons, decimal commas, a byte order mark) or as everyone else does."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from timonier.text import say
from timonier.web.exports.cells import local, number_of, safe, yes_no
from timonier.web.exports.sheet import Cell, Quantity, Sheet

type Style = Literal["french", "international"]

BLOCK = 500


def blocks(sheet: Sheet, style: Style) -> Iterator[bytes]:
    """The file, a few hundred rows at a time, ends of lines as RFC 4180 has them."""
    french = style == "french"
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if french else ",", lineterminator="\r\n")
    if french:
        buffer.write("\ufeff")
    writer.writerow([safe(say(column.label)) for column in sheet.columns])
    for number, row in enumerate(sheet.rows, 1):
        writer.writerow([written(cell, sheet.zone, french=french) for cell in row])
        if number % BLOCK == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def written(cell: Cell, zone: str, *, french: bool) -> str:
    """One cell: every digit of a number, never an exponent; an empty text where there is nothing."""
    value = number_of(cell)
    if value is not None:
        text = format(Decimal(str(value)), "f")
        return text.replace(".", ",") if french else text
    if isinstance(cell, bool):
        return yes_no(cell)
    if isinstance(cell, datetime):
        return f"{local(cell, zone):{'%d/%m/%Y %H:%M:%S' if french else '%Y-%m-%d %H:%M:%S'}}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}" if french else cell.isoformat()
    if cell is None or isinstance(cell, Quantity | int | float | Decimal):
        return ""
    return safe(cell)
