"""The program as people start it: start-up, languages, exit codes, pipes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cli_company import run

from timonier.cli.command import Command
from timonier.cli.language import spoken

ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


def timonier(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from timonier.cli import main; main()", *arguments]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, env={**ENVIRONMENT, **environment}
    )


COMMANDS = (
    *("score", "explain", "rows", "kpi", "init", "inspect", "load"),
    *("demo", "doctor", "repair", "compact", "rollup", "erase"),
)
HEAVY = ("numpy", "scipy", "pyarrow", "deltalake", "duckdb", "narwhals", "rich.console", "python_calamine")


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from timonier.cli import app; print(*sys.modules)"
    listed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in HEAVY if name in listed] == []
    assert "timonier.cli.score" in listed


def test_help_names_every_command() -> None:
    ran = timonier("--help")
    assert ran.returncode == 0
    for name in COMMANDS:
        assert re.search(rf"^  {name} ", ran.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    "name",
    [
        "score",
        "explain",
        "rows",
        "kpi",
        "init",
        "inspect",
        "load",
        "demo",
        "doctor",
        "repair",
        "compact",
        "rollup",
        "erase",
    ],
)
def test_every_command_has_its_help_and_its_language(name: str) -> None:
    ran = run(name, "--help")
    assert ran.code == 0
    assert "--lang" in ran.out


def test_version() -> None:
    ran = timonier("--version")
    assert re.fullmatch(r"timonier \d+\.\d+\.\d+\n", ran.stdout)


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({"TIMONIER_LANG": "fr", "LANG": "en_US.UTF-8"}, "fr"),
        ({"LC_ALL": "fr_FR.UTF-8", "LANG": "en_US.UTF-8"}, "fr"),
        ({"LC_MESSAGES": "fr_CA", "LANG": "en_US.UTF-8"}, "fr"),
        ({"LANG": "fr_FR"}, "fr"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, None),
        ({}, None),
    ],
)
def test_the_language_of_the_environment(environment: dict[str, str], found: str | None) -> None:
    assert spoken(environment) == found


def test_the_language_asked_for_wins_before_or_after_the_command() -> None:
    assert "Fidélité" in timonier("--lang", "fr", "explain", LANG="en_US.UTF-8").stdout
    assert "Fidélité" in timonier("explain", "--lang", "fr", LANG="en_US.UTF-8").stdout
    assert "Loyalty" in timonier("explain", "--lang", "en", LANG="fr_FR.UTF-8").stdout
    wrong = timonier("explain", "--lang", "de")
    assert wrong.returncode == 2
    assert "'de' is not one of 'fr', 'en'" in wrong.stderr


def test_a_workspace_speaks_its_language_when_nobody_chose(company: Path) -> None:
    quiet = timonier("explain", "-w", str(company), LANG="C")
    assert "Vos indicateurs" in quiet.stdout
    chosen = timonier("explain", "-w", str(company), LANG="en_US.UTF-8")
    assert "Your indicators" in chosen.stdout


def test_the_workspace_may_come_from_the_environment(company: Path) -> None:
    ran = timonier("explain", "promoters", TIMONIER_WORKSPACE=str(company))
    assert ran.returncode == 0, ran.stderr


def test_a_reader_that_leaves_is_no_error() -> None:
    script = f"{sys.executable} -c 'from timonier.cli import main; main()' explain --format json | head -c 10"
    ran = subprocess.run(["bash", "-c", f"set -o pipefail; {script}"], capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    assert ran.returncode in (0, 141)


def test_an_unknown_command_is_refused() -> None:
    ran = timonier("scroe")
    assert ran.returncode == 2
    assert "scroe" in ran.stderr


def broken(*_arguments: object, **_named: object) -> None:
    raise RuntimeError("the sky fell")


def test_an_unexpected_error_is_one_line_and_the_whole_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("timonier.cli.explain.known_catalogue", broken)
    ran = run("explain", lang="fr")
    assert ran.code == 70
    assert ran.err.startswith("erreur : erreur inattendue (RuntimeError : the sky fell).")
    assert "--debug" in ran.err
    whole = run("--debug", "explain")
    Command.debug = False
    assert whole.code == 70
    assert "Traceback" in whole.err


def interrupted(*_arguments: object, **_named: object) -> None:
    raise KeyboardInterrupt


def forbidden(*_arguments: object, **_named: object) -> None:
    raise PermissionError(13, "Permission denied", "/secret")


def test_ctrl_c_and_a_refusal_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("timonier.cli.explain.known_catalogue", interrupted)
    assert run("explain").code == 130
    monkeypatch.setattr("timonier.cli.explain.known_catalogue", forbidden)
    ran = run("explain")
    assert ran.code == 74
    assert ran.err == "error: /secret: Permission denied\n"
