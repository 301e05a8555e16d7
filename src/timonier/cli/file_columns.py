"""Which column of a file plays which role: what the person says, else the usual names, never a guess between two."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from timonier.cli.messages import note
from timonier.errors import ColumnMissing, UsageError
from timonier.text import Text

if TYPE_CHECKING:
    from timonier.indicators.definition import Indicator

SURE, POSSIBLE, MARGIN = 3.4, 1.5, 0.5
"""How alike a name and a synonym must be (0 to 4): to be taken without being needed; at all; ahead of the next."""

SPARE = frozenset({"contract_id", "end_reason", "order_id"})
"""Columns that an indicator reads and can do without in one file."""

WELCOME = ("customer_id", "wave", "survey", "question", "status", "currency", "order_id", "issue_id", "contact_id",
           "closed_at", "resolved", "quantity", "test")  # fmt: skip
"""Optional columns taken when their name leaves no doubt: they remove duplicates, tests and cancelled orders."""

GENERAL = ("note", "score", "rating", "note globale")
INSTRUMENTS: Mapping[str, tuple[str, ...]] = {
    "nps": ("nps", "note nps", "recommend", "recommandation", "recommanderiez", "reco"),
    "csat": ("csat", "note csat", "satisfaction"),
    "ces": ("ces", "note ces", "accord", "effort"),
    "ces_effort": ("ces", "note ces", "effort"),
    "ces_ease": ("ces", "note ces", "facilite", "ease"),
}
OPTIONS = {"score": "--score", "amount": "--amount", "customer_id": "--customer"}


def roles_of(
    indicator: "Indicator", columns: Sequence[str], given: Mapping[str, str], *, dated: bool
) -> dict[str, str]:
    """Column by role. `given` wins; `dated`: the accounting date is needed. Says on stderr what it took by itself.

    Raises ColumnMissing for a column that is not there, UsageError when two could play a role that is needed.
    """
    from timonier.facts.schema import TABLES

    need = indicator.needs[0]
    dated_by = TABLES[need.table].dated_by
    _check_given(given, columns, tuple(TABLES[need.table].by_name))
    found = dict(given)
    required = [name for name in need.columns if name not in SPARE]
    if dated and dated_by not in required:
        required.append(dated_by)
    for role in required:
        if role not in found and (column := _needed(role, indicator, need.table, columns, found.values())):
            found[role] = column
    for role in (*need.columns, *need.optional):
        if role not in found and role in WELCOME and (sure := _sure(role, need.table, columns, found.values())):
            found[role] = sure
    if {"customer_id", "wave"} <= set(found) and dated_by not in found:
        column = _needed(dated_by, indicator, need.table, columns, found.values(), optional=True)
        found.update({dated_by: column} if column else {})
    taken = {role: column for role, column in found.items() if role not in given}
    if taken:
        shown = ", ".join(f"{role} = “{column}”" for role, column in taken.items())
        note(Text(f"columns taken: {shown}", f"colonnes retenues : {shown.replace('“', '« ').replace('”', ' »')}"))
    return found


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
    return (plain(role), *TABLES.get(table, {}).get(role, ()))


def _ranked(
    role: str, indicator: str, table: str, columns: Iterable[str], used: Iterable[str]
) -> list[tuple[float, str]]:
    from timonier.facts.intake.synonyms import likeness

    words, busy = synonyms(role, indicator, table), set(used)
    scores = [(likeness(column, words), column) for column in columns if column not in busy]
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
        raise _missing(role, columns)
    best = [column for likeness, column in ranked if likeness > ranked[0][0] - MARGIN]
    if len(best) > 1:
        raise UsageError(
            Text(
                f"several columns could be the {role}: {', '.join(best)}.",
                f"plusieurs colonnes pourraient être « {role} » : {', '.join(best)}.",
            ),
            hint=_say_which(role),
        )
    return best[0]


def _missing(role: str, columns: Sequence[str]) -> ColumnMissing:
    listing = ", ".join(columns[:40])
    return ColumnMissing(
        Text(
            f"no column looks like the {role} (there are: {listing}).",
            f"aucune colonne ne ressemble à « {role} » (il y a : {listing}).",
        ),
        hint=_say_which(role),
    )


def _say_which(role: str) -> Text:
    option = OPTIONS.get(role, f"--column {role}=…")
    return Text(f"Say which with {option}.", f"Dites laquelle avec {option}.")


def _sure(role: str, table: str, columns: Sequence[str], used: Iterable[str]) -> str | None:
    ranked = [one for one in _ranked(role, "", table, columns, used) if one[0] >= SURE]
    return ranked[0][1] if len(ranked) == 1 else None
