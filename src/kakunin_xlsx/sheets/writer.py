"""xlsxwriter as we need it: what it has no option for, by subclasses (tests guard them).

The workbook says that it is Japanese: screen readers choose their voice by the language of the
document and of a chart's texts, and Excel takes the font of Japanese letters in charts from
`a:ea`, not from `a:latin`.

Row heights are hints, `ht` without `customHeight`: with a custom height a row never grows while
somebody types, and without any `ht` LibreOffice shows one line. xlsxwriter always writes both.

Every text reads back as it was, and is read back. A letter that XML cannot hold stands there as
`_x000B_`, so a text that looks like such a code has its underscore written as one; xlsxwriter
passes over codes that share an underscore (`_x005F_x000D_`). What somebody typed as `<r>…</r>`
it takes for XML of its own.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from math import isfinite
from typing import IO, Any
from xml.parsers import expat
from zipfile import ZipFile

from xlsxwriter.chart_bar import ChartBar
from xlsxwriter.core import Core
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.utility import xl_rowcol_to_cell_fast
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

LANGUAGE = "ja-JP"
# Where the plan's font is not installed, Excel takes another of this character set and family.
FALLBACK = {"font_charset": 128, "font_family": 3}  # Shift_JIS; fixed pitch, no serifs
PART = "xl/sharedStrings.xml"
_LOOKS_LIKE_CODE = re.compile("_(?=x[0-9a-fA-F]{4}_)")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_CODE = re.compile("_x([0-9a-fA-F]{4})_")
_WITH_A_SPACE = re.compile(r"^\s|\s$")
# A text that stands in XML letter by letter: nothing to be escaped, no space at its ends.
_PLAIN = re.compile(r"(?!\s)[^&<>_\x00-\x08\x0b-\x1f\ufffe\uffff]+(?<!\s)")

_Attributes = Sequence[tuple[str, Any]]


# Texts.


class Typed(str):
    """A text that begins like xlsxwriter's own XML for two fonts in a cell, and is none.

    It is equal to no other kind of text, so that the two share no place in the table.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Typed) and str.__eq__(self, other)

    def __hash__(self) -> int:
        return hash((Typed, str(self)))


def has_outer_space(text: str) -> bool:
    """True if XML would drop what a text begins or ends with."""
    return bool(_WITH_A_SPACE.search(text))


class ExactStrings(SharedStrings):
    """xl/sharedStrings.xml."""

    @staticmethod
    def _escape_control_characters(data: Any) -> Any:
        plain = _LOOKS_LIKE_CODE.sub("_x005F_", data)
        return _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", plain)

    def _write_si(self, string: Any) -> None:
        if not isinstance(string, Typed):
            super()._write_si(string)
            return
        attributes: Any = [("xml:space", "preserve")] if has_outer_space(string) else []
        self._xml_si_element(str(self._escape_control_characters(string)), attributes)


def differing(workbook: bytes, texts: Sequence[str]) -> str:
    """The part of a workbook that is no XML, or does not hold these texts; '' if all do.

    `texts` are those of xlsxwriter's table, in its order.
    """
    with ZipFile(io.BytesIO(workbook)) as archive:
        names = archive.namelist()
        for name in names:
            if not name.endswith((".xml", ".rels", ".vml")):
                continue
            try:
                with archive.open(name) as part:
                    found = _read(part, name == PART)
            except expat.ExpatError:
                return name
            if name == PART and found != list(map(_shown, texts)):
                return name
    return "" if PART in names or not texts else PART


def _read(part: IO[bytes], is_table: bool) -> list[str]:
    """The texts of the `si` of a table of texts, each as one; raises ExpatError."""
    found: list[str] = []
    pieces: list[str] = []
    inside = False

    def begin(tag: str, _: object) -> None:
        nonlocal inside
        inside = tag == "t"

    def end(tag: str) -> None:
        nonlocal inside
        inside = False
        if tag == "si":
            text = "".join(pieces)
            found.append(_CODE.sub(_letter, text) if "_x" in text else text)
            pieces.clear()

    def text(data: str) -> None:
        if inside:
            pieces.append(data)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    if is_table:
        parser.StartElementHandler, parser.EndElementHandler = begin, end
        parser.CharacterDataHandler = text
    parser.ParseFile(part)
    return found


def _letter(code: re.Match[str]) -> str:
    return chr(int(code[1], 16))


def _shown(text: str) -> str:
    """What a cell shows of a text of the table."""
    if isinstance(text, Typed) or not (text.startswith("<r>") and text.endswith("</r>")):
        return str(text)
    written = ExactStrings._escape_control_characters(text)
    return "".join(_read(io.BytesIO(f"<sst><si>{written}</si></sst>".encode()), True))


# Rows.


