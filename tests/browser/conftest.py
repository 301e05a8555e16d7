"""A real browser in front of the real application: `timonier serve` on a small demo company.

Every page opened here is watched: an error in its console, a refusal of its content security policy, a request that
fails or that goes to another host make the test fail, whatever else it looks at.
"""

import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(Path(__file__).parent)]

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright  # noqa: E402
from watching import Watch  # noqa: E402

import browser as browsers  # noqa: E402
from running import Running, make_company, running  # noqa: E402

CUSTOMERS = 2_000
PATIENCE = 60_000  # milliseconds: two cores, and other tests beside


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of a small demo company, made once for all processes of a run. To be copied, not served."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    folder = shared / "browsed-company"
    with (shared / "browsed-company.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".made").exists():
            make_company(folder, CUSTOMERS)
            (folder / ".made").touch()
    return folder


@pytest.fixture(scope="session")
def program() -> Path:
    """The browser; the tests that need one are skipped where there is none."""
    found = browsers.find()
    if found is None:
        pytest.skip("no browser")
    return found


@pytest.fixture(scope="session")
def app(program: Path, company: Path) -> Iterator[Running]:
    """The application on that company, for all tests of this process. Its database needs a folder others may enter."""
    with tempfile.TemporaryDirectory(prefix="timonier-", ignore_cleanup_errors=True) as folder:
        workspace = Path(folder) / "company"
        shutil.copytree(company, workspace)
        with running(workspace) as started:
            yield started


@pytest.fixture(scope="package")
def chromium(program: Path) -> Iterator[Browser]:
    """Closed with this folder's last test: its event loop would be in the way of Django's in the other folders."""
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(program), args=browsers.arguments())
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def person(chromium: Browser, app: Running) -> Any:
    """The cookies of the first administrator, signed in by the printed link as a person would."""
    context = chromium.new_context(locale="fr-FR")
    page = context.new_page()
    page.goto(app.link)
    page.get_by_role("button", name="Entrer").click()
    page.wait_for_url(app.address + "/")
    kept = context.storage_state()
    context.close()
    return kept


type Opens = Callable[..., Page]


@pytest.fixture
def watch(app: Running) -> Iterator[Watch]:
    """What went wrong on the pages of a test, told at its end."""
    watched = Watch(app.address)
    yield watched
    assert not watched.complaints, "\n".join(watched.complaints)


@pytest.fixture
def opens(chromium: Browser, app: Running, person: Any, watch: Watch) -> Iterator[Opens]:
    """`opens("/", language="en", theme="dark", width=390, script=False, signed=False)`: a page that is watched."""
    contexts: list[BrowserContext] = []

    def open_page(
        path: str = "/",
        *,
        language: str = "fr",
        theme: str = "light",
        width: int = 1280,
        script: bool = True,
        signed: bool = True,
    ) -> Page:
        context = chromium.new_context(
            base_url=app.address,
            locale={"fr": "fr-FR", "en": "en-GB"}[language],
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
            storage_state=person if signed else None,
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        watch.follow(page)
        page.goto(path)
        expect(page.locator("#waiting")).to_have_count(0)  # figures that take longer than others, beside other tests
        return page

    yield open_page
    for context in contexts:
        context.close()
