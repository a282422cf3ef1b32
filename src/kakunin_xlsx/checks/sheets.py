"""Checks of one returned sheet: its rows, its locked texts and what stands beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from kakunin_xlsx.checks.model import SUBMISSION, TURN, Compared, ComparedRow, Standing
from kakunin_xlsx.findings import Finding, Place, catalogue
from kakunin_xlsx.layout import MARKED, Identity
from kakunin_xlsx.plan.years import FiscalYear
from kakunin_xlsx.record import FORM_ROW, Reason
from kakunin_xlsx.returns.forms import Asked, wordly
from kakunin_xlsx.returns.model import FormRow, FormSheet, address

_JOINED = " ／ "
_EACH_FIGURE = "数値は、その下の指標ごとの行に記入してもらってください。"
_OTHER_CELL = "記入する欄（うすい黄色）に書くべき内容でないかを、提出元に確かめてください。"


def foreign_form(sheet: FormSheet, file: str, ours: Identity) -> Finding:
    """A sheet of another plan, year or round, or of somebody who is not asked."""
    mark = sheet.identity
    if mark.plan != ours.plan:
        told = "別の計画の様式"
    elif mark.year != ours.year:
        told = f"{FiscalYear.parse(mark.year).name}の様式"
    elif mark.round != ours.round:
        told = "別の照会の様式"
    else:
        told = "今回の回答元にない部署の様式"
    place = Place(file=file, sheet=sheet.name, value=str(mark))
    return catalogue.FOREIGN_FORM.at(place, what=f"{told}：{mark}")


def foreign_words(sheet: FormSheet, file: str, asked: Asked) -> Iterator[Finding]:
    """What people wrote on a foreign form outside its cells: comments, and words not printed there.

    Nothing says what was issued there; our own words of this round, but for numbers of years
    and dates, are taken to have stood there too.
    """
    for comment in sheet.grid.comments:
        yield comment.finding(Place(file=file, sheet=sheet.name))
    for cell in (*sheet.leftovers, *(cell for _, cell in sheet.doubled)):
        if wordly(cell.typed) not in asked.words and MARKED not in cell.formula:
            place = Place(file=file, sheet=sheet.name, cell=cell.address, value=cell.typed)
            yield catalogue.BESIDE_TABLE.at(place)


def older_issue(sheet: Compared) -> Iterator[Finding]:
    """Rows whose texts are whole but not today's: said once for the sheet."""
    rows = [row for row in sheet.rows if row.standing is Standing.OLDER]
    if rows:
        first, names = rows[0].found, "、".join(dict.fromkeys(row.called for row in rows))
        yield catalogue.OLDER_ISSUE.at(
            sheet.form.place(first.id, cell=first.mark_cell.address), rows=names
        )


def mark_changed(sheet: Compared) -> Iterator[Finding]:
    """A mark that fits neither today's texts nor those beside it."""
    for row in sheet.rows:
        if row.odd_mark:
            yield catalogue.MARK_CHANGED.at(_mark_place(sheet, row), row=row.called)


def changed_text(sheet: Compared) -> Iterator[Finding]:
    """A locked text that was rewritten or cleared; 修正提案 keeps it."""
    for change in sheet.changed:
        place = sheet.form.place(change.row, change.column, change.cell, change.typed)
        no = sheet.form.layout.label(change.row)
        yield catalogue.CHANGED_TEXT.at(place, no=no, issued=change.issued)


def misplaced_row(sheet: Compared) -> Iterator[Finding]:
    """Texts of another row under this row's mark. The finding holds those texts."""
    for row in sheet.rows:
        if row.standing is Standing.MISPLACED and row.other:
            column, cell = row.texts[0]
            place = sheet.form.place(row.found.id, column, cell.address, texts_of(row))
            yield catalogue.MISPLACED_ROW.at(place, row=row.called, other=row.other.called)


def texts_of(row: ComparedRow) -> str:
    """The differing texts of a row in one line."""
    return _JOINED.join(cell.typed for _, cell in row.texts if cell.typed)


