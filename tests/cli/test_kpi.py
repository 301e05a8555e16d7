"""`timonier kpi`: one file as people have it, one indicator; what is ambiguous is refused."""

import csv
import importlib.util
import io
import json
from pathlib import Path
from typing import Any

import pytest
from cli_company import Ran, run


def kpi(name: str, file: Path, *options: str) -> list[dict[str, Any]]:
    ran = run("kpi", name, file, "--format", "json", *options)
    assert ran.code == 0, ran.err
    return list(json.loads(ran.out))


def written(folder: Path, text: str, name: str = "file.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


NPS = "client;note;canal;date;vague;poids\n"


def nps_file(folder: Path) -> Path:
    lines = [
        "A;10;web;01/03/2026;v1;1",
        "B;9;web;15/03/2026;v1;2",
        "C;3;tél;20/03/2026;v1;1",
        "D;NSP;tél;21/03/2026;v1;1",
        "E;;tél;21/03/2026;v1;1",
        "F;dix;web;22/03/2026;v1;1",
        "G;11;web;02/04/2026;v1;1",
        "H;8;web;03/04/2026;v1;1",
        "A;2;web;30/03/2026;v1;1",
    ]
    return written(folder, NPS + "\n".join(lines) + "\n")


def test_columns_are_found_by_their_name_and_told(tmp_path: Path) -> None:
    ran = run("kpi", "nps", nps_file(tmp_path), "--format", "json")
    assert "columns taken: score = “note”, customer_id = “client”, wave = “vague”, answered_at = “date”" in ran.err
    [one] = json.loads(ran.out)
    assert one["excluded"] == {"duplicate": 1, "invalid": 2, "missing": 2}
    assert (one["n"], one["value"]) == (4, pytest.approx(100 * (1 - 2) / 4))


def test_every_key_that_is_promised_is_there(tmp_path: Path) -> None:
    [one] = kpi("nps", nps_file(tmp_path))
    promised = ["indicator", "variant", "by", "period", "value", "low", "high", "n", "n_eff", "unit", "state"]
    assert set(promised) | {"method", "excluded", "direction", "confidence", "currency", "version"} <= set(one)
    assert (one["indicator"], one["variant"], one["by"], one["period"]) == ("nps", "default", {}, None)
    assert (one["unit"], one["direction"], one["method"], one["state"]) == ("points", "up", "score", "ok")


def test_by_and_every(tmp_path: Path) -> None:
    found = kpi("nps", nps_file(tmp_path), "--by", "canal", "--every", "month")
    cells = {(one["by"]["canal"], one["period"]["label"]): one["n"] for one in found}
    assert cells == {("tél", "2026-03"): 1, ("web", "2026-03"): 2, ("tél", "2026-04"): 0, ("web", "2026-04"): 1}
    empty = next(one for one in found if one["n"] == 0)
    assert (empty["value"], empty["state"]) == (None, "not_computable")


def test_a_small_segment_is_suppressed_when_asked(tmp_path: Path) -> None:
    found = kpi("nps", nps_file(tmp_path), "--by", "canal", "--min-n", "4")
    assert all((one["value"], one["state"]) == (None, "suppressed") for one in found)


def test_period_of_the_file(tmp_path: Path) -> None:
    [one] = kpi("nps", nps_file(tmp_path), "--from", "2026-04-01", "--to", "2026-04-03")
    assert (one["n"], one["value"]) == (1, 0.0)


def test_method_confidence_variant_weight(tmp_path: Path) -> None:
    file = nps_file(tmp_path)
    [wald] = kpi("nps", file, "--method", "wald", "--confidence", "0.9")
    assert (wald["method"], wald["confidence"]) == ("wald", 0.9)
    [mean] = kpi("nps", file, "--variant", "mean", "--param", "repeats=keep")
    assert mean["value"] == pytest.approx((10 + 9 + 3 + 8 + 2) / 5)
    [weighted] = kpi("nps", file, "--weight", "poids", "--param", "repeats=keep")
    assert weighted["value"] == pytest.approx(100 * (1 + 2 - 1 - 1) / 6)
    assert weighted["n_eff"] < weighted["n"]


def test_scale_and_direction(tmp_path: Path) -> None:
    file = written(tmp_path, "satisfaction\n1\n1\n2\n5\n")
    [one] = kpi("csat", file, "--scale", "1:5", "--direction", "down")
    assert one["value"] == 0.75


def test_named_columns_win(tmp_path: Path) -> None:
    file = written(tmp_path, "q1,q2,who,spent\n10,0,a,5\n9,1,b,6\n")
    assert kpi("nps", file, "--score", "q2", "--customer", "who")[0]["value"] == -100.0
    assert kpi("average_basket", file, "--amount", "spent", "--customer", "who")[0]["value"] == 5.5
    assert kpi("nps", file, "--column", "score=q1")[0]["value"] == 100.0


def test_an_encoding_and_a_decimal_comma_of_a_french_spreadsheet(tmp_path: Path) -> None:
    file = written(tmp_path, "N° client;Montant TTC;Libellé\nA;1 234,50;é\nB;65,50;à\n", encoding="cp1252")
    [one] = kpi("average_basket", file)
    assert one["value"] == 650.0


def test_parquet_and_json_lines(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"note": [10, 9, 3, 8]}), tmp_path / "a.parquet")
    assert kpi("nps", tmp_path / "a.parquet")[0]["value"] == 25.0
    lines = written(tmp_path, '{"note": 10}\n{"note": 0}\n{"note": 10}\n{"note": 10}\n', "a.jsonl")
    assert kpi("nps", lines)[0]["value"] == 50.0


