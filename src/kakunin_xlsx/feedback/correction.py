"""What a department gets back: its answers at their places, findings, and what found no place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kakunin_xlsx.findings import Finding, Severity
from kakunin_xlsx.findings.catalogue import OFFICE_CODES
from kakunin_xlsx.layout import CONTINUED, PRINTED, Identity, Layout, measure, notice, printed_mark
from kakunin_xlsx.layout.identity import CONFIRM_FILL, FIX_FILL
from kakunin_xlsx.layout.sheet_names import REQUEST_SHEET, REST_SHEET
from kakunin_xlsx.merge import Merged
from kakunin_xlsx.merge.anew import Unplaced
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.returns.model import address
from kakunin_xlsx.sheets.form import HEAD, LOCKED, MARK, TITLE, Remark, Remarks, Values
from kakunin_xlsx.sheets.page import A4, Cell, Line, Page, Style, height_of
from kakunin_xlsx.sheets.workbooks import correction_pages

_ASKING = (Severity.FIX, Severity.CONFIRM)
_FILLS = {Severity.FIX: FIX_FILL, Severity.CONFIRM: CONFIRM_FILL}
_WIDTHS = (5.0, 9.0, 13.0, 12.0, 15.0, 48.0, 44.0)
_REST_WIDTHS = (28.0, 13.0, 8.0, 18.0, 52.0, 30.0)
_REST_HEADINGS = ("ファイル", "シート", "セル", "項目", "書かれていた内容", "控えにした理由")
_BODY = Style(size=11)
_STRONG = Style(size=12, bold=True, color="#9C3A00", valign="vcenter")
_CELL = replace(LOCKED, size=10.5)
_COMMENT_LIMIT = 1_500  # characters that can be read in a comment


@dataclass(frozen=True)
class Correction:
    """The 修正依頼 of one respondent: the form anew, what to mend, and what is left over."""

    layout: Layout
    values: Values
    findings: tuple[Finding, ...]
    unplaced: tuple[Unplaced, ...]
    turn: int

    @property
    def counts(self) -> str:
        """How much is asked, in words to be followed by 「あります」."""
        fix = sum(finding.severity is Severity.FIX for finding in self.findings)
        confirm = len(self.findings) - fix
        told = [f"直していただく所が{fix}か所"] if fix else []
        return "、".join([*told, f"確かめていただく所が{confirm}か所"] if confirm else told)

    def cell_of(self, finding: Finding) -> tuple[str, str] | None:
        """Row id and column key of the cell a finding is about, or its row's first answer."""
        row, key, layout = finding.place.row, finding.place.key, self.layout
        known = layout.form_column if row == FORM_ROW else layout.column
        if key in known and (row == FORM_ROW or row in layout.row):
            return row, key
        questions = layout.questions(layout.row[row]) if row in layout.row else ()
        return (row, questions[0].key) if questions else None


def corrections(merged: Merged) -> tuple[Correction, ...]:
    """One for each respondent who handed in something that is to be mended or looked at.

    Who filled in a form of another year or round instead gets this one, with those answers.
    """
    asking: dict[str, list[Finding]] = {}
    for finding in merged.findings:
        if finding.severity in _ASKING and finding.code not in OFFICE_CODES:
            asking.setdefault(finding.place.respondent, []).append(finding)
    made = []
    for code, anew in merged.anew.items():
        layout = merged.asked[code]
        found = asking.get(layout.respondent, [])
        if anew.sheets:
            at = anew.sheets
            found = [f for f in merged.findings if (f.place.file, f.place.sheet) in at]
        if found or anew.sheets:
            made.append(
                Correction(layout, anew.values, tuple(found), tuple(anew.unplaced), anew.turn)
            )
    return tuple(made)


def correction_request(correction: Correction, font: str) -> bytes:
    """The xlsx file of one 修正依頼."""
    return correction_pages(
        correction.layout,
        font,
        correction.values,
        _remarks(correction),
        lambda pages: [
            _marked(page, correction.layout.identity)
            for page in (_first_page(correction, pages), *_rest_pages(correction.unplaced))
        ],
    )


def _marked(page: Page, whose: Identity) -> Page:
    """Each line with a mark behind it that says what was issued there: what people add is told."""
    at = len(page.widths)

    def marked(line: Line) -> Line:
        cells = [cell for _, cell in sorted(line.cells.items())]
        seen = (f"{'' if cell.value is None else cell.value}{cell.tail}" for cell in cells)
        mark = Cell(printed_mark(seen), MARK)
        return replace(line, cells={**line.cells, at: mark}) if line.cells else line

    name = Line({at: Cell(whose.mark(PRINTED), MARK)}, hidden=True)
    return replace(page, lines=[*map(marked, page.lines), name])


