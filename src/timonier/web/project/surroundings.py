"""What the process is told by its environment, read once and checked: the workspace, the database, the secret."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from timonier.errors import SettingsError
from timonier.facts.settings import FILE_NAME
from timonier.text import Text

SECRET_FILE = "secret.key"  # noqa: S105 -- the name of a file
SHORTEST_SECRET = 50
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`database` is a PostgreSQL address; `public` the address that people type, "" on this machine only."""

    workspace: Path
    database: str
    secret: str
    public: str

    @property
    def hosts(self) -> list[str]:
        """The names that a request may ask for."""
        named = urlsplit(self.public).hostname if self.public else None
        return [*LOOPBACK, *([named] if named else [])]

    @property
    def encrypted(self) -> bool:
        """Whether people come over HTTPS, so that cookies may demand it."""
        return self.public.startswith("https://")


def surroundings() -> Surroundings:
    """Raises SettingsError when the secret is too short or the public address is none."""
    workspace = Path(os.environ.get("TIMONIER_WORKSPACE", ".")).resolve()
    public = os.environ.get("TIMONIER_URL", "").rstrip("/")
    if public and urlsplit(public).scheme not in ("http", "https"):
        raise SettingsError(
            Text(f"“{public}” is not a web address.", f"« {public} » n’est pas une adresse web."),
            where="TIMONIER_URL",
            hint=Text("Write https://timonier.example.org.", "Écrivez https://timonier.exemple.fr."),
        )
    return Surroundings(workspace, os.environ.get("DATABASE_URL", ""), secret_of(workspace), public)


def secret_of(workspace: Path) -> str:
    """The key that signs sessions: from the environment, a file that it names, or the workspace's own, made once.

    There is no default: a known key would let anyone sign a session.
    """
    given = os.environ.get("TIMONIER_SECRET_KEY", "")
    named = os.environ.get("TIMONIER_SECRET_KEY_FILE", "")
    if named:
        given = Path(named).read_text(encoding="utf-8").strip()
    if given:
        return _checked(given)
    path = workspace / SECRET_FILE
    if not (workspace / FILE_NAME).exists():  # no workspace here: a command that only reads the code (checks, types)
        return secrets.token_urlsafe(64)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _checked(path.read_text(encoding="utf-8").strip())
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        made = secrets.token_urlsafe(64)
        file.write(made)
        file.flush()
        os.fsync(file.fileno())
    return made


def _checked(secret: str) -> str:
    if len(secret) >= SHORTEST_SECRET and len(set(secret)) > 10:
        return secret
    raise SettingsError(
        Text(
            f"the secret key is too weak: {SHORTEST_SECRET} random characters at least.",
            f"la clé secrète est trop faible : {SHORTEST_SECRET} caractères tirés au hasard au moins.",
        ),
        where="TIMONIER_SECRET_KEY",
        hint=Text(
            "Leave it out: the workspace makes its own.", "Ne la donnez pas : l’espace de travail crée la sienne."
        ),
    )


def database_settings(address: str) -> dict[str, object]:
    """Django's settings for a PostgreSQL address: `postgresql://user:password@host:port/name?host=/socket`."""
    parts = urlsplit(address)
    if address and parts.scheme not in ("postgres", "postgresql"):
        raise SettingsError(
            Text("only PostgreSQL is supported.", "seul PostgreSQL est pris en charge."),
            where="DATABASE_URL",
            hint=Text(
                "Write postgresql://user:password@host/name.", "Écrivez postgresql://nom:motdepasse@machine/base."
            ),
        )
    asked = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    options: dict[str, object] = {"connect_timeout": 2}
    if "sslmode" in asked:
        options["sslmode"] = asked["sslmode"]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "timonier",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(asked.get("host", parts.hostname or "")),
        "PORT": str(parts.port or asked.get("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