def test_a_sheet_of_a_workbook(tmp_path: Path) -> None:
    path = Path(__file__).parents[1] / "facts/intake/workbooks.py"
    spec = importlib.util.spec_from_file_location("workbooks_of_intake", path)
    assert spec is not None
    assert spec.loader is not None
    books = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(books)
    rows = [[books.cell(value)] for value in ("note", 10, 9, 3, 8)]
    sheets = {"Réponses": books.sheet(rows), "Autres": books.sheet([[books.cell("note")], [books.cell(0)]])}
    file = books.xlsx(tmp_path / "a.xlsx", sheets)
    assert kpi("nps", file, "--sheet", "Réponses")[0]["value"] == 25.0
    several = run("kpi", "nps", file)
    assert several.code in (2, 4)
    assert "Réponses" in several.err


def test_amounts_in_the_currency_of_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, "montant;devise\n10;CHF\n20;CHF\n")
    assert [(one["value"], one["currency"]) for one in kpi("average_basket", file)] == [(15.0, "CHF")]


def test_two_currencies_are_never_added(tmp_path: Path) -> None:
    file = written(tmp_path, "montant;devise\n10;CHF\n20;EUR\n")
    refused = run("kpi", "average_basket", file)
    assert refused.code == 5
    assert "CHF, EUR" in refused.err
    [one] = kpi("average_basket", file, "--param", "currency=EUR")
    assert (one["value"], one["currency"], one["excluded"]) == (20.0, "EUR", {"other_currency": 1})


def test_time_between_two_steps(tmp_path: Path) -> None:
    lines = ["D1;demande;01/03/2026 10:00", "D1;envoi;02/03/2026 10:00", "D2;demande;13/03/2026 10:00"]
    lines.append("D2;envoi;16/03/2026 10:00")
    file = written(tmp_path, "dossier;étape;date\n" + "\n".join(lines) + "\n")
    steps = ("--param", "start_step=demande", "--param", "end_step=envoi")
    [one] = kpi("step_time", file, *steps)
    assert (one["value"], one["unit"], one["n"]) == (2.0, "days", 2)
    [share] = kpi("on_time", file, *steps, "--param", "limit_days=1")
    assert share["value"] == 0.5


