"""A year with later rounds, as a record: what councils said and departments replied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from kakunin_xlsx.record import FORM_ROW, Answer, Reason, Record, State
from tests.example import R7, sample_record, shipped

SECRET: Mapping[str, Any] = {
    "file": "秘密の名前.xlsx",
    "sheet": "秘密シート",
    "sha256": "5ec2e7" * 10,
}
COUNCIL = "狛江市地域共生社会推進会議"
# round, respondent, its name, row, key, value
SAID = (
    ("naibu", "suishin-kaigi", COUNCIL, "3-4-1", "internal", "B おおむね計画どおり"),
    ("naibu", "suishin-kaigi", COUNCIL, "3-4-1", "review", "要 見直しが必要"),
    ("naibu", "suishin-kaigi", COUNCIL, "3-4-1", "opinion", "警察との連携を具体的に。"),
    ("iinkai", "shamei-iinkai", "推進委員会", "全体", "judgement", "おおむね妥当"),
    ("iinkai", "fukushi-iinkai", "福祉委員会", "全体", "judgement", "妥当"),
    ("iinkai", "fukushi-iinkai", "福祉委員会", "2", "opinion", "広報の回数を増やして。"),
    ("iinkai", "fukushi-iinkai", "福祉委員会", "意見1", "about", "5-3-1"),
    ("iinkai", "fukushi-iinkai", "福祉委員会", "意見1", "opinion", "相談先を分かりやすく。"),
    ("taio", "shido", "指導室", "naibu~suishin-kaigi~3-4-1~shido", "handling", "対応する"),
    ("taio", "shido", "指導室", "naibu~suishin-kaigi~3-4-1~shido", "answer", "秋に行います。"),
    ("saishu", "shido", "指導室", "3-4-1", "confirmed", "修正なし"),
)


def later(said: Iterable[tuple[str, ...]] = SAID) -> Iterable[Answer]:
    """Answers of later rounds."""
    plan, any_ = shipped(), sample_record().answers[0]
    for round_, respondent, name, row, key, value in said:
        field = next(f for f in plan.fields_of(round_, R7) if f.key == key)
        values = [each.value for each in plan.scale(field.scale)]
        meant = next((each for each in values if value.split()[0] == each), "")
        said_: dict[str, Any] = {
            **{"round": round_, "row": row, "initiative": "", "department": ""},
            **{"respondent": respondent, "respondent_name": name, "decided": "秘密 太郎"},
            **{"value": value, "understood": meant or ("" if values else value)},
            **{"key": key, "heading": field.heading, "cell": "Q99"},
        }
        yield replace(any_, **SECRET, **said_)


def whole_year() -> Record:
    """Every round answered, with secrets where papers for others must not show them."""
    first = [
        replace(each, **SECRET)
        for each in sample_record([("1-1-1", "target_change", "内々の変更案")]).answers
    ]
    struck = [
        replace(each, value=f"秘密の文字{each.value}")
        if (each.row, each.key) == ("1-1-2", "result")
        else each
        for each in first
    ]
    form = replace(first[0], row=FORM_ROW, key="filler", value="秘密 花子", understood="秘密 花子")
    lost = replace(
        first[0], state=State.NOT_ADOPTED, reason=Reason.REPLACED, value="秘密の古い回答"
    )
    return Record((*struck, form, lost, *later()))
