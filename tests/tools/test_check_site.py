import importlib.util
from pathlib import Path

import pytest

SPEC = importlib.util.spec_from_file_location("check_site", Path(__file__).parents[2] / "tools" / "check_site.py")
assert SPEC is not None
assert SPEC.loader is not None
check_site = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(check_site)


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://cdn.example/a.js"></script>',
        '<link rel="stylesheet" href="//fonts.example/css">',
        "<img alt=x src=http://pixel.example/a.gif>",
        "@font-face{src:url(https://fonts.example/a.woff2)}",
        '<pre class="mermaid"><code>graph LR</code></pre>',
        "@import 'https://fonts.example/css';",
    ],
)
def test_what_a_page_would_load_from_elsewhere_is_found(text: str) -> None:
    assert len(check_site.outside(text)) == 1


@pytest.mark.parametrize(
    "text",
    ['<a href="https://example.org">x</a>', '<script src="assets/a.js"></script>', "url(data:image/png;base64,x)"],
)
def test_a_link_or_a_file_of_the_site_is_not(text: str) -> None:
    assert check_site.outside(text) == []


def test_a_site_without_pages_fails(tmp_path: Path) -> None:
    assert check_site.main(tmp_path) == 1
    (tmp_path / "index.html").write_text("<p>here</p>", encoding="utf-8")
    assert check_site.main(tmp_path) == 0
