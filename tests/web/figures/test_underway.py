"""What takes longer than a page is shown as far as it has got, and computed once for all who ask."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from timonier.web.figures.underway import Underway

LONG = 30.0


class Slow:
    """A computation that shows a part, then waits to be let go on."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.times = 0

    def __call__(self, show: Callable[[str], None]) -> str:
        self.times += 1
        show("part")
        if not self.go_on.wait(LONG):
            raise TimeoutError
        return "whole"


def whole(show: Callable[[str], None]) -> str:
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

    def fail(show: Callable[[str], None]) -> str:
        raise ValueError("no facts")

    with pytest.raises(ValueError, match="no facts"):
        underway.answer("key", fail, LONG)
    assert underway.answer("key", whole, LONG) == "whole"


def test_the_part_is_waited_for_when_time_passes_before_it() -> None:
    underway, begin = Underway[str](), threading.Event()

    def late(show: Callable[[str], None]) -> str:
        begin.wait(LONG)
        return "whole"

    threading.Timer(0.1, begin.set).start()
    assert underway.answer("key", late, 0.001) == "whole"
