"""`timonier demo`: a company from nothing to its scorecard, and what is there is kept."""

from pathlib import Path

import pytest
from cli_company import run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo company of the smallest size."""
    root = tmp_path_factory.mktemp("demo") / "company"
    ran = run("demo", "--no-serve", "-w", root, "--customers", "1000", "--seed", "7", lang="fr")
    assert ran.code == 0, ran.err
    assert "Création de l’entreprise…" in ran.err
    assert "clients.csv → customers : " in ran.err
    for family in ("Satisfaction", "Fidélité", "Ventes", "Service", "Vos indicateurs"):
        assert family in ran.out
    return root


@pytest.mark.slow
def test_every_file_went_through_the_ordinary_intake(folder: Path) -> None:
    told = run("doctor", "-w", folder, lang="fr").out
    for table in ("customers", "answers", "orders", "contracts", "contacts", "prospects", "carts", "events", "costs"):
        assert f"  {table} " in told


@pytest.mark.slow
def test_a_second_run_keeps_what_is_there(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (folder / "exports").iterdir()}
    ran = run("demo", "--no-serve", "-w", folder, "--customers", "2000", lang="fr")
    assert ran.code == 0, ran.err
    assert "est gardée" in ran.err
    assert {path: path.stat().st_mtime_ns for path in (folder / "exports").iterdir()} == before


@pytest.mark.slow
def test_surveys_stand_apart_in_the_scorecard(folder: Path) -> None:
    out = " ".join(run("score", "-w", folder, "-i", "nps", lang="fr").out.split())
    assert "relation" in out
    assert "parcours" in out


@pytest.mark.slow
def test_the_overview_names_the_survey_and_where_a_trend_has_no_figure(folder: Path) -> None:
    out = run("score", "-w", folder, lang="fr").out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert any(line.startswith("NPS — relation +") for line in lines)
    assert any("— non calculable 0" in line for line in lines)
    assert "· dans une tendance : mois sans chiffre." in out
    assert all(len(line) <= 100 for line in out.splitlines())


@pytest.mark.slow
def test_an_interrupted_run_goes_on_with_the_same_company(folder: Path) -> None:
    mark = folder / ".demo"
    done = mark.read_text("utf-8")
    mark.write_text(done.removeprefix("loaded "), encoding="utf-8")
    ran = run("demo", "--no-serve", "-w", folder, "--customers", "5000")
    assert ran.code == 0, ran.err
    assert "1,000 customers" in ran.err
    assert "clients.csv → customers: loaded already." in ran.err
    assert mark.read_text("utf-8") == done


def test_another_workspace_is_left_alone(tmp_path: Path) -> None:
    root = tmp_path / "mine"
    assert run("init", root).code == 0
    ran = run("demo", "--no-serve", "-w", root)
    assert ran.code == 2
    assert "not a demo" in ran.err


def test_an_impossible_size_is_refused(tmp_path: Path) -> None:
    ran = run("demo", "--no-serve", "-w", tmp_path / "d", "--customers", "10")
    assert ran.code == 2
    assert "1,000 to 10,000,000" in ran.err
