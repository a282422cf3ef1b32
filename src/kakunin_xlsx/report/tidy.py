"""The year as tidy tables: named columns with a type and a meaning, one datum in a cell.

`回答データ` and the DataFrames of the Python API are both made of these, so they cannot differ.
Column names are the same for every plan, whatever it calls its levels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from kakunin_xlsx.plan.tree import DISPLAYED

Datum: TypeAlias = str | int | float | date | None


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


def table(
    name: str, columns: Sequence[TidyColumn], rows: Iterator[Mapping[str, Datum]]
) -> TidyTable:
    """A table from rows by column name; what a row does not name is empty."""
    names = [column.name for column in columns]
    return TidyTable(name, columns, [[_datum(row.get(name)) for name in names] for row in rows])


def _datum(value: Datum) -> Datum:
    return None if value == "" else value


_WHEN = (
    TidyColumn("西暦年度", "対象年度の始まる年（西暦）", DType.WHOLE),
    TidyColumn("和暦年度", "対象年度（和暦）"),
)
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
    *_WHEN,
    TidyColumn("照会コード", "照会のコード"),
    TidyColumn("照会", "照会の名称"),
    TidyColumn("回答元コード", "回答した課または会議のコード"),
    TidyColumn("回答元", "回答した課または会議の名称"),
    TidyColumn("行ID", "確認表の行のID"),
    TidyColumn("行の種類", "取組、重点取組、基本目標、計画、意見のいずれか"),
    *_PLACE,
    TidyColumn("項目キー", "回答欄のキー"),
    TidyColumn("項目", "回答欄の見出し"),
    TidyColumn("型", "回答欄の型。文章、選択、数値、日付のいずれか"),
    TidyColumn("値", "記入された文字。取り消し線のある文字は除く"),
    TidyColumn("選択値", "型が選択のとき、選ばれた値"),
    TidyColumn("選択の名称", "型が選択のとき、選ばれた値の名称"),
    TidyColumn("数値", "型が数値のとき、その数。単位は含まない", DType.NUMBER),
    TidyColumn("単位", "数値の単位。回答欄の単位か、成果では取組目標の単位"),
    TidyColumn("役割", "型が数値のとき、成果、活動、費用、参考のいずれか"),
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
    *_WHEN,
    TidyColumn("行ID", "確認表の行のID"),
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
    *_WHEN,
    TidyColumn("行ID", "指標のID。「回答」の同じ行ID（行の種類は「指標」）に実績がある"),
    TidyColumn("取組の行ID", "指標のある取組の行のID"),
    *_PLACE,
    TidyColumn("指標", "指標の名称"),
    TidyColumn("取組目標", "対象年度の目標の文"),
    *_AIM,
    TidyColumn("最終年度の目標値", "計画の最終年度の目標の数。範囲のときは下の端", DType.NUMBER),
)
SOURCE_COLUMNS = (
    *_WHEN,
    TidyColumn("照会", "照会の名称"),
    TidyColumn("行ID", "確認表の行のID"),
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
FIELD_COLUMNS = (
    *_WHEN,
    TidyColumn("照会コード", "照会のコード"),
    TidyColumn("照会", "照会の名称"),
    TidyColumn("項目キー", "回答欄のキー"),
    TidyColumn("項目", "回答欄の見出し"),
    TidyColumn("型", "回答欄の型。文章、選択、数値、日付のいずれか"),
    TidyColumn("役割", "型が数値のとき、成果、活動、費用、参考のいずれか"),
    TidyColumn("必須", "必須、任意のいずれか"),
    TidyColumn("選択肢", "型が選択のとき、選べる値を「、」でつないだもの"),
    TidyColumn("公開範囲", "庁内、会議、公表のいずれか"),
    TidyColumn("回答の数", "反映された回答の件数", DType.WHOLE),
)
