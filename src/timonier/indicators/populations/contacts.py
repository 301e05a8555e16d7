"""Contacts and the issues behind them as units."""

from typing import Any

import narwhals as nw

from timonier.indicators.cells import CODES, columns_of, first_rows, ordering
from timonier.indicators.definition import Frames, Query
from timonier.indicators.periods import epoch_second

UNRESOLVED, RESOLVED_LATER, RESOLVED_FIRST = 0, 1, 2


CONTACT, COMPLAINT, REPEATED_COMPLAINT = 0, 1, 2


def issue_key(contacts: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Name the issue of each contact; a contact without one is an issue of its own."""
    present = columns_of(contacts)
    nobody = nw.lit(None, dtype=nw.String)
    if "issue_id" not in present:
        return contacts.with_columns(_issue=nw.col("contact_id") if "contact_id" in present else nobody)
    own = nw.concat_str([nw.lit("contact "), nw.col("contact_id")]) if "contact_id" in present else nobody
    return contacts.with_columns(_issue=nw.when(nw.col("issue_id").is_null()).then(own).otherwise(nw.col("issue_id")))


def issues(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """One row an issue, at its first contact: resolved then and not contacted again within the window, or not."""
    contacts = issue_key(frames["contacts"])
    present = columns_of(contacts)
    order = ordering(contacts, "opened_at")
    firsts = first_rows(contacts, "_issue", order, nullable="contact_id" not in present)
    resolved, since = _resolution(present)
    again = nw.col("_next") <= since.dt.offset_by(f"{int(query['window_days'])}d")
    cell = (
        nw.when(~resolved)
        .then(nw.lit(UNRESOLVED))
        .when(again.fill_null(value=False))
        .then(nw.lit(RESOLVED_LATER))
        .otherwise(nw.lit(RESOLVED_FIRST))
    )
    return firsts.with_columns(cell=cell)


def _resolution(present: set[str]) -> tuple[nw.Expr, nw.Expr]:
    """Whether a contact was resolved (as it says, else whether it was closed), and since when."""
    opened = nw.col("opened_at")
    if "closed_at" not in present:
        closed = nw.col("resolved").fill_null(value=False) if "resolved" in present else nw.lit(value=False)
        return closed, opened
    ended = nw.col("closed_at")
    resolved = ~ended.is_null()
    if "resolved" in present:
        known = nw.col("resolved")
        resolved = nw.when(known.is_null()).then(resolved).otherwise(known)
    return resolved, nw.when(ended.is_null()).then(opened).otherwise(ended)


def resolved_issues(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Issues that some contact resolved, one row each, in the same cells."""
    contacts = issue_key(frames["contacts"])
    resolved, _ = _resolution(columns_of(contacts))
    ever = contacts.filter(resolved).select("_issue").unique()
    return issues(frames, query).join(ever, on="_issue", how="semi")


def one_touch(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Issues that some contact resolved, one row each: with one contact in all, or with more."""
    alone = nw.col("_next").is_null() & (nw.col("cell") != UNRESOLVED)
    cell = nw.when(alone).then(nw.lit(RESOLVED_FIRST)).otherwise(nw.lit(RESOLVED_LATER))
    return resolved_issues(frames, query).with_columns(cell=cell)


def complaint_contacts(frames: Frames, _query: Query) -> nw.LazyFrame[Any]:
    """Contacts, one row each; a complaint made again on the same issue counts once, at its first contact."""
    contacts = issue_key(frames["contacts"])
    order = ordering(contacts, "opened_at")
    flag = nw.col("complaint").fill_null(value=False)
    earlier = nw.col("opened_at").shift(1).over("_issue", "_complaint", order_by=order)
    if "contact_id" not in columns_of(contacts):
        earlier = nw.when(~nw.col("_issue").is_null()).then(earlier)
    contacts = contacts.with_columns(_complaint=flag).with_columns(_earlier=earlier)
    cell = (
        nw.when(~nw.col("_complaint"))
        .then(nw.lit(CONTACT))
        .when(nw.col("_earlier").is_null())
        .then(nw.lit(COMPLAINT))
        .otherwise(nw.lit(REPEATED_COMPLAINT))
    )
    return contacts.with_columns(cell=cell)


def every_row(table: str) -> Any:
    """All rows of a table, one unit each."""

    def units(frames: Frames, _query: Query) -> nw.LazyFrame[Any]:
        return frames[table].with_columns(cell=nw.lit(1))

    return units


def closing_times(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Contacts, one row each; the cell is 2 × seconds + 1 when closed, 2 × seconds known so far while open."""
    contacts = frames["contacts"].with_columns(
        _since=epoch_second(nw.col("opened_at")), _until=epoch_second(nw.col("closed_at"))
    )
    return contacts.with_columns(cell=duration_cell(query))


def duration_cell(query: Query) -> nw.Expr:
    """The cell of the time from `_since` to `_until` (seconds), censored at the end of the last day known."""
    since, until = nw.col("_since"), nw.col("_until")
    known = since if query.as_of is None else nw.lit((query.as_of.toordinal() + 1 - 719_163) * 86_400)
    return (
        nw.when(since.is_null())
        .then(nw.lit(CODES["missing"]))
        .when(until.is_null())
        .then(nw.max_horizontal(known - since, nw.lit(0)) * 2)
        .when(until < since)
        .then(nw.lit(CODES["negative"]))
        .otherwise((until - since) * 2 + 1)
    )
