"""`timonier inspect`, `timonier load` and `timonier init`: every row accounted for, nothing settled silently."""

import json
import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from cli_company import ANSWERS, make_files, run

from timonier.cli.files import cancelled_by_ctrl_c
from timonier.cli.progress_bar import counting_bar, progress_bar
from timonier.text import Text


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An empty workspace, with files beside it."""
    root = tmp_path / "ws"
    made = run("init", root, "--currency", "CHF", "--zone", "Europe/Zurich", "--language", "fr")
    assert made.code == 0, made.err
    make_files(tmp_path)
    simple = ANSWERS.replace('segment = "segment"\n', "")
    (tmp_path / "reponses.toml").write_text(simple, encoding="utf-8")
    return root


def test_init_writes_what_was_asked_and_refuses_a_second_time(workspace: Path) -> None:
    settings = tomllib.loads((workspace / "timonier.toml").read_text("utf-8"))
    assert (settings["currency"], settings["zone"], settings["language"]) == ("CHF", "Europe/Zurich", "fr")
    again = run("init", workspace)
    assert again.code == 2
    assert "there is a workspace here already" in again.err
    assert run("init", workspace / "other", "--zone", "Europe/Pari").code == 3


def test_a_load_tells_every_row_and_a_second_one_changes_nothing(workspace: Path) -> None:
    folder = workspace.parent
    first = run("load", folder / "reponses.toml", folder / "reponses.csv", "-w", workspace, lang="fr")
    assert first.out == "reponses.csv → answers : 241 lues, 241 gardées, 0 rejetée, 0 doublon.\n"
    second = run("load", folder / "reponses.toml", folder / "reponses.csv", "-w", workspace, lang="fr")
    assert second.out == "reponses.csv → answers : déjà chargé.\n"


def test_rejected_rows_are_in_a_file_that_is_named(workspace: Path) -> None:
    folder = workspace.parent
    with (folder / "reponses.csv").open("a", encoding="utf-8") as file:
        file.write("R1;C1;dix;2025-06-31;web;;x\n")
    ran = run("load", folder / "reponses.toml", folder / "reponses.csv", "-w", workspace)
    assert "242 read, 241 kept, 1 rejected, 0 duplicates." in ran.out
    assert "line 243: " in ran.out
    path = next(line for line in ran.out.splitlines() if "rejected rows and why: " in line).split("why: ")[1]
    assert "dix" in Path(path).read_text("utf-8")


def test_a_dry_run_keeps_nothing(workspace: Path) -> None:
    folder = workspace.parent
    ran = run("load", folder / "reponses.toml", folder / "reponses.csv", "-w", workspace, "--dry-run")
    assert "241 read, 241 kept" in ran.out
    assert "Dry run: nothing was kept." in ran.out
    assert "nothing loaded yet" in run("doctor", "-w", workspace).out


def test_several_files_are_totalled(workspace: Path) -> None:
    folder = workspace.parent
    copy = folder / "suite.csv"
    copy.write_text((folder / "reponses.csv").read_text("utf-8").replace("\nR", "\nS"), encoding="utf-8")
    ran = run("load", folder / "reponses.toml", folder / "reponses.csv", copy, "-w", workspace)
    assert "Total: 482 read, 482 kept, 0 rejected, 0 duplicates." in ran.out


@pytest.mark.parametrize(
    ("recipe", "file", "code"),
    [("nope.toml", "reponses.csv", 4), ("reponses.toml", "nope.csv", 4), ("reponses.csv", "reponses.csv", 4)],
)
def test_what_cannot_be_read_is_said(workspace: Path, recipe: str, file: str, code: int) -> None:
    ran = run("load", workspace.parent / recipe, workspace.parent / file, "-w", workspace)
    assert (ran.code, ran.out) == (code, "")
    assert "Traceback" not in ran.err


def test_a_first_ctrl_c_asks_to_stop_and_a_second_one_stops() -> None:
    with cancelled_by_ctrl_c() as cancel:
        assert not cancel()
        os.kill(os.getpid(), signal.SIGINT)
        assert cancel()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


CANCELLED = """
import sys
from timonier.facts.intake import load as loading
from timonier.cli import main
import os, signal
real = loading._Loading._check_cancelled
def interrupted(self):
    os.kill(os.getpid(), signal.SIGINT)
    real(self)
loading._Loading._check_cancelled = interrupted
sys.argv = ["timonier", *sys.argv[1:]]
main()
"""


def test_a_cancelled_load_leaves_nothing_and_says_so(workspace: Path) -> None:
    folder = workspace.parent
    arguments = ["load", str(folder / "reponses.toml"), str(folder / "reponses.csv"), "-w", str(workspace)]
    ran = subprocess.run([sys.executable, "-c", CANCELLED, *arguments], capture_output=True, text=True, check=False)
    assert ran.returncode == 9, ran.stderr
    assert ran.stdout == ""
    assert "nothing loaded yet" in run("doctor", "-w", workspace).out


def test_the_bar_follows_a_load(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar() as bar:
        bar.advance(1, 1)  # before any start: nothing to draw
        bar.start("a.csv", 100)
        bar.stage("check")
        bar.advance(100, 5)
    with counting_bar(Text("customers", "clients")) as counted:
        counted(1, 2)
    assert capsys.readouterr().out == ""


def test_inspect_proposes_a_recipe_that_loads(workspace: Path) -> None:
    folder = workspace.parent
    seen = run("inspect", folder / "commandes.csv", "--recipe-out", folder / "propose.toml", lang="fr")
    assert seen.code == 0, seen.err
    assert "6 lignes, 5 colonnes ; ressemble à « orders »" in seen.out
    assert "Recette écrite dans" in seen.err
    loaded = run("load", folder / "propose.toml", folder / "commandes.csv", "-w", workspace)
    assert "6 read, 6 kept" in loaded.out


def test_inspect_asks_what_it_cannot_know(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("note;date de réponse;verbatim\n" + "10;01/02/2026;bien\n9;03/04/2026;nul\n" * 3, encoding="utf-8")
    ran = run("inspect", file)
    assert "To settle before loading:" in ran.out
    assert "Recipe proposed:" in ran.out
    tomllib.loads(ran.out.split("Recipe proposed:\n")[1])
    [record] = json.loads(run("inspect", file, "--format", "json", "--into", "answers").out)
    assert "date_order" in {one["kind"] for one in record["questions"]}
    assert record["table"] == "answers"


def test_inspect_refuses_what_it_cannot_do(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("note\n1\n", encoding="utf-8")
    assert run("inspect", tmp_path / "nope.csv").code == 4
    assert "Tables: customers" in run("inspect", file, "--into", "colours").err
    taken = run("inspect", file, "--recipe-out", file)
    assert taken.code == 2
    assert file.read_text("utf-8") == "note\n1\n"
