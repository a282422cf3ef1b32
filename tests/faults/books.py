"""Workbooks changed in one place: parts that lack, break or were never asked for; odd cells."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from xml.sax.saxutils import quoteattr
from zipfile import ZipFile

from kakunin_xlsx.returns.model import address
from tests.faults.good import COVER, SPOILT, Filled, filled
from tests.faults.plain import (
    BOOK,
    FIGURE,
    LINKS,
    MAIN,
    OFFICE,
    RESULT,
    ROOT,
    SHEET,
    SHEET_LINKS,
    STRINGS,
    STYLES,
    TYPES,
    Build,
    added,
    behind_data,
    changed,
    edit,
    parts,
    place,
    put,
    relations,
    replaced,
)
from tests.faults.zips import zipped

LAUGHS = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10 if at else "は"}">' for at in range(10))


def doctype(inside: str, part: str = SHEET, late: int = 0, encoding: str = "utf-8") -> Build:
    """A declaration before the first element, behind so many bytes of a remark."""
    remark = f"<!--{'　' * (late // 3)}-->" if late else ""
    declared = f"{remark}<!DOCTYPE x [{inside}]>"
    return changed(part, lambda text: headed(text, declared, encoding), encoding)


def headed(text: str, more: str, encoding: str) -> str:
    """An XML part anew: its head names the encoding, `more` stands behind it."""
    body = text.partition("?>")[2]
    return f'<?xml version="1.0" encoding="{encoding}"?>{more}{body}'


def outside() -> bytes:
    """A cell that shows a file of this computer."""
    text = put(RESULT, '<c r="{at}" t="inlineStr"><is><t>&secret;</t></is></c>')
    found = parts_of(text())
    sheet = (
        found[SHEET]
        .decode()
        .replace("?>", '?><!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>', 1)
    )
    return zipped({**found, SHEET: sheet.encode()})


def parts_of(data: bytes) -> dict[str, bytes]:
    """A workbook taken apart."""
    with ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def in_encoding(encoding: str) -> Build:
    """The sheet in another encoding, and saying so."""
    return changed(SHEET, lambda text: headed(text, "", encoding), encoding)


def strict() -> bytes:
    """Strict Open XML: the same under other names."""
    pairs = {
        MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
        OFFICE: "http://purl.oclc.org/ooxml/officeDocument/relationships",
    }
    made = {}
    for name, data in parts().items():
        for old, new in pairs.items():
            data = data.replace(old.encode(), new.encode())
        made[name] = data
    return zipped(made)


def prefixed() -> bytes:
    """Every element of the sheet with a prefix."""
    sheet = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", parts()[SHEET].decode())
    return replaced(SHEET, sheet.replace("xmlns=", "xmlns:x="))()


def in_capitals() -> bytes:
    """Part names in capitals, as some old programs write them."""
    return zipped({name.upper() if name[0] == "x" else name: d for name, d in parts().items()})


def absolute_targets() -> bytes:
    return replaced(
        LINKS,
        relations(
            ("worksheet", "/xl/worksheets/sheet1.xml"),
            ("styles", "/xl/styles.xml"),
            ("sharedStrings", "/xl/sharedStrings.xml"),
        ),
    )()


def with_sheet(kind: str, part: str, data: str) -> bytes:
    """One more sheet behind the table."""
    book = parts()[BOOK].decode()
    more = book.replace("</sheets>", '<sheet name="別" sheetId="9" r:id="rId9"/></sheets>')
    link = f'<Relationship Id="rId9" Type="{OFFICE}/{kind}" Target="{part}"/></Relationships>'
    links = parts()[LINKS].decode().replace("</Relationships>", link)
    return added({BOOK: more, LINKS: links, f"xl/{part}": data})()


def only_charts() -> bytes:
    """A workbook whose only sheet is a chart."""
    links = parts()[LINKS].decode().replace('/worksheet"', '/chartsheet"')
    return replaced(LINKS, links)()


def with_part(kind: str, part: str, data: str | bytes) -> Build:
    """A part that the sheet points to."""
    links = relations((kind, f"/{part}"))
    return added({SHEET_LINKS: links, part: data})


def comments(text: str) -> str:
    """A part of old comments."""
    return (
        f'<comments xmlns="{MAIN}"><authors><author/></authors><commentList>'
        f'<comment ref="{place(*RESULT)}" authorId="0"><text><t>{text}</t></text></comment>'
        "</commentList></comments>"
    )


def said(text: str) -> Build:
    return lambda: with_part("comments", "xl/comments1.xml", comments(text))()


def comment_at(ref: str) -> Build:
    """A comment on a cell that is none."""
    return lambda: with_part(
        "comments", "xl/comments1.xml", comments("要相談").replace(place(*RESULT), ref)
    )()


def on_the_net(mode: str) -> Build:
    """The sheet is said to lie on the net."""
    return edit(LINKS, 'Target="worksheets/sheet1.xml"', f'Target="https://example.jp/a"{mode}')


on_the_computer = edit(LINKS, 'Target="worksheets/sheet1.xml"', 'Target="file:///etc/passwd"')


def lost_part(kind: str) -> Build:
    """The sheet points to a part that is not there."""
    return added({SHEET_LINKS: relations((kind, "/xl/lost.xml"))})


def hyperlink() -> bytes:
    link = (
        f'<Relationships><Relationship Id="rId1" Type="{OFFICE}/hyperlink"'
        ' Target="https://example.jp/" TargetMode="External"/></Relationships>'
    )
    xml = f'<hyperlinks><hyperlink ref="{place(*RESULT)}" r:id="rId1"/></hyperlinks>'
    found = parts_of(behind_data(xml)())
    return zipped({**found, SHEET_LINKS: link.encode()})


def property_part(data: str) -> bytes:
    """The document's own properties."""
    links = relations(("officeDocument", BOOK), ("custom-properties", "docProps/custom.xml"))
    return added({ROOT: links, "docProps/custom.xml": data})()


