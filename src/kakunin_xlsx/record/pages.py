"""Many answers in little memory: packed by row, unpacked in order."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from kakunin_xlsx.record.model import Answer
from kakunin_xlsx.record.table import answer_from, values_of

_Order = Callable[[Answer], tuple[object, ...]]


class Pages:
    """Answers by row, one page for each; a nation has some 400,000.

    `row_order` says which row comes first, `order` which answer within one.
    """

    def __init__(self, row_order: Callable[[str], tuple[object, ...]], order: _Order) -> None:
        self._row_order, self._order = row_order, order
        self._pages: dict[str, list[bytes]] = {}
        self._count = self.adopted = 0

    def add(self, answers: Iterable[Answer]) -> None:
        """More answers, in whatever order."""
        by_row = sorted(answers, key=attrgetter("row"))
        for row, own in groupby(by_row, key=attrgetter("row")):
            page = sorted(own, key=self._order)
            self._count += len(page)
            self.adopted += sum(answer.adopted for answer in page)
            packed = marshal.dumps([tuple(map(str, values_of(answer))) for answer in page])
            self._pages.setdefault(row, []).append(packed)

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The texts of each answer, as 回答一覧.csv holds them."""
        for row in sorted(self._pages, key=self._row_order):
            parts = list(map(marshal.loads, self._pages[row]))
            if len(parts) == 1:
                yield from parts[0]
            else:
                answers = [answer_from(values) for part in parts for values in part]
                yield from map(values_of, sorted(answers, key=self._order))

    def __iter__(self) -> Iterator[Answer]:
        return map(answer_from, self.rows())

    def __len__(self) -> int:
        return self._count

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Iterable) and list(self) == list(other)
