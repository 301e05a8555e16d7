"""A filter on kept segments is read from sums kept by day, and gives what the facts give."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from timonier.indicators.estimate import Period
from timonier.scorecard.contrast import against_rest
from timonier.scorecard.membership import Within
from timonier.scorecard.request import Request
from timonier.scorecard.score import Desk, Line, score

WINDOW = Period(date(2025, 3, 4), date(2026, 2, 17))
MONTHS = Period(date(2025, 3, 1), date(2026, 3, 1))
FILTERS = {
    "one region": (Within("region", ("Bretagne",)),),
    "two regions": (Within("region", ("Bretagne", "Normandie")),),
    "a customer's delegation": (Within("delegation", ("Grand Ouest",)),),
    "a survey and a segment": (Within("survey", ("relation",)), Within("segment", ("particulier", "pme"))),
    "nobody": (Within("region", ("Atlantide",)),),
}


def told(lines: tuple[Line, ...]) -> list[Any]:
    return [(line.indicator.name, line.estimate, line.reference, line.trend) for line in lines]


@pytest.mark.parametrize("within", [FILTERS["a customer's delegation"], FILTERS["a survey and a segment"]])
def test_every_indicator_is_the_same_from_sums_as_from_facts(desk: Desk, within: tuple[Within, ...]) -> None:
    asked = Request(window=WINDOW, within=within, compare="none", trend=False)
    kept, counted = score(desk, asked), score(desk, replace(asked, rollups=False))
    assert told(kept.lines) == told(counted.lines)
    assert {line.origin for line in counted.lines} <= {"facts"}


@pytest.mark.parametrize("within", FILTERS.values(), ids=FILTERS)
def test_every_filter_is_the_same_from_sums_as_from_facts(desk: Desk, within: tuple[Within, ...]) -> None:
    asked = Request(("nps", "csat", "complaints"), window=WINDOW, within=within, compare="none", trend=False)
    assert told(score(desk, asked).lines) == told(score(desk, replace(asked, rollups=False)).lines)


@pytest.mark.parametrize("name", ["nps", "response_rate", "fcr", "conversion", "average_basket"])
def test_references_and_months_are_the_same_too(desk: Desk, name: str) -> None:
    asked = Request((name,), window=MONTHS, within=FILTERS["one region"], compare="last-year")
    kept, counted = score(desk, asked), score(desk, replace(asked, rollups=False))
    assert told(kept.lines) == told(counted.lines)
    assert any(line.trend for line in kept.lines)


@pytest.mark.parametrize(("name", "filtered"), [("nps", "one region"), ("fcr", "two regions")])
def test_sums_are_what_is_read(desk: Desk, name: str, filtered: str) -> None:
    card = score(desk, Request((name,), window=WINDOW, within=FILTERS[filtered]))
    assert {line.origin for line in card.lines} == {"rollup"}


def test_customers_of_two_segments_are_not_added_up(desk: Desk) -> None:
    """A basket's interval counts customers, who may be in both: only the facts tell."""
    for filtered, origin in (("two regions", "facts"), ("one region", "rollup")):
        asked = Request(("average_basket",), window=MONTHS, every="month", within=FILTERS[filtered])
        assert {line.origin for line in score(desk, asked).lines} == {origin}


def test_a_breakdown_within_a_filter_compares_the_same(desk: Desk) -> None:
    asked = Request(("nps",), window=WINDOW, by=("segment",), within=FILTERS["a survey and a segment"][:1])
    found = []
    for request in (asked, replace(asked, rollups=False)):
        card = score(desk, request)
        published = [line.estimate for line in card.lines]
        found.append(against_rest(desk, desk.catalogue["nps"], card.request, published))
    assert found[0] == found[1]
