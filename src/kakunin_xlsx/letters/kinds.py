"""The kinds of letters, and the names that stand in 「{ }」 in the template of each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

TITLE = "件名"


class LetterKind(StrEnum):
    """What a letter is for; its template is named after it."""

    ASK = "照会"
    NOTICE = "期限前のお知らせ"
    AGAIN = "提出のお願い（再）"
    FIX = "修正依頼"


_ALL = (
    *("計画名", "年度", "実施年度", "照会名", TITLE, "日付", "宛先", "発信者"),
    *("提出期限", "提出先", "問合せ先", "添付"),
)
_FORM = ("記入する行", "必須欄")
NAMES: Mapping[LetterKind, tuple[str, ...]] = {
    LetterKind.ASK: (*_ALL, *_FORM),
    LetterKind.NOTICE: (*_ALL, *_FORM, "期限まで"),
    LetterKind.AGAIN: (*_ALL, *_FORM, "遅れ日数"),
    LetterKind.FIX: (*_ALL, "直す所", "直し方", "確認事項"),
}
