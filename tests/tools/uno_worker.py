"""Carries out instructions inside one running LibreOffice.

Run by a Python that has ``uno`` (the system's), never by the project's: reads
one JSON request a line from standard input, answers one JSON line for each.
``tests/tools/libreoffice.py`` is the other end and describes the requests.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.awt.FontStrikeout import SINGLE
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.sheet import TableFilterField2
from com.sun.star.sheet.FilterOperator2 import EQUAL
from com.sun.star.table import TableSortField

FILTERS = {
    "xlsx": "Calc MS Excel 2007 XML",
    "ods": "calc8",
    "xls": "MS Excel 97",
    "pdf": "calc_pdf_Export",
}
EMPTY = "private:factory/scalc"
SCRATCH = "kakunin-scratch"
POINT = 2540 / 72  # hundredths of a millimetre


def prop(name: str, value: Any) -> Any:
    """One named argument, as UNO wants it."""
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def connect(pipe: str, seconds: float) -> Any:
    """The component context of the LibreOffice behind ``pipe``, once it listens."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    until = time.monotonic() + seconds
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def opened(desktop: Any, path: str | None) -> Any:
    """The workbook at ``path``, or a new one."""
    url = uno.systemPathToFileUrl(path) if path else EMPTY
    document = desktop.loadComponentFromURL(url, "_blank", 0, (prop("Hidden", True),))
    if document is None or not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
        raise ValueError(f"LibreOffice cannot open {path} as a workbook")
    return document


def sheet_of(document: Any, name: str) -> Any:
    """The worksheet ``name``."""
    sheets = document.Sheets
    if not sheets.hasByName(name):
        raise ValueError(f"no sheet {name!r} among {list(sheets.ElementNames)}")
    return sheets.getByName(name)


def open_to_change(document: Any, name: str) -> Any:
    """The worksheet ``name``, where rows and columns may be moved.

    On a protected one LibreOffice does nothing and says nothing.
    """
    sheet = sheet_of(document, name)
    if sheet.isProtected():
        raise ValueError(f"{name} is protected")
    return sheet


def lines(where: str) -> str:
    """What an address is about: ``5:7`` ROWS, ``C:D`` COLUMNS."""
    return "ROWS" if where[0].isdecimal() else "COLUMNS"


def select(document: Any, cells: Any) -> Any:
    """Put the cursor there; the controller of the workbook's window."""
    controller = document.CurrentController
    controller.setActiveSheet(cells.Spreadsheet)
    controller.select(cells)
    return controller


class Sizes:
    """Rows and columns of a sheet, each asked for once: a question takes half a millisecond."""

    def __init__(self, sheet: Any) -> None:
        self._rows, self._columns = sheet.Rows, sheet.Columns
        self._known: dict[tuple[str, int], tuple[int, bool]] = {}

    def row(self, at: int) -> tuple[int, bool]:
        """Its height, and whether it is in view."""
        if ("row", at) not in self._known:
            row = self._rows.getByIndex(at)
            self._known["row", at] = (row.Height, row.IsVisible)
        return self._known["row", at]

    def column(self, at: int) -> tuple[int, bool]:
        """Its width, and whether it is in view."""
        if ("column", at) not in self._known:
            column = self._columns.getByIndex(at)
            self._known["column", at] = (column.Width, column.IsVisible)
        return self._known["column", at]


class Text:
    """A cell with words in it, and the block that it is merged over."""

    def __init__(self, sheet: Any, sizes: Sizes, at: tuple[int, int], words: str) -> None:
        cell = sheet.getCellByPosition(*at)
        self.at, self.words, self.merged = at, words, cell.IsMerged
        self.name = cell.AbsoluteName.rpartition(".")[2].replace("$", "")
        (self.width, seen), (height, in_view) = sizes.column(at[0]), sizes.row(at[1])
        if self.merged:
            block = sheet.createCursorByRange(cell)
            block.collapseToMergedArea()
            self.width, height = block.Size.Width, block.Size.Height
        self.have = round(height / POINT, 2)
        self.has_room = seen and in_view


def texts_of(sheet: Any) -> list[Text]:
    """Every text of a sheet, row by row; numbers and dates take one line wherever they stand."""
    strings = 4  # com.sun.star.sheet.CellFlags.STRING
    sizes = Sizes(sheet)
    found = []
    for area in sheet.queryContentCells(strings).RangeAddresses:
        left, top = area.StartColumn, area.StartRow
        cells = sheet.getCellRangeByPosition(left, top, area.EndColumn, area.EndRow)
        for down, line in enumerate(cells.DataArray):
            found += [
                Text(sheet, sizes, (left + across, top + down), words)
                for across, words in enumerate(line)
            ]
    return sorted(found, key=lambda text: text.at[::-1])


