"""Which column of a file plays which role: what the person says, else the usual names, never a guess between two."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from timonier.cli.messages import note
from timonier.errors import ColumnMissing, UsageError
from timonier.text import Text

if TYPE_CHECKING:
    from timonier.indicators.definition import Indicator, Needs

SURE, POSSIBLE, MARGIN = 3.4, 1.5, 0.5
"""How alike a name and a synonym must be (0 to 4): to be taken without being needed; at all; ahead of the next."""

SPARE = frozenset({"contract_id", "end_reason", "order_id"})
"""Columns that an indicator reads and can do without in one file."""

BY_VARIANT: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "cross_sell": {
        "order_id": ("baskets",),
        "customer_id": ("customers", "categories"),
        "category": ("categories",),
        "additional": ("default", "baskets", "customers"),
    },
    "cart_abandonment": {"amount": (), "contacted": ()},
    "cart_recovery": {"amount": ("value",), "contacted": ("contacted",)},
}
"""Columns that only some variants need."""

WELCOME = ("customer_id", "wave", "survey", "question", "status", "currency", "order_id", "issue_id", "contact_id",
           "closed_at", "resolved", "quantity", "test")  # fmt: skip
"""Optional columns taken when their name leaves no doubt: they remove duplicates, tests and cancelled orders."""

EITHER: Mapping[str, tuple[str, ...]] = {"response_rate": ("answered_at", "outcome")}
"""Optional columns of which one at least is needed: without any, everybody would be silent."""

GENERAL = ("note", "score", "rating", "note globale")
INSTRUMENTS: Mapping[str, tuple[str, ...]] = {
    "nps": ("nps", "note nps", "recommend", "recommandation", "recommanderiez", "reco"),
    "csat": ("csat", "note csat", "satisfaction"),
    "ces": ("ces", "note ces", "accord", "effort"),
    "ces_effort": ("ces", "note ces", "effort"),
    "ces_ease": ("ces", "note ces", "facilite", "ease"),
}
DATES = frozenset({"date", "jour", "day", "time", "timestamp", "datetime", "horodatage"})
OPTIONS = {"score": "--score", "amount": "--amount", "customer_id": "--customer"}


def roles_of(
    indicator: "Indicator",
    need: "Needs",
    variant: str,
    columns: Sequence[str],
    given: Mapping[str, str],
    *,
    dated: bool,
) -> dict[str, str]:
    """Column by role in the table `need`. `given` wins; `dated`: the accounting date is needed.

    Says on stderr what it took by itself.

    Raises ColumnMissing for a column that is not there, UsageError when two could play a role that is needed.
    """
    from timonier.facts.schema import TABLES

    dated_by = TABLES[need.table].dated_by
    besides = indicator.variants[variant].carry
    _check_given(given, columns, (*TABLES[need.table].by_name, *besides))
    found = dict(given)
    required = [*_required(indicator.name, need, variant), *besides]
    if dated and dated_by not in required:
        required.append(dated_by)
    for role in required:
        if role not in found and (column := _needed(role, indicator, need.table, columns, found.values())):
            found[role] = column
    either = EITHER.get(indicator.name, ())
    for role in (*need.columns, *need.optional):
        if (
            role not in found
            and role in (*WELCOME, *either)
            and (sure := _sure(role, need.table, columns, found.values()))
        ):
            found[role] = sure
    if either and found.keys().isdisjoint(either):
        raise _missing(either[0], need.table, columns)
    if {"customer_id", "wave"} <= set(found) and dated_by not in found:
        column = _needed(dated_by, indicator, need.table, columns, found.values(), optional=True)
        found.update({dated_by: column} if column else {})
    taken = {role: column for role, column in found.items() if role not in given}
    if taken:
        shown = ", ".join(f"{role} = “{column}”" for role, column in taken.items())
        note(Text(f"columns taken: {shown}", f"colonnes retenues : {shown.replace('“', '« ').replace('”', ' »')}"))
    return found


def _required(indicator: str, need: "Needs", variant: str) -> list[str]:
    only = BY_VARIANT.get(indicator, {})
    return [name for name in need.columns if (variant in only[name] if name in only else name not in SPARE)]


def _check_given(given: Mapping[str, str], columns: Sequence[str], roles: Sequence[str]) -> None:
    for role, column in given.items():
        if role not in roles:
            raise UsageError(
                Text(f"this indicator reads no “{role}”.", f"cet indicateur ne lit pas « {role} »."),
                where="--column",
                hint=Text(f"It may read: {', '.join(roles)}.", f"Il peut lire : {', '.join(roles)}."),
            )
        require(column, columns)


def require(column: str, columns: Sequence[str]) -> None:
    """Raise ColumnMissing, with those that there are, when the file lacks it."""
    if column not in columns:
        listing = ", ".join(columns[:40])
        raise ColumnMissing(
            Text(f"the file has no column “{column}”.", f"le fichier n’a pas de colonne « {column} »."),
            hint=Text(f"It has: {listing}.", f"Il a : {listing}."),
        )


def synonyms(role: str, indicator: str, table: str) -> tuple[str, ...]:
    """Usual names of a role; those of a score depend on the question asked."""
    from timonier.facts.intake.synonyms import TABLES, plain

    if role == "score" and indicator in INSTRUMENTS:
        return (*INSTRUMENTS[indicator], *GENERAL)
    known = TABLES.get(table, {}).get(role) or TABLES["customers"].get(role, ())
    return (plain(role), *known)


def holds_steps(columns: Sequence[str]) -> bool:
    """Whether one of the columns is surely that of the steps of a journey."""
    return _sure("step", "events", columns, ()) is not None


def _ranked(
    role: str, indicator: str, table: str, columns: Iterable[str], used: Iterable[str]
) -> list[tuple[float, str]]:
    from timonier.facts.intake.synonyms import likeness, plain
    from timonier.facts.schema import TABLES

    words, busy = synonyms(role, indicator, table), set(used)
    any_date = DATES if role == TABLES[table].dated_by else frozenset()
    scores = [
        (max(likeness(column, words), 3.0 * (plain(column) in any_date)), column)
        for column in columns
        if column not in busy
    ]
    return sorted((one for one in scores if one[0] >= POSSIBLE), reverse=True)


def _needed(
    role: str,
    indicator: "Indicator",
    table: str,
    columns: Sequence[str],
    used: Iterable[str],
    *,
    optional: bool = False,
) -> str | None:
    ranked = _ranked(role, indicator.name, table, columns, used)
    if not ranked:
        if len(columns) == 1 and not list(used):
            return columns[0]
        if optional:
            return None
        raise _missing(role, table, columns)
    best = [column for likeness, column in ranked if likeness > ranked[0][0] - MARGIN]
    if len(best) > 1:
        raise UsageError(
            Text(
                f"several columns could be the {role}: {', '.join(best)}.",
                f"plusieurs colonnes pourraient être « {role} » : {', '.join(best)}.",
            ),
            hint=_say_which(role, table),
        )
    return best[0]


def _missing(role: str, table: str, columns: Sequence[str]) -> ColumnMissing:
    listing = ", ".join(columns[:40])
    return ColumnMissing(
        Text(
            f"no column looks like the {role} (there are: {listing}).",
            f"aucune colonne ne ressemble à « {role} » (il y a : {listing}).",
        ),
        hint=_say_which(role, table),
    )


def _say_which(role: str, table: str) -> Text:
    from timonier.facts.schema import TABLES

    option = "--at" if role == TABLES[table].dated_by else OPTIONS.get(role, f"--column {role}=…")
    return Text(f"Say which with {option}.", f"Dites laquelle avec {option}.")


def _sure(role: str, table: str, columns: Sequence[str], used: Iterable[str]) -> str | None:
    ranked = [one for one in _ranked(role, "", table, columns, used) if one[0] >= SURE]
    return ranked[0][1] if len(ranked) == 1 else None
