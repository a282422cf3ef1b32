"""What the booklet holds: its texts, 基本目標 → 施策 → 重点取組 → 取組, targets and notes."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Any

from kakunin_xlsx.plan import cells
from kakunin_xlsx.plan.schema import (
    NO_YEAR,
    PAGE,
    TABLE,
    MasterRow,
    Span,
    added_col,
    code_col,
    col,
    departments_col,
    span_cols,
    table,
)
from kakunin_xlsx.plan.years import FiscalYear

_TEXT_KINDS = ("見出し", "小見出し", "本文", "項目")
_NAME = "確認表に印刷する名前です。"
_TREE_NAME = "施策の体系の図にある言い方です。なければ空欄にします。"


@table(
    "texts",
    "文章",
    "表の外にある冊子の文章（表紙、計画の推進、奥付など）です。",
    "キー",
    optional=True,
)
class Text(MasterRow):
    """One paragraph of the booklet outside the tables; `kind` is 見出し, 小見出し, 本文 or 項目."""

    key: str = code_col("キー", "文章を見分ける符号です。半角の英数字で一度だけ決めます。")
    chapter: str = col("章", "冊子のどの章の文章かを書きます。", cells.name, required=True)
    kind: str = col(
        "種類",
        "見出し、小見出し、本文、項目のどれかを選びます。",
        cells.one_of({kind: kind for kind in _TEXT_KINDS}),
        required=True,
        empty="本文",
        choices=_TEXT_KINDS,
    )
    body: str = col("本文", "冊子のとおりの文です。", words=True, must_be_told=True)
    page: str = col("頁", PAGE)


@table("goals", "基本目標", "計画の一番上の段です。", "No")
class Goal(MasterRow):
    """基本目標. `tree_name` is the wording of the 施策の体系."""

    no: str = code_col("No", "基本目標の番号です。例：1")
    name: str = col("名称", _NAME, cells.name, words=True, must_be_told=True)
    explanation: str = col(
        "説明", "基本目標を説明する冊子の文章です。なければ空欄にします。", words=True
    )
    tree_name: str = col("体系の名称", _TREE_NAME, cells.name, words=True)
    page: str = col("頁", PAGE)


@table(
    "measures",
    "施策",
    "基本目標の下の段です。二段の計画では、行を作りません。",
    "No",
    optional=True,
)
class Measure(MasterRow):
    """施策. `tree_name` is the wording of the 施策の体系.

    `above` is the number of the 施策 that it is part of, in a plan of four levels or more.
    """

    no: str = code_col("No", "施策の番号です。例：1-1")
    goal: str = code_col("基本目標", "どの基本目標の施策か、番号を選びます。", refers=("goals",))
    name: str = col("名称", _NAME, cells.name, words=True, must_be_told=True)
    tree_name: str = col("体系の名称", _TREE_NAME, cells.name, words=True)
    page: str = col("頁", PAGE)
    above: str = added_col(
        "上の施策",
        "四段の計画だけ、どの施策（施策の方向など）の下かを、番号で選びます。上の段の施策では空欄です。",
        refers=("measures",),
        parse=cells.code,
        holds="",
    )


@table("initiatives", "重点取組", "確認表の一番下の段です。", "No")
class Initiative(MasterRow):
    """重点取組. `measure` is empty in a two-level plan; `list_name` is the 一覧's wording."""

    no: str = code_col("No", "重点取組の番号です。例：1-1-1")
    goal: str = code_col("基本目標", "どの基本目標のものか、番号を選びます。", refers=("goals",))
    measure: str = code_col(
        "施策",
        "どの施策のものか、番号を選びます。二段の計画では空欄にします。",
        required=False,
        refers=("measures",),
    )
    name: str = col("名称", _NAME, cells.name, words=True, must_be_told=True)
    list_name: str = col(
        "一覧の名称",
        "関連事業の一覧にある言い方です。なければ空欄にします。",
        cells.name,
        words=True,
    )
    page: str = col("頁", PAGE)
    span: Span = span_cols()


