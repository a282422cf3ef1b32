"""Two tables or two workbooks, cell by cell: what one shows and the other does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from kakunin_xlsx.archive.zips import parts_digest
from kakunin_xlsx.returns.model import Refused, address
from kakunin_xlsx.returns.ooxml import read_book
from kakunin_xlsx.returns.zips import Zip
from kakunin_xlsx.textfiles import FileBroken, csv_lines, text_of

_MOST_CELLS = 2_000_000  # of one sheet of a report
_NOTHING = "（ありません）"


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell: the archived file, the place in it, what is archived and what is made again."""

    file: str
    place: str
    archived: str
    again: str


def table_differences(file: str, archived: bytes, again: bytes) -> Iterator[Difference]:
    """Of two CSV tables, row by row in their order; rows count from 1 as on screen."""
    if archived == again:
        return
    try:
        old, new = _rows(archived), _rows(again)
    except FileBroken as broken:
        where = f"{broken.line}行目" if broken.line else ""
        yield Difference(file, where, f"（{broken.wrong.removesuffix('。')}）", "")
        return
    heading = (new or old or [[]])[0]
    for number, (was, now) in enumerate(zip_longest(old, new), start=1):
        if was is None or now is None:
            yield Difference(file, f"{number}行目", _row(was), _row(now))
        else:
            for column, before, after in zip_longest(heading, was, now, fillvalue=""):
                if before != after:
                    yield Difference(file, f"{number}行目「{column}」", before, after)


def _row(cells: list[str] | None) -> str:
    """A whole row in one line, or that there is none."""
    return _NOTHING if cells is None else "、".join(filter(None, cells))


def _rows(data: bytes) -> list[list[str]]:
    return [cells for _, cells in csv_lines(text_of(data))]


def workbook_differences(file: str, archived: bytes, again: bytes) -> Iterator[Difference]:
    """Of two workbooks, sheet by sheet; how cells look does not count."""
    if archived == again or _same_parts(archived, again):
        return
    old, new = _sheets(archived), _sheets(again)
    if old is None or new is None:
        yield Difference(file, "", "（Excelのファイルとして読めません）", "")
        return
    for sheet in dict.fromkeys((*new, *old)):
        if sheet not in old or sheet not in new:
            there = ("", _NOTHING) if sheet in old else (_NOTHING, "")
            yield Difference(file, f"シート「{sheet}」", *there)
            continue
        before, after = old[sheet], new[sheet]
        for at in sorted(before.keys() | after.keys()):
            was, now = before.get(at, ""), after.get(at, "")
            if was != now:
                yield Difference(file, f"{sheet}!{address(*at)}", was, now)


def _same_parts(archived: bytes, again: bytes) -> bool:
    digest = parts_digest(archived)
    return digest != "" and digest == parts_digest(again)


def _sheets(workbook: bytes) -> Mapping[str, Mapping[tuple[int, int], str]] | None:
    """Cells by row and column, by sheet; None if it cannot be read."""
    try:
        archive = Zip(workbook)
        archive.check_package()
        book = read_book(archive, _MOST_CELLS)
    except Refused:
        return None
    return {
        grid.name: {(cell.row, cell.col): cell.typed for cell in grid.cells} for grid in book.grids
    }
