"""What the process is told: no weak secret, no other database, no host by accident."""

import stat
from pathlib import Path

import pytest

from timonier.errors import SettingsError
from timonier.web.project.single_sign_on import providers
from timonier.web.project.surroundings import database_settings, secret_of, surroundings


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "timonier.toml").write_text("", encoding="utf-8")
    for name in ("TIMONIER_SECRET_KEY", "TIMONIER_SECRET_KEY_FILE", "TIMONIER_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TIMONIER_WORKSPACE", str(tmp_path))
    return tmp_path


def test_secret_is_made_once_and_kept_from_others(workspace: Path) -> None:
    first = secret_of(workspace)
    assert secret_of(workspace) == first
    assert len(first) >= 64
    assert stat.S_IMODE((workspace / "secret.key").stat().st_mode) == 0o600


def test_no_secret_is_left_outside_a_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TIMONIER_SECRET_KEY", raising=False)
    assert secret_of(tmp_path) != secret_of(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("weak", ["changeme", "a" * 80, "x" * 49])
def test_weak_secrets_are_refused(workspace: Path, monkeypatch: pytest.MonkeyPatch, weak: str) -> None:
    monkeypatch.setenv("TIMONIER_SECRET_KEY", weak)
    with pytest.raises(SettingsError):
        secret_of(workspace)


def test_secret_may_stand_in_a_file(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "".join(chr(33 + i % 90) for i in range(64))
    (workspace / "given").write_text(secret + "\n", encoding="utf-8")
    monkeypatch.setenv("TIMONIER_SECRET_KEY_FILE", str(workspace / "given"))
    assert secret_of(workspace) == secret


def test_only_the_public_name_and_this_machine_answer(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert surroundings().hosts == ["127.0.0.1", "localhost", "[::1]"]
    assert not surroundings().encrypted
    monkeypatch.setenv("TIMONIER_URL", "https://pilotage.exemple.fr/")
    assert "pilotage.exemple.fr" in surroundings().hosts
    assert "*" not in surroundings().hosts
    assert surroundings().encrypted
    monkeypatch.setenv("TIMONIER_URL", "pilotage.exemple.fr")
    with pytest.raises(SettingsError):
        surroundings()


def test_database_address() -> None:
    read = database_settings("postgresql://z%C3%A9:p%40ss@base:5433/timonier?sslmode=require")
    assert (read["USER"], read["PASSWORD"], read["HOST"], read["PORT"], read["NAME"]) == (
        "zé",
        "p@ss",
        "base",
        "5433",
        "timonier",
    )
    assert read["OPTIONS"] == {"connect_timeout": 2, "sslmode": "require"}
    assert database_settings("postgresql://postgres@/timonier?host=/run/pg")["HOST"] == "/run/pg"


def test_other_databases_are_refused() -> None:
    with pytest.raises(SettingsError):
        database_settings("sqlite:///timonier.db")


def test_single_sign_on_is_off_without_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("URL", "CLIENT", "SECRET", "SECRET_FILE", "NAME"):
        monkeypatch.delenv(f"TIMONIER_OIDC_{name}", raising=False)
    assert providers() == {}
    (tmp_path / "secret").write_text("shh\n", encoding="utf-8")
    monkeypatch.setenv("TIMONIER_OIDC_URL", "https://id.exemple.fr")
    monkeypatch.setenv("TIMONIER_OIDC_CLIENT", "timonier")
    monkeypatch.setenv("TIMONIER_OIDC_SECRET_FILE", str(tmp_path / "secret"))
    (app,) = providers()["openid_connect"]["APPS"]
    assert (app["client_id"], app["secret"]) == ("timonier", "shh")
    assert app["settings"]["oauth_pkce_enabled"] is True