def _shown(number: int) -> Any:
    """A column that is shown and asks nothing; plan.toml says what it is called."""
    help_ = f"「計画の設定」で「表示する列{number}」に見出しを付けた列の中身です。例：新規、SDGs、関係課"
    return added_col(f"表示{number}", help_, holds="")


@table(
    "actions",
    "取組",
    "重点取組と担当課の組合せを1行とした表です。各課は、この行ごとに回答します。",
    "ID",
)
class Action(MasterRow):
    """取組: one initiative × one 担当課. The id is opaque; `repeats` is the origin's id or ''."""

    id: str = code_col("ID", "行を見分ける符号です。一度決めたら変えません。例：1-1-1、3-3-1b")
    initiative: str = code_col(
        "重点取組", "どの重点取組の行か、番号を選びます。", refers=("initiatives",)
    )
    department: str = code_col(
        "部署",
        "担当課を選びます。CSVではコード、台帳.xlsxでは名前です。",
        words=True,
        refers=("departments",),
    )
    outline: str = col(
        "事業概要",
        "冊子の事業概要の文です。同じ重点取組の2行目からは、空欄なら1行目と同じです。",
        words=True,
        must_be_told=True,
    )
    effort: str = col("取組", "冊子の取組の文です。", words=True, must_be_told=True)
    repeats: str = code_col(
        "再掲元",
        "再掲の行だけ、元の行のIDを選びます。再掲の行には回答が要りません。",
        required=False,
        words=True,
        refers=("actions",),
    )
    span: Span = span_cols()
    shown1: str = _shown(1)
    shown2: str = _shown(2)
    shown3: str = _shown(3)
    shown4: str = _shown(4)
    shown5: str = _shown(5)
    related: tuple[str, ...] = departments_col(
        "関係課",
        "担当課と一緒に取り組む課を選びます。「、」で並べられます。CSVではコード、台帳.xlsxでは名前です。"
        "回答するのは担当課だけで、関係課の様式には、見るための行として出ます。",
    )

    def shown(self, number: int) -> str:
        """What stands in the plan's display column `number`, from 1."""
        return str(getattr(self, f"shown{number}"))


class Direction(StrEnum):
    """向き: when a figure is as good as its target."""

    MORE = "多いほどよい"
    LESS = "少ないほどよい"
    WITHIN = "範囲"


def _direction() -> Any:
    help_ = (
        "実績が目標値より多いのがよいか、少ないのがよいか、範囲の中がよいかを選びます。"
        "空欄は「多いほどよい」です。"
    )
    return added_col("向き", help_, holds=Direction.MORE, kind=Direction)


def _baseline() -> Any:
    help_ = "計画の始めの数です。あれば、達成率を基準値から目標値までの進み方で計算します。"
    return added_col("基準値", help_, cells.number, holds=None, words=True)


def _baseline_year() -> Any:
    help_ = "基準値がいつの数かを、冊子のとおりに書きます。例：令和3年度"
    return added_col("基準年度", help_, holds="")


