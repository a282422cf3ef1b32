"""A workbook that says it is Japanese, which xlsxwriter has no option for.

Screen readers choose their voice by the language of the document and of a chart's texts;
Excel takes the font of Japanese letters in charts from `a:ea`, not from `a:latin`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.chart_bar import ChartBar
from xlsxwriter.core import Core
from xlsxwriter.packager import Packager
from xlsxwriter.workbook import Workbook

from kakunin_xlsx.sheets.strings import ExactStrings

LANGUAGE = "ja-JP"
# Where the plan's font is not installed, Excel takes another of this character set and family.
FALLBACK = {"font_charset": 128, "font_family": 3}  # Shift_JIS; fixed pitch, no serifs

_Attributes = Sequence[tuple[str, Any]]


class JapaneseBook(Workbook):
    """Its core properties and its charts name the language."""

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
