"""The verified cases that one file can hold, through the command line: what people will really run."""

import csv
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cases import case, close
from typer.testing import CliRunner

from timonier.cli import app


def kpi(folder: Path, name: str, header: list[str], rows: Sequence[Sequence[object]], *options: str) -> dict[str, Any]:
    """The only estimate of `timonier kpi` on a file with those rows."""
    path = folder / "file.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    environment = {"TIMONIER_LANG": "en", "TIMONIER_ZONE": ""}
    ran = CliRunner().invoke(app, ["kpi", name, str(path), "--format", "json", *options], env=environment)
    assert ran.exit_code == 0, ran.stderr
    [found] = json.loads(ran.stdout)
    return dict(found)


def scores(values: list[Any]) -> list[list[object]]:
    return [[rank, "" if value is None else value] for rank, value in enumerate(values)]


SCORES = ["id", "score"]


@pytest.mark.parametrize("name", ["NPS-01", "NPS-11"])
def test_nps_of_a_list_of_scores(tmp_path: Path, name: str) -> None:
    one = case(name)
    found = kpi(tmp_path, "nps", SCORES, scores(one["inputs"]["scores"]))
    close(one, {**found["detail"], "n": found["n"], "nps": found["value"]}, one["expected"])


def test_no_valid_answer_is_not_computable(tmp_path: Path) -> None:
    one = case("NPS-13")
    found = kpi(tmp_path, "nps", SCORES, scores(one["inputs"]["scores"]))
    close(one, {"n_valid": found["n"], "nps": found["value"]}, one["expected"])
    assert found["state"] == "not_computable"


def test_one_answer_a_respondent_and_wave(tmp_path: Path) -> None:
    one = case("NPS-19")
    rows = [[who, when, score, one["inputs"]["wave"]] for who, when, score in one["inputs"]["answers"]]
    found = kpi(tmp_path, "nps", ["customer", "date", "score", "wave"], rows)
    dropped = found["excluded"]["duplicate"]
    close(one, {"n": found["n"], "nps": found["value"], "n_dropped": dropped}, one["expected"])


def test_weighted_nps(tmp_path: Path) -> None:
    one = case("NPS-20")
    rows = [list(pair) for pair in zip(one["inputs"]["s"], one["inputs"]["w"], strict=True)]
    found = kpi(tmp_path, "nps", ["score", "w"], rows, "--weight", "w")
    expected = {name: one["expected"][name] for name in ("nps", "ci_t", "n_eff")}
    close(one, {"nps": found["value"], "ci_t": [found["low"], found["high"]], "n_eff": found["n_eff"]}, expected)


def test_csat_top_two_boxes(tmp_path: Path) -> None:
    one = case("CSAT-01")
    rows = scores(one["inputs"]["scores"])
    found = {
        variant: kpi(tmp_path, "csat", SCORES, rows, "--scale", "1:5", "--variant", variant)
        for variant in ("default", "top-box", "mean")
    }
    figures = {"csat": found["default"], "top_box": found["top-box"], "mean": found["mean"]}
    values = {name: figure["value"] for name, figure in figures.items()}
    close(one, values | {"n": found["default"]["n"]}, {name: one["expected"][name] for name in (*values, "n")})
    assert 100 * (values["mean"] - 1) / 4 == pytest.approx(one["expected"]["index_0_100"])


def test_csat_on_a_scale_where_one_is_best(tmp_path: Path) -> None:
    one = case("CSAT-02")
    rows = scores(one["inputs"]["scores_raw"])
    options = ("--scale", "1:5", "--direction", "down")
    share = kpi(tmp_path, "csat", SCORES, rows, *options)
    mean = kpi(tmp_path, "csat", SCORES, rows, *options, "--variant", "mean")
    expected = {name: one["expected"][name] for name in ("csat", "mean")}
    close(one, {"csat": share["value"], "mean": mean["value"]}, expected)


