"""What we ship of others: every file under its sum, with its licence, and light enough."""

import gzip
import hashlib
import tomllib
from pathlib import Path

import brotli
import pytest

import timonier.web.core

STATIC = Path(timonier.web.core.__file__).parent / "static" / "core"
PACKAGES = tomllib.loads((STATIC / "vendor" / "VENDOR.toml").read_text("utf-8"))["package"]
SUMS = {path: wanted for package in PACKAGES for path, wanted in package["sha256"].items()}
BUDGET = 75_000
"""Style, script and typeface of a page, compressed: half of the 150 KB that a page may weigh with htmx and charts."""


@pytest.fixture(autouse=True)
def in_company() -> None:
    """No page is drawn here."""


def wrong(sums: dict[str, str], folder: Path) -> list[str]:
    return [path for path, wanted in sums.items() if hashlib.sha256((folder / path).read_bytes()).hexdigest() != wanted]


def test_every_file_is_the_one_that_was_fetched() -> None:
    assert wrong(SUMS, STATIC) == []


def test_a_file_changed_by_one_byte_is_seen(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_bytes(b"a{}")
    sums = {"a.css": hashlib.sha256(b"a{}").hexdigest()}
    assert wrong(sums, tmp_path) == []
    (tmp_path / "a.css").write_bytes(b"a{ ")
    assert wrong(sums, tmp_path) == ["a.css"]


def test_no_file_of_others_is_left_out_of_the_list() -> None:
    shipped = {
        str(path.relative_to(STATIC))
        for folder in ("vendor", "fonts")
        for path in (STATIC / folder).rglob("*")
        if path.is_file() and path.name != "VENDOR.toml"
    }
    assert shipped == set(SUMS)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_every_package_says_its_licence_and_carries_it(package: dict[str, str]) -> None:
    texts = [STATIC / path for path in package["sha256"] if Path(path).name in {"LICENSE", "OFL.txt"}]
    assert package["licence"] in {"MIT", "OFL-1.1"}
    assert package["version"]
    wanted = "SIL Open Font License" if package["licence"] == "OFL-1.1" else "Permission is hereby granted"
    assert texts
    assert all("Copyright" in text.read_text("utf-8") and wanted in text.read_text("utf-8") for text in texts)


def test_nothing_comes_from_elsewhere() -> None:
    styles = "".join(path.read_text("utf-8") for path in STATIC.rglob("*.css"))
    addresses = {part.split(")")[0].strip("\"'") for part in styles.split("url(")[1:]}
    assert all(address.startswith(("data:", "vendor/")) for address in addresses)
    assert "@import" not in styles


def test_the_clothes_of_a_page_weigh_half_of_its_budget() -> None:
    words = [STATIC / "vendor/tabler/tabler.css", STATIC / "timonier.css", STATIC / "timonier.js"]
    light = sum(len(brotli.compress(path.read_bytes())) for path in words)
    assert light + (STATIC / "vendor/inter/inter.woff2").stat().st_size <= BUDGET
    assert len(gzip.compress((STATIC / "timonier.js").read_bytes())) <= 6_000
