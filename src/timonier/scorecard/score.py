"""The scorecard: chosen indicators over chosen facts, each with its interval, its change and whether it is noise."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

import narwhals as nw

from timonier.errors import UsageError
from timonier.indicators.catalogue import find
from timonier.indicators.compare import Difference, compare_estimates
from timonier.indicators.definition import Indicator, Query
from timonier.indicators.engine import finish_all, gather, pick_variant
from timonier.indicators.estimate import Estimate, Period
from timonier.indicators.periods import Every, previous, split, year_before
from timonier.indicators.sums import Stats, Sums
from timonier.scorecard.codes import dimension_name, tables_named
from timonier.scorecard.conditions import condition
from timonier.scorecard.gathered import Gathered, question_of
from timonier.scorecard.memory import Memory
from timonier.scorecard.publish import publishable
from timonier.scorecard.request import Comparison, Request, last_period
from timonier.scorecard.rhythm import known_until
from timonier.scorecard.rollups import Rollups
from timonier.scorecard.sources import (
    OF_THE_OUTCOME,
    FactSource,
    LakeSource,
    answerable,
    can_carry,
    frames_for,
    frames_to_keep,
    last_day,
    require_dimension,
)
from timonier.text import Text

type Segment = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a scorecard, what it is compared with, and its course over the window."""

    indicator: Indicator
    estimate: Estimate
    reference: Estimate | None = None
    difference: Difference | None = None
    trend: tuple[Estimate, ...] = ()
    origin: str = "facts"


