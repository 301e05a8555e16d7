"""The engine finds what was planted: exports loaded by the ordinary intake, figures from the ordinary scorecard."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from timonier.cli.desk import desk_of
from timonier.demo import TRUTHS, Generated, generate
from timonier.demo.truths import CARD_STEP
from timonier.facts.intake.load import load
from timonier.facts.intake.recipe import read_recipe
from timonier.facts.workspace import Workspace
from timonier.indicators.estimate import Estimate, Period
from timonier.indicators.intervals import wilson
from timonier.scorecard.request import Request
from timonier.scorecard.score import Desk, score

CONFIDENCE = 0.999  # some fifty truths are looked for: at 95 % two or three would fall outside by chance alone


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    return generate(tmp_path_factory.mktemp("engine") / "company", customers=4_000)


@pytest.fixture(scope="module")
def desk(made: Generated) -> Desk:
    workspace = Workspace.open(made.folder)
    for file in made.files:
        recipe = read_recipe(made.folder / "recipes" / f"{file.stem}.toml", workspace.tables())
        load(workspace, recipe, [file])
    return desk_of(workspace)


type Ask = Callable[..., list[Estimate]]


@pytest.fixture(scope="module")
def ask(desk: Desk) -> Ask:
    def asked(name: str, *, start: date, end: date, **more: Any) -> list[Estimate]:
        settled = {"compare": "none", "trend": False, "minimum_n": 0, "confidence": CONFIDENCE, **more}
        card = score(desk, Request((name,), Period(start, end), **settled))
        assert not card.skipped
        return [line.estimate for line in card.lines]

    return asked


def month(made: Generated, number: int) -> date:
    index = made.start.year * 12 + made.start.month - 1 + number
    return date(index // 12, index % 12 + 1, 1)


def holds(estimate: Estimate, planted: float) -> bool:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low <= planted <= estimate.high


def treated() -> str:
    regions = ", ".join(f"'{region}'" for region in TRUTHS.treated_regions)
    return f"region in ({regions})"


def test_retention_goes_from_55_to_70_where_treated_and_only_there(made: Generated, ask: Ask) -> None:
    before = {"start": month(made, 6), "end": month(made, 18)}
    during = {"start": month(made, 18), "end": month(made, 30)}
    asked = {"params": {"retention": {"grace_days": 0}}}
    for when, where, planted in (
        (before, treated(), TRUTHS.retention_before),
        (during, treated(), TRUTHS.retention_treated),
        (during, f"not ({treated()})", TRUTHS.retention_before),
    ):
        (found,) = ask("retention", where=where, **when, **asked)
        assert holds(found, planted), (where, found)
    (found,) = ask("retention", where=treated(), **during, **asked)
    assert not holds(found, TRUTHS.retention_before)


def test_first_contact_resolution_starts_at_62(made: Generated, ask: Ask) -> None:
    (before,) = ask("fcr", start=made.start, end=month(made, 18))
    assert holds(before, TRUTHS.fcr_before)
    (after,) = ask("fcr", start=month(made, 18 + TRUTHS.fcr_ramp_months), end=month(made, 30), where=treated())
    assert holds(after, TRUTHS.fcr_treated)
    assert not holds(after, TRUTHS.fcr_before)


def test_relational_nps_rises_by_twenty_points_where_treated(made: Generated, desk: Desk) -> None:
    def change(where: str, confidence: float) -> tuple[float, float]:
        length = 9
        window = Period(month(made, 30 - length), month(made, 30))
        request = Request(
            ("nps",),
            window,
            where=f"survey = 'relation' and {where}",
            compare="last-year",
            trend=False,
            confidence=confidence,
        )
        (line,) = score(desk, request).lines
        assert line.difference is not None
        assert line.difference.low is not None
        assert line.difference.high is not None
        return line.difference.low, line.difference.high

    elsewhere = f"not ({treated()})"
    low, high = change(treated(), CONFIDENCE)
    assert low <= TRUTHS.nps_gain <= high
    assert change(treated(), 0.95)[0] > 0
    low, high = change(elsewhere, CONFIDENCE)
    assert low <= 0 <= high
    assert change(elsewhere, 0.95)[1] < TRUTHS.nps_gain


def test_the_card_step_has_the_worst_nps(made: Generated, ask: Ask) -> None:
    found = ask("nps", start=made.start, end=month(made, 18), by=("step",), where="survey = 'parcours'")
    by_step = {dict(one.by)["step"]: one for one in found}
    for step, planted in TRUTHS.nps_by_step.items():
        assert holds(by_step[step], planted), step
    worst = min(by_step.values(), key=lambda one: one.value if one.value is not None else 999)
    assert dict(worst.by)["step"] == CARD_STEP


def test_one_store_asks_for_tens(made: Generated, ask: Ask) -> None:
    found = ask("nps", start=made.start, end=month(made, 30), by=("store",), where="survey = 'agence'")
    tens = {}
    for one in found:
        counts = one.detail.get("distribution")
        if isinstance(counts, dict) and one.n:
            tens[dict(one.by)["store"]] = (counts.get(10, 0), one.n)
    asking = wilson(*tens.pop(TRUTHS.asking_store), CONFIDENCE)
    others = sum(x for x, _ in tens.values()) / sum(n for _, n in tens.values())
    assert asking.low is not None
    assert asking.high is not None
    assert asking.low <= TRUTHS.tens_asking_store <= asking.high
    assert all(x / n < asking.low for x, n in tens.values())
    assert others < asking.low


@pytest.mark.parametrize(("channel", "planted"), TRUTHS.conversion_30_days.items())
def test_conversion_by_entry_channel(made: Generated, ask: Ask, channel: str, planted: float) -> None:
    found = ask("conversion", start=made.start, end=month(made, 28), by=("channel",))
    assert holds({dict(one.by)["channel"]: one for one in found}[channel], planted)


@pytest.mark.parametrize(("channel", "planted"), TRUTHS.cac.items())
def test_acquisition_cost_by_channel(made: Generated, ask: Ask, channel: str, planted: float) -> None:
    found = ask("cac", start=made.start, end=month(made, 30), by=("channel",))
    assert holds({dict(one.by)["channel"]: one for one in found}[channel], planted)


@pytest.mark.parametrize(("segment", "planted"), TRUTHS.basket.items())
def test_average_basket_by_segment(made: Generated, ask: Ask, segment: str, planted: float) -> None:
    found = ask("average_basket", start=made.start, end=month(made, 30), by=("segment",))
    assert holds({dict(one.by)["segment"]: one for one in found}[segment], planted)


@pytest.mark.parametrize(
    ("name", "variant", "planted"),
    [
        ("cart_abandonment", "default", TRUTHS.cart_abandoned),
        ("cart_recovery", "default", TRUTHS.cart_recovery),
        ("cart_recovery", "contacted", TRUTHS.recovered_contacted),
        ("cross_sell", "default", TRUTHS.cross_sell),
        ("upsell", "default", TRUTHS.upsold_of_known),
    ],
)
def test_sales(made: Generated, ask: Ask, name: str, variant: str, planted: float) -> None:
    (found,) = ask(name, start=made.start, end=month(made, 29), variants={name: variant})
    assert holds(found, planted), found


def test_cards_sent_by_the_next_working_day(made: Generated, ask: Ask) -> None:
    params = {"start_step": "carte demandée", "end_step": CARD_STEP, "limit_days": 1, "days": "ouvre"}
    (found,) = ask("on_time", start=made.start, end=month(made, 29), params={"on_time": params})
    assert holds(found, TRUTHS.cards_in_time)


@pytest.mark.parametrize(("channel", "planted"), TRUTHS.complaints.items())
def test_complaints_by_channel(made: Generated, ask: Ask, channel: str, planted: float) -> None:
    found = ask("complaints", start=made.start, end=month(made, 30), by=("channel",))
    assert holds({dict(one.by)["channel"]: one for one in found}[channel], 1000 * planted)


def test_rollups_and_facts_agree(made: Generated, desk: Desk) -> None:
    window = Period(month(made, 12), month(made, 24))
    for by in ((), ("channel",), ("region",)):
        served = score(desk, Request(window=window, by=by, every="quarter", compare="none"))
        counted = score(desk, Request(window=window, by=by, every="quarter", compare="none", rollups=False))
        assert [line.estimate for line in served.lines] == [line.estimate for line in counted.lines]
        assert any(line.origin == "rollup" for line in served.lines)
        assert all(line.origin == "facts" for line in counted.lines)
