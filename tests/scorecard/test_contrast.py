"""Each segment against the others: the same as asking for the others by a filter, corrected for their number."""

from dataclasses import replace
from datetime import date

import pytest

from timonier.indicators.compare import compare_estimates
from timonier.indicators.estimate import Period
from timonier.scorecard.contrast import against_rest
from timonier.scorecard.publish import people
from timonier.scorecard.request import Request
from timonier.scorecard.score import Desk, score

LONG = Period(date(2024, 7, 1), date(2026, 7, 1))


@pytest.mark.parametrize("name", ["csat", "churn", "average_basket", "fcr", "complaints"])
def test_the_rest_is_what_a_filter_gives(desk: Desk, name: str) -> None:
    by = "segment"
    request = Request(indicators=(name,), by=(by,), window=LONG, compare="none", trend=False)
    card = score(desk, request)
    published = [line.estimate for line in card.lines]
    found = against_rest(desk, desk.catalogue[name], card.request, published)
    compared = 0
    for one in published:
        value, contrast = one.segment[by], found[one.by]
        if contrast.difference is None:
            continue
        others = replace(request, by=(), where=f"{by} <> '{value}'")
        rest = score(desk, others).lines[0].estimate
        expected = compare_estimates(one, rest)
        assert contrast.difference.value == pytest.approx(expected.value)
        if rest.detail.get("clusters") is None:
            assert contrast.difference.p_value == pytest.approx(expected.p_value)
        compared += 1
    assert compared


def test_only_segments_of_thirty_are_compared_and_p_values_only_grow(desk: Desk) -> None:
    request = Request(indicators=("csat",), by=("region",), window=LONG, compare="none", trend=False)
    card = score(desk, request)
    published = [line.estimate for line in card.lines]
    found = against_rest(desk, desk.catalogue["csat"], card.request, published)
    assert set(found) == {one.by for one in published}
    for one in published:
        contrast = found[one.by]
        if one.value is None or people(one) < 30:
            assert contrast.p_adjusted is None
            assert not contrast.significant
        elif contrast.difference is not None and contrast.difference.p_value is not None:
            assert contrast.p_adjusted is not None
            assert contrast.p_adjusted >= contrast.difference.p_value
