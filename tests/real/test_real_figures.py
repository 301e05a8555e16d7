"""The figures of the real sets, computed independently, are those of the scorecard over the loaded facts."""

from collections.abc import Callable
from datetime import date
from typing import Any

import narwhals as nw
import pytest
from real_sets import Real

import timonier
from timonier.cli.desk import desk_of
from timonier.indicators.estimate import Estimate, Period
from timonier.scorecard.request import Request
from timonier.scorecard.score import score

type Open = Callable[[str], Real]

ALWAYS = Period(date(2000, 1, 1), date(2030, 1, 1))


def figures(real: Real, name: str, *, variant: str | None = None, **asked: Any) -> list[Estimate]:
    settled = {"window": ALWAYS, "compare": "none", "trend": False, "minimum_n": 0, **asked}
    variants = {} if variant is None else {name: variant}
    card = score(desk_of(real.workspace), Request((name,), variants=variants, **settled))
    assert not card.skipped, card.skipped
    return [line.estimate for line in card.lines]


def figure(real: Real, name: str, **asked: Any) -> Estimate:
    (found,) = figures(real, name, **asked)
    return found


def by(real: Real, name: str, dimension: str, **asked: Any) -> dict[str | None, Estimate]:
    return {dict(one.by)[dimension]: one for one in figures(real, name, by=(dimension,), **asked)}


def per_cent(estimate: Estimate) -> float:
    assert estimate.value is not None
    return round(100 * estimate.value, 4)


def test_cfpb_complaints(real_workspace: Open) -> None:
    real = real_workspace("cfpb_complaints")
    expected = real.expected
    assert per_cent(figure(real, "answered_in_time")) == expected["reponse_dans_les_temps_pct"]
    channels = by(real, "answered_in_time", "channel")
    assert {name: per_cent(one) for name, one in channels.items()} == expected["dans_les_temps_par_canal_pct"]
    disputed = figure(real, "disputed_share")
    assert (disputed.n, per_cent(disputed)) == (expected["contestees"]["n_renseigne"], expected["contestees"]["pct"])
    assert disputed.excluded == {"missing": expected["rows"] - expected["contestees"]["n_renseigne"]}
    assert per_cent(figure(real, "sent_same_day")) == expected["transmis_J0_pct"]
    assert per_cent(figure(real, "sent_next_day")) == expected["transmis_J+1_pct"]
    channels = by(real, "sent_next_day", "channel")
    assert {name: per_cent(one) for name, one in channels.items()} == expected["transmis_J+1_par_canal_pct"]
    mean = figure(real, "days_to_send").value
    assert mean is not None
    assert round(mean, 4) == expected["delai_transmission_j"]["mean"]
    volumes = by(real, "contacts", "channel")
    assert {name: one.value for name, one in volumes.items()} == expected["par_canal"]
    times = figure(real, "closing_time", variant="default")
    assert times.excluded == {"negative": expected["negatifs"]}
    assert times.value == expected["delai_transmission_j"]["median"]


def test_fr_services_publics_plus(real_workspace: Open) -> None:
    real = real_workspace("fr_services_publics_plus")
    expected = real.expected
    assert per_cent(figure(real, "ressenti_positif")) == round(100 * 400 / 1200, 4)
    assert per_cent(figure(real, "experiences_repondues")) == expected["taux_reponse_pct"]
    negative = by(real, "part_negative", "channel")
    assert {name: per_cent(one) for name, one in negative.items()} == expected["part_negatif_par_canal_pct"]
    simple = figure(real, "simplicite_positive")
    proxy = expected["effort_proxy_simplicite"]
    assert (simple.n, per_cent(simple)) == (proxy["n"], proxy["pct_positif"])
    volumes = by(real, "contacts", "channel")
    assert volumes.pop(None).value == expected["sans_canal"]
    assert {name: one.value for name, one in volumes.items()} == expected["mentions_par_canal"]
    yearly = figures(real, "ressenti_positif", window=Period(date(2019, 1, 1), date(2024, 1, 1)), every="year")
    assert {one.period.label: one.n for one in yearly if one.period} == expected["par_annee"]


