"""Files and functions stay small, modules are named after what they hold, tests mirror the source."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "timonier"
FILES = sorted(path for folder in ("src", "tests", "tools") for path in (ROOT / folder).rglob("*.py"))
OWN_SUITES = {
    "bench",
    "known_answers",
    "oracle",
    "soundness",
    "real",
    "architecture",
    "engines",
    "faults",
    "docs",
    "tools",
    "browser",
    "security",
}
MADE = {"migrations", "templatetags"}
"""Packages that Django makes or draws with: the pages that use them are their tests."""
ELSEWHERE = {"catalogue": "known_answers", "populations": "oracle"}
"""Packages whose tests go through the whole engine, and the suite that has them."""


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_files_have_at_most_400_lines_and_functions_60(path: Path) -> None:
    text = path.read_text("utf-8")
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    long = [node.name for node in functions if (node.end_lineno or node.lineno) - node.lineno >= 60]
    assert len(text.splitlines()) <= 400
    assert long == []


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [shown(path) for path in FILES if path.stem in drawers or path.parent.name in drawers] == []


def test_every_package_has_its_tests_and_every_folder_of_tests_its_package() -> None:
    packages = {path.parent.name for path in SOURCE.rglob("*.py") if path.name != "__init__.py"} - {"timonier"} - MADE
    suites = {path.parent.name for path in (ROOT / "tests").rglob("test_*.py")} - {"tests"}
    assert packages - suites == set(ELSEWHERE)
    assert set(ELSEWHERE.values()) <= suites
    assert suites - packages - OWN_SUITES - MADE == set()
