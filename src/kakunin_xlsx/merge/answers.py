"""Settled cells → 回答一覧: its rows, and their order."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from itertools import groupby

from kakunin_xlsx.checks.model import Given
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.merge.resolve import Settled
from kakunin_xlsx.record import FORM_ROW, HEADER, Answer, Reason, State, answer_from, csv_text
from kakunin_xlsx.returns.forms import Asked
from kakunin_xlsx.returns.model import FormSheet, Return
from kakunin_xlsx.textfiles import csv_records

_UNKNOWN = 1_000_000  # sorts behind whatever the masters know
_CODE, _ROW, _KEY, _STATE, _REASON, _SHEET, _CELL, _SHA = map(
    [field.name for field in fields(Answer)].index,
    ("respondent", "row", "key", "state", "reason", "sheet", "cell", "sha256"),
)
Values = tuple[str, ...]  # of one answer, as 回答一覧 holds them
Order = tuple[object, ...]


def values_of(given: Given, state: State, reason: Reason, decided: str = "") -> Values:
    """One row of 回答一覧."""
    mark, row = given.form.layout.identity, given.form.layout.row.get(given.row)
    return (
        *(mark.year, mark.round, mark.respondent, given.form.layout.respondent, given.row),
        *((row.initiative, row.department) if row else ("", "")),
        *(given.column.key, given.column.heading, given.cell.typed, given.understood),
        *(state.value, reason.value),
        *(given.form.file, given.form.sheet.name, given.cell.address, given.form.sha256, decided),
    )


def settled_values(settled: Iterable[Settled]) -> Iterator[Values]:
    """One row each."""
    for entry in settled:
        decided = entry.decision.said if entry.decision else ""
        yield values_of(entry.given, entry.state, entry.reason, decided)


def foreign_values(returned: Return, sheet: FormSheet, asked: Asked) -> Iterator[Values]:
    """What is filled in on a form that is not asked for: kept, never landed.

    Nothing says what was issued there, so columns that hold masters' texts in our own
    forms are taken to hold them there too.
    """
    first = asked.first
    columns = (*first.form, *first.columns) if first else ()
    headings = {column.key: column.heading for column in columns}
    locked = {column.key for column in columns if not column.open}
    mark, why = sheet.identity, (State.NOT_ADOPTED.value, Reason.OUT_OF_SCOPE.value)

    for row, key, cell in sheet.filled():
        if key not in locked and ":" not in key:  # target:R6, last:result
            yield (
                *(mark.year, mark.round, mark.respondent, "", row, "", ""),
                *(key, headings.get(key, key), cell.typed, "", *why),
                *(returned.file, sheet.name, cell.address, returned.sha256, ""),
            )


class Sorting:
    """The masters' order of rows, then columns, then respondents; names of files come last."""

    def __init__(self, whole: Layout, asked: Iterable[str]) -> None:
        self.rows = {FORM_ROW: -1, **{row.id: at for at, row in enumerate(whole.rows)}}
        columns = enumerate((*whole.form, *whole.columns))
        self.columns = {column.key: at for at, column in columns}
        self.asked = {code: at for at, code in enumerate(asked)}


@dataclass(frozen=True, slots=True)
class PackedAnswers:
    """Some answers as they are written: the bytes of each row id, in order, packed.

    `blocks` are row ids with how many bytes are theirs.
    """

    blocks: tuple[tuple[str, int], ...]
    packed: bytes
    count: int
    adopted: int
    aside: Mapping[str, int] = field(default_factory=dict)  # those that do not count, by reason

    @classmethod
    def of(cls, answers: Iterable[Values], columns: Mapping[str, int]) -> PackedAnswers:
        """`columns` says which key comes first."""
        rows = list(answers)
        rows.sort(key=lambda values: (values[_ROW], *_within(values, columns, 0)))
        texts = [
            (row, csv_text(own).encode()) for row, own in groupby(rows, key=lambda each: each[_ROW])
        ]
        return cls(
            tuple((row, len(text)) for row, text in texts),
            zlib.compress(b"".join(text for _, text in texts), 1),
            len(rows),
            sum(values[_STATE] == State.ADOPTED.value for values in rows),
            dict(Counter(v[_REASON] for v in rows if v[_STATE] != State.ADOPTED.value)),
        )


def _within(values: Sequence[str], columns: Mapping[str, int], respondent: int) -> Order:
    """The order of answers in one row."""
    key, cell = values[_KEY], values[_CELL]
    return (
        *(columns.get(key, _UNKNOWN), key, respondent, values[_CODE]),
        *(values[_SHA], values[_SHEET], _by_number(cell)),
    )


@lru_cache(maxsize=1 << 14)
def _by_number(cell: str) -> tuple[int, str]:
    """J9 before J12."""
    return (int(re.sub(r"\D", "", cell) or 0), cell)


class Answers:
    """回答一覧 in the masters' order; kept packed, since a nation has some 400,000."""

    def __init__(self, parts: Iterable[PackedAnswers], places: Sorting) -> None:
        self._places = places
        self._parts: list[bytes] = []
        self._blocks: dict[str, list[tuple[int, int, int]]] = {}  # by row: part, begin, end
        self._count = self.adopted = 0
        self.aside: Counter[Reason] = Counter()
        for part in parts:
            self._add(part)
        self._text = lru_cache(maxsize=64)(lambda at: zlib.decompress(self._parts[at]))

    def _add(self, part: PackedAnswers) -> None:
        begin = 0
        for row, size in part.blocks:
            spot = (len(self._parts), begin, begin + size)
            self._blocks.setdefault(row, []).append(spot)
            begin += size
        self._parts.append(part.packed)
        self._count += part.count
        self.adopted += part.adopted
        self.aside.update({Reason(why): count for why, count in part.aside.items()})

    def pieces(self) -> Iterator[bytes]:
        """回答一覧.csv, row by row of the masters."""
        yield csv_text([HEADER]).encode("utf-8-sig")
        rows = self._places.rows
        for row in sorted(self._blocks, key=lambda row: (rows.get(row, _UNKNOWN), row)):
            yield self._row(row)

    def _row(self, row: str) -> bytes:
        """What everybody said there; mostly it is one respondent's."""
        texts = [self._text(part)[begin:end] for part, begin, end in self._blocks[row]]
        if len(texts) == 1:
            return texts[0]
        asked, columns = self._places.asked, self._places.columns
        found = [values for text in texts for values in _read(text)]
        found.sort(key=lambda each: _within(each, columns, asked.get(each[_CODE], _UNKNOWN)))
        return csv_text(found).encode()

    def __iter__(self) -> Iterator[Answer]:
        pieces = self.pieces()
        next(pieces)
        return (answer_from(values) for piece in pieces for values in _read(piece))

    def __len__(self) -> int:
        return self._count

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Iterable) and list(self) == list(other)

    def of_row(self, row: str) -> Iterator[Answer]:
        """The answers in one row."""
        return map(answer_from, _read(self._row(row)) if row in self._blocks else ())


def _read(text: bytes) -> Iterator[list[str]]:
    return csv_records(text.decode())
