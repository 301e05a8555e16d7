import re
from pathlib import Path

import pytest
from django.template import Context, Template

import timonier.web
from timonier.errors import UnknownName
from timonier.web.core.icons import drawings, shapes

USED = re.compile(r"""{%\s*icon\s+["']([\w-]+)["']""")
PAGES = sorted(Path(timonier.web.__file__).parent.rglob("templates/**/*.html"))


@pytest.fixture(autouse=True)
def in_company() -> None:
    """No page is drawn here."""


def drawn(text: str, **values: str) -> str:
    return Template("{% load icons %}" + text).render(Context(values))


def test_an_icon_beside_words_is_hidden_from_screen_readers() -> None:
    page = drawn('{% icon "x" %}')
    assert 'aria-hidden="true"' in page
    assert "<path" in page


def test_an_icon_that_stands_for_words_says_them_and_escapes_them() -> None:
    page = drawn('{% icon "x" label=words %}', words='"><script>')
    assert 'role="img"' in page
    assert "<script>" not in page
    assert "aria-hidden" not in page


def test_an_icon_that_is_not_at_hand_is_an_error() -> None:
    with pytest.raises(UnknownName, match="no-such-icon"):
        shapes("no-such-icon")


def test_a_page_does_not_fall_for_a_picture(caplog: pytest.LogCaptureFixture) -> None:
    page = drawn("{% icon name %}", name="no-such-icon")
    assert page.startswith("<svg")
    assert "<path" not in page
    assert "no-such-icon" in caplog.text


def test_every_icon_that_a_page_asks_for_is_at_hand() -> None:
    asked = {name for page in PAGES for name in USED.findall(page.read_text("utf-8"))}
    assert asked
    assert asked - set(drawings()) == set()


def test_drawings_are_shapes_and_nothing_else() -> None:
    tags = {tag for drawing in drawings().values() for tag in re.findall(r"<(/?\w+)", drawing)}
    assert tags <= {"path", "circle", "line", "rect", "polyline", "ellipse"}