def test_two_surveys_in_one_figure_are_told(tmp_path: Path) -> None:
    file = written(tmp_path, "note;enquête\n10;relation\n0;agence\n")
    assert "2 valeurs de « enquête » sont confondues (agence, relation)" in run("kpi", "nps", file, lang="fr").err
    assert "confondues" not in run("kpi", "nps", file, "--by", "enquête", lang="fr").err


def test_churn_of_contracts_between_two_days(tmp_path: Path) -> None:
    lines = ["A;01/01/2025;", "B;01/01/2025;31/03/2026", "C;15/02/2025;", "D;15/02/2025;28/02/2026"]
    file = written(tmp_path, "client;date début;date fin\n" + "\n".join(lines) + "\n")
    [one] = kpi("churn", file, "--from", "2026-01-01", "--to", "2026-12-31")
    assert (one["value"], one["n"]) == (0.5, 4)


AMBIGUOUS = "note;date\n10;01/02/2026\n9;03/04/2026\n"


def test_the_order_of_day_and_month_is_never_guessed(tmp_path: Path) -> None:
    file = written(tmp_path, AMBIGUOUS)
    refused = run("kpi", "nps", file, "--every", "month", "--at", "date")
    assert refused.code == 2
    assert "--date-order" in refused.err
    french = kpi("nps", file, "--every", "month", "--at", "date", "--date-order", "dmy")
    american = kpi("nps", file, "--every", "month", "--at", "date", "--date-order", "mdy")
    assert [one["period"]["label"] for one in french] == ["2026-02", "2026-04"]
    assert [one["period"]["label"] for one in american] == ["2026-01", "2026-03"]


def test_an_instant_falls_on_the_day_of_the_business(tmp_path: Path) -> None:
    file = written(tmp_path, "note,date\n10,2026-03-31T23:30:00Z\n")
    [one] = kpi("nps", file, "--every", "month")
    assert one["period"]["label"] == "2026-04"


def test_thousands_or_decimals_are_never_guessed(tmp_path: Path) -> None:
    file = written(tmp_path, 'montant\n"1,234"\n"2,500"\n')
    assert "--decimal" in run("kpi", "average_basket", file).err
    assert kpi("average_basket", file, "--decimal", ".")[0]["value"] == 1867.0
    assert kpi("average_basket", file, "--decimal", ",")[0]["value"] == 1.867


def test_rows_without_a_date_are_told(tmp_path: Path) -> None:
    lines = "\n".join(f"9;2026-01-{day:02d}" for day in range(1, 21))
    ran = run("kpi", "nps", written(tmp_path, f"note;date\n{lines}\n9;\n"), "--every", "month", "--format", "json")
    assert "rows without a date, left out: 1." in ran.err
    assert json.loads(ran.out)[0]["n"] == 20


def test_a_scale_that_does_not_look_right_is_told(tmp_path: Path) -> None:
    file = written(tmp_path, "note\n" + "5\n4\n" * 10)
    assert "is it the right scale" in run("kpi", "nps", file).err
    assert "is it the right scale" not in run("kpi", "csat", file).err
    assert "only a 0–10 question gives an NPS" in run("kpi", "nps", file, "--scale", "1:5").err


def test_the_table_is_french_when_asked(tmp_path: Path) -> None:
    ran = run("kpi", "nps", nps_file(tmp_path), lang="fr")
    assert "NPS (recommandation nette) — score net" in ran.out
    assert "−25,0" in ran.out
    assert "1 doublon, 2 invalides, 2 sans valeur" in " ".join(ran.out.split())
    assert "intervalle à 95 %" in ran.out.replace("\u00a0", " ")


