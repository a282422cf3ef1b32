"""What people see: the first screen of a sheet in Excel, and what printed pages hold.

Computed from the workbook (widths, heights, panes) and from the PDF (sizes of letters, ink),
so that a test can say it in a person's numbers: pixels at 100 %, points on paper.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pypdfium2
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.pagebreak import ColBreak, RowBreak
from openpyxl.worksheet.worksheet import Worksheet
from pypdfium2 import raw

from tests.tools.libreoffice import LibreOffice

# The cells' share of the window at 100 %: without ribbon, formula bar, headings, tabs, task bar.
NOTEBOOK = (1316, 484)  # of 1366 × 768
DESKTOP = (1870, 796)  # of 1920 × 1080

_DIGIT = 7  # pixels of a digit in the base font: Excel's unit of column widths
_HEADER, _FOOTER = 36.0, 48.0  # points of a page that its header and footer may take
_DPI = 24  # enough to see where ink ends


@dataclass(frozen=True)
class FirstScreen:
    """What is in view when the sheet opens. Rows and columns count from 1, sizes are pixels.

    `columns` and `rows` are those seen whole, the frozen ones first.
    """

    frozen_columns: tuple[int, ...]
    frozen_rows: tuple[int, ...]
    frozen_width: int
    frozen_height: int
    columns: tuple[int, ...]
    rows: tuple[int, ...]

    @property
    def letters(self) -> tuple[str, ...]:
        """`columns` as Excel names them."""
        return tuple(map(get_column_letter, self.columns))


def first_screen(book: Path, sheet: str, screen: tuple[int, int] = NOTEBOOK) -> FirstScreen:
    """The first screen of a sheet of `book` at 100 %, as its panes say."""
    cells = load_workbook(book)[sheet]
    view, pane = cells.sheet_view, cells.sheet_view.pane
    across, down = (int(pane.xSplit or 0), int(pane.ySplit or 0)) if pane else (0, 0)
    first = (pane.topLeftCell if pane else view.topLeftCell) or "A1"
    left, top, *_ = range_boundaries(first)
    assert left
    assert top
    widths, heights = column_pixels(cells), row_pixels(cells)
    frozen_columns = _shown(range(1, across + 1), widths)
    frozen_rows = _shown(range(1, down + 1), heights)
    width, height = sum(map(widths, frozen_columns)), sum(map(heights, frozen_rows))
    scrolled = _until(screen[0] - width, range(max(left, across + 1), cells.max_column + 1), widths)
    below = _until(screen[1] - height, range(max(top, down + 1), cells.max_row + 1), heights)
    return FirstScreen(
        frozen_columns,
        frozen_rows,
        width,
        height,
        columns=(*frozen_columns, *scrolled),
        rows=(*frozen_rows, *below),
    )


def column_pixels(cells: Worksheet) -> Callable[[int], int]:
    """The width of a column in pixels at 100 %; 0 if it is hidden."""
    own = {
        at: 0 if group.hidden else int(group.width * _DIGIT + 0.5)
        for group in cells.column_dimensions.values()
        for at in range(group.min or 1, (group.max or 0) + 1)
    }
    usual = int((cells.sheet_format.defaultColWidth or 8 + 5 / _DIGIT) * _DIGIT + 0.5)
    return lambda at: own.get(at, usual)


def row_pixels(cells: Worksheet) -> Callable[[int], int]:
    """The height of a row in pixels at 100 %; 0 if it is hidden."""
    usual = cells.sheet_format.defaultRowHeight or 15

    def height(at: int) -> int:
        row = cells.row_dimensions.get(at)
        if row is None:
            return round(usual * 96 / 72)
        return 0 if row.hidden else round((row.height or usual) * 96 / 72)

    return height


def _shown(at: Iterable[int], pixels: Callable[[int], int]) -> tuple[int, ...]:
    return tuple(each for each in at if pixels(each))


def _until(room: int, at: Iterable[int], pixels: Callable[[int], int]) -> Iterator[int]:
    """Those that are seen whole within `room` pixels."""
    for each in at:
        room -= pixels(each)
        if room < 0:
            return
        if pixels(each):
            yield each


@dataclass(frozen=True)
class PrintedPage:
    """One page of a PDF: its size in points, its letters by size, and where its ink ends.

    `fill` is the share of the page between header and footer down to the last ink.
    """

    number: int
    width: float
    height: float
    text: str
    sizes: Counter[float]
    fill: float

    @property
    def body(self) -> float:
        """The size, to a tenth of a point, that most letters have."""
        return self.sizes.most_common(1)[0][0] if self.sizes else 0.0

    def share_below(self, size: float) -> float:
        """The share of letters that are smaller than `size` points."""
        small = sum(many for each, many in self.sizes.items() if each < size)
        return small / max(1, self.sizes.total())


def printed(pdf: Path) -> list[PrintedPage]:
    """The pages of a PDF, in order."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [_page(number, document[number - 1]) for number in range(1, len(document) + 1)]


