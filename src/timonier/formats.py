"""How numbers, dates and estimates are written for people, in French and in English: the one place.

French: decimal comma, narrow no-break space between thousands (U+202F), no-break space (U+00A0) before %, €,
j and ;. English: decimal point, comma between thousands. A negative number carries the real minus (U+2212).
What is missing is written in words, never as "nan" nor as 0. Rounding happens here only: halves away from
zero, on the decimal digits that the number shows (2.675 gives 2.68).
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Literal, Protocol

from timonier.text import Lang, Text, language, say

type Number = float | Decimal
type Step = Literal["day", "week", "month", "quarter", "year"]

NBSP, THIN, MINUS = "\u00a0", "\u202f", "\u2212"
NOT_COMPUTABLE = Text("not computable", "non calculable")
SUPPRESSED = Text("suppressed", "masqué")
BY_SUBTRACTION = Text("suppressed (by subtraction)", "masqué (par rapprochement)")
ENOUGH_DIGITS = Context(prec=400)  # any float, whole, with its decimals
MARKS = "▁▂▃▅▇"
GAP = "·"
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}
MONTHS = Text(
    "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "janv. févr. mars avr. mai juin juill. août sept. oct. nov. déc.",
)


class Figure(Protocol):
    """What an estimate shows; `timonier.indicators.estimate.Estimate` is one."""

    @property
    def value(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def unit(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def detail(self) -> Mapping[str, object]: ...


def number(value: Number | None, decimals: int = 0, lang: Lang | None = None, *, sign: bool = False) -> str:
    """`value` rounded to `decimals`; with `sign`, a "+" before what is above zero once rounded."""
    if value is None or not math.isfinite(value):
        return say(NOT_COMPUTABLE, lang)
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, ENOUGH_DIGITS)
    text = f"{rounded.copy_abs():,f}"
    if _is_french(lang):
        text = text.translate({ord(","): THIN, ord("."): ","})
    if rounded < 0:
        return MINUS + text
    return "+" + text if sign and rounded > 0 else text


def share(value: Number | None, lang: Lang | None = None, *, decimals: int = 1, sign: bool = False) -> str:
    """A share between 0 and 1 in per cent: "54,1 %", "54.1%"."""
    return _with_unit(number(_times(value, 100), decimals, lang, sign=sign), value, "%", "%", lang)


def points(value: Number | None, lang: Lang | None = None, *, decimals: int = 1) -> str:
    """An index from −100 to 100, always signed: "+20,0"."""
    return number(value, decimals, lang, sign=True)


def money(
    value: Number | None,
    lang: Lang | None = None,
    *,
    currency: str = "EUR",
    decimals: int = 2,
    sign: bool = False,
) -> str:
    """An amount in `currency` (its ISO code): "1 234,50 €", "€1,234.50", "CHF 1,234.50"."""
    text = number(value, decimals, lang, sign=sign)
    if not currency or value is None or not math.isfinite(value):
        return text
    symbol = SYMBOLS.get(currency, currency)
    if _is_french(lang):
        return f"{text}{NBSP}{symbol}"
    mark, digits = (text[0], text[1:]) if text[0] in f"+{MINUS}" else ("", text)
    return f"{mark}{symbol}{NBSP if symbol.isalpha() else ''}{digits}"


@dataclass(frozen=True, slots=True)
class Clock:
    """A unit of time: how many make a day, and its name."""

    a_day: int
    name: Text


MINUTES, HOURS, DAYS = Clock(1440, Text("min", "min")), Clock(24, Text("h", "h")), Clock(1, Text("d", "j"))


def clock_of(size: Number | None) -> Clock:
    """The unit in which a duration of `size` days is read: minutes under an hour, hours under a day."""
    if size is None or not size or abs(float(size)) >= 1:
        return DAYS
    return HOURS if abs(float(size)) >= 1 / 24 else MINUTES


def days(
    value: Number | None, lang: Lang | None = None, *, decimals: int = 1, sign: bool = False, clock: Clock = DAYS
) -> str:
    """A duration in days: "2,4 j", "2.4 d"; or, by another clock, in hours or minutes: "19,2 min"."""
    name = say(clock.name, lang)
    return _with_unit(number(_times(value, clock.a_day), decimals, lang, sign=sign), value, f"{NBSP}{name}", name, lang)


def per_1000(value: Number | None, lang: Lang | None = None, *, decimals: int = 1, sign: bool = False) -> str:
    """A frequency: "3,2 pour 1 000", "3.2 per 1,000"."""
    unit = number(1000, 0, lang).replace(THIN, NBSP)
    return _with_unit(
        number(value, decimals, lang, sign=sign), value, f"{NBSP}per{NBSP}{unit}", f"pour{NBSP}{unit}", lang
    )


def count(value: Number | None, lang: Lang | None = None, *, sign: bool = False) -> str:
    """Whole things: "12 345"; one decimal when the number is not whole (an average of counts)."""
    whole = value is None or not math.isfinite(value) or value == int(value)
    return number(value, 0 if whole else 1, lang, sign=sign)


SMALL: Mapping[str, int] = {"days": 1, "per_1000": 1, "ratio": 2}
"""Decimals of units whose figures may be small: two more below a tenth."""
MOST_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Grain:
    """How finely a figure is written, and what stands beside it: its decimals and, for a duration, its clock."""

    decimals: int
    clock: Clock = DAYS

    def bare(self, value: Number | None, *, sign: bool = False) -> str:
        """A number without its unit."""
        return number(_times(value, self.clock.a_day), self.decimals, sign=sign)


def grain_of(figure: Figure) -> Grain:
    """The grain of a figure."""
    return grain(figure.unit, figure.value, figure.low, figure.high)


def grain(unit: str, size: Number | None, low: Number | None = None, high: Number | None = None) -> Grain:
    """That of a figure of this unit and size; a duration has enough decimals to be told from its bounds."""
    clock = clock_of(size) if unit == "days" else DAYS
    usual = SMALL.get(unit, 2)
    shown = 0.0 if size is None else abs(float(size)) * clock.a_day
    least = usual + 2 if unit in SMALL and 0 < shown < 0.1 else usual
    half = 0.0 if low is None or high is None else (float(high) - float(low)) / 2 * clock.a_day
    if unit != "days" or not half > 0:
        return Grain(least, clock)
    return Grain(min(MOST_DECIMALS, max(least, math.ceil(-math.log10(half)))), clock)


def vague(low: Number | None, high: Number | None) -> bool:
    """Whether an amount known within these bounds is written without cents: they are ten apart or more."""
    return low is not None and high is not None and float(high) - float(low) >= 10


def quantity(
    value: Number | None,
    unit: str,
    lang: Lang | None = None,
    *,
    currency: str = "",
    sign: bool = False,
    whole: bool = False,
    beside: Grain | None = None,
) -> str:
    """`value` as its unit is written: points signed, shares in per cent, amounts from 10,000 on (or `whole`) whole.

    A small duration or ratio has more decimals; `beside`: the grain of the figure that it stands beside.
    """
    if unit == "money":
        cents = 0 if whole or (value is not None and abs(float(value)) >= 10_000) else 2
        return money(value, lang, currency=currency, decimals=cents, sign=sign)
    if unit == "points":
        return points(value, lang)
    fine = grain(unit, value) if beside is None else beside
    if unit in ("share", "count"):
        return (share if unit == "share" else count)(value, lang, sign=sign)
    if unit == "days":
        return days(value, lang, decimals=fine.decimals, sign=sign, clock=fine.clock)
    return (per_1000 if unit == "per_1000" else number)(value, lang=lang, decimals=fine.decimals, sign=sign)


def change(
    value: Number | None,
    unit: str,
    lang: Lang | None = None,
    *,
    currency: str = "",
    whole: bool = False,
    beside: Grain | None = None,
) -> str:
    """A difference, signed, with the grain of the figure that moved. An index or a share changes in points, never
    in per cent: "+3,2 pts".
    """
    if unit not in ("points", "share"):
        return quantity(value, unit, lang, currency=currency, sign=True, whole=whole, beside=beside)
    moved = _times(value, 100) if unit == "share" else value
    return _with_unit(points(moved, lang), value, f"{NBSP}pts", _points_name(moved), lang)


def _points_name(moved: Number | None) -> str:
    """French keeps the singular below two: «+1,9 pt», «+2,0 pts»."""
    return "pt" if moved is not None and round(abs(float(moved)), 1) < 2 else "pts"


def interval(
    low: Number | None, high: Number | None, write: Callable[[Number | None], str], lang: Lang | None = None
) -> str:
    """Bounds written by `write`: "[+9,4 ; +30,1]", "[+9.4, +30.1]"; "…" where no bound can be given."""
    bounds = ["…" if bound is None or not math.isfinite(bound) else write(bound) for bound in (low, high)]
    return "[" + (f"{NBSP}; " if _is_french(lang) else ", ").join(bounds) + "]"


def estimate_value(figure: Figure, lang: Lang | None = None) -> str:
    """The value in its unit, or in words why there is none.

    A suppressed figure says the threshold when it gives one in `detail["min_n"]`: "masqué (n < 5)".
    """
    if figure.state == "suppressed":
        if "by_subtraction" in figure.detail:
            return say(BY_SUBTRACTION, lang)
        minimum = figure.detail.get("min_n")
        return say(SUPPRESSED, lang) + (f" (n{NBSP}<{NBSP}{minimum})" if minimum is not None else "")
    whole, fine = vague(figure.low, figure.high), grain_of(figure)
    return quantity(figure.value, figure.unit, lang, currency=figure.currency, whole=whole, beside=fine)


def estimate_interval(figure: Figure, lang: Lang | None = None) -> str:
    """Its interval in the same unit; empty when there is no value or no bound at all."""
    if figure.state == "suppressed" or figure.value is None or (figure.low is None and figure.high is None):
        return ""
    whole, fine = vague(figure.low, figure.high), grain_of(figure)
    return interval(
        figure.low,
        figure.high,
        lambda bound: quantity(bound, figure.unit, lang, currency=figure.currency, whole=whole, beside=fine),
        lang,
    )


def day(when: date, lang: Lang | None = None) -> str:
    """ "1er nov. 2026", "1 Nov 2026"."""
    ordinal = "er" if when.day == 1 and _is_french(lang) else ""
    return f"{when.day}{ordinal}{NBSP}{month(when, lang)}"


def month(when: date, lang: Lang | None = None) -> str:
    """The month of `when`: "nov. 2026", "Nov 2026"."""
    return f"{say(MONTHS, lang).split()[when.month - 1]}{NBSP}{when.year}"


def week(when: date, lang: Lang | None = None) -> str:
    """The ISO week of `when`, by the year that it belongs to: "2026-S45", "2026-W45"."""
    year, number_, _ = when.isocalendar()
    return f"{year}-{'S' if _is_french(lang) else 'W'}{number_:02d}"


def quarter(when: date, lang: Lang | None = None) -> str:
    """The calendar quarter of `when`: "T4 2026", "Q4 2026"."""
    return f"{'T' if _is_french(lang) else 'Q'}{(when.month + 2) // 3}{NBSP}{when.year}"


def period(start: date, step: Step, lang: Lang | None = None) -> str:
    """The label of the period of one `step` that starts on `start`."""
    if step == "year":
        return str(start.year)
    writers: dict[str, Callable[[date, Lang | None], str]] = {
        "day": day,
        "week": week,
        "month": month,
        "quarter": quarter,
    }
    return writers[step](start, lang)


def period_name(label: str, lang: Lang | None = None) -> str:
    """The ISO-like label of a period as people write it: "2025-Q3" gives "T3 2025", "2025-07" "juill. 2025"; any other
    label stays as it is.
    """
    found = _LABEL.fullmatch(label)
    if found is None:
        return label
    year, kind, rank = found.groups()
    french = _is_french(lang)
    if kind == "W":
        return f"{year}-{'S' if french else 'W'}{rank}"
    if kind:
        letter = {"Q": "T", "S": "S"}[kind] if french else {"Q": "Q", "S": "H"}[kind]
        return f"{letter}{rank}{NBSP}{year}"
    return month(date(int(year), int(rank), 1), lang) if 1 <= int(rank) <= 12 else label


_LABEL = re.compile(r"(\d{4}(?:/\d\d)?)-(Q|S|W)?(\d\d?)")


def sparkline(values: Sequence[float | None]) -> str:
    """One mark a value, lowest ▁ to highest ▇, a dot where there is no value; all equal gives ▃."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    if not known:
        return GAP * len(values)
    low, high = min(known), max(known)
    return "".join(GAP if value is None or not math.isfinite(value) else _mark(value, low, high) for value in values)


def _mark(value: float, low: float, high: float) -> str:
    if low == high:
        return MARKS[len(MARKS) // 2]
    return MARKS[min(int((value - low) / (high - low) * len(MARKS)), len(MARKS) - 1)]


def _times(value: Number | None, factor: int) -> Number | None:
    """Multiplied on the decimal digits: 0.545 becomes 54.5, not 54.50000000000001."""
    return value if value is None or not math.isfinite(value) else Decimal(str(value)) * factor


def _with_unit(text: str, value: Number | None, english: str, french: str, lang: Lang | None) -> str:
    if value is None or not math.isfinite(value):
        return text
    return f"{text}{NBSP}{french}" if _is_french(lang) else text + english


def _is_french(lang: Lang | None) -> bool:
    return (lang or language.get()) == "fr"
