"""The set-up on a machine without uv, without pip: a private uv out of its wheel, checked, and a stamp."""

import hashlib
import importlib.util
import io
import platform
import sys
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

PROGRAM = "#!/bin/sh\necho uv 0.9.9\n"
SYSTEM = "macosx_11_0" if sys.platform == "darwin" else "manylinux_2_17"
HERE = f"{SYSTEM}_{platform.machine()}"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        pass


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    path = Path(__file__).parents[2] / "tools" / "bootstrap.py"
    spec = importlib.util.spec_from_file_location("bootstrap", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "TOOLS", tmp_path / ".tools")
    monkeypatch.setattr(module.platform, "libc_ver", lambda: ("glibc", "2.36"))
    (tmp_path / ".tools").mkdir()
    return module


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of an index that serves the page of one package."""
    folder = tmp_path / "index" / "uv"
    folder.mkdir(parents=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder.parent)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("UV_DEFAULT_INDEX", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    yield folder
    server.shutdown()
    server.server_close()


def publish(index: Path, version: str, tags: str, *, program: str = PROGRAM, checksum: str = "") -> None:
    name = f"uv-{version}-py3-none-{tags}.whl"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(f"uv-{version}.data/scripts/uv", program)
    (index / name).write_bytes(content.getvalue())
    checksum = checksum or hashlib.sha256(content.getvalue()).hexdigest()
    with (index / "index.html").open("a", encoding="utf-8") as page:
        page.write(f'<a href="../uv/{name}#sha256={checksum}">{name}</a>\n')


def test_the_newest_wheel_for_this_machine_gives_a_uv_that_runs(bootstrap: ModuleType, index: Path) -> None:
    publish(index, "0.9.9", HERE)
    publish(index, "0.9.10", f"{HERE}.manylinux2014_other", program=PROGRAM.replace("0.9.9", "0.9.10"))
    publish(index, "0.9.11", "manylinux_2_17_othercpu")
    publish(index, "0.9.12rc1", HERE)
    publish(index, "1.0.0", HERE)
    assert bootstrap.by_wheel() == ""
    assert bootstrap.version(bootstrap.find_uv()) == (0, 9, 10)


def test_a_wheel_that_is_not_the_one_of_the_index_is_refused(bootstrap: ModuleType, index: Path) -> None:
    publish(index, "0.9.9", HERE, checksum="0" * 64)
    assert "checksum" in bootstrap.by_wheel()
    assert bootstrap.find_uv() is None


def test_when_no_way_works_the_message_says_what_to_do(
    bootstrap: ModuleType, index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (index / "index.html").write_text("nothing here", encoding="utf-8")
    monkeypatch.setattr(bootstrap, "by_venv", lambda: "No module named venv")
    monkeypatch.setattr(bootstrap, "by_pip", lambda: "No module named pip")
    assert bootstrap.install_uv() is None
    said = capsys.readouterr().err
    assert "No module named venv" in said
    assert "no uv for" in said
    assert "PIP_INDEX_URL" in said


def test_an_old_uv_on_path_is_passed_over(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "bin" / "uv"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho uv 0.4.30\n", encoding="utf-8")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{old.parent}:/usr/bin:/bin")
    assert bootstrap.find_uv() is None
    old.write_text(PROGRAM, encoding="utf-8")
    assert bootstrap.find_uv() == old


def test_the_stamp_saves_a_second_installation_until_the_lock_changes(bootstrap: ModuleType, tmp_path: Path) -> None:
    for name in ("uv.lock", "pyproject.toml", ".python-version"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()
    bootstrap.stamp("base").write_text(bootstrap.fingerprint(), encoding="utf-8")
    assert bootstrap.is_ready("base")
    assert not bootstrap.is_ready("web"), "the command line alone has no pages"
    bootstrap.stamp("web").write_text(bootstrap.fingerprint(), encoding="utf-8")
    assert bootstrap.is_ready("web")
    bootstrap.stamp("base").unlink()
    assert bootstrap.is_ready("base"), "the pages come with the command line"
    assert not bootstrap.is_ready("full")
    bootstrap.stamp("web").unlink()
    bootstrap.stamp("full").write_text(bootstrap.fingerprint(), encoding="utf-8")
    assert bootstrap.is_ready("base"), "the whole environment holds the base"
    (tmp_path / "uv.lock").write_text("changed", encoding="utf-8")
    assert not bootstrap.is_ready("base")
