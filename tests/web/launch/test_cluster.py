"""The database that travels with us: private, without a port, and found again wherever its folder goes."""

import os
import shutil
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from timonier.errors import StoreError
from timonier.web.launch.cluster import Cluster, address


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    found = Cluster(tmp_path_factory.mktemp("c") / "database")
    found.start()
    yield found
    found.stop()


def asked(cluster: Cluster, query: str) -> str:
    with psycopg.connect(address(cluster.running(), "postgres"), autocommit=True, connect_timeout=5) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return str(row[0])


def test_nobody_else_may_enter_its_folder_nor_its_socket(cluster: Cluster) -> None:
    socket = Path(cluster.running())
    assert stat.S_IMODE(cluster.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    assert stat.S_IMODE((socket / ".s.PGSQL.5432").stat().st_mode) == 0o700


def test_no_port_is_open(cluster: Cluster) -> None:
    assert asked(cluster, "SHOW listen_addresses") == ""
    lines = (cluster.folder / "pg_hba.conf").read_text("utf-8").splitlines()
    assert [line.split()[0] for line in lines if line.strip()] == ["local"]


def test_texts_sort_alike_on_every_machine(cluster: Cluster) -> None:
    assert asked(cluster, "SELECT datlocprovider FROM pg_database WHERE datname = 'template1'") == "b"


def test_a_second_start_takes_over_the_server_that_runs(cluster: Cluster) -> None:
    before = (cluster.folder / "postmaster.pid").read_text("utf-8").splitlines()[0]
    assert Cluster(cluster.folder).start() == cluster.running()
    assert (cluster.folder / "postmaster.pid").read_text("utf-8").splitlines()[0] == before


def test_a_copy_runs_beside_its_original(cluster: Cluster, tmp_path: Path) -> None:
    with psycopg.connect(address(cluster.running(), "postgres"), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    shutil.copytree(cluster.folder, tmp_path / "database", ignore=lambda _, names: {n for n in names if "s.PG" in n})
    copy = Cluster(tmp_path / "database")
    assert copy.running() == "", "the process that its postmaster.pid names works on the original"
    copy.folder.chmod(0o755)  # as a copy through another machine may leave it
    try:
        copy.start()
        assert asked(copy, "SHOW data_directory") == str(copy.folder)
        assert asked(cluster, "SHOW data_directory") == str(cluster.folder)
    finally:
        copy.stop()
    assert copy.running() == ""


def test_a_number_that_another_program_took_is_no_server(tmp_path: Path) -> None:
    folder = tmp_path / "database"
    folder.mkdir()
    (folder / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}\n1\n5432\n{folder}\n\n1 1\nready\n", "utf-8")
    assert Cluster(folder).running() == ""


def test_a_long_path_has_its_socket_in_a_private_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    long = Cluster(deep / "database")
    try:
        socket = Path(long.start())
        assert socket != long.folder
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
        assert asked(long, "SELECT 1") == "1"
        os.kill(int((long.folder / "postmaster.pid").read_text("utf-8").split()[0]), signal.SIGKILL)
        time.sleep(0.5)
        assert Path(long.start()).is_dir(), "after a crash it starts again"
    finally:
        long.stop()
    assert not socket.exists() or not list(socket.iterdir())


def test_a_creation_that_was_interrupted_is_begun_again(tmp_path: Path) -> None:
    begun = tmp_path / "database.new"
    begun.mkdir()
    (begun / "PG_VERSION").write_text("18\n", "utf-8")
    cluster = Cluster(tmp_path / "database")
    try:
        cluster.start()
        assert asked(cluster, "SELECT 1") == "1"
    finally:
        cluster.stop()


def test_the_database_of_another_version_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "database"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("16\n", "utf-8")
    with pytest.raises(StoreError, match="PostgreSQL 16"):
        Cluster(folder).start()
    assert [path.name for path in folder.iterdir()] == ["PG_VERSION"]


def test_what_the_server_says_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "database"
    folder.mkdir()
    (folder / "mine.txt").write_text("not a database", "utf-8")
    with pytest.raises((StoreError, OSError)):
        Cluster(folder).start()
    assert (folder / "mine.txt").exists()
