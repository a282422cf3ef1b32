"""Sample answers of a plan: readable tables under `masters/<plan>/sample/`, marked 【見本】."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kakunin_xlsx.layout import Column, Layout
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.stop import Stop

Typed = Mapping[tuple[str, str], str]  # (row id, column key) → what a person types


def sample_answers(masters: Path, layout: Layout) -> Typed:
    """What the department of `layout` types into its form. Raises Stop if there is no sample."""
    return dict(_answers(masters / "sample", layout))


def _answers(folder: Path, layout: Layout) -> Iterator[tuple[tuple[str, str], str]]:
    for line in _table(folder / "forms.csv"):
        if line["回答元"] == layout.respondent:
            yield from _typed(line, FORM_ROW, (column for column in layout.form if column.open))
    for line in _table(folder / "answers.csv"):
        row = layout.row.get(line["行ID"])
        if row is not None and row.open:
            yield from _typed(line, row.id, layout.open_columns)


def _typed(
    line: Mapping[str, str], row: str, columns: Iterable[Column]
) -> Iterator[tuple[tuple[str, str], str]]:
    for column in columns:
        if typed := line.get(column.heading):
            yield (row, column.key), typed


def _table(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        raise Stop(f"{path} がありません。この計画には見本の回答が付いていません。")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
