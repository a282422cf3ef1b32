"""plan.toml: names, years, words and style of a plan, and where its source's chapters begin."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kakunin_xlsx.plan import cells
from kakunin_xlsx.plan.model import ASKED_AND_LAST, EVERY_TARGET, Style, Words
from kakunin_xlsx.plan.problems import CellProblem, Problem
from kakunin_xlsx.plan.reading import read_text
from kakunin_xlsx.plan.tables import NO_YEAR
from kakunin_xlsx.plan.years import FiscalYear

FILE = "plan.toml"
SOURCE_ROLES = ("goals", "tree", "listing", "tables")

_EXAMPLES: Mapping[str, str] = {
    "id": "keikaku-1",
    "title": "○○計画",
    "booklet": "○○計画 取組状況確認表",
    "city": "○○市",
    "office": "○○課",
    "first_year": "R6",
    "last_year": "R8",
    "words.goal": "基本目標",
    "words.initiative": "重点取組",
    "words.outline": "事業概要",
    "words.department": "担当課",
    "words.effort": "取組",
    "words.target": "取組目標",
    "style.font": "BIZ UDゴシック",
    "style.paper": "A3",
}
_OPTIONAL = ("words.measure", "style.targets")  # a plan of two levels has no measures
_PAPERS = ("A3", "A4")
_LAST_PAGE = 9999
_LONGEST_KEPT = 100  # years


@dataclass(frozen=True)
class SourceMap:
    """Where chapters begin in source.txt, and which of them holds what."""

    chapters: Mapping[str, str]  # chapter → the whole line it begins with, in order
    goals: str
    tree: str
    listing: str
    tables: str


@dataclass(frozen=True)
class Head:
    """What plan.toml says."""

    id: str
    title: str
    booklet: str
    city: str
    office: str
    first_year: FiscalYear
    last_year: FiscalYear
    words: Words
    style: Style
    retention_years: int | None
    source: SourceMap | None


@dataclass
class _Keys:
    """The values of plan.toml, and the problems met while asking for them."""

    values: Mapping[str, object]
    problems: list[Problem] = field(default_factory=list)

    def say(self, key: str, wrong: str, todo: str) -> None:
        self.problems.append(Problem(FILE, 0, key, wrong, todo))

    def find(self, key: str) -> object:
        found: object = self.values
        for part in key.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        return found

    def text(self, key: str) -> str:
        found = self.find(key)
        if isinstance(found, str) and (found.strip() or key in _OPTIONAL):
            return found.strip()
        if found is None and key in _OPTIONAL:
            return ""
        wrong = "項目がありません。" if found is None else "文字で書かれていません。"
        example = _EXAMPLES.get(key, "基本目標")
        last = key.rpartition(".")
        place = f"[{last[0]}] に " if last[0] else ""
        self.say(key, wrong, f'{place}{last[2]} = "{example}" のように書いてください。')
        return ""

    def code(self, key: str) -> str:
        word = self.text(key)
        try:
            return cells.code(word)
        except CellProblem as problem:
            self.say(key, problem.wrong, problem.todo)
            return ""

    def number(self, key: str, most: int, todo: str) -> int | None:
        """A whole number from 1 on; None if the plan does not say."""
        found = self.find(key)
        if isinstance(found, int) and not isinstance(found, bool) and 1 <= found <= most:
            return found
        if found is not None:
            self.say(key, f"1から{most}までの整数ではありません。", todo)
        return None

    def year(self, key: str) -> FiscalYear:
        word = self.text(key)
        try:
            return cells.year(word) if word else NO_YEAR
        except CellProblem as problem:
            self.say(key, problem.wrong, problem.todo)
            return NO_YEAR


def read_head(folder: Path) -> tuple[Head | None, tuple[Problem, ...]]:
    """plan.toml of a masters folder; None where nothing of it can be used."""
    words, problem = read_text(folder / FILE)
    if problem:
        return None, (problem,)
    try:
        keys = _Keys(tomllib.loads(words))
    except tomllib.TOMLDecodeError as error:
        return None, (_not_toml(str(error)),)
    head = _head(keys)
    _check_years(keys, head)
    _check_targets(keys, head)
    return head, tuple(keys.problems)


def _not_toml(message: str) -> Problem:
    at = re.search(r"line (\d+)", message)
    todo = 'id = "keikaku-1" のように、項目 = "内容" の形で書いてください。'
    return Problem(FILE, int(at[1]) if at else 0, "", "書き方を読み取れません。", todo)


def _head(keys: _Keys) -> Head:
    return Head(
        id=keys.code("id"),
        title=keys.text("title"),
        booklet=keys.text("booklet"),
        city=keys.text("city"),
        office=keys.text("office"),
        first_year=keys.year("first_year"),
        last_year=keys.year("last_year"),
        words=Words(
            goal=keys.text("words.goal"),
            measure=keys.text("words.measure"),
            initiative=keys.text("words.initiative"),
            outline=keys.text("words.outline"),
            department=keys.text("words.department"),
            effort=keys.text("words.effort"),
            target=keys.text("words.target"),
        ),
        style=Style(
            keys.text("style.font"), _paper(keys), _first_page(keys), keys.text("style.targets")
        ),
        retention_years=_retention(keys),
        source=_source(keys),
    )


def _paper(keys: _Keys) -> str:
    paper = keys.text("style.paper")
    if paper and paper not in _PAPERS:
        keys.say("style.paper", f"用紙「{paper}」は使えません。", "A3 か A4 と書いてください。")
    return paper


def _check_targets(keys: _Keys, head: Head) -> None:
    if head.style.targets not in ("", EVERY_TARGET, ASKED_AND_LAST):
        wrong = f"「{head.style.targets}」という書き方はありません。"
        keys.say("style.targets", wrong, f"{EVERY_TARGET} か {ASKED_AND_LAST} と書いてください。")


def _first_page(keys: _Keys) -> int:
    """通し番号 of the report's first page; 1 if the plan does not say."""
    todo = "[style] に first_page = 1 のように、最初の頁の番号を書いてください。"
    return keys.number("style.first_page", _LAST_PAGE, todo) or 1


def _retention(keys: _Keys) -> int | None:
    """保存年限 of a year's archive; None if the plan does not say."""
    todo = "[archive] に retention_years = 5 のように、保存する年数を書いてください。"
    return keys.number("archive.retention_years", _LONGEST_KEPT, todo)


def _source(keys: _Keys) -> SourceMap | None:
    if keys.find("source") is None:
        return None
    chapters = keys.find("source.chapters")
    if not isinstance(chapters, Mapping) or not chapters:
        todo = '[source.chapters] に "章" = "その章が始まる行" を書いてください。'
        keys.say("source.chapters", "項目がありません。", todo)
        return None
    roles = {role: keys.text(f"source.{role}") for role in SOURCE_ROLES}
    for role, chapter in roles.items():
        if chapter and chapter not in chapters:
            todo = "[source.chapters] に書いた章の名前を書いてください。"
            keys.say(f"source.{role}", f"「{chapter}」という章はありません。", todo)
    return SourceMap({str(name): str(line) for name, line in chapters.items()}, **roles)


def _check_years(keys: _Keys, head: Head) -> None:
    if NO_YEAR not in (head.first_year, head.last_year) and head.last_year < head.first_year:
        wrong = f"最終年度 {head.last_year} が初年度 {head.first_year} より前です。"
        keys.say("last_year", wrong, "初年度以後の年度を書いてください。")
