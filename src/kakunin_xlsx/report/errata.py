"""What changed: 正誤表 since the last issued 版, 改訂履歴 of the plan from year to year.

第n版 keeps every cell that its paper shows, as a table with which later reports compare theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import product
from types import MappingProxyType

from kakunin_xlsx.layout.columns import WHOLE
from kakunin_xlsx.plan import Audience, FiscalYear, Sentence, describe_briefly, year_changes
from kakunin_xlsx.record import csv_bytes
from kakunin_xlsx.report.paging import ListColumn, list_page
from kakunin_xlsx.report.paper import CouncilPaper
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.page import Page
from kakunin_xlsx.textfiles import FileBroken, csv_lines, text_of

ERRATA_SHEET, REVISIONS_SHEET = "正誤表", "改訂履歴"
HEADER = ["照会", "回答元コード", "回答元", "行ID", "項目キー", "項目", "値", "根拠"]

_NONE: Mapping[str, str] = MappingProxyType({})
_RETURNED = "提出された回答によります。"
_GONE, _MASTERS = "回答が取り消されたか、確認中です。", "台帳の文章が変わりました。"
_NOTHING, _NO_GROUND = "（なし）", "－"


class SnapshotBroken(ValueError):
    """The text is not the table of an issued 版."""


@dataclass(frozen=True, slots=True)
class SnapshotCell:
    """One cell of the paper: of whom and where, what it shows and, of an answer, by what."""

    round: str
    respondent: str
    name: str
    row: str
    key: str
    item: str
    text: str
    ground: str = ""

    @property
    def at(self) -> tuple[str, str, str, str]:
        """What identifies the cell from one 版 to the next."""
        return (self.round, self.respondent, self.row, self.key)


@dataclass(frozen=True, slots=True)
class SnapshotChange:
    """A cell that differs from the last issued 版."""

    round: str
    row: str
    item: str
    before: str
    after: str
    ground: str


def snapshot(view: YearView) -> tuple[SnapshotCell, ...]:
    """The plan's texts and every answer that counts, round by round, in the paper's order."""
    texts, code = [], view.round.code
    for row, column in product(view.layout.rows, view.layout.locked_columns):
        text = row.texts[column.key].shown if column.key in row.texts else ""
        whole = "".join((text, *(part.get(column.key, "") for part in row.continued)))
        item = f"{column.group}{column.heading}"
        texts.append(SnapshotCell(code, "", row.department, row.id, column.key, item, whole))
    return (*texts, *(cell for each in (view, *view.later) for cell in _answers(each)))


def _answers(view: YearView) -> Iterator[SnapshotCell]:
    """In the table's order; what stands in no row of it comes last."""
    rows = {row.id: at for at, row in enumerate(view.layout.rows)}
    keys = {column.key: column for column in view.layout.open_columns}
    own = view.record.of(view.year.code, view.round.code).answers
    adopted = [each for each in own if each.adopted and each.key in keys]
    for each in sorted(adopted, key=lambda answer: rows.get(answer.row, len(rows))):
        column = keys[each.key]
        text = view.text(each.row, column, each.respondent)
        whose = (view.round.code, each.respondent, each.respondent_name)
        ground = each.decided or _RETURNED  # who decided and why; else it came with a form
        yield SnapshotCell(*whose, each.row, each.key, each.heading, text, ground)


def to_csv(cells: Iterable[SnapshotCell]) -> bytes:
    """As UTF-8 with BOM and CRLF."""
    return csv_bytes(HEADER, map(astuple, cells))


def from_csv(data: bytes) -> tuple[SnapshotCell, ...]:
    """Read `to_csv` back. Raises SnapshotBroken."""
    try:
        header, *rows = [cells for _, cells in csv_lines(text_of(data))] or [[]]
    except FileBroken as broken:
        raise SnapshotBroken(str(broken)) from broken
    if header != HEADER or any(len(row) != len(HEADER) for row in rows):
        raise SnapshotBroken("列が変わっています。")
    return tuple(SnapshotCell(*row) for row in rows)


