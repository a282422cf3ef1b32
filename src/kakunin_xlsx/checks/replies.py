"""Checks of what one respondent's returns say together: what is missing, and what marks say."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

from kakunin_xlsx.checks.cells import check_cell
from kakunin_xlsx.checks.model import APPROVED, FILLER, Compared, Gap, Given, Reply
from kakunin_xlsx.checks.sense import SENSE_CHECKS
from kakunin_xlsx.findings import Finding, Kind, catalogue
from kakunin_xlsx.layout import Column
from kakunin_xlsx.layout.understand import nothing_of_its_own, plain
from kakunin_xlsx.plan.rounds import FieldType
from kakunin_xlsx.record import FORM_ROW, Reason
from kakunin_xlsx.returns.model import Area, At, Comment, address

_FIRST = "記入は左上の欄の回答として扱いました"
_UNDER = "結合で隠れた欄にも記入があり、それぞれの欄の回答として扱いました"
_NO_CHANGE = re.compile(
    r"(?:修正|変更|訂正|追加|意見|異議|問題|相違|直す所|直すところ)?(?:箇所|事項|点)?[はもが]?(?:特に)?"
    r"(?:なし|無し|無|ない|ありません|ございません)|(?:内容を?)?確認(?:済み?|しました)|ok|[○✓レ]"
)
HOW = {
    FieldType.TEXT: "1～2行で記入してください。",
    FieldType.CHOICE: "選択肢から一つ選んでください。",
    FieldType.NUMBER: "数字で記入してください。",
    FieldType.DATE: "日付を記入してください。",
}


def row_lost(reply: Reply) -> Iterator[Finding]:
    """A row that no sheet in force holds."""
    for row in reply.layout.rows:
        if row.open and not reply.sheets_with(row):
            yield catalogue.ROW_LOST.at(reply.table.place(row.id), no=row.called)


def column_lost(reply: Reply) -> Iterator[Finding]:
    """An answer column that no sheet in force holds."""
    for column in reply.lost_columns:
        yield catalogue.COLUMN_LOST.at(reply.table.place(item=column))


def required_empty(reply: Reply) -> Iterator[Finding]:
    """A required cell that nobody filled; what stands there instead of an answer is said."""
    for gap in reply.gaps:
        if gap.at is None and gap.column in reply.lost_columns:
            continue  # said once for the column
        no, how = gap.row.label, HOW[gap.column.type]
        kind, value, with_ = _instead(gap)
        place = gap.sheet.form.place(gap.row.id, gap.column, address(*gap.at or (0, 0)), value)
        yield kind.at(place, no=no, how=how, what=with_, with_=with_)


def _instead(gap: Gap) -> tuple[Kind, str, str]:
    """The kind of emptiness, what is written there, and on what or merged with which cell."""
    if gap.at is None:
        return catalogue.REQUIRED_EMPTY, "", ""
    if given := gap.sheet.filled.get(gap.at):
        return catalogue.STRUCK_EMPTY, given.cell.typed, ""
    if comment := comment_at(gap.sheet, gap.at):
        return catalogue.COMMENT_ONLY, comment.text, comment.kind
    if area := merged_with(gap.sheet, gap.at):
        return catalogue.MERGED_EMPTY, "", address(area.top, area.left)
    if gap.at in gap.sheet.coloured:
        return catalogue.COLOUR_ONLY, "", ""
    return catalogue.REQUIRED_EMPTY, "", ""


def not_approved(reply: Reply) -> Iterator[Finding]:
    """所属長確認 empty."""
    column = next((c for c in reply.layout.form if c.key == APPROVED), None)
    if column and column.open:
        choices = "」「".join(choice.value for choice in column.choices)
        yield from _field_empty(reply, column, catalogue.NOT_APPROVED, choices or "確認済")


def no_filler(reply: Reply) -> Iterator[Finding]:
    """記入者 empty."""
    column = reply.layout.form_column.get(FILLER)
    if column and column.open:
        yield from _field_empty(reply, column, catalogue.NO_FILLER)


def field_required(reply: Reply) -> Iterator[Finding]:
    """Any other form field that the plan makes required."""
    for column in reply.layout.form:
        if column.open and column.required and column.key not in (APPROVED, FILLER):
            yield from _field_empty(reply, column, catalogue.REQUIRED_EMPTY)


def change_wanted(reply: Reply) -> Iterator[Finding]:
    """A form field that asks for a change, such as 修正あり: open until the office decides."""
    by_rows = {given.column.key: given for given in _asked_once(reply)}
    for given in {**by_rows, **reply.fields}.values():
        wanted = {choice.value for choice in given.column.choices if choice.review}
        if given.understood in wanted:
            rows = dict.fromkeys(
                each.called for each in reply.held.values() if each.column.type is FieldType.TEXT
            )
            others = [each.value for each in given.column.choices if not each.review]
            yield catalogue.CHANGE_WANTED.at(
                given.place, rows="、".join(rows) or "行の記入なし", choices="」「".join(others)
            )


def change_unsaid(reply: Reply) -> Iterator[Finding]:
    """A change that stands in a row of a form with no other questions, whose field says: none."""
    if any(each.type is not FieldType.TEXT or each.required for each in reply.layout.open_columns):
        return
    said = (each for each in reply.held.values() if not _wants_nothing(each.cell.kept))
    rows = "、".join(dict.fromkeys(each.called for each in said))
    for given in reply.fields.values():
        wanted = [choice.value for choice in given.column.choices if choice.review]
        settled = given.understood in ("", *wanted) or given.column.key in reply.decided
        if rows and wanted and not settled:
            yield catalogue.CHANGE_UNSAID.at(given.place, rows=rows, choices="」「".join(wanted))


def _wants_nothing(text: str) -> bool:
    return nothing_of_its_own(text) or bool(_NO_CHANGE.fullmatch(plain(text)))


def _asked_once(reply: Reply) -> Iterator[Given]:
    """What forms of an older shape asked of every row; the one that wants a change comes last."""
    given = [
        each
        for sheet in reply.forms
        for each in sheet.given
        if each.row != FORM_ROW and each.column.key in reply.layout.form_column
    ]
    wanted = {choice.value for each in given for choice in each.column.choices if choice.review}
    found = (each for each in given if each.column.key not in reply.decided)
    yield from sorted(found, key=lambda each: each.understood in wanted)


def older_answers(reply: Reply) -> Iterator[Finding]:
    """Answers to what is not asked any more: said once for each question of a sheet."""
    for sheet in reply.forms:
        found: dict[str, list[Given]] = {}
        for given in sheet.given:
            if not given.column.field and given.row != FORM_ROW:
                found.setdefault(given.column.key, []).append(given)
        for group in found.values():
            rows = "、".join(dict.fromkeys(each.called for each in group))
            yield catalogue.OLDER_ANSWERS.at(group[0].place, rows=rows)


def _field_empty(reply: Reply, column: Column, kind: Kind, choices: str = "") -> Iterator[Finding]:
    if any(given.column.key == column.key for sheet in reply.latest for given in sheet.given):
        return
    forms = [sheet.form for sheet in reversed(reply.latest)]
    form = next((each for each in forms if column.key in each.sheet.places), reply.table)
    place = form.place(FORM_ROW, column, form.sheet.places.get(column.key, ""))
    yield kind.at(place, no="", how=HOW[column.type], choices=choices)


# What people say without typing it: comments, colours, merged cells, lines through text.


def comment_at(sheet: Compared, at: At) -> Comment | None:
    """The first words that people put on a cell; None if there are none."""
    on_it = (each for each in sheet.form.sheet.grid.comments if (each.row, each.col) == at)
    return next((each for each in on_it if each.text), None)


def merged_with(sheet: Compared, at: At) -> Area | None:
    """The merged block that swallows a cell: one that begins elsewhere."""
    for area in sheet.form.sheet.grid.merged:
        if at in area and at != (area.top, area.left):
            return area
    return None


# Said once for each cell; what an empty required cell bears is said there.


def comments(reply: Reply) -> Iterator[Finding]:
    """Everything that people put on cells, but the words on required ones that are empty."""
    for sheet in reply.forms:
        for comment in sheet.form.sheet.grid.comments:
            at = (comment.row, comment.col)
            # An empty required cell names its comment itself; a struck one names its text.
            named = reply.is_gap(sheet, at) and at not in sheet.filled
            if not (named and comment == comment_at(sheet, at)):
                yield comment.finding(sheet.form.place(*sheet.answer_cells.get(at, ("", ""))))


def colours(reply: Reply) -> Iterator[Finding]:
    """Coloured empty cells that need no answer."""
    for sheet in reply.forms:
        for at in sorted(sheet.coloured):
            row, column = sheet.answer_cells[at]
            if not reply.is_gap(sheet, at) and (row, column.key) not in reply.held:
                place = sheet.form.place(row, column, address(*at))
                yield catalogue.COLOURED.at(place, no=sheet.form.layout.label(row))


def merged(reply: Reply) -> Iterator[Finding]:
    """Answer cells merged with one another, unless an empty one of them is named already."""
    for sheet in reply.forms:
        rows = sorted({row for row, _ in sheet.answer_cells})
        for area in sheet.form.sheet.grid.merged:
            first = bisect_left(rows, area.top)
            if first == len(rows) or rows[first] > area.bottom:
                continue  # a title or a band, as almost all are
            inside = [at for at in sheet.answer_cells if at in area]
            named = any(reply.is_gap(sheet, at) and merged_with(sheet, at) for at in inside)
            if len(inside) > 1 and not named:
                yield _merged(sheet, area, inside[0])


def _merged(sheet: Compared, area: Area, first: At) -> Finding:
    row, column = sheet.answer_cells[first]
    begin, end = address(area.top, area.left), address(area.bottom, area.right)
    under = any(at in area and at != (area.top, area.left) for at in sheet.filled)
    taken = _UNDER if under else _FIRST
    place = sheet.form.place(row, column, begin)
    return catalogue.MERGED.at(place, area=f"{begin}:{end}", taken=taken)


def struck(reply: Reply) -> Iterator[Finding]:
    """Text with a line through it, in part or in whole (見え消し)."""
    for sheet in reply.forms:
        for at, given in sheet.filled.items():
            counted = given.reason in (Reason.NONE, Reason.STRUCK)
            if given.cell.struck and counted and not reply.is_gap(sheet, at):
                yield _struck(given)


def _struck(given: Given) -> Finding:
    if given.reason is Reason.STRUCK:
        return catalogue.STRUCK_AWAY.at(given.place, no=given.no)
    return catalogue.STRUCK.at(given.place, no=given.no, kept=given.cell.kept.strip())


REPLY_CHECKS: tuple[Callable[[Reply], Iterator[Finding]], ...] = (
    row_lost,
    column_lost,
    required_empty,
    not_approved,
    no_filler,
    field_required,
    change_wanted,
    change_unsaid,
    older_answers,
    comments,
    colours,
    merged,
    struck,
    *SENSE_CHECKS,
)


def check_reply(reply: Reply) -> Iterator[Finding]:
    """Every finding about what a respondent's returns say together."""
    for check in REPLY_CHECKS:
        yield from check(reply)
    fields = [given for sheet in reply.forms for given in sheet.fields.values()]
    for given in (*fields, *reply.held.values()):
        yield from check_cell(given, reply.unit(given.row, given.column))