def other_department(sheet: Compared) -> Iterator[Finding]:
    """A row that somebody else is asked for."""
    for row in sheet.rows:
        if row.standing is Standing.OTHERS:
            whose = row.found.cells.get("department")
            yield catalogue.OTHER_DEPARTMENT.at(
                _mark_place(sheet, row),
                row=row.called,
                whose=whose.typed if whose else "別の回答元",
            )


def row_unknown(sheet: Compared) -> Iterator[Finding]:
    """A row that this round does not have."""
    for row in sheet.rows:
        if row.standing is Standing.UNKNOWN:
            yield catalogue.ROW_UNKNOWN.at(_mark_place(sheet, row), row=row.called)


def row_doubled(sheet: Compared) -> Iterator[Finding]:
    """Said at the second row of the same id, and each further one."""
    seen: Counter[str] = Counter()
    for row in sheet.rows:
        seen[row.found.id] += 1
        if seen[row.found.id] > 1:
            yield catalogue.ROW_DOUBLED.at(_mark_place(sheet, row), row=row.called)


def repeat_answered(sheet: Compared) -> Iterator[Finding]:
    """Something typed where 再掲 asks for nothing."""
    for given in sheet.given:
        if given.reason is Reason.REPEATED:
            row = sheet.form.layout.row[given.row]
            yield catalogue.REPEAT_ANSWERED.at(given.place, no=given.no, instead=row.instead)


def shared_answered(sheet: Compared) -> Iterator[Finding]:
    """Something typed in a line that a 関係課 only sees."""
    for given in sheet.given:
        row = sheet.form.layout.row.get(given.row)
        if row and row.shared and given.reason is Reason.OUT_OF_SCOPE:
            yield catalogue.SHARED_ANSWERED.at(given.place, no=given.no, whose=row.department)


def not_asked_here(sheet: Compared) -> Iterator[Finding]:
    """A figure in the line though each of its indicators has a row, a text in an indicator's row."""
    layout = sheet.form.layout
    for given in sheet.given:
        row = layout.row.get(given.row)
        if row is None or not row.open or given.column.key not in layout.column:
            continue
        if given.reason is Reason.OUT_OF_SCOPE and not layout.asks(row, given.column):
            measured = any(layout.asks(each, given.column) for each in layout.indicators(row.id))
            how = _EACH_FIGURE if measured else _OTHER_CELL
            yield catalogue.NOT_ASKED_HERE.at(given.place, no=given.no, how=how)


def beside_table(sheet: Compared) -> Iterator[Finding]:
    """Text outside every answer cell. The finding is what keeps it."""
    for cell in sheet.stray:
        yield catalogue.BESIDE_TABLE.at(sheet.form.place(cell=cell.address, value=cell.typed))


def doubled_field(sheet: Compared) -> Iterator[Finding]:
    """A form field that stands there twice. The finding keeps the later value."""
    for key, cell in sheet.form.sheet.doubled:
        column = sheet.form.layout.form_column[key]
        yield catalogue.DOUBLED_FIELD.at(
            sheet.form.place(FORM_ROW, column, cell.address, cell.typed)
        )


def keys_lost(sheet: Compared) -> Iterator[Finding]:
    """Columns that only their headings told: said once for the sheet."""
    layout = sheet.form.layout
    known = {**layout.form_column, **layout.column}
    lost = [known[key].heading for key in sheet.form.sheet.by_headings if key in known]
    if lost:
        yield catalogue.KEYS_LOST.at(sheet.form.place(), what="、".join(dict.fromkeys(lost)))


def mark_lost(sheet: Compared) -> Iterator[Finding]:
    """Rows that only their printed texts told: said once for the sheet."""
    rows = [row.found for row in sheet.rows if row.found.by_texts]
    if rows:
        place = sheet.form.place(rows[0].id, cell=_first_cell(rows[0]))
        names = dict.fromkeys(sheet.form.called(row.id) for row in rows)
        yield catalogue.MARK_LOST.at(place, rows="、".join(names))


def second_sheet(sheet: Compared) -> Iterator[Finding]:
    """One more sheet of the same form in the workbook. A hidden one waits for a decision."""
    found = sheet.form.sheet
    if found.twin:
        kind = catalogue.HIDDEN_SHEET if found.grid.hidden else catalogue.SECOND_SHEET
        yield kind.at(sheet.form.place(), other=found.twin)


