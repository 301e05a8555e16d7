"""What a recipe says, once read and checked: which rows of a file become which facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from timonier.facts.intake.contract import ReadOptions

type DateOrder = Literal["iso", "dmy", "mdy", "ymd"]
type Decimal = Literal[".", ","]
type Repeats = Literal["merge", "number"]
type Direction = Literal["up", "down"]
type Moment = Literal["rows", "latest"]


@dataclass(frozen=True, slots=True)
class Explode:
    """One row for each value of multi-valued columns, under the column `name`; no value at all gives one row.

    `distinct`: a value written twice in a row of the file counts once.
    """

    columns: tuple[str, ...]
    separator: str
    name: str
    distinct: bool = True


@dataclass(frozen=True, slots=True)
class LatestBy:
    """Of the rows that share `key`, the one whose `column` is the greatest, the last line settling ties.

    `column` is a number unless `order` or `format` says how to read it as a date; ISO dates are recognised.
    """

    key: str
    column: str
    order: DateOrder | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Keep:
    """A condition that a row must meet to concern the table. Exactly one of the four is set.

    `when`: "rows" looks at every row of the file; "latest" only at those that `latest_by` leaves.
    """

    column: str
    among: tuple[str, ...] | None = None
    not_among: tuple[str, ...] | None = None
    filled: bool | None = None
    prefix: tuple[str, ...] | None = None
    not_prefix: tuple[str, ...] | None = None
    when: Moment = "rows"


@dataclass(frozen=True, slots=True)
class ColumnRecipe:
    """How one column of the fact table is filled, from exactly one of: columns, constant, product, row_hash.

    `row_hash` names the columns that identify a row which has no identifier; empty means all of them. `prefix` is
    put before a text that is not missing: two origins of one table may count from 1 both.
    """

    name: str
    columns: tuple[str, ...] = ()
    join: str = "-"
    prefix: str = ""
    constant: str | None = None
    product: tuple[str, ...] = ()
    row_hash: tuple[str, ...] | None = None
    missing: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    scale: tuple[float, float] | None = None
    direction: Direction | None = None
    reverse: bool = False
    decimal: Decimal | None = None
    order: DateOrder = "iso"
    format: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class TableRecipe:
    """The rows of one fact table. `fingerprint` changes when anything that shapes its rows does."""

    into: str
    columns: tuple[ColumnRecipe, ...]
    keep: tuple[Keep, ...] = ()
    explode: Explode | None = None
    latest_by: LatestBy | None = None
    sum_by: str | None = None
    distinct: bool = False
    repeats: Repeats = "merge"
    fingerprint: str = ""
    where: str = ""

    def used_columns(self) -> dict[str, str]:
        """Every column of the file that is needed, with the place of the recipe that needs it."""
        used: dict[str, str] = {}
        for one in self.columns:
            for name in (*one.columns, *one.product, *(one.row_hash or ())):
                used.setdefault(name, f"{self.where}, columns.{one.name}")
        for condition in self.keep:
            used.setdefault(condition.column, f"{self.where}, keep")
        if self.latest_by:
            used.setdefault(self.latest_by.key, f"{self.where}, latest_by")
            used.setdefault(self.latest_by.column, f"{self.where}, latest_by")
        if self.explode:
            used.pop(self.explode.name, None)
            for name in self.explode.columns:
                used.setdefault(name, f"{self.where}, explode")
        return used

    @property
    def needs_all(self) -> bool:
        """Whether every column of the file is needed, to tell one row from another."""
        return self.distinct or any(one.row_hash == () for one in self.columns)


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe that was read without a mistake. `where` is its file, for messages."""

    tables: tuple[TableRecipe, ...]
    read: ReadOptions = field(default_factory=ReadOptions)
    where: str = ""
