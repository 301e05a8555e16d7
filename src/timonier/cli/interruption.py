"""Ctrl-C, at whatever moment: one line and exit code 130, without what Python had to say."""

import os
import signal
import sys
from typing import NoReturn

from timonier.cli.language import choose_language, spoken
from timonier.text import Text, say

INTERRUPTED = 130


def tell() -> None:
    """The line, on stderr."""
    sys.stderr.write(say(Text("error: interrupted.", "erreur : interrompu.")) + "\n")


def leave() -> NoReturn:
    """End at once, while modules may be half imported: another Ctrl-C changes nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    choose_language(spoken(os.environ))
    tell()
    sys.exit(INTERRUPTED)
