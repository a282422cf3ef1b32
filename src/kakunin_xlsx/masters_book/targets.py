"""目標 in 台帳.xlsx: one row a line, the years as columns. The CSV keeps a row a year.

A 単位 stands once a row and belongs to the years that have a 目標値; a year whose unit is
another has a column of its own for it. What else a target says (向き, 基準値, …) stands once a
row as well, or by year where a line says it otherwise in some years.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.masters_book.contents import BookRow
from kakunin_xlsx.plan.schema import FIRST, LAST
from kakunin_xlsx.plan.texts import TextRow, row_digest, row_id, year_in
from kakunin_xlsx.plan.tree import TARGETS

LINE, YEAR, TEXT, FIGURE, UNIT = "行ID", "年度", "目標文", "目標値", "単位"
_NO_UNIT = "（なし）"  # of a year with a 目標値, where the others have one
_MORE = tuple(
    each for each in TARGETS.headers if each not in (LINE, YEAR, TEXT, FIGURE, UNIT, FIRST, LAST)
)
_BY_YEAR = re.compile(rf"(\S+)[ 　\n]+({'|'.join((TEXT, FIGURE, UNIT, *_MORE))})")
ABOUT = "1つの取組の目標を1行に書きます。年度ごとに「目標文」か「目標値」を書き、「単位」は行に1回だけ書きます。"
_Group = tuple[str, str, str]  # 行ID, 開始年度, 終了年度


def of_year(year: str, header: str) -> str:
    """`R7 目標文`."""
    return f"{year} {header}"


def parted(heading: str) -> tuple[str, str]:
    """The year and the header of `R7 目標文`; '' for both of any other heading."""
    found = _BY_YEAR.fullmatch(heading.strip())
    return (found[1], found[2]) if found else ("", "")


@dataclass(frozen=True)
class WideTargets:
    """The sheet: its headings, its rows, and where each row of the CSV went, by its index."""

    headings: tuple[str, ...]
    rows: tuple[BookRow, ...]
    places: tuple[tuple[int, str], ...]  # row of the sheet, and the year

    def place(self, index: int, header: str) -> tuple[int, str]:
        """The row of the sheet and the heading under which a cell of the CSV stands."""
        row, year = self.places[index]
        own = of_year(year, header)
        return row, own if own in self.headings else header


def wide(rows: Sequence[BookRow], years: Iterable[str]) -> WideTargets | None:
    """The rows as they stand in the workbook; None where a row has no year or two are alike."""
    columns = list(dict.fromkeys((*years, *(row.cells.get(YEAR, "") for row in rows))))
    if not columns:
        return None  # a book of a plan that says no years yet
    groups: dict[_Group, dict[str, BookRow]] = {}
    for row in rows:
        own = groups.setdefault(_group(row.cells), {})
        year = row.cells.get(YEAR, "")
        if not year or year in own or not _BY_YEAR.fullmatch(of_year(year, TEXT)):
            return None
        own[year] = row
    shared = [header for header in _MORE if all(_once(header, own) for own in groups.values())]
    made = [_wide_row(group, own, shared) for group, own in groups.items()]
    own_units = [year for year in columns if any(of_year(year, UNIT) in row.cells for row in made)]
    order = {group: at for at, group in enumerate(groups)}
    return WideTargets(
        headings=(
            LINE,
            *(of_year(year, header) for year in columns for header in (TEXT, FIGURE)),
            UNIT,
            *(of_year(year, UNIT) for year in own_units),
            *shared,
            *(of_year(year, h) for h in _MORE if h not in shared for year in columns),
            *(FIRST, LAST, *book.extra_headings(TARGETS)),
        ),
        rows=tuple(made),
        places=tuple((order[_group(row.cells)], row.cells[YEAR]) for row in rows),
    )


def _group(cells: Mapping[str, str]) -> _Group:
    return cells.get(LINE, ""), cells.get(FIRST, ""), cells.get(LAST, "")


def _once(header: str, own: Mapping[str, BookRow]) -> bool:
    """True if every year in which anything is aimed at says the same under it, and no other."""
    said = {(_aims(row.cells), row.cells.get(header, "")) for row in own.values()}
    return sum(aims for aims, _ in said) <= 1 and all(aims or not text for aims, text in said)


def _aims(cells: Mapping[str, str]) -> bool:
    return any(cells.get(header) for header in (TEXT, FIGURE, UNIT))


def _wide_row(group: _Group, own: Mapping[str, BookRow], shared: Sequence[str]) -> BookRow:
    cells = dict(zip((LINE, FIRST, LAST), group, strict=True))
    units = (row.cells.get(UNIT, "") for row in own.values() if row.cells.get(FIGURE))
    cells[UNIT] = next(filter(None, units), "")
    cells |= dict(_more(own, shared))
    waiting = {}
    for year, row in own.items():
        for header in (TEXT, FIGURE):
            cells[of_year(year, header)] = row.cells.get(header, "")
        unit = row.cells.get(UNIT, "")
        if unit != (cells[UNIT] if row.cells.get(FIGURE) else ""):
            cells[of_year(year, UNIT)] = unit or _NO_UNIT
        for header, status in row.open.items():
            waiting[of_year(year, header)] = status
            if header in shared or (header == UNIT and cells[UNIT] == unit):
                waiting[header] = status
    told = "\n".join(f"{year} {row.told}" for year, row in own.items() if row.told)
    return BookRow(cells, waiting, told)


def _more(own: Mapping[str, BookRow], shared: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Heading → words of what a line says of its targets besides words, numbers and units."""
    for header in _MORE:
        said = {year: row.cells.get(header, "") for year, row in own.items()}
        if header in shared:
            yield header, next((said[year] for year, row in own.items() if _aims(row.cells)), "")
        else:
            yield from ((of_year(year, header), text) for year, text in said.items())