def test_csv_comes_out_with_points_and_one_level(tmp_path: Path) -> None:
    ran = run("kpi", "nps", nps_file(tmp_path), "--by", "canal", "--format", "csv")
    [tel, web] = csv.DictReader(io.StringIO(ran.out))
    assert (tel["by_canal"], float(tel["value"])) == ("tél", -100.0)
    assert web["excluded_invalid"] == "2"


def refused(folder: Path, text: str, name: str, *options: str) -> Ran:
    ran: Ran = run("kpi", name, written(folder, text), *options)
    assert ran.out == ""
    assert "Traceback" not in ran.err
    return ran


@pytest.mark.parametrize(
    ("text", "name", "options", "code", "words"),
    [
        ("a,b\n1,2\n", "nps", (), 5, "there are: a, b"),
        ("note a,note b\n1,2\n", "nps", (), 2, "several columns could be the score"),
        ("note\n1\n", "nps", ("--score", "x"), 5, "the file has no column “x”"),
        ("note\n1\n", "nps", ("--by", "x"), 5, "the file has no column “x”"),
        ("note\n1\n", "nps", ("--weight", "note", "--scale", "9"), 2, "Write it as 1:5"),
        ("note\n1\n", "nps", ("--scale", "a:b"), 2, "does not suit"),
        ("note\n1\n", "nps", ("--scale", "10:0"), 2, "upside down"),
        ("note,w\n1,-1\n", "nps", ("--weight", "w"), 5, "is not a weight"),
        ("note,w\n1,\n1,2\n", "nps", ("--weight", "w"), 5, "rows without a weight: 1"),
        ("note\n1\n", "nps", ("--param", "colour=3"), 2, "has no parameter"),
        ("montant\n1\n", "average_basket", ("--scale", "1:5"), 2, "has no parameter “scale”"),
        ("note\n1\n", "nps", ("--column", "colour=note"), 2, "this indicator reads no “colour”"),
        ("note\n1\n", "nps", ("--variant", "x"), 2, "Choose among"),
        ("note,date\n1,x\n", "nps", ("--every", "month"), 5, "does not hold dates"),
        ("note\n1\n", "nps", ("--every", "month"), 5, "--at"),
        ("note,date\n1,2026-01-01\n", "nps", ("--from", "2026-02-01", "--to", "2026-01-01"), 2, "--to is before"),
        ("note,date\n1,2026-01-01\n", "nps", ("--from", "2026-02-01"), 2, "go together"),
        ("a\n1\n", "cac", (), 2, "it reads: costs, customers"),
        ("step\nx\n", "on_time", (), 2, "say which step: start_step"),
        ("note\n1\n", "nps", ("--param", "repeats=never"), 2, "Choose among: latest, keep"),
        ("note,date\n1,2026-01-01\n", "nps", ("--from", "2026-01-01", "--to", "9999-12-31"), 2, "is not a day"),
        ("a\n1\n", "roi", (), 2, "cannot be computed on one file"),
        ("", "nps", (), 4, "empty"),
        ("\0\0\0\0", "nps", (), 4, ""),
    ],
)
def test_what_is_impossible_is_said(
    tmp_path: Path, text: str, name: str, options: tuple[str, ...], code: int, words: str
) -> None:
    ran = refused(tmp_path, text, name, *options)
    assert ran.code == code, ran.err
    assert words in ran.err


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    ran = run("kpi", "nps", tmp_path / "nope.csv", lang="fr")
    assert ran.code == 4
    assert "nope.csv" in ran.err


def test_a_figure_that_waits_is_immature_when_the_file_stops_too_early(tmp_path: Path) -> None:
    rows = "".join(f"2026-03-{day:02d},{'2026-03-30' if day < 9 else ''}\n" for day in range(1, 29))
    file = written(tmp_path, "créé le,converti le\n" + rows)
    assert kpi("conversion", file)[0]["state"] == "immature"
    assert kpi("conversion", file, "--as-of", "2026-05-01")[0]["state"] == "ok"


