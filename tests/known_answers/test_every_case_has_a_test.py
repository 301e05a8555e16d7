import re
from pathlib import Path

from cases import CASES

HERE = Path(__file__).parent


def test_every_case_is_named_by_a_test() -> None:
    """A case added to the file without a test would otherwise pass unseen."""
    text = "\n".join(path.read_text("utf-8") for path in HERE.glob("test_*.py") if path.name != Path(__file__).name)
    named = set(re.findall(r'"([A-Z]+-[0-9a-z]+)"', text))
    assert set(CASES) - named == set()
