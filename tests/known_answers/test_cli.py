"""The verified cases that one file can hold, through the command line: what people will really run."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from cases import case, close
from typer.testing import CliRunner

from timonier.cli import app


def kpi(folder: Path, name: str, header: list[str], rows: list[list[object]], *options: str) -> dict[str, Any]:
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
