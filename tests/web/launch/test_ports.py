"""What is printed for people to open leads to this server, and by a name wherever it can."""

import socket

import pytest

from timonier.web.launch.ports import here, typed


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "", "::1", "::"])  # noqa: S104 -- not listened on
def test_this_machine_is_called_by_its_name(host: str, port: int) -> None:
    assert typed(host, port) == "localhost"


def test_the_number_is_printed_where_the_name_leads_to_another_program(port: int) -> None:
    try:
        other = socket.create_server(("::1", port), family=socket.AF_INET6)
    except OSError:
        other = None
    if other is None:  # no IPv6 here: the same the other way round
        with socket.create_server(("127.0.0.1", port)):
            assert typed("::1", port) == "[::1]"
        return
    with other:
        assert typed("127.0.0.1", port) == "127.0.0.1"
    assert typed("127.0.0.1", port) == "localhost"


def test_another_address_stays_as_it_is(port: int) -> None:
    assert typed("192.0.2.7", port) == here("192.0.2.7") == "192.0.2.7"