def _page(number: int, page: pypdfium2.PdfPage) -> PrintedPage:
    width, height = page.get_size()
    letters = page.get_textpage()
    return PrintedPage(
        number=number,
        width=width,
        height=height,
        text=letters.get_text_range(),
        sizes=Counter(_sizes(letters)),
        fill=_fill(page, height),
    )


def _sizes(letters: pypdfium2.PdfTextPage) -> Iterator[float]:
    """The size of each letter as printed, in points to a tenth; blanks are not counted."""
    matrix = raw.FS_MATRIX()
    for at in range(letters.count_chars()):
        if chr(raw.FPDFText_GetUnicode(letters, at)).isspace():
            continue
        raw.FPDFText_GetMatrix(letters, at, matrix)
        scale = math.hypot(matrix.c, matrix.d)
        yield round(raw.FPDFText_GetFontSize(letters, at) * scale, 1)


def _fill(page: pypdfium2.PdfPage, height: float) -> float:
    ink = (
        page.render(scale=_DPI / 72, grayscale=True)
        .to_numpy()
        .reshape(round(height * _DPI / 72 + 0.499), -1)
    )
    first, last = (int(points * _DPI / 72) for points in (_HEADER, height - _FOOTER))
    rows = np.flatnonzero((ink[first:last] < 224).any(axis=1))
    return float(rows[-1] + 1) / (last - first) if rows.size else 0.0


def picture(book: Path, outdir: Path, office: LibreOffice) -> list[Path]:
    """The first screen of each sheet at 1366 × 768, as a PNG about as large as it is seen.

    What is out of view is hidden and the rest printed without margins; no window is shown.
    """
    found = []
    for name in [each.title for each in _visible(book)]:
        seen = first_screen(book, name)
        workbook = load_workbook(book)
        for other in workbook.sheetnames:
            if other != name:
                workbook.remove(workbook[other])
        copy = outdir / f"{book.stem}-{name}.xlsx"
        outdir.mkdir(parents=True, exist_ok=True)
        _only(workbook[name], seen)
        workbook.save(copy)
        found.append(office.render(copy, outdir, dpi=96)[0])
    return found


def _only(cells: Worksheet, seen: FirstScreen) -> None:
    """Hide what is not seen, and print the rest on one sheet."""
    widths = column_pixels(cells)
    for at in range(1, max(seen.columns) + 1):
        letter = get_column_letter(at)
        cells.column_dimensions[letter] = ColumnDimension(
            cells, index=letter, width=widths(at) / _DIGIT, hidden=at not in seen.columns
        )
    for at in range(1, max(seen.rows) + 1):
        if at not in seen.rows:
            cells.row_dimensions[at].hidden = True
    cells.print_area = f"A1:{get_column_letter(max(seen.columns))}{max(seen.rows)}"
    cells.print_title_rows = cells.print_title_cols = None
    cells.oddHeader = cells.oddFooter = HeaderFooterItem()
    cells.row_breaks, cells.col_breaks = RowBreak(), ColBreak()
    cells.page_margins = PageMargins(*[0.1] * 6)
    cells.page_setup.paperSize, cells.page_setup.orientation = 8, "landscape"
    cells.page_setup.scale = 100
    if properties := cells.sheet_properties.pageSetUpPr:
        properties.fitToPage = False


def main() -> None:
    """``python -m tests.tools.looks FILE… [--pictures FOLDER]``: figures, and first screens."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--pictures", type=Path)
    given = parser.parse_args()
    for file in given.files:
        for line in _pdf_lines(file) if file.suffix == ".pdf" else _book_lines(file):
            print(line)  # noqa: T201
    if given.pictures:
        with LibreOffice() as office:
            for file in given.files:
                if file.suffix != ".pdf":
                    picture(file, given.pictures, office)


def _visible(book: Path) -> list[Worksheet]:
    return [each for each in load_workbook(book).worksheets if each.sheet_state == "visible"]


def _pdf_lines(pdf: Path) -> Iterator[str]:
    for page in printed(pdf):
        sizes = ", ".join(f"{size:g} × {many}" for size, many in page.sizes.most_common(4))
        yield f"{page.number:3} {page.width:.0f}×{page.height:.0f} {page.fill:4.0%}  {sizes}"


def _book_lines(book: Path) -> Iterator[str]:
    for sheet in _visible(book):
        for name, screen in (("1366×768", NOTEBOOK), ("1920×1080", DESKTOP)):
            seen = first_screen(book, sheet.title, screen)
            yield (
                f"{sheet.title} {name}: frozen {seen.frozen_width}×{seen.frozen_height}, "
                f"columns {_runs(seen.letters)}, {len(seen.rows)} rows"
            )


def _runs(letters: tuple[str, ...]) -> str:
    """A, C to F as `A C–F`."""
    parts: list[list[str]] = [[letters[0]]] if letters else []
    for before, after in pairwise(letters):
        if column_index_from_string(after) == column_index_from_string(before) + 1:
            parts[-1].append(after)
        else:
            parts.append([after])
    return " ".join(part[0] if len(part) == 1 else f"{part[0]}–{part[-1]}" for part in parts)


if __name__ == "__main__":
    main()
