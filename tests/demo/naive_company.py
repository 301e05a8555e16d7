"""The demo company read with the standard library only, row by row: the oracle that knows nothing of the engine."""

import csv
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from timonier.demo import Generated

OFFICE = ("clients", "prospects", "contrats", "contacts", "invitations", "reponses", "couts")
SOFTWARE = ("paniers", "commandes", "lignes", "evenements")
PARIS = ZoneInfo("Europe/Paris")
Z = 3.2905  # 99.9 %

type Row = dict[str, str]


def read(path: Path) -> list[Row]:
    office = path.stem in OFFICE
    with path.open(encoding="utf-8-sig" if office else "utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";" if office else ",", strict=True))


@cache
def moment(text: str) -> datetime:
    """31/12/2025 14:05 in Paris, or 2025-12-31T13:05:00Z."""
    if text.endswith("Z"):
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).astimezone(PARIS)
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=PARIS)


@cache
def day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=PARIS).date()


def on_scale(row: Row) -> bool:
    score = row["Note"]
    return score.isdigit() and int(row["Échelle min"]) <= int(score) <= int(row["Échelle max"])


@dataclass
class Company:
    generated: Generated
    sheets: dict[str, list[Row]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> list[Row]:
        if name not in self.sheets:
            self.sheets[name] = read(self.generated.folder / "exports" / f"{name}.csv")
        return self.sheets[name]

    def treated(self, row: Row) -> bool:
        return row["Région"] in self.generated.truths.treated_regions

    def at(self, months: int) -> date:
        """The first day of the month so many months after the start."""
        start = self.generated.start
        year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
        return date(year, month + 1, 1)

    @property
    def after(self) -> datetime:
        """Midnight after the last day."""
        end = self.generated.end
        return datetime(end.year, end.month, end.day, tzinfo=PARIS) + timedelta(days=1)

    def valid_answers(self, keep: Callable[[Row], bool]) -> list[Row]:
        """Whole scores on their scale, tests and copies left out, the latest of a respondent and wave."""
        latest: dict[tuple[str, ...], Row] = {}
        for row in self["reponses"]:
            if keep(row) and row["Test"] == "Non" and on_scale(row):
                by_person = (row["Enquête"], row["Question"], row["Vague"], row["Identifiant client"])
                key = by_person if row["Enquête"] == "relation" else (row["N° réponse"],)
                if key not in latest or moment(row["Répondu le"]) >= moment(latest[key]["Répondu le"]):
                    latest[key] = row
        return list(latest.values())


@dataclass(frozen=True)
class Interval:
    value: float
    low: float
    high: float
    n: int

    def __contains__(self, planted: float) -> bool:
        return self.low <= planted <= self.high


def share(successes: Iterable[bool]) -> Interval:
    """Wilson."""
    seen = list(successes)
    n, p = len(seen), sum(seen) / len(seen)
    centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return Interval(p, centre - half, centre + half, n)


def net_score(rows: Iterable[Row]) -> Interval:
    """NPS in points."""
    return mean([100.0 * ((score >= 9) - (score <= 6)) for score in (int(row["Note"]) for row in rows)])


def mean(values: list[float]) -> Interval:
    n, value = len(values), sum(values) / len(values)
    variance = sum((one - value) ** 2 for one in values) / (n - 1)
    half = Z * math.sqrt(variance / n)
    return Interval(value, value - half, value + half, n)


def difference(after: Interval, before: Interval) -> Interval:
    """Of two independent figures, from their own half-widths."""
    half = math.hypot((after.high - after.low) / 2, (before.high - before.low) / 2)
    value = after.value - before.value
    return Interval(value, value - half, value + half, after.n + before.n)