def _remarks(correction: Correction) -> Remarks:
    """Comment and colour of each cell; the gravest finding gives the colour."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in correction.findings:
        if at := correction.cell_of(finding):
            found.setdefault(at, []).append(finding)
    remarks = {}
    for at, findings in found.items():
        gravest = min((each.severity for each in findings), key=lambda severity: severity.rank)
        words = "\n".join(f"・{each.words}\n　{each.ask}" for each in findings)
        remarks[at] = Remark(notice(words[:_COMMENT_LIMIT]), _FILLS.get(gravest, ""))
    return remarks


# 修正依頼: the first sheet.


def _first_page(correction: Correction, pages: Sequence[Page]) -> Page:
    row_no = f"{correction.layout.row_word}No"
    headings = ("No", "種類", "場所", row_no, "項目", "内容", "お願いすること")
    lines = [*_opening(correction), _row(headings, HEAD, _WIDTHS)]
    head = len(lines) - 1
    places = {
        at: f"{page.name}!{address(row + 1, col + 1)}"
        for page in pages
        for at, (row, col) in page.places.items()
    }
    for number, finding in enumerate(correction.findings, start=1):
        lines.append(_finding(number, finding, correction, places))
    return Page(
        name=REQUEST_SHEET,
        widths=_WIDTHS,
        lines=lines,
        paper=A4,
        landscape=True,
        repeat=(head, head),
        protected=True,
    )


def _opening(correction: Correction) -> Iterator[Line]:
    layout = correction.layout
    yield _across(f"{layout.form_name}　修正のお願い（{layout.respondent}）", TITLE, 28)
    yield _across(layout.when, _BODY)
    yield _across(f"{correction.counts}あります。次のとおりお願いします。", _STRONG, 22)
    done = _DONE_BY_COUNCIL if layout.spare else _DONE
    for text in (*_HOW[: 3 if correction.turn > 1 else 2], done):
        yield _across(text.format(turn=correction.turn, sheet=layout.sheet), _BODY)
    if correction.unplaced:
        yield _across(
            f"・行き先の分からなかった記入が{len(correction.unplaced)}件あります。"
            f"シート「{REST_SHEET}」を見て、必要なものを回答欄に写してください。",
            _BODY,
        )
    yield Line({}, 8)


_HOW = (
    "・前に提出された内容は、このファイルのシート「{sheet}」に入っています。書き直す必要はありません。",
    "・橙色の欄は直してください。黄色の欄は確かめて、よければそのままで構いません。"
    "欄のコメントに理由があります。下の表の「場所」を押すと、その欄に移ります。",
    "・「提出区分」は「差替え」、「提出回」は「{turn}」と記入済みです。変えないでください。",
)
_DONE = "・直し終えたら「提出日」と「所属長確認」を記入し、このファイルを提出してください。"
_DONE_BY_COUNCIL = "・直し終えたら「提出日」を記入し、このファイルを「2_回収」に入れてください。"


def _finding(
    number: int,
    finding: Finding,
    correction: Correction,
    places: Mapping[tuple[str, str], str],
) -> Line:
    at, layout, centered = (
        correction.cell_of(finding),
        correction.layout,
        replace(_CELL, align="center"),
    )
    place = places.get(at, "") if at else ""
    sheet, _, cell = place.rpartition("!")
    shown = cell if sheet == layout.sheet else place
    told = (layout.label(finding.place.row), finding.place.item, finding.words, finding.ask)
    cells = (
        Cell(number, replace(centered, number="0")),
        Cell(finding.severity.value, replace(centered, fill=_FILLS.get(finding.severity, ""))),
        Cell(shown or "（全体）", centered, link=f"'{sheet}'!{cell}" if place else ""),
        *(Cell(text, _CELL) for text in told),
    )
    return _line(dict(enumerate(cells)), _WIDTHS)


# 記入の控え: what found no place.


def _rest_pages(unplaced: Sequence[Unplaced]) -> list[Page]:
    if not unplaced:
        return []
    title = Cell("行き先の分からなかった記入", TITLE, across=len(_REST_WIDTHS))
    lines = [_line({0: title}, _REST_WIDTHS, 28), _row(_REST_HEADINGS, HEAD, _REST_WIDTHS)]
    for each in unplaced:
        before: Sequence[str] = (each.file, each.sheet, each.cell, each.item)
        why = each.why
        # A longer text than can be seen whole goes on in the next row.
        for part in measure.split(each.text, _REST_WIDTHS[4], _CELL.size):
            lines.append(_row((*before, part, why), _CELL, _REST_WIDTHS))
            before, why = [""] * len(before), CONTINUED
    page = Page(REST_SHEET, _REST_WIDTHS, lines, A4, landscape=True, repeat=(1, 1), protected=True)
    return [page]


def _row(texts: Sequence[str], style: Style, widths: Sequence[float]) -> Line:
    return _line({col: Cell(text, style) for col, text in enumerate(texts)}, widths)


def _across(text: str, style: Style, least: float = 18) -> Line:
    return _line({0: Cell(text, style, across=len(_WIDTHS))}, _WIDTHS, least)


def _line(cells: dict[int, Cell], widths: Sequence[float], least: float = 18) -> Line:
    return Line(
        cells, height_of(cells, widths, least), fixed=any(c.across > 1 for c in cells.values())
    )
