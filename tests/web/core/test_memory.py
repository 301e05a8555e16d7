"""What is remembered: bounded, computed once for many, never an error."""

import threading
import time

import pytest

from timonier.web.core.memory import Memory


def test_keeps_the_answers_used_last() -> None:
    memory: Memory[int] = Memory(2)
    calls: list[int] = []

    def ask(number: int) -> int:
        return memory.get(number, lambda: calls.append(number) or number)

    for number in (1, 2, 1, 3, 1, 2):
        assert ask(number) == number
    assert calls == [1, 2, 3, 2]


def test_many_who_ask_at_once_compute_once() -> None:
    memory: Memory[int] = Memory(10)
    calls: list[int] = []

    def slow() -> int:
        calls.append(1)
        time.sleep(0.1)
        return 42

    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(memory.get("key", slow))) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [42] * 10
    assert len(calls) == 1


def test_an_error_is_not_kept() -> None:
    memory: Memory[int] = Memory(10)

    def fail() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        memory.get("key", fail)
    assert memory.get("key", lambda: 1) == 1
