"""What a browser would make of a page: its forms, and whatever the policy or a person would regret."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

MARK = "data-pwned"
VOID_LINKS = ("javascript:", "data:text/html", "vbscript:")
ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post", "xlink:href", "poster")
WRITTEN = ("text", "search", "email", "url", "tel", "password", "")


@dataclass
class Field:
    """One field of a form; `options` are the values of a list."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form as it stands on the page."""

    method: str
    action: str
    fields: list[Field] = field(default_factory=list)
    multipart: bool = False


class Page(HTMLParser):
    """A page, read as a browser reads it: `regrets` lists what should not be there."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.regrets: list[str] = []
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element."""
        told = {name: value or "" for name, value in attrs}
        self._regret(tag, told)
        self.links += [told[name] for name in ("href", "hx-get", "src") if told.get(name)]
        if tag == "form":
            method, action = told.get("method", "get").lower(), told.get("action", "")
            self.forms.append(Form(method, action, multipart="multipart" in told.get("enctype", "")))
        elif tag == "option" and self.forms and self.forms[-1].fields:
            self.forms[-1].fields[-1].options.append(told.get("value", ""))
        elif tag in ("input", "select", "textarea", "button") and self.forms and "name" in told:
            kind = told.get("type", "submit" if tag == "button" else "text" if tag == "input" else tag).lower()
            self.forms[-1].fields.append(Field(told["name"], kind, told.get("value", "")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element of SVG."""
        self.handle_starttag(tag, attrs)

    def _regret(self, tag: str, told: dict[str, str]) -> None:
        if any(MARK in name for name in told):
            self.regrets.append(f"markup from a text came alive in <{tag}>")
        if "style" in told:
            self.regrets.append(f"<{tag} style={told['style']!r}>")
        self.regrets += [f"<{tag} {name}>" for name in told if name.startswith("on")]
        if tag in ("style", "base", "object", "embed", "iframe"):
            self.regrets.append(f"<{tag}>")
        if tag == "script" and "src" not in told and told.get("type") not in ("application/json", "speculationrules"):
            self.regrets.append("<script> without src")
        self.regrets += [
            f"<{tag} {name}={told[name][:40]!r}>"
            for name in ADDRESSES
            if told.get(name, "").strip().lower().startswith(VOID_LINKS)
        ]