def long(
    rows: Iterable[TextRow], base: Mapping[str, str], lines: Iterable[TextRow]
) -> list[TextRow]:
    """The rows of the CSV that the sheet's rows stand for.

    A year in which nothing stands is a row without words where it was exported as one (`base`:
    digests by row id), and of a new line in every year in which it (one of `lines`) is in force.
    """
    spans = {row.said("ID"): row.span for row in lines}
    handed_out = {own.partition("/")[0] for own in base}
    made = [_of_year(row, year) for row in rows for year in _years(row)]
    blank = {
        row_id(TARGETS, one.cells) for one in made if _is_blank(one) and _as_handed_out(one, base)
    }
    said = {row_id(TARGETS, one.cells) for one in made if not _is_blank(one)} | blank

    def stands(one: TextRow) -> bool:
        if not _is_blank(one):
            return True
        own, line = row_id(TARGETS, one.cells), one.said(LINE)
        if own not in base:
            year, span = year_in(one.said(YEAR)), spans.get(line)
            return line not in handed_out and bool(year and span and year in span)
        return _as_handed_out(one, base) or own not in said  # else it stands in another row

    return list(filter(stands, made))


def _as_handed_out(one: TextRow, base: Mapping[str, str]) -> bool:
    cells = {header: one.said(header) for header in TARGETS.headers}
    return base.get(row_id(TARGETS, cells)) == row_digest(cells)


def _years(row: TextRow) -> Iterable[str]:
    return dict.fromkeys(filter(None, (parted(heading)[0] for heading in row.places)))


def _is_blank(row: TextRow) -> bool:
    return not any(row.said(header) for header in (TEXT, FIGURE, UNIT, *_MORE))


def _of_year(row: TextRow, year: str) -> TextRow:
    shared = (LINE, FIRST, LAST, book.SINCE, book.WHY)
    cells = {header: row.said(header) for header in shared}
    cells |= {YEAR: year, **{h: row.said(of_year(year, h)) for h in (TEXT, FIGURE)}}
    own = row.said(of_year(year, UNIT))
    cells[UNIT] = ("" if own == _NO_UNIT else own) or (
        row.said(UNIT) if cells[FIGURE] and own != _NO_UNIT else ""
    )
    for header in _MORE:
        heading = of_year(year, header)
        aims = heading in row.places or _aims(cells)
        cells[header] = row.said(heading if heading in row.places else header) if aims else ""
    places = {header: row.place(header) for header in shared if header in row.places}
    places[YEAR] = row.place(LINE)
    for header in (TEXT, FIGURE, UNIT, *_MORE):
        heading = of_year(year, header)
        places[header] = row.places.get(heading) or row.place(header)
    return TextRow(cells, row.line, places)
