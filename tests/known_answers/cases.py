"""The verified cases of `known_answers.json`, by id."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CASES: dict[str, dict[str, Any]] = {
    case["id"]: case for case in json.loads((HERE / "known_answers.json").read_text("utf-8"))["cases"]
}
DATA = Path(os.environ.get("TIMONIER_TEST_DATA", HERE.parents[2] / "shared" / "data"))


def case(name: str) -> dict[str, Any]:
    """The case as written: inputs, expected, tol…"""
    return CASES[name]


def method_data(name: str) -> Path:
    """A file of `data/method`, or a skip that names it."""
    path = DATA / "method" / name
    if not path.exists():
        pytest.skip(f"test data not here: {path.name} (set TIMONIER_TEST_DATA)")
    return path


def close(case_: dict[str, Any], found: object, expected: object) -> None:
    """Assert equality within the case's own tolerance, through lists and dicts; None equals None only."""
    if isinstance(expected, dict):
        assert isinstance(found, dict)
        for key, value in expected.items():
            close(case_, found[key], value)
    elif isinstance(expected, list):
        assert len(found) == len(expected)  # type: ignore[arg-type]
        for one, other in zip(found, expected, strict=True):  # type: ignore[call-overload]
            close(case_, one, other)
    elif isinstance(expected, float | int) and not isinstance(expected, bool):
        assert found == pytest.approx(expected, abs=case_["tol"], rel=0)
    else:
        assert found == expected
