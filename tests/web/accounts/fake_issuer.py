"""An identity provider on this machine: discovery, authorisation codes with PKCE, signed tokens, userinfo."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt


class Issuer:
    """Vouches for `claims`; refuses a code twice, or without the verifier of its challenge."""

    def __init__(self, client: str, secret: str) -> None:
        self.client, self.secret = client, secret
        self.claims: dict[str, Any] = {}
        self.codes: dict[str, str] = {}
        self.url = ""

    def authorise(self, address: str) -> dict[str, str]:
        """What a browser brings back after the person signed in there: the query of the callback."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["client_id"] == self.client
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked["code_challenge"]
        return {"code": code, "state": asked["state"]}

    def answer(self, path: str, headers: Any, body: str) -> tuple[int, dict[str, Any]]:
        """The endpoints."""
        if path == "/.well-known/openid-configuration":
            places = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            ends = {f"{name}_endpoint": f"{self.url}/{place}" for name, place in places.items()}
            return 200, {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **ends}
        if path == "/token":
            return self._token(headers, {name: values[0] for name, values in parse_qs(body).items()})
        if path == "/userinfo":
            return 200, self.claims
        return 404, {}

    def _token(self, headers: Any, sent: dict[str, str]) -> tuple[int, dict[str, Any]]:
        basic = base64.b64encode(f"{self.client}:{self.secret}".encode()).decode()
        challenge = self.codes.pop(sent.get("code", ""), None)
        proved = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        if headers.get("Authorization") != f"Basic {basic}" or challenge is None:
            return 401, {"error": "invalid_client"}
        if base64.urlsafe_b64encode(proved).decode().rstrip("=") != challenge:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        told = {"iss": self.url, "aud": self.client, "iat": now, "exp": now + 60, **self.claims}
        signed = jwt.encode(told, "k" * 32, algorithm="HS256")
        return 200, {"access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": signed}


@contextmanager
def issuer() -> Iterator[Issuer]:
    """A running provider."""
    made = Issuer("timonier", "un secret du fournisseur")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            status, told = made.answer(urlsplit(self.path).path, self.headers, body)
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
