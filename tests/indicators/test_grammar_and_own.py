"""Own indicators and filters: what they compute, what they refuse, and where they say that the mistake is."""

from typing import Any

import pytest
from frames import facts

from timonier.errors import DefinitionError
from timonier.facts.schema import TABLES
from timonier.indicators.definition import Query
from timonier.indicators.engine import measure
from timonier.indicators.grammar import compile_text
from timonier.indicators.own import catalogue_with, declare

COLUMNS: dict[str, Any] = {
    name: {column.name: column.type for column in table.columns} for name, table in TABLES.items()
}
ORDERS = [
    {"order_id": "1", "customer_id": "a", "ordered_at": "2026-01-05", "amount": 10, "channel": "web"},
    {"order_id": "2", "customer_id": "b", "ordered_at": "2026-01-06", "amount": 30, "channel": "shop"},
    {"order_id": "3", "customer_id": "b", "ordered_at": "2026-01-07", "amount": None, "channel": None},
]
BASE = {"name": "mine", "table": "orders", "unit": "share", "direction": "up"}


def figure(**raw: Any) -> Any:
    indicator = declare({**BASE, **raw}, COLUMNS)
    [found] = measure(indicator, {"orders": facts("orders", ORDERS)}, Query())
    return found.value, found.n, dict(found.excluded)


def test_a_share() -> None:
    assert figure(numerator="channel = 'web'") == (0.5, 2, {"missing": 1})


def test_a_share_among_some() -> None:
    assert figure(numerator="amount > 20", where="channel is not missing") == (0.5, 2, {})


def test_a_mean_amount() -> None:
    assert figure(numerator="amount", unit="money") == (20.0, 2, {"missing": 1})


def test_a_ratio_of_amounts_counts_rows_and_not_money() -> None:
    value, _, _ = figure(numerator="amount * 2", denominator="amount", unit="ratio")
    assert value == 2.0


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "amount; drop table orders",
        "amount.real",
        "amount = 'a' --",
        'channel = "web"',
        "lower(amount)",
        "days_between(amount, amount)",
        "channel > 3",
        "colour = 'red'",
        "(" * 60 + "amount" + ")" * 60,
        "a" * 3000,
        "",
        "channel = 'web' or",
        "eval(channel)",
    ],
)
def test_everything_else_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(DefinitionError):
        compile_text(text, COLUMNS["orders"], where="here")


def test_an_own_indicator_cannot_take_the_name_of_ours() -> None:
    with pytest.raises(DefinitionError):
        catalogue_with([{**BASE, "name": "nps", "numerator": "channel = 'web'"}], COLUMNS)
    with pytest.raises(DefinitionError):
        catalogue_with([{**BASE, "numerator": "channel = 'web'"}] * 2, COLUMNS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"table": "nowhere"},
        {"unit": "percent"},
        {"direction": "left"},
        {"numerator": ""},
        {"colour": "red"},
        {"name": "two words"},
        {"label": 3},
        {"numerator": "channel"},
        {"denominator": "ordered_at"},
    ],
)
def test_a_wrong_declaration_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(DefinitionError):
        declare({**BASE, "numerator": "channel = 'web'", **wrong}, COLUMNS)


@pytest.mark.parametrize(
    ("base", "parameters"),
    [
        ("step_time", {}),
        ("step_conversion", {"end_step": "sent"}),
        ("step_conversion", {"start_step": "a"}),
        ("roi", {}),
    ],
)
def test_a_base_that_could_not_be_counted_is_refused(base: str, parameters: dict[str, str]) -> None:
    with pytest.raises(DefinitionError):
        declare({"name": "mine", "base": base, "parameters": parameters}, COLUMNS)


def test_a_base_between_two_steps_is_counted_between_them() -> None:
    steps = {"start_step": "asked", "end_step": "sent"}
    made = declare({"name": "mine", "base": "step_time", "parameters": steps}, COLUMNS)
    assert made.defaults == steps
    assert not made.on_request
    assert not made.lacks_steps
