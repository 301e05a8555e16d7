"""Along the journey: time between two steps, passage from one to the next, counts of an event."""

from timonier.indicators.definition import Indicator, Needs, Parameter, Variant
from timonier.indicators.formulas import count, mean_of_completed, quantile_of_durations, share
from timonier.indicators.populations.events import REACHED, durations, occurrences, reached
from timonier.text import Text

EVENTS = (Needs("events", ("case_id", "step", "occurred_at")),)
CASE_DAY = Text("day the case entered the first step", "jour d’entrée dans la première étape")
START = Parameter("start_step", None, Text("step that starts the clock", "étape de départ"))
END = Parameter("end_step", None, Text("step that stops the clock", "étape d’arrivée"))


STEP_TIME = Indicator(
    name="step_time",
    label=Text("Time between two steps", "Temps entre deux étapes"),
    family="journey",
    needs=EVENTS,
    dated_by=CASE_DAY,
    units=durations,
    variants={
        "default": Variant(
            Text("median, open cases included", "médiane, dossiers en cours compris"),
            Text(
                "median of the time from the first step to the second (Kaplan–Meier while cases are open)",
                "médiane du temps de la première étape à la seconde (Kaplan–Meier tant que des dossiers sont ouverts)",
            ),
            "days",
            "down",
            quantile_of_durations(0.5),
        ),
        "p90": Variant(
            Text("nine cases in ten", "neuf dossiers sur dix"),
            Text("90th percentile of the same time (type 7)", "90e centile du même temps (type 7)"),
            "days",
            "down",
            quantile_of_durations(0.9),
        ),
        "completed-mean": Variant(
            Text("mean of completed cases (biased down)", "moyenne des dossiers terminés (biaisée à la baisse)"),
            Text("Σ times of completed cases / completed cases", "Σ temps des dossiers terminés / leur nombre"),
            "days",
            "down",
            mean_of_completed,
        ),
    },
    parameters=(START, END),
    rollup=False,
    source=Text(
        "Kaplan, Meier 1958; Brookmeyer, Crowley 1982; Hyndman, Fan 1996 (type 7)",
        "Kaplan, Meier 1958 ; Brookmeyer, Crowley 1982 ; Hyndman, Fan 1996 (type 7)",
    ),
    notes=Text(
        "A case whose second step only comes before the first is an error, counted as negative.",
        "Un dossier dont la seconde étape ne vient qu’avant la première est une erreur, comptée comme négative.",
    ),
    on_request=True,
)


STEP_CONVERSION = Indicator(
    name="step_conversion",
    label=Text("Passage from one step to the next", "Passage d’une étape à la suivante"),
    family="journey",
    needs=EVENTS,
    dated_by=CASE_DAY,
    units=reached,
    variants={
        "default": Variant(
            Text("within the window", "dans le délai"),
            Text(
                "cases that reach the second step within the window / cases that entered the first",
                "dossiers qui atteignent la seconde étape dans le délai / dossiers entrés dans la première",
            ),
            "share",
            "up",
            share(lambda _query: {REACHED}),
        )
    },
    parameters=(START, END, Parameter("window_days", 30, Text("days to reach it", "jours pour l’atteindre"))),
    follow_up="window_days",
    rollup=False,
    source=Text("strict order of steps; interval: Wilson 1927", "étapes dans leur ordre ; intervalle : Wilson 1927"),
    on_request=True,
)


EVENT_COUNT = Indicator(
    name="event_count",
    label=Text("Count of an event", "Nombre d’événements"),
    family="journey",
    needs=(Needs("events", ("step",)),),
    dated_by=Text("day of the event", "jour de l’événement"),
    units=occurrences,
    variants={
        "default": Variant(
            Text("occurrences", "occurrences"),
            Text("count of events of the step", "nombre d’événements de l’étape"),
            "count",
            "none",
            count,
        )
    },
    parameters=(Parameter("step", None, Text("step counted; none: all", "étape comptée ; aucune : toutes")),),
    source=Text(
        "count; interval: Garwood 1936 (exact Poisson)", "décompte ; intervalle : Garwood 1936 (Poisson exact)"
    ),
    on_request=True,
)

ALL = (STEP_TIME, STEP_CONVERSION, EVENT_COUNT)
