"""回答一覧.csv: the record as a table that people open in Excel and commands read back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import chain
from operator import attrgetter
from typing import Any

from kakunin_xlsx.record.model import Answer, Reason, Record, State
from kakunin_xlsx.textfiles import FileBroken, csv_lines, text_of

HEADER = [
    "年度",
    "照会",
    "回答元コード",
    "回答元",
    "行ID",
    "重点取組No",
    "担当課",
    "項目キー",
    "項目",
    "値",
    "理解した値",
    "状態",
    "理由",
    "ファイル",
    "シート",
    "セル",
    "SHA256",
    "決定",
]
_KEYS = [field.name for field in fields(Answer)]
_STATE = _KEYS.index("state")  # the reason comes after it
_values_of = attrgetter(*_KEYS)  # astuple would copy every text


class RecordBroken(ValueError):
    """The text is not a 回答一覧.csv that this tool wrote."""


def to_csv(answers: Iterable[Answer]) -> bytes:
    """The table as UTF-8 with BOM and CRLF, one row per answer, in the order given."""
    return csv_bytes(HEADER, map(_values_of, answers))


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Any table as this tool writes it: UTF-8 with BOM and CRLF."""
    return csv_text(chain([header], rows)).encode("utf-8-sig")


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """The lines of such a table."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def from_csv(data: bytes) -> Record:
    """Read what `to_csv` wrote. Raises RecordBroken in words for people."""
    try:
        lines = csv_lines(text_of(data))
        if next(lines, (1, []))[1] != HEADER:
            raise RecordBroken("回答一覧.csv の1行目（列の見出し）が変わっています。")
        same: dict[str, str] = {}  # names, keys and files stand in very many rows
        return Record(tuple(_answer([same.setdefault(s, s) for s in r], n) for n, r in lines))
    except FileBroken as broken:
        raise RecordBroken(f"回答一覧.csv の{broken}") from broken


def _answer(row: list[str], line: int) -> Answer:
    if len(row) != len(_KEYS):
        raise RecordBroken(f"回答一覧.csv の{line}行目の列の数が違います。")
    try:
        return answer_from(row)
    except ValueError as broken:
        raise RecordBroken(f"回答一覧.csv の{line}行目の状態・理由を読めません。") from broken


def answer_from(values: Sequence[str]) -> Answer:
    """The answer of a row. Raises ValueError for an unknown state or reason."""
    typed: list[Any] = list(values)
    typed[_STATE : _STATE + 2] = State(values[_STATE]), Reason(values[_STATE + 1])
    return Answer(*typed)
