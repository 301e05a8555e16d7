"""Where to listen: whether a port is free, and what to type in a browser."""

import errno
import socket
import time

from timonier.errors import UsageError
from timonier.text import Text

TRIED = 50
ANYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 -- compared with, not listened on
# What else of this machine browsers may try for “localhost”, by what is listened on.
OTHER_LOCALHOST = {"127.0.0.1": "::1", "0.0.0.0": "::1", "": "::1", "::1": "127.0.0.1"}  # noqa: S104


def check_port(host: str, port: int, *, wait: float = 0.0) -> None:
    """Raises UsageError when another program listens there, `wait` seconds later still."""
    refused = _refusal(host, port)
    end = time.monotonic() + wait
    while refused and time.monotonic() < end:
        time.sleep(0.1)
        refused = _refusal(host, port)
    if refused is None:
        return
    if refused.errno == errno.EADDRNOTAVAIL:
        raise _unknown(host, refused)
    if refused.errno == errno.EACCES:
        raise UsageError(
            Text(f"port {port} may not be used: {refused}.", f"le port {port} ne peut pas être utilisé : {refused}."),
            where=f"{host}:{port}",
            hint=Text("Choose one from 1024: --port 8000.", "Choisissez-en un à partir de 1024 : --port 8000."),
        )
    raise UsageError(
        Text(f"port {port} is taken.", f"le port {port} est déjà pris."), where=f"{host}:{port}", hint=_free(host, port)
    )


def here(host: str) -> str:
    """The host by which this machine reaches what listens on `host`, as addresses write it."""
    host = "127.0.0.1" if host in ANYWHERE else host
    return f"[{host}]" if ":" in host else host


def typed(host: str, port: int) -> str:
    """The same as people type it: by the name `localhost` where that leads here, as no passkey is made for a number.

    Not where another program has the port at the other address of that name: browsers could open that one.
    """
    if host == "::":
        return "localhost"
    other = OTHER_LOCALHOST.get(host)
    return "localhost" if other is not None and not _taken(other, port) else here(host)


def _taken(host: str, port: int) -> bool:
    try:
        refused = _refusal(host, port)
    except (OSError, UsageError):  # no IPv6 here at all
        return False
    return refused is not None and refused.errno == errno.EADDRINUSE


def _free(host: str, port: int) -> Text | str:
    for other in range(port + 1, min(port + TRIED, 65535) + 1):
        if _refusal(host, other) is None:
            return Text(f"The next free one: --port {other}.", f"Le prochain libre : --port {other}.")
    return Text("Choose another one with --port.", "Choisissez-en un autre avec --port.")


def _refusal(host: str, port: int) -> OSError | None:
    """Why the port cannot be had; raises UsageError for a host that is not of this machine."""
    try:
        family, kind, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as unknown:
        raise _unknown(host, unknown) from unknown
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(where)
        except OSError as refused:
            return refused
    return None


def _unknown(host: str, refused: OSError) -> UsageError:
    return UsageError(
        Text(
            f"“{host}” is not an address of this machine: {refused}.",
            f"« {host} » n’est pas une adresse de cette machine : {refused}.",
        ),
        where="--host",
        hint=Text("Usually --host 127.0.0.1.", "D’ordinaire --host 127.0.0.1."),
    )
