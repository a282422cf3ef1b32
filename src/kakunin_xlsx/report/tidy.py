"""The year as tidy tables: named columns with a type and a meaning, one datum in a cell.

`回答データ` and the DataFrames of the Python API are both made of these, so they cannot differ.
Column names are the same for every plan, whatever it calls its levels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from kakunin_xlsx.layout import Row, layout
from kakunin_xlsx.layout.columns import ABOUT, OPINION, WHOSE
from kakunin_xlsx.layout.past import Past
from kakunin_xlsx.plan import Field, FieldType, Role, Round, RowKind
from kakunin_xlsx.plan.attainment import attainment
from kakunin_xlsx.plan.tree import DISPLAYED
from kakunin_xlsx.record import FORM_ROW, Answer
from kakunin_xlsx.report.view import YearView

Datum: TypeAlias = str | int | float | date | None
Named: TypeAlias = Mapping[str, Datum]  # a row, by column name
_EXACT = 15  # digits that a spreadsheet's number holds


class DType(StrEnum):
    """What a column holds, by the name of its dtype in pandas."""

    TEXT = "string"
    WHOLE = "Int64"
    NUMBER = "Float64"
    DAY = "datetime64[ns]"


@dataclass(frozen=True, slots=True)
class TidyColumn:
    """One column; `meaning` is what the list of columns says of it."""

    name: str
    meaning: str
    kind: DType = DType.TEXT


@dataclass(frozen=True)
class TidyTable:
    """Rows of data in the order of `columns`; an empty cell is None, never ''."""

    name: str
    columns: Sequence[TidyColumn]
    rows: Sequence[Sequence[Datum]]


def table(name: str, columns: Sequence[TidyColumn], rows: Iterator[Named]) -> TidyTable:
    """A table from rows by column name; what a row does not name is empty."""
    names = [column.name for column in columns]
    whole = ([row.get(name) for name in names] for row in rows)
    return TidyTable(name, columns, [[None if v == "" else v for v in row] for row in whole])


WHEN = (
    TidyColumn("西暦年度", "対象年度の始まる年（西暦）", DType.WHOLE),
    TidyColumn("和暦年度", "対象年度（和暦）"),
)
_ROUND = (TidyColumn("照会コード", "照会のコード"), TidyColumn("照会", "照会の名称"))
ROW = TidyColumn("行ID", "確認表の行のID")
_FIELD = (
    TidyColumn("項目キー", "回答欄のキー"),
    TidyColumn("項目", "回答欄の見出し"),
    TidyColumn("型", "回答欄の型。文章、選択、数値、日付のいずれか"),
)
_ROLE = TidyColumn("役割", "型が数値のとき、成果、活動、費用、参考のいずれか")
_PLACE = (
    TidyColumn("基本目標No", "基本目標（計画の一番上の段）の番号。意見の行では意見の対象"),
    TidyColumn("基本目標", "基本目標の名称"),
    TidyColumn("施策No", "施策（中の段）の番号。段が2つの計画では空欄"),
    TidyColumn("施策", "施策の名称"),
    TidyColumn("重点取組No", "重点取組の番号。意見の行では意見の対象"),
    TidyColumn("重点取組", "重点取組の名称"),
    TidyColumn("担当課", "担当課の名称。課ごとの行でなければ空欄"),
)
_AIM = (
    TidyColumn("目標値", "対象年度の取組目標の数", DType.NUMBER),
    TidyColumn("単位", "目標値と実績の数値の単位"),
    TidyColumn("向き", "目標値のあるとき、多いほどよい、少ないほどよい、範囲のいずれか"),
    TidyColumn("目標の上限", "向きが範囲のとき、範囲の上の端", DType.NUMBER),
    TidyColumn("基準値", "計画の始めの数", DType.NUMBER),
    TidyColumn("基準年度", "基準値がいつの数か"),
    TidyColumn("目標の状態", "取組目標の文の出どころ。原文、補正、推定、原本未照合など"),
)
ANSWER_COLUMNS = (
    *WHEN,
    *_ROUND,
    TidyColumn("回答元コード", "回答した課または会議のコード"),
    TidyColumn("回答元", "回答した課または会議の名称"),
    ROW,
    TidyColumn("行の種類", "取組、重点取組、基本目標、計画、意見のいずれか"),
    *_PLACE,
    *_FIELD,
    TidyColumn("値", "記入された文字。取り消し線のある文字は除く"),
    TidyColumn("選択値", "型が選択のとき、選ばれた値"),
    TidyColumn("選択の名称", "型が選択のとき、選ばれた値の名称"),
    TidyColumn("数値", "型が数値のとき、その数。単位は含まない", DType.NUMBER),
    TidyColumn("単位", "数値の単位。回答欄の単位か、成果では取組目標の単位"),
    _ROLE,
    TidyColumn(
        "達成率",
        "役割が成果のとき、その年度の目標に対する達成率。目標に達すると1。四捨五入していない数",
        DType.NUMBER,
    ),
    TidyColumn("日付", "型が日付のとき、その日", DType.DAY),
    TidyColumn("もとの意見", "意見に答える行のとき、その意見"),
    TidyColumn("意見を述べた会議", "もとの意見を述べた会議の名称"),
)
_UPPER = (
    TidyColumn("上の施策No", "施策を含む上の段の施策の番号。四段以上の計画だけにある列"),
    TidyColumn("上の施策", "上の段の施策の名称"),
)


def with_upper(columns: Sequence[TidyColumn], nested: bool) -> Sequence[TidyColumn]:
    """The columns of a plan whose 施策 hold others; of any other plan as they are."""
    at = next(at for at, column in enumerate(columns) if column.name == "施策No")
    return (*columns[:at], *_UPPER, *columns[at:]) if nested else columns


ACTION_COLUMNS = (
    *WHEN,
    ROW,
    *_PLACE,
    TidyColumn("再掲元", "再掲の行のとき、回答のある行のID"),
    TidyColumn("事業概要", "計画の事業概要"),
    TidyColumn("取組", "計画の取組"),
    *(
        TidyColumn(f"表示{number}", f"計画の設定の「表示する列{number}」の中身")
        for number in DISPLAYED
    ),
    TidyColumn("取組目標", "対象年度の取組目標の文"),
    *_AIM,
    TidyColumn("冊子の頁", "冊子の頁"),
)
INDICATOR_COLUMNS = (
    *WHEN,
    TidyColumn("行ID", "指標のID。「回答」の同じ行ID（行の種類は「指標」）に実績がある"),
    TidyColumn("取組の行ID", "指標のある取組の行のID"),
    *_PLACE,
    TidyColumn("指標", "指標の名称"),
    TidyColumn("取組目標", "対象年度の目標の文"),
    *_AIM,
    TidyColumn("最終年度の目標値", "計画の最終年度の目標の数。範囲のときは下の端", DType.NUMBER),
)
FIELD_COLUMNS = (
    *WHEN,
    *_ROUND,
    *_FIELD,
    _ROLE,
    TidyColumn("必須", "必須、任意のいずれか"),
    TidyColumn("選択肢", "型が選択のとき、選べる値を「、」でつないだもの"),
    TidyColumn("公開範囲", "庁内、会議、公表のいずれか"),
    TidyColumn("回答の数", "反映された回答の件数", DType.WHOLE),
)


# Their rows: answers that count, lines of the plan, columns asked.


def answers_table(view: YearView) -> TidyTable:
    """One row for each answer that counts, in every round that was merged."""
    return table("回答", with_upper(ANSWER_COLUMNS, view.plan.nested), _Rows(view).answers())


def all_years_table(view: YearView) -> TidyTable:
    """The same of every year that left answers, first to last: 西暦年度 tells them apart."""
    rows = (row for each in (*view.earlier, view) for row in _Rows(each).answers())
    return table("全年度の回答", with_upper(ANSWER_COLUMNS, view.plan.nested), rows)


def actions_table(view: YearView) -> TidyTable:
    """One row for each line of the booklet's tables, 再掲 included."""
    return table("取組", with_upper(ACTION_COLUMNS, view.plan.nested), _Rows(view).actions())


