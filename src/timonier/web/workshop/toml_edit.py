"""Changing `timonier.toml` line by line, so that the comments of those who wrote it stay.

Each change works on the text and on what it means. Where the two would differ afterwards (a file written in a way
that lines do not show: dotted keys, tables inside a line), the file is written anew from its meaning.
"""

import copy
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from timonier.facts.settings import check_settings
from timonier.facts.settings_file import settings_text, toml_value

HEADER = re.compile(r"\s*\[")
BLANK = re.compile(r"\s*(#.*)?$")


class Change(Protocol):
    """One change of the settings."""

    def on_values(self, raw: dict[str, Any]) -> None:
        """Applies it to the file as read."""

    def on_lines(self, lines: list[str]) -> None:
        """Applies it to the lines of the file."""


def changed(text: str, change: Change) -> str:
    """The text after the change, comments kept where the lines allow it."""
    wanted = copy.deepcopy(tomllib.loads(text))
    change.on_values(wanted)
    lines = text.split("\n")
    change.on_lines(lines)
    written = "\n".join(lines).rstrip() + "\n"
    try:
        if tomllib.loads(written) == wanted:
            return written
    except tomllib.TOMLDecodeError:
        pass
    return written_anew(wanted)


def written_anew(raw: Mapping[str, Any]) -> str:
    """The file from its meaning alone, under our comments. Raises SettingsError."""
    named = {"rollups": "breakdowns", "indicator": "indicators"}
    values = {named.get(name, name): value for name, value in raw.items()}
    if "breakdowns" in values:
        values["breakdowns"] = values["breakdowns"].get("breakdowns", [])
    return settings_text(check_settings(**values))


@dataclass(frozen=True)
class SetValues:
    """Settings of the top of the file, by name; None takes one out."""

    values: Mapping[str, Any]

    def on_values(self, raw: dict[str, Any]) -> None:
        """Replaced, added, removed."""
        for name, value in self.values.items():
            if value is None:
                raw.pop(name, None)
            else:
                raw[name] = value

    def on_lines(self, lines: list[str]) -> None:
        """A line that is there keeps its place and its comment; a new one follows those before the first section."""
        for name, value in self.values.items():
            top = next((at for at, line in enumerate(lines) if HEADER.match(line)), len(lines))
            here = [at for at in range(top) if re.match(rf"\s*{name}\s*=", lines[at])]
            if value is None:
                for at in here:
                    lines[at] = f"# {lines[at].strip()}"
            elif here:
                comment = re.search(r"\s+#[^\"']*$", lines[here[0]])
                lines[here[0]] = f"{name} = {toml_value(value)}{comment[0] if comment else ''}"
            else:
                lines[top:top] = [f"{name} = {toml_value(value)}", ""]


@dataclass(frozen=True)
class AddDimension:
    """A further column of a fact table."""

    table: str
    name: str
    kind: str

    def on_values(self, raw: dict[str, Any]) -> None:
        """Added, last of its table."""
        raw.setdefault("dimensions", {}).setdefault(self.table, {})[self.name] = self.kind

    def on_lines(self, lines: list[str]) -> None:
        """At the end of its section; a new section stands after the other dimensions, else at the end."""
        line = f"{self.name} = {toml_value(self.kind)}"
        span = section(lines, rf"\[\s*dimensions\.{re.escape(self.table)}\s*\]")
        if span is not None:
            lines.insert(span.stop, line)
            return
        others = section(lines, r"\[\s*dimensions\.\w+\s*\]", last=True)
        at = others.stop if others is not None else len(lines)
        lines[at:at] = ["", f"[dimensions.{self.table}]", line, *([""] if at < len(lines) else [])]


@dataclass(frozen=True)
class RemoveDimension:
    """A column that the workspace declares no more."""

    table: str
    name: str

    def on_values(self, raw: dict[str, Any]) -> None:
        """Taken out; a table without any has no section."""
        columns = raw.get("dimensions", {}).get(self.table, {})
        columns.pop(self.name, None)
        if not columns:
            raw.get("dimensions", {}).pop(self.table, None)
        if not raw.get("dimensions", True):
            del raw["dimensions"]

    def on_lines(self, lines: list[str]) -> None:
        """Its line goes; with the last one, the section goes."""
        span = section(lines, rf"\[\s*dimensions\.{re.escape(self.table)}\s*\]")
        if span is None:
            return
        kept = [line for line in lines[span.start : span.stop] if not re.match(rf"\s*{re.escape(self.name)}\s*=", line)]
        lines[span.start : span.stop] = kept if any(not BLANK.match(line) for line in kept[1:]) else []


@dataclass(frozen=True)
class KeepIndicator:
    """An indicator of the company, in the place of the one that has its name, else the last."""

    indicator: Mapping[str, Any]

    def on_values(self, raw: dict[str, Any]) -> None:
        """Replaced or added."""
        every = raw.setdefault("indicator", [])
        at = place_of(every, self.indicator["name"])
        if at is None:
            every.append(dict(self.indicator))
        else:
            every[at] = dict(self.indicator)

    def on_lines(self, lines: list[str]) -> None:
        """Its block is written anew, the comments above it stay."""
        block = ["[[indicator]]", *(f"{name} = {toml_value(value)}" for name, value in self.indicator.items())]
        span = block_of(lines, self.indicator["name"])
        if span is None:
            lines.extend(["", *block])
        else:
            lines[span.start : span.stop] = block


@dataclass(frozen=True)
class RemoveIndicator:
    """An indicator of the company that goes."""

    name: str

    def on_values(self, raw: dict[str, Any]) -> None:
        """Taken out."""
        every = raw.get("indicator", [])
        at = place_of(every, self.name)
        if at is not None:
            del every[at]
        if not every:
            raw.pop("indicator", None)

    def on_lines(self, lines: list[str]) -> None:
        """Its block goes."""
        span = block_of(lines, self.name)
        if span is not None:
            del lines[span.start : span.stop]


def place_of(every: list[dict[str, Any]], name: str) -> int | None:
    """Which of the declared indicators has this name."""
    return next((at for at, one in enumerate(every) if one.get("name") == name), None)


def section(lines: list[str], header: str, *, last: bool = False) -> range | None:
    """The lines of the section under a header, the header first, blank lines and comments at its end left out."""
    starts = [at for at, line in enumerate(lines) if re.match(rf"\s*{header}", line)]
    if not starts:
        return None
    start = starts[-1 if last else 0]
    stop = next((at for at in range(start + 1, len(lines)) if HEADER.match(lines[at])), len(lines))
    while stop > start + 1 and BLANK.match(lines[stop - 1]):
        stop -= 1
    return range(start, stop)


def block_of(lines: list[str], name: str) -> range | None:
    """The lines of the `[[indicator]]` that has this name."""
    at = 0
    while (found := section(lines[at:], r"\[\[\s*indicator\s*\]\]")) is not None:
        span = range(found.start + at, found.stop + at)
        if any(re.match(rf"\s*name\s*=\s*[\"']{re.escape(name)}[\"']", lines[row]) for row in span):
            return span
        at = span.stop
    return None
