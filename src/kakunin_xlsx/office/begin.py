"""A new plan: what must be asked, how each answer is understood, and its folder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kakunin_xlsx.folders import write_files
from kakunin_xlsx.letters import FOLDER as LETTERS
from kakunin_xlsx.letters import default_templates
from kakunin_xlsx.office.masters_import import masters_of_book
from kakunin_xlsx.plan import FiscalYear, Plan, load_plan
from kakunin_xlsx.plan.begin import NewPlan, empty_tables, new_masters
from kakunin_xlsx.plan.cells import as_code, file_word
from kakunin_xlsx.plan.problems import CellProblem
from kakunin_xlsx.stop import Stop

Given = Mapping[str, Any]  # what was answered so far, by the key of its question
_BETWEEN_NAMES = re.compile(r"[\n\t、，,]")
_MOST_YEARS = 20  # each is a column of every form


@dataclass(frozen=True)
class Question:
    """One thing to be known of a new plan; `option` says it on the command line.

    `read` understands an answer, given the earlier ones, and raises CellProblem; many names
    come as lines. `usual` is what an empty answer stands for. What is `needed` must be said.
    """

    key: str
    option: str
    words: str
    read: Callable[[str, Given], object]
    usual: Callable[[Given], str] = lambda _: ""
    needed: bool = False
    many: bool = False
    asked: Callable[[Given], bool] = lambda _: True


def require_room(folder: Path) -> None:
    """Raises Stop if `folder` holds anything: nothing is ever overwritten.

    What a killed run left of files it was writing does not count.
    """
    if folder.is_dir() and any(
        path.is_file() and not path.name.startswith(".") for path in folder.rglob("*")
    ):
        raise Stop(
            f"{folder} には、すでにファイルがあります。上書きはしません。"
            "新しいフォルダーの名前を指定してください（例：kakunin init masters/新しい計画）。"
        )


def begin_plan(folder: Path, given: Given) -> Plan:
    """Make the masters of a new plan from the answers to QUESTIONS. Raises Stop."""
    require_room(folder)
    said = {key: value for key, value in given.items() if key != "levels"}
    plan = NewPlan(id=as_code(folder.resolve().name) or "keikaku", **said)
    return _laid(folder, new_masters(plan))


def begin_from(folder: Path, book: Path) -> Plan:
    """Make the masters of a new plan from a filled 台帳.xlsx. Raises Stop."""
    require_room(folder)
    return _laid(folder, {**empty_tables(), **masters_of_book(book)})


def _laid(folder: Path, files: Mapping[str, bytes]) -> Plan:
    """The masters with the wording of letters, which the office may change."""
    letters = {f"{LETTERS}/{name}": data for name, data in default_templates().items()}
    write_files({folder / name: data for name, data in {**files, **letters}.items()})
    return load_plan(folder)


def _line(text: str, _: Given) -> str:
    said = text.strip()
    if not said:
        raise CellProblem("空欄です。", "書いてください。")
    if "\n" in said:
        raise CellProblem("行が分かれています。", "1行で書いてください。")
    return said


def _name(text: str, given: Given) -> str:
    return file_word(_line(text, given))


def _name_or_none(text: str, given: Given) -> str:
    return _name(text, given) if text.strip() else ""


def _names(text: str, given: Given) -> tuple[str, ...]:
    """One or more names on lines of their own, or pasted from cells side by side."""
    if names := _names_or_none(text, given):
        return names
    raise CellProblem("空欄です。", "一つは書いてください。")


def _names_or_none(text: str, _: Given) -> tuple[str, ...]:
    names = tuple(file_word(name.strip()) for name in _BETWEEN_NAMES.split(text) if name.strip())
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise CellProblem(f"「{twice}」が二度書かれています。", "一つにしてください。")
    return names


def _year(text: str, _: Given) -> FiscalYear:
    try:
        return FiscalYear.parse(text)
    except ValueError as unread:
        raise CellProblem(str(unread), "") from unread


def _last_year(text: str, given: Given) -> FiscalYear:
    last = _year(text, given)
    first = given.get("first_year", last)
    if last < first:
        raise CellProblem(f"初年度（{first.name}）より前です。", "初年度以後を書いてください。")
    if last.start - first.start >= _MOST_YEARS:
        raise CellProblem(
            f"{first.name}から{_MOST_YEARS}年より長い計画は作れません。",
            "年度を見直してください。",
        )
    return last


def _levels(text: str, _: Given) -> int:
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain not in ("2", "3"):
        raise CellProblem(f"「{text}」は選べません。", "2 か 3 を書いてください。")
    return int(plain)


def _word(text: str, given: Given) -> str:
    word = _line(text, given)
    if word in (given.get("goal"), given.get("measure")):
        raise CellProblem(f"「{word}」は上の段の呼び方です。", "別の呼び方を書いてください。")
    return word


def _measure(text: str, given: Given) -> str:
    if _has_measures(given):
        return _word(text, given)
    if text:
        raise CellProblem(
            "段が2つの計画に、中の段はありません。", "段の数を3にするか、除いてください。"
        )
    return ""


def _has_measures(given: Given) -> bool:
    return bool(given.get("levels", 3) == 3)


def _office_of(given: Given) -> str:
    return str(given.get("office", ""))


def _this_year(_: Given) -> str:
    return FiscalYear.of(date.today()).code


def _two_years_on(given: Given) -> str:
    return FiscalYear(given["first_year"].start + 2).code


QUESTIONS = (
    Question("title", "--title", "計画の名前（例：○○市第1次○○計画）", _line, needed=True),
    Question("city", "--city", "市区町村の名前（例：○○市）", _line, needed=True),
    Question("office", "--office", "事務局の課（例：○○課）", _name, needed=True),
    Question(
        "contact",
        "--contact",
        "問合せ先（例：○○部○○課　内線 1234）",
        _line,
        usual=_office_of,
    ),
    Question("first_year", "--from-year", "計画の初年度", _year, _this_year, needed=True),
    Question("last_year", "--to-year", "計画の最終年度", _last_year, _two_years_on, needed=True),
    Question(
        "departments",
        "--department",
        "取組を担当する課（1行に1つ。表からまとめて貼り付けられます）",
        _names,
        usual=_office_of,
        needed=True,
        many=True,
    ),
    Question("levels", "--levels", "計画の段の数（2 か 3）", _levels, lambda _: "3"),
    Question("goal", "--goal-word", "一番上の段の呼び方", _word, lambda _: "基本目標"),
    Question(
        "measure",
        "--measure-word",
        "中の段の呼び方",
        _measure,
        usual=lambda given: "施策" if _has_measures(given) else "",
        asked=_has_measures,
    ),
    Question("initiative", "--initiative-word", "一番下の段の呼び方", _word, lambda _: "重点取組"),
    Question("council", "--council", "内部評価をする会議の名前（なければ空欄）", _name_or_none),
    Question(
        "committees",
        "--committee",
        "委員会評価をする委員会の名前（1行に1つ。なければ空欄）",
        _names_or_none,
        many=True,
    ),
)
