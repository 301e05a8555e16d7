"""Our colours can be read: every pair of tokens that meet on a page, light and dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path
from typing import Literal

import pytest

import timonier.web.core
from timonier.web.charts import tokens as chart_tokens

CSS = (Path(timonier.web.core.__file__).parent / "static/core/timonier.css").read_text("utf-8")
TOKEN = re.compile(r"(--[\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
type Look = Literal["light", "dark"]

GROUNDS = ["--paper", "--surface", "--inset"]
WORDS = ["--ink", "--ink-2", "--ink-3", "--accent", "--accent-strong", "--good", "--bad", "--warn"]
ON_GROUNDS = [(word, ground) for word in WORDS for ground in GROUNDS]
ON_TINTS = [
    *[(f"--{name}", f"--{name}-soft") for name in ("good", "bad", "warn", "accent")],
    *[(ink, f"--{name}-soft") for name in ("good", "bad", "warn", "accent") for ink in ("--ink", "--ink-2")],
    ("--accent-ink", "--accent"),
    ("--accent-ink", "--accent-strong"),
    ("--chart-on-good", "--chart-good"),
    ("--chart-on-bad", "--chart-bad"),
    ("--chart-on-neutral", "--chart-neutral"),
]
MARKS = [
    *[(mark, "--surface") for mark in ("--control", "--mark-neutral", *(f"--mark-{n}" for n in range(1, 7)))],
    ("--control", "--paper"),
    ("--chart-reference", "--surface"),
]


@pytest.fixture(autouse=True)
def in_company() -> None:
    """No page is drawn here."""


def block(selector: str) -> str:
    start = CSS.index(selector + " {")
    return CSS[start : CSS.index("\n}", start)]


def tokens(*selectors: str) -> dict[str, dict[Look, str]]:
    found = [match for selector in selectors for match in TOKEN.findall(block(selector))]
    return {name: {"light": light, "dark": dark} for name, light, dark in found}


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


ROOT = tokens(":root")
# bars are of the colour of words, unless a palette gives them one of their own
USUAL = {**ROOT, "--chart-good": ROOT["--good"], "--chart-bad": ROOT["--bad"]}
SAFE = tokens('[data-palette="safe"]')
PALETTES = {
    "usual": USUAL,
    "safe": {**USUAL, "--chart-good": SAFE["--good"], **SAFE},
    "more contrast": {**USUAL, **tokens("@media (prefers-contrast: more) {\n  :root")},
}


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize(("word", "ground"), ON_GROUNDS + ON_TINTS)
def test_words_can_be_read(word: str, ground: str, palette: str, look: Look) -> None:
    ours = PALETTES[palette]
    assert contrast(ours[word][look], ours[ground][look]) >= 4.5


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_marks_and_edges_of_controls_can_be_seen(mark: str, ground: str, look: Look) -> None:
    assert contrast(USUAL[mark][look], USUAL[ground][look]) >= 3.0


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("bar", ["--chart-good", "--chart-bad"])
def test_bars_of_every_palette_can_be_seen(bar: str, palette: str, look: Look) -> None:
    ours = PALETTES[palette]
    assert contrast(ours[bar][look], ours["--surface"][look]) >= 3.0


def test_better_and_worse_stand_on_the_root_where_the_test_thinks_they_do() -> None:
    assert "--chart-good: var(--good);" in block(":root")
    assert "--chart-bad: var(--bad);" in block(":root")


def test_pages_and_files_have_the_same_colours_for_colour_blind_readers() -> None:
    files = chart_tokens.PALETTES["safe"]
    assert files[chart_tokens.GOOD] == SAFE["--good"]["light"]
    assert files[chart_tokens.BAD] == SAFE["--chart-bad"]["light"]
    assert files[chart_tokens.ON_BAD] == SAFE["--chart-on-bad"]["light"]


def test_more_contrast_is_more() -> None:
    strong = PALETTES["more contrast"]
    assert all(contrast(strong["--ink-3"][look], strong["--surface"][look]) >= 7 for look in ("light", "dark"))


def test_the_measure_knows_what_cannot_be_read() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#2fb344", "#ffffff") == pytest.approx(2.74, abs=0.05)  # Tabler's own green, which fails
