"""Which fact table a file holds, and which of its columns fill it, from names in French or English and from values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from timonier.facts.intake.contract import Detected
from timonier.facts.intake.sampling import Column, Sample
from timonier.facts.intake.synonyms import SIGNATURES, TABLES, likeness, plain
from timonier.facts.schema import TABLES as SCHEMA

_LIKELY = 1.5
_LANGUAGE = re.compile(
    r"[a-z]{2}([-_][a-z]{2})?|french|fran[cç]ais|english|anglais|spanish|espa[nñ]ol|espagnol|german|allemand|deutsch",
    re.IGNORECASE,
)
_UNIT_PRICE = ("unit price", "prix unitaire", "pu", "prix")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A fact table and its columns, each with the column of the file that seems to fill it.

    `sure` is false when the columns without which the file is no such table were not found.
    """

    table: str
    mapping: Mapping[str, str]
    score: float
    rival: str = ""
    sure: bool = True

    @property
    def key(self) -> str | None:
        """The column of the file that identifies a row, if there is one."""
        return self.mapping.get(SCHEMA[self.table].key)

    @property
    def missing(self) -> tuple[str, ...]:
        """Required columns of the table that nothing fills; a key can be made from the whole row."""
        table = SCHEMA[self.table]
        return tuple(c.name for c in table.columns if c.required and c.name != table.key and c.name not in self.mapping)


def propose(sample: Sample, into: str | None = None) -> Proposal:
    """The likeliest table, or `into`. `rival`: another whose score is within a tenth."""
    if into is not None:
        return _fit(into, sample)
    found = sorted((_fit(table, sample) for table in TABLES), key=lambda one: -one.score)
    best, second = found[0], found[1]
    close = second.score > 0 and second.score >= 0.9 * best.score
    return Proposal(best.table, best.mapping, best.score, second.table if close else "", best.sure)


def _fit(table: str, sample: Sample) -> Proposal:
    """Gives each column of the file to the column of the table that it resembles most."""
    pairs = [
        (likeness(name, words), target, name)
        for target, words in TABLES[table].items()
        for name, column in sample.columns.items()
        if column.filled and _plausible(table, target, column)
    ]
    mapping: dict[str, str] = {}
    score = 0.0
    for fit, target, name in sorted(pairs, key=lambda pair: -pair[0]):
        if fit >= _LIKELY and target not in mapping and name not in mapping.values():
            mapping[target] = name
            score += fit
    sure = any(signature <= mapping.keys() for signature in SIGNATURES[table]) and not _repeats(table, mapping, sample)
    if SCHEMA[table].dated_by in mapping:
        score += 2
    return Proposal(table, mapping, score if sure else 0.1 * score, sure=sure)


def _repeats(table: str, mapping: Mapping[str, str], sample: Sample) -> bool:
    """A list of customers has each of them once, or as an update log; elsewhere they stand beside what they did."""
    if table != "customers" or "customer_id" not in mapping:
        return False
    column = sample.columns[mapping["customer_id"]]
    return len(column.counts) * 2 < column.filled


def _plausible(table: str, target: str, column: Column) -> bool:
    """Dates fill dates, numbers fill numbers; a score may also be a few labels."""
    kind = SCHEMA[table].by_name[target].type
    if kind in {"instant", "date"}:
        return column.dates is not None
    if kind in {"float", "money", "int"}:
        return column.numbers is not None or (target == "score" and len(column.counts) <= 7)
    if kind == "bool":
        return len(column.counts) <= 3
    if target == "language":
        return sum(n for text, n in column.counts.items() if _LANGUAGE.fullmatch(text)) * 5 >= column.filled * 4
    if target == "comment":
        return len(column.counts) > 1 and column.numbers is None
    return True


def recipe_of(proposal: Proposal, sample: Sample, detected: Detected, latest_by: Mapping[str, str]) -> dict[str, Any]:
    """The recipe as the dict that its TOML parses to. What is in question is left out of it."""
    table = SCHEMA[proposal.table]
    columns: dict[str, Any] = {}
    for column in table.columns:
        if column.name in proposal.mapping:
            columns[column.name] = _column_of(column.type, sample.columns[proposal.mapping[column.name]])
    if table.key not in columns:
        columns = {table.key: {"row_hash": True}, **columns}
    if factors := _product(proposal, sample):
        columns["amount"] = {"product": factors}
    if proposal.table == "answers":
        columns.update(_instrument(proposal, sample))
    section: dict[str, Any] = {"into": proposal.table}
    if latest_by:
        section["latest_by"] = dict(latest_by)
    section["columns"] = columns
    read = {
        name: value
        for name in ("encoding", "delimiter", "sheet")
        if (value := getattr(detected, name)) and not (name == "encoding" and value == "utf-8")
    }
    if detected.header_row > 1:
        read["header_row"] = detected.header_row
    return {"version": 1, "read": read, "table": [section]}


def _column_of(kind: str, column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {"column": column.name}
    if kind in {"instant", "date"}:
        evidence = column.dates
        if evidence and evidence.order not in {None, "iso"}:
            found["order"] = evidence.order
    if kind in {"float", "money", "int"} and any("," in text for text in column.counts):
        found["decimal"] = ","
    if column.unknown:
        found["missing"] = sorted(column.unknown)
    return found


def _product(proposal: Proposal, sample: Sample) -> list[str]:
    """Quantity and unit price, when the amount of a line is nowhere."""
    quantity = proposal.mapping.get("quantity")
    if proposal.table != "order_lines" or "amount" in proposal.mapping or not quantity:
        return []
    prices = [name for name, column in sample.columns.items() if likeness(name, _UNIT_PRICE) > 1 and column.numbers]
    return [quantity, prices[0]] if prices else []


def _instrument(proposal: Proposal, sample: Sample) -> dict[str, Any]:
    """The instrument and the scale, where name and values agree; anything else is left to a person."""
    name = proposal.mapping.get("score", "")
    found = sample.columns[name].numbers if name else None
    if not found:
        return {}
    words, low, high = plain(name), min(found), max(found)
    asked = any(word in words for word in ("nps", "recom", "reco"))
    if asked and (low, high) == (0, 10):
        score = _column_of("float", sample.columns[name]) | {"scale": [0, 10], "direction": "up"}
        return {"instrument": {"constant": "nps"}, "score": score}
    if any(word in words for word in ("csat", "satisf")) and (low, high) == (1, 5):
        score = _column_of("float", sample.columns[name]) | {"scale": [1, 5], "direction": "up"}
        return {"instrument": {"constant": "csat"}, "score": score}
    return {}
