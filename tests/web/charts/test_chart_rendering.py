"""Pictures: glyphs are there, words are ours, the cache is whole and bounded, a stuck renderer stops nothing."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from drawn_figures import course, regions

from timonier.text import language
from timonier.web.charts import drawer as drawing_process
from timonier.web.charts import tokens
from timonier.web.charts.breakdown import breakdown
from timonier.web.charts.chart import FONT, Chart
from timonier.web.charts.drawing import MAXIMUM_SPEC, ChartNotDrawn, Drawer
from timonier.web.charts.kept import Kept
from timonier.web.charts.render import Renderer, key_of
from timonier.web.charts.trend import Note, trend

NAUGHTY = ["</text><script>alert(1)</script>", "a\x00b", "\ud800", "&amp;", '"]; alert(1); //', "مرحبا \u202eabc"]


@pytest.fixture(scope="module")
def drawer() -> Iterator[Drawer]:
    made = Drawer()
    yield made
    made.close()


@pytest.fixture
def renderer(tmp_path: Path, drawer: Drawer) -> Renderer:
    return Renderer(tmp_path / "cache" / "charts", drawer=drawer)


def french() -> Chart:
    before = language.set("fr")
    try:
        return trend("NPS", course([10, 20, None, 40], running=True), notes=[Note(date(2026, 1, 20), "Livraison")])
    finally:
        language.reset(before)


def read(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 -- written by the code under test


def words_only(font: str) -> dict[str, object]:
    mark = {"type": "text", "fontSize": 30, "font": font}
    text = {"value": "Éléphant ≥ 2\u202f140 → ▲"}
    return {
        "$schema": french().spec["$schema"],
        "width": 300,
        "height": 60,
        "data": {"values": [{}]},
        "layer": [{"mark": mark, "encoding": {"text": text}}],
        "config": {"view": {"stroke": None}},
    }


def test_glyphs_are_drawn_with_our_font_and_none_with_a_font_that_is_not_there(drawer: Drawer) -> None:
    """A font that is not installed drops every text in silence: the control shows that the test would see it."""
    empty = drawer.draw(Chart(words_only("No such font anywhere"), "t", "s"), "png")
    ours = drawer.draw(Chart(words_only(FONT), "t", "s"), "png")
    assert len(ours) > len(empty) + 1000


def test_a_page_gets_one_named_picture_with_our_words_and_colours(renderer: Renderer) -> None:
    chart = french()
    svg = renderer.render(chart)
    root = read(svg)
    ids = root.attrib["aria-labelledby"].split()
    named = {element.attrib["id"]: element.text for element in root.iter() if "id" in element.attrib}
    assert root.attrib["role"] == "img"
    assert [named[one] for one in ids] == [chart.title, chart.summary]
    assert "janv.\u00a02026" in svg
    assert "+40,0" in svg
    assert "axis for" not in svg
    assert not any("style" in element.attrib for element in root.iter()), "a strict CSP refuses styles"
    assert not [one for one in root.iter() if one is not root and {"role", "aria-label"} & set(one.attrib)]
    assert f'fill="var(--chart-paper, {tokens.PAPER})"' in svg
    tips = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}title")]
    assert any(re.match("janv.\u00a02026\u00a0: \\+10,0", tip) for tip in tips)


def test_every_colour_of_a_chart_is_a_token(renderer: Renderer) -> None:
    for chart in (french(), breakdown("NPS", regions({"Bretagne": 200, "Sud": 12}))):
        painted = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]+|[a-z]+)"', renderer.svg(chart)))
        assert painted - {"none"} <= set(tokens.VARIABLES)


def test_a_file_keeps_fixed_colours_for_programs_without_variables(renderer: Renderer) -> None:
    svg = renderer.svg(french())
    assert "var(" not in svg
    assert tokens.LINE in svg
    assert renderer.png(french()).startswith(b"\x89PNG")


def test_names_and_notes_are_only_ever_text(renderer: Renderer) -> None:
    sizes = regions(dict.fromkeys("abcdef", 90))
    segments = [replace(one, by=(("region", name),)) for one, name in zip(sizes, NAUGHTY, strict=True)]
    notes = [Note(date(2026, 2, 1 + place), name) for place, name in enumerate(NAUGHTY)]
    for chart in (breakdown(NAUGHTY[0], segments), trend(NAUGHTY[1], course([10, 20, 30]), notes=notes)):
        svg = renderer.render(chart)
        written = "".join(read(svg).itertext())
        assert not [element for element in read(svg).iter() if element.tag.endswith("script")]
        assert "<script>alert(1)</script>" in written
        assert "a\ufffdb" in written
        assert "&amp;" in written


def test_nothing_is_cached_before_it_is_drawn_and_then_nothing_is_drawn(tmp_path: Path, drawer: Drawer) -> None:
    folder = tmp_path / "charts"
    chart = french()
    assert Renderer(folder, drawer=drawer).cached(chart) is None
    drawn = Renderer(folder, drawer=drawer).render(chart)
    idle = Drawer(seconds=0)
    assert Renderer(folder, drawer=idle).cached(chart) == drawn
    assert Renderer(folder, drawer=idle).render(chart) == drawn
    assert Renderer(folder, drawer=idle).cached(replace(chart, lang="en")) is None


@pytest.mark.parametrize("damage", [b"", b"<svg", b"\x00" * 500])
def test_a_picture_cut_by_a_crash_is_drawn_again(tmp_path: Path, drawer: Drawer, damage: bytes) -> None:
    renderer, chart = Renderer(tmp_path, drawer=drawer), french()
    whole = renderer.svg(chart)
    (tmp_path / f"{key_of(chart)}.svg").write_bytes(damage)
    assert renderer.cached(chart) is None
    assert renderer.svg(chart) == whole
    assert renderer.cached(chart) is not None


def test_a_disk_that_refuses_costs_a_drawing_and_no_error(tmp_path: Path, drawer: Drawer) -> None:
    (tmp_path / "file").write_text("not a folder")
    renderer = Renderer(tmp_path / "file" / "charts", drawer=drawer)
    assert renderer.render(french())
    assert renderer.cached(french()) is None


def test_the_least_used_pictures_go_first_when_there_are_too_many(tmp_path: Path) -> None:
    kept = Kept(tmp_path, limit=10_000)
    for number in range(9):
        kept.put(f"{number}", "svg", b"<svg" + b"x" * 986 + b"</svg>")
        os.utime(tmp_path / f"{number}.svg", (number, number))
    assert kept.get("0", "svg") is not None, "just used: it is now the youngest"
    for number in range(9, 12):
        kept.put(f"{number}", "svg", b"<svg" + b"x" * 986 + b"</svg>")
    kept.trim()
    names = {path.stem for path in tmp_path.iterdir()}
    assert {"0", "9", "10", "11"} <= names
    assert not {"1", "2"} & names
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 10_000


def test_threads_that_write_and_read_the_same_picture_see_it_whole(tmp_path: Path) -> None:
    content = b"<svg" + b"x" * 200_000 + b"</svg>"
    kept, stop = [Kept(tmp_path, limit=10_000_000) for _ in range(4)], threading.Event()

    def write(one: Kept) -> None:
        while not stop.is_set():
            one.put("k", "svg", content)

    def read(one: Kept) -> int:
        return sum(one.get("k", "svg") == content for _ in range(100))

    kept[0].put("k", "svg", content)
    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, one) for one in kept[:2]]
        readers = [pool.submit(read, one) for one in kept[2:]]
        found = [reader.result() for reader in readers]
        stop.set()
        for writer in writers:
            writer.result()
    assert found == [100, 100]
    assert [path.name for path in tmp_path.iterdir()] == ["k.svg"], "nothing half written is left"


def test_threads_share_one_process(drawer: Drawer) -> None:
    charts = [trend("NPS", course([place, 20, 30])) for place in range(6)]
    with ThreadPoolExecutor(3) as pool:
        drawn = list(pool.map(lambda chart: drawer.draw(chart, "svg"), charts))
    assert len(set(drawn)) == 6


def test_the_renderer_stays_out_of_this_process(drawer: Drawer) -> None:
    drawer.draw(french(), "svg")
    assert "vl_convert" not in sys.modules


def test_a_process_that_was_killed_is_started_again() -> None:
    drawer = Drawer()
    try:
        first = drawer.draw(french(), "svg")
        assert drawer._process is not None
        drawer._process.kill()
        drawer._process.wait()
        assert drawer.draw(french(), "svg") == first
    finally:
        drawer.close()


def test_what_takes_too_long_is_stopped() -> None:
    drawer = Drawer(seconds=0.01)
    started = time.monotonic()
    with pytest.raises(ChartNotDrawn, match=r"more than 0\.01 seconds"):
        drawer.draw(french(), "svg")
    assert time.monotonic() - started < 2
    assert drawer._process is None


def test_a_process_that_reads_nothing_is_stopped_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The request is larger than a pipe: writing it would wait for ever."""
    drawer = Drawer(seconds=0.3)
    asleep = subprocess.Popen(["sleep", "30"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    monkeypatch.setattr(drawer, "_process", asleep)
    large = {**french().spec, "usermeta": {"x": "x" * 200_000}}
    with pytest.raises(ChartNotDrawn, match="more than"):
        drawer.draw(Chart(large, "NPS", ""), "svg")
    assert asleep.poll() is not None


def test_too_much_to_draw_is_refused_at_once_and_a_broken_spec_says_why(drawer: Drawer) -> None:
    large = {**french().spec, "usermeta": {"x": "x" * MAXIMUM_SPEC}}
    with pytest.raises(ChartNotDrawn, match="too much to draw"):
        Drawer(seconds=0).draw(Chart(large, "NPS", ""), "svg")
    with pytest.raises(ChartNotDrawn, match="could not be drawn"):
        drawer.draw(Chart({"mark": 5}, "NPS", ""), "svg")
    assert drawer.draw(french(), "svg"), "the process is still there"


def test_a_spec_reads_no_url(drawer: Drawer) -> None:
    spec = {**french().spec, "layer": [{"data": {"url": "file:///etc/hostname"}, "mark": "point"}]}
    with pytest.raises(ChartNotDrawn, match="could not be drawn"):
        drawer.draw(Chart(spec, "NPS", ""), "svg")


def test_the_process_ends_when_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    monkeypatch.setattr(drawing_process, "IDLE_SECONDS", 0.05)
    with os.fdopen(reader) as lines, os.fdopen(writer, "w"):
        monkeypatch.setattr(sys, "stdin", lines)
        drawing_process.serve()
