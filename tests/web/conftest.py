"""A company, a database of its own, and a signed-in browser for each kind of person."""

import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timonier.web.project.settings")
# A browser driven in the same run leaves an event loop in this thread; no page of ours is asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
os.environ.setdefault("TIMONIER_SECRET_KEY", secrets.token_urlsafe(64))
django.setup()

REGION = "Bretagne"
TODAY = "2026-11-01"


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of a small demo company, loaded and scored once. Not to be written to: copy it first.

    Made by the first of the parallel runs that asks, for all of them.
    """
    from timonier.facts.locks import Locks

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "company"
    with Locks(shared / ".locks").hold("company", "making", 300.0):
        if not (shared / "company.ready").exists():
            _make(folder)
            (shared / "company.ready").touch()
    return folder


def _make(folder: Path) -> None:
    from timonier.demo import generate
    from timonier.facts.intake.load import load
    from timonier.facts.intake.recipe import read_recipe
    from timonier.facts.workspace import Workspace
    from timonier.scorecard.opening import desk_of
    from timonier.scorecard.request import Request
    from timonier.scorecard.score import score

    generate(folder, customers=1_500)
    opened = Workspace.open(folder)
    for file in sorted((folder / "exports").iterdir()):
        load(opened, read_recipe(folder / "recipes" / f"{file.stem}.toml", opened.tables()), [file])
    score(desk_of(opened), Request())


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Nothing to drop at the end: the whole database goes with its folder."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """The database that travels with us, in a folder that its own system user may enter."""
    from django.conf import settings
    from django.db import connections

    from timonier.web.launch.database import database
    from timonier.web.project.surroundings import database_settings

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, database(Path(folder)) as address:
        settings.DATABASES["default"].update(database_settings(address))
        connections["default"].settings_dict.update(database_settings(address))
        yield


@pytest.fixture(autouse=True)
def in_company(company: Path, settings: Any) -> None:
    """Every page reads that company and waits for its figures; static files are named as they are."""
    settings.WORKSPACE = company
    settings.BRIDGE_PATIENCE = None
    settings.INDICATOR_PATIENCE = None
    settings.STATIC_ROOT = company / "cache" / "static"
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]


type Signed = Callable[..., Any]


@pytest.fixture
def signed(db: None) -> Signed:
    """`signed("reader", scope={"region": ["Bretagne"]}, language="en")`: a client signed in as such a person."""
    from django.test import Client

    from timonier.web.accounts.models import User

    def make(role: str = "administrator", **fields: Any) -> Client:
        count = User.objects.count()
        fields.setdefault("language", "fr")
        user = User.objects.create_user(fields.pop("email", f"{role}-{count}@exemple.fr"), role=role, **fields)
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        client.person = user  # type: ignore[attr-defined]
        return client

    return make
