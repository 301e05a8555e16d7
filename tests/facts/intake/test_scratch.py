"""The folder of a load: nothing is left of it, whenever the load was killed; that of a load under way is left alone."""

import os
import shutil
from pathlib import Path

import pytest

from timonier.facts.intake.scratch import scratch


def names(staging: Path) -> set[str]:
    return {path.name for path in staging.iterdir()}


def test_nothing_is_left_after_a_load(tmp_path: Path) -> None:
    with scratch(tmp_path) as folder:
        (folder / "part.parquet").touch()
    assert names(tmp_path) == set()


def test_a_load_under_way_keeps_its_folder(tmp_path: Path) -> None:
    with scratch(tmp_path) as first:
        (first / "part.parquet").touch()
        with scratch(tmp_path):
            assert (first / "part.parquet").exists()
        assert (first / "part.parquet").exists()


def test_one_killed_while_it_removed_its_files_is_cleaned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remove = shutil.rmtree
    monkeypatch.setattr(shutil, "rmtree", lambda folder, **_: (Path(folder) / ".lock").unlink())  # killed halfway
    with scratch(tmp_path) as folder:
        (folder / "part.parquet").touch()
    assert names(tmp_path), "the control: it left its folder"
    monkeypatch.setattr(shutil, "rmtree", remove)
    with scratch(tmp_path) as folder:
        assert names(tmp_path) == {folder.name}


def test_one_killed_before_it_had_its_lock_is_cleaned_a_minute_later(tmp_path: Path) -> None:
    begun = tmp_path / ".begun-0011"
    begun.mkdir()
    with scratch(tmp_path):
        assert begun.exists()
    os.utime(begun, (0, 0))
    with scratch(tmp_path):
        assert not begun.exists()
