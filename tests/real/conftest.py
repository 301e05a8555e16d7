"""The real sets, loaded once each with the recipes of `examples/`."""

from collections.abc import Callable

import pytest
from real_sets import DATA, Real, loaded


@pytest.fixture(scope="session")
def real_workspace(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Real]:
    """`real_workspace(name)`: the set of that name, loaded; the test is skipped when the data are not there."""
    made: dict[str, Real] = {}

    def opened(name: str) -> Real:
        folder = DATA / name
        if not folder.exists():
            pytest.skip(f"test data not here: {folder}")
        if name not in made:
            made[name] = loaded(name, folder, tmp_path_factory.mktemp(name))
        return made[name]

    return opened
