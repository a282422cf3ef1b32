"""状況: where a round stands, from the files alone, and the one thing to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from kakunin_xlsx.findings.catalogue import is_left_to_the_office
from kakunin_xlsx.folders.tree import OutputFolder, RoundFolder, form_name
from kakunin_xlsx.merge import (
    ANSWERS,
    FINDINGS,
    OPEN_STAGES,
    PROGRESS,
    Stage,
    Stale,
    read_table,
)
from kakunin_xlsx.merge.tables import CONFLICTS
from kakunin_xlsx.office.years import RoundAt, YearAt
from kakunin_xlsx.plan import FiscalYear, Plan, Respondent
from kakunin_xlsx.returns.folder import received

_MOST_OPENED = 500  # files; where more came, a look at the state does not wait for them


class RoundState(StrEnum):
    """How far a round has come."""

    NOTHING = "配布前"
    ISSUED = "回収中（まだ1件も届いていません）"
    RETURNED = "取りまとめ待ち"
    CHANGED = "取りまとめ直し待ち（取りまとめの後に変わっています）"
    GAPS = "取りまとめ済み（未回収・要修正・相違があります）"
    MERGED = "取りまとめ済み"
    REPORTED = "{paper}を作成済み"


PAPER = "資料"  # the last step; people read the plan's own name of it


@dataclass(frozen=True, slots=True)
class Step:
    """The files of one step of a round: how many, and the day of the newest one."""

    count: int = 0
    day: date | None = None


@dataclass(frozen=True)
class RoundStatus(RoundAt):
    """Where one round on one year stands. `respondents` are rows of 回収状況.csv.

    `steps` are 配布, 回収, 修正依頼, 取りまとめ and the paper that holds the newest 取りまとめ.
    `arrived` are the files by respondent's code, where they were looked into before a merge;
    `unmarked` those that told nobody's code. `for_office`: no department has anything to mend.
    """

    stage: RoundState
    steps: Mapping[str, Step]
    respondents: tuple[Mapping[str, str], ...]
    severities: Mapping[str, int]
    for_office: bool = False
    arrived: Mapping[str, tuple[str, ...]] | None = None
    unmarked: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[Respondent, ...]:
        """Whose forms were built; before that, and of one book, whoever the round asks."""
        all_ = self.plan.respondents_of(self.round)
        names = {path.name for path in _files(self.folder.issued)}
        called = (form_name(self.plan, who.name, self.year, self.round) for who in all_)
        own = [who for who, name in zip(all_, called, strict=True) if name in names]
        return tuple(own) if own else tuple(all_)

    @property
    def stage_words(self) -> str:
        """How far it has come, in the plan's words."""
        return self.stage.format(paper=self.plan.table_name)

    @property
    def step_words(self) -> Mapping[str, Step]:
        """The steps under the plan's name of its paper."""
        return {self.plan.table_name if n == PAPER else n: step for n, step in self.steps.items()}

    @property
    def issued(self) -> int:
        """How many forms were built."""
        return self.steps["配布"].count

    @property
    def returned(self) -> int:
        """How many files came back."""
        return self.steps["回収"].count

    @property
    def missing(self) -> tuple[str, ...]:
        """Who has not handed in, as far as it is known."""
        if self.respondents:
            silent = (row for row in self.respondents if row["状態"] == Stage.MISSING)
            return tuple(row["回答元"] for row in silent)
        if self.arrived is None and self.stage is not RoundState.ISSUED:
            return ()
        there = self.arrived or {}
        return tuple(who.name for who in self.asked if who.code not in there)

    def days_late(self, today: date) -> int:
        """Days since 提出期限; 0 before it and where there is none."""
        return max(0, (today - self.due).days) if self.due else 0

    @property
    def due(self) -> date | None:
        """提出期限."""
        return self.round.due_date(self.year)

    @property
    def next_step(self) -> str:
        """The one thing to do now, in words."""
        steps = NextSteps.of(self)
        match self.stage:
            case RoundState.NOTHING:
                return steps.build
            case RoundState.ISSUED:
                return steps.hand_out(str(self.folder.issued), str(self.folder.returned))
            case RoundState.RETURNED | RoundState.CHANGED:
                return steps.merge
            case RoundState.GAPS:
                stages = {row["状態"] for row in self.respondents}
                merged, requests = self.folder.merged / ANSWERS, _files(self.folder.corrections)
                newer = any(_age(path) > _age(merged) for path in requests)
                return steps.mend(
                    Stage.DISPUTED in stages, Stage.FIX in stages, newer, self.for_office
                )
            case RoundState.MERGED:
                return steps.report
        return (
            f"この年度の{self.plan.table_name}ができています。印刷して確かめ、会議に出してください。"
            f"一年の作業がすべて済んだら、保存します：kakunin archive --year {self.year}"
        )


