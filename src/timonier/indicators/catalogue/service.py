"""How customers are served: first contact resolution, complaints, volumes, commitments kept."""

from datetime import date
from typing import Any

import narwhals as nw

from timonier.indicators.calendar import DAY_KINDS, counted_weekdays_expr, french_holidays_between
from timonier.indicators.cells import CODES, columns_of, first_rows, ordering
from timonier.indicators.definition import Frames, Indicator, Needs, Parameter, Query, Variant
from timonier.indicators.formulas import count, per_thousand, share
from timonier.indicators.periods import epoch_day
from timonier.text import Text

UNRESOLVED, RESOLVED_LATER, RESOLVED_FIRST = 0, 1, 2
CONTACT, COMPLAINT, REPEATED_COMPLAINT = 0, 1, 2


def issue_key(contacts: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Name the issue of each contact; a contact without one is an issue of its own."""
    present = columns_of(contacts)
    if "issue_id" not in present:
        return contacts.with_columns(_issue=nw.col("contact_id"))
    own = nw.concat_str([nw.lit("contact "), nw.col("contact_id")]) if "contact_id" in present else nw.lit(None)
    return contacts.with_columns(_issue=nw.when(nw.col("issue_id").is_null()).then(own).otherwise(nw.col("issue_id")))


def issues(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """One row an issue, at its first contact: resolved then and not contacted again within the window, or not."""
    contacts = issue_key(frames["contacts"])
    present = columns_of(contacts)
    order = ordering(contacts, "opened_at")
    firsts = first_rows(contacts, "_issue", order)
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


FCR = Indicator(
    name="fcr",
    label=Text("First contact resolution", "Résolution au premier contact"),
    family="service",
    needs=(Needs("contacts", ("opened_at",), ("contact_id", "issue_id", "closed_at", "resolved")),),
    dated_by=Text("day of the first contact of the issue", "jour du premier contact sur la demande"),
    units=issues,
    variants={
        "default": Variant(
            Text("of all issues", "de toutes les demandes"),
            Text(
                "issues resolved at their first contact with no other contact within 7 days / issues opened",
                "demandes résolues au premier contact, sans nouveau contact sous 7 jours / demandes ouvertes",
            ),
            "share",
            "up",
            share(lambda _query: {RESOLVED_FIRST}),
        ),
        "resolved-only": Variant(
            Text("of issues resolved in the end", "des demandes finalement résolues"),
            Text(
                "issues resolved at their first contact / issues that a contact resolved",
                "demandes résolues au premier contact / demandes qu’un contact a résolues",
            ),
            "share",
            "up",
            share(lambda _query: {RESOLVED_FIRST}),
            units=resolved_issues,
        ),
    },
    parameters=(
        Parameter(
            "window_days",
            7,
            Text(
                "days after resolution in which another contact means “not resolved”",
                "jours après la résolution pendant lesquels un nouveau contact veut dire « non résolu »",
            ),
        ),
    ),
    follow_up="window_days",
    entity="issue_id",
    source="SQM Group; ISO 18295-1; window counted from the resolution; interval: Wilson 1927",
    notes=Text(
        "The unit is the issue, not the ticket. An issue not resolved stays in the denominator.",
        "L’unité est la demande, pas le ticket. Une demande non résolue reste au dénominateur.",
    ),
)


def complaint_contacts(frames: Frames, _query: Query) -> nw.LazyFrame[Any]:
    """Contacts, one row each; a complaint made again on the same issue counts once, at its first contact."""
    contacts = issue_key(frames["contacts"])
    order = ordering(contacts, "opened_at")
    flag = nw.col("complaint").fill_null(value=False)
    earlier = nw.col("opened_at").shift(1).over("_issue", "_complaint", order_by=order)
    contacts = contacts.with_columns(_complaint=flag).with_columns(_earlier=earlier)
    cell = (
        nw.when(~nw.col("_complaint"))
        .then(nw.lit(CONTACT))
        .when(nw.col("_earlier").is_null())
        .then(nw.lit(COMPLAINT))
        .otherwise(nw.lit(REPEATED_COMPLAINT))
    )
    return contacts.with_columns(cell=cell)


COMPLAINTS = Indicator(
    name="complaints",
    label=Text("Complaints per 1,000 contacts", "Réclamations pour 1 000 contacts"),
    family="service",
    needs=(Needs("contacts", ("opened_at", "complaint"), ("contact_id", "issue_id")),),
    dated_by=Text("day of the contact", "jour du contact"),
    units=complaint_contacts,
    variants={
        "default": Variant(
            Text("per 1,000 contacts", "pour 1 000 contacts"),
            Text(
                "1,000 × complaints (once an issue) / contacts",
                "1 000 × réclamations (une fois par demande) / contacts",
            ),
            "per_1000",
            "down",
            per_thousand({COMPLAINT}),
        ),
    },
    entity="issue_id",
    source="ISO 10002; interval: Garwood 1936 (exact Poisson)",
    notes=Text(
        "Zero complaints has an upper bound: it is not a certainty of zero.",
        "Zéro réclamation a une borne haute : ce n’est pas la certitude de zéro.",
    ),
)


def every_row(table: str) -> Any:
    """All rows of a table, one unit each."""

    def units(frames: Frames, _query: Query) -> nw.LazyFrame[Any]:
        return frames[table].with_columns(cell=nw.lit(1))

    return units


CONTACTS = Indicator(
    name="contacts",
    label=Text("Contacts received", "Contacts reçus"),
    family="service",
    needs=(Needs("contacts", ("opened_at",)),),
    dated_by=Text("day of the contact", "jour du contact"),
    units=every_row("contacts"),
    variants={
        "default": Variant(
            Text("number of contacts", "nombre de contacts"),
            Text("count of contacts", "nombre de contacts"),
            "count",
            "none",
            count,
        )
    },
    source="count; interval: Garwood 1936 (exact Poisson)",
)

LATE, IN_TIME = 0, 1


def commitments(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Requests, one row each: done within the commitment, late, or not due yet (left out and counted)."""
    if query["start_step"] is None:
        requests = _from_contacts(frames["contacts"])
    else:
        requests = _from_events(frames["events"], query)
    limit = int(query["limit_days"])
    days = _holidays(requests, query)
    spent = counted_weekdays_expr(nw.col("_from"), nw.col("_to"), query["days"], days)
    until = query.as_of
    known = nw.lit(epoch_of(until)) if until is not None else nw.col("_from") + 100_000
    waited = counted_weekdays_expr(nw.col("_from"), known, query["days"], days)
    cell = (
        nw.when(nw.col("_to") < nw.col("_from"))
        .then(nw.lit(CODES["negative"]))
        .when(spent <= limit)
        .then(nw.lit(IN_TIME))
        .when(~nw.col("_to").is_null())
        .then(nw.lit(LATE))
        .when(waited > limit)
        .then(nw.lit(LATE))
        .otherwise(nw.lit(CODES["not_due"]))
    )
    return requests.with_columns(cell=cell)


def _holidays(requests: nw.LazyFrame[Any], query: Query) -> tuple[date, ...]:
    """Public holidays over the years that the requests span, so that the calendar never runs out."""
    ends = requests.select(nw.col("_from").min().alias("low"), nw.col("_from").max().alias("high")).collect()
    low, high = ends.item(0, "low"), ends.item(0, "high")
    if low is None:
        return ()
    first = date.fromordinal(int(low) + 719_163)
    last = max(date.fromordinal(int(high) + 719_163), query.as_of or date.min)
    after = last.replace(year=last.year + 1, month=12, day=31)
    return french_holidays_between(first, after, alsace_moselle=bool(query["alsace_moselle"]))


def epoch_of(day: Any) -> int:
    """Days since 1970-01-01 of a date."""
    return int(day.toordinal()) - 719_163


def _from_contacts(contacts: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    return contacts.with_columns(_from=epoch_day(nw.col("day")), _to=epoch_day(nw.col("closed_at")))


def _from_events(events: nw.LazyFrame[Any], query: Query) -> nw.LazyFrame[Any]:
    order = ordering(events, "occurred_at")
    opened = first_rows(events.filter(nw.col("step") == query["start_step"]), "case_id", order)
    done = events.filter(nw.col("step") == query["end_step"]).select("case_id", _done="occurred_at", _day="day")
    after = opened.select("case_id", _since="occurred_at").join(done, on="case_id", how="inner")
    after = after.filter(nw.col("_done") >= nw.col("_since")).group_by("case_id").agg(nw.col("_day").min())
    cutoff = nw.lit(0) if query["cutoff_hour"] is None else _past_cutoff(int(query["cutoff_hour"]))
    joined = opened.join(after, on="case_id", how="left")
    return joined.with_columns(_from=epoch_day(nw.col("day")) + cutoff, _to=epoch_day(nw.col("_day")))


def _past_cutoff(hour: int) -> nw.Expr:
    """1 after the cut-off hour (local, from the `local_hour` column), so that the request counts as the next day."""
    return (nw.col("local_hour") >= hour).cast(nw.Int64)


ON_TIME = Indicator(
    name="on_time",
    label=Text("Commitments kept", "Engagements tenus"),
    family="service",
    needs=(
        Needs("events", ("case_id", "step", "occurred_at")),
        Needs("contacts", ("opened_at", "closed_at")),
    ),
    dated_by=Text("day of the request", "jour de la demande"),
    units=commitments,
    variants={
        "default": Variant(
            Text("done within the commitment", "faits dans le délai promis"),
            Text(
                "requests done within the limit / requests done or past the limit",
                "demandes traitées dans le délai / demandes traitées ou hors délai",
            ),
            "share",
            "up",
            share(lambda _query: {IN_TIME}),
        ),
    },
    parameters=(
        Parameter("start_step", None, Text("step that starts the clock; none: contacts", "étape de départ")),
        Parameter("end_step", None, Text("step that stops the clock", "étape d’arrivée")),
        Parameter("limit_days", 1, Text("days promised", "jours promis")),
        Parameter("days", "calendar", Text(f"days that count: {', '.join(DAY_KINDS)}", "jours comptés")),
        Parameter(
            "alsace_moselle",
            False,
            Text("the two more holidays of Alsace-Moselle", "fériés d’Alsace-Moselle"),
        ),
        Parameter("cutoff_hour", None, Text("hour after which a request counts as the next day", "heure limite")),
    ),
    rollup=False,
    source="service-public.fr F35697 (jours ouvrables, ouvrés); Code du travail L3133-1 (11 holidays); Wilson 1927",
    notes=Text(
        "Day 0 is the day of the request. Not done and past the limit is a failure; not done and not due is left out.",
        "Le jour 0 est celui de la demande. Non fait et hors délai est un échec ; non fait et pas encore dû est mis à"
        " part.",
    ),
    on_request=True,
)

ALL = (FCR, COMPLAINTS, CONTACTS, ON_TIME)
