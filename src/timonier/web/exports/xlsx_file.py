"""XLSX: native numbers, dates and table, and a sheet to read first. Texts are texts: no formula, no link."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from timonier import formats
from timonier.errors import UsageError
from timonier.indicators.estimate import Unit
from timonier.scorecard import words
from timonier.text import Text, say
from timonier.web.exports.cells import cut, local, number_of, safe, yes_no
from timonier.web.exports.sheet import About, Cell, Column, Quantity, Sheet

ROW_LIMIT = 1_048_575
"""Rows of a worksheet, less the header."""

TABLE_ROWS = 20_000
"""Beyond, rows are written one by one in constant memory, which has filters but no table."""

EXACT = 10**15
"""Whole numbers from here on lose digits in a workbook: they are written as text."""

FIRST_YEAR = 1900
OPTIONS = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
FORMATS: dict[Unit, str] = {
    "points": "+0.0;-0.0;0.0",
    "share": "0.0%",
    "money": "#,##0.00",
    "days": "0.0###",
    "count": "#,##0",
    "per_1000": "0.0",
    "score": "0.00",
    "ratio": "0.00",
}
MOVED = {"share": "+0.000;-0.000;0.000", "points": FORMATS["points"]}
ABOUT: tuple[tuple[str, Text], ...] = (
    ("definition", Text("Definition", "Définition")),
    ("formula", Text("Formula", "Formule")),
    ("source", Text("Source of the formula", "Source de la formule")),
    ("period", Text("Period", "Période")),
    ("filters", Text("Filters", "Filtres")),
    ("n", Text("n", "n")),
    ("as_of", Text("Data up to", "Données jusqu’au")),
    ("permalink", Text("Link", "Lien")),
    ("generated_at", Text("Generated", "Généré")),
)


def as_xlsx(sheet: Sheet) -> bytes:
    """The workbook. UsageError past the rows that a worksheet may hold."""
    if len(sheet.rows) > ROW_LIMIT:
        raise _too_many(len(sheet.rows))
    import xlsxwriter  # type: ignore[import-untyped,unused-ignore]

    buffer = io.BytesIO()
    large = len(sheet.rows) > TABLE_ROWS
    workbook = xlsxwriter.Workbook(buffer, {**OPTIONS, "constant_memory": large, "in_memory": not large})
    workbook.set_properties(
        {"title": cut(safe(sheet.title), 250, "…"), "created": local(sheet.about.generated_at, "UTC")}
    )
    _Data(workbook, sheet).write(table=not large)
    _write_about(workbook, sheet)
    workbook.close()
    return buffer.getvalue()


def _too_many(rows: int) -> UsageError:
    count, limit = formats.count(rows), formats.count(ROW_LIMIT)
    return UsageError(
        Text(
            f"a worksheet holds {limit} rows, and there are {count}.",
            f"une feuille de calcul tient {limit} lignes, et il y en a {count}.",
        ),
        hint=Text(
            "Export as CSV, or choose a shorter period.", "Exportez en CSV, ou choisissez une période plus courte."
        ),
    )


def sheet_name(title: str) -> str:
    """A name that a workbook accepts: 31 characters, none of []:*?/\\, nothing that looks like a formula."""
    text = "".join(" " if one in "[]:*?/\\'" or not one.isprintable() else one for one in safe(title))
    name = cut(" ".join(text.split()).lstrip("=+-@＝＋－＠ "), 31, "…").strip()
    return name if name and name.casefold() not in ("history", "historique") else say(Text("Data", "Données"))


def header_names(columns: Sequence[Column]) -> list[str]:
    """The names of columns, unique whatever their case as a table needs, none empty, 255 characters at most."""
    names: list[str] = []
    seen: set[str] = set()
    for place, column in enumerate(columns, 1):
        base = _no_markup(cut(safe(" ".join(say(column.label).split())), 240, "…")) or f"{place}"
        name, number = base, 2
        while name.casefold() in seen:
            name, number = f"{base} ({number})", number + 1
        seen.add(name.casefold())
        names.append(name)
    return names


class _Data:
    """The sheet of figures."""

    def __init__(self, workbook: Any, sheet: Sheet) -> None:
        self._workbook = workbook
        self._sheet = sheet
        self._page = workbook.add_worksheet(sheet_name(sheet.title))
        self._known: dict[str, Any] = {}

    def write(self, *, table: bool) -> None:
        """Header, rows, then what makes them easy to sort and filter."""
        sheet, page = self._sheet, self._page
        names = header_names(sheet.columns)
        last_row, last_column = max(len(sheet.rows), 1), len(names) - 1
        page.freeze_panes(1, 0)
        for place, (name, column) in enumerate(zip(names, sheet.columns, strict=True)):
            page.set_column(place, place, min(max(len(name) + 3, 12), 40) if column.kind != "text" else 22)
        if table:
            headers = [{"header": name} for name in names]
            page.add_table(0, 0, last_row, last_column, {"columns": headers, "style": "Table Style Light 1"})
        else:
            page.autofilter(0, 0, last_row, last_column)
        for place, name in enumerate(names):
            page.write_string(0, place, name, self._format(None, bold=True))
        for number, row in enumerate(sheet.rows, 1):
            for place, (cell, column) in enumerate(zip(row, sheet.columns, strict=True)):
                self._cell(number, place, cell, column)

    def _cell(self, row: int, place: int, cell: Cell, column: Column) -> None:
        value = number_of(cell)
        if value is not None and (not isinstance(value, int) or abs(value) < EXACT):
            self._page.write_number(row, place, value, self._format(_pattern(cell, column)))
        elif isinstance(cell, date) and cell.year >= FIRST_YEAR:  # an instant too
            instant = isinstance(cell, datetime)
            shown = local(cell, self._sheet.zone) if isinstance(cell, datetime) else cell
            self._page.write_datetime(row, place, shown, self._format(_dated(with_time=instant)))
        else:
            text = _text(cell) if value is None else str(value)
            if text:
                self._page.write_string(row, place, _shown(text))

    def _format(self, pattern: str | None, *, bold: bool = False) -> Any:
        key = f"{bold}{pattern}"
        if key not in self._known:
            properties: dict[str, Any] = {"bold": True} if bold else {}
            self._known[key] = self._workbook.add_format(properties | ({"num_format": pattern} if pattern else {}))
        return self._known[key]


def _shown(text: str) -> str:
    """A text as a cell holds it."""
    return _no_markup(cut(safe(text)))


def _no_markup(text: str) -> str:
    """XlsxWriter writes a text in `<r>…</r>` as XML of its own: a quote before it makes it a text again."""
    return f"'{text}" if text.startswith("<r>") and text.endswith("</r>") else text


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return yes_no(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return cell if isinstance(cell, str) else ""


def _dated(*, with_time: bool) -> str:
    day = say(Text("yyyy-mm-dd", "dd/mm/yyyy"))
    return f"{day} hh:mm:ss" if with_time else day


def _pattern(cell: Cell, column: Column) -> str | None:
    """The number format of a cell: of its own unit, else of its column's; a share moves in points, not in per cent."""
    quantity = cell if isinstance(cell, Quantity) else Quantity(None, column.unit or "ratio", column.currency)
    if not isinstance(cell, Quantity) and column.unit is None:
        return None
    if quantity.moved and quantity.unit in MOVED:
        return MOVED[quantity.unit]
    pattern = FORMATS[quantity.unit]
    if quantity.unit == "money" and quantity.currency.isalpha():
        return f'{pattern} "{formats.SYMBOLS.get(quantity.currency, quantity.currency)}"'
    return pattern


