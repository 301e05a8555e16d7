"""A small demo company, loaded once for the tests of scorecards that only read it."""

import pytest

from timonier.demo import generate
from timonier.facts.intake.load import load
from timonier.facts.intake.recipe import read_recipe
from timonier.facts.workspace import Workspace
from timonier.scorecard.opening import desk_of
from timonier.scorecard.score import Desk


@pytest.fixture(scope="package")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("scorecard")
    generate(folder, customers=1_500)
    opened = Workspace.open(folder)
    for file in sorted((folder / "exports").iterdir()):
        load(opened, read_recipe(folder / "recipes" / f"{file.stem}.toml", opened.tables()), [file])
    return desk_of(opened)
