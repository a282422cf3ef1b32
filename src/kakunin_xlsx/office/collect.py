"""取りまとめ: read what was returned, merge it, and write the tables of 4_取りまとめ."""

from __future__ import annotations

import getpass
import hashlib
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from kakunin_xlsx.findings import Severity
from kakunin_xlsx.folders import OutputFolder, RoundFolder, write_file
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.merge import (
    DECISIONS,
    Decision,
    DecisionsBroken,
    Merged,
    append_decisions,
    layouts,
    merge,
    merged_files,
    read_decisions,
)
from kakunin_xlsx.merge import (
    prefer as preferring,
)
from kakunin_xlsx.merge.tables import sha256
from kakunin_xlsx.plan import FiscalYear, Plan, Round
from kakunin_xlsx.returns import Return, collect
from kakunin_xlsx.stop import Stop, WrongUsage


@dataclass(frozen=True)
class Collected:
    """A merge and where it was written; `written` is False on a trial run."""

    merged: Merged
    returns: Sequence[Return]
    folder: RoundFolder
    written: bool

    @property
    def severities(self) -> Mapping[Severity, int]:
        """How many findings of each severity."""
        return Counter(finding.severity for finding in self.merged.findings)

    @property
    def needs_work(self) -> bool:
        """True if the command's exit code is 1: something grave, or no form at all."""
        return not (self.merged.clean and self.has_forms)

    @property
    def has_forms(self) -> bool:
        """True if at least one returned file holds a form."""
        return any(each.sheets for each in self.returns)

    def summary(self) -> Iterator[str]:
        """What happened, in sentences."""
        answers = self.merged.answers
        yield (
            f"届いたファイル {sum(len(each.paths) for each in self.returns)}、"
            f"反映した回答 {sum(each.adopted for each in answers)}、"
            f"反映していない回答 {sum(not each.adopted for each in answers)}、"
            f"文章の修正提案 {len(self.merged.proposals)}"
        )
        counts = self.severities
        found = "、".join(f"{name} {counts[name]}" for name in Severity if counts[name])
        yield f"確認事項：{found or 'ありません'}"
        if self.merged.missing:
            yield f"未回収：{'、'.join(line.name for line in self.merged.missing)}"


def collect_returns(
    plan: Plan,
    masters: Path,
    year: FiscalYear,
    round_: Round,
    output: OutputFolder,
    extra: Sequence[Path] = (),
    prefer: Sequence[Path] = (),
    dry_run: bool = False,
) -> Collected:
    """Merge everything under 2_回収, after copying the files of `extra` there.

    `prefer` names files whose values win where they take part in a 相違; that is recorded in
    決定.csv. With `dry_run` nothing is written or copied. Raises Stop or WrongUsage.
    """
    folder = output.round(year, round_)
    files = list(_files(extra))
    asked = layouts(plan, year, round_.code)
    if not dry_run:
        output.claim(plan)
        _bring_in(files, folder.returned)
    returns = [*collect(folder.returned, asked)]
    if dry_run:
        returns += _on_trial(files, asked, {each.sha256 for each in returns})
    record = _Decisions(folder.merged / DECISIONS)
    merged = merge(plan, year, round_.code, returns, record.decisions)
    if prefer:
        record.prefer(merged, prefer)
        merged = merge(plan, year, round_.code, returns, record.decisions)
    if not dry_run:
        _write(masters, folder, merged, record)
    return Collected(merged, returns, folder, written=not dry_run)


def _on_trial(
    files: Sequence[Path], asked: Sequence[Layout], known: Container[str]
) -> list[Return]:
    """Files from elsewhere, read in a place of their own; those already there left out."""
    with TemporaryDirectory() as place:
        _bring_in(files, Path(place))
        return [each for each in collect(Path(place), asked) if each.sha256 not in known]


class _Decisions:
    """決定.csv of a round, and rows to be added to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data = path.read_bytes() if path.is_file() else b""

    @property
    def decisions(self) -> tuple[Decision, ...]:
        try:
            return read_decisions(self.data)
        except DecisionsBroken as broken:
            raise Stop(f"{self.path}\n{broken}") from broken

    def prefer(self, merged: Merged, files: Sequence[Path]) -> None:
        """Decide every 相違 in which one of `files` takes part for that file."""
        if absent := [str(path) for path in files if not path.is_file()]:
            raise WrongUsage(
                f"{'、'.join(absent)} が見つかりません。--prefer のファイルを確かめてください。"
            )
        now = datetime.now().isoformat(sep=" ", timespec="seconds")
        who = getpass.getuser()
        more = [
            decision
            for path in files
            for decision in preferring(
                merged.conflicts, sha256(path.read_bytes()), "--prefer による", who, now
            )
        ]
        if not more:
            raise WrongUsage("指定されたファイルに、決定が必要な「回答の相違」はありません。")
        self.data = append_decisions(self.data, more)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.is_file())
        elif path.is_file():
            yield path
        else:
            raise WrongUsage(
                f"{path} が見つかりません。ファイルかフォルダーの場所を確かめてください。"
            )


def _bring_in(files: Sequence[Path], returned: Path) -> None:
    """Copy files from elsewhere into 2_回収 under a free name; what is there stays."""
    for path in files:
        if returned.resolve() in path.resolve().parents:
            continue
        data = path.read_bytes()
        at, number = returned / path.name, 1
        while at.exists() and at.read_bytes() != data:
            at, number = returned / f"{path.stem}（{number}）{path.suffix}", number + 1
        if not at.exists():
            write_file(at, data)


def _write(masters: Path, folder: RoundFolder, merged: Merged, record: _Decisions) -> None:
    if record.data:
        write_file(record.path, record.data)
    for name, data in merged_files(merged, masters_hash(masters), record.data).items():
        write_file(folder.merged / name, data)


def masters_hash(masters: Path) -> str:
    """One digest over the master tables."""
    made = hashlib.sha256()
    for path in sorted(masters.glob("*.csv")) + sorted(masters.glob("*.toml")):
        made.update(f"{path.name}\n{sha256(path.read_bytes())}\n".encode())
    return made.hexdigest()
