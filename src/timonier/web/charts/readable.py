"""Texts without what no file can hold, whoever typed them."""

import re
from typing import Any

# What XML 1.0 cannot hold: control characters but tab and ends of lines, lone surrogates, two non-characters.
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def readable(text: str) -> str:
    """The text, each such character replaced by U+FFFD, so that nothing goes unseen."""
    return _REFUSED.sub("\ufffd", text)


def all_readable(value: Any) -> Any:
    """The same for every text inside dicts and lists."""
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, dict):
        return {name: all_readable(one) for name, one in value.items()}
    return [all_readable(one) for one in value] if isinstance(value, list) else value
