"""What the demo company keeps beside its figures: what happened, what it aims at, what others reach.

In French, as all that the company wrote. Values are in the unit of the variant (shares 0–1).
"""

from dataclasses import dataclass
from datetime import date

from timonier.demo.window import MONTHS, Window


@dataclass(frozen=True, slots=True)
class Happening:
    """Drawn on time lines from a day on; `indicator` "" on all of them, `breaks` parts the line."""

    day: date
    text: str
    indicator: str = ""
    breaks: bool = False


@dataclass(frozen=True, slots=True)
class Aim:
    """The value wanted of an indicator's variant; `length`: of which periods, where it matters."""

    indicator: str
    variant: str
    value: float
    length: str = ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A figure of others, with or without its source."""

    indicator: str
    variant: str
    label: str
    value: float
    source: str = ""
    year: int | None = None
    country: str = ""
    population: str = ""


@dataclass(frozen=True, slots=True)
class Landmarks:
    """All of them; aims hold from `since` on."""

    since: date
    happenings: tuple[Happening, ...]
    aims: tuple[Aim, ...]
    elsewhere: tuple[Elsewhere, ...]


def landmarks(window: Window, wording_changes_months: int) -> Landmarks:
    """Those of a company whose data cover `window`."""
    changed = window.after.year * 12 + window.after.month - 1 - MONTHS + wording_changes_months
    return Landmarks(
        window.start,
        (
            Happening(window.programme, "Grand Ouest : programme « réponse au premier contact »"),
            Happening(
                date(changed // 12, changed % 12 + 1, 1),
                "La question sur l’effort devient une question d’accord",
                "ces",
                breaks=True,
            ),
        ),
        (
            Aim("csat", "default", 0.75),
            Aim("fcr", "default", 0.70),
            Aim("churn", "default", 0.35, "year"),
            Aim("conversion", "default", 0.20),
        ),
        (
            # The first comes from an article that names neither its method nor its sample: shown as unsourced.
            Elsewhere("nps", "default", "Mutuelles et santé", 62.0),
            Elsewhere(
                "nps",
                "default",
                "Distribution alimentaire, la meilleure moyenne de l’étude",
                30.1,
                "Qualtrics XM Institute, étude auprès des consommateurs américains",
                2023,
                "États-Unis",
                "10 000 consommateurs, moyenne des notes de 351 entreprises",
            ),
        ),
    )