def round_status(at: RoundAt) -> RoundStatus:
    """Look at the folders of a round; nothing is opened but our own CSVs."""
    respondents = _table(at.folder, PROGRESS)
    findings = _table(at.folder, FINDINGS)
    severities = Counter(finding["重要度"] for finding in findings)
    steps = _steps(at.folder, at.papers.report())
    return RoundStatus(
        plan=at.plan.at(at.year),
        year=at.year,
        output=at.output,
        round=at.round,
        stage=_stage(at, steps, respondents, severities),
        steps=steps,
        respondents=respondents,
        severities=severities,
        for_office=is_left_to_the_office(each["コード"] for each in findings),
    )


def looked_into(status: RoundStatus) -> RoundStatus:
    """With who has handed in, by the marks of their files, as long as no merge has told that."""
    from kakunin_xlsx.returns.collect import handed_in

    entries = received(status.folder.returned)
    if not entries or len(entries) > _MOST_OPENED:
        return status
    if status.respondents:
        entries = tuple(each for each in entries if each.path.suffix.lower() == ".zip")
    if not entries:
        return status
    found = handed_in(entries)
    step = status.steps["回収"]
    count = step.count - sum(len(each.paths) for each in entries) + found.count
    steps = {**status.steps, "回収": replace(step, count=count)}
    if status.respondents:
        return replace(status, steps=steps)
    this = (status.plan.id, status.year.code, status.round.code)
    own = {who: files for who, files in found.by.items() if (who.plan, who.year, who.round) == this}
    arrived = {who.respondent: files for who, files in own.items()}
    known = {file for files in arrived.values() for file in files}
    other = {file for files in found.by.values() for file in files} - known
    unmarked = tuple(sorted({*found.unmarked, *other}))
    return replace(status, steps=steps, arrived=arrived, unmarked=unmarked)


def year_status(at: YearAt) -> tuple[RoundStatus, ...]:
    """Every round of a year, in order."""
    return tuple(map(round_status, at.rounds))


def at_work(rounds: Sequence[RoundStatus]) -> RoundStatus:
    """The round that waits for something; when all are merged, the one that is reported."""
    done = (RoundState.MERGED, RoundState.REPORTED)
    waiting = (each for each in rounds if each.stage not in done)
    first = rounds[0]
    return first if first.stage is RoundState.MERGED else next(waiting, first)


def latest_year(plan: Plan, output: OutputFolder, today: date) -> FiscalYear:
    """The year at work: the newest one with a folder, else the one that ended last spring."""
    begun = [year for year in plan.years if (output.root / year.name).is_dir()]
    if begun:
        return begun[-1]
    return min(max(FiscalYear.of(today).previous, plan.first_year), plan.last_year)


def _steps(folder: RoundFolder, report: Path) -> Mapping[str, Step]:
    merged = folder.merged / ANSWERS
    newer = report.is_file() and merged.is_file() and _age(report) >= _age(merged)
    return {
        "配布": _step(_files(folder.issued)),
        "回収": _received(folder.returned),
        "修正依頼": _step(_files(folder.corrections)),
        "取りまとめ": _step([merged] if merged.is_file() else []),
        PAPER: _step([report] if newer else []),
    }


