"""A new plan: a 台帳.xlsx to be filled, and its folder from the one that was filled."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeVar

from kakunin_xlsx.folders.files import half_made, write_file, write_files
from kakunin_xlsx.folders.refusals import in_words
from kakunin_xlsx.letters import FOLDER as LETTERS
from kakunin_xlsx.letters import default_templates
from kakunin_xlsx.masters_book.contents import masters_book
from kakunin_xlsx.masters_book.own_headings import Means
from kakunin_xlsx.masters_book.own_sheet import OwnSheet
from kakunin_xlsx.office.masters_book import (
    masters_of_book,
    new_masters,
    read_book,
    require_new_book,
    workbook_of,
)
from kakunin_xlsx.plan import FiscalYear, Plan, load_plan
from kakunin_xlsx.plan.cells import CellProblem, as_code, file_word
from kakunin_xlsx.plan.new_plan import NewPlan, example_texts
from kakunin_xlsx.plan.settings import PLAN_FILE
from kakunin_xlsx.plan.texts import MasterTexts
from kakunin_xlsx.stop import Stop, WrongUsage

_BETWEEN_NAMES = re.compile(r"[\n\t、，,]")
_Known = TypeVar("_Known")
Said = Mapping[str, str | Sequence[str]]  # by the option's name, `from_year`
_MOST_YEARS = 20  # each is a column of every form
_UNUSED = {"2": ("direction", "measure"), "3": ("direction",), "4": ()}  # by --levels
_FURTHER = 2  # years that a plan has besides its first, unless it says so


def plan_from_book(
    folder: Path, book: Path, said: Said, given: bool = False
) -> tuple[Plan, Sequence[str]]:
    """Make the masters of a new plan from a filled 台帳.xlsx; it, and what it did not take.

    From a list of a clerk's own, a workbook or CSV, the plan is begun as `said`; else nothing
    may be `given` there. Raises Stop and WrongUsage.
    """
    require_room(folder)
    read = read_book(book)
    read.join_lists()
    if read.own and not (read.tables or read.settings):
        texts = _begun_from(folder, read.own[0], said)
        read.tables = texts.rows
        tables, notices = new_masters(book, read, MasterTexts(texts.toml, {}))
    elif given:
        raise WrongUsage("--from には、ほかの指定を付けません。計画のことは台帳に書きます。")
    else:
        tables, notices = masters_of_book(book)
    letters = {f"{LETTERS}/{name}": data for name, data in default_templates().items()}
    write_files({folder / name: data for name, data in {**tables, **letters}.items()})
    return load_plan(folder), notices


def _begun_from(folder: Path, own: OwnSheet, said: Said) -> MasterTexts:
    """The masters that a clerk's own list is put into. Raises WrongUsage."""
    if lacking := [f"--{each}" for each in ("title", "city", "office") if not said.get(each)]:
        raise WrongUsage(
            f"一覧「{own.name}」から作るときは、{'、'.join(lacking)} も付けてください。"
            "例：--title ○○市○○計画 --city ○○市 --office ○○課"
        )
    years = {"from_year": own.years[0].code, "to_year": own.years[-1].code} if own.years else {}
    known = {**years, **{name: each for name, each in said.items() if each}}
    between = own.has(Means.DIRECTION) + own.has(Means.MEASURE)
    known |= {"levels": str(2 + between), "department": ()}
    return example_texts(_new_plan(as_code(folder.resolve().name) or "keikaku", known))


def lay_masters(shipped: Path, work: Path) -> Path:
    """Copy the plan that came with the tool to `work`/masters, whole or not at all.

    Raises Stop if something stands there already or nothing can be written.
    """
    there = work / "masters" / shipped.name
    if there.exists() and not (there.is_dir() and not any(there.iterdir())):
        todo = "--plan でそのフォルダーを指定してください。"
        if not (there / PLAN_FILE).is_file():
            todo = f"計画の台帳（{PLAN_FILE}）ではないので、別の名前に変えて、もう一度実行してください。"
        raise Stop(
            f"{shipped}\n付属の計画は、道具と一緒に入れ替わるため書き換えません。"
            f"ここには「{there}」があります。{todo}"
        )
    with in_words(there):
        beside = Path(mkdtemp(prefix=half_made(work), dir=work))
        try:
            for path in sorted(shipped.rglob("*")):
                name = path.relative_to(shipped)
                if path.is_file() and not any(part.startswith(".") for part in name.parts):
                    (beside / name).parent.mkdir(parents=True, exist_ok=True)
                    (beside / name).write_bytes(path.read_bytes())  # not its mode: read-only there
            beside.chmod(0o755)
            there.parent.mkdir(exist_ok=True)
            if there.exists():
                there.rmdir()  # it is empty
            beside.rename(there)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return there


