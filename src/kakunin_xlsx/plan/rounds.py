"""What is asked: the rounds of a year, their fields, and the scales to choose from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kakunin_xlsx.plan import cells
from kakunin_xlsx.plan.cells import CellProblem
from kakunin_xlsx.plan.schema import (
    TABLE,
    MasterRow,
    added_col,
    choice_col,
    choices_col,
    code_col,
    col,
    flag_col,
    table,
)
from kakunin_xlsx.plan.years import FiscalYear

PROPOSES = "台帳への提案"
DEPARTMENTS_ASKED = "部署"
EVERY_ROUND = "*"


class RowKind(StrEnum):
    """What one row of a round's table stands for."""

    ACTION = "取組"
    INDICATOR = "指標"  # comes with its 取組 where that is asked for a 成果
    INITIATIVE = "重点取組"
    GOAL = "基本目標"
    PLAN = "計画"
    OPINION = "意見"
    FORM = "様式"  # the form's own fields: filler, date, …


class Held(StrEnum):
    """期限の年度: when a round on a year is held."""

    WITHIN = "当年度"
    AFTERWARDS = "翌年度"


class FieldType(StrEnum):
    """How an answer is written and understood."""

    TEXT = "文章"
    CHOICE = "選択"
    NUMBER = "数値"
    DATE = "日付"


class Role(StrEnum):
    """役割 of a number: only 成果 is compared with the target, only 費用 is added up."""

    OUTCOME = "成果"
    ACTIVITY = "活動"
    COST = "費用"
    REFERENCE = "参考"


class When(StrEnum):
    """適用: in which years, and where, a field is asked."""

    EVERY_YEAR = "毎年"
    FINAL_YEAR = "最終年度"
    AFTER_OPINION = "前年度意見"  # only in rows on which a council said something last year


class Audience(StrEnum):
    """公開範囲: the widest circle an answer may reach."""

    OFFICE = "庁内"
    COUNCIL = "会議"
    PUBLIC = "公表"


@dataclass(frozen=True, slots=True)
class Required:
    """必須: everywhere, or only where the choice `key` of the same row is one of `values`."""

    key: str = ""
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.key}={'、'.join(self.values)}" if self.key else "必須"


@dataclass(frozen=True, slots=True)
class Threshold:
    """The 達成率 from which, or below which, a scale suggests a value; in percent."""

    percent: float
    below: bool = False

    def __str__(self) -> str:
        return f"{self.percent:.15g}{'未満' if self.below else '以上'}"


_THRESHOLD = re.compile(r"(.+?)[%％]?(以上|未満)?")


def _threshold(cell: str) -> Threshold:
    """`100以上`, `80%未満`; a number alone is where it begins."""
    found = _THRESHOLD.fullmatch(re.sub(r"\s", "", cell))
    if not found:
        raise CellProblem(f"達成率「{cell}」を読み取れません。", "100以上 のように書いてください。")
    return Threshold(cells.number(found[1]), found[2] == "未満")


def _required(cell: str) -> Required:
    """`必須`, or the choice and its values that make it so: `rating=C、D、該当なし`."""
    if cell == "必須":
        return Required()
    key, equals, values = cell.replace("＝", "=").partition("=")
    several = tuple(filter(None, map(str.strip, re.split(r"[、，,;；]", values))))
    if not (key.strip() and equals and several):
        raise CellProblem(
            f"「{cell}」という書き方はありません。",
            "必須 か、rating=C、D のように、選択の欄のキー=値、値… と書いてください。",
        )
    return Required(cells.code(key.strip()), several)