@pytest.mark.parametrize("country", ["france", "germany"])
def test_online_retail(real_workspace: Open, country: str) -> None:
    real = real_workspace("online_retail_fr_de")
    expected = real.expected[country]
    here = f"country = '{country.title()}'"
    sales = {"where": f"{here} and status = 'sale'"}
    basket = figure(real, "average_basket", **sales)
    assert basket.value == pytest.approx(expected["ventes"]["panier_moyen"], abs=1e-6)
    assert basket.n == expected["ventes"]["factures"]
    assert basket.detail["sum"] == expected["ventes"]["ca"]
    net = figure(real, "net_basket", where=here)
    assert net.value == pytest.approx(expected["net_annulations"]["panier_moyen_par_facture_vente"], abs=1e-6)
    buyers = figure(real, "customer_value", **sales)
    assert buyers.n == expected["clients"]["n"]


def sales_in(real: Real, country: str) -> Any:
    """Orders of one country alone: a customer of both is another one in each, as in the files."""
    import pyarrow.parquet as pq

    orders = nw.concat([nw.from_native(pq.read_table(file)) for file in real.workspace.lake.files("orders")])
    return orders.filter((nw.col("country") == country.title()) & (nw.col("status") == "sale")).to_native()


@pytest.mark.parametrize("country", ["france", "germany"])
def test_online_retail_buyers_come_back(real_workspace: Open, country: str) -> None:
    real = real_workspace("online_retail_fr_de")
    expected, sales = real.expected[country], sales_in(real, country)
    known = expected["retention_avant_vers_apres_2011-06-01"]
    window = (date(2011, 6, 1), date(2011, 12, 10))
    (back,) = timonier.repeat_purchase(sales, "customer_id", at="day", window=window)
    assert (back.n, back.detail["x"], per_cent(back)) == (known["base"], known["revenus"], known["retention_pct"])
    triangle = timonier.cohort_triangle(sales, "customer_id", at="day", as_of=date(2011, 11, 30))
    row = [one for one in triangle if one.segment["cohort"] == "2010-12"]
    assert {one.n for one in row} == {expected["cohorte_2010-12"]["taille"]}
    assert [one.detail["x"] for one in row] == expected["cohorte_2010-12"]["actifs_M1_M11"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_r_community_survey(real_workspace: Open, language: str) -> None:
    real = real_workspace("r_community_survey")
    expected = real.expected[f"2018_{language}"]
    here = {"where": f"language = '{language}'"}
    nps, known = figure(real, "nps_r", **here), expected["nps_R"]
    assert nps.value is not None
    assert round(nps.value, 4) == known["nps"]
    assert nps.n == known["n"]
    assert {name: nps.detail[name] for name in ("promoters", "passives", "detractors")} == {
        name: known[name] for name in ("promoters", "passives", "detractors")
    }
    assert nps.excluded == {"missing": expected["recommend_missing"]}
    assert nps.detail["distribution"] == {int(k): v for k, v in expected["recommend_counts"].items()}
    wald = figure(real, "nps_r", method="wald", **here)
    assert wald.high is not None
    assert wald.value is not None
    assert round(wald.high - wald.value, 2) == pytest.approx(known["moe95_points_normal"], abs=0.01)
    csat = figure(real, "csat", **here)
    assert (csat.n, csat.detail["x"]) == (expected["csat_enjoyment"]["n"], expected["csat_enjoyment"]["satisfied"])
    assert per_cent(csat) == expected["csat_enjoyment"]["csat_pct"]
    mean = figure(real, "csat", variant="mean", **here).value
    assert mean is not None
    assert round(mean, 6) == expected["csat_enjoyment"]["mean"]
    effort = expected["ces_difficulty_1_5"]
    assert per_cent(figure(real, "difficulty", **here)) == effort["pct_low_effort_1_2"]
    mean = figure(real, "difficulty", variant="mean", **here).value
    assert mean is not None
    assert round(mean, 6) == effort["mean"]
    assert per_cent(figure(real, "answered_nps", **here)) == expected["taux_reponse_question_nps_pct"]
    label = {"Inicial": "Beginner", "Intermedio": "Intermediate"}
    found = by(real, "nps_r", "experience", **here)
    for experience, wanted in expected["nps_par_experience"].items():
        one = found[label.get(experience, experience)]
        assert one.value is not None
        assert (one.n, round(one.value, 4)) == (wanted["n"], wanted["nps"])


def test_r_community_survey_in_all_languages(real_workspace: Open) -> None:
    real = real_workspace("r_community_survey")
    wanted = real.expected["2018_toutes_langues"]
    found = figure(real, "nps_r")
    assert found.value is not None
    assert (found.n, round(found.value, 4)) == (wanted["n"], wanted["nps"])


def test_an_undeclared_scale_is_never_taken_for_another(real_workspace: Open) -> None:
    real = real_workspace("r_community_survey")
    found = figure(real, "nps")
    assert found.value is None
    assert found.excluded["other_scale"] > 3000


JANUARY = Period(date(2026, 1, 1), date(2026, 2, 1))


def test_telco_churn_ibm(real_workspace: Open) -> None:
    real = real_workspace("telco_churn_ibm")
    expected = real.expected
    month = {"window": JANUARY}
    churn = figure(real, "churn", **month)
    assert (churn.n, churn.detail["x"]) == (expected["rows"], expected["churn"])
    assert round(per_cent(churn), 3) == expected["taux_attrition_pct"]
    assert round(per_cent(figure(real, "retention", **month)), 3) == expected["retention_pct"]
    for dimension, key in (("contract", "Contract"), ("internet", "InternetService"), ("payment", "PaymentMethod")):
        found = by(real, "churn", dimension, **month)
        wanted = expected[f"attrition_par_{key}"]
        assert {name: {"n": one.n, "pct": per_cent(one)} for name, one in found.items()} == wanted
    for name, wanted in expected["attrition_par_anciennete"].items():
        low, high = name.split("-")
        one = figure(real, "churn", where=f"tenure >= {low} and tenure <= {high}", **month)
        assert (one.n, per_cent(one)) == (wanted["n"], wanted["pct"])
    charges = {"tous": None, "partis": "ended_on is not missing", "restes": "ended_on is missing"}
    for key, where in charges.items():
        value = figure(real, "monthly_charge", where=where).value
        assert value is not None
        assert round(value, 6) == expected["mensualite_moyenne"][key]
    kept = figure(real, "grr", **month)
    revenue = expected["revenu_mensuel"]
    assert kept.value == pytest.approx(1 - revenue["perdu"] / revenue["total"], abs=1e-9)
    options = figure(real, "options_held").value
    assert options is not None
    assert round(options, 6) == expected["options"]["moyenne"]
    assert per_cent(figure(real, "fibre_share")) == expected["montee_en_gamme_fibre_parmi_internet_pct"]


def test_uci_incident_events(real_workspace: Open) -> None:
    real = real_workspace("uci_incident_events")
    expected = real.expected
    sla = figure(real, "within_commitment")
    assert (sla.n, sla.detail["x"]) == (expected["tickets"], expected["sla_respecte_n"])
    assert per_cent(sla) == expected["sla_final_pct"]
    moved = figure(real, "never_moved")
    known = expected["fcr_sans_reaffectation_ni_reouverture"]
    assert (moved.detail["x"], per_cent(moved)) == (known["n"], known["pct"])
    again = figure(real, "reopened")
    assert (again.detail["x"], per_cent(again)) == (expected["reouverts"]["n"], expected["reouverts"]["pct"])
    priorities = by(real, "within_commitment", "priority")
    found = {name: {"n": one.n, "sla_pct": per_cent(one)} for name, one in priorities.items()}
    assert found == expected["par_priorite"]
    assert {name: one.value for name, one in by(real, "contacts", "channel").items()} == expected["par_canal"]
    closing = expected["delai_cloture_h"]
    for variant, key in (("default", "median"), ("p90", "p90_linear"), ("closed-mean", "mean")):
        one = figure(real, "closing_time", variant=variant)
        assert one.value is not None
        assert (one.n, round(24 * one.value, 4)) == (closing["n"], closing[key])
    months = figures(real, "contacts", window=Period(date(2016, 2, 1), date(2016, 6, 1)), every="month")
    assert {one.period.label: one.value for one in months if one.period} == expected["tickets_par_mois_ouverture"]
