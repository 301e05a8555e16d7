"""Commands that keep a workspace: doctor, repair, compact, rollup, erase."""

import re
from pathlib import Path

import pytest
from cli_company import run

from timonier.facts.workspace import Workspace


def test_doctor_tells_settings_with_their_origin_and_tables(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMONIER_MINIMUM_N", "7")
    ran = run("doctor", "-w", fresh, lang="fr")
    assert ran.code == 0, ran.err
    lines = {line.split()[0]: " ".join(line.split()) for line in ran.out.splitlines() if line.startswith("  ")}
    assert lines["minimum_n"] == "minimum_n 7 TIMONIER_MINIMUM_N"
    assert lines["language"].endswith("fr timonier.toml")
    (fresh / "timonier.toml").write_text(
        (fresh / "timonier.toml").read_text("utf-8").replace('memory = "1GB"', "# memory"), encoding="utf-8"
    )
    assert "1GB                                par défaut" in run("doctor", "-w", fresh, lang="fr").out
    assert lines["dimensions"].startswith("dimensions answers (segment)")
    assert lines["indicators"].startswith("indicators promoters")
    assert "241 lignes" in lines["answers"]
    assert "1 fichier (1 de moins de 32 Mo)" in lines["answers"]
    assert ran.out.endswith("L’entrepôt est sain.\n")


def test_doctor_sees_damage_and_repair_mends_it(fresh: Path) -> None:
    [log] = (fresh / "lake" / "answers" / "_delta_log").glob("*1.json")
    log.write_bytes(b"")
    seen = run("doctor", "-w", fresh)
    assert seen.code == 7
    assert "--repair" in seen.err
    assert run("score", "-w", fresh).code == 7
    assert "answers: 1 repaired." in run("repair", "-w", fresh).out
    assert run("doctor", "-w", fresh, "--deep").code == 0
    assert "nothing to repair" in run("doctor", "-w", fresh, "--repair").err


def test_compact_joins_files_and_keeps_the_figures(fresh: Path) -> None:
    before = run("score", "-w", fresh, "-i", "nps", "--format", "json", "--no-rollups").out
    ran = run("compact", "-w", fresh, "--keep", "0")
    assert ran.code == 0, ran.err
    assert "answers: 1 file → 1, " in ran.out
    assert run("score", "-w", fresh, "-i", "nps", "--format", "json", "--no-rollups").out == before


def test_rollup_brings_the_sums_up_to_date(fresh: Path) -> None:
    ran = run("rollup", "-w", fresh, lang="fr")
    assert ran.code == 0, ran.err
    assert re.fullmatch(r"Jeux de sommes par jour tenus à jour : \d+\.\n", ran.out)
    assert not ran.out.startswith("0 ")


def test_erase_asks_for_the_identifier_again(fresh: Path) -> None:
    refused = run("erase", "C01", "-w", fresh, typed="C02\n")
    assert refused.code == 2
    assert "nothing was erased" in refused.err
    assert Workspace.open(fresh).lake.row_count("answers") == 241
    done = run("erase", "C01", "-w", fresh, typed="C01\n", lang="fr")
    assert done.code == 0, done.err
    assert "answers : 12 lignes effacées." in done.out
    assert Workspace.open(fresh).lake.row_count("answers") == 229


def test_erase_without_a_question_and_of_nobody(fresh: Path) -> None:
    assert "orders: 3 rows erased." in run("erase", "A", "-w", fresh, "--yes").out
    assert "There was nothing about them." in run("erase", "nobody", "-w", fresh, "--yes").out
    assert "There was nothing about them." in run("erase", "nobody", "-w", fresh, "--yes", "--account").out
