"""The address is the state: read, written back, mended when it is wrong."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from timonier.indicators.estimate import Period
from timonier.indicators.grammar import compile_condition
from timonier.web.accounts.access import Scope
from timonier.web.figures.state import COMPARISONS, PRESETS, Horizon, read_state

HORIZON = Horizon(date(2026, 6, 30), date(2026, 11, 1), fiscal_year_start=4, first_day=date(2024, 1, 1))
NAMES = ("region", "segment")
DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))


def read(query: str) -> object:
    return read_state(QueryDict(query), HORIZON, NAMES)


@pytest.mark.parametrize(
    ("preset", "start", "end"),
    [
        ("12m", date(2025, 7, 1), date(2026, 7, 1)),
        ("1m", date(2026, 6, 1), date(2026, 7, 1)),
        ("1q", date(2026, 4, 1), date(2026, 7, 1)),
        ("1y", date(2025, 1, 1), date(2026, 1, 1)),
        ("30d", date(2026, 6, 1), date(2026, 7, 1)),
        ("mois", date(2026, 6, 1), date(2026, 7, 1)),
        ("annee", date(2026, 1, 1), date(2026, 7, 1)),
        ("exercice", date(2026, 4, 1), date(2026, 7, 1)),
        ("exercice-passe", date(2025, 4, 1), date(2026, 4, 1)),
    ],
)
def test_presets(preset: str, start: date, end: date) -> None:
    assert read_state(QueryDict(f"periode={preset}"), HORIZON, NAMES).window == Period(start, end)


@given(
    first=DAYS,
    last=DAYS,
    versus=st.sampled_from(sorted(COMPARISONS)),
    regions=st.sets(st.text(min_size=1, max_size=20), max_size=3),
    preset=st.sampled_from(["", *PRESETS]),
)
@settings(derandomize=True, max_examples=300, deadline=None)
def test_what_is_written_is_read_again(first: date, last: date, versus: str, regions: set[str], preset: str) -> None:
    query = QueryDict(mutable=True)
    query["vs"] = versus
    if preset:
        query["periode"] = preset
    else:
        query["du"], query["au"] = f"{first}", f"{last}"
    query.setlist("region", sorted(regions))
    state = read_state(query, HORIZON, NAMES)
    again = read_state(QueryDict(state.query()[1:]), HORIZON, NAMES)
    assert again == state
    assert again.query() == state.query()
    assert again.notices == (), "what was mended is not mended twice"
    assert state.window.days >= 1


@given(st.text(alphabet="region'\"=&;<>()[]{}%\x01é, orand", max_size=40))
@settings(derandomize=True, max_examples=300, deadline=None)
def test_a_value_stays_a_value(value: str) -> None:
    """Whatever is typed in an address, the filter compares a column with a text."""
    query = QueryDict(mutable=True)
    query.setlist("region", [value])
    state = read_state(query, HORIZON, NAMES)
    assert state.within(Scope()) == ((("region", (value,)),) if value else ())
    told = state.request(Scope()).filters
    if value:
        compile_condition(told, {"region": "text"}, where="")
    else:
        assert told == ""


@pytest.mark.parametrize(
    "query",
    [
        "periode=toujours",
        "du=2026-02-31",
        "du=hier",
        "au=9999-01-01",
        "vs=mieux",
        "ville=Brest",
        "au-jour=2030-01-01",
        "du=2026-03-01&au=2026-01-01",
        "du=1900-01-01",
        "du=2026-01-01&au=2100-01-01",
        "du=1950-01-01&au=1951-01-01",
    ],
)
def test_what_is_wrong_is_said_and_replaced(query: str) -> None:
    state = read_state(QueryDict(query), HORIZON, NAMES)
    assert state.notices
    assert state.window.days >= 1


def test_upside_down_period_is_turned_over() -> None:
    state = read_state(QueryDict("du=2026-03-01&au=2026-01-01"), HORIZON, NAMES)
    assert state.window == Period(date(2026, 1, 1), date(2026, 3, 2))


def test_scope_is_never_widened() -> None:
    scope = Scope.of({"region": ["Bretagne"]})
    asked = read_state(QueryDict("region=Normandie"), HORIZON, NAMES).request(scope)
    assert asked.filters == "region in ('Bretagne') and region in ('Normandie')"
    assert [tuple(one) for one in asked.within] == [("region", ("Bretagne",)), ("region", ("Normandie",))]


def test_chips_add_and_remove_one_value() -> None:
    state = read_state(QueryDict("region=A&region=B"), HORIZON, NAMES)
    assert state.without("region", "A").filters == (("region", ("B",)),)
    assert state.without("region", "A").without("region", "B").filters == ()
    assert state.with_filter("segment", "pme").filters == (("region", ("A", "B")), ("segment", ("pme",)))


def test_last_day_is_included() -> None:
    state = read_state(QueryDict("du=2026-01-01&au=2026-01-31"), HORIZON, NAMES)
    assert state.window.end == date(2026, 2, 1)
    assert state.last == state.window.end - timedelta(days=1)


def test_a_period_is_bounded_by_the_facts() -> None:
    state = read_state(QueryDict("du=1900-01-01&au=2900-01-01"), HORIZON, NAMES)
    assert state.window == Period(date(2024, 1, 1), date(2026, 11, 2))