def _write_about(workbook: Any, sheet: Sheet) -> None:
    """What to read first: what the figures are, where they come from, what each column holds."""
    taken = sheet_name(sheet.title).casefold()
    name = say(Text("Read me", "Lisez-moi"))
    page = workbook.add_worksheet(name if name.casefold() != taken else f"{name} (2)")
    bold, wrapped = workbook.add_format({"bold": True, "valign": "top"}), workbook.add_format({"text_wrap": True})
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 90)
    lines = [(sheet.title, ""), *about_lines(sheet.about), *_column_lines(sheet.columns)]
    for row, (label, text) in enumerate(lines):
        page.write_string(row, 0, _shown(label), bold)
        if text:
            page.write_string(row, 1, _shown(text), wrapped)


def about_lines(about: About) -> list[tuple[str, str]]:
    """What is known of the file, named, in the order of reading."""
    lines = []
    for key, label in ABOUT:
        value = getattr(about, key)
        if isinstance(value, datetime):
            value = f"{formats.day(value)}, {value:%H:%M %Z}".strip()
        elif isinstance(value, date):
            value = formats.day(value)
        elif isinstance(value, int):
            value = formats.count(value)
        if value:
            lines.append((say(label), value))
    return [*lines, *((say(Text("Note", "Remarque")), note) for note in about.notes)]


def _column_lines(columns: Sequence[Column]) -> list[tuple[str, str]]:
    """The unit of the columns that have one, and what a column holds where its name leaves a doubt."""
    told = [(say(one.label), " ; ".join(filter(None, (_unit(one), say(one.help))))) for one in columns]
    known = [pair for pair in told if pair[1]]
    return [(say(Text("Columns", "Colonnes")), ""), *known] if known else []


def _unit(column: Column) -> str:
    return say(words.UNITS[column.unit]) if column.unit else ""