class GrowingRows(Worksheet):
    """Rows grow with their text, but for those in `fixed_rows` (0-based)."""

    def __init__(self) -> None:
        super().__init__()
        self.fixed_rows: set[int] = set()

    def _xml_start_tag_unencoded(self, tag: str, attributes: _Attributes = ()) -> None:
        super()._xml_start_tag_unencoded(tag, self._growing(tag, attributes))

    def _xml_empty_tag_unencoded(self, tag: str, attributes: _Attributes = ()) -> None:
        super()._xml_empty_tag_unencoded(tag, self._growing(tag, attributes))

    def put_text(self, row: int, col: int, text: str, style: Format) -> Any:
        """`write_string`, which would first ask whether `row` is the name of a cell."""
        if self.constant_memory and _PLAIN.fullmatch(text):
            return self._put_xml(row, col, style, f' t="inlineStr"><is><t>{text}</t></is></c>')
        return self._write_string(row, col, text, style)

    def put_margins(self, header: str, footer: str) -> None:
        """`set_header` and `set_footer`, which would take 「R&&G計画」 for the place of a picture."""
        self.set_header("")
        self.set_footer("")
        self.header, self.footer = header, footer

    def put_blank(self, row: int, col: int, style: Format) -> Any:
        """`write_blank`, without that question."""
        if self.constant_memory:
            return self._put_xml(row, col, style, "/>")
        return self._write_blank(row, col, None, style)

    def put_number(self, row: int, col: int, number: float, style: Format) -> Any:
        """`write_number`, without that question."""
        if self.constant_memory and isfinite(number):
            return self._put_xml(row, col, style, f"><v>{number:.16G}</v></c>")
        return self._write_number(row, col, number, style)

    def _put_xml(self, row: int, col: int, style: Format, rest: str) -> int:
        """What is most of a large table, where rows go to the disk as they come: the same XML as
        ever, by a shorter way.
        """
        if code := self._check_dimensions(row, col):
            return code
        if row > self.previous_row:
            self._write_single_row(row)
        at = xl_rowcol_to_cell_fast(row, col)
        index = style._get_xf_index()  # type: ignore[no-untyped-call]
        self.table[row][col] = f'<c r="{at}" s="{index}"{rest}'
        return 0

    def _write_string(
        self, row: int, col: int, string: str, cell_format: Format | None = None
    ) -> Any:
        text = Typed(string) if string.startswith("<r>") else string
        return super()._write_string(row, col, text, cell_format)

    def _prepare_formula(self, formula: str, _expand: bool = False) -> str:
        """As it is: ours name no dynamic functions, which xlsxwriter would look for one by one."""
        return formula.removeprefix("=")

    # Where texts stand in their cells, not in a table, the same holds for them.

    @staticmethod
    def _escape_control_characters(data: Any) -> Any:
        if not isinstance(data, str):
            return data  # the number that a formula gives
        escaped = ExactStrings._escape_control_characters(data)
        return Typed(escaped) if isinstance(data, Typed) else escaped

    def _xml_rich_inline_string(self, string: str, attributes: _Attributes = ()) -> None:
        if isinstance(string, Typed):
            self._xml_inline_string(str(string), has_outer_space(string), attributes)
        else:
            super()._xml_rich_inline_string(string, attributes)

    def _write_single_row(self, current_row_num: int = 0) -> None:
        """The row that is done with, and those between that only have a height: without a cell
        xlsxwriter passes over them. 0 is the end of the sheet.
        """
        done = self.previous_row
        cells = self.table[done]
        if len(cells) > 1 and all(isinstance(cell, str) for cell in cells.values()):
            self.table[done] = {min(cells): "".join(cells[col] for col in sorted(cells))}
        super()._write_single_row(current_row_num)
        for row in range(done + 1, current_row_num or max(self.row_info, default=done) + 1):
            if row in self.row_info:
                self._write_empty_row(row, None, self.row_info[row])

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        if isinstance(cell, str):
            file: Any = self.fh
            file.write(cell)
        else:
            super()._write_cell(row, col, cell)

    def _growing(self, tag: str, attributes: _Attributes) -> _Attributes:
        if tag != "row" or attributes[0][1] - 1 in self.fixed_rows:  # ("r", number) comes first
            return attributes
        return [pair for pair in attributes if pair[0] != "customHeight"]


# The workbook.


class JapaneseBook(Workbook):
    """Its core properties and its charts name the language; its rows grow."""

    worksheet_class = GrowingRows

    def _get_packager(self) -> Packager:
        return _Packager()

    def add_bars(self) -> ChartBar:
        """A stacked bar chart whose texts are Japanese."""
        chart = self.add_chart({"type": "bar", "subtype": "percent_stacked"})
        # xlsxwriter makes charts by the name of a type; ours only writes other words.
        chart.__class__ = _Bars
        return chart  # type: ignore[return-value]


class _Core(Core):
    """docProps/core.xml with the language, for which xlsxwriter has no property."""

    def _write_dc_description(self) -> None:
        super()._write_dc_description()
        self._xml_data_element("dc:language", LANGUAGE)


class _Packager(Packager):
    """Writes two parts by classes of ours: xlsxwriter makes its own, and asks nobody which."""

    def _write_shared_strings_file(self) -> None:
        book: Any = self.workbook
        if not book.str_table.count:
            return
        strings, name = ExactStrings(), self._filename("xl/sharedStrings.xml")  # type: ignore[no-untyped-call]
        strings.string_table = book.str_table
        strings._set_xml_writer(name)
        strings._assemble_xml_file()

    def _write_core_file(self) -> None:
        core = _Core()
        book: Any = self.workbook
        name: Any = self._filename("docProps/core.xml")  # type: ignore[no-untyped-call]
        core._set_properties(book.doc_properties)
        core._set_xml_writer(name)
        core._assemble_xml_file()


class _Bars(ChartBar):
    """Its texts name the language, and their font a second time for Japanese letters."""

    def _xml_start_tag(self, tag: str, attributes: _Attributes = ()) -> None:
        super()._xml_start_tag(tag, _in_japanese(attributes))

    def _xml_empty_tag(self, tag: str, attributes: _Attributes = ()) -> None:
        super()._xml_empty_tag(tag, _in_japanese(attributes))
        if tag == "a:latin":
            super()._xml_empty_tag("a:ea", attributes)


def _in_japanese(attributes: _Attributes) -> list[tuple[str, Any]]:
    return [(name, LANGUAGE if value == "en-US" else value) for name, value in attributes]