def test_a_response_rate_needs_to_know_who_answered(tmp_path: Path) -> None:
    """Without, everybody would be silent: 0 %."""
    ran = run("kpi", "response_rate", written(tmp_path, "envoyé le,ville\n2026-01-01,Lyon\n"))
    assert ran.code == 5
    assert "--column answered_at=" in ran.err


def test_values_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    file = written(tmp_path, "requested,sold\nbasic,plus\nplus,plus\n")
    ran = run("kpi", "upsell", file, "--column", "requested_rank=requested", "--column", "sold_rank=sold")
    assert "values of “requested” that are not whole numbers, left out as missing: 2." in ran.err
    big = written(tmp_path, "montant\n999999999999999999\n10\n", "big.csv")
    assert "that are not amounts that can be read, left out as missing: 1." in run("kpi", "average_basket", big).err


def test_contacts_without_an_issue_are_told(tmp_path: Path) -> None:
    file = written(tmp_path, "ticket,ouvert le,résolu\n1,2026-01-01,oui\n2,2026-01-02,oui\n")
    assert "each contact counts as one" in run("kpi", "fcr", file).err


def test_populations_by_period_take_the_periods_of_the_file(tmp_path: Path) -> None:
    rows = "a,2025-11-03\na,2026-02-10\nb,2025-12-20\nc,2026-01-20\n"
    first, second = kpi("repeat_purchase", written(tmp_path, "client,date\n" + rows), "--every", "quarter")
    assert (first["period"]["label"], first["state"]) == ("2025-Q4", "not_computable")
    assert (second["value"], second["n"]) == (0.5, 2)


def test_a_column_named_as_ours_is_a_column_like_another(tmp_path: Path) -> None:
    for name in ("role:score", "day", "w", "by_0", "cell"):
        file = written(tmp_path, f"note,{name}\n9,a\n0,b\n")
        assert [one["by"] for one in kpi("nps", file, "--score", "note", "--by", name)] == [{name: "a"}, {name: "b"}]


def test_names_from_a_file_do_not_drive_the_terminal(tmp_path: Path) -> None:
    ran = run("kpi", "nps", written(tmp_path, "note,g\n9,\x1b[31mred\n0,\u202eevil\n"), "--by", "g")
    assert "\x1b" not in ran.out
    assert "\u202e" not in ran.out
    assert "[31mred" in ran.out


def test_a_confidence_that_a_scorecard_refuses_is_refused_here_too(tmp_path: Path) -> None:
    ran = run("kpi", "nps", nps_file(tmp_path), "--confidence", "0.4")
    assert (ran.code, "a confidence of 0.4 is not between 0.5 and 1" in ran.err) == (2, True)


def test_outcomes_in_french_are_understood_and_others_are_told(tmp_path: Path) -> None:
    lines = ["Répondu", "complète", "partielle", "refus", "Non délivré", "peut-être"]
    file = written(tmp_path, "envoi;issue\n" + "".join(f"2026-03-0{n};{one}\n" for n, one in enumerate(lines, 1)))
    columns = ("--column", "sent_at=envoi", "--column", "outcome=issue", "--format", "json")
    ran = run("kpi", "response_rate", file, *columns)
    [one] = json.loads(ran.out)
    assert (one["value"], one["n"], one["excluded"]) == (2 / 5, 5, {"bounced": 1})
    assert "outcomes not understood, taken as no answer: peut-être" in ran.err


def test_one_vote_an_account_from_a_file(tmp_path: Path) -> None:
    file = written(tmp_path, "compte;note\nbig;0\nbig;9\nsmall;10\n;10\n")
    [one] = kpi("nps", file, "--variant", "accounts")
    assert (one["value"], one["n"], one["excluded"]) == (50.0, 2, {"unknown": 1})
    refused = run("kpi", "complaints", file, "--variant", "orders")
    assert "it reads: contacts, orders" in refused.err
