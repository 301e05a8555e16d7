"""The page of an indicator, its charts, its breakdown and why it moved."""

from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from timonier import formats
from timonier.errors import UnknownName
from timonier.indicators.catalogue import find
from timonier.indicators.definition import STEP_PARAMETERS
from timonier.indicators.disclosure import FIRM
from timonier.indicators.estimate import Estimate
from timonier.indicators.periods import split
from timonier.scorecard import words
from timonier.scorecard.codes import PARAMETERS
from timonier.scorecard.publish import people
from timonier.scorecard.score import Line
from timonier.text import Text, say
from timonier.web.accounts.access import Right, allowed, may, person, scope_of
from timonier.web.charts import sentences
from timonier.web.charts.chart import Chart
from timonier.web.charts.distribution import scores_of
from timonier.web.charts.drawing import ChartNotDrawn
from timonier.web.charts.tokens import Palette
from timonier.web.core.desks import lent_desk
from timonier.web.dashboards.aims import aims_of, bar_of
from timonier.web.dashboards.breakdown import breakdown, explanations
from timonier.web.dashboards.card import card_of
from timonier.web.dashboards.controls import controls_of
from timonier.web.dashboards.notes import annotations_of
from timonier.web.figures import steps
from timonier.web.figures.filtering import label_of
from timonier.web.figures.indicator import (
    MOST_PERIODS,
    OWN,
    STEP_NAMES,
    STEPS,
    Asked,
    asked_of,
    course,
    headline,
    splittable,
)
from timonier.web.figures.indicator_charts import WHATS, What, chart_of, distribution, title_of
from timonier.web.figures.pictures import renderer
from timonier.web.figures.selectors import StillCounting, patience_of, state_of
from timonier.web.figures.state import ViewState

WAITING = "waiting"
"""The part of a page that asks again until the figures are known."""


@allowed(Right.SEE)
@require_safe
def indicator(request: HttpRequest, name: str) -> HttpResponse:
    """The whole page; until its figures are known, one that says so and asks again."""
    try:
        with patience_of(settings.INDICATOR_PATIENCE):
            asked = asked_or_none(request, name)
            if asked is None:
                return unknown(request, name)
            context = page_of(request, asked)
    except StillCounting:
        return waiting(request, name)
    if request.headers.get("HX-Trigger") == WAITING:
        return HttpResponseClientRefresh()
    return render(request, "dashboards/indicator/page.html", context)


def waiting(request: HttpRequest, name: str) -> HttpResponse:
    """The page while it is being counted, in the state asked for: people may change it without waiting."""
    scope = scope_of(person(request))
    state = state_of(request.GET, scope)
    own = {one: request.GET[one] for one in OWN if request.GET.get(one)}
    with lent_desk() as desk:
        label = say(find(name, dict(desk.catalogue)).label)
    context = {
        "id": WAITING,
        "label": label,
        "state": state,
        "address": request.path + state.query(**own),
        "controls": controls_of(request.path, state, scope, person(request), own),
        "base": "dashboards/bare.html" if request.headers.get("HX-Request") else "core/base.html",
    }
    return render(request, "dashboards/indicator/waiting.html", context)


def asked_or_none(request: HttpRequest, name: str) -> Asked | None:
    """What is asked; None when no indicator has that name."""
    try:
        return asked_of(name, request.GET, scope_of(person(request)))
    except UnknownName:
        return None


def unknown(request: HttpRequest, name: str) -> HttpResponse:
    """There is no such indicator: the nearest names, as links."""
    from timonier.web.dashboards.near import near

    return render(request, "dashboards/indicator/unknown.html", {"name": name[:60], "near": near(name)}, status=404)


