"""One headless LibreOffice: a person's hands on a workbook, and paper to look at.

``LibreOffice`` starts on first use with a throw-away profile in Japanese and
serves any number of workbooks. Each call has a time limit; one that runs over
it ends that LibreOffice, and the next call starts a new one, as it does after
a LibreOffice that came to its end by itself.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, Self, TypedDict

Kind = Literal["xlsx", "ods", "xls", "pdf"]

WORKER = Path(__file__).with_name("uno_worker.py")

# Pages say nothing when another font stands in.
FONTS = ("BIZ UDGothic", "Noto Sans CJK JP")

# Typed 1-2 is a date, and of which order, by this locale alone. Nobody is there to be asked
# before pasting over what cells hold; the answer would be no.
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>ja-JP</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Input">
<prop oor:name="ReplaceCellsWarning" oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""


class LibreOfficeError(Exception):
    """LibreOffice could not do it; the words say what."""


class Read(TypedDict):
    """What one cell holds, as LibreOffice sees it."""

    shown: str
    typed: str
    number: float
    kind: Literal["EMPTY", "VALUE", "TEXT", "FORMULA"]


class Tall(TypedDict):
    """How high one text stands, and how high LibreOffice would make a row for it, in points."""

    sheet: str
    cell: str
    text: str
    have: float
    need: float


@dataclass
class Instructions:
    """What a person does in one workbook, step by step; each method adds a step.

    ``type`` is the keyboard: text format, locale and protection decide what
    comes of it (dropdown rules do not, as with pasting; "" clears the cell).
    ``text``, ``number`` and ``formula`` put a content in as it is, locked or not.
    What else a protected sheet does not allow is an error, and so is sorting merged
    cells; only ``paste`` then does nothing. Addresses are those of the moment: ``5:7``
    are rows, ``C:D`` columns, ``C5:D7`` cells. ``open`` None is a new workbook.
    """

    open: Path | None
    steps: list[dict[str, Any]] = field(default_factory=list)
    save: list[Path] = field(default_factory=list)

    def type(self, sheet: str, cell: str, what: str) -> Self:
        """Type ``what`` into the cell, then Enter."""
        return self._step("type", sheet, cell=cell, what=what)

    def text(self, sheet: str, cell: str, what: str) -> Self:
        """Put a string there, whatever it looks like."""
        return self._step("text", sheet, cell=cell, what=what)

    def number(self, sheet: str, cell: str, what: float) -> Self:
        """Put a number there."""
        return self._step("number", sheet, cell=cell, what=what)

    def formula(self, sheet: str, cell: str, what: str) -> Self:
        """Put a formula there, in English, such as ``=SUM(A1:A3)``."""
        return self._step("formula", sheet, cell=cell, what=what)

    def read(self, sheet: str, cell: str) -> Self:
        """Tell what the cell holds at this point."""
        return self._step("read", sheet, cell=cell)

    def strike(self, sheet: str, cell: str, part: str = "") -> Self:
        """Draw a line through a part of the cell's text, or through all of it."""
        return self._step("strike", sheet, cell=cell, part=part)

    def colour(self, sheet: str, where: str, rgb: int) -> Self:
        """Give cells a background, such as 0xFFFF00."""
        return self._step("colour", sheet, where=where, rgb=rgb)

    def comment(self, sheet: str, cell: str, what: str) -> Self:
        """Put a comment on a cell; an earlier one goes."""
        return self._step("comment", sheet, cell=cell, what=what)

    def merge(self, sheet: str, where: str) -> Self:
        """Merge cells; what they hold stays in them, unseen."""
        return self._step("merge", sheet, where=where, on=True)

    def unmerge(self, sheet: str, where: str) -> Self:
        """Take every merged block in the range apart."""
        return self._step("merge", sheet, where=where, on=False)

    def hide(self, sheet: str, where: str) -> Self:
        """Hide rows or columns."""
        return self._step("show", sheet, where=where, on=False)

    def show(self, sheet: str, where: str) -> Self:
        """Show what is hidden of rows or columns."""
        return self._step("show", sheet, where=where, on=True)

    def unprotect(self, sheet: str) -> Self:
        """Take the protection off."""
        return self._step("unprotect", sheet)

    def insert(self, sheet: str, where: str) -> Self:
        """Insert as many empty rows or columns there."""
        return self._step("insert", sheet, where=where)

    def delete(self, sheet: str, where: str) -> Self:
        """Delete rows or columns."""
        return self._step("delete", sheet, where=where)

    def move(self, sheet: str, where: str, to: str) -> Self:
        """Cut the range and paste it so that it begins at ``to``."""
        return self._step("move", sheet, where=where, to=to)

    def copy(self, sheet: str, where: str, to: str) -> Self:
        """Copy the range and paste it so that it begins at ``to``."""
        return self._step("copy", sheet, where=where, to=to)

    def sort(self, sheet: str, where: str, by: str, down: bool = False) -> Self:
        """Sort the rows of a range by the column of this letter; it has no heading."""
        return self._step("sort", sheet, where=where, by=by, down=down)

    def filter(self, sheet: str, where: str, by: str = "A", keep: str = "") -> Self:
        """Put filter buttons on the first row of a range; show only rows with ``keep``."""
        return self._step("filter", sheet, where=where, by=by, keep=keep)

    def rename(self, sheet: str, name: str) -> Self:
        """Give the sheet another name."""
        return self._step("rename", sheet, name=name)

    def remove(self, sheet: str) -> Self:
        """Delete the whole sheet."""
        return self._step("remove", sheet)

    def take_sheet(self, book: Path, sheet: str) -> Self:
        """Copy a sheet of another workbook into this one, behind the others."""
        return self._step("take_sheet", sheet, book=book)

    def paste(self, book: Path, source: str, where: str, sheet: str, cell: str) -> Self:
        """Copy cells of another workbook's sheet ``source`` and paste them at ``cell``."""
        return self._step("paste", sheet, book=book, source=source, where=where, cell=cell)

    def save_as(self, path: Path) -> Self:
        """At the end, save a copy; the ending says the format: xlsx, ods, xls or pdf."""
        self.save.append(path)
        return self

    def json(self) -> str:
        """One line for the worker."""
        return json.dumps(asdict(self), default=lambda path: str(path.resolve()))

    def _step(self, do: str, sheet: str, **what: str | float | Path) -> Self:
        self.steps.append({"do": do, "sheet": sheet, **what})
        return self