def macro_type() -> bytes:
    types = parts()[TYPES].replace(
        b"openxmlformats-officedocument.spreadsheetml.sheet.main",
        b"ms-excel.sheet.macroEnabled.main",
    )
    return replaced(TYPES, types)()


def sheet_js() -> bytes:
    """Types for endings that no part has, as SheetJS names them."""
    return _typed_too("bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.main")


def sheet_js_xlsb_only() -> bytes:
    return _typed_too("xlsm", "application/vnd.ms-excel.sheet.macroEnabled.main+xml")


def _typed_too(ending: str, kind: str) -> bytes:
    line = f'<Default Extension="{ending}" ContentType="{kind}"/><Override'
    return replaced(TYPES, parts()[TYPES].decode().replace("<Override", line, 1))()


def twin(state: str = "", change: Callable[[str], str] = str) -> Build:
    """The table once more, on another sheet; `change` is what somebody did to it."""

    def build() -> bytes:
        found = parts_of(with_sheet("worksheet", "worksheets/sheet9.xml", change(_sheet())))
        book = found[BOOK].decode()
        shown = book.replace('sheetId="9"', f'sheetId="9" state="{state}"') if state else book
        return zipped({**found, BOOK: shown.encode()})

    return build


def rewritten(sheet: str) -> str:
    """Another answer on the twin."""
    where = place(*RESULT)
    other = f'<c r="{where}" t="str"><v>書き直した</v></c>'
    return re.sub(rf'<c r="{where}"[^>]*>.*?</c>', other, sheet)


def other_sheet(name: str, rows: str) -> Build:
    """A sheet that somebody added, or one of ours."""

    def build() -> bytes:
        sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        found = parts_of(with_sheet("worksheet", "worksheets/sheet9.xml", sheet))
        return zipped({**found, BOOK: found[BOOK].replace("別".encode(), name.encode())})

    return build


# Columns that are not there.


def letters_of(*keys: str) -> tuple[str, ...]:
    """The columns of answers."""
    return tuple(place(RESULT[0], key).rstrip("0123456789") for key in keys)


def without_columns(*keys: str) -> Build:
    """Whole columns of the table cleared: keys, headings and answers."""
    gone = "|".join(letters_of(*keys))
    cell = re.compile(rf'<c r="(?:{gone})([0-9]+)"(?:[^>]*/>|.*?</c>)')

    def kept(found: re.Match[str]) -> str:
        return found[0] if int(found[1]) > COVER else ""

    return lambda: replaced(SHEET, cell.sub(kept, _sheet()))()


def left_of(keys: Sequence[str], cells: Iterable[Filled]) -> tuple[Filled, ...]:
    """The same for cells of another format."""
    gone = letters_of(*keys)
    return tuple(
        cell
        for cell in cells
        if cell[0] > COVER or address(1, cell[1]).removesuffix("1") not in gone
    )


