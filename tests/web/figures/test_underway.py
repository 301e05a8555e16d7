"""What takes longer than a page is shown as far as it has got, and computed once for all who ask."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from timonier.web.figures.underway import AT_ONCE, GONE, LONG_AT_ONCE, NotBegun, Show, Underway

LONG = 30.0


class Slow:
    """A computation that shows a part, then waits to be let go on."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.times = 0

    def __call__(self, show: Show[str]) -> str:
        self.times += 1
        show("part")
        if not self.go_on.wait(LONG):
            raise TimeoutError
        return "whole"


def whole(show: Show[str]) -> str:
    return "whole"


def test_what_ends_in_time_is_whole() -> None:
    assert Underway[str]().answer("key", whole, LONG) == "whole"


def test_what_does_not_end_in_time_is_shown_so_far_then_whole() -> None:
    underway, slow = Underway[str](), Slow()
    assert underway.answer("key", slow, 0.01) == "part"
    slow.go_on.set()
    assert underway.answer("key", slow, LONG) == "whole"


def test_those_who_ask_together_wait_for_one_computation() -> None:
    underway, slow = Underway[str](), Slow()
    with ThreadPoolExecutor(5) as pool:
        asked = [pool.submit(underway.answer, "key", slow, LONG) for _ in range(5)]
        underway.answer("key", slow, 0.01)
        slow.go_on.set()
        assert {one.result() for one in asked} == {"whole"}
    assert slow.times == 1


def test_two_keys_do_not_wait_for_each_other() -> None:
    underway, slow = Underway[str](), Slow()
    underway.answer("slow", slow, 0.01)
    assert underway.answer("quick", whole, LONG) == "whole"
    slow.go_on.set()


def test_an_error_is_raised_to_who_asked_and_not_kept() -> None:
    underway = Underway[str]()

    def fail(show: Show[str]) -> str:
        raise ValueError("no facts")

    with pytest.raises(ValueError, match="no facts"):
        underway.answer("key", fail, LONG)
    assert underway.answer("key", whole, LONG) == "whole"


def test_the_part_is_waited_for_when_time_passes_before_it() -> None:
    underway, begin = Underway[str](), threading.Event()

    def late(show: Show[str]) -> str:
        begin.wait(LONG)
        return "whole"

    threading.Timer(0.1, begin.set).start()
    assert underway.answer("key", late, 0.001) == "whole"


def test_long_steps_take_turns_and_short_ones_do_not_wait() -> None:
    underway, go_on = Underway[str](), threading.Event()
    inside, most, lock = 0, 0, threading.Lock()

    def long(show: Show[str]) -> str:
        nonlocal inside, most
        show("part", long=True)
        with lock:
            inside += 1
            most = max(most, inside)
        go_on.wait(LONG)
        with lock:
            inside -= 1
        return "whole"

    for key in range(6):
        assert underway.answer(key, long, 0.05) == "part"
    assert underway.answer("short", whole, LONG) == "whole"
    go_on.set()
    assert {underway.answer(key, long, None) for key in range(6)} == {"whole"}
    assert most == LONG_AT_ONCE


def test_what_queues_behind_a_long_step_is_shown_at_once() -> None:
    underway, go_on, behind = Underway[str](), threading.Event(), threading.Event()

    def long(show: Show[str]) -> str:
        show("part", long=True)
        go_on.wait(LONG)
        return "whole"

    def queued(show: Show[str]) -> str:
        show("known", long=True)
        behind.set()
        return "whole"

    underway.answer("first", long, 0.01)
    start = time.monotonic()
    assert underway.answer("second", queued, LONG) == "known"
    assert time.monotonic() - start < LONG / 2
    assert not behind.is_set()
    go_on.set()
    assert underway.answer("first", long, None) == "whole"
    assert behind.wait(LONG)
    assert underway.answer("second", queued, None) == "whole"


def test_what_nobody_waits_for_is_given_up_and_begun_again_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    underway, go_on, steps = Underway[str](), threading.Event(), []

    def long(show: Show[str]) -> str:
        for step in range(2):
            show(f"part {step}", long=True)
            steps.append(step)
            go_on.wait(LONG)
        return "whole"

    assert underway.answer("key", long, 0.05) == "part 0"
    monkeypatch.setattr("timonier.web.figures.underway.GONE", -1.0)
    go_on.set()
    assert _given_up(underway)
    monkeypatch.setattr("timonier.web.figures.underway.GONE", GONE)
    assert steps == [0]
    assert underway.answer("key", long, LONG) == "whole"
    assert steps == [0, 0, 1]


def _given_up(underway: Underway[str]) -> bool:
    until = time.monotonic() + LONG
    while underway._works and time.monotonic() < until:
        time.sleep(0.01)
    return not underway._works


def test_who_does_not_want_to_wait_behind_others_is_told_that_nothing_began() -> None:
    underway, slow = Underway[str](), Slow()
    for number in range(AT_ONCE):
        assert underway.answer(number, slow, 0.01) == "part"
    asked_at = time.monotonic()
    with pytest.raises(NotBegun):
        underway.answer("mine", whole, 0.1, begun_within=0.0)
    assert time.monotonic() - asked_at < 5
    slow.go_on.set()
    assert underway.answer("mine", whole, LONG, begun_within=0.0) == "whole"
