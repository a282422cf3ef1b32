"""状況: where a round stands, from the files alone, and the one thing to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from kakunin_xlsx.folders import OutputFolder, RoundFolder
from kakunin_xlsx.merge import (
    ANSWERS,
    FINDINGS,
    OPEN_STAGES,
    PROGRESS,
    Stage,
    Stale,
    load_merged_record,
    read_table,
)
from kakunin_xlsx.plan import FiscalYear, Plan, Round


class RoundState(StrEnum):
    """How far a round has come."""

    NOTHING = "配布前"
    ISSUED = "回収中（まだ1件も届いていません）"
    RETURNED = "取りまとめ待ち"
    CHANGED = "取りまとめ直し待ち（取りまとめの後に変わっています）"
    GAPS = "取りまとめ済み（未回収・要修正・相違があります）"
    MERGED = "取りまとめ済み"
    REPORTED = "確認表を作成済み"


@dataclass(frozen=True, slots=True)
class Step:
    """The files of one step of a round: how many, and the day of the newest one."""

    count: int = 0
    day: date | None = None


@dataclass(frozen=True)
class RoundStatus:
    """Where one round on one year stands. `respondents` are rows of 回収状況.csv.

    `steps` are 配布, 回収, 修正依頼, 取りまとめ and the 確認表 that holds the newest 取りまとめ.
    """

    plan: Plan
    year: FiscalYear
    round: Round
    folder: RoundFolder
    stage: RoundState
    steps: Mapping[str, Step]
    respondents: tuple[Mapping[str, str], ...]
    severities: Mapping[str, int]

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
        """Who has not handed in, as far as it is known without opening what came back."""
        if self.respondents:
            silent = (row for row in self.respondents if row["状態"] == Stage.MISSING)
            return tuple(row["回答元"] for row in silent)
        waiting = self.stage is RoundState.ISSUED
        return tuple(who.name for who in self.plan.respondents_of(self.round)) if waiting else ()

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
        options = self.plan.words_for(self.year, self.round)
        merge, report = f"kakunin merge {options}", f"kakunin report --year {self.year}"
        match self.stage:
            case RoundState.NOTHING:
                whom = "各課に配る" if self.round.of_departments else "会議の書記が記入する"
                return f"{whom}確認表を作ります：kakunin build {options}"
            case RoundState.ISSUED:
                return (
                    f"「{self.folder.issued}」のファイルを各課に配り、戻ったファイルを"
                    f"「{self.folder.returned}」に入れて、取りまとめます：{merge}"
                )
            case RoundState.RETURNED | RoundState.CHANGED:
                return f"取りまとめます：{merge}"
            case RoundState.GAPS:
                return (
                    f"修正依頼のExcelを作って各課に送り（kakunin check {options} --annotate）、"
                    f"届いたファイルを「{self.folder.returned}」に足し、もう一度取りまとめます：{merge}"
                    f"（いまの分だけで確認表を作るときは {report}）"
                )
            case RoundState.MERGED:
                return f"会議に出す確認表を作ります：{report}"
        return (
            "この年度の確認表ができています。印刷して確かめ、会議に出してください。"
            f"一年の作業がすべて済んだら、保存します：kakunin archive --year {self.year}"
        )


def round_status(plan: Plan, year: FiscalYear, round_: Round, output: OutputFolder) -> RoundStatus:
    """Look at the folders of a round; nothing is opened but our own CSVs."""
    folder = output.round(year, round_)
    respondents = _table(folder, PROGRESS)
    severities: dict[str, int] = {}
    for finding in _table(folder, FINDINGS):
        severities[finding["重要度"]] = severities.get(finding["重要度"], 0) + 1
    steps = _steps(folder, output.report(year))
    return RoundStatus(
        plan=plan.at(year),
        year=year,
        round=round_,
        folder=folder,
        stage=_stage(folder, steps, respondents, severities),
        steps=steps,
        respondents=respondents,
        severities=severities,
    )


def year_status(plan: Plan, year: FiscalYear, output: OutputFolder) -> tuple[RoundStatus, ...]:
    """Every round of a year, in order."""
    rounds = plan.rounds_in_order
    return tuple(round_status(plan, year, each, output) for each in rounds)


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
        "配布": _step(_files(folder.issued, "*.xlsx")),
        "回収": _step(_files(folder.returned, "**/*")),
        "修正依頼": _step(_files(folder.corrections, "*.xlsx")),
        "取りまとめ": _step([merged] if merged.is_file() else []),
        "確認表": _step([report] if newer else []),
    }


def _step(files: Sequence[Path]) -> Step:
    if not files:
        return Step()
    return Step(len(files), datetime.fromtimestamp(max(map(_age, files)) / 1e9).date())


def _age(path: Path) -> int:
    return path.stat().st_mtime_ns


def _files(folder: Path, pattern: str) -> list[Path]:
    """Files that people put there, without hidden and owner files."""
    paths = (path for path in folder.glob(pattern) if path.is_file())
    return [path for path in paths if not path.name.startswith((".", "~$"))]


def _stage(
    folder: RoundFolder,
    steps: Mapping[str, Step],
    respondents: tuple[Mapping[str, str], ...],
    severities: Mapping[str, int],
) -> RoundState:
    if not respondents:
        if steps["回収"].count:
            return RoundState.RETURNED
        return RoundState.ISSUED if steps["配布"].count else RoundState.NOTHING
    try:
        load_merged_record(folder.merged, folder.returned)
    except Stale:
        return RoundState.CHANGED
    if any(row["状態"] in OPEN_STAGES for row in respondents) or "読取不可" in severities:
        return RoundState.GAPS
    return RoundState.REPORTED if steps["確認表"].count else RoundState.MERGED


def _table(folder: RoundFolder, name: str) -> tuple[Mapping[str, str], ...]:
    return read_table(folder.merged, name) if (folder.merged / name).exists() else ()
