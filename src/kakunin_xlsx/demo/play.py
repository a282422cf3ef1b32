"""The script of `kakunin demo`: years archived, the masters revised, the next year begun."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kakunin_xlsx.demo.fill import fill_masters
from kakunin_xlsx.demo.sample import revisions
from kakunin_xlsx.demo.year import PlayedYear, every_paper
from kakunin_xlsx.folders import OutputFolder, in_words, write_file
from kakunin_xlsx.office.archive import archive_year
from kakunin_xlsx.office.masters import differences
from kakunin_xlsx.office.masters_book import export_masters, import_masters
from kakunin_xlsx.office.publish import Wanted
from kakunin_xlsx.office.verify import verify
from kakunin_xlsx.plan import FiscalYear, Plan, load_plan
from kakunin_xlsx.stop import Stop

_MARKER = "見本.txt"
_BOOK = "台帳.xlsx"
_TOLD = 3  # differences that fit on a screen
_OURS = ("masters", "output")
_WORDS = (
    "このフォルダーは kakunin demo が作った見本です。回答はすべて【見本】で、実際の実績ではありません。\n"
    "台帳（masters）も見本のために書き換えています。\n"
    "もう一度 kakunin demo を実行すると作り直します。\n"
)
Say = Callable[[str], None]


@dataclass
class Demo:
    """The plan of `shipped` masters played in `root`; `say` gets each step in words.

    `year` is shown step by step; years before it in short, the one after it is begun.
    """

    shipped: Path
    year: FiscalYear
    root: Path
    say: Say
    steps: int = field(default=0, init=False)

    @property
    def masters(self) -> Path:
        """The demo's own masters, which it revises."""
        return self.root / "masters" / self.shipped.name

    @property
    def output(self) -> OutputFolder:
        """The output folder of the demo."""
        return OutputFolder(self.root / "output")

    def _played(self, year: FiscalYear) -> PlayedYear:
        return PlayedYear(self.masters, self._plan, year, self.output, self.say)

    @property
    def _plan(self) -> Plan:
        return load_plan(self.masters)

    def play(self) -> None:
        """Every year before in short, one step by step, the next one begun. Raises Stop."""
        clear(self.root)
        shutil.copytree(self.shipped, self.masters)
        plan = self._plan
        self.say(f"{plan.title}（見本）")
        for year in plan.years:
            if year < self.year:
                self._in_short(self._played(year))
        played = self._played(self.year)
        first = self._in_full(played)
        if self.year < plan.last_year:
            self._revise()
            self._begin(self._played(self.year.next))
        self._verify()
        self.say("\nできました。まず、この3つを開いてください。")
        for what, path in first:
            self.say(f"　{what}：{path}")

    def _step(self, words: str, told: str = "") -> None:
        self.steps += 1
        self.say(f"{self.steps:2}　{words}{f'：{told}' if told else ''}")

    def _in_short(self, played: PlayedYear) -> None:
        for round_ in (played.round, *played.later):
            played.build(round_)
            played.everyone_returns(round_)
            _as_planned(not played.merge(round_).needs_work)
        played.report(Wanted())
        kept = self._archived(played)
        self._step(f"{played.year.name}の一年分を、配布から保存まで動かしました", kept)

    def _in_full(self, played: PlayedYear) -> list[tuple[str, Path]]:
        """A year step by step; the files that show it best."""
        issued = played.build()
        self._step(played.command("build"), f"{len(issued)}つの課の様式を作りました")
        played.first_returns(issued)
        merged = played.merge()
        self._step(
            played.command("merge"), f"1つの課が未提出、回答{merged.merged.answers.adopted}件"
        )
        request = played.request()
        self._step(f"{played.command('check')} --annotate", "空欄のある課への修正依頼を作りました")
        played.second_returns(issued, request)
        merged = played.merge()
        _as_planned(not merged.needs_work)
        self._step(played.command("merge"), f"そろいました。回答{merged.merged.answers.adopted}件")
        played.report(Wanted())
        self._step(played.command("report"), "会議に配る資料を作りました")
        for round_ in played.later:
            played.build(round_)
            played.everyone_returns(round_)
            merged = played.merge(round_)
            _as_planned(not merged.needs_work)
            commands = f"{played.command('build', round_)} → merge"
            self._step(commands, f"{round_.name}。回答{merged.merged.answers.adopted}件")
        wanted, options = every_paper()
        paper = played.report(wanted)
        self._step(f"{played.command('report')}{options}", "一年の結果を載せました")
        self._step(f"kakunin archive --year {played.year}", self._archived(played))
        return [
            ("課に配る様式", issued[0].path),
            ("課に返す修正依頼", request),
            ("会議に配る資料", paper),
        ]

    def _archived(self, played: PlayedYear) -> str:
        kept = archive_year(self._plan, self.masters, played.year, self.output)
        return f"{kept.path.name}（{kept.files}ファイル）"

    def _revise(self) -> None:
        changes = revisions(self.masters)
        if not changes:
            return
        path = self.masters.parent / _BOOK
        export_masters(self.masters, path, self.output)
        write_file(path, fill_masters(path.read_bytes(), changes))
        import_masters(self.masters, path, output=self.output)
        commands = f"kakunin masters export {_BOOK} → import {_BOOK}"
        self._step(commands, "次の年度のために台帳を改めました")
        newest = self.output.archive / f"{self.year.name}.zip"
        told = [each.words for each in differences(newest, self.masters).told]
        for words in told[:_TOLD]:
            self.say(f"　　・{words}")
        if len(told) > _TOLD:
            self.say(f"　　ほか{len(told) - _TOLD}か所（kakunin masters diff で見られます）")

    def _begin(self, played: PlayedYear) -> None:
        played.build()
        self._step(played.command("build"), "前の年度の回答が入った様式を作りました")
        played.everyone_returns()
        self._step(
            played.command("merge"), f"届いた分だけ。回答{played.merge().merged.answers.adopted}件"
        )

    def _verify(self) -> None:
        found = verify(self.output)
        _as_planned(found.clean)
        self._step("kakunin verify", "保存したものは、どれも変わっていません")


def _as_planned(done: bool) -> None:
    if not done:
        raise Stop("見本が、予定どおりに終わりませんでした。")


def clear(root: Path) -> None:
    """Make room for a demo: all of the old one, or, raising Stop, nothing of it, is removed."""
    if root.exists() and any(root.iterdir()) and not (root / _MARKER).is_file():
        raise Stop(
            f"{root} は空ではありません。見本を作るフォルダーの名前を変えてください"
            "（例：kakunin demo 見本）。"
        )
    old = [root / name for name in _OURS if (root / name).exists()]
    for folder in old:
        for path in (folder, *folder.rglob("*")):
            with in_words(path):
                path.rename(path)  # Windows refuses it while a program has it open or works there
                if not os.access(path, os.W_OK):
                    raise PermissionError(errno.EACCES, "read-only")
    for folder in old:
        with in_words(folder):
            shutil.rmtree(folder)
    write_file(root / _MARKER, _WORDS.encode())