# Cells and rows.


def without_places(rows: bool, columns: bool) -> bytes:
    """Rows or cells that leave their numbers to be counted."""
    sheet = _gapless(parts()[SHEET].decode())
    if rows:
        sheet = re.sub(r'<row r="\d+"', "<row", sheet)
    if columns:
        sheet = re.sub(r'<c r="[A-Z]+\d+"', "<c", sheet)
    return replaced(SHEET, sheet)()


def _gapless(sheet: str) -> str:
    """Every row and cell up to the last, empty ones too."""
    rows = {int(at): inside for at, inside in re.findall(r'<row r="(\d+)">(.*?)</row>', sheet)}
    data = "".join(f'<row r="{at}">{_full(at, rows.get(at, ""))}</row>' for at in range(1, 140))
    return re.sub(r"<sheetData>.*</sheetData>", lambda _: f"<sheetData>{data}</sheetData>", sheet)


def _full(row: int, inside: str) -> str:
    cells = {at: xml for xml, at in re.findall(r'(<c r="([A-Z]+)\d+".*?</c>)', inside)}
    return "".join(cells.get(col, f'<c r="{col}{row}"/>') for col in "ABCDEFGHIJKLMNOP")


def twice(same: bool) -> Build:
    """One cell two times in its row."""
    first = '<c r="{at}" t="inlineStr"><is><t>一つ目</t></is></c>'
    return put(RESULT, first + (first if same else first.replace("一つ目", "二つ目")))


def in_1904() -> bytes:
    """Days counted from 1904."""
    sheet = re.sub(r'(s="1"><v>)(\d+)', lambda found: f"{found[1]}{int(found[2]) - 1462}", _sheet())
    book = parts()[BOOK].decode().replace("<workbookPr/>", '<workbookPr date1904="1"/>')
    return added({SHEET: sheet, BOOK: book})()


def iso_days() -> bytes:
    """Days as text, as Strict workbooks have them."""

    def iso(found: re.Match[str]) -> str:
        day = date(1899, 12, 30) + timedelta(days=int(found[1]))
        return f's="1" t="d"><v>{day.isoformat()}T00:00:00'

    return replaced(SHEET, re.sub(r's="1"><v>(\d+)', iso, _sheet()))()


def _sheet() -> str:
    return parts()[SHEET].decode()


def inline() -> bytes:
    """Every text in its own cell."""
    texts = re.findall(r"<si>(.*?)</si>", parts()[STRINGS].decode(), re.DOTALL)
    sheet = re.sub(
        r't="s"><v>(\d+)</v>',
        lambda found: f't="inlineStr"><is>{texts[int(found[1])]}</is>',
        _sheet(),
    )
    return replaced(SHEET, sheet)()


def formula(f: str, value: str, attributes: str = "") -> Build:
    """A field with a formula."""
    kept = f"<v>{value}</v>" if value else ""
    return put(RESULT, f'<c r="{{at}}"{attributes}>{f}{kept}</c>')


def shared_formula() -> bytes:
    """A formula that stands in one cell and holds for two."""
    first = '<c r="A40" t="str"><f t="shared" ref="A40:A41" si="0">B40&amp;"件"</f><v>3件</v></c>'
    follows = '<c r="{at}" t="str"><f t="shared" si="0"/><v>4件</v></c>'
    found = parts_of(put(RESULT, follows)())
    row = f'<row r="40">{first}</row></sheetData>'
    return zipped({**found, SHEET: found[SHEET].replace(b"</sheetData>", row.encode())})


# Sheets.


def another_table() -> bytes:
    """A sound workbook that is no form."""
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    book = parts()[BOOK].decode().replace("確認表", "集計")
    return added({SHEET: f"{sheet}</sheetData></worksheet>", BOOK: book})()


def external_book() -> bytes:
    """A workbook that once pointed to another one."""
    links = parts()[LINKS].decode()
    link = f'<Relationship Id="rId9" Type="{OFFICE}/externalLink" Target="externalLinks/1.xml"/>'
    book = parts()[BOOK].decode()
    return added(
        {
            LINKS: links.replace("</Relationships>", f"{link}</Relationships>"),
            BOOK: book.replace(
                "</sheets>",
                '</sheets><externalReferences><externalReference r:id="rId9"/>'
                "</externalReferences>",
            ),
            "xl/externalLinks/1.xml": "<externalLink",
        }
    )()


