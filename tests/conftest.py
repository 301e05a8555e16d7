"""What every test shares: where the known answers are, which skips are acceptable, which files begin.

A skipped test is a test that did not run. Only the reasons below may skip one; any other skip fails, so that
a green run never hides work that was not done. `pytest -rs` names each skip and its reason.
"""

import os
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

LONGEST = (
    "browser/test_places_browsed.py",
    "engines/test_engines_agree.py",
    "web/security/test_injection.py",
    "engines/test_spark_scorecard.py",
    "browser/test_paper_browsed.py",
    "browser/test_keys_browsed.py",
    "browser/test_import_browsed.py",
    "web/launch/test_serving.py",
    "web/intake/test_import_runs.py",
    "faults/test_load_kill.py",
    "faults/test_store_stateful.py",
    "oracle/test_oracle_indicators.py",
    "web/security/test_attacks_held.py",
    "web/security/test_matrix.py",
    "web/dashboards/test_bridge.py",
    "web/dashboards/test_indicator_page.py",
    "web/sharing/test_exports.py",
    "facts/intake/test_load_rows.py",
    "cli/test_demo.py",
)
"""Begun first when files are shared out: a long one begun last would be waited for alone."""

os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")  # Spark runs for a minute here


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, each in its own order."""
    ranks = {Path(__file__).parent / name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


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