class Scratch:
    """An empty sheet on which texts stand one to a row, so that rows tell their heights."""

    def __init__(self, sheet: Any, source: Any) -> None:
        self._sheet = sheet
        self._from = source.RangeAddress
        self._to = sheet.getCellByPosition(0, 0).CellAddress
        self._columns: dict[int, int] = {}  # width → column

    def needs(self, texts: list[Text]) -> list[float]:
        """The optimal height of each text of the source, in points."""
        for row, text in enumerate(texts):
            self._from.StartColumn, self._from.StartRow = text.at
            self._from.EndColumn, self._from.EndRow = text.at
            self._to.Column, self._to.Row = self._column(text.width), row
            self._sheet.copyRange(self._to, self._from)
            if text.merged:
                self._sheet.getCellByPosition(self._to.Column, row).merge(False)
        rows = self._sheet.Rows
        rows.OptimalHeight = True
        return [round(rows.getByIndex(at).Height / POINT, 2) for at in range(len(texts))]

    def _column(self, width: int) -> int:
        if width not in self._columns:
            self._columns[width] = len(self._columns)
            self._sheet.Columns.getByIndex(self._columns[width]).Width = width
        return self._columns[width]


class Book:
    """An open workbook; its methods up to ``paste`` are the steps of ``Instructions``."""

    def __init__(self, context: Any, path: str | None) -> None:
        make = context.ServiceManager.createInstanceWithContext
        self._desktop = make("com.sun.star.frame.Desktop", context)
        self._dispatcher = make("com.sun.star.frame.DispatchHelper", context)
        self._document = opened(self._desktop, path)

    def _cells(self, sheet: str, where: str) -> Any:
        return sheet_of(self._document, sheet).getCellRangeByName(where)

    def _dispatch(self, cells: Any, command: str, *arguments: Any) -> None:
        """A command of the menus, with the cursor on ``cells``."""
        frame = select(self._document, cells).Frame
        self._dispatcher.executeDispatch(frame, command, "", 0, arguments)

    # Contents.

    def type(self, sheet: str, cell: str, what: str) -> None:
        self._dispatch(self._cells(sheet, cell), ".uno:EnterString", prop("StringName", what))

    def text(self, sheet: str, cell: str, what: str) -> None:
        self._cells(sheet, cell).setString(what)

    def number(self, sheet: str, cell: str, what: float) -> None:
        self._cells(sheet, cell).setValue(what)

    def formula(self, sheet: str, cell: str, what: str) -> None:
        self._cells(sheet, cell).setFormula(what)

    def read(self, sheet: str, cell: str) -> dict[str, Any]:
        found = self._cells(sheet, cell)
        return {
            "shown": found.String,
            "typed": found.Formula,
            "number": found.Value,
            "kind": found.Type.value,
        }

    # Marks. On locked cells LibreOffice sets none and says nothing.

    def _unlocked(self, sheet: str, where: str) -> Any:
        cells = self._cells(sheet, where)
        if cells.Spreadsheet.isProtected() and cells.CellProtection.IsLocked:
            raise ValueError(f"{where} is locked")
        return cells

    def strike(self, sheet: str, cell: str, part: str) -> None:
        target = self._unlocked(sheet, cell)
        if part:
            cursor = target.createTextCursor()
            cursor.gotoStart(False)
            cursor.goRight(target.String.index(part), False)
            cursor.goRight(len(part), True)
            target = cursor
        target.CharStrikeout = SINGLE

    def colour(self, sheet: str, where: str, rgb: int) -> None:
        self._unlocked(sheet, where).CellBackColor = rgb

    def comment(self, sheet: str, cell: str, what: str) -> None:
        target = self._unlocked(sheet, cell)
        target.Spreadsheet.Annotations.insertNew(target.CellAddress, what)

    def merge(self, sheet: str, where: str, on: bool) -> None:
        open_to_change(self._document, sheet).getCellRangeByName(where).merge(on)

    def show(self, sheet: str, where: str, on: bool) -> None:
        cells = self._cells(sheet, where)
        shown = cells.Rows if lines(where) == "ROWS" else cells.Columns
        shown.IsVisible = on

    # Heights.

    def measure(self, sheet: str) -> list[dict[str, Any]]:
        """Each text copied, alone and unmerged, to a row as wide as its own; see ``Tall``."""
        source = sheet_of(self._document, sheet)
        texts = [text for text in texts_of(source) if text.has_room]
        self._document.Sheets.insertNewByName(SCRATCH, self._document.Sheets.Count)
        scratch = sheet_of(self._document, SCRATCH)
        self._document.addActionLock()  # or else every copy sets the heights of all rows
        try:
            needs = Scratch(scratch, source).needs(texts)
        finally:
            self._document.removeActionLock()
            self._document.Sheets.removeByName(SCRATCH)
        return [
            {"sheet": sheet, "cell": text.name, "text": text.words, "have": text.have, "need": need}
            for text, need in zip(texts, needs, strict=True)
        ]

    # Where things stand.

    def unprotect(self, sheet: str) -> None:
        sheet_of(self._document, sheet).unprotect("")

    def insert(self, sheet: str, where: str) -> None:
        target = open_to_change(self._document, sheet)
        mode = uno.Enum("com.sun.star.sheet.CellInsertMode", lines(where))
        target.insertCells(target.getCellRangeByName(where).RangeAddress, mode)

    def delete(self, sheet: str, where: str) -> None:
        target = open_to_change(self._document, sheet)
        mode = uno.Enum("com.sun.star.sheet.CellDeleteMode", lines(where))
        target.removeRange(target.getCellRangeByName(where).RangeAddress, mode)

    def move(self, sheet: str, where: str, to: str) -> None:
        target = open_to_change(self._document, sheet)
        source = target.getCellRangeByName(where).RangeAddress
        target.moveRange(target.getCellRangeByName(to).CellAddress, source)

    def copy(self, sheet: str, where: str, to: str) -> None:
        target = open_to_change(self._document, sheet)
        source = target.getCellRangeByName(where).RangeAddress
        target.copyRange(target.getCellRangeByName(to).CellAddress, source)

    def sort(self, sheet: str, where: str, by: str, down: bool) -> None:
        cells = open_to_change(self._document, sheet).getCellRangeByName(where)
        if cells.IsMerged:
            raise ValueError(f"{where} holds merged cells; LibreOffice does not sort them")
        field = TableSortField()
        field.Field = self._column(sheet, where, by)
        field.IsAscending = not down
        fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
        cells.sort((prop("SortFields", fields), prop("ContainsHeader", False)))

    def filter(self, sheet: str, where: str, by: str, keep: str) -> None:
        cells = open_to_change(self._document, sheet).getCellRangeByName(where)
        self._dispatch(cells, ".uno:DataFilterAutoFilter")
        if keep:
            field = TableFilterField2()
            field.Field, field.StringValue = self._column(sheet, where, by), keep
            field.Operator = EQUAL
            wanted = cells.createFilterDescriptor(True)
            wanted.setFilterFields2((field,))
            wanted.ContainsHeader = True
            cells.filter(wanted)

    def _column(self, sheet: str, where: str, letter: str) -> int:
        """The place of a column inside a range, from 0."""
        first = self._cells(sheet, where).RangeAddress.StartColumn
        column: int = self._cells(sheet, f"{letter}1").CellAddress.Column - first
        return column

    # Sheets and other workbooks.

    def rename(self, sheet: str, name: str) -> None:
        sheet_of(self._document, sheet).Name = name

    def remove(self, sheet: str) -> None:
        sheet_of(self._document, sheet)
        self._document.Sheets.removeByName(sheet)

    def take_sheet(self, book: str, sheet: str) -> None:
        source = opened(self._desktop, book)
        try:
            sheet_of(source, sheet)
            self._document.Sheets.importSheet(source, sheet, self._document.Sheets.Count)
        finally:
            source.close(True)

    def paste(self, book: str, source: str, where: str, sheet: str, cell: str) -> None:
        other = opened(self._desktop, book)
        try:
            copied = select(other, sheet_of(other, source).getCellRangeByName(where))
            held = copied.getTransferable()
            select(self._document, self._cells(sheet, cell)).insertTransferable(held)
        finally:
            other.close(True)

    # The request.

    def carry_out(self, request: dict[str, Any]) -> list[Any]:
        """Do the steps, save; what was read, in order."""
        told = [self._step(**step) for step in request.get("steps", [])]
        for path in request.get("save", []):
            arguments = (prop("FilterName", FILTERS[Path(path).suffix[1:]]),)
            self._document.storeToURL(uno.systemPathToFileUrl(path), arguments)
        return [one for one in told if one is not None]

    def _step(self, do: str, **what: Any) -> Any:
        return getattr(self, do)(**what)

    def close(self) -> None:
        """Nothing is asked, nothing more is saved."""
        self._document.close(True)


def carry_out(context: Any, request: dict[str, Any]) -> list[Any]:
    """Open, do the steps, save, close; what was read, in order."""
    book = Book(context, request["open"])
    try:
        return book.carry_out(request)
    finally:
        book.close()


def answer(context: Any, line: str) -> dict[str, Any]:
    """What came of one request; a fault is told to the other end, not raised here."""
    try:
        return {"read": carry_out(context, json.loads(line))}
    except Exception as fault:
        return {"fault": f"{type(fault).__name__}: {fault}", "gone": is_gone(context)}


def is_gone(context: Any) -> bool:
    """True if that LibreOffice no longer runs; nothing more can be asked of it."""
    try:
        return context.ServiceManager is None
    except Exception:
        return True


def main() -> None:
    """Connect, say so, serve until standard input ends, then close LibreOffice."""
    context = connect(sys.argv[1], float(sys.argv[2]))
    sys.stdout.write("{}\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(context, line)) + "\n")
        sys.stdout.flush()
    make = context.ServiceManager.createInstanceWithContext
    make("com.sun.star.frame.Desktop", context).terminate()


if __name__ == "__main__":
    main()
