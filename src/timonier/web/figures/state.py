"""The state of a page is its address: period, comparison, filters, read from a query and written back to one.

    ?periode=12m&vs=precedente&region=Bretagne&region=Normandie        or        ?du=2026-01-01&au=2026-03-31

What cannot be read is left out, and said: the nearest valid view is shown, never an error.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict

from timonier import formats
from timonier.indicators.estimate import Period
from timonier.scorecard.membership import Within
from timonier.scorecard.request import Comparison, Request, last_period
from timonier.text import Text
from timonier.web.accounts.access import Scope

COMPARISONS: Final[Mapping[str, Comparison]] = {
    "precedente": "previous",
    "an-dernier": "last-year",
    "aucune": "none",
}
PRESETS: Final[Mapping[str, Text]] = {
    "30d": Text("Last 30 days", "30 derniers jours"),
    "90d": Text("Last 90 days", "90 derniers jours"),
    "1m": Text("Last complete month", "Dernier mois complet"),
    "1q": Text("Last complete quarter", "Dernier trimestre complet"),
    "12m": Text("Last 12 months", "12 derniers mois"),
    "1y": Text("Last complete calendar year", "Dernière année civile complète"),
    "mois": Text("This month so far", "Mois en cours"),
    "trimestre": Text("This quarter so far", "Trimestre en cours"),
    "annee": Text("This year so far", "Année en cours"),
    "exercice": Text("This fiscal year", "Exercice en cours"),
    "exercice-passe": Text("Last fiscal year", "Exercice précédent"),
}
USUAL_PERIOD: Final = "12m"
RUNNING: Final = frozenset({"mois", "trimestre", "annee", "exercice"})
RESERVED: Final = frozenset(
    {
        "periode",
        "du",
        "au",
        "vs",
        "au-jour",
        "variante",
        "par",
        "pas",
        "etape-depart",
        "etape-arrivee",
        "page",
        "q",
        "vue",
        "format",
        "format-csv",
        "retour",
        "appliquer",
    }
)
OLDEST: Final = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Horizon:
    """What bounds a period: the days that facts cover, today, and the first month of the fiscal year."""

    last_day: date
    today: date
    fiscal_year_start: int = 1
    first_day: date = OLDEST


@dataclass(frozen=True)
class ViewState:
    """What a page shows. `preset` is "" when the days were given; `filters` holds values by dimension, sorted."""

    window: Period
    preset: str = USUAL_PERIOD
    comparison: Comparison = "previous"
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    as_of: date | None = None
    notices: tuple[Text, ...] = field(default=(), compare=False)
    running: bool = field(default=False, compare=False)

    @property
    def last(self) -> date:
        """The last day of the period, included."""
        return self.window.end - timedelta(days=1)

    @property
    def versus(self) -> str:
        """The comparison as the address names it."""
        return next(name for name, value in COMPARISONS.items() if value == self.comparison)

    def pairs(self) -> list[tuple[str, str]]:
        """The address's query as names and values, always in the same order."""
        period = [("periode", self.preset)] if self.preset else [("du", f"{self.window.start}"), ("au", f"{self.last}")]
        filters = [(name, value) for name, values in self.filters for value in values]
        return [*period, ("vs", self.versus), *filters, *([("au-jour", f"{self.as_of}")] if self.as_of else [])]

    def within(self, scope: Scope) -> tuple[Within, ...]:
        """Scope and filters, which all hold: what a person asks never widens what they may see."""
        return (*scope.within, *(Within(name, values) for name, values in self.filters))

    def request(self, scope: Scope, **changes: object) -> Request:
        """What is asked of the scorecard."""
        asked = Request(window=self.window, compare=self.comparison, within=self.within(scope), as_of=self.as_of)
        return replace(asked, **changes)  # type: ignore[arg-type]

    def query(self, **extra: str) -> str:
        """The address's query, always written the same way: “?periode=12m&vs=precedente&region=Bretagne”."""
        pairs = [*self.pairs(), *((name, value) for name, value in extra.items() if value)]
        return "?" + urlencode(pairs)

    def without(self, name: str, value: str) -> "ViewState":
        """The state after a chip was removed."""
        kept = [(one, tuple(v for v in values if (one, v) != (name, value))) for one, values in self.filters]
        return replace(self, filters=tuple((one, values) for one, values in kept if values))

    def with_filter(self, name: str, value: str) -> "ViewState":
        """The state after a click on a segment."""
        filters = {one: set(values) for one, values in self.filters}
        filters.setdefault(name, set()).add(value)
        return replace(self, filters=tuple(sorted((one, tuple(sorted(values))) for one, values in filters.items())))


def closed_notice(name: str) -> Text:
    """Why a dimension is not offered, nor applied when an address names it."""
    shown = name[:40]
    return Text(
        f"“{shown}” tells people or accounts apart, and rows are closed to you: it is left out.",
        f"« {shown} » distingue des personnes ou des comptes, et le détail des lignes ne vous est pas ouvert : "
        "ce critère est laissé de côté.",
    )


