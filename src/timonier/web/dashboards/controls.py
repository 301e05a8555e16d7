"""What steers a page: periods, comparison, filters as chips, saved views."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db.models import Q

from timonier.scorecard import words
from timonier.scorecard.codes import value_name
from timonier.text import Text, say
from timonier.web.accounts.access import Scope
from timonier.web.accounts.models import User
from timonier.web.dashboards.models import SavedView
from timonier.web.figures.filtering import few, label_of
from timonier.web.figures.state import PRESETS, USUAL_PERIOD, ViewState

VERSUS = {
    "precedente": Text("against the period before", "par rapport à la période précédente"),
    "an-dernier": Text("against the same period a year earlier", "par rapport à la même période un an plus tôt"),
    "aucune": Text("without comparison", "sans comparaison"),
}


class Option(NamedTuple):
    """One entry of a list."""

    value: str
    label: str
    chosen: bool


class Chip(NamedTuple):
    """A filter in force; `off` leads to the page without it, "" when it cannot be removed."""

    label: str
    value: str
    off: str


@dataclass(frozen=True)
class Controls:
    """Everything that `dashboards/parts/controls.html` draws. `path` is the page they steer."""

    path: str
    state: ViewState
    presets: list[Option]
    comparisons: list[Option]
    chips: list[Chip]
    clear: str
    views: list[SavedView]
    period: str
    versus: str
    usual: str
    running: bool
    kept: Mapping[str, str]

    @property
    def address(self) -> str:
        """The page as it is."""
        return self.path + self.state.query(**self.kept)

    @property
    def chosen(self) -> str:
        """The period in force in a few words: the name of a preset, or its days."""
        return next((one.label for one in self.presets if one.chosen), self.period)


def controls_of(
    path: str, state: ViewState, scope: Scope, user: User, kept: Mapping[str, str] | None = None, held: str = ""
) -> Controls:
    """The controls of a page in a state, for a person; `kept` holds what else its address says (the variant…), `held`
    the filter that the page always has.
    """
    kept = kept or {}
    fixed = [
        Chip(label_of(name), few([value_name(name, value) for value in values]), "") for name, values in scope.values
    ]
    removable = [
        Chip(
            label_of(name),
            value_name(name, value),
            "" if name == held else path + state.without(name, value).query(**kept),
        )
        for name, values in state.filters
        for value in values
    ]
    return Controls(
        path,
        state,
        [Option(name, say(label), name == state.preset) for name, label in PRESETS.items()],
        [Option(name, say(label), name == state.versus) for name, label in VERSUS.items()],
        fixed + removable,
        path + replace(state, filters=()).query(**kept) if sum(bool(chip.off) for chip in removable) > 1 else "",
        list(SavedView.objects.filter(Q(owner=user) | Q(shared=True), path__in={path, "/"})[:30]),
        words.span(state.window),
        say(VERSUS[state.versus]),
        path + replace(state, preset=USUAL_PERIOD).query(**kept),
        state.running,
        kept,
    )
