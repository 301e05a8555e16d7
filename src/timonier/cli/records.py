"""Writing figures on stdout: JSON without NaN, CSV that no spreadsheet will run."""

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import typer

from timonier.scorecard.records import flat, harmless, line_records, plain, record

__all__ = ["flat", "harmless", "line_records", "plain", "record", "write_csv", "write_json"]


def write_json(records: Sequence[Mapping[str, Any]]) -> None:
    """A list of objects on stdout, in UTF-8, without NaN."""
    text = json.dumps([plain(one) for one in records], ensure_ascii=False, indent=2, allow_nan=False)
    typer.echo(text)


def write_csv(records: Sequence[Mapping[str, Any]]) -> None:
    """One row a record on stdout: nested keys joined by “_”, decimal points, texts that no spreadsheet will run."""
    rows = [flat(plain(one)) for one in records]
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([harmless(name) for name in names])
    for row in rows:
        writer.writerow([harmless(row.get(name)) for name in names])
