"""回答データ: the answers as a flat workbook after the government's rules for machines.

One table on a sheet, one heading row, one datum in a cell, numbers without units, dates as
dates; no merged cell, colour, line, formula or picture. The office's own holds besides what only
the office needs: 要確認, 未回収, 評価の比較, 出典.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import overload

from kakunin_xlsx.layout import Column
from kakunin_xlsx.layout.understand import same_words
from kakunin_xlsx.plan import FieldType, RowKind
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.report.book import by_rows
from kakunin_xlsx.report.tidy import (
    ROW,
    WHEN,
    Datum,
    DType,
    Named,
    TidyColumn,
    TidyTable,
    actions_table,
    all_years_table,
    answers_table,
    indicators_table,
    table,
)
from kakunin_xlsx.report.view import YearView
from kakunin_xlsx.sheets.book import BookInfo, workbook_bytes
from kakunin_xlsx.sheets.page import A3, Cell, Line, Page, Style

_PLAIN = Style(wrap=False)
_STYLES: Mapping[DType, Style] = {
    DType.TEXT: _PLAIN,
    DType.WHOLE: Style(wrap=False, number="0", align="right"),
    DType.NUMBER: Style(wrap=False, number="General", align="right"),
    DType.DAY: Style(wrap=False, number="yyyy-mm-dd"),
}
_KINDS = {DType.TEXT: "文字列", DType.WHOLE: "整数", DType.NUMBER: "数値", DType.DAY: "日付"}
_WIDTH = 16.0
_DESCRIPTION = tuple(TidyColumn(name, "") for name in ("シート", "列", "型", "説明"))
_AGAIN = {
    "内容": "前年度と同じ文章です。",
    "対応": "今年度の内容になっているかを確かめてください。",
}

SOURCE_COLUMNS = (
    *WHEN,
    TidyColumn("照会", "照会の名称"),
    ROW,
    TidyColumn("回答元", "回答した課または会議の名称"),
    TidyColumn("項目", "回答欄の見出し"),
    TidyColumn("値", "記入された文字"),
    TidyColumn("理由", "反映した理由（決定など）"),
    TidyColumn("ファイル", "回収フォルダーの中のファイル。同じ内容のものは「；」でつなぐ"),
    TidyColumn("シート", "ファイルの中のシート"),
    TidyColumn("セル", "シートの中のセル"),
    TidyColumn("SHA256", "ファイルのSHA-256"),
)
CONFIRM_COLUMNS = (
    TidyColumn("照会", "照会の名称"),
    TidyColumn("重点取組No", "重点取組の番号"),
    TidyColumn("回答元", "回答した課または会議の名称"),
    TidyColumn("項目", "回答欄の見出し"),
    TidyColumn("内容", "確かめること"),
    TidyColumn("対応", "すること"),
)
MISSING_COLUMNS = (
    TidyColumn("照会", "照会の名称"),
    TidyColumn("回答元", "回答のない課または会議の名称"),
    TidyColumn("行", "重点取組の番号など。何も届いていないときは、すべて"),
    TidyColumn("未回答の項目", "必須の回答欄の見出し"),
)
COMPARED_COLUMNS = (
    TidyColumn("重点取組No", "重点取組の番号"),
    TidyColumn("重点取組", "重点取組の名称"),
    TidyColumn("行ID", "担当課の行のID"),
    TidyColumn("担当課", "担当課の名称"),
    TidyColumn("担当課の項目", "担当課の評価の見出し"),
    TidyColumn("担当課の評価", "選ばれた値。再掲は元の行の値"),
    TidyColumn("会議", "会議の名称"),
    TidyColumn("会議の項目", "会議の評価の見出し"),
    TidyColumn("会議の評価", "選ばれた値"),
    TidyColumn("段階の差", "会議が高い段階の数。低ければ負。尺度が違えば空欄", DType.WHOLE),
)

Findings = Mapping[str, Sequence[Mapping[str, str]]]  # rows of 確認事項一覧.csv, by round


def flat_workbook(view: YearView, findings: Findings | None = None) -> bytes:
    """The xlsx file: 回答, 取組, 指標 and 全年度の回答 if there are any, and what columns mean.

    The office's own holds besides what only the office needs, `findings` of the merges with it.
    """
    title = f"{view.layout.title}　{view.year.name}　回答データ"
    info = BookInfo(title=title, subject=view.audience_words or view.year.caption)
    pages = _pages(view, findings or {})
    return workbook_bytes(pages, info, view.plan.style.font, by_rows(view))


def _pages(view: YearView, findings: Findings) -> Iterator[Page]:
    """One after the other: the larger ones are never there together."""
    told: list[Sequence[Datum]] = []
    for each in _tables(view, findings):
        told += [(each.name, c.name, _KINDS[c.kind], c.meaning) for c in each.columns]
        yield _page(each)
    yield _page(TidyTable("列の説明", _DESCRIPTION, told))


def _tables(view: YearView, findings: Findings) -> Iterator[TidyTable]:
    yield answers_table(view)
    yield actions_table(view)
    if view.plan.indicators:
        yield indicators_table(view)
    if view.earlier:
        yield all_years_table(view)
    if view.internal:
        yield from office_tables(view, findings)


def _page(table: TidyTable) -> Page:
    return Page(
        name=table.name,
        widths=[_WIDTH] * len(table.columns),
        lines=_Lines(table),
        paper=A3,
        landscape=True,
        freeze=(1, 0),
        repeat=(0, 0),
    )


@dataclass(frozen=True)
class _Lines(Sequence[Line]):
    """Headings, then the rows, each made when it is asked for: there may be very many."""

    table: TidyTable

    def __len__(self) -> int:
        return 1 + len(self.table.rows)

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Line]: ...
    def __getitem__(self, at: int | slice) -> Line | Sequence[Line]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        columns = self.table.columns
        if at == 0:
            return Line({at: Cell(each.name, _PLAIN) for at, each in enumerate(columns)})
        row = enumerate(zip(columns, self.table.rows[at - 1], strict=True))
        # Cells without a value are not written at all.
        return Line({at: _cell(v, column.kind) for at, (column, v) in row if v is not None})


@lru_cache(maxsize=20_000, typed=True)
def _cell(value: Datum, kind: DType) -> Cell:
    """Most cells of a table say what others say: years, names of departments, choices."""
    return Cell(value, _STYLES[kind])


# What only the office needs.


def office_tables(view: YearView, findings: Findings) -> Iterator[TidyTable]:
    """All of them; `findings` are the merges'."""
    confirm = (*_told(view, findings), *_as_last_year(view))
    yield table("要確認", CONFIRM_COLUMNS, iter(confirm))
    yield table("未回収", MISSING_COLUMNS, _missing(view))
    yield table("評価の比較", COMPARED_COLUMNS, _compared(view))
    yield table("出典", SOURCE_COLUMNS, _sources(view))