def read_state(
    query: QueryDict, horizon: Horizon, dimensions: Sequence[str], closed: Callable[[str], bool] | None = None
) -> ViewState:
    """The state that a query describes; what is wrong in it is replaced by the usual, and told in `notices`.

    `closed` says which dimensions the person may not filter by.
    """
    notices: list[Text] = []
    window, preset = _window(query, horizon, notices)
    comparison = COMPARISONS.get(query.get("vs", "precedente"))
    if comparison is None:
        notices.append(
            Text(
                "Unknown comparison: the period before is used.", "Comparaison inconnue : voici la période précédente."
            )
        )
    filters = []
    for name in sorted(set(query) - RESERVED):
        values = tuple(sorted({value for value in query.getlist(name) if value}))
        if closed is not None and closed(name):
            notices.append(closed_notice(name))
        elif name in dimensions and values:
            filters.append((name, values))
        elif name not in dimensions:
            notices.append(Text(f"Unknown filter “{name}”: left out.", f"Filtre inconnu « {name} » : laissé de côté."))
    as_of = _day(query.get("au-jour", ""), notices)
    if as_of is not None and as_of > horizon.today:
        notices.append(
            Text("That day is still to come: today is used.", "Ce jour est à venir : voici l’état d’aujourd’hui.")
        )
        as_of = None
    known = min(horizon.last_day, horizon.today - timedelta(days=1))  # today's facts are still coming
    running = preset in RUNNING or window.end > known + timedelta(days=1)
    return ViewState(window, preset, comparison or "previous", tuple(filters), as_of, tuple(notices), running)


def _window(query: QueryDict, horizon: Horizon, notices: list[Text]) -> tuple[Period, str]:
    asked = query.get("periode", "")
    if asked in PRESETS:  # chosen on a page that shows chosen days
        return preset_window(asked, horizon), asked
    first, last = _day(query.get("du", ""), notices), _day(query.get("au", ""), notices)
    if first and last and first > last:
        notices.append(
            Text(
                "The period ended before it began: its days were swapped.",
                "La période finissait avant de commencer : ses dates ont été échangées.",
            )
        )
        first, last = last, first
    if first or last:
        end = (last or horizon.last_day) + timedelta(days=1)
        return _covered(Period(first or end - timedelta(days=365), end), horizon, notices)
    if asked:
        notices.append(
            Text("Unknown period: the last 12 months are shown.", "Période inconnue : voici les 12 derniers mois.")
        )
    return preset_window(USUAL_PERIOD, horizon), USUAL_PERIOD


def _covered(asked: Period, horizon: Horizon, notices: list[Text]) -> tuple[Period, str]:
    """The part of a period that facts can cover, told when less than was asked; the usual one if there is none."""
    start = max(asked.start, horizon.first_day)
    end = min(asked.end, max(horizon.last_day, horizon.today) + timedelta(days=1))
    if start >= end:
        en, fr = (
            "No facts over that period: the last 12 months.",
            "Aucune donnée sur cette période : voici les 12 derniers mois.",
        )
        notices.append(Text(en, fr))
        return preset_window(USUAL_PERIOD, horizon), USUAL_PERIOD
    if (start, end) != (asked.start, asked.end):
        last = end - timedelta(days=1)
        en = f"Facts can only cover it from {formats.day(start, 'en')} to {formats.day(last, 'en')}."
        fr = f"Les faits ne peuvent la couvrir que du {formats.day(start, 'fr')} au {formats.day(last, 'fr')}."
        notices.append(Text(en, fr))
    return Period(start, end), ""


def preset_window(preset: str, horizon: Horizon) -> Period:
    """The days of a preset: complete periods end with the facts, running ones with today's."""
    anchor = min(horizon.last_day, horizon.today)
    tomorrow = anchor + timedelta(days=1)
    if preset == "mois":
        return Period(anchor.replace(day=1), tomorrow)
    if preset == "trimestre":
        return Period(anchor.replace(month=(anchor.month - 1) // 3 * 3 + 1, day=1), tomorrow)
    if preset == "annee":
        return Period(anchor.replace(month=1, day=1), tomorrow)
    if preset == "1q":
        end = (tomorrow if tomorrow.day == 1 else anchor).replace(day=1)
        end = end.replace(month=(end.month - 1) // 3 * 3 + 1)
        before = end - timedelta(days=1)
        return Period(before.replace(month=before.month - 2, day=1), end)
    if preset == "1y":
        return Period(date(tomorrow.year - 1, 1, 1), date(tomorrow.year, 1, 1))
    if preset in ("exercice", "exercice-passe"):
        start = _fiscal_start(anchor, horizon.fiscal_year_start)
        return Period(start, tomorrow) if preset == "exercice" else Period(start.replace(year=start.year - 1), start)
    return last_period(preset, anchor)


def _fiscal_start(anchor: date, month: int) -> date:
    return date(anchor.year if anchor.month >= month else anchor.year - 1, month, 1)


def _day(text: str, notices: list[Text]) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not OLDEST <= found <= date(2999, 12, 31):
        notices.append(Text(f"“{text[:30]}” is not a day.", f"« {text[:30]} » n’est pas une date."))
        return None
    return found
