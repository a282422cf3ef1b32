"""How the text of one master cell is understood, and what a person must put right of it.

Each parser raises CellProblem; whoever reads the cell adds file, line and column.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from kakunin_xlsx.plan.years import FiscalYear

# Excel opens 1-1-1 as a date and saves it back as one of these.
_DATE_LIKE = re.compile(r"\d{4}/\d{1,2}/\d{1,2}|\d{1,2}月\d{1,2}日|\d{1,2}-[A-Z][a-z]{2}")
_CIRCLES = str.maketrans("◯〇", "○○")  # typed for each other by everyone
_HYPHENS = str.maketrans(dict.fromkeys("‐‑−–", "-"))
# `/` and `#` part the identity of a row; the others cannot stand in a file name of Windows.
_RESERVED = re.compile(r'[/#\\:*?"<>|\s]')
_DUE = re.compile(r"(?:\d{4}[-/年])?(\d{1,2})[-/月](\d{1,2})日?")
_NUMBER = re.compile(r"[-+]?\d{1,15}(?:\.\d{1,15})?")  # unlike float(): no nan, inf, 1e9
_DAYS = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}  # 29 February would not exist in most years
_SEVERAL = re.compile(r"[、，,;；\s]+")
_WIDEST = 255
_EXCEL_CELL = 32767
_LONGEST_TEXT = 30_000  # characters: with its marks it fits into a cell
_LONGEST_NAME, _LONGEST_LABEL = 200, 80
_LONGEST_FILE_WORD = 40  # Japanese letters, of three bytes: a path has to bear several

_Meaning = TypeVar("_Meaning")


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


def text(cell: str) -> str:
    """The words as they stand, if a worksheet can show them."""
    if found := obeyed(cell):
        raise CellProblem(*found)
    return _within(cell, _LONGEST_TEXT)


def _within(cell: str, longest: int) -> str:
    if len(cell) > longest:
        raise CellProblem(f"{len(cell):,}字あります。", f"{longest:,}字以内にしてください。")
    return cell


def name(cell: str) -> str:
    """A text that is a heading or stands in one: it is printed whole wherever it stands."""
    return _within(text(cell), _LONGEST_NAME)


def label(cell: str) -> str:
    """A short text for narrow columns and lists."""
    return _within(text(cell), _LONGEST_LABEL)


def code(cell: str) -> str:
    """A number or code, in half width: it becomes part of every row's identity."""
    plain = unicodedata.normalize("NFKC", cell).translate(_HYPHENS)
    if _DATE_LIKE.fullmatch(plain):
        raise CellProblem(
            f"番号が日付「{cell}」に変わっています。",
            "1-1-1 の形で書き直してください（表計算ソフトでは先に列を「文字列」にします）。",
        )
    if _RESERVED.search(plain):
        raise CellProblem(
            f"「{cell}」に、番号やコードに使えない文字があります。",
            '空白と / # \\ : * ? " < > | を除いてください。',
        )
    return sys.intern(plain)  # the same few stand in many rows


def as_code(words: str) -> str:
    """The code nearest to some words, such as a folder's name; '' if nothing is left of them."""
    plain = unicodedata.normalize("NFKC", words).translate(_HYPHENS)
    return _RESERVED.sub("-", plain).strip("-")


def round_code(cell: str) -> str:
    """The code of a round, or `*` for every round."""
    return cell if cell == "*" else code(cell)


_OBEYED = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def obeyed(text: str) -> tuple[str, str] | None:
    """What is wrong and what to do if a text holds control characters; a terminal obeys these."""
    found = _OBEYED.search(text)
    if not found:
        return None
    wrong = f"目に見えない制御文字（U+{ord(found[0]):04X}）が入っています。"
    return wrong, "その文字を消して、書き直してください。"


