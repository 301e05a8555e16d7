"""Slowing down those who try tokens: ten wrong ones a minute an address, counted by all processes together."""

import hashlib
from typing import Final

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

MOST_WRONG: Final = 10
SECONDS: Final = 60


def _places(request: HttpRequest) -> list[str]:
    """One key a wrong token: adding is one statement in the shared cache, so that no try goes uncounted."""
    address: str = get_adapter(request).get_client_ip(request)
    name = hashlib.sha256(address.encode()).hexdigest()[:32]
    return [f"wrong-share:{name}:{place}" for place in range(MOST_WRONG)]


def is_guessing(request: HttpRequest) -> bool:
    """Whether this address has given too many wrong tokens within the minute."""
    return len(cache.get_many(_places(request))) >= MOST_WRONG


def count_wrong(request: HttpRequest) -> None:
    """One more wrong token, remembered for a minute."""
    for place in _places(request):
        if cache.add(place, 1, SECONDS):
            return
