"""PostgreSQL: the one that travels with us, in the workspace's folder, or the one that DATABASE_URL names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from timonier.errors import SettingsError, StoreError
from timonier.text import Text, say
from timonier.web.launch.alone import NotAlone, ending
from timonier.web.launch.cluster import Cluster, address

FOLDER = "database"
NAME = "timonier"


def given() -> str:
    """The address of a database of one's own, "" without: DATABASE_URL, or the file that DATABASE_URL_FILE names.

    Raises SettingsError when that file cannot be read or is empty.
    """
    named = os.environ.get("DATABASE_URL_FILE", "")
    if not named:
        return os.environ.get("DATABASE_URL", "")
    try:
        found = Path(named).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as refused:
        raise _no_address(named, str(refused)) from refused
    if not found:
        raise _no_address(named, say(Text("it is empty", "il est vide")))
    return found


def _no_address(named: str, why: str) -> SettingsError:
    return SettingsError(
        Text(f"the file of the database’s address gives none: {why}.", f"ce fichier ne donne aucune adresse : {why}."),
        where=f"DATABASE_URL_FILE={named}",
        hint=Text("Write postgresql://user:password@host/name.", "Écrivez postgresql://nom:motdepasse@machine/base."),
    )


@contextmanager
def database(workspace: Path) -> Iterator[str]:
    """The address of a running database; ours is stopped on leaving. Raises StoreError when it cannot start."""
    if own := given():
        yield own
        return
    cluster = Cluster(workspace.resolve() / FOLDER)
    try:
        socket = cluster.start()
        _ensure_database(address(socket, "postgres"))
        yield address(socket, NAME)
    finally:
        cluster.stop()


def stop_abandoned(workspace: Path) -> None:
    """Stops the database of a server that was killed, unless another one has taken it over."""
    try:
        with ending(workspace):
            Cluster(workspace.resolve() / FOLDER).stop()
    except NotAlone:
        pass


def _ensure_database(where: str) -> None:
    import psycopg

    try:
        with psycopg.connect(where, autocommit=True, connect_timeout=10) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {NAME}")
    except psycopg.Error as refused:
        raise StoreError(
            Text(f"the database does not answer: {refused}", f"la base de données ne répond pas : {refused}")
        ) from refused
