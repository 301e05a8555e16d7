"""French as it is printed: the spaces that never break."""

import pytest

from timonier.text import Text, say


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("lu : 3 ; gardé ?", "lu\u00a0: 3\u00a0; gardé\u00a0?"),
        ("« web » n’est pas là.", "«\u00a0web\u00a0» n’est pas là."),
        ("à 95 % (score)", "à 95\u00a0% (score)"),
        ("erreur :", "erreur\u00a0:"),
        ("scale=1:5 ;: x", "scale=1:5 ;: x"),
    ],
)
def test_marks_are_not_left_alone_at_the_start_of_a_line(written: str, printed: str) -> None:
    text = Text("as it is : no", written)
    assert say(text, "fr") == printed
    assert say(text, "en") == "as it is : no"