def write_blank_book(folder: Path, path: Path, said: Said) -> None:
    """Write a 台帳.xlsx of the plan that is to be made under `folder`, to be filled first.

    In what is `said`, names are several texts. Raises Stop, and WrongUsage with all that cannot be
    used.
    """
    require_room(folder)
    require_new_book(path)
    plan = _new_plan(as_code(folder.resolve().name) or "keikaku", said)
    made = masters_book(example_texts(plan), None)
    years = range(plan.first_year.start, plan.last_year.start + 1)
    write_file(path, workbook_of(replace(made, years=[FiscalYear(at).code for at in years])))


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


@dataclass
class _Options:
    """What the options say, and what of it cannot be used."""

    said: Said
    wrong: list[str] = field(default_factory=list)

    def line(self, option: str) -> str:
        """One line of text; '' if nothing was said."""
        return self.read(option, _one_line)

    def text(self, option: str) -> str:
        """What was said, one name a line."""
        said = self.said.get(option) or ""
        return said if isinstance(said, str) else "\n".join(said)

    def read(self, option: str, understood: Callable[[str], _Known]) -> _Known:
        """What an option means; without it if that cannot be understood."""
        try:
            return understood(self.text(option).strip())
        except CellProblem as problem:
            self.wrong.append(f"・--{option.replace('_', '-')}：{problem}")
            return understood("")


def _new_plan(own: str, said: Said) -> NewPlan:
    options = _Options(said)
    first = options.read("from_year", lambda text: _year(text, FiscalYear.of(date.today())))
    words: list[str] = []
    unused = _UNUSED.get(options.line("levels"), _UNUSED["3"])
    for level in ("goal", "direction", "measure", "initiative"):
        word = options.line(f"{level}_word")
        if level in unused:
            word = ""
        elif word in words:
            todo = "別の呼び方を書いてください。"
            options.wrong.append(f"・--{level}-word：「{word}」は上の段の呼び方です。{todo}")
        words.append(word)
    goal, direction, measure, initiative = words
    plan = NewPlan(
        id=own,
        title=options.line("title"),
        city=options.line("city"),
        office=options.read("office", file_word),
        first_year=first,
        last_year=options.read("to_year", lambda text: _last_year(text, first)),
        departments=options.read("department", _names),
        contact=options.line("contact"),
        council=options.read("council", file_word),
        committees=options.read("committee", _names),
        goal=goal,
        direction=direction,
        measure=measure,
        initiative=initiative,
        department=options.line("department_word"),
        booklet=options.line("form_title"),
        ratings=options.line("rating"),
    )
    if options.wrong:
        raise WrongUsage("次の指定を直してください。\n" + "\n".join(options.wrong))
    return plan


def _one_line(text: str) -> str:
    if "\n" in text:
        raise CellProblem("行が分かれています。", "1行で書いてください。")
    return text


def _names(text: str) -> tuple[str, ...]:
    """Names on lines of their own, or pasted from cells side by side."""
    names = tuple(file_word(name.strip()) for name in _BETWEEN_NAMES.split(text) if name.strip())
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise CellProblem(f"「{twice}」が二度書かれています。", "一つにしてください。")
    return names


def _year(text: str, usual: FiscalYear) -> FiscalYear:
    try:
        return FiscalYear.parse(text) if text else usual
    except ValueError as unread:
        raise CellProblem(str(unread), "") from unread


def _last_year(text: str, first: FiscalYear) -> FiscalYear:
    last = _year(text, FiscalYear(first.start + _FURTHER))
    if last < first:
        raise CellProblem(f"初年度（{first.name}）より前です。", "初年度以後を書いてください。")
    if last.start - first.start >= _MOST_YEARS:
        raise CellProblem(
            f"{first.name}から{_MOST_YEARS}年より長い計画は作れません。",
            "年度を見直してください。",
        )
    return last
