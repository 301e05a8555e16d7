# ruff: noqa: S608  the statements are ours
"""The recipes of `examples/` bring the real sets in, and plain counts of the facts are those computed elsewhere."""

from collections.abc import Callable
from typing import Any

import duckdb
import pytest
from real_sets import FILES, Real

from timonier.facts.engines.duckdb import scan

type Open = Callable[[str], Real]


def ask(real: Real, table: str, query: str) -> list[tuple[Any, ...]]:
    """A query over `facts`, the rows of one table; times as text in the zone of the workspace."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"SET TimeZone = '{real.workspace.settings.zone}'")
        connection.execute(f"CREATE VIEW facts AS SELECT * FROM {scan(real.workspace.lake.files(table))}")
        return connection.execute(query).fetchall()


def one(real: Real, table: str, expression: str, where: str = "true") -> Any:
    ((value,),) = ask(real, table, f"SELECT {expression} FROM facts WHERE {where}")
    return value


def counts(real: Real, table: str, column: str, where: str = "true") -> dict[Any, int]:
    return dict(ask(real, table, f"SELECT {column}, count(*) FROM facts WHERE {where} GROUP BY 1"))  # type: ignore[arg-type]


def share(real: Real, table: str, condition: str, where: str = "true") -> float:
    return round(float(one(real, table, f"100.0 * count(*) FILTER ({condition}) / count(*)", where)), 4)


@pytest.mark.parametrize("name", FILES)
def test_no_row_is_rejected_and_none_is_lost(real_workspace: Open, name: str) -> None:
    for report in real_workspace(name).reports.values():
        for load in report.loads:
            load.counts.check(load.source)
            assert load.counts.rejected == 0, load.samples
            assert load.added == load.counts.kept


def test_cfpb_complaints(real_workspace: Open) -> None:
    real = real_workspace("cfpb_complaints")
    expected = real.expected
    assert one(real, "contacts", "count(*)") == expected["rows"]
    assert one(real, "contacts", "count(*) - count(DISTINCT left(contact_id, 32))") == expected["doublons_exacts"]
    assert counts(real, "contacts", "channel") == expected["par_canal"]
    assert counts(real, "contacts", "product") == expected["par_produit"]
    assert share(real, "contacts", "timely") == expected["reponse_dans_les_temps_pct"]
    assert one(real, "contacts", "count(disputed)") == expected["contestees"]["n_renseigne"]
    assert share(real, "contacts", "disputed", "disputed IS NOT NULL") == expected["contestees"]["pct"]
    days = "(closed_at::DATE - day)"
    assert share(real, "contacts", f"{days} <= 0") == expected["transmis_J0_pct"]
    assert share(real, "contacts", f"{days} <= 1") == expected["transmis_J+1_pct"]
    for channel, wanted in expected["transmis_J+1_par_canal_pct"].items():
        assert share(real, "contacts", f"{days} <= 1", f"channel = '{channel}'") == wanted
    assert one(real, "contacts", f"count(*) FILTER ({days} < 0)") == expected["negatifs"]
    assert round(one(real, "contacts", f"avg({days})"), 4) == expected["delai_transmission_j"]["mean"]
    for channel, wanted in expected["dans_les_temps_par_canal_pct"].items():
        assert share(real, "contacts", "timely", f"channel = '{channel}'") == wanted


def test_fr_services_publics_plus(real_workspace: Open) -> None:
    real = real_workspace("fr_services_publics_plus")
    expected = real.expected
    assert one(real, "answers", "count(*)") == expected["rows"]
    feeling = {3.0: "Positif", 2.0: "Neutre", 1.0: "Négatif"}
    assert {feeling[score]: n for score, n in counts(real, "answers", "score").items()} == expected["ressenti"]
    assert counts(real, "answers", "status") == expected["statut"]
    assert counts(real, "contacts", "channel", "channel IS NOT NULL") == expected["mentions_par_canal"]
    assert one(real, "contacts", "count(*)", "channel IS NULL") == expected["sans_canal"]
    several = "SELECT issue_id FROM facts GROUP BY 1 HAVING count(*) > 1"
    assert ask(real, "contacts", f"SELECT count(*) FROM ({several})") == [(expected["multi_canaux"],)]
    complaints = counts(real, "contacts", "channel", "complaint AND channel IS NOT NULL")
    assert complaints == expected["reclamations_negatives_par_canal"]
    for channel, wanted in expected["part_negatif_par_canal_pct"].items():
        assert share(real, "contacts", "complaint", f"channel = '{channel}'") == wanted
    bounds = [one(real, "answers", f"strftime({f}(answered_at), '%Y-%m-%d %H:%M:%S')") for f in ("min", "max")]
    assert bounds == expected["dates_lues_jour_mois"]
    late = one(real, "answers", "count(*)", "day > DATE '2023-06-03'")
    assert late == expected["dates_impossibles_apres_2023-06-03 (mois/jour inverses)"]
    assert counts(real, "answers", "year(day)::VARCHAR") == expected["par_annee"]
    assert one(real, "answers", "count(*)", "regexp_matches(comment, '[\\x{80}-\\x{9F}]')") > 200
    themes = {
        "accessibility": "Accessibilité",
        "information": "Information/Explication",
        "relation": "Relation",
        "reactivity": "Réactivité",
        "simplicity": "Simplicité/Complexité",
    }
    for column, theme in themes.items():
        assert counts(real, "answers", f"coalesce({column}, 'absent')") == expected["themes"][theme]


@pytest.mark.parametrize("country", ["france", "germany"])
def test_online_retail(real_workspace: Open, country: str) -> None:
    real = real_workspace("online_retail_fr_de")
    expected = real.expected[country]
    here = f"country = '{country.title()}'"
    sales = f"{here} AND status = 'sale'"
    assert one(real, "order_lines", "count(*)", here) == expected["lignes"]
    repeats = one(real, "order_lines", "count(*) - count(DISTINCT left(line_id, 32))", here)
    assert repeats == expected["lignes_dupliquees"]
    assert one(real, "order_lines", "count(*)", f"{here} AND order_id LIKE 'C%'") == expected["lignes_annulation"]
    assert one(real, "order_lines", "count(*)", f"{here} AND customer_id IS NULL") == expected["client_manquant"]
    assert one(real, "orders", "count(*)", here) == expected["factures"]
    assert one(real, "orders", "count(*)", f"{here} AND status = 'refund'") == expected["factures_annulation"]
    assert one(real, "orders", "count(*)", sales) == expected["ventes"]["factures"]
    assert float(one(real, "orders", "sum(amount)", sales)) == expected["ventes"]["ca"]
    assert round(float(one(real, "orders", "sum(amount) / count(*)", sales)), 6) == expected["ventes"]["panier_moyen"]
    assert float(one(real, "orders", "sum(amount)", here)) == expected["net_annulations"]["ca"]
    goods = f"{here} AND order_id NOT LIKE 'C%' AND product NOT IN ('POST', 'M', 'C2')"
    assert float(one(real, "order_lines", "sum(amount)", goods)) == expected["hors_port_et_manuel"]["ca"]
    assert one(real, "order_lines", "count(DISTINCT order_id)", goods) == expected["hors_port_et_manuel"]["factures"]
    bounds = [one(real, "orders", f"strftime({f}(ordered_at), '%Y-%m-%d %H:%M:%S')", here) for f in ("min", "max")]
    assert bounds == expected["dates"]
    assert one(real, "orders", "count(DISTINCT customer_id)", sales) == expected["clients"]["n"]
    assert {row for (row,) in ask(real, "orders", "SELECT DISTINCT currency FROM facts")} == {"GBP"}


@pytest.mark.parametrize("language", ["en", "es"])
def test_r_community_survey(real_workspace: Open, language: str) -> None:
    real = real_workspace("r_community_survey")
    expected = real.expected[f"2018_{language}"]
    nps = f"instrument = 'nps' AND language = '{language}'"
    csat = f"instrument = 'csat' AND language = '{language}'"
    ces = f"instrument = 'ces_effort' AND language = '{language}'"
    assert one(real, "answers", "count(*)", nps) == expected["rows"]
    found = counts(real, "answers", "score::INT::VARCHAR", f"{nps} AND score IS NOT NULL")
    assert found == expected["recommend_counts"]
    assert one(real, "answers", "count(*)", f"{nps} AND score IS NULL") == expected["recommend_missing"]
    wanted = expected["nps_R"]
    assert one(real, "answers", "count(*)", f"{nps} AND score >= 9") == wanted["promoters"]
    assert one(real, "answers", "count(*)", f"{nps} AND score <= 6") == wanted["detractors"]
    assert one(real, "answers", "count(score)", csat) == expected["csat_enjoyment"]["n"]
    assert round(one(real, "answers", "avg(score)", csat), 6) == expected["csat_enjoyment"]["mean"]
    assert round(one(real, "answers", "avg(score)", ces), 6) == expected["ces_difficulty_1_5"]["mean"]
    assert one(real, "answers", "count(comment)", nps) == expected["verbatims"]["Qlike_best"]
    assert one(real, "answers", "count(comment)", csat) == expected["verbatims"]["Qlike_least"]
    label = {"Inicial": "Beginner", "Intermedio": "Intermediate"}
    for experience, one_wanted in expected["nps_par_experience"].items():
        where = f"{nps} AND experience = '{label.get(experience, experience)}' AND score IS NOT NULL"
        assert one(real, "answers", "count(*)", where) == one_wanted["n"]


def test_telco_churn_ibm(real_workspace: Open) -> None:
    real = real_workspace("telco_churn_ibm")
    expected = real.expected
    assert one(real, "contracts", "count(*)") == expected["rows"]
    assert one(real, "contracts", "count(ended_on)") == expected["churn"]
    assert one(real, "contracts", "count(*)", "total IS NULL") == expected["TotalCharges_vides"]
    for column, name in (("contract", "Contract"), ("internet", "InternetService"), ("payment", "PaymentMethod")):
        for value, wanted in expected[f"attrition_par_{name}"].items():
            where = f"{column} = '{value}'"
            assert one(real, "contracts", "count(*)", where) == wanted["n"]
            assert share(real, "contracts", "ended_on IS NOT NULL", where) == wanted["pct"]
    assert float(one(real, "contracts", "sum(amount)")) == expected["revenu_mensuel"]["total"]
    assert float(one(real, "contracts", "sum(amount)", "ended_on IS NOT NULL")) == expected["revenu_mensuel"]["perdu"]
    names = ("multiple_lines", "online_security", "online_backup", "device_protection", "tech_support")
    options = " + ".join(f"{name}::INT" for name in (*names, "streaming_tv", "streaming_movies"))
    assert round(one(real, "contracts", f"avg({options})"), 6) == expected["options"]["moyenne"]
    for least in (1, 2):
        assert share(real, "contracts", f"{options} >= {least}") == expected["options"][f"pct_au_moins_{least}"]
    for years, wanted in expected["attrition_par_anciennete"].items():
        where = f"tenure BETWEEN {years.replace('-', ' AND ')}"
        assert one(real, "contracts", "count(*)", where) == wanted["n"]
        assert share(real, "contracts", "ended_on IS NOT NULL", where) == wanted["pct"]
    for words, wanted in expected["panel_300_quotas_plus_forts_restes"].items():
        contract, _, senior = words.partition("|")
        where = f"contract = '{contract}' AND senior = ({senior} = 1)"
        assert one(real, "contracts", "count(*)", where) == wanted["population"]
    assert (
        share(real, "contracts", "offer_rank = 2", "offer_rank > 0")
        == expected["montee_en_gamme_fibre_parmi_internet_pct"]
    )


def test_uci_incident_events(real_workspace: Open) -> None:
    real = real_workspace("uci_incident_events")
    expected = real.expected
    read = real.reports["tickets"].counts
    assert read.read == expected["events"]
    assert read.filtered == expected["etat_invalide_-100"]
    assert one(real, "contacts", "count(*)") == expected["tickets"]
    assert read.collapsed == expected["events"] - expected["tickets"] - 2
    assert counts(real, "contacts", "state") == expected["etat_final"]
    assert one(real, "contacts", "count(*)", "made_sla") == expected["sla_respecte_n"]
    assert counts(real, "contacts", "channel") == expected["par_canal"]
    first = "reassignments = 0 AND reopenings = 0"
    assert one(real, "contacts", "count(*)", first) == expected["fcr_sans_reaffectation_ni_reouverture"]["n"]
    assert one(real, "contacts", "count(*)", "reopenings > 0") == expected["reouverts"]["n"]
    for priority, wanted in expected["par_priorite"].items():
        assert one(real, "contacts", "count(*)", f"priority = '{priority}'") == wanted["n"]
        assert share(real, "contacts", "made_sla", f"priority = '{priority}'") == wanted["sla_pct"]
    assert counts(real, "contacts", "strftime(day, '%Y-%m')") == expected["tickets_par_mois_ouverture"]
    hours = "(epoch(resolved_at) - epoch(opened_at)) / 3600"
    wanted = expected["delai_resolution_h"]
    assert one(real, "contacts", "count(resolved_at)") == wanted["n"]
    assert round(one(real, "contacts", f"avg({hours})"), 3) == wanted["mean"]
    assert round(one(real, "contacts", f"quantile_cont({hours}, 0.9)"), 4) == wanted["p90_linear"]
    hours = "(epoch(closed_at) - epoch(opened_at)) / 3600"
    assert round(one(real, "contacts", f"avg({hours})"), 4) == expected["delai_cloture_h"]["mean"]