def find_soffice() -> Path | None:
    """The program, if this computer has it."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return Path(found) if found else None


def find_uno_python() -> Path | None:
    """A Python that can speak UNO: the system's, or the one LibreOffice brings."""
    beside = find_soffice()
    own = beside.resolve().with_name("python") if beside else None
    for python in (Path("/usr/bin/python3"), own):
        if python and python.exists() and _runs(python, "-I", "-c", "import uno"):
            return python
    return None


def missing() -> list[str]:
    """The parts that are not here, in plain words; empty if all are."""
    parts = {
        "LibreOffice (soffice)": find_soffice(),
        "a Python with uno (python3-uno)": find_uno_python(),
        "pdftoppm (poppler-utils)": shutil.which("pdftoppm"),
    }
    fonts = [f"the font {family}" for family in FONTS if not _has_font(family)]
    return [name for name, found in parts.items() if not found] + fonts


def _has_font(family: str) -> bool:
    if not shutil.which("fc-list"):
        return False
    told = subprocess.run(["fc-list", f":family={family}"], capture_output=True, check=False)
    return bool(told.stdout.strip())


def _runs(*command: str | Path) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


class LibreOffice:
    """The running program. Use as a context manager, or call ``close``."""

    def __init__(self, seconds: float = 300) -> None:
        self.seconds = seconds
        self._home = Path(tempfile.mkdtemp(prefix="kakunin-soffice-"))
        self._office: subprocess.Popen[bytes] | None = None
        self._worker: subprocess.Popen[str] | None = None

    def measure(self, path: Path, sheets: Iterable[str]) -> list[Tall]:
        """Every text of the sheets at its own width, merged ones too; nothing is saved."""
        steps = [{"do": "measure", "sheet": sheet} for sheet in sheets]
        request = {"open": str(path.resolve()), "steps": steps, "save": []}
        answer = self._ask(json.dumps(request))
        if "fault" in answer:
            raise LibreOfficeError(f"{path}: {answer['fault']}")
        return [tall for told in answer["read"] for tall in told]

    def run(self, instructions: Instructions) -> list[Read]:
        """Carry out one workbook's instructions; what ``read`` steps saw, in order."""
        for path in instructions.save:
            path.parent.mkdir(parents=True, exist_ok=True)
        answer = self._ask(instructions.json())
        if "fault" in answer:
            raise LibreOfficeError(f"{instructions.open}: {answer['fault']}")
        read: list[Read] = answer["read"]
        return read

    def convert(self, path: Path, kind: Kind, outdir: Path) -> Path:
        """``path`` opened and saved as ``kind`` in ``outdir``, under the same stem."""
        target = outdir / f"{path.stem}.{kind}"
        self.run(Instructions(path).save_as(target))
        return target

    def render(self, path: Path, outdir: Path, dpi: int = 80) -> list[Path]:
        """The printed pages as PNG files, in order."""
        pdf = path if path.suffix == ".pdf" else self.convert(path, "pdf", outdir)
        outdir.mkdir(parents=True, exist_ok=True)
        command = ["pdftoppm", "-r", str(dpi), "-png", str(pdf), str(outdir / path.stem)]
        subprocess.run(command, check=True, capture_output=True, timeout=self.seconds)
        return sorted(outdir.glob(f"{glob_safe(path.stem)}-*.png"))

    def close(self) -> None:
        """End it and throw its profile away."""
        if self._worker and self._worker.stdin:
            self._worker.stdin.close()
        if self._office:
            _wait(self._office, 10)
        self._kill()
        shutil.rmtree(self._home, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, line: str) -> dict[str, Any]:
        worker = self._worker or self._start()
        assert worker.stdin
        worker.stdin.write(line + "\n")
        worker.stdin.flush()
        return self._answer(worker)

    def _answer(self, worker: "subprocess.Popen[str]") -> dict[str, Any]:
        """The worker's next line; none within the time limit ends LibreOffice."""
        assert worker.stdout
        alarm = threading.Timer(self.seconds, worker.kill)
        alarm.start()
        try:
            line = worker.stdout.readline()
        finally:
            alarm.cancel()
        if not line:
            self._kill()
            raise LibreOfficeError(f"LibreOffice gave no answer (limit {self.seconds:g} s)")
        answer: dict[str, Any] = json.loads(line)
        if answer.get("gone"):
            self._kill()
        return answer

    def _start(self) -> "subprocess.Popen[str]":
        """LibreOffice on a pipe of its own, and the worker connected to it."""
        soffice, python = find_soffice(), find_uno_python()
        if not soffice or not python:
            raise LibreOfficeError(f"not here: {', '.join(missing())}")
        pipe = f"kakunin-{uuid.uuid4().hex}"
        self._office = self._start_office(soffice, pipe)
        worker = subprocess.Popen(
            [python, "-I", WORKER, pipe, str(self.seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self._worker = worker
        self._answer(worker)
        return worker

    def _start_office(self, soffice: Path, pipe: str) -> "subprocess.Popen[bytes]":
        user = self._home / "user"
        user.mkdir(exist_ok=True)
        (user / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
        command = [str(soffice), "--headless", "--norestore", "--nologo", "--nodefault"]
        command.append(f"-env:UserInstallation={self._home.as_uri()}")
        command.append(f"--accept=pipe,name={pipe};urp")
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _kill(self) -> None:
        """Whatever of the two still runs, with soffice's own children."""
        if self._worker:
            self._worker.kill()
            for stream in (self._worker.stdin, self._worker.stdout):
                if stream:
                    stream.close()
            self._worker.wait()
        if self._office and self._office.poll() is None:
            os.killpg(self._office.pid, signal.SIGKILL)
            self._office.wait()
        self._worker = self._office = None


def _wait(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def glob_safe(name: str) -> str:
    """``name`` for a glob: 【 is harmless, [ is not."""
    return "".join(f"[{letter}]" if letter in "[*?" else letter for letter in name)


def main(arguments: Iterable[str] | None = None) -> None:
    """``python -m tests.tools.libreoffice BOOK… OUTDIR``: pages to look at."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("books", nargs="+", type=Path)
    parser.add_argument("outdir", type=Path)
    parser.add_argument("--dpi", type=int, default=80)
    given = parser.parse_args(list(arguments) if arguments is not None else None)
    with LibreOffice() as office:
        for book in given.books:
            for page in office.render(book, given.outdir, given.dpi):
                print(page)  # noqa: T201


if __name__ == "__main__":
    main()
