"""The workbook, or CSV, that a person wants taken into the masters, read as rows by heading."""

from __future__ import annotations

import hashlib
from pathlib import Path

from kakunin_xlsx.findings import Place
from kakunin_xlsx.findings.catalogue import NOT_A_WORKBOOK
from kakunin_xlsx.masters_book.grids import ReadMasters
from kakunin_xlsx.returns.limits import Limits
from kakunin_xlsx.returns.model import Book, Grid, GridCell, Item
from kakunin_xlsx.returns.workers import Workers
from kakunin_xlsx.stop import Stop, WrongUsage
from kakunin_xlsx.textfiles import FileBroken, bytes_of, csv_lines, typed_text

EXPORTED = "kakunin masters export で書き出した台帳を指定してください。"


def read_book(path: Path) -> ReadMasters:
    """The workbook read in a process of its own. Raises Stop or WrongUsage where it cannot be."""
    if not path.is_file():
        raise WrongUsage(f"{path} が見つかりません。ファイルの場所を確かめてください。")
    if path.suffix.lower() == ".csv":
        return ReadMasters.of(_csv_book(path))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    with Workers(Limits.from_environment(), [path]) as workers:
        workers.learn(None)
        (opened,) = workers.read([Item(str(path), sha256, path)])
    if opened.book is None:
        how = "解凍して、中の台帳のブックを指定してください。"
        zipped = NOT_A_WORKBOOK.at(Place(file=str(path)), what="圧縮ファイル", how=how)
        words = opened.findings[0].words if opened.findings else zipped.words
        raise Stop(f"{path}\n{words}{EXPORTED}")
    read = ReadMasters.of(opened.book)
    if not (read.tables or read.problems or read.own):
        raise Stop(f"{path}\n台帳の表がありません。{EXPORTED}")
    return read


def _csv_book(path: Path) -> Book:
    """A CSV as a workbook of one sheet. Raises Stop."""
    try:
        lines = list(csv_lines(typed_text(bytes_of(path), office=True)))
    except FileBroken as broken:
        raise Stop(f"{path}\n{broken.line}行目：{broken.wrong}{broken.todo}") from broken
    cells = (
        GridCell(line, col, text)
        for line, record in lines
        for col, text in enumerate(record, start=1)
        if text.strip()
    )
    return Book((Grid(path.stem, tuple(cells), protected=False),))
