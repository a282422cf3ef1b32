"""Sample answers of a plan: readable tables under `masters/<plan>/sample/R7/`, marked 【見本】."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from kakunin_xlsx.layout import Column, Layout
from kakunin_xlsx.plan import FiscalYear, Plan
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.stop import Stop
from kakunin_xlsx.textfiles import csv_file

Typed = Mapping[tuple[str, str], str]  # (row id, column key) → what a person types


def sample_answers(masters: Path, layout: Layout) -> Typed:
    """What the respondent of `layout` types into its form. Raises Stop if there is no sample."""
    if has_sample(masters, layout.year, layout.identity.round):
        return dict(_listed(_folder(masters, layout.year) / f"{layout.identity.round}.csv", layout))
    return dict(_answers(_folder(masters, layout.year), layout))


def has_sample(masters: Path, year: FiscalYear, round_code: str) -> bool:
    """True if the plan has sample answers for a later round of a year."""
    return (_folder(masters, year) / f"{round_code}.csv").is_file()


def sampled_years(masters: Path, plan: Plan) -> Sequence[FiscalYear]:
    """The years for which a plan has sample answers."""
    return [year for year in plan.years if (_folder(masters, year) / "answers.csv").is_file()]


def has_answered(masters: Path, layout: Layout) -> bool:
    """True if the respondent of `layout` hands its form in, in this year's sample."""
    lines = _table(_folder(masters, layout.year) / "forms.csv")
    return any(line["回答元"] == layout.respondent for line in lines)


def _folder(masters: Path, year: FiscalYear) -> Path:
    return masters / "sample" / year.code


def _listed(path: Path, layout: Layout) -> Iterator[tuple[tuple[str, str], str]]:
    """One line per cell; without 回答元 or 行ID it stands for all, and later lines win."""
    for line in _table(path):
        if line["回答元"] not in ("", layout.respondent):
            continue
        for row, columns in _rows(layout):
            if line["行ID"] in (row, "" if row != FORM_ROW else row):
                yield from (
                    ((row, column.key), line["記入"])
                    for column in columns
                    if column.heading == line["項目"]
                )


def _rows(layout: Layout) -> Iterator[tuple[str, Sequence[Column]]]:
    yield FORM_ROW, [column for column in layout.form if column.open]
    for row in layout.rows:
        yield row.id, layout.questions(row)


def _answers(folder: Path, layout: Layout) -> Iterator[tuple[tuple[str, str], str]]:
    for line in _table(folder / "forms.csv"):
        if line["回答元"] == layout.respondent:
            yield from _typed(line, FORM_ROW, (column for column in layout.form if column.open))
    for line in _table(folder / "answers.csv"):
        row = layout.row.get(line["行ID"])
        if row is not None and row.open:
            yield from _typed(line, row.id, layout.questions(row))


def _typed(
    line: Mapping[str, str], row: str, columns: Iterable[Column]
) -> Iterator[tuple[tuple[str, str], str]]:
    for column in columns:
        if typed := line.get(column.heading):
            yield (row, column.key), typed


def revisions(masters: Path) -> Sequence[Mapping[str, str]]:
    """What the office changes in 台帳.xlsx for the next year: 年度, 表, キー, 列, 内容, 根拠.

    列 終了 ends a row with the year before; 内容 then names the 後継 of a department.
    """
    path = masters / "sample" / "revisions.csv"
    return _table(path) if path.is_file() else ()


def _table(path: Path) -> Sequence[Mapping[str, str]]:
    if not path.is_file():
        raise Stop(f"{path} がありません。この計画には見本の回答が付いていません。")
    return csv_file(path)
