import pytest
from naive_company import Company

from timonier.demo import generate


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return Company(generate(tmp_path_factory.mktemp("company"), customers=4_000))
