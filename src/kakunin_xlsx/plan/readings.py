"""How master cells were read from the source, and which reading speaks of a cell."""

from __future__ import annotations

import re
from enum import StrEnum

from kakunin_xlsx.plan.schema import PAGE, TABLE, MasterRow, choice_col, col, table
from kakunin_xlsx.plan.years import YEAR_CODE, FiscalYear

_SINCE = re.compile(rf"(.+)@({YEAR_CODE})")


class Status(StrEnum):
    """Where a master text comes from (provenance)."""

    SOURCE = "原文"
    CORRECTED = "補正"
    INFERRED = "推定"
    UNVERIFIED = "原本未照合"
    CONFIRMED = "確認済"
    REVISED = "改訂"
    LEFT_OVER = "残り"  # words of the source that no master cell uses


# What to do about a cell that holds no words.
TELL_BLANK = "文を書いてください。原本にないときは空欄のままにし、readings.csv に「原本未照合」と根拠を書いてください。"
EVERY_BLOCK = "*"  # the キー of a 残り row that belongs to no single 施策
WAITING = (Status.CORRECTED, Status.INFERRED, Status.UNVERIFIED)  # for the printed booklet


@table(
    "readings",
    "読み",
    "冊子の文字をどう読んだかの記録です。原文のままのセルには、行がありません。",
    "表",
    "キー",
    "列",
    optional=True,
)
class Reading(MasterRow):
    """How one master cell was read from the source; 残り rows name words that no cell uses.

    `key` may end in `@R8`: the row of that key whose 開始年度 is R8.
    """

    table: str = col("表", "どの表のセルかを選びます。例：targets", required=True)
    key: str = col("キー", "どの行のセルかです。例：1-1-2/R8（行ID/年度）", required=True)
    column: str = col("列", "どの列のセルかです。例：目標文")
    status: Status = choice_col(
        "状態", "補正、推定、原本未照合、確認済、改訂などです。", Status, Status.SOURCE
    )
    source: str = col("原文の文字", "文字起こし（source.txt）にある、そのままの文字です。")
    reading: str = col("読み", "台帳のセルの文です。セルと同じにします。")
    ground: str = col("根拠", "なぜそう読んだか、誰がいつ確かめたかです。")
    page: str = col("頁", PAGE)


READINGS = TABLE["readings"]


def split_key(key: str) -> tuple[str, FiscalYear | None]:
    """The キー of a reading: `1-1-1/R8@R9` is the row `1-1-1/R8` whose 開始年度 is R9."""
    found = _SINCE.fullmatch(key)
    return (found[1], FiscalYear.parse(found[2])) if found else (key, None)


def key_since(key: str, first: FiscalYear | None) -> str:
    """The キー by which a reading means the row that begins in `first`."""
    return f"{key}@{first.code}" if first else key
