"""What a spec draws: every figure, nothing more; gaps stay gaps, and nothing is ranked that must not be."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from drawn_figures import course, nps, regions
from hypothesis import given, settings
from hypothesis import strategies as st

from timonier.text import language
from timonier.web.charts import tokens
from timonier.web.charts.breakdown import breakdown, ranked
from timonier.web.charts.chart import Chart
from timonier.web.charts.distribution import histogram, stacked
from timonier.web.charts.scales import axis_of
from timonier.web.charts.trend import Note, Target, pieces, points_of, trend


def layers(chart: Chart, kind: str) -> Iterator[dict[str, Any]]:
    def walk(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for one in spec.get("layer", []):
            yield from walk(one)
            if one.get("mark", {}).get("type") == kind:
                yield one

    return walk(chart.spec)


def rows(chart: Chart, kind: str) -> list[dict[str, Any]]:
    return [row for one in layers(chart, kind) for row in one["data"]["values"]]


def texts(chart: Chart) -> list[str]:
    return [row["text"] for row in rows(chart, "text") if "text" in row]


COURSES = st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=1, max_size=24)


@settings(max_examples=40, deadline=None)
@given(COURSES, st.booleans())
def test_every_value_is_a_point_and_no_line_crosses_a_gap(values: list[int | None], running: bool) -> None:
    months = course(values, running=running and values[-1] is not None)
    chart = trend("NPS", months)
    assert sorted(row["y"] for row in rows(chart, "point")) == sorted(one for one in values if one is not None)
    full, dashed = pieces(points_of(months))
    joined = len(full) // 2 + len(dashed) // 2
    neighbours = sum(one is not None and other is not None for one, other in pairwise(values))
    assert joined == neighbours
    json.dumps(chart.spec, allow_nan=False)


def test_the_running_month_is_hollow_and_its_line_dashed() -> None:
    chart = trend("NPS", course([10, 20, 30], running=True))
    hollow = [one for one in layers(chart, "point") if one["mark"]["fill"] == tokens.PAPER]
    assert [row["y"] for one in hollow for row in one["data"]["values"]] == [30]
    dashed = [one for one in layers(chart, "line") if "strokeDash" in one["mark"]]
    assert [[row["y"] for row in one["data"]["values"]] for one in dashed] == [[20, 30]]


def test_a_break_parts_the_line_and_an_event_does_not() -> None:
    months = course([10, 20, 30, 40])
    broken = points_of(months, [Note(date(2026, 3, 1), "Question changée", "break")])
    assert [point.run for point in broken] == [0, 0, 1, 1]
    told = points_of(months, [Note(date(2026, 3, 1), "Livraison en 24 h")])
    assert len({point.run for point in told}) == 1


def test_a_month_that_is_not_there_parts_the_line() -> None:
    months = course([10, 20, 30])
    assert len({point.run for point in points_of([months[0], months[2]])}) == 2


def test_target_notes_and_the_compared_course_are_drawn_with_their_words() -> None:
    language.set("fr")
    months, before = course([10, 20, None, 40]), course([5, 6, 7, 8])
    notes = [Note(date(2026, 2, 10), "Livraison <24 h"), Note(date(2030, 1, 1), "plus tard")]
    chart = trend("NPS", months, reference=before, target=Target(50.0), notes=notes)
    assert "Objectif +50,0" in texts(chart)
    assert "Livraison <24 h" in texts(chart)
    assert "plus tard" not in texts(chart), "it is outside the period"
    dotted = [one for one in layers(chart, "line") if one["mark"]["color"] == tokens.REFERENCE]
    assert [row["y"] for one in dotted for row in one["data"]["values"]] == [5, 6, 7, 8]


def test_the_band_is_the_interval_of_each_point_and_stands_alone_where_the_point_does() -> None:
    months = course([40, None, 50, 60])
    chart = trend("NPS", months)
    alone = [row for row in rows(chart, "rule") if "low" in row]
    joined = rows(chart, "area")
    assert [(row["low"], row["high"]) for row in alone] == [(months[0].low, months[0].high)]
    assert [(row["low"], row["high"]) for row in joined] == [(one.low, one.high) for one in months[2:]]


def test_nothing_to_draw_is_still_a_chart_that_says_so() -> None:
    assert "no figure" in trend("NPS", []).summary
    assert "no figure" in trend("NPS", course([None, None])).summary
    for chart in (trend("NPS", course([None, None])), breakdown("NPS", []), histogram("NPS", nps(0, 0, 0))):
        assert texts(chart) == ["No figure to draw."]
    assert stacked("NPS", []).spec["height"] > 0
    assert histogram("NPS", nps(0, 0, 0)).summary == "NPS: not computable."


def test_the_last_period_is_labelled_and_labels_do_not_crowd() -> None:
    for size, most in (("wide", 8), ("narrow", 4)):
        chart = trend("NPS", course(list(range(24))), size=size)  # type: ignore[arg-type]
        axes = [one["encoding"]["x"]["axis"] for one in layers(chart, "point")]
        assert all(len(axis["values"]) <= most for axis in axes)
        assert "Dec\\u00a02027" in axes[0]["labelExpr"]


SIZES = st.dictionaries(st.one_of(st.none(), st.text(max_size=4)), st.integers(0, 400), max_size=12)


@settings(max_examples=40, deadline=None)
@given(SIZES)
def test_only_segments_with_30_answers_are_ranked(sizes: dict[str | None, int]) -> None:
    found = regions(sizes)
    order = ranked(found)
    assert sorted(map(repr, [*order.firm, *order.others])) == sorted(map(repr, found))
    assert all(one.n >= 30 for one in order.firm)
    assert all(one.n < 30 for one in order.others)
    values = [one.value or 0 for one in order.firm]
    assert values == sorted(values, reverse=True)


def test_few_answers_are_grey_and_alphabetic_and_hidden_ones_say_why() -> None:
    chart = breakdown("NPS", regions({"Sud": 12, "Bretagne": 200, "Corse": 2, None: 25, "Alsace": 90}))
    names = [(row["row"], row["name"]) for row in rows(chart, "text") if "name" in row]
    assert [name for _, name in sorted(set(names))][2:] == ["Corse", "not stated", "Sud"]
    grey = [one for one in layers(chart, "point") if one["mark"]["color"] == tokens.FAINT]
    assert sorted(row["name"] for one in grey for row in one["data"]["values"]) == ["Sud", "not stated"]
    sides = {row["name"]: row["side"] for row in rows(chart, "text") if "side" in row}
    assert sides["Corse"] == "suppressed (n\u00a0<\u00a05)"
    assert sides["Bretagne"].endswith("n\u00a0=\u00a0200")
    assert "3 segments not ranked" in chart.summary


def test_classes_stand_in_one_order_with_grey_between_and_fill_the_bar() -> None:
    chart = stacked("NPS", regions({"Bretagne": 200, "Corse": 2, "Alsace": 90}))
    bars = list(layers(chart, "bar"))
    assert [one["mark"]["color"] for one in bars] == [tokens.BAD, tokens.NEUTRAL, tokens.GOOD]
    for place in (0, 2):
        parts = [row for one in bars for row in one["data"]["values"] if row["row"] == place]
        assert parts[0]["start"] == 0
        assert [one["end"] for one in parts[:-1]] == [one["start"] for one in parts[1:]]
        assert parts[-1]["end"] == pytest.approx(1)
    assert not [row for one in bars for row in one["data"]["values"] if row["row"] == 1]


def test_the_histogram_of_a_net_score_has_all_eleven_scores() -> None:
    chart = histogram("NPS", nps(10, 20, 70))
    bars = rows(chart, "bar")
    assert [row["score"] for row in bars] == list(range(11))
    assert {row["score"]: row["share"] for row in bars if row["share"]} == {3: 0.1, 8: 0.2, 10: 0.7}
    assert {row["fill"] for row in bars[:7]} == {tokens.BAD}
    other = replace(nps(0, 0, 9), detail={"distribution": {"1": 4, "5": 5}})
    assert [row["score"] for row in rows(histogram("CSAT", other), "bar")] == [1, 2, 3, 4, 5]


FINITE = st.floats(-1e9, 1e9, allow_nan=False)


@given(st.lists(FINITE, min_size=1, max_size=20))
def test_an_axis_covers_its_values_with_few_round_ticks(values: list[float]) -> None:
    axis = axis_of(values, "money", "EUR")
    low, high = axis.domain
    slack = 1e-6 * max(1.0, abs(low), abs(high))
    assert low - slack <= min(values)
    assert max(values) <= high + slack
    assert 2 <= len(axis.labels) <= 9
    assert len(set(axis.labels)) == len(axis.labels), "two ticks never read the same"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=10))
def test_no_tick_of_a_share_is_beyond_what_a_share_can_be(values: list[float]) -> None:
    axis = axis_of(values, "share")
    assert min(axis.values) >= -1e-9
    assert max(axis.values) <= 1 + 1e-9


def test_the_key_of_a_chart_follows_all_that_is_seen_and_read() -> None:
    chart = trend("NPS", course([10, 20]))
    same = trend("NPS", course([10, 20]))
    others = [
        trend("NPS", course([10, 21])),
        trend("CSAT", course([10, 20])),
        trend("NPS", course([10, 20]), target=Target(5.0)),
        trend("NPS", course([10, 20]), size="narrow"),
        replace(chart, lang="fr"),
        replace(chart, summary="x"),
    ]
    assert chart.key == same.key
    assert len({chart.key, *(one.key for one in others)}) == 1 + len(others)