def indicators_table(view: YearView) -> TidyTable:
    """One row for each indicator of a line; none where each line has one target at most."""
    return table("指標", INDICATOR_COLUMNS, _Rows(view).indicators())


def fields_table(view: YearView) -> TidyTable:
    """One row for each answer column of every round."""
    return table("項目", FIELD_COLUMNS, _Rows(view).fields())


@dataclass(frozen=True)
class _Rows:
    view: YearView

    @property
    def _when(self) -> Named:
        return {"西暦年度": self.view.year.start, "和暦年度": self.view.year.name}

    # Answers.

    def answers(self) -> Iterator[Named]:
        for round_ in self.view.plan.rounds_in_order:
            fields, rows = self._fields(round_), self._asked(round_)
            for answer in self._of(round_):
                if field := fields.get(answer.key):
                    row, replied = rows.get(answer.row), {}
                    if row and OPINION in row.texts:  # the opinion that it answers, and whose
                        replied["もとの意見"] = row.whole(OPINION)
                        replied["意見を述べた会議"] = row.texts[WHOSE].body
                    yield {
                        **self._when,
                        "照会コード": round_.code,
                        "照会": round_.name,
                        "回答元コード": answer.respondent,
                        "回答元": answer.respondent_name,
                        **self._where(row, answer),
                        **self._said(field, answer),
                        **replied,
                    }

    def _of(self, round_: Round) -> list[Answer]:
        answers = self.view.record.of(self.view.year.code, round_.code).answers
        return [each for each in answers if each.adopted and each.row != FORM_ROW]

    def _fields(self, round_: Round) -> dict[str, Field]:
        fields = self.view.plan.fields_of(round_.code, self.view.year)
        return {each.key: each for each in fields if RowKind.FORM not in each.kinds}

    def _asked(self, round_: Round) -> Mapping[str, Row]:
        """The rows of a round as all of its respondents together had them."""
        if round_ == self.view.round:
            return self.view.layout.row
        past = self.view.record
        return layout(self.view.masters, self.view.year, round_.code, None, past).row

    def _where(self, row: Row | None, answer: Answer) -> Named:
        return {
            "行ID": answer.row,
            "行の種類": str(row.kind) if row else "",
            "担当課": row.department if row else "",
            **self._levels(self._subject(row, answer)),
        }

    def _subject(self, row: Row | None, answer: Answer) -> str:
        """The number that an answer is about; '' for the whole."""
        if row and ABOUT in row.texts:
            return row.texts[ABOUT].body.split("　")[0]
        if row and row.kind is RowKind.OPINION:
            return self._past.subject(answer)
        return (row.initiative if row else answer.initiative) or answer.row

    @cached_property
    def _past(self) -> Past:
        return Past(self.view.plan, self.view.year, self.view.record)

    def _levels(self, no: str) -> Named:
        """Names and numbers of the levels of a 重点取組 or a 基本目標."""
        plan = self.view.plan
        initiative = plan.initiative.get(no)
        goal = plan.goal.get(initiative.goal if initiative else no)
        measure = plan.measure.get(initiative.measure) if initiative else None
        named = (("基本目標", goal), ("施策", measure), ("重点取組", initiative))
        found: dict[str, Datum] = {}
        for name, level in named:
            found |= {f"{name}No": level.no, name: level.name} if level else {}
        if measure and (upper := plan.path(measure.no)[:-1]):
            found["上の施策No"] = "／".join(each.no for each in upper)
            found["上の施策"] = "／".join(each.name for each in upper)
        return found

    def _said(self, field: Field, answer: Answer) -> Named:
        said: dict[str, Datum] = {"項目キー": field.key, "項目": answer.heading}
        said |= {"型": str(field.type), "値": answer.value}
        meant = answer.understood
        match field.type:
            case FieldType.TEXT:
                said["値"] = meant or answer.value
            case FieldType.CHOICE:
                names = {each.value: each.name for each in self.view.plan.scale(field.scale)}
                said |= {"選択値": meant, "選択の名称": names.get(meant, "")}
            case FieldType.NUMBER:
                plan, role = self.view.plan, self.view.plan.role(field)
                unit = plan.unit(field, answer.row, self.view.year)
                exact = 0 < sum(map(str.isdigit, meant)) <= _EXACT
                said |= {"数値": float(meant) if exact else None, "単位": unit}
                said |= {"役割": str(role or "")}
                said["達成率"] = self._share(answer) if role is Role.OUTCOME else None
            case FieldType.DATE:
                said["日付"] = date.fromisoformat(meant) if meant else None
        return said

    def _share(self, answer: Answer) -> float | None:
        """達成率 of a 成果 against the target of the year."""
        target, meant = self.view.plan.target.get((answer.row, self.view.year)), answer.understood
        share = attainment(target, Decimal(meant)) if target and meant else None
        return None if share is None else float(share)

    # Lines of the plan.

    def actions(self) -> Iterator[Named]:
        for action in self.view.plan.actions:
            initiative = self.view.plan.initiative[action.initiative]
            yield {
                **self._when,
                "行ID": action.id,
                **self._levels(action.initiative),
                "担当課": self.view.plan.department[action.department].name,
                "再掲元": action.repeats,
                "事業概要": action.outline,
                "取組": action.effort,
                **{f"表示{number}": action.shown(number) for number in DISPLAYED},
                **self._target(action.id),
                "冊子の頁": initiative.page,
            }

    def indicators(self) -> Iterator[Named]:
        plan = self.view.plan
        for indicator in plan.indicators:
            action, last = plan.action[indicator.action], (indicator.id, plan.last_year)
            yield {
                **self._when,
                "行ID": indicator.id,
                "取組の行ID": action.id,
                **self._levels(action.initiative),
                "担当課": plan.department[action.department].name,
                "指標": indicator.name,
                **self._target(indicator.id),
                "最終年度の目標値": plan.target[last].figure,
            }

    def _target(self, row: str) -> Named:
        year = self.view.year
        status = self.view.plan.status("targets", f"{row}/{year.code}", "目標文")
        target = self.view.plan.target.get((row, year))
        if target is None:
            return {"目標の状態": str(status)}
        found: dict[str, Datum] = {
            "取組目標": target.text,
            "単位": target.unit,
            "目標の状態": str(status),
        }
        if target.figure is None:
            return found
        found |= {"目標値": target.figure, "向き": str(target.direction)}
        ends = {"目標の上限": target.upper, "基準値": target.baseline}
        return {**found, **ends, "基準年度": target.baseline_year}

    # Columns asked.

    def fields(self) -> Iterator[Named]:
        for round_ in self.view.plan.rounds_in_order:
            answers = self._of(round_)
            for field in self._fields(round_).values():
                choices = (each.value for each in self.view.plan.scale(field.scale))
                yield {
                    **self._when,
                    "照会コード": round_.code,
                    "照会": round_.name,
                    "項目キー": field.key,
                    "項目": field.heading,
                    "型": str(field.type),
                    "役割": str(self.view.plan.role(field) or ""),
                    "必須": "必須" if field.required else "任意",
                    "選択肢": "、".join(choices) if field.type is FieldType.CHOICE else "",
                    "公開範囲": str(field.audience),
                    "回答の数": sum(each.key == field.key for each in answers),
                }
