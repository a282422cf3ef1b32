"""回答一覧.csv: the record as a table that people open in Excel and commands read back."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import chain, islice
from operator import attrgetter

from kakunin_xlsx.record.model import Answer, Reason, Record, State
from kakunin_xlsx.textfiles import FileBroken, csv_lines, csv_rows, text_of

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
values_of = attrgetter(*_KEYS)  # astuple would copy every text
_TOGETHER = 4096  # rows of one piece


class RecordBroken(ValueError):
    """The text is not a 回答一覧.csv that this tool wrote."""


def to_csv(answers: Iterable[Answer]) -> bytes:
    """The table as UTF-8 with BOM and CRLF, one row per answer, in the order given."""
    return csv_bytes(HEADER, map(values_of, answers))


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Any table as this tool writes it: UTF-8 with BOM and CRLF."""
    return b"".join(_pieces(header, rows))


class PackedTable:
    """The same in pieces that can be gone through again, of which only one is ever unpacked."""

    def __init__(self, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        self._packed = [zlib.compress(piece, level=1) for piece in _pieces(header, rows)]

    def __iter__(self) -> Iterator[bytes]:
        return map(zlib.decompress, self._packed)


def _pieces(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    left: Iterator[Sequence[object]] = chain([header], rows)
    encoding = "utf-8-sig"  # with BOM, at the beginning only
    while some := list(islice(left, _TOGETHER)):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows(some)
        yield text.getvalue().encode(encoding)
        encoding = "utf-8"


def read_rows(data: bytes) -> tuple[Mapping[str, str], ...]:
    """The rows of any such table, by heading. Raises FileBroken."""
    return csv_rows(data)


def from_csv(data: bytes) -> Record:
    """Read what `to_csv` wrote. Raises RecordBroken in words for people."""
    try:
        lines = csv_lines(text_of(data))
        if next(lines, (1, []))[1] != HEADER:
            raise RecordBroken("回答一覧.csv の1行目（列の見出し）が変わっています。")
        return Record(tuple(_answer(row, line) for line, row in lines))
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
    named = dict(zip(_KEYS, values, strict=True))
    state, reason = State(named.pop("state")), Reason(named.pop("reason"))
    return Answer(**named, state=state, reason=reason)
