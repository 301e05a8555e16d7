"""How customers are served: first contact resolution, complaints, volumes, commitments kept."""

from timonier.indicators.calendar import DAY_KINDS
from timonier.indicators.definition import Indicator, Needs, Parameter, Variant
from timonier.indicators.formulas import count, mean_of_completed, per_thousand, quantile_of_durations, share
from timonier.indicators.populations.commitments import IN_TIME, commitments
from timonier.indicators.populations.contacts import (
    COMPLAINT,
    RESOLVED_FIRST,
    closing_times,
    complaint_contacts,
    every_row,
    issues,
    one_touch,
    resolved_issues,
)
from timonier.indicators.populations.exposure import (
    complaints_and_customers,
    complaints_and_orders,
    per_thousand_exposed,
)
from timonier.text import Text

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
        "one-touch": Variant(
            Text("resolved with a single contact", "résolues en un seul contact"),
            Text(
                "issues resolved with one contact in all, whenever / issues that a contact resolved",
                "demandes résolues en un seul contact, tous délais confondus / demandes qu’un contact a résolues",
            ),
            "share",
            "up",
            share(lambda _query: {RESOLVED_FIRST}),
            units=one_touch,
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
    entity=("issue_id",),
    source=Text(
        "SQM Group; ISO 18295-1; window counted from the resolution; interval: Wilson 1927",
        "SQM Group ; ISO 18295-1 ; délai compté depuis la résolution ; intervalle : Wilson 1927",
    ),
    notes=Text(
        "The unit is the issue, not the ticket. An issue not resolved stays in the denominator.",
        "L’unité est la demande, pas le ticket. Une demande non résolue reste au dénominateur.",
    ),
)


ISSUES = (Needs("contacts", ("opened_at", "complaint"), ("contact_id", "issue_id")),)

COMPLAINTS = Indicator(
    name="complaints",
    label=Text("Complaints (per 1,000 contacts)", "Réclamations (pour 1 000 contacts)"),
    family="service",
    needs=ISSUES,
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
        "orders": Variant(
            Text("per 1,000 orders", "pour 1 000 commandes"),
            Text(
                "1,000 × complaints of the period (once an issue) / orders of the period, cancelled ones left out",
                "1 000 × réclamations de la période (une fois par demande) / commandes de la période, hors annulées",
            ),
            "per_1000",
            "down",
            per_thousand_exposed,
            units=complaints_and_orders,
            needs=(*ISSUES, Needs("orders", (), ("status",))),
            not_by=("channel",),
        ),
        "customers": Variant(
            Text("per 1,000 customers", "pour 1 000 clients"),
            Text(
                "1,000 × complaints of the period (once an issue) / customers acquired before its end",
                "1 000 × réclamations de la période (une fois par demande) / clients acquis avant sa fin",
            ),
            "per_1000",
            "down",
            per_thousand_exposed,
            units=complaints_and_customers,
            timing="window",
            needs=(*ISSUES, Needs("customers", ())),
            not_by=("channel",),
        ),
    },
    entity=("issue_id",),
    source=Text(
        "ISO 10002; interval: Garwood 1936 (exact Poisson)", "ISO 10002 ; intervalle : Garwood 1936 (Poisson exact)"
    ),
    notes=Text(
        "Zero complaints has an upper bound: it is not a certainty of zero. Per 1,000 customers counts all those"
        " acquired, even if they have left. Only the default is split by channel: that of an order is not that of a"
        " complaint.",
        "Zéro réclamation a une borne haute : ce n’est pas la certitude de zéro. Pour 1 000 clients compte tous les"
        " clients acquis, même partis. Seule la variante par défaut se ventile par canal : celui d’une commande n’est"
        " pas celui d’une réclamation.",
    ),
)


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
    source=Text(
        "count; interval: Garwood 1936 (exact Poisson)", "décompte ; intervalle : Garwood 1936 (Poisson exact)"
    ),
)


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
        Parameter(
            "start_step",
            None,
            Text("step that starts the clock; none: contacts", "étape de départ ; aucune : les contacts"),
        ),
        Parameter("end_step", None, Text("step that stops the clock", "étape d’arrivée")),
        Parameter("limit_days", 1, Text("days promised", "jours promis")),
        Parameter(
            "days",
            "calendar",
            Text(f"days that count: {', '.join(DAY_KINDS)}", f"jours comptés : {', '.join(DAY_KINDS)}"),
            DAY_KINDS,
        ),
        Parameter(
            "alsace_moselle",
            False,
            Text("the two more holidays of Alsace-Moselle", "fériés d’Alsace-Moselle"),
        ),
        Parameter("cutoff_hour", None, Text("hour after which a request counts as the next day", "heure limite")),
    ),
    rollup=False,
    source=Text(
        "service-public.fr F35697 (jours ouvrables, ouvrés); Code du travail L3133-1 (11 holidays); Wilson 1927",
        "service-public.fr F35697 (jours ouvrables, ouvrés) ; Code du travail L3133-1 (11 jours fériés) ; Wilson 1927",
    ),
    notes=Text(
        "Day 0 is the day of the request. Not done and past the limit is a failure; not done and not due is left out.",
        "Le jour 0 est celui de la demande. Non fait et hors délai est un échec ; non fait et pas encore dû est mis à"
        " part.",
    ),
    on_request=True,
)

CLOSING_TIME = Indicator(
    name="closing_time",
    label=Text("Time to close a contact", "Délai de clôture d’un contact"),
    family="service",
    needs=(Needs("contacts", ("opened_at", "closed_at")),),
    dated_by=Text("day of the contact", "jour du contact"),
    units=closing_times,
    variants={
        "default": Variant(
            Text("median, open contacts included", "médiane, contacts en cours compris"),
            Text(
                "median of the time from opening to closing (Kaplan–Meier while contacts are open)",
                "médiane du temps de l’ouverture à la clôture (Kaplan–Meier tant que des contacts sont ouverts)",
            ),
            "days",
            "down",
            quantile_of_durations(0.5),
        ),
        "p90": Variant(
            Text("nine contacts in ten", "neuf contacts sur dix"),
            Text("90th percentile of the same time (type 7)", "90e centile du même temps (type 7)"),
            "days",
            "down",
            quantile_of_durations(0.9),
        ),
        "closed-mean": Variant(
            Text("mean of closed contacts (biased down)", "moyenne des contacts clos (biaisée à la baisse)"),
            Text("Σ times of closed contacts / closed contacts", "Σ temps des contacts clos / leur nombre"),
            "days",
            "down",
            mean_of_completed,
        ),
    },
    rollup=False,
    source=Text("Kaplan, Meier 1958; Hyndman, Fan 1996 (type 7)", "Kaplan, Meier 1958 ; Hyndman, Fan 1996 (type 7)"),
    on_request=True,
)

ALL = (FCR, COMPLAINTS, CONTACTS, ON_TIME, CLOSING_TIME)
