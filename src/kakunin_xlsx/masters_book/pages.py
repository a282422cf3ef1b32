"""The sheets of 台帳.xlsx: how to fill it, what is to be verified and decided, every table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kakunin_xlsx.layout import measure
from kakunin_xlsx.layout.identity import OPEN_FILL
from kakunin_xlsx.layout.sheet_names import WITNESS_SHEET
from kakunin_xlsx.masters_book import headings as book
from kakunin_xlsx.masters_book.contents import BookRow, MastersBook, masters_book
from kakunin_xlsx.masters_book.guide import guide_page
from kakunin_xlsx.masters_book.headings import NAME, is_department, names, said_as
from kakunin_xlsx.masters_book.targets import ABOUT, WideTargets, wide
from kakunin_xlsx.plan.cells import year
from kakunin_xlsx.plan.model import TABLES
from kakunin_xlsx.plan.people import DEPARTMENTS
from kakunin_xlsx.plan.readings import Status
from kakunin_xlsx.plan.schema import TABLE, MasterColumn, MasterRow, MasterTable
from kakunin_xlsx.plan.settings import SETTINGS
from kakunin_xlsx.plan.texts import MasterTexts
from kakunin_xlsx.plan.tree import TARGETS
from kakunin_xlsx.returns.model import address
from kakunin_xlsx.sheets.form import HEAD, LABEL, LOCKED, TITLE
from kakunin_xlsx.sheets.page import A3, A4, Cell, Dropdown, Line, Page, Style, height_of, view_from

# Dark, middle and light, so that they are told apart when printed in grey.
STATUS_FILL: Mapping[Status, str] = {
    Status.UNVERIFIED: "#E8A567",
    Status.INFERRED: "#FFD966",
    Status.CORRECTED: "#DDEBF7",
}
_PLAIN = Style(border=True, locked=False)
_OPEN = replace(_PLAIN, fill=OPEN_FILL)
_NOTE = Style(size=10.5, wrap=False, color="#404040")
_HEAD_LINE = 2  # the line of headings: title and a sentence stand above
_HEADINGS = (_HEAD_LINE, _HEAD_LINE)  # the lines that each sheet of paper repeats
_SPARE = 300  # rows below the table that have its dropdowns
_EMPTY = 20  # rows drawn where a table has none yet
_NARROWEST, _WIDEST = 8.0, 70.0
_SHOWN_LINES = 14  # of a long text, before its column grows
_MOST_LINES = 24  # that find room in the tallest row, with paragraphs cut short
_ARROW = 4  # half-width characters: room for the filter's button


def masters_pages(masters: MastersBook) -> list[Page]:
    """All sheets, in their order. Same masters, same pages."""
    return [
        guide_page(masters),
        _open_page(masters),
        *([_proposals_page(masters)] if masters.proposals else []),
        _settings_page(masters),
        *(_table_page(table, masters) for table in TABLES),
        _help_page(masters),
        _base_page(masters),
    ]


def printed_words() -> frozenset[str]:
    """Every text that stands on these sheets of any plan, beside what the plan says itself."""
    blank = [masters_book(MasterTexts("", {}), None)]
    books = (*blank, *(replace(each, new=False) for each in blank))
    pages = (page for each in books for page in (*masters_pages(each), _proposals_page(each)))
    cells = (cell for page in pages for line in page.lines for cell in line.cells.values())
    return frozenset((ABOUT, *(cell.value for cell in cells if isinstance(cell.value, str))))


def _sheet(
    name: str,
    about: str,
    columns: Mapping[str, float],
    rows: Iterable[Sequence[Cell]],
    *,
    title: str = "",
    least: float = 18,
    beside: int = 0,
    filtered: bool = False,
    **more: Any,
) -> Page:
    """A list: a title, a sentence, headings with their widths, and rows.

    `least` is the height of a row, `beside` how many columns stay in view.
    """
    widths = list(columns.values())
    heads = dict(enumerate(Cell(heading, HEAD) for heading in columns))
    lines = [
        Line({0: Cell(title or name, TITLE)}, 26),
        Line({0: Cell(about, _NOTE)}, 18),
        Line(heads, height_of(heads, [width - _ARROW for width in widths], 22)),
    ]
    cells_of = (dict(enumerate(row)) for row in rows)
    lines += [Line(cells, height_of(cells, widths, least)) for cells in cells_of]
    if filtered:
        last = max(len(lines) - 1, _HEAD_LINE + 1)
        more |= {"filtered": (_HEAD_LINE, 0, last, len(widths) - 1), "repeat": _HEADINGS}
    freeze = (_HEAD_LINE + 1, beside)
    more = {"paper": A3, "landscape": True, "freeze": freeze, **more}
    return Page(name=name, widths=widths, lines=lines, **more)


# Tables.


def _table_page(table: MasterTable, masters: MastersBook) -> Page:
    rows, headings = _as_shown(table, masters)
    shown, name = rows or [BookRow({})] * _EMPTY, masters.sheets[table.name]
    return _sheet(
        name,
        table.about if headings == book.headings(table) else ABOUT,
        {heading: _width(heading, rows) for heading in headings},
        ([_cell(heading, row) for heading in headings] for row in shown),
        title=name.replace(table.name, table.file),
        beside=1 if table is TARGETS else len(table.keys),
        filtered=True,
        column_styles=dict.fromkeys(range(len(headings)), Style(locked=False)),
        dropdowns=tuple(_dropdowns(table, masters, headings, _HEAD_LINE + len(shown) + _SPARE)),
    )


def _as_shown(table: MasterTable, masters: MastersBook) -> tuple[Sequence[BookRow], Sequence[str]]:
    """Rows and headings as people see them: names of 課, and the targets of a line on one row."""
    rows = masters.tables.get(table.name, ())
    if table is TARGETS and (shown := _wide_targets(masters)):
        return shown.rows, shown.headings
    named = [column for column in table.columns if is_department(column)]
    departments = masters.tables.get(DEPARTMENTS.name, ()) if named else ()
    known = names(row.cells for row in departments)
    cells = [
        {**row.cells, **{c.header: said_as(c, row.cells.get(c.header, ""), known) for c in named}}
        for row in rows
    ]
    whole = [replace(row, cells=each) for row, each in zip(rows, cells, strict=True)]
    return whole, book.headings(table)


def _wide_targets(masters: MastersBook) -> WideTargets | None:
    return wide(masters.tables.get(TARGETS.name, ()), masters.years)


def _cell(heading: str, row: BookRow) -> Cell:
    if heading == book.STATE:
        return Cell(row.told, replace(_PLAIN, color="#595959"))
    if heading in (book.SINCE, book.WHY):
        return Cell("", _OPEN)
    fill = STATUS_FILL.get(row.open.get(heading, Status.SOURCE), "")
    return Cell(row.cells.get(heading, ""), replace(_PLAIN, fill=fill))


def _width(heading: str, rows: Sequence[BookRow]) -> float:
    """Wide enough for short texts in a line, and for long ones in a dozen."""
    if heading in (book.STATE, book.WHY):
        return 34.0
    texts = [row.cells.get(heading, "") for row in rows]
    line = max((measure.width(part) for text in texts for part in text.split("\n")), default=0)
    whole = max(map(measure.width, (text.replace("\n", "") for text in texts)), default=0)
    wanted = min(line + 3, max(30, whole / _SHOWN_LINES + 4))
    return float(min(_WIDEST, max(_NARROWEST, measure.width(heading) + _ARROW + 2, wanted)))


def _dropdowns(
    table: MasterTable, masters: MastersBook, headings: Sequence[str], last: int
) -> Iterator[Dropdown]:
    help_ = _help(table)
    for col, heading in enumerate(headings):
        column = table.column.get(heading)
        years = masters.years if heading == book.SINCE else ()
        if source := _source(column, masters) if column else years:
            strict = bool(column and column.choices and not column.several)
            places = (_HEAD_LINE + 1, last, col)
            yield Dropdown(*places, source, heading, help_[heading], strict)


def _help(table: MasterTable) -> Mapping[str, str]:
    return {**{column.header: column.help for column in table.columns}, **book.EXTRA_HELP}


def _source(column: MasterColumn, masters: MastersBook) -> Sequence[str] | str:
    """The words of a list, or the cells of the sheet that holds the codes."""
    if column.parse is year:
        return masters.years
    if is_department(column):
        return _listed(masters, DEPARTMENTS, NAME)
    named = [TABLE[name] for name in column.refers]
    filled = [table for table in named if masters.tables[table.name]]
    named = filled if len(filled) == 1 else named
    if len(named) == 1 and len(named[0].keys) == 1 and not column.or_else:
        return _listed(masters, named[0], named[0].keys[0])
    codes = [row.cells[table.keys[0]] for table in named for row in masters.tables[table.name]]
    return tuple(dict.fromkeys((*column.choices, *filter(None, (column.or_else, *codes)))))


def _listed(masters: MastersBook, table: MasterTable, header: str) -> str:
    """The filled cells of a column: new rows are in the list at once."""
    name, first = masters.sheets[table.name], _HEAD_LINE + 2
    letter = "ABCDEFGHIJ"[table.headers.index(header)]
    whole = f"'{name}'!${letter}${first}:${letter}$5000"
    return f"=OFFSET('{name}'!${letter}${first},0,0,MAX(1,COUNTA({whole})),1)"


# 照合する箇所.

# By the headings of both lists; what stands there now is a little narrower beside a proposal.
_WIDTHS = {
    book.PLACE: 26.0,
    **dict.fromkeys((book.NOW, book.SOURCE, book.TYPED, book.DECIDED), 36.0),
    **dict.fromkeys((book.PRINTED, book.WHERE), 40.0),
    **dict.fromkeys((book.WHO, book.WHEN, book.ITEM, book.DECIDER, book.DAY), 14.0),
    **dict.fromkeys((book.TABLE_NAME, book.KEY, book.WHOSE), 16.0),
    **dict.fromkeys((book.COLUMN, book.ROUND, book.SINCE), 12.0),
    **dict.fromkeys((book.PAGE, book.YEAR), 8.0),
    book.STATUS: 13.0,
    book.GROUND: 34.0,
    book.DONE: 11.0,
    book.VERDICT: 9.0,
    book.REASON: 30.0,
    book.ROW: 10.0,
}
_OPEN_ABOUT = (
    "印刷された冊子と見比べ、「冊子のとおりの文」を書き、「確認」で確認済を選び、名前と日を書きます。"
    "「いまの文」のままでよいときは、「冊子のとおりの文」は空欄で構いません。"
)


def _open_page(masters: MastersBook) -> Page:
    shown = _wide_targets(masters)
    rows = [
        [_open_cell(heading, cells, row, shown) for heading in book.OPEN_HEADINGS]
        for cells, row in masters.open
    ]
    help_ = "冊子と見比べたら「確認済」を選びます。"
    choices = ((book.DONE, (book.CONFIRMED,), help_),)
    least = {heading: _WIDTHS[heading] for heading in book.OPEN_HEADINGS}
    return _to_fill(book.OPEN_SHEET, _OPEN_ABOUT, least, rows, choices)


def _to_fill(
    name: str,
    about: str,
    least: Mapping[str, float],
    rows: Sequence[Sequence[Cell]],
    choices: Sequence[tuple[str, Sequence[str], str]],
) -> Page:
    """A protected list of which some columns are open; `choices`: heading, words, help.

    Its columns are wider than their `least` where a long text would not find room in the tallest
    row.
    """
    headings = list(least)
    columns = {
        heading: _wide(narrowest, (row[at].text for row in rows))
        for at, (heading, narrowest) in enumerate(least.items())
    }
    first, last = _HEAD_LINE + 1, _HEAD_LINE + max(len(rows), 1)
    wanted = [at for at, heading in enumerate(headings) if heading in book.TO_WRITE]
    return _sheet(
        name,
        about,
        columns,
        rows,
        beside=2,
        filtered=True,
        opens_at=view_from([*columns.values()], 2, wanted),
        cursor=(first, wanted[0]),
        protected=True,
        dropdowns=tuple(
            Dropdown(first, last, headings.index(at), words, at, help_, strict=True)
            for at, words, help_ in choices
        ),
    )


def _wide(least: float, texts: Iterable[str]) -> float:
    whole = max((measure.width(text.replace("\n", "")) for text in texts), default=0)
    return min(_WIDEST, max(least, whole / _MOST_LINES + 4))


def _open_cell(
    heading: str, cells: Mapping[str, str], of: MasterRow, targets: WideTargets | None
) -> Cell:
    text = cells.get(heading, "")
    if heading in book.TO_FILL:
        return Cell(text, replace(_OPEN, align="center") if heading == book.DONE else _OPEN)
    if heading == book.STATUS:
        return Cell(text, replace(LOCKED, fill=STATUS_FILL[Status(text)]))
    if heading == book.PLACE:
        row, header, headings = of.index, cells[book.COLUMN], of.schema.headers
        if of.schema is TARGETS and targets:
            (row, header), headings = targets.place(row, header), targets.headings
        at = address(_HEAD_LINE + 2 + row, headings.index(header) + 1)
        return Cell(text, LOCKED, link=f"'{cells[book.TABLE_NAME]}'!{at}")
    return Cell(text, LOCKED)


# 提案.

_PROPOSALS_ABOUT = (
    "各課の目標変更案と修正提案です。「採否」を選び、決めた人・決めた日・理由を書きます。"
    "提案と違う文にするときは「決定」に書きます。まだ決まらない行は、空欄のままにします。"
)


def _proposals_page(masters: MastersBook) -> Page:
    least = {heading: _WIDTHS[heading] for heading in book.PROPOSAL_HEADINGS} | {book.NOW: 32.0}
    rows = [
        [Cell(each.get(h, ""), _OPEN if h in book.TO_DECIDE else LOCKED) for h in least]
        for each in masters.proposals
    ]
    verdicts = (book.TAKEN, book.DECLINED)
    since = (*masters.years, book.ALL_YEARS)
    choices = (
        (book.VERDICT, verdicts, "台帳に採り入れるか、見送るかを選びます。"),
        (book.SINCE, since, "いつから新しい文にするかです。書き誤りを直すときは、全ての年度です。"),
    )
    return _to_fill(book.PROPOSALS_SHEET, _PROPOSALS_ABOUT, least, rows, choices)


# The other sheets.


def _settings_page(masters: MastersBook) -> Page:
    columns = dict(zip(book.SETTING_HEADINGS, (26.0, 50.0, 56.0), strict=True))
    about = "計画の名前、年度、見出しです（plan.toml）。「値」を書き換えます。"
    rows = (
        (
            Cell(setting.label, LABEL),
            Cell(masters.settings.get(setting.label, ""), _PLAIN),
            Cell(setting.about, LOCKED),
        )
        for setting in SETTINGS
    )
    return _sheet(book.SETTINGS_SHEET, about, columns, rows, least=20, beside=1, paper=A4)


def _help_page(masters: MastersBook) -> Page:
    rows = (
        (
            Cell(masters.sheets[table.name] if number == 0 else "", LABEL),
            Cell(heading, LOCKED),
            Cell(_help(table)[heading], LOCKED),
        )
        for table in TABLES
        for number, heading in enumerate(book.headings(table))
    )
    return _sheet(
        book.HELP_SHEET,
        "それぞれの表の列に、何を書くかです。",
        {"表": 26.0, "列": 16.0, "説明": 84.0},
        rows,
        paper=A4,
        repeat=_HEADINGS,
        protected=True,
    )


def _base_page(masters: MastersBook) -> Page:
    """What was exported, row by row: tells a person's change from one made meanwhile."""
    style = Style(wrap=False)
    lines = [Line({0: Cell(book.BASE_MARK, style), 1: Cell(masters.plan, style)})]
    lines += [
        Line({col: Cell(text, style) for col, text in enumerate(known)}) for known in masters.base
    ]
    return Page(WITNESS_SHEET, (20.0, 40.0, 16.0), lines, hidden=True, protected=True)