def test_ces_of_effort_spent(tmp_path: Path) -> None:
    one = case("CES-02")
    rows = scores(one["inputs"]["scores_raw"])
    by_variant = {"ces_top3_ease": "default", "mean_effort": "mean", "mean_ease": "mean-ease"}
    found = {
        name: kpi(tmp_path, "ces_effort", SCORES, rows, "--variant", variant)["value"]
        for name, variant in by_variant.items()
    }
    close(one, found, one["expected"])


def test_average_basket_clustered_by_customer(tmp_path: Path) -> None:
    one = case("AOV-01")
    header, rows = ["customer", "amount"], [list(pair) for pair in one["inputs"]["orders"]]
    found = kpi(tmp_path, "average_basket", header, rows)
    fieller = kpi(tmp_path, "average_basket", header, rows, "--method", "fieller")
    values = {
        "aov": found["value"],
        "ci_t": [found["low"], found["high"]],
        "fieller": [fieller["low"], fieller["high"]],
    }
    close(one, values, {name: one["expected"][name] for name in values})


def test_nps_of_a_histogram(tmp_path: Path) -> None:
    one = case("NPS-02")
    rows = [[int(score)] for score, count in one["inputs"]["histogram"].items() for _ in range(count)]
    found = kpi(tmp_path, "nps", ["score"], rows)
    close(one, {"n": found["n"], "nps": found["value"]}, {key: one["expected"][key] for key in ("n", "nps")})


def spread(one: dict[str, Any]) -> list[list[object]]:
    counts = (one["inputs"][name] for name in ("promoters", "passives", "detractors"))
    return [[score] for score, count in zip((10, 8, 0), counts, strict=True) for _ in range(count)]


@pytest.mark.parametrize("name", ["NPS-03", "NPS-04", "NPS-05", "NPS-06", "NPS-08", "NPS-10"])
def test_intervals_of_the_nps_by_method(tmp_path: Path, name: str) -> None:
    one = case(name)
    alone = {"NPS-03": "wald", "NPS-04": "adjusted_wald", "NPS-05": "score"}.get(name)
    expected = {alone: [one["expected"]["low"], one["expected"]["high"]]} if alone else dict(one["expected"])
    expected.pop("adjusted_wald_unclipped", None)
    expected = {key.removesuffix("_clipped"): value for key, value in expected.items()}
    figures = {key: kpi(tmp_path, "nps", ["score"], spread(one), "--method", key.replace("_", "-"))
               for key in expected if key != "nps"}  # fmt: skip
    found: dict[str, Any] = {key: [figure["low"], figure["high"]] for key, figure in figures.items()}
    close(one, {**found, "nps": next(iter(figures.values()))["value"]}, expected)


def test_pooled_nps_is_not_the_mean_of_groups(tmp_path: Path) -> None:
    one = case("NPS-16")
    rows = [[score, group] for group, counts in one["inputs"]["groups"].items()
            for score, count in zip((10, 8, 0), counts, strict=True) for _ in range(count)]  # fmt: skip
    assert kpi(tmp_path, "nps", ["score", "group"], rows)["value"] == pytest.approx(one["expected"]["nps"]["pooled"])


def test_churn_of_a_half_open_month(tmp_path: Path) -> None:
    one = case("CHURN-04")
    rows = [[who, start, end or ""] for who, start, end in one["inputs"]["subscriptions"]]
    asked = ("--customer", "subscription", "--from", "2026-01-01", "--to", "2026-01-30")
    header = ["subscription", "start", "end"]
    churn = kpi(tmp_path, "churn", header, rows, *asked)
    rate = kpi(tmp_path, "churn", header, rows, *asked, "--variant", "exposure")
    found = {
        "customer_days": rate["detail"]["exposure_days"],
        "events": rate["detail"]["x"],
        "rate_per_30_days": rate["value"],
        "cohort_start_n": churn["n"],
        "cohort_churned": churn["detail"]["x"],
        "cohort_churn": churn["value"],
    }
    close(one, found, one["expected"])


