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
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8", "pdf": "calc_pdf_Export"}


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


class Book:
    """An open workbook and the hands that work on it."""

    def __init__(self, context: Any, path: str) -> None:
        make = context.ServiceManager.createInstanceWithContext
        desktop = make("com.sun.star.frame.Desktop", context)
        self.dispatcher = make("com.sun.star.frame.DispatchHelper", context)
        url = uno.systemPathToFileUrl(path)
        self.document = desktop.loadComponentFromURL(url, "_blank", 0, (prop("Hidden", True),))
        if self.document is None or not self.document.supportsService(
            "com.sun.star.sheet.SpreadsheetDocument"
        ):
            raise ValueError(f"LibreOffice cannot open {path} as a workbook")

    def cell(self, step: dict[str, Any]) -> Any:
        """The cell that ``step`` names."""
        sheets = self.document.Sheets
        if not sheets.hasByName(step["sheet"]):
            raise ValueError(f"no sheet {step['sheet']!r} among {list(sheets.ElementNames)}")
        return sheets.getByName(step["sheet"]).getCellRangeByName(step["cell"])

    def type(self, step: dict[str, Any]) -> None:
        """As typed at the keyboard: formats, locale and protection have their say."""
        controller = self.document.CurrentController
        cell = self.cell(step)
        controller.setActiveSheet(cell.Spreadsheet)
        controller.select(cell)
        arguments = (prop("StringName", step["type"]),)
        self.dispatcher.executeDispatch(controller.Frame, ".uno:EnterString", "", 0, arguments)

    def read(self, step: dict[str, Any]) -> dict[str, Any]:
        """What the cell shows, what it would be typed as, its number and its kind."""
        cell = self.cell(step)
        kind = cell.Type.value
        return {"shown": cell.String, "typed": cell.Formula, "number": cell.Value, "kind": kind}

    def save(self, path: str) -> None:
        """A copy in the format that the ending of ``path`` says."""
        arguments = (prop("FilterName", FILTERS[Path(path).suffix[1:]]),)
        self.document.storeToURL(uno.systemPathToFileUrl(path), arguments)

    def step(self, step: dict[str, Any]) -> Any:
        """Do one step; only reading has something to tell."""
        if "type" in step:
            self.type(step)
        elif "formula" in step:
            self.cell(step).setFormula(step["formula"])
        elif "text" in step:
            self.cell(step).setString(step["text"])
        elif "number" in step:
            self.cell(step).setValue(step["number"])
        else:
            return self.read(step)
        return None


def carry_out(context: Any, request: dict[str, Any]) -> list[Any]:
    """Open, do the steps, save, close; what was read, in order."""
    book = Book(context, request["open"])
    try:
        told = [book.step(step) for step in request.get("steps", [])]
        for path in request.get("save", []):
            book.save(path)
        return [one for one in told if one is not None]
    finally:
        book.document.close(True)


def answer(context: Any, line: str) -> dict[str, Any]:
    """What came of one request; a fault is told to the other end, not raised here."""
    try:
        return {"read": carry_out(context, json.loads(line))}
    except Exception as fault:
        return {"fault": f"{type(fault).__name__}: {fault}"}


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
