"""Returns as they come back: saved again by the program in which they were filled in."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

OPENPYXL, LIBREOFFICE = "openpyxl", "LibreOffice"
_AT_ONCE = 50  # files that one start of LibreOffice converts
_DONE = "保存し直し済み"  # beside the folder


def save_again(folder: Path, program: str) -> None:
    """Every workbook of the folder, once. Without LibreOffice on this computer they stay."""
    mark = folder.parent / _DONE
    if mark.exists():
        return
    files = sorted(folder.glob("*.xlsx"))
    if program == OPENPYXL:
        for file in files:
            _by_openpyxl(file)
    elif office := shutil.which("soffice"):
        for at in range(0, len(files), _AT_ONCE):
            _by_libreoffice(office, files[at : at + _AT_ONCE])
    mark.touch()


def _by_openpyxl(file: Path) -> None:
    from openpyxl import load_workbook

    book = load_workbook(file, rich_text=True)
    book.save(file)


def _by_libreoffice(office: str, files: list[Path]) -> None:
    with tempfile.TemporaryDirectory() as made:
        words = ["--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", made]
        profile = f"-env:UserInstallation=file://{made}/profile"
        subprocess.run([office, profile, *words, *map(str, files)], check=True, capture_output=True)
        for file in files:
            shutil.move(Path(made) / file.name, file)
