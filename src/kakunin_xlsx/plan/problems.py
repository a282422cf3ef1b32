"""確認が必要な台帳の箇所: which file, line and column, what is wrong, what to write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing in the masters that a person must put right.

    `line` is the line of the file (0 where the whole file is meant); `column` is the CSV's
    heading or the key of plan.toml (empty where the whole line is meant). What came from a
    workbook is named by its `cell` there instead: `部署（departments）!B7`.
    """

    file: str
    line: int
    column: str
    wrong: str
    todo: str
    cell: str = ""

    @property
    def place(self) -> str:
        """`actions.csv 12行目「部署」`, or the cell."""
        if self.cell:
            return self.cell
        line = f" {self.line}行目" if self.line else ""
        column = f"「{self.column}」" if self.column else ""
        return f"{self.file}{line}{column}"

    def __str__(self) -> str:
        return f"{self.place}：{self.wrong}{self.todo}"


class MastersBroken(Exception):
    """The masters cannot be used as they are; `problems` holds everything found at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class CellProblem(ValueError):
    """What a parser says about one cell; the reader adds file, line and column."""

    def __init__(self, wrong: str, todo: str) -> None:
        self.wrong = wrong
        self.todo = todo
        super().__init__(wrong + todo)