def filtered(sheet: Compared) -> Iterator[Finding]:
    """A filter or a sort order that we did not set."""
    if sheet.form.sheet.grid.filtered:
        yield catalogue.FILTERED.at(sheet.form.place())


def unprotected(sheet: Compared) -> Iterator[Finding]:
    """Our guard-rail was taken off; a new book into which values were pasted never had one."""
    if sheet.form.sheet.grid.protected is False and sheet.form.sheet.witnesses:
        yield catalogue.UNPROTECTED.at(sheet.form.place())


def hidden(sheet: Compared) -> Iterator[Finding]:
    """Answers in rows or columns that nobody sees."""
    grid = sheet.form.sheet.grid
    answers = [given.cell for given in sheet.given if given.row != FORM_ROW]
    rows = sorted({cell.row for cell in answers} & grid.hidden_rows)
    columns = sorted({cell.col for cell in answers} & grid.hidden_columns)
    told = [f"{row}行" for row in rows]
    told += [f"{address(1, col).removesuffix('1')}列" for col in columns]
    if told:
        yield catalogue.HIDDEN.at(sheet.form.place(), what="、".join(told))


def witness_differs(sheet: Compared) -> Iterator[Finding]:
    """A table that stands in a workbook issued as something else."""
    found = sheet.form.sheet
    if found.rows and found.witnesses and found.identity not in found.witnesses:
        witness = "、".join(sorted(map(str, found.witnesses)))
        yield catalogue.WITNESS_DIFFERS.at(
            sheet.form.place(), whose=found.identity, witness=witness
        )


def _mark_place(sheet: Compared, row: ComparedRow) -> Place:
    mark = row.found.mark_cell
    cell = mark.address or _first_cell(row.found)
    return sheet.form.place(row.found.id, cell=cell, value=mark.typed)


def _first_cell(row: FormRow) -> str:
    """Where a row begins, if its mark is lost."""
    first = min(row.columns.values(), default=0)
    return row.mark_cell.address or address(row.mark_cell.row, first)


def turn_unclear(sheet: Compared) -> Iterator[Finding]:
    """提出区分 or 提出回 filled in, but not understood."""
    turn = sheet.turn
    for key, taken in ((SUBMISSION, turn.submission.value), (TURN, str(turn.number))):
        if key in turn.unclear and key in sheet.fields and not sheet.cover:
            yield catalogue.TURN_UNCLEAR.at(sheet.fields[key].place, taken=taken)


FORM_CHECKS: tuple[Callable[[Compared], Iterator[Finding]], ...] = (
    older_issue,
    mark_changed,
    changed_text,
    misplaced_row,
    other_department,
    row_unknown,
    row_doubled,
    repeat_answered,
    shared_answered,
    not_asked_here,
    beside_table,
    doubled_field,
    keys_lost,
    mark_lost,
    second_sheet,
    filtered,
    unprotected,
    hidden,
    witness_differs,
    turn_unclear,
)


def check_form(sheet: Compared) -> Iterator[Finding]:
    """Every finding about one sheet that is in force."""
    for check in FORM_CHECKS:
        yield from check(sheet)


def check_replaced(sheet: Compared) -> Iterator[Finding]:
    """A replaced sheet needs no mending, but nothing written in it is lost."""
    place, kept = sheet.form.place, catalogue.REPLACED_TEXT
    for cell in (*sheet.stray, *(cell for _, cell in sheet.form.sheet.doubled)):
        yield kept.at(place(cell=cell.address, value=cell.typed))
    for comment in sheet.form.sheet.grid.comments:
        if comment.text:
            yield kept.at(place(cell=comment.address, value=comment.text))
    for row in sheet.rows:
        mark = row.found.mark_cell
        if row.odd_mark or row.standing in (Standing.OTHERS, Standing.UNKNOWN):
            yield kept.at(place(row.found.id, cell=mark.address, value=mark.typed))
        if row.standing is Standing.MISPLACED and (text := texts_of(row)):
            column, cell = row.texts[0]
            yield kept.at(place(row.found.id, column, cell.address, text))
