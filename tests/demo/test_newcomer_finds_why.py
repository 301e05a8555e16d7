"""At the size that `timonier demo` makes, someone new finds which delegation moved the NPS."""

from pathlib import Path

import pytest

from timonier.cli.make_demo import CUSTOMERS
from timonier.demo import generate
from timonier.facts.intake.load import load
from timonier.facts.intake.recipe import read_recipe
from timonier.facts.workspace import Workspace
from timonier.scorecard.opening import desk_of
from timonier.scorecard.request import Request
from timonier.scorecard.score import Desk, Line, score
from timonier.scorecard.why import why


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder: Path = tmp_path_factory.mktemp("newcomer")
    made = generate(folder, customers=CUSTOMERS)
    opened = Workspace.open(folder)
    for file in made.files:
        if file.stem in ("clients", "reponses"):
            load(opened, read_recipe(folder / "recipes" / f"{file.stem}.toml", opened.tables()), [file])
    return desk_of(opened)


@pytest.mark.parametrize("survey", ["relation", "parcours"])
def test_a_newcomer_finds_which_delegation_moved_the_nps(desk: Desk, survey: str) -> None:
    def lines(by: tuple[str, ...]) -> tuple[Line, ...]:
        return score(desk, Request(("nps",), by=by, where=f"survey = '{survey}'", trend=False)).lines

    (whole,) = lines(())
    assert whole.difference is not None
    assert whole.difference.movement == "up"
    found = why("delegation", whole, lines(("delegation",)))
    assert found is not None
    assert found.p_value is not None
    assert found.judged(min(1.0, 6 * found.p_value)) == "segment"  # as if six dimensions had been looked at
    assert found.leader == "Grand Ouest"
