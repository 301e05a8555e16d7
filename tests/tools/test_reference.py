"""The committed reference pages say what the code does, and nothing is left out of them."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from timonier import errors
from timonier.indicators.catalogue import CATALOGUE

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", TOOLS / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_committed_pages_are_up_to_date(reference: ModuleType) -> None:
    old = [path.name for path, text in reference.pages().items() if path.read_text("utf-8") != text]
    assert old == [], "run: python tools/reference.py"


@pytest.mark.parametrize("page", ["reference/indicators.md", "fr/reference/indicateurs.md"])
def test_every_indicator_has_its_card(reference: ModuleType, page: str) -> None:
    text = (reference.DOCS / page).read_text("utf-8")
    assert [name for name in CATALOGUE if f"{{ #{name} }}" not in text] == []


def test_every_error_has_its_line(reference: ModuleType) -> None:
    text = (reference.DOCS / "reference/errors.md").read_text("utf-8")
    names = [name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, Exception)]
    assert len(names) > 10
    assert [name for name in names if f"`{name}`" not in text and name != "TimonierError"] == []