@table("rounds", "照会", "一年の間に行う照会（実績照会、内部評価など）です。", "コード")
class Round(MasterRow):
    """照会. `asked` is 部署 or the codes of councils; `due` is month and day in the year after.

    `shown` are the fields of earlier rounds that its forms show (round code and key); where
    departments are asked in rows of 意見, these are the opinions. `shown_last` are those of any
    round on the year before. `opinions` is how many
    numbered rows of 意見 a council's form has.
    """

    code: str = code_col("コード", "照会を見分ける符号です。コマンドの --round に書きます。")
    name: str = col(
        "名称", "照会の名前です。フォルダーの名前に使います。", cells.file_word, required=True
    )
    order: int = col(
        "順", "一年の中の順番です。1から始めます。", cells.whole, required=True, empty=0
    )
    asked: tuple[str, ...] = col(
        "回答元",
        "課に聞くときは「部署」、会議に聞くときは回答元のコードです。「、」で並べられます。",
        cells.codes,
        required=True,
        empty=(),
        refers=("respondents",),
        or_else=DEPARTMENTS_ASKED,
        several=True,
    )
    row_kinds: tuple[RowKind, ...] = choices_col(
        "行の種類", "様式の1行が何を表すかです。「、」で並べられます。", RowKind, RowKind.ACTION
    )
    shown: tuple[tuple[str, str], ...] = col(
        "前の回答",
        "様式に示す、同じ年度の前の照会の項目です。例：jisseki.rating",
        cells.places,
        empty=(),
    )
    shown_last: tuple[tuple[str, str], ...] = col(
        "前年度の回答",
        "様式に示す、前の年度の項目です。例：jisseki.result",
        cells.places,
        empty=(),
        may_be_absent=True,
    )
    opinions: int = col(
        "意見の行数", "番号の付いた意見の行を、いくつ用意するかです。", cells.whole, empty=0
    )
    due: tuple[int, int] | None = col(
        "提出期限", "月と日です。期限の年度 の年度の日になります。例：05-31", cells.due, empty=None
    )
    submit_to: str = col("提出先", "記入したファイルの送り先です。")
    contact: str = col("問合せ先", "記入について尋ねる先です。")
    held: Held = added_col(
        "期限の年度",
        "年度の途中に聞く照会（上半期など）は「当年度」にします。空欄なら、対象年度の次の年度です。",
        holds=Held.AFTERWARDS,
        kind=Held,
    )

    @property
    def of_departments(self) -> bool:
        """True if the departments are asked, not councils."""
        return self.asked == (DEPARTMENTS_ASKED,)

    @property
    def asks_for_results(self) -> bool:
        """True if the departments are asked about each of their lines."""
        return self.of_departments and RowKind.ACTION in self.row_kinds

    @property
    def answers_opinions(self) -> bool:
        """True if departments answer what councils said."""
        return self.of_departments and RowKind.OPINION in self.row_kinds

    @property
    def folder(self) -> str:
        """`1_実績照会`, as staff see it in Explorer."""
        return f"{self.order}_{self.name}"

    def due_date(self, year: FiscalYear) -> date | None:
        """提出期限 of the round on `year`: a day of the fiscal year in which it is held."""
        if self.due is None:
            return None
        return date(self.held_in(year).start + (self.due[0] < 4), *self.due)

    def held_in(self, year: FiscalYear) -> FiscalYear:
        """The fiscal year in which people answer on `year`."""
        return year if self.held is Held.WITHIN else year.next

    def caption(self, year: FiscalYear) -> str:
        """`対象年度：令和7年度／実施：令和8年度`: which year is asked, and when."""
        return f"対象年度：{year.name}／実施：{self.held_in(year).name}"


