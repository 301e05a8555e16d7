"""Words and lines can be told from what is behind them (WCAG 2.2, 1.4.3 and 1.4.11); the page knows every colour."""

import re
from pathlib import Path

import pytest

from timonier.web.charts import tokens

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
