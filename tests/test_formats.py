"""What people read: the right digits, the right spaces, and words where there is no figure."""

import math
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timonier import formats
from timonier.formats import MINUS, NBSP, THIN
from timonier.indicators.estimate import Estimate, State, Unit
from timonier.text import Lang, language


@pytest.mark.parametrize(
    ("value", "decimals", "fr", "en"),
    [
        (1234567.891, 2, f"1{THIN}234{THIN}567,89", "1,234,567.89"),
        (999, 0, "999", "999"),
        (-1000.5, 1, f"{MINUS}1{THIN}000,5", f"{MINUS}1,000.5"),
        (2.675, 2, "2,68", "2.68"),
        (-0.04, 1, "0,0", "0.0"),
        (1e21, 0, f"1{f'{THIN}000' * 7}", f"1{',000' * 7}"),
        (1e300, 2, f"1{f'{THIN}000' * 100},00", f"1{',000' * 100}.00"),
        (Decimal("10.10"), 2, "10,10", "10.10"),
    ],
)
def test_numbers(value: float | Decimal, decimals: int, fr: str, en: str) -> None:
    assert formats.number(value, decimals, "fr") == fr
    assert formats.number(value, decimals, "en") == en


def oracle(value: float, decimals: int) -> Fraction:
    """Halves away from zero, in whole arithmetic on the digits that `repr` shows."""
    scaled = abs(Fraction(repr(value))) * 10**decimals
    units = int(scaled) + (scaled - int(scaled) >= Fraction(1, 2))
    return Fraction(units if value >= 0 else -units, 10**decimals)


@given(st.floats(-1e12, 1e12), st.integers(0, 6), st.sampled_from(["fr", "en"]), st.booleans())
@settings(max_examples=500, derandomize=True, deadline=None)
def test_what_is_written_reads_back(value: float, decimals: int, lang: Lang, sign: bool) -> None:
    text = formats.number(value, decimals, lang, sign=sign)
    separator, comma = (THIN, ",") if lang == "fr" else (",", ".")
    digits = text.lstrip("+" + MINUS)
    whole, _, rest = digits.partition(comma)
    groups = whole.split(separator)
    assert all(len(group) == 3 for group in groups[1:])
    assert 1 <= len(groups[0]) <= 3
    assert len(rest) == decimals
    expected = oracle(value, decimals)
    found = Fraction(Decimal("".join(groups) + "." + (rest or "0")))
    assert (-found if text.startswith(MINUS) else found) == expected
    assert text.startswith("+") == (sign and expected > 0)


