"""The demo company comes with targets, benchmarks and annotations; what people remove of them stays removed."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from timonier.indicators.catalogue import CATALOGUE
from timonier.web.dashboards.demo_notes import MARK, add_demo_notes
from timonier.web.dashboards.models import Annotation, Benchmark, Target
from timonier.web.dashboards.notes import BOUNDS, is_sourced

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: Any, tmp_path: Path) -> None:
    (tmp_path / MARK).touch()
    settings.WORKSPACE = tmp_path


@pytest.mark.usefixtures("demo")
def test_the_demo_says_when_its_programme_began_and_when_its_question_changed() -> None:
    assert add_demo_notes()
    told = {one.day: one for one in Annotation.objects.all()}
    assert set(told) == {date(2025, 7, 1), date(2025, 1, 1)}
    assert "Grand Ouest" in told[date(2025, 7, 1)].text
    assert told[date(2025, 1, 1)].breaks


@pytest.mark.usefixtures("demo")
def test_targets_and_benchmarks_are_of_indicators_that_exist_and_within_their_bounds() -> None:
    add_demo_notes()
    kept = [*Target.objects.all(), *Benchmark.objects.all()]
    assert len(kept) > 4
    for one in kept:
        low, high = BOUNDS[CATALOGUE[one.indicator].variants[one.variant].unit]
        assert low <= one.value <= high
    assert {is_sourced(one) for one in Benchmark.objects.all()} == {True, False}


@pytest.mark.usefixtures("demo")
def test_what_people_remove_does_not_come_back_at_the_next_start() -> None:
    add_demo_notes()
    Annotation.objects.all().delete()
    assert not add_demo_notes()
    assert not Annotation.objects.exists()


def test_a_company_of_ones_own_gets_none(settings: Any, tmp_path: Path) -> None:
    settings.WORKSPACE = tmp_path
    assert not add_demo_notes()
    assert not Target.objects.exists()