def test_retention_by_purchase(tmp_path: Path) -> None:
    one = case("RET-01")
    period = ("--from", "2026-01-01", "--to", "2026-03-31")
    found = kpi(tmp_path, "repeat_purchase", ["customer", "date"], one["inputs"]["orders"], *period)
    expected = one["expected"]
    close(one, [found["n"], found["detail"]["x"], found["value"]], [expected["reference_buyers"], 2, 0.5])


def test_upsell(tmp_path: Path) -> None:
    one = case("UPS-01")
    rank = one["inputs"]["ladder"].index
    rows = [[rank(sale["requested"]), rank(sale["sold"])] for sale in one["inputs"]["sales"]]
    columns = ("--column", "requested_rank=asked", "--column", "sold_rank=got")
    found = kpi(tmp_path, "upsell", ["asked", "got"], rows, *columns)
    close(one, {"n": found["n"], "upsold": found["detail"]["x"], "upsell_rate": found["value"]}, one["expected"])


def test_cross_sell_asks_only_for_the_columns_of_its_variant(tmp_path: Path) -> None:
    one = case("XS-01")
    rows = [[number, basket["customer"], "oui" if line < basket["additional"] else "non"]
            for number, basket in enumerate(one["inputs"]["baskets"]) for line in range(basket["lines"])]  # fmt: skip
    variants = {"seed_lines_rate": "default", "basket_attach_rate": "baskets", "customer_rate": "customers"}
    found = {
        name: kpi(tmp_path, "cross_sell", ["order id", "customer", "additional"], rows, "--variant", variant)["value"]
        for name, variant in variants.items()
    }
    close(one, found, one["expected"])


def test_conversion_is_immature_until_the_window_has_passed(tmp_path: Path) -> None:
    one = case("CONV-01")
    rows = [[who, created, bought or ""] for who, created, bought in one["inputs"]["prospects"]]
    header = ["prospect", "créé le", "converti le"]
    month = ("--from", "2026-01-01", "--to", "2026-01-31")
    found = kpi(tmp_path, "conversion", header, rows, *month)
    close(one, [found["n"], found["detail"]["x"], found["value"]], [4, 2, one["expected"]["cohort_rate"]])
    assert found["state"] == "ok"  # the file tells of a purchase on 15 March, after the 30 days
    on = one["expected"]["mature_on"]
    assert kpi(tmp_path, "conversion", header, rows, *month, "--as-of", on)["state"] == "ok"
    assert kpi(tmp_path, "conversion", header, rows, *month, "--as-of", "2026-02-26")["state"] == "immature"


def test_first_contact_resolution(tmp_path: Path) -> None:
    one = case("FCR-01")
    rows: list[list[object]] = []
    for ticket in one["inputs"]["tickets"]:
        opened, closed, issue = ticket["opened"], ticket["resolved"], ticket["issue"]
        rows.append([ticket["id"], issue, opened, closed or "", int(closed is not None and ticket["contacts"] == 1)])
        if ticket["contacts"] > 1:
            rows.append([f"{ticket['id']}b", issue, closed, closed, 1])
        if ticket["reopened"]:
            rows.append([f"{ticket['id']}r", issue, ticket["reopened"], "", 1])
    header = ["ticket", "dossier", "ouvert le", "clos le", "résolu"]
    expected = one["expected"]
    found = kpi(tmp_path, "fcr", header, rows)
    close(one, [found["n"], found["detail"]["x"], found["value"]], [6, 2, expected["fcr_all_issues"]])
    resolved = kpi(tmp_path, "fcr", header, rows, "--variant", "resolved-only")
    longer = kpi(tmp_path, "fcr", header, rows, "--param", "window_days=30")
    close(one, [resolved["value"], longer["value"]], [expected["fcr_resolved_issues"], expected["window_30d_rate"]])


