"""What the files for containers promise, read as an engine reads them (none runs here)."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from timonier.cli import app

COMMANDS = typer.main.get_group(app).commands
ROOT = Path(__file__).parents[2]
OURS = ("web", "worker", "workspace")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def image() -> list[str]:
    """The instructions of the last stage, one line each."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    last = max(number for number, line in enumerate(lines) if line.startswith("FROM "))
    return lines[last:]


@pytest.mark.parametrize("name", OURS)
def test_ours_have_no_rights_and_write_nowhere_else(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["user"].split(":")[0] not in ("0", "root")
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["volumes"] == ["workspace:/workspace"]


def test_every_secret_comes_from_a_file_and_none_has_a_default(compose: dict[str, Any]) -> None:
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())
    asked = {name for service in compose["services"].values() for name in service.get("secrets", [])}
    assert asked == set(compose["secrets"])
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|DATABASE_URL", name):
                assert name.endswith("_FILE")
                assert str(value).startswith("/run/secrets/")


def test_pages_are_published_on_this_machine_only_and_the_database_nowhere(compose: dict[str, Any]) -> None:
    published = {name: service.get("ports", []) for name, service in compose["services"].items()}
    assert published == {"workspace": [], "web": ["127.0.0.1:8000:8000"], "worker": [], "database": []}
    assert compose["networks"]["inside"]["internal"] is True
    assert compose["services"]["database"]["networks"] == ["inside"]


def test_each_waits_for_what_it_needs(compose: dict[str, Any]) -> None:
    assert compose["services"]["web"]["depends_on"]["database"] == {"condition": "service_healthy"}
    assert "pg_isready" in compose["services"]["database"]["healthcheck"]["test"]
    assert compose["services"]["worker"]["depends_on"]["web"] == {"condition": "service_healthy"}


def test_the_image_runs_as_nobody_and_says_how_it_is(image: list[str]) -> None:
    users = [line.split()[1] for line in image if line.startswith("USER ")]
    assert users
    assert users[-1].split(":")[0] not in ("0", "root")
    health = next(line for line in image if line.startswith("HEALTHCHECK"))
    assert "127.0.0.1:8000/sante'" in health
    assert any(line.startswith("STOPSIGNAL SIGTERM") for line in image)
    assert not any(line.startswith(("ADD ", "COPY . ")) for line in image)


def test_its_commands_exist(image: list[str], compose: dict[str, Any]) -> None:
    own = json.loads(next(line for line in image if line.startswith("CMD"))[4:])
    for command in (own, compose["services"]["web"]["command"], compose["services"]["worker"]["command"]):
        known = {
            name for parameter in COMMANDS[command[0]].params for name in (*parameter.opts, *parameter.secondary_opts)
        }
        assert {word for word in command[1:] if word.startswith("--")} <= known


def test_nothing_enters_the_image_but_what_is_named() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line[:1] not in ("", "#")]
    assert lines[0] == "*"
    allowed = {line[1:] for line in lines if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert allowed == {name for line in copied for name in line.split()}
