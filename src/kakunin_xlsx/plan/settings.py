"""plan.toml: names, years, words and style of a plan, and where its source's chapters begin.

A setting says once what people call it and what is written there; reading it, 台帳.xlsx and
the docs follow. Where one is set, comments and everything else in the file stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kakunin_xlsx.plan import cells
from kakunin_xlsx.plan.cells import CellProblem, Problem
from kakunin_xlsx.plan.schema import NO_YEAR
from kakunin_xlsx.plan.tree import DISPLAYED
from kakunin_xlsx.textfiles import FileBroken, toml_of

EVERY_TARGET, ASKED_AND_LAST = "すべて", "対象年度と最終年度"  # [style] targets
PLAN_FILE = "plan.toml"
SOURCE_ROLES = ("goals", "tree", "listing", "tables")
_PAPERS = ("A3", "A4")
_LAST_PAGE = 9999
_LONGEST_KEPT = 100  # years
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Words:
    """What this plan calls its levels and table columns."""

    goal: str
    measure: str
    initiative: str
    outline: str
    department: str
    effort: str
    target: str
    shown1: str = ""
    shown2: str = ""
    shown3: str = ""
    shown4: str = ""
    shown5: str = ""
    direction: str = ""  # of a 施策 that holds others, in a plan of four levels

    @property
    def displayed(self) -> Mapping[int, str]:
        """Headings of the display columns that the plan has, by number."""
        headings = {number: str(getattr(self, f"shown{number}")) for number in DISPLAYED}
        return {number: heading for number, heading in headings.items() if heading}


@dataclass(frozen=True, slots=True)
class PlanStyle:
    """How forms and papers look. `first_page` is the 通し番号 of a report's first page.

    `targets` says which years' targets they show: すべて or 対象年度と最終年度; '' lets the
    length of the plan decide.
    """

    font: str
    paper: str
    first_page: int = 1
    targets: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of plan.toml: its key (`words.goal`), what people call it, its help, an example.

    A number may be left out; `most` is its upper bound.
    """

    key: str
    label: str
    about: str
    example: str = ""
    most: int = 0
    optional: bool = False

    @property
    def is_number(self) -> bool:
        """True for a whole number from 1 on."""
        return self.most > 0


SETTINGS = (
    Setting(
        "id",
        "計画の符号",
        "計画を見分ける符号です。様式に入るので、一度決めたら変えません。",
        "keikaku-1",
    ),
    Setting("title", "計画の名前", "例：○○市第1次○○計画", "○○計画"),
    Setting("booklet", "確認表の題名", "確認表の上に印刷する題名です。", "○○計画 取組状況確認表"),
    Setting("city", "市区町村の名前", "例：○○市", "○○市"),
    Setting("office", "事務局の課", "取りまとめる課の名前です。", "○○課"),
    Setting("first_year", "計画の初年度", "例：R6", "R6"),
    Setting("last_year", "計画の最終年度", "例：R8", "R8"),
    Setting("words.goal", "一番上の段の呼び方", "例：基本目標", "基本目標"),
    Setting(
        "words.measure",
        "二番目の段の呼び方",
        "例：施策。二段の計画では空欄にします。",
        optional=True,
    ),
    Setting(
        "words.direction",
        "施策の上の段の呼び方",
        "四段の計画で、「上の施策」になる段の呼び方です。例：施策の方向。三段までの計画では空欄です。",
        optional=True,
    ),
    Setting("words.initiative", "一番下の段の呼び方", "例：重点取組", "重点取組"),
    Setting(
        "words.outline", "「事業概要」の見出し", "確認表の見出しです。例：事業概要", "事業概要"
    ),
    Setting("words.department", "「担当課」の見出し", "確認表の見出しです。例：担当課", "担当課"),
    Setting("words.effort", "「取組」の見出し", "確認表の見出しです。例：取組", "取組"),
    Setting("words.target", "「取組目標」の見出し", "確認表の見出しです。例：取組目標", "取組目標"),
    *(
        Setting(
            f"words.shown{number}",
            f"表示する列{number}",
            "様式と資料に示すだけの列の見出しです。中身は「取組」の表示の列に書きます。"
            "例：新規・充実、SDGs、関係課。使わないときは空欄です。",
            optional=True,
        )
        for number in DISPLAYED
    ),
    Setting("style.font", "書体", "例：BIZ UDゴシック", "BIZ UDゴシック"),
    Setting("style.paper", "用紙", "A3 か A4 です。", "A3"),
    Setting(
        "style.targets",
        "目標を示す年度",
        "すべて か 対象年度と最終年度 です。空欄なら、4年までの計画はすべてです。",
        optional=True,
    ),
    Setting(
        "style.first_page",
        "最初の頁の番号",
        "確認表の頁を1から数えないときに書きます。",
        "[style] に first_page = 1 のように、最初の頁の番号を書いてください。",
        most=_LAST_PAGE,
    ),
    Setting(
        "archive.retention_years",
        "保存年限（年）",
        "年度の一式を何年保存するかです。",
        "[archive] に retention_years = 5 のように、保存する年数を書いてください。",
        most=_LONGEST_KEPT,
    ),
)
SETTING: Mapping[str, Setting] = {setting.label: setting for setting in SETTINGS}
_BY_KEY = {setting.key: setting for setting in SETTINGS}


@dataclass(frozen=True)
class SourceMap:
    """Where chapters begin in source.txt, and which of them holds what."""

    chapters: Mapping[str, str]  # chapter → the whole line it begins with, in order
    goals: str
    tree: str
    listing: str
    tables: str


