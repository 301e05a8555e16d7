"""What a page shows to everybody: axe's findings, what moves while it loads, what does not fit."""

from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NARROW = 320
PATIENCE = 60_000

SHIFTED = """() => new Promise((done) => {
    let total = 0;
    const add = (list) => list.getEntries().forEach((one) => { if (!one.hadRecentInput) total += one.value; });
    const observer = new PerformanceObserver(add);
    observer.observe({ type: "layout-shift", buffered: true });
    setTimeout(() => { add({ getEntries: () => observer.takeRecords() }); done(total); }, 50);
})"""

# colours change at once: else those that are inherited do so one generation of elements after another
STILL = """async () => {
    if (!document.adoptedStyleSheets.length) {
        const still = new CSSStyleSheet();
        still.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important; }");
        document.adoptedStyleSheets = [still];
    }
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
}"""

TOO_WIDE = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    const kept = ["auto", "scroll", "hidden", "clip"];
    const scrolls = (one) => one && one !== document.body
        && (kept.includes(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
    return [`page ${document.documentElement.scrollWidth} px wide on ${wide}`].concat(
        [...document.querySelectorAll("body *")]
            .filter((one) => one.getBoundingClientRect().right > wide + 1 && !scrolls(one.parentElement))
            .slice(0, 5).map((one) => one.outerHTML.slice(0, 120)));
}"""


def findings(page: Page, *, tags: list[str] = STANDARD, rules: list[str] | None = None) -> list[str]:
    """One line for each element that breaks a rule of the standard (or one of `rules`)."""
    only: dict[str, Any] = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": tags}
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    results = page.evaluate("(options) => axe.run(document, options)", {"runOnly": only, "resultTypes": ["violations"]})
    return [
        f"{page.url} {found['id']}: {found['help']}: {node['html'][:160]} {_why(node)}"
        for found in results["violations"]
        for node in found["nodes"]
    ]


def _why(node: dict[str, Any]) -> str:
    return " ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]][:1])


def look(page: Page, theme: Literal["light", "dark"], width: int) -> None:
    """The same page in another look."""
    page.evaluate(STILL)
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 844})
    page.evaluate(STILL)


def settled(page: Page) -> None:
    """Everything that the page asks for has come, parts brought by htmx included."""
    page.wait_for_load_state("networkidle")
    expect(page.locator("[aria-busy=true], .htmx-request, .htmx-settling")).to_have_count(0, timeout=PATIENCE)


def shifted(page: Page) -> float:
    """Cumulative layout shift since the page began to load."""
    return float(page.evaluate(SHIFTED))


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways at the narrowest width; empty when nothing does."""
    page.set_viewport_size({"width": NARROW, "height": 800})
    found: list[str] = page.evaluate(TOO_WIDE)
    return found
