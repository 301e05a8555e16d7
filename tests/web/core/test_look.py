"""Pages of ours keep the strict policy, name what exists, and errors need nothing around them."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template, render_to_string

import timonier.web.core
from timonier.text import language

CORE = Path(timonier.web.core.__file__).parent
TEMPLATES = CORE / "templates"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
ERRORS = ["400.html", "403.html", "404.html", "500.html", "503.html"]
INLINE = re.compile(r"""\sstyle=|\son\w+=["']|<style|javascript:|<script(?![^>]*(?:\ssrc=|type="application/json"))""")


@pytest.fixture(autouse=True)
def in_company(settings: pytest.FixtureRequest) -> None:
    """Static files are named as they are; no company is needed."""
    settings.STORAGES = {  # type: ignore[attr-defined]
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_template_can_be_read_and_has_nothing_inline(name: str) -> None:
    get_template(name)
    assert INLINE.findall((TEMPLATES / name).read_text("utf-8")) == []


@pytest.mark.parametrize("text", ['<p style="x">', '<a onclick="x">', "<script>x</script>", "<style>"])
def test_what_the_policy_refuses_is_found(text: str) -> None:
    assert INLINE.search(text)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_drawn_without_request_person_session_or_database(name: str, lang: str) -> None:
    token = language.set("fr" if lang == "fr" else "en")
    try:
        page = render_to_string(name, {"lang": lang, "error_id": "a1b2<c3>"})
    finally:
        language.reset(token)
    assert f'<html lang="{lang}"' in page
    assert page.count("<h1>") == 1
    assert "<c3>" not in page


def test_what_someone_wrote_is_never_markup() -> None:
    class Chip:
        label, value, off = "<b>", '"><script>', "?a=1&b=2"

    page = render_to_string("core/parts/chips.html", {"chips": [Chip()], "clear": ""})
    assert "<script>" not in page
    assert "<b><" not in page
    assert 'href="?a=1&amp;b=2"' in page


def test_the_script_evaluates_nothing() -> None:
    script = (CORE / "static/core/timonier.js").read_text("utf-8")
    assert re.findall(r"\beval\(|new Function|\.innerHTML|insertAdjacentHTML|setTimeout\(\s*[\"']", script) == []
    assert '"allowEval":false' in (TEMPLATES / "core/base.html").read_text("utf-8")