def _told(view: YearView, findings: Findings) -> Iterator[Named]:
    """What the merges of the rounds shown told, in their order."""
    for each in (view, *view.later):
        for row in findings.get(each.round.code, ()):
            no = row["重点取組No"] or row["行ID"]
            texts = {name: row[name] for name in ("回答元", "項目", "内容", "対応")}
            yield {"照会": each.round.name, "重点取組No": no, **texts}


def _as_last_year(view: YearView) -> Iterator[Named]:
    """Texts that say what stood there last year."""
    texts = [c for c in view.layout.open_columns if c.type is FieldType.TEXT]
    for row in view.asked if view.last else ():
        for column in texts:
            if view.last and same_words(view.text(row.id, column), view.last.text(row.id, column)):
                place = {"照会": view.round.name, "重点取組No": row.label}
                yield {**place, "回答元": row.department, "項目": column.heading, **_AGAIN}


def _missing(view: YearView) -> Iterator[Named]:
    """By round, respondent and row; a respondent of whom nothing came takes one line."""
    for each in (view, *view.later):
        gaps = sorted(each.gaps(), key=lambda gap: gap[0])
        own_lines = each.round.of_departments
        asked = Counter(
            name
            for row, _ in each.layout.required_cells
            for name in ([row.department] if own_lines else [w.name for w in each.answering(row)])
        )
        for name, own in groupby(gaps, key=lambda gap: gap[0]):
            cells = [(row, column) for _, row, column in own]
            if len(cells) == asked[name]:
                all_rows = f"必須の欄のすべて（{len({row.id for row, _ in cells})}行）"
                places = [("すべて", all_rows)]
            else:
                places = [
                    (each.label(row), "、".join(column.heading for _, column in of_row))
                    for row, of_row in groupby(cells, key=lambda cell: cell[0])
                ]
            for where, items in places:
                place = {"照会": each.round.name, "回答元": name}
                yield {**place, "行": where, "未回答の項目": items}


def _compared(view: YearView) -> Iterator[Named]:
    """Each line's rating against that of each council on its 重点取組."""
    plan = view.plan
    for own in view.rating_columns:
        for action in plan.actions if own.asked_in(RowKind.ACTION) else ():
            origin = action.repeats or action.id
            line = {
                "重点取組No": action.initiative,
                "重点取組": plan.initiative[action.initiative].name,
                "行ID": action.id,
                "担当課": plan.department[action.department].name,
                "担当課の項目": own.heading,
                "担当課の評価": view.brief(origin, own),
            }
            for judged in _judged(view, own, origin, action.initiative):
                yield {**line, **judged}


def _judged(view: YearView, own: Column, origin: str, initiative: str) -> Iterator[Named]:
    ranks = [choice.value for choice in own.choices if choice.counted]
    for each in view.councils:
        row = each.layout.row.get(initiative)
        for column in each.rating_columns if row else ():
            if row is None or not each.layout.asks(row, column):
                continue
            same = ranks == [choice.value for choice in column.choices if choice.counted]
            for who in each.respondents:
                pair = (view.chosen(origin, own), each.chosen(initiative, column, who.code))
                steps = [ranks.index(value) for value in pair if same and value in ranks]
                yield {
                    "会議": who.name,
                    "会議の項目": column.heading,
                    "会議の評価": each.brief(initiative, column, who.code),
                    "段階の差": steps[0] - steps[1] if len(steps) == len(pair) else None,
                }


def _sources(view: YearView) -> Iterator[Named]:
    """Where each answer that counts was typed; what stands in no row of the table comes last."""
    for each in (view, *view.later):
        rows = {row.id: at for at, row in enumerate(each.layout.rows)}
        own = each.record.of(each.year.code, each.round.code).answers
        adopted = [answer for answer in own if answer.adopted and answer.row != FORM_ROW]
        for answer in sorted(adopted, key=lambda one: rows.get(one.row, len(rows))):
            yield {
                "西暦年度": each.year.start,
                "和暦年度": each.year.name,
                "照会": each.round.name,
                "行ID": answer.row,
                "回答元": answer.respondent_name,
                "項目": answer.heading,
                "値": answer.value,
                "理由": answer.reason.value,
                "ファイル": answer.file,
                "シート": answer.sheet,
                "セル": answer.cell,
                "SHA256": answer.sha256,
            }