@given(st.integers(-(10**6), 10**6))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_a_share_is_rounded_once(ten_thousandths: int) -> None:
    value = ten_thousandths / 10_000
    expected = (Decimal(ten_thousandths) / 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert formats.share(value, "en") == f"{expected:,}%".replace("-0.0%", "0.0%").replace("-", MINUS)


@pytest.mark.parametrize(
    ("value", "unit", "fr", "en"),
    [
        (0.541, "share", f"54,1{NBSP}%", "54.1%"),
        (20, "points", "+20,0", "+20.0"),
        (-3.25, "points", f"{MINUS}3,3", f"{MINUS}3.3"),
        (0, "points", "0,0", "0.0"),
        (1234.5, "money", f"1{THIN}234,50{NBSP}€", "€1,234.50"),
        (-12345.6, "money", f"{MINUS}12{THIN}346{NBSP}€", f"{MINUS}€12,346"),
        (2.4, "days", f"2,4{NBSP}j", f"2.4{NBSP}d"),
        (3.2, "per_1000", f"3,2{NBSP}pour{NBSP}1{NBSP}000", f"3.2{NBSP}per{NBSP}1,000"),
        (12345, "count", f"12{THIN}345", "12,345"),
        (1.5, "count", "1,5", "1.5"),
        (4.213, "score", "4,21", "4.21"),
        (1.005, "ratio", "1,01", "1.01"),
    ],
)
def test_each_unit_has_its_form(value: float, unit: Unit, fr: str, en: str) -> None:
    figure = Estimate("x", value, unit=unit, currency="EUR")
    assert formats.estimate_value(figure, "fr") == fr
    assert formats.estimate_value(figure, "en") == en


def test_a_currency_without_a_symbol_is_named_by_its_code() -> None:
    assert formats.money(-5, "en", currency="CHF") == f"{MINUS}CHF{NBSP}5.00"
    assert formats.money(5, "fr", currency="CHF") == f"5,00{NBSP}CHF"
    assert formats.money(5, "en", currency="") == "5.00"


@pytest.mark.parametrize("unit", ["points", "share", "score", "money", "days", "count", "per_1000", "ratio"])
@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_what_cannot_be_computed_is_said_in_words(unit: Unit, value: float | None) -> None:
    assert formats.quantity(value, unit, "fr", currency="EUR") == "non calculable"
    assert formats.change(value, unit, "en", currency="EUR") == "not computable"


def test_a_suppressed_figure_shows_neither_value_nor_bounds() -> None:
    figure = Estimate("x", 12.0, 1.0, 20.0, state=State.SUPPRESSED, detail={"min_n": 5})
    assert formats.estimate_value(figure, "fr") == f"masqué (n{NBSP}<{NBSP}5)"
    assert formats.estimate_interval(figure, "fr") == ""
    assert formats.estimate_value(Estimate("x", None, state=State.SUPPRESSED), "en") == "suppressed"


def test_intervals() -> None:
    figure = Estimate("nps", 20, 9.4, 30.1, unit="points")
    assert formats.estimate_interval(figure, "fr") == f"[+9,4{NBSP}; +30,1]"
    assert formats.estimate_interval(figure, "en") == "[+9.4, +30.1]"
    assert formats.estimate_interval(Estimate("x", 2, 1, None, unit="days"), "en") == f"[1.0{NBSP}d, …]"
    assert formats.estimate_interval(Estimate("x", 2), "en") == ""
    assert formats.estimate_interval(Estimate("x", None, 0, 1), "en") == ""


def test_an_index_and_a_share_change_in_points() -> None:
    assert formats.change(0.032, "share", "fr") == f"+3,2{NBSP}pts"
    assert formats.change(-4, "points", "en") == f"{MINUS}4.0{NBSP}pts"
    assert formats.change(1.5, "money", "en", currency="EUR") == "+€1.50"


@pytest.mark.parametrize(
    ("step", "when", "fr", "en"),
    [
        ("day", date(2026, 11, 1), f"1er{NBSP}nov.{NBSP}2026", f"1{NBSP}Nov{NBSP}2026"),
        ("day", date(2026, 8, 21), f"21{NBSP}août{NBSP}2026", f"21{NBSP}Aug{NBSP}2026"),
        ("week", date(2027, 1, 1), "2026-S53", "2026-W53"),
        ("week", date(2026, 1, 5), "2026-S02", "2026-W02"),
        ("month", date(2026, 11, 1), f"nov.{NBSP}2026", f"Nov{NBSP}2026"),
        ("quarter", date(2026, 12, 31), f"T4{NBSP}2026", f"Q4{NBSP}2026"),
        ("quarter", date(2026, 1, 1), f"T1{NBSP}2026", f"Q1{NBSP}2026"),
        ("year", date(2026, 1, 1), "2026", "2026"),
    ],
)
def test_periods(step: formats.Step, when: date, fr: str, en: str) -> None:
    assert formats.period(when, step, "fr") == fr
    assert formats.period(when, step, "en") == en


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ([0, 1, 2, 3, 4], "▁▂▃▅▇"),
        ([4, None, 0], "▇·▁"),
        ([7, math.nan, 7], "▃·▃"),
        ([None, None], "··"),
        ([], ""),
    ],
)
def test_trend_marks_show_where_there_is_no_value(values: list[float | None], marks: str) -> None:
    assert formats.sparkline(values) == marks


