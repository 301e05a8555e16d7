"""The scorecard of a whole company, computed by Spark over the lake's tables, is the one that DuckDB computes."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from timonier.cli.desk import desk_of
from timonier.demo import generate
from timonier.facts.intake.load import load
from timonier.facts.intake.recipe import read_recipe
from timonier.facts.workspace import Workspace
from timonier.indicators.estimate import Period
from timonier.scorecard.request import Request
from timonier.scorecard.score import Desk, score

pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="no Java: Spark not tested"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    made = generate(tmp_path_factory.mktemp("spark") / "company", customers=1_000)
    workspace = Workspace.open(made.folder)
    for file in made.files:
        load(workspace, read_recipe(made.folder / "recipes" / f"{file.stem}.toml", workspace.tables()), [file])
    return replace(desk_of(workspace), rollups=None)


@pytest.fixture(scope="module")
def on_spark(desk: Desk) -> Iterator[Desk]:
    from timonier.facts.engines.spark import session
    from timonier.scorecard.sources import LakeSource
    from timonier.scorecard.spark_source import SparkSource

    assert isinstance(desk.source, LakeSource)
    made = session(desk.source.workspace.settings)
    yield replace(desk, source=SparkSource(desk.source.workspace, made))
    made.stop()


def test_spark_and_duckdb_give_the_same_scorecard(desk: Desk, on_spark: Desk) -> None:
    """By segment and under a filter at once: each costs Spark half a minute."""
    window = Period(date(2025, 1, 1), date(2026, 1, 1))
    request = Request(window=window, compare="none", trend=False, by=("region",), where="segment <> 'pro'")
    here, there = score(desk, request), score(on_spark, request)
    assert [line.estimate for line in there.lines] == [line.estimate for line in here.lines]
    assert len(here.lines) >= 20
    assert there.as_of == here.as_of