def page_of(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Everything that the page draws at once; what takes longer comes in fragments."""
    top = headline(asked)
    return {
        **common(request, asked),
        "top": top,
        "line": top.line,
        "finding": finding_of(asked),
        **aims_of(asked),
        **change_look(top.line),
        "bar": bar_of(asked),
        "course_rows": course_rows(asked) if top.line else [],
        "spread": spread_of(asked),
        "annotations": annotations_of(asked.indicator.name, asked.state.window),
        "steps": [(asked.query(pas=step), say(text), step == asked.step) for step, text in readable_steps(asked)],
        "trend": drawn_at_once("tendance", asked) if top.line else None,
        "distribution": drawn_at_once("distribution", asked) if top.line else None,
        "card": card_of(asked, top.line),
    }


def common(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """What every page about an indicator is given."""
    name = asked.indicator.name
    path = reverse("indicator", args=[name])
    here = path if request.headers.get("HX-Request") else request.path
    return {
        "asked": asked,
        "state": asked.state,
        "title": title_of(asked),
        "label": say(asked.indicator.label),
        "path": path,
        "here": here,
        "bridge_query": _without_apart(asked).query(),
        "query": asked.query(),
        "pairs": parse_qsl(asked.query()[1:]),
        "controls": controls_of(here, asked.state, asked.scope, person(request), asked.own, _apart(asked)),
        "variants": [
            (asked.query(variante=one), say(text.label), one == asked.variant)
            for one, text in asked.indicator.variants.items()
        ],
        "today_query": asked.at(replace(asked.state, as_of=None)),
        "kinds": kinds_of(asked),
        "between": between_of(asked),
        "apart_label": label_of(asked.indicator.apart) if asked.indicator.apart else "",
        "dimensions": [(one, label_of(one), one == asked.by) for one in splittable(asked)],
        "by_label": label_of(asked.by) if asked.by else "",
        "controls_part": ["dashboards/parts/controls.html", "dashboards/indicator/parts/controls.html"],
        "menu_part": ["sharing/parts/menu.html", "dashboards/indicator/parts/menu.html"],
        "can_export": may(person(request), Right.EXPORT),
        "whole": request.headers.get("HX-Request") is None,
        "base": "dashboards/bare.html" if request.headers.get("HX-Request") else "core/base.html",
    }


def _apart(asked: Asked) -> str:
    """The column of which the page always shows one value (the survey); "" where there is none."""
    return (asked.indicator.apart or "") if asked.apart else ""


def _without_apart(asked: Asked) -> ViewState:
    """The state that led here: the page chose the survey, the bridge shows them all."""
    return replace(asked.state, filters=tuple(pair for pair in asked.state.filters if pair[0] != _apart(asked)))


def kinds_of(asked: Asked) -> list[tuple[str, str, bool]]:
    """The surveys to choose from: address, name, whether it is the one shown."""
    name = asked.indicator.apart
    if name is None or not asked.apart:
        return []
    others = tuple(pair for pair in asked.state.filters if pair[0] != name)
    shown = dict(asked.state.filters).get(name, ())
    bare = replace(asked.state, filters=others)
    return [(asked.at(bare.with_filter(name, value)), value, shown == (value,)) for value in asked.apart]


def between_of(asked: Asked) -> list[tuple[str, str, list[tuple[str, bool]]]]:
    """The steps to choose from, for an indicator that needs two: name in the address, label, steps."""
    if not asked.indicator.lacks_steps:
        return []
    labels = [say(PARAMETERS[one]) for one in STEP_PARAMETERS]
    known = steps.listed(asked.scope)
    every = [known if chosen in known or not chosen else (*known, chosen) for chosen in asked.between]
    lists = [[(one, one == chosen) for one in those] for those, chosen in zip(every, asked.between, strict=True)]
    return list(zip(steps.KEYS, labels, lists, strict=True))


@dataclass(frozen=True)
class Row:
    """A period of the course; `small`: too few to be read as more than an indication."""

    name: str
    estimate: Estimate
    small: bool


def course_rows(asked: Asked) -> list[Row]:
    """The course as a table, the latest first."""
    every = STEPS[asked.step]
    rows = [Row(sentences.when(one, every), one, people(one) < FIRM) for one in course(asked).estimates]
    return rows[::-1]


@dataclass(frozen=True)
class Spread:
    """How many answers gave a score."""

    score: int
    count: int
    share: str


def spread_of(asked: Asked) -> list[Spread]:
    """The distribution as a table; empty where the indicator does not say it."""
    found = distribution(asked)
    counts = scores_of(found) if found else {}
    total = sum(counts.values())
    return [Spread(score, count, formats.share(count / total)) for score, count in counts.items()] if total else []


CERTAIN = 0.001
"""A p-value below which a change stands among fifty comparisons (Holm), more than a bridge holds."""


def change_look(line: Line | None) -> dict[str, Any]:
    """The class and the icon of a change; colour never stands alone."""
    if line is None or line.difference is None:
        return {"change_css": "is-unknown", "change_icon": "help-circle"}
    movement = line.difference.movement
    icon = {"up": "trending-up", "down": "trending-down", "within": "activity"}.get(movement, "help-circle")
    css = {"green": "is-better", "red": "is-worse"}.get(words.style_of(line.difference), "is-noise")
    on_bridge = not line.indicator.on_request and line.estimate.variant == line.indicator.default_variant
    alone = on_bridge and movement in ("up", "down") and (line.difference.p_value or 0.0) > CERTAIN
    return {"change_css": css, "change_icon": icon, "judged_alone": alone}


def readable_steps(asked: Asked) -> list[tuple[str, Text]]:
    """The steps that give few enough points."""
    window = asked.state.window
    return [one for one in STEP_NAMES.items() if len(split(window, STEPS[one[0]])) <= MOST_PERIODS]


def finding_of(asked: Asked) -> str:
    """The sentence before the chart."""
    line = headline(asked).line
    if line is None:
        return ""
    return sentences.of_change(title_of(asked), line.estimate, line.difference)


def drawn_at_once(what: What, asked: Asked) -> dict[str, Any] | None:
    """A chart whose picture is already kept, or what asks for it; None when there is nothing to draw."""
    charts = [chart_of(what, asked, "wide"), chart_of(what, asked, "narrow")]
    known = [chart for chart in charts if chart is not None]
    if not known:
        return None
    pictures = [renderer().cached(chart) for chart in known]
    return {
        "what": what,
        "title": known[0].title,
        "summary": known[0].summary,
        "pictures": pictures if all(pictures) else [],
        "url": reverse("indicator_chart", args=[asked.indicator.name, what]) + asked.query(),
        "file": reverse("indicator_chart_file", args=[asked.indicator.name, what]) + asked.query(),
        "export": f"indicateur/{asked.indicator.name}/{what}",
    }


@allowed(Right.SEE)
@require_safe
def chart(request: HttpRequest, name: str, what: str) -> HttpResponse:
    """The pictures of a chart, wide and narrow, for the page that waits for them."""
    asked = asked_or_none(request, name)
    charts = _charts(asked, what)
    try:
        pictures = [renderer().render(one) for one in charts]
    except ChartNotDrawn as error:
        return render(request, "core/parts/error_card.html", {"error": error, "retry": ""})
    return render(request, "dashboards/indicator/parts/pictures.html", {"pictures": pictures})


@allowed(Right.SEE)
@require_safe
def chart_file(request: HttpRequest, name: str, what: str) -> HttpResponse:
    """The wide picture as an image, for pages without JavaScript."""
    charts = _charts(asked_or_none(request, name), what)
    shown = charts[0].painted(cast("Palette", person(request).palette))
    return HttpResponse(renderer().svg(shown), content_type="image/svg+xml")


def _charts(asked: Asked | None, what: str) -> list[Chart]:
    if asked is None or what not in WHATS:
        raise Http404
    found = [chart_of(what, asked, "wide"), chart_of(what, asked, "narrow")]
    charts = [one for one in found if one is not None]
    if not charts:
        raise Http404
    return charts


@allowed(Right.SEE)
@require_safe
def by_dimension(request: HttpRequest, name: str) -> HttpResponse:
    """The breakdown: a page, or the part of the indicator's page that comes after."""
    asked = asked_or_none(request, name)
    if asked is None:
        return unknown(request, name)
    top = headline(asked)
    context = {
        **common(request, asked),
        "line": top.line,
        "top": top,
        "table": breakdown(asked) if top.line and asked.by else None,
        "export": f"indicateur/{asked.indicator.name}/ventilation/{asked.by}",
    }
    return render(request, "dashboards/indicator/breakdown.html", context)


@allowed(Right.SEE)
@require_safe
def reasons(request: HttpRequest, name: str) -> HttpResponse:
    """Why it moved: a page, or the part of the indicator's page that comes after."""
    asked = asked_or_none(request, name)
    if asked is None:
        return unknown(request, name)
    top = headline(asked)
    context = {**common(request, asked), "line": top.line, "top": top, "why": explanations(asked)}
    return render(request, "dashboards/indicator/why.html", context)