def _step(files: Sequence[Path], count: int | None = None) -> Step:
    days = (datetime.fromtimestamp(_age(path) / 1e9).date() for path in files)
    return Step(len(files) if count is None else count, max(days, default=None))


def _received(folder: Path) -> Step:
    """What a merge would read."""
    entries = received(folder)
    return _step([each.path for each in entries], sum(len(each.paths) for each in entries))


def _age(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0  # it has gone since


def _files(folder: Path) -> list[Path]:
    """Workbooks that people put there, without hidden and owner files."""
    paths = (path for path in folder.glob("*.xlsx") if path.is_file())
    return [path for path in paths if not path.name.startswith((".", "~$"))]


def _stage(
    at: RoundAt,
    steps: Mapping[str, Step],
    respondents: Sequence[Mapping[str, str]],
    severities: Mapping[str, int],
) -> RoundState:
    if not respondents:
        if steps["回収"].count:
            return RoundState.RETURNED
        return RoundState.ISSUED if steps["配布"].count else RoundState.NOTHING
    try:
        at.answers()
    except Stale:
        return RoundState.CHANGED
    if any(row["状態"] in OPEN_STAGES for row in respondents) or "読取不可" in severities:
        return RoundState.GAPS
    return RoundState.REPORTED if steps[PAPER].count else RoundState.MERGED


def _table(folder: RoundFolder, name: str) -> tuple[Mapping[str, str], ...]:
    return read_table(folder.merged, name) if (folder.merged / name).exists() else ()


@dataclass(frozen=True)
class NextSteps:
    """The sentences for a round on a year (`options`: `--year R7 --round naibu`); each names a command.

    `whom` fills in the forms: 各課, or a council's secretary.
    """

    options: str
    whom: str = "各課"

    @classmethod
    def of(cls, at: RoundAt) -> NextSteps:
        """Those of one round."""
        return cls(at.options, cls.whom if at.round.of_departments else "会議の書記")

    @property
    def build(self) -> str:
        """Nothing was built yet."""
        return f"{self.whom}に配る様式を作ります：kakunin build {self.options}"

    def hand_out(self, issued: str, returned: str) -> str:
        """Forms lie in the folder `issued`; they come back to `returned`."""
        back = f"「{returned}」に入れて、{self.merge}"
        return f"「{issued}」のファイルを{self.whom}に配り、戻ったファイルを{back}"

    @property
    def merge(self) -> str:
        """Files lie there that no merge has read."""
        return f"取りまとめます：kakunin merge {self.options}"

    @property
    def report(self) -> str:
        """Nothing is open."""
        return f"会議に出す資料を作ります：{self._report}"

    def mend(
        self, conflicts: bool, to_correct: bool, requested: bool = False, for_office: bool = False
    ) -> str:
        """Something is open: answers that differ, forms to correct, else files that are missing.

        `requested`: the 修正依頼 are made already. `for_office`: only its own tables are to be mended.
        """
        again = f"もう一度{self.merge}"
        as_it_is = f"いまの分だけの資料は {self._report} で作れます"
        if conflicts:
            return f"4_取りまとめの「{CONFLICTS}」で採る回答を選び、{again}"
        if for_office:
            what = f"4_取りまとめの「{FINDINGS}」に出ている、事務局の表の直す所を済ませて、"
            return f"{what}{again}（{as_it_is}）"
        if to_correct and requested:
            sent = f"修正依頼のファイルを{self.whom}に送り、戻ったものを「2_回収」に足して、"
            return f"{sent}{again}（{as_it_is}）"
        if to_correct:
            made = f"修正依頼を作って{self.whom}に送ります：kakunin check {self.options} --annotate"
            return f"{made}（{as_it_is}）"
        more = f"提出のお願いの文面は kakunin letters {self.options}、"
        more += f"修正依頼は kakunin check {self.options} --annotate、"
        return f"足りないファイルを「2_回収」に入れて、{again}（{more}{as_it_is}）"

    @property
    def _report(self) -> str:
        return f"kakunin report {self.options.partition(' --round')[0]}"
