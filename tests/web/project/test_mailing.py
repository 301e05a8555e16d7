"""Outgoing mail: none by default, always encrypted when a server is named."""

import pytest

from timonier.errors import SettingsError
from timonier.web.project.mailing import mailers


def test_nothing_leaves_before_a_server_is_named() -> None:
    assert mailers("")["default"]["BACKEND"].endswith("dummy.EmailBackend")


@pytest.mark.parametrize(
    ("address", "port", "tls", "ssl"),
    [("smtps://a%40b.fr:p%2Fw@mail.exemple.fr", 465, False, True), ("smtp://mail.exemple.fr:2525", 2525, True, False)],
)
def test_a_server_is_spoken_to_in_private(address: str, port: int, tls: bool, ssl: bool) -> None:
    options = mailers(address)["default"]["OPTIONS"]
    assert (options["host"], options["port"]) == ("mail.exemple.fr", port)
    assert (options["use_tls"], options["use_ssl"]) == (tls, ssl)
    if "a%40b" in address:
        assert (options["username"], options["password"]) == ("a@b.fr", "p/w")


@pytest.mark.parametrize("wrong", ["http://mail.exemple.fr", "smtp://", "mail.exemple.fr:25"])
def test_what_is_no_mail_server_is_refused(wrong: str) -> None:
    with pytest.raises(SettingsError, match="TIMONIER_SMTP_URL"):
        mailers(wrong)
