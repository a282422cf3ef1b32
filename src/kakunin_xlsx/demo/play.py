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
from kakunin_xlsx.office.masters import differences, export_masters, import_masters
from kakunin_xlsx.office.publish import Wanted
from kakunin_xlsx.office.verify import verify
from kakunin_xlsx.plan import FiscalYear, Plan, load_plan
from kakunin_xlsx.stop import Stop

_MARKER = "見本.txt"
_BOOK = "台帳.xlsx"
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
        self._in_full(self._played(self.year))
        if self.year < plan.last_year:
            self._revise()
            self._begin(self._played(self.year.next))
        self._verify()
        self.say(f"\nできました。{self.root} を開いてご覧ください。")

    def _step(self, words: str) -> None:
        self.steps += 1
        self.say(f"\n{self.steps}　{words}")

    def _in_short(self, played: PlayedYear) -> None:
        self._step(f"{played.year.caption}：一年分をまとめて動かす")
        for round_ in (played.round, *played.later):
            self.say(f"\n　{played.command('build', round_)} → {played.command('merge', round_)}")
            played.build(round_)
            played.everyone_returns(round_)
            _as_planned(not played.merge(round_).needs_work)
        played.report(Wanted())
        self._archive(played)

    def _in_full(self, played: PlayedYear) -> None:
        self.say(f"\n{played.year.caption}")
        self._step(f"配布する確認表を作る：{played.command('build')}")
        issued = played.build()
        self._step("各課が記入して返す（見本の回答を、配布したファイルに記入します）")
        played.first_returns(issued)
        self.say(f"\n　取りまとめ（1回目）：{played.command('merge')}")
        played.merge()
        self._step(f"直してほしい所を各課に返す：{played.command('check')} --annotate")
        request = played.request()
        self._step("足りない分が届く（修正依頼のファイルに記入して返します）")
        played.second_returns(issued, request)
        self.say(f"\n　取りまとめ（2回目）：{played.command('merge')}")
        _as_planned(not played.merge().needs_work)
        wanted, options = every_paper()
        self._step(f"会議に出す確認表を作る：{played.command('report')}{options}")
        played.report(wanted)
        for round_ in played.later:
            self._step(f"{round_.name}：{played.command('build', round_)}")
            played.build(round_)
            played.everyone_returns(round_)
            self.say(f"\n　取りまとめ：{played.command('merge', round_)}")
            _as_planned(not played.merge(round_).needs_work)
        if played.later:
            self._step(f"一年の結果を確認表にまとめる：{played.command('report')}{options}")
            played.report(wanted)
        self._archive(played)

    def _archive(self, played: PlayedYear) -> None:
        self._step(f"一年分を保存する：kakunin archive --year {played.year}")
        kept = archive_year(self._plan, self.masters, played.year, self.output)
        self.say(f"　{kept.path}（{kept.files}ファイル）")
        self.say(f"　決裁文書に控える値：{kept.entry.link}")

    def _revise(self) -> None:
        changes = revisions(self.masters)
        if not changes:
            return
        path = self.masters.parent / _BOOK
        self._step(f"次の年度のために台帳をExcelに書き出す：kakunin masters export {path}")
        export_masters(self.masters, path, self.output)
        write_file(path, fill_masters(path.read_bytes(), changes))
        self._step(f"書き込んだ台帳を取り込む：kakunin masters import {path}")
        import_masters(self.masters, path, output=self.output)
        newest = self.output.archive / f"{self.year.name}.zip"
        self.say(f"\n　違いを見る：kakunin masters diff {newest} {self.masters}")
        for told in differences(newest, self.masters).told:
            self.say(f"　・{told.words}")

    def _begin(self, played: PlayedYear) -> None:
        self.say(f"\n{played.year.caption}")
        self._step(f"前の年度の回答が入った確認表を作る：{played.command('build')}")
        played.build()
        self._step(f"届いた分だけ取りまとめる：{played.command('merge')}")
        played.everyone_returns()
        played.merge()

    def _verify(self) -> None:
        self._step("保存したものが変わっていないかを、作り直して確かめる：kakunin verify --replay")
        found = verify(self.output, again=True)
        for replayed in found.replays:
            self.say(f"　{replayed.archive.name}：{len(replayed.compared)}ファイルを作り直して同じ")
        _as_planned(found.clean)


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