def file_word(cell: str) -> str:
    """A name that becomes part of a file or folder name."""
    if found := re.search(r'[/\\:*?"<>|\n]', cell):
        raise CellProblem(
            f"「{cell}」は、ファイル名に使えない文字「{found[0]}」を含みます。",
            "全角の文字に替えてください。",
        )
    if max(len(cell), len(cell.encode()) / 3) > _LONGEST_FILE_WORD or cell.endswith("."):
        raise CellProblem(
            f"「{cell}」は、ファイル名に使えません（長さは{_LONGEST_FILE_WORD}字までで、終わりに . は置けません）。",
            "短い名前にしてください。",
        )
    return text(cell)


@lru_cache
def year(cell: str) -> FiscalYear:
    """R7, 令和7年度 or 2025."""
    try:
        return FiscalYear.parse(cell)
    except ValueError:
        raise CellProblem(
            f"年度「{cell}」を読み取れません。", "R7 のように書いてください。"
        ) from None


def number(cell: str) -> float:
    """A number, with or without thousands separators, in any width."""
    plain = unicodedata.normalize("NFKC", cell).replace(",", "")
    if not _NUMBER.fullmatch(plain):
        raise CellProblem(f"数値「{cell}」を読み取れません。", "120 のように書いてください。")
    return float(plain)


def whole(cell: str) -> int:
    """A whole number above zero."""
    value = number(cell)
    if value != int(value) or not 0 < value <= _EXCEL_CELL:
        raise CellProblem(f"「{cell}」は1以上の整数ではありません。", "3 のように書いてください。")
    return int(value)


def width(cell: str) -> float:
    """A column width in half-width characters."""
    value = number(cell)
    if not 0 < value <= _WIDEST:
        raise CellProblem(
            f"幅「{cell}」は使えません。", f"1から{_WIDEST}までの数を書いてください。"
        )
    return value


def due(cell: str) -> tuple[int, int]:
    """A day of the year: 05-31, 5/31 or 5月31日."""
    found = _DUE.fullmatch(unicodedata.normalize("NFKC", cell))
    month, day = (int(found[1]), int(found[2])) if found else (0, 0)
    if not (1 <= month <= 12 and 1 <= day <= _DAYS.get(month, 31)):
        raise CellProblem(f"月日「{cell}」を読み取れません。", "05-31 のように書いてください。")
    return month, day


def places(cell: str) -> tuple[tuple[str, str], ...]:
    """Fields of other rounds, as `jisseki.rating`, one or several."""
    return tuple(_place(part) for part in _parts(cell))


def _parts(cell: str) -> list[str]:
    return [part for part in _SEVERAL.split(cell) if part]


def _place(part: str) -> tuple[str, str]:
    round_code_, dot, key = part.partition(".")
    if not (round_code_ and dot and key):
        raise CellProblem(
            f"「{part}」は、照会と項目を表していません。", "jisseki.rating のように書いてください。"
        )
    return code(round_code_), code(key)


def master_place(cell: str) -> tuple[str, str]:
    """A table and a column of the masters, as `targets.目標文`."""
    table, dot, column = cell.partition(".")
    if not (table and dot and column):
        raise CellProblem(
            f"「{cell}」は、台帳の表と列を表していません。",
            "targets.目標文 のように書いてください。",
        )
    return table, column


def codes(cell: str) -> tuple[str, ...]:
    """One code, or several parted by 、 ; or a space."""
    return tuple(code(part) for part in _parts(cell))


def one_of(words: Mapping[str, _Meaning]) -> Callable[[str], _Meaning]:
    """The parser for a column that takes one of a few words, by what each of them means."""

    def parse(cell: str) -> _Meaning:
        word = cell.translate(_CIRCLES)
        if word in words:
            return words[word]
        known = "／".join(each or "空欄" for each in words)
        wrong = f"「{cell}」という書き方はありません。"
        raise CellProblem(wrong, f"{known} から選んで書いてください。")

    return parse


def some_of(words: Mapping[str, _Meaning]) -> Callable[[str], tuple[_Meaning, ...]]:
    """The parser for a column that takes one or several of a few words."""
    parse = one_of(words)
    return lambda cell: tuple(parse(part) for part in _parts(cell))
