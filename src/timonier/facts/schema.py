"""The fact tables: their columns, types, natural keys and accounting dates. Version 1.

A row is a fact: something that happened once. Every table also carries four columns written at intake:
`day` (accounting date in the workspace's zone), `source` (which load brought it), `received_at` (when we learnt
it, UTC) and `seq` (its place in its source, which settles ties).
"""

from dataclasses import dataclass, field
from typing import Literal

VERSION = 1

type ColumnType = Literal["text", "int", "float", "bool", "money", "instant", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `money` is decimal(18, 4) in the row's currency; `instant` is UTC with microseconds."""

    name: str
    type: ColumnType = "text"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One fact table. `key` is its natural key; `dated_by` the column from which `day` is computed."""

    name: str
    key: str
    dated_by: str
    columns: tuple[Column, ...]
    undated_allowed: bool = False
    by_name: dict[str, Column] = field(init=False, repr=False, compare=False, hash=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.by_name.update({column.name: column for column in self.columns})


SYSTEM_COLUMNS = (
    Column("day", "date"),
    Column("source", "text", required=True),
    Column("received_at", "instant", required=True),
    Column("seq", "int", required=True),
)


def _table(name: str, key: str, dated_by: str, text: str, *, undated_allowed: bool = False) -> Table:
    """Columns are written `name` (text) or `name:type`; the key and the dated column are required."""
    columns = []
    for word in text.split():
        column, _, kind = word.partition(":")
        required = column == key or (column == dated_by and not undated_allowed)
        columns.append(Column(column, kind or "text", required))  # type: ignore[arg-type]
    return Table(name, key, dated_by, tuple(columns), undated_allowed)


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "customers",
            "customer_id",
            "acquired_at",
            "customer_id account_id role acquired_at:instant acquisition_channel",
            undated_allowed=True,
        ),
        _table(
            "answers",
            "answer_id",
            "answered_at",
            "answer_id customer_id survey wave question instrument score:float raw_score:float scale_min:float "
            "scale_max:float direction answered_at:instant channel step role weight:float comment language "
            "test:bool",
        ),
        _table(
            "invitations",
            "invitation_id",
            "sent_at",
            "invitation_id customer_id survey wave channel sent_at:instant outcome answered_at:instant",
        ),
        _table(
            "orders",
            "order_id",
            "ordered_at",
            "order_id customer_id ordered_at:instant amount:money currency status channel",
        ),
        _table(
            "order_lines",
            "line_id",
            "sold_at",
            "line_id order_id customer_id sold_at:instant product category quantity:float amount:money "
            "requested_rank:int sold_rank:int additional:bool",
        ),
        _table(
            "contracts",
            "contract_id",
            "started_on",
            "contract_id customer_id started_on:date ended_on:date end_reason offer_rank:int amount:money",
        ),
        _table(
            "contacts",
            "contact_id",
            "opened_at",
            "contact_id issue_id customer_id channel opened_at:instant closed_at:instant resolved:bool agent team "
            "reason complaint:bool",
        ),
        _table(
            "prospects",
            "prospect_id",
            "created_at",
            "prospect_id customer_id created_at:instant converted_at:instant entry_channel",
        ),
        _table(
            "carts",
            "cart_id",
            "created_at",
            "cart_id customer_id created_at:instant ordered_at:instant amount:money contacted:bool",
        ),
        _table(
            "events",
            "event_id",
            "occurred_at",
            "event_id case_id customer_id step occurred_at:instant channel",
        ),
        _table("costs", "cost_id", "spent_on", "cost_id spent_on:date amount:money currency purpose channel"),
    )
}