def test_carts(tmp_path: Path) -> None:
    one = case("CART-01")
    given, expected = one["inputs"], one["expected"]
    early, back = given["carts_ordered_before_24h"], given["recovered_7d"]
    ordered = ["2026-01-01T12:00"] * early + ["2026-01-05T00:00"] * back
    ordered += [""] * (given["carts_created"] - len(ordered))
    value, lost = given["recovered_value"] / back, given["abandoned_value"] - given["recovered_value"]
    told, asked = given["contacted_recovered"], given["contacted_abandoned"]
    rows: list[list[object]] = []
    for rank, at in enumerate(ordered):
        place = rank - early
        contacted = 0 <= place < told or back <= place < back + asked - told
        amount = value if at else lost if rank == len(ordered) - 1 else 0
        rows.append([f"k{rank}", f"c{rank}", "2026-01-01T00:00", at, amount, "oui" if contacted else "non"])
    header = ["id panier", "client", "créé le", "commandé le", "montant", "relance"]
    found = {
        "abandonment_rate": kpi(tmp_path, "cart_abandonment", header, rows)["value"],
        "recovery_rate": kpi(tmp_path, "cart_recovery", header, rows)["value"],
        "value_recovery_rate": kpi(tmp_path, "cart_recovery", header, rows, "--variant", "value")["value"],
        "recovery_of_contacted": kpi(tmp_path, "cart_recovery", header, rows, "--variant", "contacted")["value"],
    }
    close(one, found, {name: expected[name] for name in found})


def test_commitment_between_two_columns_of_dates(tmp_path: Path) -> None:
    one = case("SLA-01")
    rows = [[asked, sent or ""] for asked, sent in one["inputs"]["requests"]]
    columns = ("--at", "asked", "--column", "closed_at=sent", "--as-of", one["inputs"]["as_of"])
    for kind, rate in one["expected"]["rate_within"].items():
        found = kpi(tmp_path, "on_time", ["asked", "sent"], rows, *columns, "--param", f"days={kind}")
        close(one, found["value"], rate)


@pytest.mark.parametrize("name", ["JRN-01", "JRN-02"])
def test_time_between_steps(tmp_path: Path, name: str) -> None:
    one = case(name)
    days = one["inputs"]["days"]
    known = datetime(2026, 3, 20)  # noqa: DTZ001 -- a local time, as files have them
    rows: list[list[object]] = []
    for rank, (length, done) in enumerate(zip(days, one["inputs"].get("completed", [1] * len(days)), strict=True)):
        start = known - timedelta(days=length)
        rows.append([rank, "a", start.isoformat()])
        rows += [[rank, "b", known.isoformat()]] if done else []
    steps = ("--param", "start_step=a", "--param", "end_step=b", "--as-of", "2026-03-19")
    expected = one["expected"]
    found = kpi(tmp_path, "step_time", ["dossier", "étape", "date"], rows, *steps)
    close(one, found["value"], expected.get("km_median", expected.get("median")))
    if "p90" in expected:
        p90 = kpi(tmp_path, "step_time", ["dossier", "étape", "date"], rows, *steps, "--variant", "p90")
        close(one, p90["value"], expected["p90"])


@pytest.mark.parametrize("name", ["CMPL-01", "CMPL-02"])
def test_complaints_for_a_thousand_contacts(tmp_path: Path, name: str) -> None:
    one = case(name)
    given = one["inputs"]
    rows = [[rank, "2026-03-02", "oui" if rank < given["complaints"] else "non"] for rank in range(given["contacts"])]
    found = kpi(tmp_path, "complaints", ["ticket", "date", "réclamation"], rows)
    close(one, {"per_1000": found["value"], "ci": [found["low"], found["high"]]}, one["expected"])


def test_response_rate(tmp_path: Path) -> None:
    one = case("RR-01")
    words = {"I": "complete", "P": "partial", "R": "refusal", "NC": "no contact", "O": "other", "U": "unknown"}
    rows = [["2026-01-01", "2026-01-03" if key in "IP" else "", word]
            for key, word in words.items() for _ in range(one["inputs"][key])]  # fmt: skip
    header = ["envoyé le", "répondu le", "statut"]
    found = {
        "RR1": kpi(tmp_path, "response_rate", header, rows)["value"],
        "RR2": kpi(tmp_path, "response_rate", header, rows, "--variant", "with-partial")["value"],
    }
    close(one, found, {name: one["expected"][name] for name in found})
