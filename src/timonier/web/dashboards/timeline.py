"""Everything known of one customer, in order: answers, orders, contacts, contracts, steps, within a scope."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

import narwhals as nw

from timonier.scorecard.score import Desk
from timonier.text import Text, say
from timonier.web.accounts.access import Scope
from timonier.web.core.desks import lent_desk
from timonier.web.dashboards.rows import SYSTEM, link_to, written
from timonier.web.figures.facts import column_label
from timonier.web.figures.reach import visible

MOST: Final = 2_000
"""Facts of one table that are read: a customer with more of them is a test account."""
TABLES: Final[Mapping[str, tuple[Text, str]]] = {
    "answers": (Text("Answer", "Réponse"), "message"),
    "invitations": (Text("Invitation", "Invitation"), "mail"),
    "orders": (Text("Order", "Commande"), "shopping-cart"),
    "order_lines": (Text("Order line", "Ligne de commande"), "list-details"),
    "contracts": (Text("Contract", "Contrat"), "file-description"),
    "contacts": (Text("Contact", "Contact"), "bell"),
    "prospects": (Text("Prospect", "Prospect"), "user-plus"),
    "carts": (Text("Cart", "Panier"), "shopping-cart"),
    "events": (Text("Step", "Étape"), "route"),
}

OF_THE_QUESTION: Final = frozenset({"direction", "instrument", "language", "scale_max", "scale_min", "test"})
"""Said on the page of the answer."""

type Details = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Fact:
    """One fact of the time line. `details` are names and values in words; `url` leads to its page."""

    when: date | datetime
    day: date
    table: str
    label: str
    icon: str
    details: Details
    comment: str = ""
    url: str = ""

    @property
    def timed(self) -> bool:
        return isinstance(self.when, datetime)


@dataclass(frozen=True)
class Customer:
    """A customer: what is known of them, and their facts, the oldest first. `partial`: some tables are out of reach."""

    identifier: str
    attributes: Details
    facts: tuple[Fact, ...]
    partial: bool


def customer_of(identifier: str, scope: Scope, *, comments: bool) -> Customer | None:
    """A customer within a scope; None when there is none, or when they are outside of it.

    Their own row decides where the scope's dimensions are attributes of customers; else a fact within the scope does.
    """
    with lent_desk() as desk:
        frame = visible(desk, "customers", scope)
        row = _one(frame, identifier)
        known = desk.source.has("customers") and _one(desk.source.frame("customers"), identifier) is not None
        if row is None and known and frame is not None:
            return None
        reached = _facts(desk, identifier, scope, comments=comments)
    if row is None and not reached.facts:
        return None
    shown = {name: value for name, value in (row or {}).items() if name not in SYSTEM | {"customer_id", "day"}}
    attributes = _details(shown)
    facts = tuple(replace(one, details=_besides(one.details, attributes)) for one in reached.facts)
    return Customer(identifier, attributes, facts, reached.partial)


def _besides(details: Details, attributes: Details) -> Details:
    """What the customer's own attributes do not say already."""
    return tuple(pair for pair in details if pair not in attributes)


def _one(frame: nw.LazyFrame[Any] | None, identifier: str) -> dict[str, Any] | None:
    if frame is None:
        return None
    found = list(frame.filter(nw.col("customer_id") == identifier).head(1).collect().iter_rows(named=True))
    return found[0] if found else None


@dataclass(frozen=True)
class _Reached:
    facts: list[Fact]
    partial: bool


def _facts(desk: Desk, identifier: str, scope: Scope, *, comments: bool) -> _Reached:
    facts: list[Fact] = []
    partial = False
    for table in TABLES:
        if not desk.source.has(table) or "customer_id" not in desk.source.tables[table].by_name:
            continue
        frame = visible(desk, table, scope)
        if frame is None:
            partial = True
            continue
        rows = frame.filter(nw.col("customer_id") == identifier).head(MOST).collect()
        dated = desk.source.tables[table].dated_by
        for row in rows.iter_rows(named=True):
            facts += _of_row(table, dated, row, comments=comments)
    return _Reached(sorted(facts, key=_order), partial)


def _order(fact: Fact) -> tuple[date, str, str, tuple[tuple[str, str], ...]]:
    hour = fact.when.isoformat() if isinstance(fact.when, datetime) else ""
    return fact.day, hour, fact.table, fact.details


def _of_row(table: str, dated: str, row: Mapping[str, Any], *, comments: bool) -> list[Fact]:
    """The fact of a row; the end of a contract is a second one."""
    day = row.get("day")
    if day is None:
        return []
    hidden = SYSTEM | OF_THE_QUESTION | {"day", "customer_id", "comment", dated}
    shown = {name: value for name, value in row.items() if name not in hidden}
    label, icon = TABLES[table]
    comment = str(row.get("comment") or "") if comments else ""
    url = link_to("answer", row["answer_id"]) if table == "answers" else ""
    when = row.get(dated) or day
    facts = [Fact(when, day, table, say(label), icon, _details(shown), comment, url)]
    ended = row.get("ended_on") if table == "contracts" else None
    if ended is not None:
        told = {name: row.get(name) for name in ("contract_id", "end_reason")}
        facts.append(
            Fact(ended, ended, table, say(Text("End of contract", "Fin de contrat")), "logout", _details(told))
        )
    return facts


def _details(row: Mapping[str, Any]) -> Details:
    return tuple((column_label(name), written(value, name)) for name, value in row.items() if value not in (None, ""))
