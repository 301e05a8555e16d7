"""The part that opens a workbook, run as a process of its own with little memory and little time.

Usage: ``python -m timonier.facts.intake.sheet_process FILE [SHEET]``. Writes JSON lines: first the sheets, as
``{"sheets": [[name, visible, filled]], "sheet": name or null, "error_cells": n, "merged": n}`` or
``{"error": code, "detail": text}``; then ``[row, [cells]]`` for each row of the sheet that is not blank.
"""

import datetime as dt
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 60


def main(path: str, wanted: str | None) -> None:
    """Writes the rows of a sheet of the workbook at `path` to stdout."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import python_calamine as calamine

    try:
        workbook = calamine.CalamineWorkbook.from_path(path)
        rows = _open(workbook, path, wanted)
    except calamine.PasswordError:
        _say({"error": "password", "detail": ""})
    except (calamine.CalamineError, OSError, zipfile.BadZipFile) as error:
        _say({"error": "damaged", "detail": str(error)})
    else:
        for row in rows:
            _say(row)


def _open(workbook: Any, path: str, wanted: str | None) -> Iterator[list[object]]:
    """Says which sheets there are, and gives the rows of the one to read, if that is clear."""
    sheets = {name: workbook.get_sheet_by_name(name) for name in _worksheets(workbook)}
    visible = {one.name for one in workbook.sheets_metadata if "Hidden" not in str(one.visible)}
    filled = [name for name, sheet in sheets.items() if sheet.start is not None and name in visible]
    chosen = wanted if wanted in sheets else filled[0] if wanted is None and len(filled) == 1 else None
    _say(
        {
            "sheets": [[name, name in visible, sheets[name].start is not None] for name in sheets],
            "sheet": chosen,
            "error_cells": _error_cells(path),
            "merged": len(sheets[chosen].merged_cell_ranges or ()) if chosen else 0,
        }
    )
    return _rows(sheets[chosen]) if chosen else iter(())


def _worksheets(workbook: Any) -> list[str]:
    return [one.name for one in workbook.sheets_metadata if str(one.typ).endswith("WorkSheet")]


def _rows(sheet: Any) -> Iterator[list[object]]:
    if sheet.start is None:
        return
    for rank, cells in enumerate(sheet.iter_rows(), 1):
        texts = [written(cell) for cell in cells]
        if any(texts):
            yield [rank, texts]


def written(cell: object) -> str:
    """A cell as a person reads it: 12 and not 12.0, 0.3 and not 0.30000000000000004, dates as ISO 8601."""
    match cell:
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case float():
            return f"{int(cell)}" if cell.is_integer() else f"{cell:.15g}"
        case dt.datetime():
            return cell.isoformat(sep=" ")
        case dt.date() | dt.time():
            return cell.isoformat()
        case dt.timedelta():
            return _duration(cell)
        case _:
            return str(cell)


def _duration(length: dt.timedelta) -> str:
    """Hours, minutes, seconds; hours may pass 24."""
    seconds = round(length.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _error_cells(path: str) -> int:
    """Cells in error of an .xlsx; other formats do not tell."""
    if not zipfile.is_zipfile(path):
        return 0
    count = 0
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"xl/worksheets/[^/]*\.xml", name):
                with archive.open(name) as part:
                    while block := part.read(1 << 20):
                        count += block.count(b' t="e"')
    return count


def _say(what: object) -> None:
    sys.stdout.write(json.dumps(what, ensure_ascii=True, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
