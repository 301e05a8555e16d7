"""What every test shares: where the known answers are, and which skips are acceptable.

A skipped test is a test that did not run. Only the reasons below may skip one; any other skip fails, so that
a green run never hides work that was not done. `pytest -rs` names each skip and its reason.
"""

import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from timonier.text import language

sys.path.insert(0, str(Path(__file__).parent / "known_answers"))

ALLOWED_SKIPS = (
    "no Java",  # Apache Spark needs a Java of 17 or later
    "test data not here",  # the data sets live beside the repository: TIMONIER_TEST_DATA
    "no small disk",  # filling a disk needs the right to mount one
    "no browser",  # the pages are tried in a Chromium: `make browser` finds or installs one
    "not on this system",  # a system call that only Linux has
)


@pytest.fixture(autouse=True)
def english() -> Generator[None]:
    """Every test starts in English: one that ran a command in French leaves nothing to the next."""
    token = language.set("en")
    yield
    language.reset(token)


def _refuse_unknown_skip[Report: (pytest.TestReport, pytest.CollectReport)](report: Report) -> Report:
    if report.outcome != "skipped" or hasattr(report, "wasxfail"):
        return report
    longrepr = report.longrepr
    reason = str(longrepr[2] if isinstance(longrepr, tuple) else longrepr).removeprefix("Skipped: ")
    if not reason.startswith(ALLOWED_SKIPS):
        report.outcome = "failed"
        report.longrepr = f"skipped for a reason that tests/conftest.py does not allow: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _refuse_unknown_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _refuse_unknown_skip((yield))
