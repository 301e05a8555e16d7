"""Sums gathered from the facts (what does not add up over days), kept on the disk until a table that they read changes.

Retention or churn compare two moments: their sums by day would not add up, so nothing of them is in a rollup. The
answer to one question is kept instead: it is read again by the next person, and after a restart.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path

from timonier.facts.locks import Locks
from timonier.indicators.definition import Indicator, Query
from timonier.indicators.stats import Moments
from timonier.indicators.sums import Sums
from timonier.scorecard.request import Request

FORMAT = 1
KEPT = 400  # questions; those least recently written go first
PATIENCE = 600.0


@dataclass(frozen=True)
class Gathered:
    """The answers of a workspace, in `folder`."""

    folder: Path

    def sums(self, question: str, name: str, versions: Mapping[str, int], compute: Callable[[], Sums]) -> Sums:
        """The sums that answer `question` of the indicator `name`, those of the disk when they are of `versions`."""
        path = self.folder / f"{name}-{question}.json"
        known = _read(path, versions)
        if known is not None:
            return known
        with Locks(self.folder / ".locks").hold(name, "counting", PATIENCE):  # two who ask at once count once
            known = _read(path, versions)
            if known is None:
                known = compute()
                _write(path, known, versions)
                self._prune()
        return known

    def _prune(self) -> None:
        files = sorted(self.folder.glob("*.json"), key=_written)
        for path in files[:-KEPT]:
            path.unlink(missing_ok=True)


def _written(path: Path) -> int:
    """When the file was written; 0 when somebody else removed it meanwhile."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def question_of(indicator: Indicator, variant: str, query: Query, request: Request) -> str:
    """A name for everything that the sums depend on, but the facts."""
    formula = indicator.variants[variant].formula.en
    window = query.window and [query.window.start, query.window.end]
    where = [request.where, *map(repr, request.within)] if request.within else request.where
    asked = [query.every, window, list(query.by), where, query.as_of, query.fiscal_year_start, query.zone]
    identity = [FORMAT, indicator.name, indicator.version, variant, formula, dict(query.params), asked]
    return hashlib.sha256(json.dumps(identity, default=str, sort_keys=True).encode()).hexdigest()[:24]


def _write(path: Path, sums: Sums, versions: Mapping[str, int]) -> None:
    """As JSON: whole numbers of any length, read in less time than a table of a few rows."""
    last = sums.last_day or [None] * len(sums)
    content = {
        "versions": dict(versions),
        "keys": sums.keys_of,
        "moments": [astuple(sums.moments_of(row)) for row in range(len(sums))],
        "last": [day and day.isoformat() for day in last],
        "cells": [sums.row.tolist(), sums.cell.tolist(), sums.units.tolist()],
        "excluded": {reason: list(map(int, counts)) for reason, counts in sums.excluded.items()},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{secrets.token_hex(8)}")
    temporary.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    temporary.replace(path)


def _read(path: Path, versions: Mapping[str, int]) -> Sums | None:
    import numpy as np

    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):  # none yet, or removed by an erasure
        return None
    if content["versions"] != dict(versions):
        return None
    keys = tuple((period, tuple(segment)) for period, segment in content["keys"])
    row, cell, units = (np.array(one, dtype=np.int64) for one in content["cells"])
    excluded = {reason: np.array(counts, dtype=np.int64) for reason, counts in content["excluded"].items()}
    moments = [Moments(*one) for one in content["moments"]]
    last = [day and date.fromisoformat(day) for day in content["last"]]
    return Sums(keys, row, cell, units, excluded, moments, last)
