"""The script of `kakunin demo`: years archived, the masters revised, the next year begun.

Here the tool plays the departments, too.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from kakunin_xlsx.demo.sample import (
    Typed,
    fill_form,
    fill_masters,
    has_answered,
    has_sample,
    revisions,
    sample_answers,
)
from kakunin_xlsx.folders.files import write_file
from kakunin_xlsx.folders.refusals import in_words
from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.merge.join import layouts
from kakunin_xlsx.office.archive import archive_year
from kakunin_xlsx.office.build import Issued, issue_forms
from kakunin_xlsx.office.check import check_returns
from kakunin_xlsx.office.masters import differences
from kakunin_xlsx.office.masters_book import export_masters, import_masters
from kakunin_xlsx.office.merge import Collected, collect_returns
from kakunin_xlsx.office.pdf import find_office
from kakunin_xlsx.office.report import Wanted, publish
from kakunin_xlsx.office.verify import verify
from kakunin_xlsx.office.years import RoundAt, YearAt, issued_with
from kakunin_xlsx.plan import FiscalYear, Plan, load_plan
from kakunin_xlsx.record import FORM_ROW
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
_ANEW = ((FORM_ROW, "submitted_on"), (FORM_ROW, "approved"))  # given again with each submission
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
        return PlayedYear(self.masters, YearAt(self._plan, year, self.output), self.say)

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
        for round_ in (None, *played.later):
            played.build(round_ or played.round)  # without a word
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
            self._step(commands, f"{round_.round.name}。回答{merged.merged.answers.adopted}件")
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
        kept = archive_year(played.at, self.masters)
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
        told = [each.words for each in differences(newest, self.masters)]
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


@dataclass
class PlayedYear:
    """One year of a plan, whose masters and samples lie in `masters`; `say` gets each step."""

    masters: Path
    at: YearAt
    say: Say

    @property
    def year(self) -> FiscalYear:
        """The year itself."""
        return self.at.year

    @property
    def round(self) -> RoundAt:
        """The round that asks for the results."""
        return self.at.of(self.at.plan.main_round)

    @property
    def later(self) -> list[RoundAt]:
        """Later rounds that the sample answers."""
        rounds = map(self.at.of, self.at.plan.rounds)
        return [each for each in rounds if has_sample(self.masters, self.year, each.round.code)]

    def build(self, round_: RoundAt | None = None) -> tuple[Issued, ...]:
        """Issue the forms of a round."""
        issue = issue_forms(round_ or self.round)
        if round_ is None:
            for sentence in issue.told:
                self.say(f"　　{sentence}")
        return issue.forms

    @cached_property
    def layouts(self) -> tuple[Layout, ...]:
        """The forms of the first round as issued, in their order."""
        return self._layouts(self.round)

    def _layouts(self, at: RoundAt) -> tuple[Layout, ...]:
        return layouts(at.plan, at.year, at.round.code, issued_with(at))

    def everyone_returns(self, round_: RoundAt | None = None) -> None:
        """Whoever has a sample fills the form of a round and hands it in."""
        at = round_ or self.round
        for one in self._layouts(at):
            if round_ or has_answered(self.masters, one):
                (form,) = at.folder.issued.glob(f"【{one.respondent}】*.xlsx")
                self._return(at, form, one, sample_answers(self.masters, one))

    def first_returns(self, issued: Sequence[Issued]) -> None:
        """All departments but the last; the first one leaves a required cell empty."""
        for number, (form, one) in enumerate(zip(issued[:-1], self.layouts, strict=False)):
            typed = dict(sample_answers(self.masters, one))
            if number == 0:
                del typed[self._gap]
            self._return(self.round, form.path, one, typed)

    def request(self) -> Path:
        """The 修正依頼 of the first department."""
        checked = check_returns(self.round, annotate=True)
        requests = {each.respondent: each.path for each in checked.requests}
        first = requests.get(self.layouts[0].respondent)
        if first is None:
            raise Stop("見本の修正依頼が、予定どおりに作られませんでした。")
        return first

    def second_returns(self, issued: Sequence[Issued], request: Path) -> None:
        """The last department's form, and the first one's 修正依頼 with its gap filled."""
        last, first = self.layouts[-1], self.layouts[0]
        self._return(self.round, issued[-1].path, last, sample_answers(self.masters, last))
        typed = sample_answers(self.masters, first)
        mended = {at: text for at, text in typed.items() if at == self._gap or at in _ANEW}
        self._return(self.round, request, first, mended)

    @property
    def _gap(self) -> tuple[str, str]:
        """The required cell that the first department leaves empty."""
        one = self.layouts[0]
        return next(_required(one, sample_answers(self.masters, one)))

    def _return(self, at: RoundAt, form: Path, one: Layout, typed: Typed) -> None:
        write_file(at.folder.returned / form.name, fill_form(form.read_bytes(), one, typed))

    def merge(self, round_: RoundAt | None = None) -> Collected:
        """取りまとめ of a round."""
        return collect_returns(round_ or self.round, self.masters)

    def command(self, name: str, round_: RoundAt | None = None) -> str:
        """The command that does it, as people type it."""
        return f"kakunin {name} {(round_ or self.round).options}"

    def report(self, wanted: Wanted) -> Path:
        """The papers of the year: the one to open, or why there is no PDF."""
        made = publish(self.at, self.masters, wanted=wanted)
        if made.without_pdf:
            self.say(f"　　{made.without_pdf}")
        return made.pdf or made.path


def every_paper() -> tuple[Wanted, str]:
    """All papers that can be made here, and the options that ask for them."""
    with_pdf = find_office() is not None
    return Wanted(pdf=with_pdf, text=True), f" --text{' --pdf' if with_pdf else ''}"


def _required(one: Layout, typed: Typed) -> Iterator[tuple[str, str]]:
    cells = ((row.id, column.key) for row, column in one.required_cells)
    return (at for at in cells if at in typed)
