"""A sheet as a file to download."""

from dataclasses import dataclass
from typing import Literal

from timonier.text import ascii_slug
from timonier.web.exports.csv_file import blocks
from timonier.web.exports.json_file import as_json
from timonier.web.exports.sheet import Sheet
from timonier.web.exports.xlsx_file import as_xlsx

type Form = Literal["csv-fr", "csv", "xlsx", "json"]

MEDIA: dict[Form, str] = {
    "csv-fr": "text/csv; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@dataclass(frozen=True, slots=True)
class Download:
    """The bytes, what they are, and the name of the file (letters, digits and hyphens only)."""

    content: bytes
    media_type: str
    name: str


def download(sheet: Sheet, form: Form) -> Download:
    """The file. UsageError when the form cannot hold the sheet (a workbook has 1,048,576 rows)."""
    if form == "xlsx":
        content = as_xlsx(sheet)
    elif form == "json":
        content = as_json(sheet)
    else:
        content = b"".join(blocks(sheet, "french" if form == "csv-fr" else "international"))
    return Download(content, MEDIA[form], f"{file_name(sheet)}.{form.partition('-')[0]}")


def file_name(sheet: Sheet) -> str:
    """«timonier-nps-par-region-2026-11-21»: safe in a header and on any disk."""
    words = ascii_slug(sheet.title)[:60].strip("-")
    return "-".join(part for part in ("timonier", words, f"{sheet.about.generated_at:%Y-%m-%d}") if part)