@dataclass
class PlanHead:
    """What plan.toml says: `plan` are the attributes of a Plan; and what is wrong in it."""

    values: Mapping[str, object]
    problems: list[Problem] = field(default_factory=list)
    plan: dict[str, Any] = field(default_factory=dict)
    source: SourceMap | None = None

    def say(self, key: str, wrong: str, todo: str) -> None:
        """Keep a problem."""
        self.problems.append(Problem(PLAN_FILE, 0, key, wrong, todo))

    def text(self, key: str) -> str:
        """A value that is text; '' if it is not."""
        found, setting = _at(self.values, key), _BY_KEY.get(key)
        optional = setting is not None and setting.optional
        if isinstance(found, str) and (obeyed := cells.obeyed(found)):
            self.say(key, *obeyed)
            return ""
        if isinstance(found, str) and (found.strip() or optional):
            try:
                return cells.label(found.strip())
            except CellProblem as problem:
                self.say(key, problem.wrong, problem.todo)
                return found.strip()
        if found is None and optional:
            return ""
        wrong = "項目がありません。" if found is None else "文字で書かれていません。"
        example = setting.example if setting else "基本目標"
        section, _, name = key.rpartition(".")
        place = f"[{section}] に " if section else ""
        self.say(key, wrong, f'{place}{name} = "{example}" のように書いてください。')
        return ""

    def read(self, key: str, parse: Callable[[str], _Value], nothing: _Value) -> _Value:
        """What a text means; `nothing` if there is none or it cannot be understood."""
        word = self.text(key)
        try:
            return parse(word) if word else nothing
        except CellProblem as problem:
            self.say(key, problem.wrong, problem.todo)
            return nothing

    def number(self, key: str) -> int | None:
        """A whole number from 1 on; None if the plan does not say."""
        found, setting = _at(self.values, key), _BY_KEY[key]
        if isinstance(found, int) and not isinstance(found, bool) and 1 <= found <= setting.most:
            return found
        if found is not None:
            self.say(key, f"1から{setting.most}までの整数ではありません。", setting.example)
        return None


def _at(values: object, key: str) -> object:
    for part in key.split("."):
        values = values.get(part) if isinstance(values, Mapping) else None
    return values


def read_head(words: str | None) -> tuple[PlanHead | None, list[Problem]]:
    """What plan.toml says; None where nothing of it can be used, or it is not there."""
    if words is None:
        return None, []
    try:
        head = PlanHead(toml_of(words))
    except FileBroken as broken:
        return None, [Problem(PLAN_FILE, broken.line, "", broken.wrong, broken.todo)]
    head.plan["id"] = head.read("id", cells.code, "")
    head.plan |= {key: head.text(key) for key in ("title", "booklet", "city", "office")}
    first, last = (head.read(each, cells.year, NO_YEAR) for each in ("first_year", "last_year"))
    words_of = [each.key for each in SETTINGS if each.key.startswith("words.")]
    head.plan |= {
        "first_year": first,
        "last_year": last,
        "words": Words(**{key.removeprefix("words."): head.text(key) for key in words_of}),
        "style": _style(head),
        "retention_years": head.number("archive.retention_years"),
    }
    head.source = _source(head)
    if NO_YEAR not in (first, last) and last < first:
        wrong = f"最終年度 {last} が初年度 {first} より前です。"
        head.say("last_year", wrong, "初年度以後の年度を書いてください。")
    return head, head.problems


def _style(head: PlanHead) -> PlanStyle:
    paper, targets = head.text("style.paper"), head.text("style.targets")
    if paper and paper not in _PAPERS:
        head.say("style.paper", f"用紙「{paper}」は使えません。", "A3 か A4 と書いてください。")
    if targets not in ("", EVERY_TARGET, ASKED_AND_LAST):
        wrong = f"「{targets}」という書き方はありません。"
        head.say("style.targets", wrong, f"{EVERY_TARGET} か {ASKED_AND_LAST} と書いてください。")
    first = head.number("style.first_page") or 1
    return PlanStyle(head.text("style.font"), paper, first, targets)


def _source(head: PlanHead) -> SourceMap | None:
    if _at(head.values, "source") is None:
        return None
    chapters = _at(head.values, "source.chapters")
    if not isinstance(chapters, Mapping) or not chapters:
        todo = '[source.chapters] に "章" = "その章が始まる行" を書いてください。'
        head.say("source.chapters", "項目がありません。", todo)
        return None
    roles = {role: head.text(f"source.{role}") for role in SOURCE_ROLES}
    for role, chapter in roles.items():
        if chapter and chapter not in chapters:
            todo = "[source.chapters] に書いた章の名前を書いてください。"
            head.say(f"source.{role}", f"「{chapter}」という章はありません。", todo)
    return SourceMap({str(name): str(line) for name, line in chapters.items()}, **roles)


def settings_of(text: str) -> dict[str, str]:
    """The values by label, '' where the file does not say. Raises FileBroken."""
    values = toml_of(text)
    found = {setting.label: _at(values, setting.key) for setting in SETTINGS}
    return {label: "" if value is None else str(value).strip() for label, value in found.items()}


def with_setting(text: str, setting: Setting, value: str) -> str:
    """The text of plan.toml with one value set; '' leaves a number out."""
    import tomlkit

    if settings_of(text)[setting.label] == value:
        return text
    try:
        document = tomlkit.parse(text)
    except RecursionError as deep:
        raise FileBroken(
            0, "括弧の中の括弧が深すぎます。", "plan.toml を見直してください。"
        ) from deep
    section, _, name = setting.key.rpartition(".")
    inside: Any = document
    if section:
        if not isinstance(document.get(section), dict):
            document[section] = tomlkit.table()
        inside = document[section]
    if setting.is_number and not value:
        inside.pop(name, None)
    else:
        inside[name] = int(value) if setting.is_number and value.isdecimal() else value
    return tomlkit.dumps(document)
