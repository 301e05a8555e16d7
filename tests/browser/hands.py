"""Somebody at the keyboard, whose time is counted: a program that clicks at once proves nothing about people."""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator

CLICK = 3.0  # seconds to find, to aim, to click
KEY = 0.2


@dataclass
class Hands:
    """`seconds`: what a person would have needed so far, reading not counted."""

    seconds: float = 0

    def click(self, where: Locator) -> None:
        """A button, a link, a box."""
        where.click()
        self.seconds += CLICK

    def choose(self, where: Locator, value: str) -> None:
        """A line of a list: one click opens it, one picks. The list's fold is opened first when it is closed."""
        fold = where.locator("xpath=ancestor::details[not(@open)]")
        if fold.count():
            self.click(fold.first.locator("summary").first)
        where.focus()
        where.select_option(value)
        self.seconds += 2 * CLICK

    def write(self, where: Locator, text: str) -> None:
        """Into a field."""
        where.fill(text)
        self.seconds += CLICK + KEY * len(text)

    def pick(self, where: Locator, file: Path) -> None:
        """A file in the system's dialog: open it, go to its folder, pick, confirm."""
        where.set_input_files(file)
        self.seconds += 4 * CLICK
