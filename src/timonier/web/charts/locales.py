"""How the renderer writes what it formats itself: the same marks as `timonier.formats`."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from timonier import formats
from timonier.formats import MINUS, NBSP, THIN
from timonier.text import Lang

NUMBERS: Mapping[Lang, Mapping[str, Any]] = {
    "fr": {
        "decimal": ",",
        "thousands": THIN,
        "grouping": [3],
        "currency": ["", f"{NBSP}€"],
        "percent": f"{NBSP}%",
        "minus": MINUS,
    },
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["€", ""], "percent": "%", "minus": MINUS},
}
_DAYS: Mapping[Lang, str] = {
    "fr": "dimanche lundi mardi mercredi jeudi vendredi samedi",
    "en": "Sunday Monday Tuesday Wednesday Thursday Friday Saturday",
}
_MONTHS: Mapping[Lang, str] = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}


def numbers(lang: Lang) -> dict[str, Any]:
    """A d3-format locale."""
    return dict(NUMBERS[lang])


def times(lang: Lang) -> dict[str, Any]:
    """A d3-time-format locale; the short months are those of `timonier.formats`."""
    days, months = _DAYS[lang].split(), _MONTHS[lang].split()
    short = [formats.month(date(2026, number, 1), lang).partition(NBSP)[0] for number in range(1, 13)]
    french = lang == "fr"
    return {
        "dateTime": "%A %e %B %Y à %X" if french else "%A, %e %B %Y, %X",
        "date": "%d/%m/%Y",
        "time": "%H:%M:%S",
        "periods": ["AM", "PM"],
        "days": days,
        "shortDays": [day[:3] + ("." if french else "") for day in days],
        "months": months,
        "shortMonths": short,
    }
