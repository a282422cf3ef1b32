"""A worksheet whose row heights are hints: `ht` without `customHeight`.

With a custom height a row never grows while somebody types; without any `ht` LibreOffice
shows one line. xlsxwriter always writes both, hence this subclass (a test guards it). What
somebody typed as `<r>…</r>` is told apart from xlsxwriter's own XML here, before its table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import isfinite
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import Worksheet

from kakunin_xlsx.sheets.strings import ExactStrings, Typed, has_outer_space

_Attributes = Sequence[tuple[str, Any]]
# A text that stands in XML letter by letter: nothing to be escaped, no space at its ends.
_PLAIN = re.compile(r"(?!\s)[^&<>_\x00-\x08\x0b-\x1f\ufffe\uffff]+(?<!\s)")


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