@dataclass(frozen=True, slots=True)
class Skipped:
    """An indicator that could not be computed, and why."""

    indicator: Indicator
    reason: Text


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All the figures asked for, grouped by family in the order of the catalogue."""

    window: Period
    as_of: date
    lines: tuple[Line, ...]
    skipped: tuple[Skipped, ...] = ()
    minimum_n: int = 5
    currency: str = ""
    request: Request = field(default_factory=Request)
    pending: tuple[Indicator, ...] = ()
    """Those still to be computed, in a scorecard `seen` on the way."""


class Seen(Protocol):
    """Called on the way with what is known; `long` when the next indicator is counted from the facts."""

    def __call__(self, part: Scorecard, *, long: bool = False) -> None: ...


@dataclass(frozen=True)
class Desk:
    """What computing needs: the facts, the catalogue, the settings, and rollups where there are some."""

    source: FactSource
    catalogue: Mapping[str, Indicator]
    today: date
    currency: str = ""
    minimum_n: int = 5
    fiscal_year_start: int = 1
    alsace_moselle: bool = False
    rollups: Rollups | None = None
    zone: str = "UTC"
    memory: Memory[list[Line]] = field(default_factory=lambda: Memory(_figures_in), repr=False, compare=False)


def _figures_in(lines: list[Line]) -> int:
    return sum(2 + len(line.trend) for line in lines)


def score(desk: Desk, request: Request, *, seen: Seen | None = None) -> Scorecard:
    """Compute what `request` asks. Raises UsageError, UnknownName; what has no facts is `skipped`, with the reason.

    `seen` is shown the scorecard on the way, before each indicator, the quickest first; it may stop it by raising.
    """
    desk = steady(desk)
    for name in request.by:
        require_dimension(desk.source, name)
    if request.as_of is not None and request.as_of > desk.today:
        raise UsageError(
            Text(f"{request.as_of} is not yet known.", f"le {request.as_of} n’est pas encore connu."),
            hint=Text("Give today or a day before.", "Donnez aujourd’hui ou un jour passé."),
        )
    if request.method != "default" and not request.indicators:
        raise UsageError(
            Text("an interval method belongs to one indicator.", "une méthode d’intervalle vaut pour un indicateur."),
            hint=Text("Name the indicator too.", "Nommez aussi l’indicateur."),
        )
    if request.weighted:
        require_weights(desk)
    as_of = min(request.as_of or desk.today, last_day(desk.source) or desk.today)  # no fact, nothing known
    window = request.window or last_period("12m", as_of)
    settled = replace(request, window=window, as_of=as_of)
    asked = chosen(desk, settled)
    found: dict[int, list[Line] | Skipped] = {}
    told = repr(settled)

    def so_far() -> Scorecard:
        minimum = desk.minimum_n if request.minimum_n is None else request.minimum_n
        done = [found[place] for place in sorted(found)]
        lines = tuple(line for one in done if not isinstance(one, Skipped) for line in one)
        skipped = tuple(one for one in done if isinstance(one, Skipped))
        pending = tuple(one for place, one in enumerate(asked) if place not in found)
        return Scorecard(window, as_of, lines, skipped, minimum, desk.currency, settled, pending)

    slow = [seen is not None and _slow(desk, indicator, settled) for indicator in asked]
    for place in sorted(range(len(asked)), key=slow.__getitem__):
        if seen is not None:
            seen(so_far(), long=slow[place])
        reason = obstacle(desk, asked[place], settled)
        kept = None if reason else _remembered_lines(desk, asked[place], settled, told)
        found[place] = Skipped(asked[place], reason) if reason else kept or []
    return so_far()


def _slow(desk: Desk, indicator: Indicator, request: Request) -> bool:
    """Whether the indicator has to be counted from the facts, however many there are."""
    if desk.rollups is None or not request.rollups or request.where is not None or obstacle(desk, indicator, request):
        return True
    query = replace(asked_of(desk, indicator, request), window=request.window, every="all")
    variant = pick_variant(indicator, request.variants.get(indicator.name))
    return not desk.rollups.could_answer(indicator, variant, query, request.within)


def steady(desk: Desk) -> Desk:
    """The same desk over facts that a load under way does not change: a scorecard is of one moment."""
    if not isinstance(desk.source, LakeSource):
        return desk
    source = desk.source.pinned()
    return replace(desk, source=source, rollups=desk.rollups and desk.rollups.over(source))


def _remembered_lines(desk: Desk, indicator: Indicator, request: Request, told: str) -> list[Line]:
    """The lines of one indicator, those of the last time while its facts are the same; `told` is the request."""
    versions = _versions(desk, indicator, request)
    if versions is None or desk.rollups is None:
        return lines_of(desk, indicator, request)
    settings = (
        desk.rollups.workspace.root,
        desk.currency,
        desk.minimum_n,
        desk.fiscal_year_start,
        desk.alsace_moselle,
        desk.zone,
    )
    question = (indicator.name, told, settings, tuple(versions.items()))
    return desk.memory.answer(question, indicator, lambda: lines_of(desk, indicator, request))


def _versions(desk: Desk, indicator: Indicator, request: Request) -> dict[str, int] | None:
    """The versions of the tables that the indicator may read; None where answers are not to be kept."""
    if desk.rollups is None or not request.rollups or not isinstance(desk.source, LakeSource):
        return None
    tables = {"customers", *(need.table for need in indicator.needs)}
    return {name: desk.source.version(name) for name in sorted(tables)}


def chosen(desk: Desk, request: Request) -> list[Indicator]:
    """The indicators asked for by name, or all those that stand in a scorecard by themselves."""
    named = [find(name, dict(desk.catalogue)) for name in request.indicators]
    found = named or [indicator for indicator in desk.catalogue.values() if not indicator.on_request]
    asked = [(one, pick_variant(one, request.variants.get(one.name))) for one in found]
    return [one.counting(variant) if variant.needs else one for one, variant in asked]


def obstacle(desk: Desk, indicator: Indicator, request: Request) -> Text | None:
    """Why the indicator cannot be computed here, or None."""
    if not indicator.needs:
        return Text("computed in Python, against a control group", "se calcule en Python, contre un groupe témoin")
    if not answerable(indicator, desk.source):
        tables = tables_named([need.table for need in indicator.needs])
        return Text(f"no facts ({tables.en})", f"aucun fait ({tables.fr})")
    for name in carried_names(desk, request):
        if not can_carry(indicator, desk.source, name):
            told = dimension_name(name)
            late = any(need.table in OF_THE_OUTCOME for need in indicator.needs)
            if late and name in desk.source.tables["customers"].by_name:
                return Text(
                    f"{told.en.lower()} is known only of prospects who became customers",
                    f"{told.fr.lower()} : connu seulement des prospects devenus clients",
                )
            return Text(f"cannot be split by {told.en.lower()}", f"ne se ventile pas par {told.fr.lower()}")
    return None


def carried_names(desk: Desk, request: Request) -> tuple[str, ...]:
    """The columns that each unit must keep: breakdowns, and what the filter names."""
    columns = {column.name for table in desk.source.tables.values() for column in table.columns}
    filtered = request.filtered_by & (columns | {"channel"} | {one.name for one in request.within})
    return tuple(dict.fromkeys((*request.by, *sorted(filtered))))


def lines_of(desk: Desk, indicator: Indicator, request: Request) -> list[Line]:
    """The lines of one indicator: each period and segment, with its reference and trend."""
    request = kept_apart(desk, indicator, request)
    window = required(request.window)
    current, origin = estimates(desk, indicator, request, window, request.every)
    references = reference_estimates(desk, indicator, request, window)
    trends: dict[Segment, list[Estimate]] = {}
    if request.trend and request.every == "all" and window.days > 45:
        for estimate in estimates(desk, indicator, request, window, "month")[0]:
            trends.setdefault(estimate.by, []).append(estimate)
    lines = []
    for estimate in current:
        reference = references.get((estimate.by, estimate.period)) if references else None
        lines.append(
            Line(
                indicator,
                estimate,
                reference,
                compare_estimates(estimate, reference) if reference is not None else None,
                tuple(trends.get(estimate.by, ())) if trends else (),
                origin,
            )
        )
    return lines


def kept_apart(desk: Desk, indicator: Indicator, request: Request) -> Request:
    """The request, split by what is never pooled when the facts that its filter lets through hold several of it."""
    name = indicator.apart
    if name is None or name in request.by:
        return request
    if name not in desk.source.frame(indicator.needs[0].table).columns:
        return request
    several = len(values_of(desk, indicator, request, name)) > 1
    return replace(request, by=(name, *request.by)) if several else request


def values_of(desk: Desk, indicator: Indicator, request: Request, name: str) -> set[str | None]:
    """The values of a column among the units that count, whatever their day."""
    query = replace(asked_of(desk, indicator, request), weighted=False)
    if desk.rollups is not None and request.rollups and request.where is None:
        variant = pick_variant(indicator, request.variants.get(indicator.name))
        within = request.within if name in request.filtered_by else ()
        kept = desk.rollups.values(indicator, variant, query, name, within)
        if kept is not None:
            return kept
    # An answer and the one that it repeats are of one survey: looking for repeats would change nothing, and cost most.
    query = replace(query, params={**query.params, "repeats": "keep"})
    units = indicator.units(frames_for(indicator, desk.source, (name, *query.carry)), query)
    if name in request.filtered_by:  # what the filter leaves of it; else a survey empty here would vanish
        units = query.kept(units)
    found: set[str | None] = set()
    for frame in (units, units.filter(nw.col("cell") >= 0)):  # the first reads one column; one value settles it
        found = set(frame.select(name).unique().collect()[name].to_list())
        if len(found) <= 1:
            break
    return found


def required(window: Period | None) -> Period:
    """The window of a settled request."""
    if window is None:
        raise UsageError(Text("a period is needed.", "il faut une période."))
    return window


def shifted(period: Period, comparison: Comparison) -> Period:
    """The period that `period` is compared with."""
    return year_before(period) if comparison == "last-year" else previous(period)


def reference_estimates(
    desk: Desk, indicator: Indicator, request: Request, window: Period
) -> dict[tuple[Segment, Period | None], Estimate]:
    """For each current period, the estimate of the period that it is compared with."""
    if request.compare == "none":
        return {}
    found: dict[tuple[Segment, Period | None], Estimate] = {}
    pairs = [(now, shifted(now, request.compare)) for now in split(window, request.every, desk.fiscal_year_start)]
    span = Period(min(then.start for _, then in pairs), max(then.end for _, then in pairs))
    whole = {(one.start, one.end) for one in split(span, request.every, desk.fiscal_year_start)}
    if all((then.start, then.end) in whole for _, then in pairs):
        spans: list[tuple[Period, Every]] = [(span, request.every)]
    else:  # a cut month, a week one year ago…: no calendar period is what it is compared with
        spans = [(then, "all") for then in dict.fromkeys(then for _, then in pairs)]
    for asked, every in spans:
        for estimate in estimates(desk, indicator, request, asked, every)[0]:
            bounds = estimate.period and (estimate.period.start, estimate.period.end)
            for now, then in pairs:  # 28 and 29 February are both compared with the 28th
                if bounds == (then.start, then.end):
                    found[estimate.by, now] = estimate
    return found


def estimates(
    desk: Desk, indicator: Indicator, request: Request, window: Period, every: Every
) -> tuple[list[Estimate], str]:
    """The publishable estimates over a window, and whether they come from facts or rollups."""
    variant = request.variants.get(indicator.name, indicator.default_variant)
    picked = pick_variant(indicator, variant)
    query = replace(asked_of(desk, indicator, request), window=window, every=every)
    stats = None
    if desk.rollups is not None and request.rollups and request.where is None:
        stats = desk.rollups.stats(indicator, picked, query, request.within)
    origin = "facts" if stats is None else "rollup"
    if stats is None:
        stats = _from_facts(desk, indicator, variant, query, request)
    found = finish_all(indicator, variant, stats, query, currency=desk.currency)
    if query.weighted:
        found = [replace(one, detail={**one.detail, "weighted": True}) for one in found]
    minimum = desk.minimum_n if request.minimum_n is None else request.minimum_n
    return publishable(found, minimum), origin


def _from_facts(desk: Desk, indicator: Indicator, variant: str, query: Query, request: Request) -> Stats:
    def compute() -> Sums:
        frames = frames_to_keep(indicator, desk.source, query.carry)
        return gather(indicator, frames, query, pick_variant(indicator, variant))

    versions = _versions(desk, indicator, request)
    if versions is None or desk.rollups is None or query.weighted:  # weights are no whole numbers: they are not kept
        return compute()
    question = question_of(indicator, variant, query, request)
    return Gathered(desk.rollups.workspace.rollups / "answers").sums(question, indicator.name, versions, compute)


def asked_of(desk: Desk, indicator: Indicator, request: Request) -> Query:
    """What the request asks of one indicator, its parameters settled; the window is for the caller to set."""
    picked = pick_variant(indicator, request.variants.get(indicator.name))
    weighted = request.weighted and weighable(indicator)
    besides = (*picked.carry, *(["weight"] if weighted else []))
    params = {**indicator.defaults, **picked.params, **request.params.get(indicator.name, {})}
    params.update(workspace_params(desk, indicator, params))
    return Query(
        by=request.by,
        carry=tuple(dict.fromkeys((*carried_names(desk, request), *besides))),
        weighted=weighted,
        where=condition(desk.source, indicator, request.where, request.within, zone=desk.zone),
        params=params,
        as_of=request.as_of and known_until(desk.source, desk.rollups, indicator, request.as_of),
        confidence=request.confidence,
        method=request.method,
        fiscal_year_start=desk.fiscal_year_start,
        zone=desk.zone,
    )


def weighable(indicator: Indicator) -> bool:
    """Whether the indicator is made of answers, which may have a weight."""
    return indicator.family == "satisfaction" and any(need.table == "answers" for need in indicator.needs)


def require_weights(desk: Desk) -> None:
    """Raise UsageError when answers are to be weighed and none has a weight."""
    if desk.source.has("answers") and "weight" not in desk.source.frame("answers").columns:
        raise UsageError(
            Text("no answer has a weight.", "aucune réponse n’a de poids."),
            hint=Text(
                "Load answers.weight, or leave --weighted (or the setting `weighted`) out.",
                "Chargez answers.weight, ou retirez --weighted (ou le réglage « weighted »).",
            ),
        )


def workspace_params(desk: Desk, indicator: Indicator, params: Mapping[str, object]) -> dict[str, object]:
    """Parameters that the workspace settles when the indicator leaves them open."""
    settled: dict[str, object] = {}
    if "currency" in indicator.defaults and not params["currency"]:
        settled["currency"] = desk.currency
    if "alsace_moselle" in indicator.defaults and desk.alsace_moselle:
        settled["alsace_moselle"] = True
    return settled
