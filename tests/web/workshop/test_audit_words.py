"""Every action that the application notes in the audit log reads in both languages."""

import re
from pathlib import Path

import timonier.web
from timonier.web.workshop.words import ACTIONS

SOURCES = Path(timonier.web.__file__).parent
NOTED = re.compile(r'action="([a-z_.]+)"|_record\(by, "([a-z_]+)"|_rewrite\([^"]*"([a-z]+_[a-z]+)"')


def test_no_action_is_shown_by_its_code() -> None:
    found = {name for path in SOURCES.rglob("*.py") for match in NOTED.findall(path.read_text()) for name in match}
    noted = found - {""}
    assert {"exported", "target_set", "dimension_added", "intake.load_started"} <= noted
    assert noted <= set(ACTIONS)
    assert all(words.en != words.fr for words in ACTIONS.values())
