"""回答の相違.xlsx and 事務局修正.xlsx: what the office decides, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kakunin_xlsx.checks.model import FILLER, SUBMITTED_ON
from kakunin_xlsx.layout import KEY_ROW, Column, Layout, LedgerMark, LedgerRow, Row
from kakunin_xlsx.layout.ledger import (
    AGREED_ON,
    CHOSEN,
    NEW_VALUE,
    REASON,
    WHO,
    AnswerAt,
    answer_key,
    conflict_columns,
    correction_columns,
)
from kakunin_xlsx.merge import Conflict, Merged
from kakunin_xlsx.record import FORM_ROW, Answer
from kakunin_xlsx.sheets.ledger import Ledger, LedgerLine, ledger_workbook
from kakunin_xlsx.sheets.page import Value

_HIDDEN = "非表示のシート"
_TYPED = (CHOSEN, NEW_VALUE, REASON, WHO, AGREED_ON)
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
    who = _Submissions(merged)
    shown = (*merged.conflicts, *merged.hidden)
    open_ = [LedgerLine(_mark(merged, each), who.values(each)) for each in shown]
    lines = _kept(open_, [row for row in typed if CHOSEN in row.cells])
    notes: tuple[str, ...] = _CONFLICT_NOTES if merged.conflicts else _NOTHING_TO_DECIDE
    notes += _HIDDEN_NOTES if any(each.drafts for each in shown) else ()
    most = max((len(line.mark.answers) for line in lines), default=0)
    columns = conflict_columns(max(most, 2), *_words(merged))
    return _workbook(merged, "回答の相違", notes, columns, lines, font)


def correction_workbook(merged: Merged, font: str, typed: Iterable[LedgerRow] = ()) -> bytes:
    """One row per answer cell of every form of the round, with the answer that counts."""
    lines = _kept(list(_answers(merged)), [row for row in typed if CHOSEN not in row.cells])
    columns = correction_columns(*_words(merged))
    return _workbook(merged, "事務局修正", _CORRECTION_NOTES, columns, lines, font)


def _words(merged: Merged) -> tuple[str, str]:
    """What the plan calls its lowest level, and the department of a line."""
    layout = next(iter(merged.asked.values()))
    return layout.row_word, layout.whose_word


def _workbook(
    merged: Merged,
    name: str,
    notes: Sequence[str],
    columns: Sequence[Column],
    lines: Sequence[LedgerLine],
    font: str,
) -> bytes:
    mark = LedgerMark(merged.plan, merged.year, merged.round, KEY_ROW, KEY_ROW, KEY_ROW)
    return ledger_workbook(Ledger(name, name, notes, mark, columns, lines), font)


def _kept(lines: Sequence[LedgerLine], typed: Iterable[LedgerRow]) -> list[LedgerLine]:
    """The lines with what was typed in them; lines that are no more stay while they hold something."""
    waiting = {_at(row.mark): row for row in typed if any(map(row.said, _TYPED))}
    whole = [_with(line, waiting.pop(_at(line.mark), None)) for line in lines]
    return whole + [LedgerLine(row.mark, dict(row.typed)) for row in waiting.values()]


def _at(mark: LedgerMark) -> tuple[object, ...]:
    # An older table does not say where in a file an answer stands.
    return mark.respondent, mark.row, mark.key, tuple(each.sha256 for each in mark.answers)


def _with(line: LedgerLine, row: LedgerRow | None) -> LedgerLine:
    if row is None:
        return line
    return LedgerLine(line.mark, {**line.values, **{key: row.typed.get(key) for key in _TYPED}})


# 回答の相違.


def _mark(merged: Merged, conflict: Conflict) -> LedgerMark:
    shown = (*conflict.answers, *conflict.drafts)
    answers = tuple(AnswerAt(each.sha256, each.place) for each in shown)
    place = (conflict.respondent, conflict.row, conflict.key)
    return LedgerMark(merged.plan, merged.year, merged.round, *place, answers)


class _Submissions:
    """Who handed in which file, and when."""

    def __init__(self, merged: Merged) -> None:
        self._asked = merged.asked
        self._fields = {
            (answer.sha256, answer.respondent, answer.key): answer.value
            for answer in merged.answers.of_row(FORM_ROW)
        }

    def values(self, conflict: Conflict) -> Mapping[str, Value]:
        """What the row of a conflict shows."""
        answers = (*conflict.answers, *conflict.drafts)
        shown: dict[str, Value] = dict(_place(answers[0]))
        row = self._asked[conflict.respondent].row.get(conflict.row)
        shown |= {"initiative": _no(row)} if row else {}
        for number, answer in enumerate(answers, start=1):
            shown[answer_key(number, "value")] = answer.value[:32_767]
            shown[answer_key(number, "filler")] = self._who(answer)
            hidden = f"\n（{_HIDDEN}）" if answer in conflict.drafts else ""
            shown[answer_key(number, "file")] = f"{answer.file}\n{answer.place}{hidden}"
        return shown

    def _who(self, answer: Answer) -> str:
        keys = (FILLER, SUBMITTED_ON)
        said = (self._fields.get((answer.sha256, answer.respondent, key), "") for key in keys)
        return "\n".join(filter(None, said)) or "（記入なし）"


def _place(answer: Answer) -> Iterator[tuple[str, str]]:
    yield "respondent", answer.respondent_name
    yield "row", answer.row
    yield "initiative", answer.initiative
    yield "department", answer.department
    yield "item", answer.heading


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
    return LedgerLine(LedgerMark(merged.plan, merged.year, merged.round, *place), values)