def changes(
    before: Iterable[SnapshotCell],
    after: Iterable[SnapshotCell],
    left_out: Mapping[str, str] = _NONE,
) -> tuple[SnapshotChange, ...]:
    """The cells whose text differs, in the paper's order; what is gone comes last.

    Only rounds and rows that `before` held are compared. `left_out` are names of rounds, by
    code, that `after` does not hold at all.
    """
    old, new = ({cell.at: cell for cell in cells} for cells in (before, after))
    rows = _rows(old.values())
    at_all = {at: cell for at, cell in new.items() if (cell.round, cell.row) in rows}
    at_all |= {at: cell for at, cell in old.items() if at not in new}
    found = []
    for at, cell in at_all.items():
        was, now = (cells[at].text if at in cells else "" for cells in (old, new))
        if was != now:
            hidden = left_out.get(cell.round)
            gone = f"「{hidden}」を載せていません。" if hidden is not None else _GONE
            ground = (cell.ground or _MASTERS) if at in new else gone
            item = f"{cell.item}（{cell.name}）" if cell.name else cell.item
            found.append(SnapshotChange(cell.round, cell.row, item, was, now, ground))
    return tuple(found)


def added(
    before: Iterable[SnapshotCell], after: Iterable[SnapshotCell], names: Mapping[str, str]
) -> Iterator[str]:
    """What `after` holds and `before` did not: rounds by name, then how many rows of others."""
    before, after = list(before), list(after)
    held, known = {cell.round for cell in before}, _rows(before)
    yield from dict.fromkeys(names[c.round] for c in after if c.round not in held)
    for code in dict.fromkeys(cell.round for cell in after if cell.round in held):
        rows = _rows(cell for cell in after if cell.round == code) - known
        if rows:
            yield f"{names[code]}の{len(rows)}行"


def _rows(cells: Iterable[SnapshotCell]) -> set[tuple[str, str]]:
    return {(cell.round, cell.row) for cell in cells}


@dataclass(frozen=True)
class Errata:
    """What differs from 第`since`版, the last one issued; `added` is what that did not hold."""

    since: int
    changes: Sequence[SnapshotChange]
    added: Sequence[str] = ()


def errata_page(paper: CouncilPaper) -> Page | None:
    """The list of changed cells."""
    view, errata = paper.view, paper.errata
    if errata is None:
        return None
    columns: list[ListColumn[SnapshotChange]] = [
        ("行", 26.0, lambda each: place(view, each.round, each.row)),
        ("項目", 24.0, lambda each: each.item),
        ("前", 57.0, lambda each: each.before or _NOTHING),
        ("後", 57.0, lambda each: each.after or _NOTHING),
        ("理由・決定", 36.0, lambda each: each.ground),
    ]
    told = [f"第{errata.since}版の後に変わったところ　{len(errata.changes)}か所"]
    if errata.added:
        told.append(f"第{errata.since}版の後に加えたもの：{'、'.join(errata.added)}")
    return list_page(view, ERRATA_SHEET, columns, errata.changes, told, paper.size)


def place(view: YearView, round_code: str, row: str) -> str:
    """A row as people call it: its number, with the department where several share it."""
    plan, asked = view.plan, view.plan.round.get(round_code)
    if known := view.masters.action.get(row):
        several = len(view.masters.actions_of(known.initiative)) > 1
        name = view.masters.department[known.department].name
        number = view.masters.label_of(known)
        return f"{number}　{name}" if several else number
    if asked and asked.answers_opinions:
        answered = ((said, reply) for said in view.opinions.all for reply in said.replies)
        found = (
            f"意見{said.no}（{said.short}）への回答　{reply.department}"
            for said, reply in answered
            if reply.row == row
        )
        return next(found, "取り消された意見への回答")
    if row in plan.goal:
        return f"{plan.words.goal}{row}"
    return "計画全体" if row == WHOLE else row  # the number of a 重点取組 or of an opinion


def revisions_page(paper: CouncilPaper) -> Page | None:
    """The sheet, or nothing if the plan is as it was printed.

    A paper for the public shows no grounds: they name who decided.
    """
    view, plan = paper.view, paper.view.masters
    found = [
        (year, each)
        for year in plan.years
        if plan.first_year < year <= view.year
        for each in describe_briefly(year_changes(plan, year), plan, plan)
    ]
    if not found:
        return None
    columns: list[ListColumn[tuple[FiscalYear, Sentence]]] = [
        ("いつから", 12.0, lambda one: one[0].name),
        ("改めたところ", 52.0, lambda one: one[1].words),
        ("根拠", 32.0, lambda one: one[1].ground or _NO_GROUND),
    ]
    if view.audience is Audience.PUBLIC:
        columns.pop()
    said = (
        f"{view.year.name}までに、計画の文章・目標・{view.plan.words.department}などを改めたところ"
        f"　{len(found)}件"
    )
    return list_page(view, REVISIONS_SHEET, columns, found, [said])
