"""回答の相違.xlsx and 事務局修正.xlsx: what the office decides, one row per cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kakunin_xlsx.checks.model import FILLER, SUBMITTED_ON
from kakunin_xlsx.layout import KEY_ROW, Column, Layout, LedgerMark, LedgerRow, Row, ledger
from kakunin_xlsx.merge import Conflict, Merged
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.sheets.book import BookInfo, workbook_bytes
from kakunin_xlsx.sheets.form import LOCKED, MARK, MARK_WIDTH, NOTE, TITLE, answer_style, headings
from kakunin_xlsx.sheets.page import A3, Cell, Entry, Line, Page, Value, height_of, view_from

LedgerLine = tuple[LedgerMark, Mapping[str, Value]]  # what a row decides, and what stands in it

_LAST_PLACE = "item"  # the columns up to it say which cell a row decides, and stay in view
_HIDDEN = "非表示のシート"
_TYPED = (ledger.CHOSEN, ledger.NEW_VALUE, ledger.REASON, ledger.WHO, ledger.AGREED_ON)
_CONFLICT_NOTES = (
    "同じ回答元から、内容の異なる回答が届いています。「採用」で採る回答を選び、「理由」と「決定者」を書いて、"
    "このまま上書き保存してください。",
    "もう一度取りまとめる（kakunin merge）と、決定.csv に記録され、決まった行はこの表から消えます。",
)
_NOTHING_TO_DECIDE = ("いま、決める必要のある相違はありません。",)
_HIDDEN_NOTES = (
    f"「{_HIDDEN}」の回答は、非表示のシートにあるため、取り込んでいません。採るときだけ、「採用」でその回答を選び、"
    "「理由」と「決定者」を書いて上書き保存し、もう一度取りまとめてください。下書きであれば、そのままで構いません。",
)
_CORRECTION_NOTES = (
    "課の了解を得て事務局が回答を直すときは、「修正後」「理由」「決定者」「課の了解日」を書いて、"
    "このまま上書き保存してください。",
    "もう一度取りまとめる（kakunin merge）と、決定.csv に記録され、回答一覧と、会議に出す資料に反映されます。",
)


def conflict_workbook(merged: Merged, font: str, typed: Iterable[LedgerRow] = ()) -> bytes:
    """One row per cell in 相違; what was `typed` in an earlier copy and not taken stays there."""
    shown = (*merged.conflicts, *merged.hidden)
    fields = {
        (answer.sha256, answer.respondent, answer.key): answer.value
        for answer in merged.answers.of_row(FORM_ROW)
    }
    open_ = [_conflict(merged, each, fields) for each in shown]
    lines = _kept(open_, [row for row in typed if ledger.CHOSEN in row.cells])
    notes: tuple[str, ...] = _CONFLICT_NOTES if merged.conflicts else _NOTHING_TO_DECIDE
    notes += _HIDDEN_NOTES if any(each.drafts for each in shown) else ()
    most = max((len(mark.answers) for mark, _ in lines), default=0)
    columns = ledger.conflict_columns(max(most, 2), *_words(merged))
    return ledger_workbook("回答の相違", notes, _key_row(merged), columns, lines, font)


def correction_workbook(merged: Merged, font: str, typed: Iterable[LedgerRow] = ()) -> bytes:
    """One row per answer cell of every form of the round, with the answer that counts."""
    lines = _kept(list(_answers(merged)), [row for row in typed if ledger.CHOSEN not in row.cells])
    columns = ledger.correction_columns(*_words(merged))
    name = "事務局修正"
    return ledger_workbook(name, _CORRECTION_NOTES, _key_row(merged), columns, lines, font)


def _words(merged: Merged) -> tuple[str, str]:
    """What the plan calls its lowest level, and the department of a line."""
    layout = next(iter(merged.asked.values()))
    return layout.row_word, layout.whose_word


def _key_row(merged: Merged) -> LedgerMark:
    return LedgerMark(merged.plan, merged.year, merged.round, KEY_ROW, KEY_ROW, KEY_ROW)


def _kept(lines: Sequence[LedgerLine], typed: Iterable[LedgerRow]) -> list[LedgerLine]:
    """The lines with what was typed in them; lines that are no more stay while they hold something."""
    waiting = {_at(row.mark): row for row in typed if any(map(row.said, _TYPED))}
    whole: list[LedgerLine] = []
    for mark, values in lines:
        row = waiting.pop(_at(mark), None)
        own = {key: row.typed.get(key) for key in _TYPED} if row else {}
        whole.append((mark, {**values, **own}))
    return whole + [(row.mark, dict(row.typed)) for row in waiting.values()]


def _at(mark: LedgerMark) -> tuple[object, ...]:
    # An older table does not say where in a file an answer stands.
    return mark.respondent, mark.row, mark.key, tuple(each.sha256 for each in mark.answers)


# 回答の相違.

_Fields = Mapping[tuple[str, str, str], str]  # by file, respondent and key of a form's own fields


def _conflict(merged: Merged, conflict: Conflict, fields: _Fields) -> LedgerLine:
    """The answers to one cell: each with who handed it in, when, and where it stands."""
    answers = (*conflict.answers, *conflict.drafts)
    at = tuple(ledger.AnswerAt(each.sha256, each.place) for each in answers)
    place = (conflict.respondent, conflict.row, conflict.key)
    row, first = merged.asked[conflict.respondent].row.get(conflict.row), answers[0]
    shown: dict[str, Value] = {
        "respondent": first.respondent_name,
        "row": first.row,
        "initiative": _no(row) if row else first.initiative,
        "department": first.department,
        "item": first.heading,
    }
    for number, answer in enumerate(answers, start=1):
        keys = (FILLER, SUBMITTED_ON)
        said = (fields.get((answer.sha256, answer.respondent, key), "") for key in keys)
        hidden = f"\n（{_HIDDEN}）" if answer in conflict.drafts else ""
        shown |= {
            ledger.answer_key(number, "value"): answer.value[:32_767],
            ledger.answer_key(number, "filler"): "\n".join(filter(None, said)) or "（記入なし）",
            ledger.answer_key(number, "file"): f"{answer.file}\n{answer.place}{hidden}",
        }
    return LedgerMark(merged.plan, merged.year, merged.round, *place, at), shown


def _no(row: Row) -> str:
    """The number of a line; of an indicator with its name, for its number is that of its line."""
    return row.label if row.under else row.initiative


# 事務局修正.


def _answers(merged: Merged) -> Iterator[LedgerLine]:
    counting = (each for each in merged.answers if each.adopted)
    held = {(each.respondent, each.row, each.key): each.value for each in counting}
    for layout in merged.asked.values():
        for column in layout.form:
            if layout.decided(FORM_ROW, column.key):
                yield _line(merged, layout, column, None, held)
        for row in layout.rows:
            for column in layout.questions(row):
                yield _line(merged, layout, column, row, held)


def _line(
    merged: Merged,
    layout: Layout,
    column: Column,
    row: Row | None,
    held: Mapping[tuple[str, str, str], str],
) -> LedgerLine:
    """One cell with the answer that counts; without a row it is a field of the form itself."""
    place = (layout.identity.respondent, row.id if row else FORM_ROW, column.key)
    values: dict[str, Value] = {
        "respondent": layout.respondent,
        "row": place[1],
        "initiative": _no(row) if row else "",
        "department": row.department if row else "",
        "item": column.heading,
        "old_value": held[place][:32_767] if place in held else None,
    }
    return LedgerMark(merged.plan, merged.year, merged.round, *place), values


# The workbook.


def ledger_workbook(
    name: str,
    notes: Sequence[str],
    key_row: LedgerMark,
    columns: Sequence[Column],
    rows: Sequence[LedgerLine],
    font: str,
) -> bytes:
    """The xlsx file of one table; `notes` say how to fill it, `key_row` tells the round."""
    widths, span = [MARK_WIDTH, *(column.width for column in columns)], len(columns)
    lines = [_written({1: Cell(name, TITLE, across=span)}, widths, 26)]
    lines += [_written({1: Cell(note, NOTE, across=span)}, widths) for note in notes]
    keys = {col: Cell(column.key, MARK) for col, column in enumerate(columns, start=1)}
    lines.append(Line({0: Cell(str(key_row), MARK), **keys}, hidden=True))
    head = len(lines)
    lines += [_written(cells, widths) for cells in headings(columns)]
    first = len(lines)
    lines += [_row(columns, row, widths) for row in rows]
    last = len(lines) - 1
    inputs = [col for col, column in enumerate(columns, start=1) if column.open]
    held = next((c for c, each in enumerate(columns) if each.key == _LAST_PLACE), 0) + 2
    page = Page(
        name=name,
        widths=widths,
        lines=lines,
        paper=A3,
        landscape=True,
        freeze=(first, held),
        opens_at=view_from(widths, held, inputs),
        cursor=(first, inputs[0]) if inputs and rows else None,
        filtered=(first - 1, 1, last, span) if rows else None,
        repeat=(head, first - 1),
        first_printed_column=1,
        small_columns=frozenset({0}),
        protected=True,
        entries=[Entry(columns[c - 1], c, ((first, last),)) for c in inputs] if rows else [],
    )
    return workbook_bytes([page], BookInfo(title=name), font)


def _row(columns: Sequence[Column], row: LedgerLine, widths: Sequence[float]) -> Line:
    mark, values = row
    cells = {
        col: Cell(values.get(column.key), answer_style(column) if column.open else LOCKED)
        for col, column in enumerate(columns, start=1)
    }
    return Line({0: Cell(str(mark), MARK), **cells}, height_of(cells, widths, 18))


def _written(cells: dict[int, Cell], widths: Sequence[float], least: float = 18) -> Line:
    return Line(cells, height_of(cells, widths, least))
