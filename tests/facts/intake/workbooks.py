"""Workbooks written by hand, part by part, so that tests can put anything in them."""

import struct
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


def xls(path: Path, rows: Sequence[Sequence[str | float]]) -> Path:
    """An old Excel workbook (BIFF8 in an OLE file) of one sheet, with texts and numbers."""
    inner = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for rank, row in enumerate(rows):
        for place, value in enumerate(row):
            at = struct.pack("<HHH", rank, place, 0)
            if isinstance(value, str):
                text = value.encode("utf-16-le")
                inner += _record(0x0204, at + struct.pack("<HB", len(text) // 2, 1) + text)
            else:
                inner += _record(0x0203, at + struct.pack("<d", value))
    inner += _record(0x000A, b"")
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    name = _record(0x0085, struct.pack("<IHBB", len(start) + 4 + 8 + 4 + 4, 0, 4, 0) + b"Data")
    stream = (start + name + _record(0x000A, b"") + inner).ljust(8 * 512, b"\0")
    sectors = len(stream) // 512 + (len(stream) % 512 > 0)
    chain = [*range(3, 2 + sectors), -2]
    fat = struct.pack("<128i", -3, -2, *chain, *[-1] * (126 - len(chain)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIiIiI", 0, 1, 1, 0, 4096, -2, 0, -2, 0) + struct.pack("<109i", 0, *[-1] * 108)
    folder = _entry("Root Entry", 5, -2, 0, child=1) + _entry("Workbook", 2, 2, len(stream)) + bytes(256)
    path.write_bytes(header + fat + folder + stream.ljust(sectors * 512, b"\0"))
    return path


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _entry(name: str, kind: int, start: int, size: int, child: int = -1) -> bytes:
    text = name.encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBBiii", len(text) + 2, kind, 1, -1, -1, child)
    return head + bytes(36) + struct.pack("<iQ", start, size)
