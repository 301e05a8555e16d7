"""From what the renderer draws to what a page may hold: named for readers of screens, safe beside other charts."""

import re
from xml.etree import ElementTree as ET

from timonier.web.charts.chart import Chart
from timonier.web.charts.readable import readable
from timonier.web.charts.tokens import themed

NAMESPACE = "http://www.w3.org/2000/svg"
_INNER = ("role", "aria-roledescription", "aria-hidden", "aria-label", "style")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


def finished(svg: str, chart: Chart) -> str:
    """The drawing with a title, a description and one role; a mark's sentence becomes its tooltip (`<title>`).

    Colours stay hexadecimal: this is also the file that people download. Identifiers carry the chart's key, as a page
    holds several charts.
    """
    ET.register_namespace("", NAMESPACE)
    root = ET.fromstring(svg)  # noqa: S314 -- written by our own renderer, which has no entities
    name = chart.key[:12]
    for element in list(root.iter()):
        _cleaned(element, name)
    root.attrib.update(
        {"role": "img", "class": "chart", "lang": chart.lang, "aria-labelledby": f"title-{name} summary-{name}"}
    )
    for place, (tag, words) in enumerate((("title", chart.title), ("desc", chart.summary))):
        child = ET.Element(f"{{{NAMESPACE}}}{tag}", {"id": f"{'title' if tag == 'title' else 'summary'}-{name}"})
        child.text = readable(words)
        root.insert(place, child)
    return ET.tostring(root, encoding="unicode")


def _cleaned(element: ET.Element, name: str) -> None:
    """No attribute that a reader of screens would take for ours, none that a strict CSP refuses."""
    tip = element.attrib.get("aria-label")
    for attribute in _INNER:
        element.attrib.pop(attribute, None)
    if "id" in element.attrib:
        element.attrib["id"] = f"{element.attrib['id']}-{name}"
    for attribute, value in element.attrib.items():
        if "url(#" in value:
            element.attrib[attribute] = _REFERENCE.sub(rf"url(#\1-{name})", value)
    if tip:
        title = ET.Element(f"{{{NAMESPACE}}}title")
        title.text = tip
        element.insert(0, title)


def inline(svg: str) -> str:
    """The same for a page: colours follow the theme."""
    return themed(svg)