def test_without_a_language_the_one_in_force_is_used() -> None:
    token = language.set("fr")
    try:
        assert formats.share(0.5) == f"50,0{NBSP}%"
    finally:
        language.reset(token)


@pytest.mark.parametrize(
    ("label", "french", "english"),
    [
        ("2025-Q3", "T3\u00a02025", "Q3\u00a02025"),
        ("2025/26-Q3", "T3\u00a02025/26", "Q3\u00a02025/26"),
        ("2025-S1", "S1\u00a02025", "H1\u00a02025"),
        ("2025-07", "juill.\u00a02025", "Jul\u00a02025"),
        ("2025-W30", "2025-S30", "2025-W30"),
        ("2025", "2025", "2025"),
        ("2025-13", "2025-13", "2025-13"),
        ("avant la campagne", "avant la campagne", "avant la campagne"),
    ],
)
def test_the_label_of_a_period_is_written_as_people_say_it(label: str, french: str, english: str) -> None:
    assert formats.period_name(label, "fr") == french
    assert formats.period_name(label, "en") == english


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.0133, "days", "19,2 min"),
        (0.35, "days", "8,4 h"),
        (0.0005, "days", "0,7 min"),
        (0.00001, "days", "0,014 min"),
        (2.44, "days", "2,4 j"),
        (0.0412, "ratio", "0,0412"),
        (0.493, "ratio", "0,49"),
        (0.052, "per_1000", "0,052 pour 1 000"),
        (0.0, "days", "0,0 j"),
    ],
)
def test_a_small_duration_or_ratio_is_not_written_as_nothing(value: float, unit: str, shown: str) -> None:
    assert formats.quantity(value, unit, "fr").replace(formats.NBSP, " ") == shown


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (1.08, 1.15, "1,12 j [1,08 j ; 1,15 j]"),
        (1.119, 1.123, "1,120 j [1,119 j ; 1,123 j]"),
        (0.7, 1.5, "1,1 j [0,7 j ; 1,5 j]"),
        (None, None, "1,1 j "),
    ],
)
def test_a_duration_is_as_precise_as_its_interval(low: float | None, high: float | None, shown: str) -> None:
    one = Estimate("x", 1.12, low, high, unit="days")
    text = f"{formats.estimate_value(one, 'fr')} {formats.estimate_interval(one, 'fr')}"
    assert text.replace(formats.NBSP, " ") == shown


def test_french_points_keep_the_singular_below_two() -> None:
    told = [formats.change(value, "points", "fr").replace(formats.NBSP, " ") for value in (0.0, 1.94, 1.96, -0.6, -2.0)]
    assert told == ["0,0 pt", "+1,9 pt", "+2,0 pts", "−0,6 pt", "−2,0 pts"]


@pytest.mark.parametrize(
    ("value", "low", "high", "shown", "unit"),
    [
        (0.0133, 0.0125, 0.0140, "19,2 min [18,0 min ; 20,2 min]", "min"),
        (0.95, 0.90, 1.02, "22,8 h [21,6 h ; 24,5 h]", "h"),
        (1.2, 0.8, 1.6, "1,2 j [0,8 j ; 1,6 j]", "j"),
    ],
)
def test_what_stands_beside_a_duration_is_in_its_unit(
    value: float, low: float, high: float, shown: str, unit: str
) -> None:
    one = Estimate("x", value, low, high, unit="days")
    text = f"{formats.estimate_value(one, 'fr')} {formats.estimate_interval(one, 'fr')}"
    assert text.replace(formats.NBSP, " ") == shown
    assert formats.change(-0.001, "days", "fr", beside=formats.grain_of(one)).endswith(f"{formats.NBSP}{unit}")
