"""Small marks: well-formed, named by a sentence, without style, whatever the figures and the words."""

from xml.etree import ElementTree as ET

import pytest
from drawn_figures import course, nps, regions
from hypothesis import given, settings
from hypothesis import strategies as st

from timonier.indicators.estimate import Estimate
from timonier.text import language
from timonier.web.charts import marks


def parsed(svg: str) -> ET.Element:
    root = ET.fromstring(svg)  # noqa: S314 -- written by the code under test
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"]
    assert not any("style" in element.attrib for element in root.iter())
    return root


def classes(root: ET.Element) -> list[str]:
    return [element.attrib["class"] for element in root]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 100)), max_size=24))
def test_a_sparkline_has_a_line_for_each_run_and_no_number_that_is_none(values: list[int | None]) -> None:
    root = parsed(marks.sparkline("NPS", course(values)))
    runs = "".join("." if value is None else "x" for value in values).split(".")
    assert classes(root).count("mark-line") == sum(len(run) > 1 for run in runs)
    assert all("nan" not in element.attrib.get("d", "") for element in root)
    if not any(runs):
        assert classes(root) == ["mark-none"]


def test_the_last_point_is_hollow_and_joined_by_dashes_while_it_runs() -> None:
    assert classes(parsed(marks.sparkline("NPS", course([10, 20, 30], running=True))))[1:] == [
        "mark-line",
        "mark-dashed",
        "mark-hollow",
    ]
    assert "mark-hollow" not in classes(parsed(marks.sparkline("NPS", course([10, 20, 30]))))


def test_a_higher_value_stands_higher_and_the_band_holds_the_line() -> None:
    root = parsed(marks.sparkline("NPS", course([10, 90])))
    line = next(element for element in root if element.attrib["class"] == "mark-line").attrib["d"]
    first, last = (float(place.split()[1]) for place in line[1:].split("L"))
    assert last < first
    band = next(element for element in root if element.attrib["class"] == "mark-band").attrib["d"]
    heights = [float(place.split()[1]) for place in band[1:-1].split("L")]
    assert min(heights) < last
    assert max(heights) > first


def test_an_interval_bar_says_value_interval_n_and_target() -> None:
    language.set("fr")
    figures = regions({"Bretagne": 200, "Corse": 2})
    scale = marks.scale_of(figures, 50.0)
    root = parsed(marks.interval_bar("Bretagne", figures[0], scale, target=50.0))
    assert classes(root) == ["mark-track", "mark-whisker", "mark-point", "mark-target"]
    assert root.attrib["aria-label"].endswith("n\u00a0=\u00a0200, objectif +50,0")
    hidden = parsed(marks.interval_bar("Corse", figures[1], scale))
    assert classes(hidden) == ["mark-track"]
    assert "masqué" in hidden.attrib["aria-label"]


def test_the_three_parts_of_a_stacked_bar_fill_it_in_order() -> None:
    root = parsed(marks.stacked_bar("NPS", nps(10, 20, 70), width=100))
    assert classes(root) == ["mark-bad", "mark-neutral", "mark-good"]
    assert [float(part.attrib["width"]) for part in root] == [10, 20, 70]
    assert root.attrib["aria-label"] == "NPS: 10% detractors, 20% passives, 70% promoters (n = 100)."
    assert classes(parsed(marks.stacked_bar("NPS", nps(0, 0, 0)))) == ["mark-none"]


@pytest.mark.parametrize("name", ['"><script>alert(1)</script>', "a\x00b", "\ud800", "&lt;", "' onload='x"])
def test_a_name_is_only_ever_text(name: str) -> None:
    for svg in (
        marks.sparkline(name, course([1, 2])),
        marks.interval_bar(name, nps(1, 1, 1), marks.Scale(0, 1)),
        marks.stacked_bar(name, nps(1, 1, 1)),
    ):
        root = parsed(svg)
        assert svg.encode()
        assert "<script" not in svg
        assert set(root.attrib) == {"class", "role", "aria-label", "width", "height", "viewBox"}


def test_an_interval_of_which_one_end_is_not_known_goes_to_the_edge() -> None:
    open_ended = Estimate("step_time", 78.8, 71.0, None, 40, unit="days")
    root = parsed(marks.interval_bar("Temps", open_ended, marks.scale_of([open_ended]), width=160))
    whisker = next(one for one in root if one.attrib["class"] == "mark-whisker")
    assert whisker.attrib["d"].endswith("H160.0")
    bare = Estimate("step_time", 78.8, None, None, 40, unit="days")
    unknown = parsed(marks.interval_bar("Temps", bare, marks.scale_of([open_ended])))
    point = next(one for one in unknown if "cx" in one.attrib)
    line = next(one for one in unknown if one.attrib["class"] == "mark-whisker")
    assert line.attrib["d"] == f"M{point.attrib['cx']} 10H{point.attrib['cx']}"