def styled(index: str) -> Build:
    """An answer with a style that is not there."""
    return edit(SHEET, f'r="{place(*RESULT)}" t', f'r="{place(*RESULT)}" s="{index}" t')


_STYLE = '<xf numFmtId="200" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'


def formatted(code: str, value: str) -> Build:
    """A figure under a number format."""
    return lambda: _formatted(code, value)


def _formatted(code: str, value: str) -> bytes:
    known = parts()[STYLES].decode()
    formats = f'<numFmts><numFmt numFmtId="200" formatCode={quoteattr(code)}/></numFmts><fonts'
    styles = known.replace("<fonts", formats).replace("</cellXfs>", f"{_STYLE}</cellXfs>")
    return put(FIGURE, f'<c r="{{at}}" s="2"><v>{value}</v></c>', {STYLES: styles})()


def long_format() -> bytes:
    """A number format that a careless pattern would look at for hours."""
    code = "[" * 1_000_000
    return edit(
        STYLES, "<fonts", f'<numFmts><numFmt numFmtId="200" formatCode="{code}"/></numFmts><fonts'
    )()


def as_saved() -> bytes:
    """The form with all its marks, as openpyxl saves it."""
    return filled(SPOILT)


def columns(first: str, last: str) -> Build:
    """Hidden columns."""
    xml = f'<cols><col min="{first}" max="{last}" hidden="1"/></cols><sheetData>'
    return edit(SHEET, "<sheetData>", xml)


def merges(count: int) -> str:
    """As many merged areas."""
    each = "".join(f'<mergeCell ref="A{at}:B{at}"/>' for at in range(100, count + 100))
    return f"<mergeCells>{each}</mergeCells>"


def merge_two() -> bytes:
    """An answer merged with the one on its right, both filled."""
    area = f"{place(*RESULT)}:{place(*FIGURE)}"
    return behind_data(f'<mergeCells><mergeCell ref="{area}"/></mergeCells>')()


MERGE_ALL = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
MERGE_ODD = '<mergeCells><mergeCell ref="ほげ:A1"/></mergeCells>'
FAR = '<row r="1048576"><c r="XFD1048576" t="str"><v>遠く</v></c></row>'
RUNS = "<r><t>一部</t></r><r><rPr><b/></rPr><t>実施</t></r><r><t>した</t></r>"
FURIGANA = '<t>指導</t><rPh sb="0" eb="2"><t>シドウ</t></rPh><phoneticPr fontId="1"/>'


def raised(how: str, more: str = "人※") -> str:
    """Digits of notes behind others."""
    note = f'<r><rPr><vertAlign val="{how}"/></rPr><t>%d</t></r>'
    first = f"<r><t>3</t></r>{note % 1}"
    return f"{first}<r><t>{more}</t></r>{note % 2}" if more else first


_FOREIGN = 'xmlns:q="urn:other"'
FOREIGN_VALUE = f'<c r="{{at}}" {_FOREIGN}><v>1</v><q:v>2</q:v></c>'
FOREIGN_CELL = f'<q:c {_FOREIGN} r="{{at}}"><v>1</v></q:c><c r="Z9"/>'
REDECLARED_VALUE = '<c r="{at}"><v xmlns="urn:other">2</v></c>'
BARE_RUNS = '<c r="{at}" t="inlineStr"><t>一</t><t>二</t></c>'


def elsewhere(folder: str) -> Build:
    """The parts under another folder than xl/."""
    new = f"{folder}/" if folder else ""

    def build() -> bytes:
        made = {}
        for name, data in parts().items():
            there = name.replace("xl/", new, 1) if name.startswith("xl/") else name
            links = name.startswith(("_rels", "["))
            made[there] = data.replace(b"xl/", new.encode()) if links else data
        return zipped(made)

    return build


def backslashes(links: bool) -> Build:
    """Parts called as Windows calls files; `links`: in what points to them too."""

    def build() -> bytes:
        made = {}
        for name, data in parts().items():
            if links and name.endswith(".rels"):
                data = re.sub(rb'(?<=Target=")[^"]*', lambda t: t[0].replace(b"/", b"\\"), data)
            made[name.replace("/", "\\")] = data
        return zipped(made)

    return build
