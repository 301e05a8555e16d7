"""Someone with a browser: signs in by the link of the console, asks for pages, weighs what they load."""

import http.client
import http.cookies
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

TIMEOUT = 300  # seconds: what is slow is measured, not cut


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the bytes as they travelled, the seconds until the last of them."""

    status: int
    body: bytes
    seconds: float
    headers: dict[str, str]


@dataclass(slots=True)
class Visitor:
    """One connection kept open, with the cookies of one person."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    _open: http.client.HTTPConnection | None = None

    def sign_in(self, link: str) -> None:
        """Raises RuntimeError when the link does not sign in."""
        path = urlsplit(link).path
        page = self.get(path)
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)
        form = urlencode({"csrfmiddlewaretoken": token[1].decode() if token else ""})
        entered = self._ask("POST", path, form, {"Content-Type": "application/x-www-form-urlencoded", "Referer": link})
        if entered.status != http.HTTPStatus.FOUND:
            raise RuntimeError(f"the link does not sign in: {entered.status}")

    def get(self, path: str, encoding: str = "identity") -> Answer:
        """One page, whole."""
        return self._ask("GET", path, None, {"Accept-Encoding": encoding})

    def another(self) -> "Visitor":
        """The same person, on a connection of their own."""
        return Visitor(self.address, dict(self.cookies))

    def weight(self, path: str) -> dict[str, int]:
        """Bytes on the way of a page and of all that it loads, compressed as a browser asks, by address."""
        text = self.get(path).body.decode("utf-8")
        found = set(re.findall(r'(?:href|src)="(/static/[^"#?]+)"', text))
        for style in [each for each in found if each.endswith(".css")]:
            words = self.get(style).body.decode("utf-8")
            named = re.findall(r"url\([\"']?([^\"')#?]+\.woff2)", words)
            found |= {name if name.startswith("/") else _joined(style, name) for name in named}
        return {each: len(self.get(each, "br, gzip").body) for each in (path, *sorted(found))}

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        if self._open is None:
            parts = urlsplit(self.address)
            self._open = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        start = time.perf_counter()
        self._open.request(method, path, body, {"Cookie": cookie, "Accept-Language": "fr", **headers})
        answer = self._open.getresponse()
        content = answer.read()
        seconds = time.perf_counter() - start
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in http.cookies.SimpleCookie(line).items()}
        return Answer(answer.status, content, seconds, dict(answer.headers.items()))


def _joined(style: str, name: str) -> str:
    parts = style.split("/")[:-1]
    for word in name.split("/"):
        if word == "..":
            parts.pop()
        elif word != ".":
            parts.append(word)
    return "/".join(parts)