@table("targets", "取組目標", "取組と年度の組合せを1行とした、年度ごとの目標です。", "行ID", "年度")
class Target(MasterRow):
    """取組目標 of one action in one fiscal year; `figure` is None where the target is words.

    `upper` is the other end of a 範囲. `baseline` is where the plan began, in `baseline_year`.
    """

    action: str = code_col(
        "行ID",
        "どの取組の目標か、取組のIDを選びます。指標の目標では、指標のIDを選びます。",
        refers=("actions", "indicators"),
    )
    year: FiscalYear = col(
        "年度", "どの年度の目標かを選びます。例：R7", cells.year, required=True, empty=NO_YEAR
    )
    text: str = col(
        "目標文",
        "冊子の目標の文です。目標が数値だけのときは空欄にします。",
        words=True,
        must_be_told=True,
    )
    figure: float | None = col(
        "目標値",
        "数値の目標です。単位を付けずに数だけを書きます。",
        cells.number,
        empty=None,
        words=True,
    )
    unit: str = col("単位", "目標値の単位です。例：回", cells.label, words=True)
    span: Span = span_cols(
        "目標を途中で改めたとき、この文が使われ始める年度です。ふだんは空欄です。",
        "目標を途中で改めたとき、この文が使われる最後の年度です。ふだんは空欄です。",
    )
    direction: Direction = _direction()
    upper: float | None = added_col(
        "目標の上限",
        "向きが範囲のときだけ、範囲の上の端の数です。下の端は目標値に書きます。",
        cells.number,
        words=True,
        holds=None,
    )
    baseline: float | None = _baseline()
    baseline_year: str = _baseline_year()

    def amount(self, number: float) -> str:
        """A number of the target as the booklet prints it: `1,200冊`."""
        return f"{number:,.15g}{self.unit}"

    @property
    def aim(self) -> str:
        """What is aimed at, without words: `48回`, `20～25℃`; '' where there is no figure."""
        if self.figure is None:
            return ""
        if self.direction is Direction.WITHIN and self.upper is not None:
            return f"{self.figure:,.15g}～{self.amount(self.upper)}"
        return self.amount(self.figure)

    @property
    def terms(self) -> tuple[str, ...]:
        """How a figure is judged: `少ないほどよい`, `基準値1,050ｇ、令和3年度`; () if it is plain."""
        if self.figure is None:
            return ()
        less = (str(self.direction),) if self.direction is Direction.LESS else ()
        return (*less, f"基準値{self.beginning}") if self.beginning else less

    @property
    def beginning(self) -> str:
        """The baseline and its year: `1,050ｇ、令和3年度`; '' if there is none."""
        if self.baseline is None:
            return ""
        return "、".join(filter(None, (self.amount(self.baseline), self.baseline_year)))


@table(
    "indicators",
    "指標",
    "1つの取組で二つ以上の数を見る計画だけの表です。指標ごとに1行を書きます。",
    "ID",
    optional=True,
)
class Indicator(MasterRow):
    """指標: one of several figures of an action, whose texts and rating stay the action's own.

    Its id stands beside those of actions: targets and answers name either. What it says of
    unit, direction and baseline holds for each of its targets that does not say otherwise.
    """

    id: str = code_col(
        "ID", "指標を見分ける符号です。取組のIDと重ならないように決め、変えません。例：1-1-1ア"
    )
    action: str = code_col("行ID", "どの取組の指標か、取組のIDを選びます。", refers=("actions",))
    name: str = col(
        "指標", "何の数か、冊子のとおりの名前です。", cells.name, words=True, must_be_told=True
    )
    unit: str = col("単位", "実績と目標の数の単位です。例：回", cells.label, words=True)
    span: Span = span_cols()
    direction: Direction = _direction()
    baseline: float | None = _baseline()
    baseline_year: str = _baseline_year()

    def aimed(self, year: FiscalYear, target: Target | None) -> Target:
        """Its target of a year, whole: without figure and words where the masters have none."""
        if target is None:
            nothing = Target(self.id, year, "", None, "", Span())
            return self.aimed(year, nothing)
        own = target.direction is not Direction.MORE
        same = target.unit in (
            "",
            self.unit,
        )  # a number of another unit is no beginning of this one
        since = self if target.baseline is None and same else target
        return replace(
            target,
            unit=target.unit or self.unit,
            direction=target.direction if own else self.direction,
            baseline=since.baseline,
            baseline_year=since.baseline_year,
        )


@table(
    "notes",
    "注",
    "施策（二段の計画では基本目標）の表の下に印刷する注です。",
    "対象",
    "記号",
    optional=True,
)
class Note(MasterRow):
    """注 under the table of one 施策 (or 基本目標): `under` is its number."""

    under: str = code_col(
        "対象", "どの施策（又は基本目標）の注か、番号を選びます。", refers=("measures", "goals")
    )
    mark: str = col("記号", "注の記号です。例：(注1)", cells.label, required=True, words=True)
    body: str = col("本文", "冊子のとおりの文です。", words=True, must_be_told=True)
    page: str = col("頁", PAGE)


DISPLAYED = range(1, 6)  # the numbers of the display columns
GOALS, MEASURES, INITIATIVES, ACTIONS, TARGETS, INDICATORS = (
    TABLE[name] for name in ("goals", "measures", "initiatives", "actions", "targets", "indicators")
)
