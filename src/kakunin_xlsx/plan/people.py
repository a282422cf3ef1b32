"""Who is asked: departments of the city, and the respondents of the rounds."""

from __future__ import annotations

from kakunin_xlsx.plan import cells
from kakunin_xlsx.plan.schema import (
    TABLE,
    MasterRow,
    Span,
    code_col,
    col,
    departments_col,
    span_cols,
    table,
)

_SHORT = "幅の狭い表で使う短い名前です。空欄でも構いません。"


@table("departments", "部署", "取組を担当する課の一覧です。", "コード")
class Department(MasterRow):
    """部署 of the city; `successor` is the code of the department that took over."""

    code: str = code_col(
        "コード", "課を見分ける符号です。半角の英数字で一度だけ決め、改称しても変えません。"
    )
    name: str = col(
        "名称",
        "課の名前です。様式とファイルの名前に使います。",
        cells.file_word,
        required=True,
        words=True,
    )
    short: str = col("略称", _SHORT, cells.label)
    successor: str = code_col(
        "後継",
        "廃止や統合のとき、仕事を引き継いだ課を選びます。CSVではコード、台帳.xlsxでは名前です。",
        required=False,
        refers=("departments",),
    )
    span: Span = span_cols()


@table("respondents", "回答元", "照会に答える課と会議の一覧です。", "コード")
class Respondent(MasterRow):
    """回答元: a department (`department` is its code) or a council (`department` empty).

    A council that judges what some departments do, and nothing else, names them in `judges`.
    """

    code: str = code_col(
        "コード", "回答元を見分ける符号です。課は、部署のコードと同じにすると分かりやすくなります。"
    )
    name: str = col(
        "名称",
        "課や会議の名前です。課が改称したときは、部署の名称と一緒に直します。",
        cells.file_word,
        required=True,
        words=True,
    )
    short: str = col("略称", _SHORT, cells.label)
    department: str = code_col(
        "部署",
        "課のときは部署を選びます（CSVではコード、台帳.xlsxでは名前）。会議のときは空欄にします。",
        required=False,
        refers=("departments",),
    )
    span: Span = span_cols()
    judges: tuple[str, ...] = departments_col(
        "評価する部署",
        "部長のように、決まった課の行だけを評価する回答元に、その課を選びます。「、」で並べられます。"
        "CSVではコード、台帳.xlsxでは名前です。空欄なら、全ての行です。",
    )


DEPARTMENTS, RESPONDENTS = TABLE["departments"], TABLE["respondents"]
