"""What the menu offers: commands, and the questions that their command lines are made of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from kakunin_xlsx.cli.options import Desk
from kakunin_xlsx.office.status import at_work, latest_year, year_status
from kakunin_xlsx.plan import FiscalYear, Round

_YES = ("はい", "y", "yes")


@dataclass(frozen=True)
class Place:
    """Where the menu stands; None is what the commands would take themselves."""

    plan_folder: Path | None = None
    year_word: str | None = None
    round_word: str | None = None

    @cached_property
    def desk(self) -> Desk:
        """The plan and its output. Asking it may stop."""
        return Desk(self.plan_folder)

    @cached_property
    def year(self) -> FiscalYear:
        """The year that was chosen, else the newest one at work."""
        if self.year_word:
            return self.desk.year(self.year_word)
        return latest_year(self.desk.plan, self.desk.output, date.today())

    @cached_property
    def round(self) -> Round:
        """The round that was chosen, else the one that waits for something."""
        if self.round_word:
            return self.desk.round(self.round_word)
        return at_work(year_status(self.desk.plan, self.year, self.desk.output)).round

    def round_of(self, answer: str) -> str:
        """The code of a round that was named by its number or name; any other word as it is."""
        rounds = self.desk.plan.rounds
        codes = {name: each.code for each in rounds for name in (each.name, str(each.order))}
        return codes.get(unicodedata.normalize("NFKC", answer), answer)


@dataclass(frozen=True)
class Question:
    """One thing an operation needs to know. `words` is what the answer adds to the command line."""

    ask: Callable[[Place], str]
    default: Callable[[Place], str]
    words: Callable[[Place, str], list[str]]


@dataclass(frozen=True)
class Operation:
    """One line of the menu. `plan`: the command can be told which plan."""

    label: str
    command: tuple[str, ...]
    questions: tuple[Question, ...] = ()
    plan: bool = True


def text(ask: str, option: str, default: str = "") -> Question:
    """One word behind an option; an empty answer leaves it out."""
    return Question(
        lambda _: ask, lambda _: default, lambda _, said: [option, said] if said else []
    )


def yes(ask: str, option: str) -> Question:
    """An option that is added when the answer is はい."""
    return Question(
        lambda _: f"{ask}（はい／いいえ）",
        lambda _: "いいえ",
        lambda _, said: [option] if unicodedata.normalize("NFKC", said).lower() in _YES else [],
    )


def several(ask: str, option: str) -> Question:
    """Any number of names, each behind the option."""

    def words(_: Place, said: str) -> list[str]:
        return [word for name in re.split(r"[、,，\s]+", said) if name for word in (option, name)]

    return Question(lambda _: ask, lambda _: "", words)


def argument(ask: str, default: str) -> Question:
    """A word without an option; a file dragged into the window comes in quotes."""
    return Question(lambda _: ask, lambda _: default, lambda _, said: [said.strip("\"'")])


def as_typed(ask: str) -> Question:
    """Words of a command line, or files dragged into the window: those with blanks in quotes."""

    def words(_: Place, said: str) -> list[str]:
        found = re.findall(r'"([^"]+)"|\'([^\']+)\'|(\S+)', said)
        return [next(filter(None, each)) for each in found]

    return Question(lambda _: ask, lambda _: "", words)


def _ask_round(place: Place) -> str:
    rounds = place.desk.plan.rounds_in_order
    return f"照会（{'、'.join(f'{each.order} {each.name}' for each in rounds)}）"


def _round_words(place: Place, said: str) -> list[str]:
    code = place.round_of(said)
    return [] if code in ("", place.desk.plan.main_round.code) else ["--round", code]


_YEAR = Question(
    lambda _: "対象年度", lambda place: place.year.code, lambda _, said: ["--year", said]
)
_ROUND = Question(_ask_round, lambda place: str(place.round.order), _round_words)
_OF_ROUND = (_YEAR, _ROUND)
_BOOK = "台帳.xlsx"
_FILES = as_typed("ほかの場所にあるファイル（なければ空欄。ここにドラッグもできます）")

OPERATIONS: Sequence[Operation] = (
    Operation("台帳を確かめる", ("masters", "check")),
    Operation(
        "台帳をExcelに書き出す",
        ("masters", "export"),
        (argument("書き出すファイル", _BOOK),),
    ),
    Operation(
        "Excelの台帳を取り込む",
        ("masters", "import"),
        (
            argument("取り込むファイル", _BOOK),
            yes("変わるところを見るだけにしますか", "--dry-run"),
        ),
    ),
    Operation(
        "各課に配る確認表を作る",
        ("build",),
        (
            *_OF_ROUND,
            several("回答元（空欄なら全部）", "--only"),
            as_typed("付け足す指定（なければ空欄。例：--one-book、--allow-missing）"),
        ),
    ),
    Operation(
        "照会文、お知らせ、修正依頼の文面を作る",
        ("letters",),
        (*_OF_ROUND, text("文面の日付（空欄なら今日）", "--on")),
    ),
    Operation("いまの状況をくわしく見る", ("status",), _OF_ROUND),
    Operation(
        "届いたファイルを点検し、修正依頼を作る",
        ("check", "--annotate"),
        (*_OF_ROUND, _FILES),
    ),
    Operation(
        "取りまとめる",
        ("merge",),
        (*_OF_ROUND, _FILES, as_typed("付け足す指定（なければ空欄。例：--dry-run）")),
    ),
    Operation(
        "会議に出す確認表を作る",
        ("report",),
        (
            _YEAR,
            text("資料番号（空欄でもよい。例：資料1）", "--no"),
            text("会議の日（空欄でもよい。例：令和8年7月31日）", "--date"),
            text("誰に見せるか（庁内、会議、公表）", "--for", "庁内"),
            yes("PDFも作りますか", "--pdf"),
            yes("会議に出した版として残しますか", "--issue"),
        ),
    ),
    Operation(
        "年度の一式を保存する",
        ("archive",),
        (_YEAR, yes("済んでいない所が残っていても保存しますか", "--allow-open")),
    ),
    Operation(
        "保存したものを確かめる",
        ("verify",),
        (yes("作り直して1セルずつ比べますか（時間がかかります）", "--replay"),),
        plan=False,
    ),
    Operation(
        "新しい計画を作る",
        ("init",),
        (argument("計画を作るフォルダー", "masters/keikaku"),),
        plan=False,
    ),
    Operation("見本を動かす", ("demo",), (argument("見本を作るフォルダー", "demo"),), plan=False),
)


def command_line(operation: Operation, place: Place, ask: Callable[[str, str], str]) -> list[str]:
    """The words of a command line; `ask(question, default)` gives the answers."""
    words = list(operation.command)
    for each in operation.questions:
        words += each.words(place, ask(each.ask(place), each.default(place)))
    if operation.plan and place.plan_folder:
        words += ["--plan", str(place.plan_folder)]
    return words


def moved(place: Place, ask: Callable[[str, str], str], plans: Sequence[Path]) -> Place:
    """The place that was chosen instead: plan, year and round."""
    there = _other_plan(place, ask, plans)
    there = replace(there, year_word=ask("対象年度", there.year.code) or None)
    said = ask(_ask_round(there), str(there.round.order))
    there = replace(there, round_word=there.round_of(said) or None)
    _ = there.year, there.round  # what does not exist is said now
    return there


def _other_plan(place: Place, ask: Callable[[str, str], str], plans: Sequence[Path]) -> Place:
    listed = "、".join(f"{number} {each.name}" for number, each in enumerate(plans, start=1))
    now = str(place.plan_folder or place.desk.masters_folder)
    said = ask(f"計画のフォルダー{f'（{listed}）' if listed else ''}", now)
    if said in ("", now):
        return Place(place.plan_folder)
    numbers = {str(number): each for number, each in enumerate(plans, start=1)}
    return Place(numbers.get(unicodedata.normalize("NFKC", said), Path(said)))
