"""Workbooks written by hand, so that they can be as odd as those that come in."""

import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def sheet_xml(rows: Sequence[Sequence[object]]) -> str:
    """Rows of cells: numbers, texts, None for nothing, a tuple (formula, value or None)."""
    written = "".join(
        f'<row r="{i}">{"".join(_cell(cell, i, j) for j, cell in enumerate(row))}</row>'
        for i, row in enumerate(rows, start=1)
    )
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{written}</sheetData></worksheet>'


def _cell(cell: object, i: int, j: int) -> str:
    place = f"{chr(65 + j)}{i}"
    if cell is None:
        return ""
    if isinstance(cell, tuple):
        formula, value = cell
        cached = "" if value is None else f"<v>{value}</v>"
        return f'<c r="{place}"><f>{formula}</f>{cached}</c>'
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    return f'<c r="{place}"><v>{cell}</v></c>'


def write_xlsx(path: Path, sheets: Mapping[str, str]) -> Path:
    """Write sheets, each given as its XML."""
    types = f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    types += 'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    types += '<Default Extension="xml" ContentType="application/xml"/></Types>'
    root = f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" '
    root += f'Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
    links = f'<Relationships xmlns="{_PACKAGE}/relationships">'
    for k, name in enumerate(sheets, start=1):
        book += f'<sheet name="{name}" sheetId="{k}" r:id="r{k}"/>'
        links += f'<Relationship Id="r{k}" Type="{_REL}/worksheet" '
        links += f'Target="worksheets/sheet{k}.xml"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", root)
        archive.writestr("xl/workbook.xml", book + "</sheets></workbook>")
        archive.writestr("xl/_rels/workbook.xml.rels", links + "</Relationships>")
        for k, xml in enumerate(sheets.values(), start=1):
            archive.writestr(f"xl/worksheets/sheet{k}.xml", xml)
    return path


def write_ods(path: Path, table: str) -> Path:
    """Write one table, given as the XML of its rows."""
    names = ("office", "table", "text")
    space = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
    spaces = " ".join(f'xmlns:{name}="{space.format(name)}"' for name in names)
    content = f"<office:document-content {spaces}><office:body><office:spreadsheet>"
    content += f'<table:table table:name="Data">{table}</table:table>'
    content += "</office:spreadsheet></office:body></office:document-content>"
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:'
    manifest += 'manifest:1.0"/>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def ods_row(*cells: object, repeats: int = 1) -> str:
    """Return the XML of a row of numbers and texts."""
    written = ""
    for cell in cells:
        kind = "string" if isinstance(cell, str) else "float"
        value = "" if isinstance(cell, str) else f' office:value="{cell}"'
        written += f'<table:table-cell office:value-type="{kind}"{value}>'
        written += f"<text:p>{cell}</text:p></table:table-cell>"
    more = f' table:number-rows-repeated="{repeats}"' if repeats > 1 else ""
    return f"<table:table-row{more}>{written}</table:table-row>"


def write_locked_xlsx(path: Path) -> Path:
    """Write what Excel makes of a workbook with a password: a compound file of two streams."""
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", free) * 108
    fat = struct.pack("<III", 0xFFFFFFFD, end, end) + struct.pack("<I", free) * 125
    entries = _entry("Root Entry", 5, child=1) + _entry("EncryptedPackage", 2, right=2)
    entries += _entry("EncryptionInfo", 2) + _entry("", 0)
    path.write_bytes(header + fat + entries + bytes(512 * 4))
    return path


def _entry(name: str, kind: int, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    text = name.encode("utf-16-le").ljust(64, b"\0")
    size = 2 * len(name) + 2 if name else 0
    head = text + struct.pack("<HBBIII", size, kind, 1, 0xFFFFFFFF, right, child)
    return head + bytes(36) + struct.pack("<IQ", 0xFFFFFFFE, 0)


def write_xls(
    path: Path, rows: Sequence[Sequence[float | str]], first: bytes = b"", more: bytes = b""
) -> Path:
    """Write an old workbook of one sheet: a compound file with one stream of records.

    Args:
        path: where to.
        rows: numbers and texts.
        first: records of the workbook, before its sheets.
        more: records of the sheet, before its cells.
    """
    cells = b"".join(
        _old_cell(i, j, cell) for i, row in enumerate(rows) for j, cell in enumerate(row)
    )
    name = b"\x04\x00Data"
    bound = 20 + len(first) + 4 + 6 + len(name) + 4
    start = struct.pack("<HHII", 0x0600, 5, 0, 0) + bytes(4)
    stream = old_record(0x0809, start) + first
    stream += old_record(0x0085, struct.pack("<IBB", bound, 0, 0) + name)
    stream += old_record(0x000A, b"")
    stream += old_record(0x0809, struct.pack("<HHII", 0x0600, 16, 0, 0) + bytes(4))
    stream += more + cells + old_record(0x000A, b"")
    assert len(stream) <= 4096
    stream = stream.ljust(4096, b"\0")
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", free) * 108
    chain = [0xFFFFFFFD, end, *range(3, 10), end]
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    book = bytearray(_entry("Workbook", 2))
    book[116:128] = struct.pack("<IQ", 2, len(stream))
    entries = _entry("Root Entry", 5, child=1) + bytes(book) + _entry("", 0) * 2
    path.write_bytes(header + fat + entries + stream)
    return path


def _old_cell(row: int, column: int, cell: float | str) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(cell, str):
        text = cell.encode("latin-1")
        return old_record(0x0204, place + struct.pack("<HB", len(text), 0) + text)
    return old_record(0x0203, place + struct.pack("<d", cell))


def old_record(kind: int, content: bytes) -> bytes:
    """Return a record of an old workbook."""
    return struct.pack("<HH", kind, len(content)) + content
