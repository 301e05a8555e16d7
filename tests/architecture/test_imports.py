"""Layers hold, and the base stays small: what it installs and what it imports."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXTRAS = {"pyspark", "py4j", "pandas", "polars", "ibis", "statsmodels", "django", "hypothesis"}
HEAVY = {"numpy", "scipy", "pyarrow", "deltalake", "duckdb", "narwhals"}


def modules() -> list[str]:
    paths = sorted((ROOT / "src").rglob("*.py"))
    names = [".".join(path.relative_to(ROOT / "src").with_suffix("").parts) for path in paths]
    return [name.removesuffix(".__init__") for name in names if not name.endswith(".spark")]


def run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    ).stdout


def test_every_module_of_the_base_imports_without_the_extras() -> None:
    names = [name for name in modules() if not name.endswith("__main__") and not name.startswith("timonier.web")]
    failed = run(
        "import importlib, sys\n"
        f"for name in {sorted(EXTRAS)}: sys.modules[name] = None\n"
        f"for name in {names}:\n"
        "    try: importlib.import_module(name)\n"
        "    except ImportError as error: print(f'{name}: {error}')\n"
    )
    assert failed == ""


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    """What keeps its start under 0.3 s; the seconds themselves are a benchmark."""
    loaded = set(run("import sys, timonier.cli.application\nprint(*sys.modules, sep='\\n')").split())
    assert HEAVY & loaded == set()


def closure(packages: dict[str, dict[str, list[dict[str, str]]]], start: list[str]) -> set[str]:
    found, todo = set(start), list(start)
    while todo:
        for dependency in packages[todo.pop()].get("dependencies", []):
            if dependency["name"] not in found:
                found.add(dependency["name"])
                todo.append(dependency["name"])
    return found


def test_the_base_installs_neither_the_web_nor_spark() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    packages = {package["name"]: package for package in lock["package"]}
    base = closure(packages, ["timonier"])
    assert EXTRAS & base == set()
    spark = [one["name"] for one in packages["timonier"]["optional-dependencies"]["spark"]]
    assert "py4j" in closure(packages, spark), "the walk over the lock no longer finds anything"


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [program, "--no-cache", "--no-logo", "--config", ROOT / "pyproject.toml"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("facts/schema.py", "from timonier.indicators import estimate", "Layers"),
        ("text.py", "from timonier import errors", "No import cycle"),
        ("indicators/stats.py", "import duckdb", "Engines"),
        ("errors.py", "import pandas", "The base needs no web"),
    ],
)
def test_a_late_import_against_the_direction_breaks_its_contract(
    tmp_path: Path, module: str, line: str, contract: str
) -> None:
    """The contracts themselves are kept in `make check`; here, that each can fail."""
    shutil.copytree(ROOT / "src" / "timonier", tmp_path / "timonier")
    with (tmp_path / "timonier" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n\ndef late() -> None:\n    {line}\n")
    done = contracts(tmp_path)
    broken = [row for row in done.stdout.splitlines() if row.endswith("BROKEN")]
    assert done.returncode == 1
    assert any(row.startswith(contract) for row in broken)
