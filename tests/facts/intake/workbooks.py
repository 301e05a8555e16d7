"""Workbooks written by hand, part by part, so that tests can put anything in them."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    "</Types>"
)
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
# Style 1 is a date, style 2 a date with its time, style 3 a duration.
_STYLES = (
    f'<styleSheet {_MAIN}><numFmts count="1"><numFmt numFmtId="170" formatCode="[h]:mm:ss"/></numFmts>'
    '<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    '<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="170"/></cellXfs>'
    "</styleSheet>"
)


def cell(value: object, style: int = 0) -> str:
    """One cell: a number, a boolean, an error (« #N/A »), a text; None is empty."""
    if value is None:
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c s="{style}"><v>{value!r}</v></c>'
    if str(value).startswith("#"):
        return f'<c t="e"><v>{value}</v></c>'
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def sheet(rows: Sequence[Sequence[str]], first: int = 1) -> str:
    """A sheet whose cells are already XML; its first row is row `first`."""
    body = "".join(f'<row r="{rank}">{"".join(cells)}</row>' for rank, cells in enumerate(rows, first))
    return f"<worksheet {_MAIN}><sheetData>{body}</sheetData></worksheet>"


def xlsx(path: Path, sheets: Mapping[str, str]) -> Path:
    """A workbook of these sheets, by name."""
    names = "".join(
        f'<sheet name="{escape(name)}" sheetId="{rank}" r:id="rId{rank}"/>' for rank, name in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{rank}" Type="{_REL}/worksheet" Target="worksheets/sheet{rank}.xml"/>'
        for rank in range(1, len(sheets) + 1)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="{_REL}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr("xl/workbook.xml", f'<workbook {_MAIN} xmlns:r="{_REL}"><sheets>{names}</sheets></workbook>')
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}">{links}'
            f'<Relationship Id="rId99" Type="{_REL}/styles" Target="styles.xml"/></Relationships>',
        )
        archive.writestr("xl/styles.xml", _STYLES)
        for rank, text in enumerate(sheets.values(), 1):
            archive.writestr(f"xl/worksheets/sheet{rank}.xml", text)
    return path


def ods(path: Path, rows: Sequence[Sequence[tuple[str, str, str]]]) -> Path:
    """An OpenDocument sheet; a cell is (type, value, text shown)."""
    body = ""
    for row in rows:
        cells = ""
        for kind, value, shown in row:
            name = "date-value" if kind == "date" else "boolean-value" if kind == "boolean" else "value"
            held = "" if kind == "string" else f' office:{name}="{value}"'
            cells += (
                f'<table:table-cell office:value-type="{kind}"{held}><text:p>{escape(shown)}</text:p>'
                "</table:table-cell>"
            )
        body += f"<table:table-row>{cells}</table:table-row>"
    space = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {space}><office:body><office:spreadsheet>'
            f'<table:table table:name="Feuille1">{body}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>",
        )
    return path
