"""What may go wrong on a page without anybody seeing it."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, Response

GONE = "net::ERR_ABORTED"  # a request that the page itself gave up, on leaving or to download


@dataclass
class Watch:
    """Collects complaints about the pages that it follows; `address` is the only host that they may speak to."""

    address: str
    complaints: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        """From now on, until the page closes."""
        page.on("console", self.heard)
        page.on("pageerror", lambda error: self.complaints.append(f"error in a script: {error}"))
        page.on("request", self.requested)
        page.on("requestfailed", self.failed)
        page.on("response", self.answered)

    def expect(self, *statuses: int) -> None:
        """Answers that this test asks for: they are no fault."""
        self.expected.update(statuses)

    def heard(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        if any(f"status of {status} " in message.text for status in self.expected):
            return
        self.complaints.append(f"console: {message.text}")

    def requested(self, request: Request) -> None:
        self.asked.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != urlsplit(self.address).netloc:
            self.complaints.append(f"request to another host: {request.url}")

    def failed(self, request: Request) -> None:
        if request.failure != GONE:
            self.complaints.append(f"request failed ({request.failure}): {request.url}")

    def answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"status {response.status}: {response.url}")
