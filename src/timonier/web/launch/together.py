"""Ending together: the signals that stop a server, and the processes that follow the one that started them."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

PARENT = "TIMONIER_PARENT"
"""The process that a worker follows, in its environment."""
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
POLL = 0.5  # seconds
PATIENCE = 20  # seconds for what is under way


@contextmanager
def until_told() -> Iterator[None]:
    """What runs inside ends quietly, in order, at Ctrl-C, SIGTERM or the end of its terminal; once is enough.

    A signal ignored before (as `nohup` does) stays so.
    """
    before = {each: signal.getsignal(each) for each in ENDS}
    try:
        for each in ENDS:
            if before[each] is not signal.SIG_IGN:
                signal.signal(each, _leave)
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for each in ENDS:
            signal.signal(each, before[each] or signal.SIG_DFL)


def _leave(signum: int, frame: FrameType | None) -> NoReturn:
    del signum, frame
    for each in ENDS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def follow() -> None:
    """Out of reach of the terminal's Ctrl-C: the process that started this one tells it to end, or is gone."""
    parent = int(os.environ.get(PARENT, "0"))
    if not parent:
        return
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    threading.Thread(target=_follow, args=(parent,), daemon=True, name="follow").start()


def is_orphan() -> bool:
    """Whether the process that started this one was killed."""
    return os.environ.get(PARENT, "") not in ("", str(os.getppid()))


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(POLL)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)
