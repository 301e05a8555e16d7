"""The pictures of the documentation: what the demo prints today, and nothing asked of the network."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest

from timonier.cli.make_demo import demo
from timonier.text import Lang, language

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def recording() -> ModuleType:
    spec = importlib.util.spec_from_file_location("recording", ROOT / "tools/recording.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["scorecard.svg", "scorecard.fr.svg"])
def test_a_picture_loads_nothing(name: str) -> None:
    text = (ROOT / "docs/assets" / name).read_text("utf-8")
    assert "@font-face" not in text
    assert "://" not in text.replace('xmlns="http://www.w3.org/2000/svg"', "")


@pytest.mark.slow
def test_the_pictures_show_what_the_demo_prints(recording: ModuleType, tmp_path: Path) -> None:
    token = language.set("fr")
    try:
        demo(workspace=tmp_path / "demo", pages=False)
    finally:
        language.reset(token)
    for lang in get_args(Lang.__value__):
        kept = (ROOT / "docs/assets" / recording.NAMES[lang]).read_text("utf-8")
        assert kept == recording.picture(tmp_path / "demo", lang), "run tools/recording.py"
