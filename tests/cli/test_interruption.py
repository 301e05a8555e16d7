"""Ctrl-C while the program starts: exit code 130 and one line, whatever was being imported."""

import os
import signal
import subprocess
import sys
import time

import pytest

ENVIRONMENT = {**os.environ, "TIMONIER_LANG": "fr"}
ANSWERED, KILLED_AT_EXIT = 0, -signal.SIGINT
AT_IMPORT = """
import os, signal, sys
from timonier.cli import main

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "{module}":
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
sys.argv = ["timonier", "explain"]
main()
"""
AFTER_A_WHILE = """
import os, sys
from timonier.cli import main

class Telling:
    def find_spec(self, name, path=None, target=None):
        if name == "timonier.cli.application":
            sys.meta_path.remove(self)
            os.write(2, b"started\\n")

sys.meta_path.insert(0, Telling())
sys.argv = ["timonier", "explain"]
main()
"""


@pytest.mark.parametrize(
    "module",
    [
        "timonier.cli.application",
        "typer",
        "timonier.cli.language",
        "timonier.cli.score",
        "timonier.cli.program",
        "timonier.indicators.catalogue",
    ],
)
def test_ctrl_c_during_an_import(module: str) -> None:
    code = AT_IMPORT.replace("{module}", module)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=ENVIRONMENT)
    assert ran.stderr == "erreur\u00a0: interrompu.\n"
    assert ran.returncode == 130


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.05, 0.1, 0.2, 0.4])
def test_ctrl_c_after_a_while(delay: float) -> None:
    started = subprocess.Popen(
        [sys.executable, "-c", AFTER_A_WHILE],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    assert started.stderr is not None
    assert started.stderr.readline() == "started\n"
    time.sleep(delay)
    started.send_signal(signal.SIGINT)
    _, told = started.communicate(timeout=60)
    if started.returncode in (ANSWERED, KILLED_AT_EXIT):  # it had answered already
        assert told == ""
    else:
        assert started.returncode == 130
        assert told == "erreur\u00a0: interrompu.\n"
