"""A skip needs a reason that is on the list; otherwise the run fails."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
CONFTEST = (Path(__file__).parents[1] / "conftest.py").read_text("utf-8")


def outcomes(pytester: pytest.Pytester, test: str) -> dict[str, int]:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test)
    return pytester.runpytest_subprocess("-p", "no:cacheprovider").parseoutcomes()


def test_a_named_reason_skips(pytester: pytest.Pytester) -> None:
    test = "import pytest\n\ndef test_it():\n    pytest.skip('no Java: Spark not tested')"
    assert outcomes(pytester, test) == {"skipped": 1}


@pytest.mark.parametrize(
    "skip",
    [
        "pytest.skip('later')",
        "pytest.importorskip('a_module_that_is_not_there')",
        "raise pytest.skip.Exception('x')",
    ],
)
def test_any_other_reason_fails(pytester: pytest.Pytester, skip: str) -> None:
    assert outcomes(pytester, f"import pytest\n\ndef test_it():\n    {skip}") == {"failed": 1}


def test_a_whole_module_skipped_for_another_reason_fails(pytester: pytest.Pytester) -> None:
    test = "import pytest\npytest.skip('later', allow_module_level=True)\n\ndef test_it(): pass"
    assert outcomes(pytester, test) == {"errors": 1}


def test_an_expected_failure_is_not_a_skip(pytester: pytest.Pytester) -> None:
    test = "import pytest\n\n@pytest.mark.xfail(strict=True)\ndef test_it():\n    assert False"
    assert outcomes(pytester, test) == {"xfailed": 1}
