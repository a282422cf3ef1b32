"""What the Open XML validator misses and Excel repairs or refuses: one line for each fault."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring
from openpyxl.utils.cell import range_boundaries

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SHEET_LIMIT, FORMAT_LIMIT, TALLEST = 31, 64_000, 409.5

Box = tuple[int, int, int, int]  # first column, first row, last column, last row


def own_faults(*paths: Path) -> list[str]:
    """Every fault of the xlsx files, each with its file and part."""
    found = []
    for path in paths:
        with zipfile.ZipFile(path) as archive:
            found += [f"{path.name} {fault}" for fault in _faults(archive)]
    return found


def _faults(archive: zipfile.ZipFile) -> Iterator[str]:
    names = archive.namelist()
    yield from (f"{name}: twice in the file" for name in _doubled(names))
    book = fromstring(archive.read("xl/workbook.xml"))
    yield from _book_faults(book)
    strings = _count(archive, "xl/sharedStrings.xml", "si")
    styles = fromstring(archive.read("xl/styles.xml"))
    formats = len(_all(styles, "cellXfs", "xf"))
    dxfs = len(_all(styles, "dxfs", "dxf"))
    for name in names:
        if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
            sheet = fromstring(archive.read(name))
            for fault in _sheet_faults(sheet, strings, formats, dxfs):
                yield f"{name}: {fault}"
        if name.endswith(".rels"):
            yield from _lost_targets(archive, name)


def _book_faults(book: Element) -> Iterator[str]:
    sheets = [each.get("name", "") for each in _all(book, "sheets", "sheet")]
    yield from (f"sheet name {name!r} twice" for name in _doubled(map(str.lower, sheets)))
    for name in sheets:
        if len(name) > SHEET_LIMIT or re.search(r"[\[\]:*?/\\]|^'|'$|^$", name):
            yield f"sheet name {name!r} is not allowed"
    defined = _all(book, "definedNames", "definedName")
    keys = [f"{each.get('name', '').lower()} of {each.get('localSheetId')}" for each in defined]
    yield from (f"defined name {key} twice" for key in _doubled(keys))
    for each in defined:
        if int(each.get("localSheetId") or 0) >= len(sheets):
            yield f"defined name {each.get('name')} belongs to no sheet"
        if "#REF!" in (each.text or ""):
            yield f"defined name {each.get('name')} leads nowhere"


def _sheet_faults(sheet: Element, strings: int, formats: int, dxfs: int) -> Iterator[str]:
    merged = [each.get("ref", "") for each in _all(sheet, "mergeCells", "mergeCell")]
    yield from _overlaps("merged cells", [_box(ref) for ref in merged])
    rules = _all(sheet, "dataValidations", "dataValidation")
    ruled = [ref for each in rules for ref in each.get("sqref", "").split()]
    yield from _overlaps("entry rules", [_box(ref) for ref in ruled])
    yield from _order_faults(sheet)
    for cell in sheet.iter(f"{MAIN}c"):
        yield from _cell_faults(cell, strings, formats)
    for rule in sheet.iter(f"{MAIN}cfRule"):
        if int(rule.get("dxfId") or 0) >= dxfs:
            yield f"conditional format {rule.get('dxfId')} of {dxfs}"
    links = [each.get("ref", "") for each in _all(sheet, "hyperlinks", "hyperlink")]
    yield from (f"{ref}: two links" for ref in _doubled(links))


def _order_faults(sheet: Element) -> Iterator[str]:
    """Rows and cells stand in order, each once, and no row is higher than Excel allows."""
    rows = _all(sheet, "sheetData", "row")
    numbers = [int(row.get("r", "0")) for row in rows]
    if numbers != sorted(set(numbers)):
        yield "rows out of order"
    for row in rows:
        if float(row.get("ht") or 0) > TALLEST:
            yield f"row {row.get('r')} is higher than {TALLEST}"
        places = [_box(cell.get("r", "")) for cell in row]
        if places != sorted(set(places)):
            yield f"row {row.get('r')}: cells out of order"


def _cell_faults(cell: Element, strings: int, formats: int) -> Iterator[str]:
    value, where = cell.findtext(f"{MAIN}v"), cell.get("r")
    if cell.get("t") == "s" and not 0 <= int(value or -1) < strings:
        yield f"{where}: string {value} of {strings}"
    if int(cell.get("s") or 0) >= min(formats, FORMAT_LIMIT):
        yield f"{where}: format {cell.get('s')} of {formats}"


def _box(ref: str) -> Box:
    return tuple(map(int, range_boundaries(ref)))  # type: ignore[arg-type, return-value]


def _overlaps(what: str, boxes: list[Box]) -> Iterator[str]:
    """Blocks in the order of their first rows; only those that are not yet over can overlap."""
    going: list[Box] = []
    for box in sorted(boxes, key=lambda each: each[1]):
        going = [each for each in going if each[3] >= box[1]]
        for other in going:
            if box[0] <= other[2] and other[0] <= box[2]:
                yield f"{what} overlap: {other} and {box}"
        going.append(box)


def _lost_targets(archive: zipfile.ZipFile, name: str) -> Iterator[str]:
    """Relations to parts that are not in the file."""
    folder = posixpath.dirname(posixpath.dirname(name))
    for each in fromstring(archive.read(name)):
        if each.get("TargetMode") == "External":
            continue
        target = each.get("Target", "")
        part = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        if part not in archive.namelist():
            yield f"{name}: {target} is not in the file"


def _doubled(names: Iterator[str] | list[str] | map[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _all(root: Element, group: str, item: str) -> list[Element]:
    return root.findall(f"{MAIN}{group}/{MAIN}{item}")


def _count(archive: zipfile.ZipFile, part: str, item: str) -> int:
    """Entries of a part that may be missing."""
    if part not in archive.namelist():
        return 0
    return len(fromstring(archive.read(part)).findall(f"{MAIN}{item}"))
