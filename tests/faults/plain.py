"""A filled form as the plainest workbook that Excel could have saved, part by part, to be edited."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from itertools import groupby
from xml.sax.saxutils import escape

from kakunin_xlsx.returns.model import address
from tests.faults.good import BELOW, SPOILT, Filled, Value, cells, filled, is_day, is_formula
from tests.faults.zips import zipped
from tests.hands import FORM, Book

Parts = dict[str, bytes]
Build = Callable[[], bytes]

TYPES, ROOT = "[Content_Types].xml", "_rels/.rels"
BOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
SHEET_LINKS = "xl/worksheets/_rels/sheet1.xml.rels"

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
DATED, ODD = 1, 99  # a style of dates, and one that is not there


@cache
def place(row: str, key: str) -> str:
    """The address of a field in the form to be spoilt."""
    at = Book(filled(SPOILT)).at(row, key)
    letter, number = re.fullmatch(r"([A-Z]+)(\d+)", at).groups()  # type: ignore[union-attr]
    return f"{letter}{int(number) + BELOW * (row == FORM)}"


ROW = "3-4-1"
RESULT, REASON, FIGURE = (ROW, "result"), (ROW, "reason"), (ROW, "figure")
DAY = (FORM, "submitted_on")


@cache
def _strings() -> tuple[str, ...]:
    texts = (each for _, _, each in cells() if isinstance(each, str) and not is_formula(each))
    return tuple(dict.fromkeys(texts))


def index_of(text: str) -> int:
    """Where a text stands among the shared strings."""
    return _strings().index(text)


def cell(at: str, value: Value) -> str:
    """One cell as Excel stores it."""
    if isinstance(value, float):
        return f'<c r="{at}" s="{DATED if is_day(value) else 0}"><v>{value:.0f}</v></c>'
    if is_formula(value):
        return f'<c r="{at}"><f>{escape(value[1:])}</f><v>0</v></c>'
    return f'<c r="{at}" t="s"><v>{index_of(value)}</v></c>'


def _row(number: int, inside: list[Filled]) -> str:
    made = "".join(cell(address(row, col), value) for row, col, value in inside)
    return f'<row r="{number}">{made}</row>'


def _sheet() -> str:
    rows = groupby(cells(), key=lambda each: each[0])
    data = "".join(_row(number, list(inside)) for number, inside in rows)
    return (
        f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"><dimension ref="A1:P20"/>'
        f'<sheetData>{data}</sheetData><sheetProtection sheet="1"/></worksheet>'
    )


def relations(*links: tuple[str, str]) -> bytes:
    """A .rels part: kinds (a whole address, or the end of one) and targets."""
    made = "".join(
        f'<Relationship Id="rId{at}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(links, start=1)
    )
    text = f'<Relationships xmlns="{_PACKAGE}/relationships">{made}</Relationships>'
    return (_HEAD + text).encode()


@cache
def _whole() -> Mapping[str, bytes]:
    kinds = (
        ("workbook", "sheet.main"),
        ("worksheets/sheet1", "worksheet"),
        ("styles", "styles"),
        ("sharedStrings", "sharedStrings"),
    )
    types = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{_KIND}.{kind}+xml"/>'
        for name, kind in kinds
    )
    strings = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in _strings())
    texts = {
        TYPES: f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
        f'.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{types}'
        "</Types>",
        BOOK: f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr/><sheets>'
        '<sheet name="確認表" sheetId="1" r:id="rId1"/></sheets></workbook>',
        SHEET: _sheet(),
        STRINGS: f'<sst xmlns="{MAIN}">{strings}</sst>',
        STYLES: f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        '</cellStyleXfs><cellXfs count="2">'
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        "</cellXfs></styleSheet>",
    }
    return {
        **{name: (_HEAD + text).encode() for name, text in texts.items()},
        ROOT: relations(("officeDocument", BOOK)),
        LINKS: relations(
            ("worksheet", "worksheets/sheet1.xml"),
            ("styles", "styles.xml"),
            ("sharedStrings", "sharedStrings.xml"),
        ),
    }


def parts() -> Parts:
    """All parts, for a test to change."""
    return dict(_whole())


def whole() -> bytes:
    """The workbook as it is."""
    return zipped(parts())


# Changes. Each gives a builder, so that nothing is made before it is needed.


def edit(part: str, old: str | bytes, new: str | bytes) -> Build:
    """One place of one part changed."""

    def build() -> bytes:
        found = parts()
        before, after = _raw(old), _raw(new)
        assert before in found[part], (part, old)
        return zipped({**found, part: found[part].replace(before, after, 1)})

    return build


def replaced(part: str, text: str | bytes) -> Build:
    """One part put in, or in the place of what was there."""
    return lambda: zipped({**parts(), part: _raw(text)})


def added(more: Mapping[str, str | bytes]) -> Build:
    """As `replaced`, for several."""
    return lambda: zipped({**parts(), **{name: _raw(text) for name, text in more.items()}})


def without(*names: str) -> Build:
    """Some parts left out."""
    return lambda: zipped({name: data for name, data in parts().items() if name not in names})


def changed(part: str, change: Callable[[str], str], encoding: str = "utf-8") -> Build:
    """The text of one part changed as a whole."""
    return lambda: zipped({**parts(), part: change(parts()[part].decode()).encode(encoding)})


def put(at: tuple[str, str], xml: str, others: Mapping[str, str] | None = None) -> Build:
    """Another cell at the place of a field; {at} in `xml` is its address."""
    return partial(_put, at, xml, others or {})


def _put(at: tuple[str, str], xml: str, others: Mapping[str, str]) -> bytes:
    where = place(*at)
    found = parts() | {name: text.encode() for name, text in others.items()}
    sheet = found[SHEET].decode()
    there = re.search(rf'<c r="{where}"[^>]*>.*?</c>', sheet)
    assert there, where
    made = sheet[: there.start()] + xml.replace("{at}", where) + sheet[there.end() :]
    return zipped({**found, SHEET: made.encode()})


def stored(at: tuple[str, str], raw: str, attributes: str = "") -> Build:
    """Another stored value in a field."""
    return put(at, f'<c r="{{at}}"{attributes}><v>{raw}</v></c>')


def typed(at: tuple[str, str], inside: str) -> Build:
    """Another text in a field, written in the cell itself."""
    return put(at, f'<c r="{{at}}" t="inlineStr"><is>{inside}</is></c>')


def behind_data(xml: str) -> Build:
    """Something put behind the cells of the sheet."""
    return edit(SHEET, '<sheetProtection sheet="1"/>', f'<sheetProtection sheet="1"/>{xml}')


def more_rows(xml: str) -> Build:
    """Rows put below the table."""
    return edit(SHEET, "</sheetData>", f"{xml}</sheetData>")


def _raw(text_or_bytes: str | bytes) -> bytes:
    return text_or_bytes.encode() if isinstance(text_or_bytes, str) else text_or_bytes