@table("fields", "項目", "照会ごとの回答欄です。", "照会", "キー")
class Field(MasterRow):
    """回答欄: an answer column of a round, or a field of the form itself (its kind is FORM).

    `kinds` are the kinds of rows in which it is asked.
    """

    round: str = col(  # '*' in every round
        "照会",
        "どの照会の欄か、コードを選びます。* は全ての照会の様式にある欄です。",
        cells.round_code,
        required=True,
        refers=("rounds",),
        or_else=EVERY_ROUND,
    )
    key: str = code_col("キー", "欄を見分ける符号です。一度決めたら変えません。")
    heading: str = col("項目", "欄の見出しです。", cells.label, required=True)
    kinds: tuple[RowKind, ...] = choices_col(
        "対象", "どの種類の行で聞くかです。「、」で並べられます。", RowKind, RowKind.ACTION
    )
    type: FieldType = choice_col(
        "型", "文章、選択、数値、日付のどれかを選びます。", FieldType, FieldType.TEXT
    )
    open: bool = flag_col(  # False: the office fills it before issuing
        "入力",
        "回答元が書く欄は「記入」、事務局が先に書く欄は「固定」です。",
        "記入",
        "固定",
        required=True,
        empty=True,
    )
    required: Required | None = col(
        "必須",
        "空欄では困る欄は「必須」を選びます。同じ行の選択の欄の答えによるときは"
        "「rating=C、D」のように、その欄のキー=値、値… と書きます。",
        _required,
        empty=None,
        choices=("必須",),
        several=True,
    )
    scale: str = code_col(
        "尺度", "型が選択の欄だけ、尺度を選びます。", required=False, refers=("scales",)
    )
    limit: int | None = col(  # characters
        "上限", "文字数の上限です。なければ空欄にします。", cells.whole, empty=None
    )
    width: float = col(  # half-width characters
        "幅", "欄の幅です。半角の文字数で書きます。", cells.width, required=True, empty=10.0
    )
    help: str = col("説明", "欄を選んだときに出る説明です。200字以内です。")
    audience: Audience = choice_col(
        "公開範囲",
        "回答を、庁内、会議、公表のどこまで出すかを選びます。",
        Audience,
        Audience.OFFICE,
    )
    when: When = choice_col(
        "適用",
        "毎年、最終年度、前年度意見（意見のあった行）のどれかを選びます。",
        When,
        When.EVERY_YEAR,
        required=False,
        default=When.EVERY_YEAR,
    )
    proposes: tuple[str, str] | None = added_col(  # table and column it proposes a new text for
        PROPOSES,
        "回答が台帳への提案になるとき、表と列を書きます。例：targets.目標文",
        cells.master_place,
        holds=None,
    )
    paper: str = added_col(  # heading of the papers' column that it shares with others; '': its own
        "確認表の列",
        "確認表でほかの欄と一つの列に並べるとき、その見出しです。例：今後の方向性・取組",
        cells.label,
        holds="",
    )
    role: Role | None = added_col(  # None: `Plan.role` tells
        "役割",
        "型が数値の欄だけ選びます。成果は取組目標と比べ、費用は合計します。活動と参考は、示すだけです。"
        "数値の欄が一つの照会では、空欄は成果です。",
        holds=None,
        kind=Role,
    )
    unit: str = added_col(
        "単位",
        "型が数値の欄の単位です。例：千円。成果の欄では、空欄なら取組目標の単位です。",
        holds="",
    )

    @property
    def is_figure(self) -> bool:
        """True for a number that is asked of each 取組, but for one that proposes a target."""
        number = self.type is FieldType.NUMBER and RowKind.ACTION in self.kinds
        return number and self.proposes is None

    def measured(self, number: str, unit: str) -> str:
        """A number as it is printed under the heading: with its unit, unless that says it."""
        said = unit and any(f"{a}{unit}{b}" in self.heading for a, b in ("（）", "()"))
        return number if said else f"{number}{unit}"

    def unit_beside(self, role: Role | None, targets: str) -> str:
        """What its numbers count: its own 単位; of 成果 else that of the target."""
        return self.unit or (targets if role is Role.OUTCOME else "")

    @property
    def final_year_only(self) -> bool:
        """True if it is asked in the plan's last year alone."""
        return self.when is When.FINAL_YEAR


@table(
    "scales", "尺度", "選択の欄の選択肢です。上から並べた順に出ます。", "尺度", "値", plan="choices"
)
class Choice(MasterRow):
    """One value of a scale. `counted`: part of the ratio's denominator; `review`: 要見直し."""

    scale: str = code_col(
        "尺度", "尺度を見分ける符号です。同じ尺度の選択肢には同じ符号を書きます。"
    )
    value: str = col("値", "選択肢です。例：A", cells.label, required=True)
    name: str = col("名称", "選択肢の意味です。例：目標どおり実施", cells.label)
    yardstick: str = col("説明", "選ぶときの目安です。")
    counted: bool = flag_col("集計", "割合の分母に入れる選択肢に○を付けます。", "○")
    review: bool = flag_col("見直し", "選ばれたら見直しの一覧に載せる選択肢に○を付けます。", "○")
    reached: Threshold | None = added_col(
        "達成率",
        "達成率から評価の目安を出す尺度だけ、その選択肢になる達成率（％）です。例：100以上、80未満。"
        "上の行から順に当てはめます。",
        _threshold,
        holds=None,
    )

    @property
    def label(self) -> str:
        """What the dropdown shows: `A 目標どおり実施`."""
        return f"{self.value} {self.name}".strip()


ROUNDS, FIELDS, SCALES = (TABLE[name] for name in ("rounds", "fields", "scales"))
