"""Words and lines can be told from what is behind them (WCAG 2.2, 1.4.3 and 1.4.11); the page knows every colour."""

import re
from math import dist
from pathlib import Path

import pytest

from timonier.web.charts import tokens
from timonier.web.charts.chart import Chart
from timonier.web.charts.render import key_of

WEB = Path(tokens.__file__).parents[1]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_formula_knows_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_words_have_4_5() -> None:
    words = (tokens.INK, tokens.MUTED, tokens.LINE, tokens.TARGET)
    pairs = [(role, behind) for role in words for behind in (tokens.PAPER, tokens.BAND)]
    pairs += [(tokens.ON_GOOD, tokens.GOOD), (tokens.ON_NEUTRAL, tokens.NEUTRAL), (tokens.ON_BAD, tokens.BAD)]
    low = {(tokens.VARIABLES[one], tokens.VARIABLES[other]): contrast(one, other) for one, other in pairs}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}


def test_lines_and_bars_have_3_and_grey_is_told_from_red_and_green() -> None:
    roles = (tokens.LINE, tokens.REFERENCE, tokens.TARGET, tokens.FAINT, tokens.GOOD, tokens.BAD)
    pairs = [(role, tokens.PAPER) for role in roles]
    pairs += [(tokens.REFERENCE, tokens.BAND), (tokens.GOOD, tokens.NEUTRAL), (tokens.BAD, tokens.NEUTRAL)]
    low = {(tokens.VARIABLES[one], tokens.VARIABLES[other]): contrast(one, other) for one, other in pairs}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 3} == {}


# Machado, Oliveira and Fernandes 2009, severity 1: what is left of linear red, green and blue.
EYES = {
    "protanope": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranope": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
}
LAB = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE = (0.95047, 1.0, 1.08883)


def seen(colour: str, eye: str) -> tuple[float, float, float]:
    """CIE L*a*b* of what such an eye sees."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    left = [min(max(sum(a * b for a, b in zip(row, linear, strict=True)), 0), 1) for row in EYES[eye]]
    xyz = [sum(a * b for a, b in zip(row, left, strict=True)) / white for row, white in zip(LAB, WHITE, strict=True)]
    x, y, z = [part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in xyz]
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("eye", EYES)
def test_colour_blind_readers_part_better_from_worse_and_both_from_grey(eye: str) -> None:
    """CIE76 distances; the usual green and red, the control, are near one another for such eyes."""
    safe = tokens.PALETTES["safe"]
    good, bad, grey = (seen(colour, eye) for colour in (safe[tokens.GOOD], safe[tokens.BAD], tokens.NEUTRAL))
    usual = dist(seen(tokens.GOOD, eye), seen(tokens.BAD, eye))
    assert usual < 40
    assert dist(good, bad) > 2 * usual
    assert min(dist(good, grey), dist(bad, grey)) > 40


def test_words_and_bars_of_the_other_palette_can_be_read() -> None:
    safe = tokens.PALETTES["safe"]
    assert contrast(tokens.ON_GOOD, safe[tokens.GOOD]) >= 4.5
    assert contrast(safe[tokens.ON_BAD], safe[tokens.BAD]) >= 4.5
    assert min(contrast(safe[role], tokens.PAPER) for role in (tokens.GOOD, tokens.BAD)) >= 3
    assert not set(safe.values()) & set(tokens.VARIABLES), "a colour of its own: roles stay told apart"


def test_a_file_is_painted_in_its_palette_and_kept_apart() -> None:
    spec = {"layer": [{"mark": {"color": tokens.BAD}, "encoding": {"fill": {"range": [tokens.GOOD, tokens.LINE]}}}]}
    usual = Chart(spec, "NPS", "…", "fr")
    safe = usual.painted("safe")
    assert safe.spec == {
        "layer": [{"mark": {"color": "#dc7633"}, "encoding": {"fill": {"range": ["#0b5a8f", tokens.LINE]}}}]
    }
    assert usual.spec["layer"][0]["mark"]["color"] == tokens.BAD, "the one before is left alone"
    assert key_of(safe) != key_of(usual)
    assert usual.painted("usual") == usual


def test_the_style_sheet_has_every_variable_and_every_class() -> None:
    sheet = (WEB / "core" / "static" / "core" / "timonier.css").read_text("utf-8")
    assert [name for name in tokens.VARIABLES.values() if f"{name}:" not in sheet] == []
    drawn = set(re.findall(r"mark-[a-z]+", (WEB / "charts" / "marks.py").read_text("utf-8")))
    assert "mark-line" in drawn
    assert [name for name in sorted(drawn) if f".{name}" not in sheet] == []


def test_each_role_has_its_own_value() -> None:
    assert len(set(tokens.VARIABLES.values())) == len(tokens.VARIABLES)


def test_only_our_colours_become_variables() -> None:
    svg = f'<path fill="{tokens.LINE}" stroke="#123456"/><text>{tokens.LINE}</text>'
    assert (
        tokens.themed(svg)
        == f'<path fill="var(--chart-line, {tokens.LINE})" stroke="#123456"/><text>{tokens.LINE}</text>'
    )
