"""A workbook's page as a small PNG: through LibreOffice and pdftoppm, trimmed, in few colours."""

from __future__ import annotations

import struct
import subprocess
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kakunin_xlsx.office.pdf import pdf_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]  # height x width x 3

_COLOURS = 128
_MARGIN = 12  # pixels left around what is printed
_TALLEST = 0.62  # of the width; what lies below is cut off


@dataclass(frozen=True)
class Picture:
    """One page: the first of the workbook at `path` that bears all of `words`."""

    name: str
    path: Path
    words: tuple[str, ...]
    dots: int = 80  # per inch
    whole: bool = False  # not cut to the upper part
    across: tuple[float, float] = (0, 1)  # from here to there of the width


def draw(pictures: list[Picture], folder: Path) -> list[Path]:
    """All of them as `folder`/name.png; each workbook is printed once."""
    folder.mkdir(exist_ok=True)
    printed: dict[Path, bytes] = {}
    with tempfile.TemporaryDirectory(prefix="kakunin-pictures-") as name:
        pdf = Path(name) / "page.pdf"
        for each in pictures:
            if each.path not in printed:
                printed[each.path] = pdf_of(each.path.read_bytes())
            pdf.write_bytes(printed[each.path])
            (folder / f"{each.name}.png").write_bytes(_png(_cut(_page(pdf, each), each)))
    return [folder / f"{each.name}.png" for each in pictures]


def _page(pdf: Path, picture: Picture) -> Pixels:
    number = str(_number(pdf, picture.words))
    command = ("pdftoppm", "-r", str(picture.dots), "-f", number, "-l", number, str(pdf))
    data = subprocess.run(command, check=True, capture_output=True).stdout
    _, size, _, body = data.split(b"\n", 3)  # P6, width height, 255, pixels
    width, height = map(int, size.split())
    return np.frombuffer(body, dtype=np.uint8).reshape(height, width, 3)


def _number(pdf: Path, words: tuple[str, ...]) -> int:
    """The first page that bears all words, however they are broken into lines."""
    text = subprocess.run(("pdftotext", str(pdf), "-"), check=True, capture_output=True).stdout
    pages = ["".join(page.split()) for page in text.decode().split("\f")]
    for number, page in enumerate(pages, start=1):
        if all(word in page for word in words):
            return number
    raise LookupError(f"no page with {words}")


def _cut(page: Pixels, picture: Picture) -> Pixels:
    """Without white margins, what is not wanted of the width, and the lower part if it is tall."""
    inner = _inked(page)
    left, right = (int(inner.shape[1] * at) for at in picture.across)
    inner = inner[:, left:right]
    if picture.whole:
        return inner
    return _inked(inner[: int(inner.shape[1] * _TALLEST)])


def _inked(page: Pixels) -> Pixels:
    """What is printed, with a narrow margin."""
    inked = page.min(axis=2) < 250
    rows, columns = (np.flatnonzero(inked.max(axis=axis)) for axis in (1, 0))
    top, left = (max(0, found[0] - _MARGIN) for found in (rows, columns))
    return page[top : rows[-1] + _MARGIN, left : columns[-1] + _MARGIN]


def _png(page: Pixels) -> bytes:
    """A PNG with a palette of the page's most frequent colours."""
    height, width, _ = page.shape
    colours, place, counts = np.unique(
        page.reshape(-1, 3).astype(np.int64), axis=0, return_inverse=True, return_counts=True
    )
    kept = colours[np.argsort(-counts, kind="stable")[:_COLOURS]]
    nearest = np.array([((kept - colour) ** 2).sum(axis=1).argmin() for colour in colours])
    rows = nearest[place.ravel()].reshape(height, width).astype(np.uint8)
    lines = np.hstack([np.zeros((height, 1), np.uint8), rows])
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", kept.astype(np.uint8).tobytes()),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
