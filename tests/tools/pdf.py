"""What stands on printed pages, through poppler's small programs."""

import subprocess
from pathlib import Path


def pdf_text(pdf: Path) -> list[str]:
    """The text of each page, laid out as on paper."""
    told = _poppler("pdftotext", "-layout", str(pdf), "-")
    return told.removesuffix("\f").split("\f")


def pdf_fonts(pdf: Path) -> set[str]:
    """The fonts used, without the tag that marks a subset."""
    rows = _poppler("pdffonts", str(pdf)).splitlines()[2:]
    return {row.split()[0].split("+")[-1] for row in rows}


def pdf_sizes(pdf: Path) -> list[tuple[float, float]]:
    """Width and height of each page in points (A4 is 595 x 842)."""
    rows = _poppler("pdfinfo", "-l", "-1", str(pdf)).splitlines()
    sizes = [row.split() for row in rows if row.startswith("Page ") and " size:" in row]
    return [(float(row[3]), float(row[5])) for row in sizes]


def pdf_about(pdf: Path) -> dict[str, str]:
    """What a PDF says of itself: Title, Author, Producer, ..."""
    rows = (row.split(":", 1) for row in _poppler("pdfinfo", str(pdf)).splitlines())
    return {name.strip(): value.strip() for name, value in rows}


def _poppler(*command: str) -> str:
    done = subprocess.run(command, check=True, capture_output=True, timeout=60)
    return done.stdout.decode()
