"""Drops from a style sheet the rules that no page of ours can use, and packs what stays on short lines.

A rule stays when every class that its selector asks for matches a pattern of `KEPT`, or when it asks for none.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

SIZE = "(?:-(?:sm|md|lg))?"
STEP = "(?:-(?:[0-5]|auto))?"
KEPT = [
    r"btn(?:-(?:primary|secondary|danger|outline-(?:primary|secondary|danger)|ghost-(?:primary|secondary|danger)|link|sm|lg|icon|list|close|actions|action))?",
    r"card(?:-(?:body|header|footer|title|subtitle|table|actions|sm|md|lg|link|options|group|tabs))?",
    rf"table(?:-(?:sm|hover|striped|vcenter|nowrap|bordered|borderless|active|sort|responsive){SIZE})?",
    rf"form-(?:control|select|label|check|check-input|check-label|check-inline|check-description|hint|text|fieldset|help|switch|range|floating|selectgroup|selectgroup-\w+){SIZE}",
    r"(?:form-selectgroup|form-control|form-selectgroup-label)-\w+|input-(?:group|group-text|group-flat|icon|icon-addon)|col-form-label|required",
    r"(?:in)?valid(?:-feedback|-tooltip)?|is-invalid|was-validated|required-legend",
    r"badge(?:-(?:sm|lg|outline|pill))?|alert(?:-(?:success|info|warning|danger|icon|heading|title|description|important|link|action))?",
    rf"row(?:-(?:cards|deck|sm|cols))?|(?:row-)?cols?{SIZE}(?:-(?:\d+|auto))?",
    rf"g[xy]?{SIZE}-[0-5]|gap{SIZE}-[0-5]|[mp][tbsexy]?{SIZE}{STEP}|space-[xy]-[0-5]",
    rf"d{SIZE}-(?:none|inline|block|inline-block|flex|inline-flex|grid|table|contents)|d-print-\w+",
    rf"flex{SIZE}-(?:row|column|fill|wrap|nowrap|grow-[01]|shrink-[01])|(?:align-(?:items|self|content)|justify-content){SIZE}-\w+|align-\w+",
    r"text-(?:start|end|center|secondary|muted|body|danger|success|warning|primary|nowrap|truncate|wrap|break|uppercase|reset|decoration-none|inherit)",
    r"fw-\w+|fs-[1-6]|lh-\w+|font-monospace|small|lead|h[1-6]|strong|subheader|hr|hr-text|kbd|lh|tracking-\w+",
    r"border(?:-(?:0|top|bottom|start|end|[tbse][a-z]*-0))?|rounded(?:-(?:0|1|2|3|circle|pill))?|shadow(?:-(?:none|sm))?",
    r"[wh]-(?:25|50|75|100|auto|full)|[wh]px-\d|min-vh-100|mw-100|mx-auto|ms-auto|me-auto",
    r"container(?:-(?:tight|narrow|xl|fluid|slim))?|page(?:-(?:wrapper|body|header|title|pretitle|subtitle|center))?|footer(?:-transparent)?",
    r"list-(?:unstyled|inline|inline-item|group(?:-[\w-]+)?)|pagination|page-(?:item|link)|breadcrumb(?:-item|-arrows)?|nav|nav-(?:tabs|pills|link|item|underline|bordered)",
    r"steps?(?:-(?:item|counter|vertical|\w+))?|datagrid(?:-(?:item|title|content))?|progress(?:-(?:bar|sm|stacked))?|spinner-border(?:-sm)?|avatar(?:-sm)?",
    r"visually-hidden(?:-focusable)?|vstack|hstack|vr|icon(?:-(?:sm|inline))?|overflow-(?:auto|hidden)|sticky-top|position-(?:relative|absolute)|ratio|stretched-link|link-(?:secondary|primary)",
    r"active|disabled|show|collapsed",
]
ALLOWED = re.compile("|".join(f"(?:{pattern})" for pattern in KEPT))
GROUPS = re.compile(r":(?:not|is|where|has)\([^()]*(?:\([^()]*\)[^()]*)*\)")
CLASS = re.compile(r"\.(-?[A-Za-z_](?:[\w-]|\\.)*)")
CUSTOM = re.compile(r"--[\w-]+")
# What timonier.css or a page may set or read, used by a rule that stays or not.
OURS_TO_SET = re.compile(r"--tblr-(?:primary|body|border|bg|font|link|card|gray|secondary|muted|green|red|focus)[\w-]*")


class Rule(NamedTuple):
    """`head` before the brace; `body` inside it, or None for a statement such as ``@charset``."""

    head: str
    body: str | None


def pruned(css: str) -> str:
    """`css` without its comments but the licence (``/*!``), unused rules, unused animations and unused properties."""
    licences = re.findall(r"/\*!.*?\*/", css, re.S)
    kept = "".join(_kept(re.sub(r"/\*.*?\*/", "", css, flags=re.S)))
    kept = _without_unused_animations(kept)
    for _ in range(3):  # a property may be used by another one that goes
        kept = _without_unused_properties(kept)
    return "\n".join([*licences, kept.strip(), ""])


def rules(css: str) -> Iterator[Rule]:
    """The rules of one level, in order."""
    start = at = 0
    while at < len(css):
        mark = css[at]
        if mark in "\"'":
            at = css.index(mark, at + 1)
        elif mark == ";":
            yield Rule(css[start:at].strip(), None)
            start = at + 1
        elif mark == "{":
            end = _closing(css, at)
            yield Rule(css[start:at].strip(), css[at + 1 : end])
            start, at = end + 1, end
        at += 1


def _closing(css: str, opening: int) -> int:
    depth = 0
    for found in re.finditer(r"[{}]", css[opening:]):
        depth += 1 if found.group() == "{" else -1
        if depth == 0:
            return opening + found.start()
    raise ValueError("a brace is never closed: " + css[opening : opening + 80])


def _kept(css: str) -> Iterator[str]:
    for rule in rules(css):
        if rule.body is None or rule.head.startswith("@charset"):
            continue
        if rule.head.startswith(("@media", "@supports", "@layer", "@container")):
            inside = "".join(_kept(rule.body))
            if inside and "prefers-reduced-motion: no-preference" not in rule.head:
                yield f"{_tight(rule.head)}{{{inside}}}\n"
        elif rule.head.startswith("@"):
            yield f"{_tight(rule.head)}{{{_tight(rule.body)}}}\n"
        else:
            selectors = [one for one in _split(rule.head) if _wanted(one)]
            if selectors and rule.body.strip():
                yield f"{','.join(map(_tight, selectors))}{{{_tight(rule.body)}}}\n"


def _split(selector: str) -> list[str]:
    return [part.strip() for part in re.split(r",(?![^()]*\))", selector)]


def _wanted(selector: str) -> bool:
    return all(ALLOWED.fullmatch(name) for name in CLASS.findall(GROUPS.sub("", selector)))


def _tight(text: str) -> str:
    text = re.sub(r"\s+", " ", text.strip())
    return re.sub(r"\s*([{};,>])\s*|(?<=[\w-]):\s+", lambda found: found.group(1) or ":", text).rstrip(";")


def _without_unused_animations(css: str) -> str:
    def needed(found: re.Match[str]) -> str:
        return found.group() if css.count(found.group(1)) > 1 else ""

    return re.sub(r"@keyframes ([\w-]+)\{(?:[^{}]*\{[^{}]*\})*\}\n", needed, css)


def _without_unused_properties(css: str) -> str:
    used = set(re.findall(r"var\((--[\w-]+)", css))

    def needed(found: re.Match[str]) -> str:
        name = found.group(2)
        return found.group() if name in used or OURS_TO_SET.fullmatch(name) else found.group(1)

    return re.sub(r"([{;])(--[\w-]+):(?:[^;{}\"']|\"[^\"]*\"|'[^']*')*(?:;|(?=\}))", needed, css)
