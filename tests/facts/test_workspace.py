"""A workspace: created once, opened anywhere, its settings in the words of its language."""

import subprocess
import sys
from pathlib import Path

import pytest

from timonier.errors import SettingsError, UnknownName, UsageError
from timonier.facts.workspace import Workspace


def test_create_then_open(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "w", zone="Europe/Rome", dimensions={"contacts": {"priority": "text"}})
    opened = Workspace.open(tmp_path / "w")
    assert opened.settings == made.settings
    assert opened.settings.zone == "Europe/Rome"
    assert opened.tables()["contacts"].by_name["priority"].type == "text"
    assert "priority" not in opened.tables()["answers"].by_name
    assert {path.name for path in opened.root.iterdir()} >= {"lake", "staging", "rejects", "recipes", "rollups"}


def test_the_file_is_commented_in_the_language(tmp_path: Path) -> None:
    french = Workspace.create(tmp_path / "fr", language="fr").root / "timonier.toml"
    english = Workspace.create(tmp_path / "en", language="en").root / "timonier.toml"
    assert "Fuseau" in french.read_text(encoding="utf-8")
    assert "Time zone" in english.read_text(encoding="utf-8")


def test_a_second_creation_is_refused(tmp_path: Path) -> None:
    Workspace.create(tmp_path)
    with pytest.raises(UsageError, match="already"):
        Workspace.create(tmp_path)


def test_no_workspace_here(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"timonier\.toml"):
        Workspace.open(tmp_path)


def test_wrong_settings_create_nothing(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        Workspace.create(tmp_path / "w", zone="Nowhere")
    assert not (tmp_path / "w").exists()


def test_opening_starts_no_engine(tmp_path: Path) -> None:
    """The command line must answer at once: no engine, no Arrow, no Delta before they are needed."""
    Workspace.create(tmp_path / "w")
    code = (
        "import sys; from timonier.facts.workspace import Workspace; Workspace.open(sys.argv[1]); "
        "print([m for m in ('duckdb', 'pyarrow', 'deltalake', 'narwhals', 'numpy') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(tmp_path / "w")], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
