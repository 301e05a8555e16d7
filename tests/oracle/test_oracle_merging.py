"""Parts add up: days × segments give the whole, in any order, from Arrow in any chunks, on shuffled rows."""

from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from datasets import arrow, generate

from oracle import AS_OF, STEPS
from timonier.facts.engines.frames import adopt
from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.definition import Query, Stat
from timonier.indicators.engine import gather, measure, pick_variant
from timonier.indicators.stats import Moments, merge_counts

PARAMS: dict[str, Any] = {"step_time": STEPS, "step_conversion": STEPS, "on_time": STEPS}
DATED = [
    (name, variant)
    for name, one in CATALOGUE.items()
    for variant, how in one.variants.items()
    if one.counting(how).timing == "dated" and not how.needs
]
APART = ("roi", "average_basket", "cross_sell")
ADDITIVE = [key for key in DATED if key[0] not in APART and key != ("nps", "accounts")]
SHUFFLED = [key for key in DATED if key[0] != "roi"]


def asked(name: str, **more: Any) -> Query:
    variant = CATALOGUE[name].defaults
    return Query(params={**variant, **PARAMS.get(name, {})}, as_of=AS_OF, **more)


def merged(parts: Iterable[Stat]) -> tuple[Any, ...]:
    found = list(parts)
    excluded: dict[str, int] = {}
    for part in found:
        for why, count in part.excluded.items():
            excluded[why] = excluded.get(why, 0) + count
    return merge_counts(part.counts for part in found), sum((part.moments for part in found), Moments()), excluded


@pytest.mark.parametrize("key", [key for key in ADDITIVE if key[0] != "cac"], ids="/".join)
def test_days_and_segments_add_up_to_the_whole(key: tuple[str, str]) -> None:
    name, variant = key
    for seed in range(2):
        rows = generate(seed, 20, tuple(need.table for need in CATALOGUE[name].needs))
        frames = {table: adopt(arrow(table, each)) for table, each in rows.items()}
        picked = pick_variant(CATALOGUE[name], variant)
        whole = gather(CATALOGUE[name], frames, asked(name), picked)
        small = replace(asked(name), every="day", by=("channel",), carry=("channel",))
        parts = gather(CATALOGUE[name], frames, small, picked)
        assert merged(parts.values()) == merged(whole.values())


@pytest.mark.parametrize("key", SHUFFLED, ids="/".join)
def test_order_and_chunks_of_rows_change_nothing(key: tuple[str, str]) -> None:
    name, variant = key
    tables = {need.table: generate(7, 20, (need.table,))[need.table] for need in CATALOGUE[name].needs}
    found = []
    for seed, size in enumerate([10**9, 7, 31]):
        frames = {}
        for table, rows in tables.items():
            mixed = list(rows)
            if seed:
                Random(seed).shuffle(mixed)
            whole = arrow(table, [{**row} for row in mixed])
            chunks = [whole.slice(start, size) for start in range(0, len(whole), size)] if seed else [whole]
            frames[table] = adopt(pa.concat_tables(chunks) if chunks else whole)
        query = asked(name, by=("channel",), carry=("channel",), every="month")
        found.append(measure(CATALOGUE[name], frames, query, variant))
    assert found[0] == found[1] == found[2]
