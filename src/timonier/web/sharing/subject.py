"""The figures of a file or of a share: what it is about, in a state, within a scope."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from timonier import formats
from timonier.indicators.estimate import State
from timonier.indicators.periods import Every
from timonier.scorecard import words
from timonier.scorecard.codes import value_name
from timonier.scorecard.judged import Judged
from timonier.scorecard.records import line_records
from timonier.scorecard.score import Line, Scorecard, Segment
from timonier.text import Text, ascii_slug, say
from timonier.web.accounts.access import Scope
from timonier.web.charts.breakdown import breakdown
from timonier.web.charts.chart import Chart, Size
from timonier.web.figures.beside import Beside
from timonier.web.figures.filtering import few, label_of
from timonier.web.figures.indicator import STEPS, Asked, asked_of, headline, splittable
from timonier.web.figures.indicator_charts import distribution_of, title_of, trend_of
from timonier.web.figures.segments import contrasts, lines_by
from timonier.web.figures.selectors import scorecard, state_of
from timonier.web.figures.state import ViewState
from timonier.web.sharing.what import What


@dataclass(frozen=True)
class Subject:
    """`asked` is None for the bridge."""

    what: What
    state: ViewState
    scope: Scope
    asked: Asked | None

    @property
    def title(self) -> str:
        """In words."""
        if self.asked is None:
            return say(Text("The bridge", "La passerelle"))
        name = title_of(self.asked)
        if self.what.dimension:
            by = label_of(self.what.dimension).lower()
            return say(Text(f"{name}, by {by}", f"{name}, par {by}"))
        return name

    @property
    def query(self) -> str:
        """The state, always written the same way."""
        if self.asked is None:
            return self.state.query()
        return self.asked.query(par=self.what.dimension or self.asked.by)

    @property
    def page(self) -> str:
        """The page of the application that shows the same."""
        path = "/" if self.asked is None else reverse("indicator", args=[self.asked.indicator.name])
        return path + self.query

    @property
    def filters(self) -> list[tuple[str, str]]:
        """Names and values in words: the scope of the person and the filters of the page, what both let through."""
        scope, mine = dict(self.scope.values), dict(self.state.filters)
        both = {name: tuple(v for v in mine[name] if v in scope[name]) or mine[name] for name in scope if name in mine}
        return [
            (label_of(name), few([value_name(name, value) for value in values]))
            for name, values in {**scope, **mine, **both}.items()
        ]

    @property
    def when_told(self) -> str:
        """“Du 1er juil. 2025 au 30 juin 2026, intervalles à 95 %”, and the day as of which it was known."""
        state = self.state
        level = say(Text("intervals at 95%", "intervalles à 95 %"))
        known = ""
        if state.as_of is not None:
            day = formats.day(state.as_of)
            known = say(Text(f", with the data loaded by {day}", f", selon les données chargées au {day}"))
        days = words.span(state.window)
        return f"{days[0].upper()}{days[1:]}{known}, {level}"

    @property
    def filters_told(self) -> str:
        """“Questionnaire : relation ; Région : Bretagne, Normandie”."""
        colon, semicolon = (say(text) for text in (Text(": ", " : "), Text("; ", " ; ")))
        return semicolon.join(f"{name}{colon}{values}" for name, values in self.filters)

    @property
    def file_stem(self) -> str:
        """“timonier-nps-tendance-relation-2025-07-01_2026-06-30”: two files of a page never have the same name."""
        filters = ascii_slug(" ".join(value for _, values in self.state.filters for value in values))[:60].strip("-")
        days = f"{self.state.window.start}_{self.state.last}"
        parts = ("timonier", self.what.slug, self._own_slug, filters, days)
        return "-".join(part for part in parts if part)

    @property
    def _own_slug(self) -> str:
        """The variant, when it is not the usual one, and the steps."""
        if self.asked is None:
            return ""
        own = self.asked.own
        return ascii_slug(" ".join([own.get("variante", ""), *self.asked.between]))[:60].strip("-")

    @property
    def apart(self) -> dict[str, str]:
        """What the figures are about besides their filters: the survey, which is never pooled, the steps."""
        if self.asked is None:
            return {}
        name = self.asked.indicator.apart
        values = dict(self.state.filters).get(name or "", ())
        survey = {name: values[0]} if name and len(values) == 1 and name != self.what.dimension else {}
        return {**survey, **self.asked.params}

    def during(self, state: ViewState) -> "Subject":
        """The same in another state."""
        asked = None if self.asked is None else replace(self.asked, state=state)
        return replace(self, state=state, asked=asked)

    def known(self) -> Asked:
        """The indicator asked for. TypeError for the bridge."""
        if self.asked is None:
            raise TypeError("the bridge is about no indicator")
        return self.asked

    def scorecard(self) -> Scorecard:
        """The whole answer behind the figures."""
        asked, part = self.asked, self.what.part
        if asked is None:
            return scorecard(self.state, self.scope)
        if part == "ventilation":
            return asked.scorecard(by=(self.what.dimension,))
        if part == "tendance":
            compare = "last-year" if self.state.comparison == "last-year" else "none"
            return asked.scorecard(every=STEPS[asked.step], compare=compare)
        return asked.scorecard()

    def lines(self) -> Sequence[Line]:
        """The figures, in the order of the page."""
        if self.asked is not None and self.what.part == "ventilation":
            return lines_by(self.asked, self.what.dimension)
        return self.scorecard().lines

    def contrasts(self) -> Mapping[Segment, Judged]:
        """How each segment of a breakdown differs from all the others; empty for what is no breakdown.

        And where a segment is hidden: with the whole, which a file does not give, they would tell how many it holds.
        """
        if self.asked is None or self.what.part != "ventilation":
            return {}
        published = [line.estimate for line in lines_by(self.asked, self.what.dimension)]
        if any(one.state == State.SUPPRESSED for one in published):
            return {}
        return contrasts(self.asked, self.what.dimension, published)

    def records(self) -> Sequence[Mapping[str, Any]]:
        """The figures as the command line writes them."""
        return line_records(self.lines())

    def chart(self, size: Size = "wide", around: Beside | None = None) -> Chart | None:
        """The picture; None when there is nothing to draw."""
        if self.asked is None:
            return None
        draw: dict[str, Callable[[], Chart | None]] = {
            "tendance": partial(trend_of, self.asked, size, around),
            "distribution": partial(distribution_of, self.asked, size),
            "ventilation": partial(self._breakdown, size),
        }
        return draw[self.what.part]() if self.what.part in draw else None

    def _breakdown(self, size: Size) -> Chart | None:
        estimates = [line.estimate for line in self.lines()]
        whole = headline(self.known()).line
        if not any(one.value is not None for one in estimates):
            return None
        return breakdown(self.title, estimates, whole=whole.estimate if whole else None, size=size)


def subject_of(what: What, query: QueryDict, scope: Scope) -> Subject | None:
    """What an address asks for; None when the indicator has no such part. Raises UnknownName for no such indicator."""
    if what.part == "passerelle":
        return Subject(what, state_of(query, scope), scope, None)
    asked = asked_of(what.indicator, query, scope)
    if what.dimension and what.dimension not in splittable(asked):
        return None
    return Subject(what, asked.state, scope, asked)


def every_of(subject: Subject) -> Every:
    """The step of a course."""
    return STEPS[subject.known().step]
