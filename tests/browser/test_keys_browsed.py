"""Second factors as people set them up and use them: passkeys, an authenticator app, recovery codes.

The browser has an authenticator of its own, as a laptop has a fingerprint reader; what the pages and the server do with
it is real, the content security policy included.
"""

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from playwright.sync_api import CDPSession, Page, expect
from watching import Watch

from running import Running

type Opens = Callable[..., Page]

PASSWORD = "une phrase que personne ne devine"  # noqa: S105
LAPTOP = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Reader:
    """The fingerprint reader of a page's machine."""

    def __init__(self, page: Page) -> None:
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        self.id = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": LAPTOP})["authenticatorId"]

    @contextmanager
    def another_finger(self) -> Iterator[None]:
        """Somebody whom it does not know."""
        for known in (False, True):
            self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": known})
            if not known:
                yield

    def lose(self) -> None:
        """Everything that it kept."""
        self.cdp.send("WebAuthn.clearCredentials", {"authenticatorId": self.id})

    def keys(self) -> int:
        """How many it keeps."""
        return len(self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"])


def code_of(secret: str, *, later: int = 0) -> str:
    """What an authenticator app shows, RFC 6238; `later`: so many times 30 seconds from now."""
    moment = struct.pack(">Q", int(time.time()) // 30 + later)
    digest = hmac.new(base64.b32decode(secret), moment, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def newcomer(opens: Opens) -> tuple[Page, str]:
    """The page of someone who was just invited and chose a password; their address."""
    address = f"{uuid4().hex[:12]}@exemple.fr"
    host = opens("/reglages/personnes/inviter")
    host.get_by_label("Adresse e-mail").fill(address)
    host.locator("#role-pilot").check()
    host.get_by_role("button", name="Créer l’invitation").click()
    link = host.get_by_label(re.compile("^Lien valable")).input_value()
    page = opens(link, signed=False)
    for name in ("Mot de passe (12 caractères au moins)", "Le même mot de passe à nouveau"):
        page.get_by_label(name).fill(PASSWORD)
    page.get_by_role("button", name="Ouvrir mon compte").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("L’état de votre relation client")
    return page, address


def confirm(page: Page) -> None:
    """Say again who one is, by the password."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Est-ce bien vous ?")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Confirmer").click()


def leave(page: Page) -> None:
    page.locator("header details[data-menu] summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")


def enter(page: Page, address: str) -> None:
    """By the password, which is asked for first."""
    page.goto("/compte/login/")
    page.get_by_label("Adresse e-mail").fill(address)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()


def add_key(page: Page, *, alone: bool, name: str) -> None:
    page.goto("/compte/2fa/webauthn/add/")
    if "reauthenticate" in page.url:
        confirm(page)
    page.get_by_label("Nom de cette clé").fill(name)
    page.get_by_label("Se connecter avec cette clé seule").set_checked(alone)
    page.get_by_role("button", name="Ajouter cette clé").click()


def test_a_passkey_signs_in_alone_then_is_removed(opens: Opens) -> None:
    page, address = newcomer(opens)
    reader = Reader(page)
    add_key(page, alone=True, name="Mon portable")
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    expect(page.locator(".notice.is-success")).to_have_text(
        ["La clé a été ajoutée.", "De nouveaux codes de secours ont été créés pour vous."]
    )
    expect(page.locator("#recovery_codes li")).to_have_count(10)
    assert reader.keys() == 1

    leave(page)
    page.goto("/indicateur/nps/")
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    page.wait_for_url(re.compile(r"\d/indicateur/nps/$"))
    page.goto("/compte/2fa/webauthn/")
    key = page.locator(".log li")
    expect(key).to_contain_text("Mon portable")
    expect(key).to_contain_text("clé d’accès")
    expect(key).to_contain_text("dernier usage le")

    page.get_by_role("link", name="Renommer").click()
    confirm(page)
    page.get_by_label("Nom de cette clé").fill("Mon ancien portable")
    page.get_by_role("button", name="Enregistrer ce nom").click()
    expect(key).to_contain_text("Mon ancien portable")
    page.get_by_role("link", name="Retirer").click()
    expect(page.locator("main")).to_contain_text("« Mon ancien portable » n’ouvrira plus votre compte.")
    page.get_by_role("button", name="Retirer cette clé").click()
    expect(page.locator(".notice.is-success")).to_have_text("La clé a été retirée.")
    expect(page.locator(".log")).to_contain_text("Aucune clé pour l’instant.")

    leave(page)
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    expect(page.get_by_role("alert")).to_have_text(
        "Cette clé n’a pas été reconnue. Réessayez, ou choisissez un autre moyen."
    )
    enter(page, address)
    expect(page.get_by_role("heading", level=1)).to_have_text("L’état de votre relation client")


def test_a_key_is_the_second_factor_and_a_code_replaces_it_once(opens: Opens) -> None:
    page, address = newcomer(opens)
    reader = Reader(page)
    add_key(page, alone=False, name="Trousseau")
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    codes = page.locator("#recovery_codes li").all_inner_texts()
    assert len(set(codes)) == 10

    for _ in range(2):
        leave(page)
        enter(page, address)
        expect(page.get_by_role("heading", level=1)).to_have_text("Second facteur")
        page.get_by_role("button", name="Utiliser une clé de sécurité").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("L’état de votre relation client")

    leave(page)
    reader.lose()
    enter(page, address)
    page.get_by_role("button", name="Utiliser une clé de sécurité").click()
    expect(page.get_by_role("alert")).to_contain_text("Rien n’a été fait")
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("L’état de votre relation client")

    leave(page)
    enter(page, address)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Se connecter").click()
    expect(page.locator(".field-error")).to_have_text("Code incorrect.")


def test_a_key_proves_who_one_is_before_something_grave(opens: Opens) -> None:
    page, _ = newcomer(opens)
    reader = Reader(page)
    add_key(page, alone=True, name="Mon portable")
    leave(page)
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("L’état de votre relation client")
    page.goto("/compte/2fa/recovery-codes/")
    page.get_by_role("link", name="Avec une clé de sécurité").click()
    confirmation = page.get_by_role("button", name="Utiliser une clé de sécurité")
    with reader.another_finger():
        confirmation.click()
        expect(page.get_by_role("alert")).to_have_count(1)
        expect(page.get_by_role("heading", level=1)).to_have_text("Est-ce bien vous ?")
    confirmation.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")


def test_a_key_that_the_browser_refuses_is_said(opens: Opens) -> None:
    page, _ = newcomer(opens)
    reader = Reader(page)
    page.goto("/compte/2fa/webauthn/add/")
    confirm(page)
    with reader.another_finger():
        page.get_by_label("Se connecter avec cette clé seule").check()
        page.get_by_role("button", name="Ajouter cette clé").click()
        expect(page.get_by_role("alert")).to_contain_text("Rien n’a été fait")
    page.get_by_label("Nom de cette clé").press("Enter")  # not a form without its key: the same as the button
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    add_key(page, alone=True, name="La même")
    expect(page.get_by_role("alert")).to_have_text("Cette clé est déjà l’une des vôtres.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ajouter une clé")


def test_an_authenticator_app_and_recovery_codes_sign_in(opens: Opens) -> None:
    page, address = newcomer(opens)
    page.goto("/compte/2fa/")
    page.get_by_role("link", name="La mettre en place").click()
    confirm(page)
    assert page.locator("img.qr").evaluate("one => one.naturalWidth") > 0, "the picture to scan is drawn"
    secret = page.get_by_label("Ou tapez ce secret").input_value()
    page.get_by_label("Code").fill("000000" if code_of(secret) != "000000" else "111111")
    page.get_by_role("button", name="Activer").click()
    expect(page.locator(".field-error")).to_have_text("Code incorrect.")
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Activer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    expect(page.locator(".notice.is-success").first).to_have_text("Votre application d’authentification est en place.")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger").click()
    codes = page.locator("#recovery_codes li").all_inner_texts()
    assert download.value.path().read_text("utf-8").split() == codes

    leave(page)
    enter(page, address)
    expect(page.get_by_role("button", name="Utiliser une clé de sécurité")).to_have_count(0)
    page.get_by_label("Code").fill(code_of(secret, later=1))
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("L’état de votre relation client")

    leave(page)
    enter(page, address)
    page.get_by_label("Code").fill(codes[3])
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("L’état de votre relation client")
    page.goto("/compte/2fa/recovery-codes/")
    confirm_by_password(page)
    expect(page.locator("main")).to_contain_text("Codes restants : 9 sur 10.")
    page.goto("/compte/2fa/totp/deactivate/")
    page.get_by_role("button", name="Ne plus l’utiliser").click()
    expect(page.locator(".notice.is-success")).to_have_text("Votre application d’authentification n’est plus demandée.")
    leave(page)
    enter(page, address)
    expect(page.get_by_role("heading", level=1)).to_have_text("L’état de votre relation client")


def confirm_by_password(page: Page) -> None:
    """Whatever way was offered first."""
    other = page.get_by_role("link", name="Avec mon mot de passe")
    if other.count():
        other.click()
    confirm(page)


def test_the_first_administrator_needs_no_password_for_a_passkey(opens: Opens) -> None:
    """The link of the console proved who they are: their recovery codes are shown at once, and the passkey signs in."""
    page = opens("/compte/2fa/")
    expect(page.get_by_role("link", name="En choisir un")).to_be_visible()
    Reader(page)
    add_key(page, alone=True, name="Mon portable")
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    page.context.clear_cookies()
    page.goto("/")
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("L’état de votre relation client")
    page.goto("/compte/2fa/webauthn/")
    page.get_by_role("link", name="Retirer").click()
    page.get_by_role("button", name="Utiliser une clé de sécurité").click()
    page.get_by_role("button", name="Retirer cette clé").click()
    expect(page.locator(".notice.is-success")).to_have_text("La clé a été retirée.")


def test_an_address_of_figures_says_why_no_key_works_and_where_they_do(
    opens: Opens, app: Running, watch: Watch
) -> None:
    """The printed link has the name; whoever types 127.0.0.1 is told, instead of a button that does nothing."""
    assert app.link.startswith("http://localhost:")
    watch.address = app.address.replace("localhost", "127.0.0.1")
    page = opens(watch.address + "/compte/login/", signed=False)
    expect(page.get_by_role("button", name="Se connecter avec une clé d’accès")).to_have_count(0)
    expect(page.locator(".notice.is-warning")).to_contain_text("adresse en chiffres")
    named = page.locator(".notice.is-warning a")
    expect(named).to_have_attribute("href", app.address + "/compte/login/")
    watch.address = app.address
    named.click()
    expect(page.get_by_role("button", name="Se connecter avec une clé d’accès")).to_be_visible()
