"""状況: where a round stands, from the files alone, and the one thing to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from kakunin_xlsx.folders import OutputFolder, RoundFolder
from kakunin_xlsx.merge import FINDINGS, OPEN_STAGES, PROGRESS, Stale, load_merged_record
from kakunin_xlsx.plan import FiscalYear, Plan, Round
from kakunin_xlsx.record.table import read_rows


class Stage(StrEnum):
    """How far a round has come."""

    NOTHING = "配布前"
    ISSUED = "回収中（まだ1件も届いていません）"
    RETURNED = "取りまとめ待ち"
    CHANGED = "取りまとめ直し待ち（取りまとめの後に変わっています）"
    GAPS = "取りまとめ済み（未回収・要修正・相違があります）"
    MERGED = "取りまとめ済み"
    REPORTED = "確認表を作成済み"


@dataclass(frozen=True)
class RoundStatus:
    """Where one round on one year stands. `respondents` are rows of 回収状況.csv."""

    plan: Plan
    year: FiscalYear
    round: Round
    folder: RoundFolder
    stage: Stage
    issued: int
    returned: int
    respondents: tuple[Mapping[str, str], ...]
    severities: Mapping[str, int]

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
            case Stage.NOTHING:
                return f"各課に配る確認表を作ります：kakunin build {options}"
            case Stage.ISSUED:
                return (
                    f"「{self.folder.issued}」のファイルを各課に配り、戻ったファイルを"
                    f"「{self.folder.returned}」に入れて、取りまとめます：{merge}"
                )
            case Stage.RETURNED | Stage.CHANGED:
                return f"取りまとめます：{merge}"
            case Stage.GAPS:
                return (
                    f"修正依頼のExcelを作って各課に送り（kakunin check {options} --annotate）、"
                    f"届いたファイルを「{self.folder.returned}」に足し、もう一度取りまとめます：{merge}"
                    f"（いまの分だけで確認表を作るときは {report}）"
                )
            case Stage.MERGED:
                return f"会議に出す確認表を作ります：{report}"
        return (
            "この年度の確認表ができています。印刷して確かめ、会議に出してください。"
            f"一年の作業がすべて済んだら、保存します：kakunin archive --year {self.year}"
        )


def round_status(plan: Plan, year: FiscalYear, round_: Round, output: OutputFolder) -> RoundStatus:
    """Look at the folders of a round; nothing is opened but our own CSVs."""
    folder = output.round(year, round_)
    respondents = _table(folder.merged / PROGRESS)
    severities: dict[str, int] = {}
    for finding in _table(folder.merged / FINDINGS):
        severities[finding["重要度"]] = severities.get(finding["重要度"], 0) + 1
    returned = _files(folder.returned)
    return RoundStatus(
        plan=plan.at(year),
        year=year,
        round=round_,
        folder=folder,
        stage=_stage(folder, output.report(year), returned, respondents, severities),
        issued=_files(folder.issued, "*.xlsx"),
        returned=returned,
        respondents=respondents,
        severities=severities,
    )


def year_status(plan: Plan, year: FiscalYear, output: OutputFolder) -> tuple[RoundStatus, ...]:
    """Every round of a year, in order."""
    rounds = plan.rounds_in_order
    return tuple(round_status(plan, year, each, output) for each in rounds)


def at_work(rounds: Sequence[RoundStatus]) -> RoundStatus:
    """The round that waits for something; when all are merged, the one that is reported."""
    done = (Stage.MERGED, Stage.REPORTED)
    waiting = (each for each in rounds if each.stage not in done)
    first = rounds[0]
    return first if first.stage is Stage.MERGED else next(waiting, first)


def latest_year(plan: Plan, output: OutputFolder, today: date) -> FiscalYear:
    """The year at work: the newest one with a folder, else the one that ended last spring."""
    begun = [year for year in plan.years if (output.root / year.name).is_dir()]
    if begun:
        return begun[-1]
    last = FiscalYear(today.year - 1 - (today.month < 4))
    return min(max(last, plan.first_year), plan.last_year)


def _stage(
    folder: RoundFolder,
    report: Path,
    returned: int,
    respondents: tuple[Mapping[str, str], ...],
    severities: Mapping[str, int],
) -> Stage:
    if not respondents:
        if returned:
            return Stage.RETURNED
        return Stage.ISSUED if _files(folder.issued, "*.xlsx") else Stage.NOTHING
    try:
        load_merged_record(folder.merged, folder.returned)
    except Stale:
        return Stage.CHANGED
    if any(row["状態"] in OPEN_STAGES for row in respondents) or "読取不可" in severities:
        return Stage.GAPS
    merged = folder.merged / "回答一覧.csv"
    if report.is_file() and report.stat().st_mtime_ns >= merged.stat().st_mtime_ns:
        return Stage.REPORTED
    return Stage.MERGED


def _files(folder: Path, pattern: str = "**/*") -> int:
    """Files that people put there, without hidden and owner files."""
    names = (path.name for path in folder.glob(pattern) if path.is_file())
    return sum(not name.startswith((".", "~$")) for name in names)


def _table(path: Path) -> tuple[Mapping[str, str], ...]:
    return read_rows(path.read_bytes()) if path.is_file() else ()
