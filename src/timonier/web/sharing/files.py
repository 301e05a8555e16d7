"""Sheets and charts as files to download."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from timonier.web.charts.chart import Chart
from timonier.web.exports.csv_file import Style, blocks
from timonier.web.exports.download import MEDIA
from timonier.web.exports.json_file import as_json
from timonier.web.exports.xlsx_file import as_xlsx
from timonier.web.figures.pictures import in_time, renderer
from timonier.web.sharing.sheets import cut_told, sheet_of
from timonier.web.sharing.subject import Subject

type TableForm = Literal["csv", "xlsx", "json"]
type PictureForm = Literal["svg", "png"]

TABLES: Final[frozenset[str]] = frozenset(get_args(TableForm.__value__))
PICTURES: Final[frozenset[str]] = frozenset(get_args(PictureForm.__value__))


@dataclass(frozen=True, slots=True)
class File:
    """The bytes, what they are, and the name of the file (ASCII, no markup)."""

    content: bytes
    media_type: str
    name: str


def table_file(subject: Subject, form: TableForm, style: Style, *, permalink: str, comments: bool = False) -> File:
    """Figures or rows. Figures in JSON are the records of the command line."""
    sheet = sheet_of(subject, permalink=permalink, comments=comments)
    if form == "xlsx":
        content = as_xlsx(sheet)
    elif form == "json":
        figures = subject.what.part not in ("lignes", "distribution")
        content = as_json(sheet, subject.records() if figures else None)
    else:
        content = b"".join(blocks(cut_told(sheet), style))
    return File(content, MEDIA[form], f"{subject.file_stem}.{form}")


def picture_file(subject: Subject, chart: Chart, form: PictureForm) -> File:
    """A chart under its title, its period and its filters. Raises ChartNotDrawn, ten seconds at the latest."""
    chart = chart.titled([line for line in (subject.when_told, subject.filters_told) if line])
    name = f"{subject.file_stem}.{form}"
    if form == "svg":
        return File(in_time(renderer().svg, chart).encode(), "image/svg+xml", name)
    return File(in_time(renderer().png, chart), "image/png", name)
