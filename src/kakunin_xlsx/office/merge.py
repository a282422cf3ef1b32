"""取りまとめ: read what was returned, merge it, and write the tables of 4_取りまとめ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kakunin_xlsx.codec import Unread, from_json
from kakunin_xlsx.findings import Severity, brief
from kakunin_xlsx.findings.catalogue import BESIDE_DECISIONS, is_left_to_the_office
from kakunin_xlsx.folders.files import free, lay, together, write_file
from kakunin_xlsx.folders.lock import now, user
from kakunin_xlsx.folders.tree import RoundFolder
from kakunin_xlsx.merge.decisions import DECISIONS, HEADER, Decision
from kakunin_xlsx.merge.decisions import prefer as preferring
from kakunin_xlsx.merge.model import Merged, Progress, Stage
from kakunin_xlsx.merge.tables import (
    CONFLICTS,
    CORRECTIONS,
    MANIFEST,
    Manifest,
    merged_files,
    sha256,
)
from kakunin_xlsx.office.reading import OURS, RoundReading, read_round
from kakunin_xlsx.office.years import FROZEN, RoundAt, masters_hash
from kakunin_xlsx.record import Reason, to_csv
from kakunin_xlsx.returns.collect import Tell
from kakunin_xlsx.returns.folder import Received, inputs, received
from kakunin_xlsx.returns.model import Return
from kakunin_xlsx.returns.processes import Pool
from kakunin_xlsx.stop import Stop, WrongUsage
from kakunin_xlsx.textfiles import FileBroken, bytes_of

_MOST_CORRECTIONS = 20_000  # answer cells
_MOST_DECISIONS, _MOST_LETTERS = 10, 40  # on the screen
_SUPERSEDED = {
    Reason.REPLACED: "新しい提出に差し替えられた回答",
    Reason.DUPLICATE: "同じ内容の回答",
}


@dataclass(frozen=True)
class Collected:
    """A merge and where it was written; `written` is False on a trial run.

    Of more than `most_corrections` answer cells 事務局修正.xlsx is not made. `taken` are the
    decisions that this run added to 決定.csv.
    """

    merged: Merged
    returns: Sequence[Return]
    folder: RoundFolder
    written: bool
    most_corrections: int
    taken: tuple[Decision, ...] = ()

    @property
    def worst_first(self) -> tuple[Progress, ...]:
        """The lines of 回収状況, those with something to do before the others."""
        stages = list(Stage)
        return tuple(sorted(self.merged.progress, key=lambda line: stages.index(line.stage)))

    @property
    def needs_work(self) -> bool:
        """True if the command's exit code is 1: something grave, or no form at all."""
        return not (self.merged.clean and self.has_forms)

    @property
    def has_forms(self) -> bool:
        """True if at least one returned file holds a form."""
        return any(each.sheets for each in self.returns)

    @property
    def for_office(self) -> bool:
        """True if all that is to be mended is in the office's own tables."""
        return is_left_to_the_office(each.code for each in self.merged.findings)

    @property
    def correctable(self) -> bool:
        """True if a department that handed in a form has something to mend."""
        return any(line.stage is Stage.FIX for line in self.merged.progress)

    def summary(self) -> Iterator[str]:
        """What happened, in sentences."""
        answers = self.merged.answers
        aside = {why: n for why, n in answers.aside.items() if why not in _SUPERSEDED}
        yield (
            f"届いたファイル {sum(len(each.paths) for each in self.returns)}、"
            f"反映した回答 {answers.adopted}、"
            f"反映していない回答 {_by_reason(aside)}、"
            f"文章の修正提案 {len(self.merged.proposals)}"
        )
        superseded = [
            f"{words} {answers.aside[why]}"
            for why, words in _SUPERSEDED.items()
            if answers.aside[why]
        ]
        if superseded:
            yield f"ほかに、{'、'.join(superseded)}（そのままで構いません）"
        if self.taken:
            yield f"決定.csv に{'加えた' if self.written else '加える'}決定 {len(self.taken)}"
        for decision in self.taken[:_MOST_DECISIONS]:
            yield f"　{self._decided(decision)}"
        if len(self.taken) > _MOST_DECISIONS:
            yield f"　ほか{len(self.taken) - _MOST_DECISIONS}件は、{DECISIONS} をご覧ください。"
        counts = Counter(finding.severity for finding in self.merged.findings)
        found = "、".join(f"{name} {counts[name]}" for name in Severity if counts[name])
        yield f"確認事項：{found or 'ありません'}"
        if self.written and not (self.folder.merged / CORRECTIONS).exists():
            yield (
                f"回答の欄が{self.most_corrections:,}を超えるため、{CORRECTIONS} は作っていません。"
                f"事務局で回答を直すときは、4_取りまとめの {DECISIONS} に1行ずつ書いてください。"
            )
        if self.merged.missing:
            yield f"未回収：{'、'.join(line.name for line in self.merged.missing)}"
            if unread := counts[Severity.UNREADABLE]:
                yield f"　読めないファイルが{unread}件あります。未回収の回答元のものでないかを確かめてください。"

    def _decided(self, decision: Decision) -> str:
        """The cell as people call it, what counts there now, and who decided it."""
        code, layout = next(
            (code, layout)
            for code, layout in self.merged.asked.items()
            if decision.respondent in ("", code) and layout.decided(decision.row, decision.key)
        )
        known = layout.row.get(decision.row)
        column = layout.decided(decision.row, decision.key)
        counts = (
            answer.value
            for answer in self.merged.answers.of_row(decision.row)
            if (answer.respondent, answer.key) == (code, decision.key) and answer.adopted
        )
        value = brief(next(counts, "空欄"), _MOST_LETTERS)
        whose = known.called if known else layout.respondent
        item = column.heading if column else decision.key
        return " ".join(f"{whose}『{item}』：{value}（{decision.said}）".splitlines())


def _by_reason(counts: Mapping[Reason, int]) -> str:
    """「5（相違 2、再掲 3）」."""
    named = "、".join(f"{why} {counts[why]}" for why in Reason if counts.get(why))
    return f"{sum(counts.values())}{f'（{named}）' if named else ''}"


def collect_returns(
    at: RoundAt,
    masters: Path,
    extra: Sequence[Path] = (),
    prefer: Sequence[Path] = (),
    dry_run: bool = False,
    tell: Tell | None = None,
    most_corrections: int = _MOST_CORRECTIONS,
    pool: Pool | None = None,
) -> Collected:
    """Merge everything under 2_回収, after copying the files of `extra` there.

    `prefer` names files whose values win where they take part in a 相違; that is recorded in
    決定.csv, as is what the office wrote into its tables. With `dry_run` nothing is written or
    copied. `tell` hears how many files are read, of how many; `pool` reads them, if it was
    started before. Raises Stop or WrongUsage.
    """
    folder = at.folder
    hash_, _ = masters_hash(masters, at.year)  # as they were read: a change makes this merge stale
    require_paths(extra)
    if not dry_run:
        at.output.claim(at.plan)
        _bring_in(received(*extra), folder.returned)
    entries = received(folder.returned, *(extra if dry_run else ()))
    _require_decisions(folder)
    with read_round(at, entries, tell, pool=pool) as reading:
        _require_read(reading)
        merged = reading.merged()
        if prefer:
            merged = _preferred(reading, merged, prefer)
    if not dry_run:
        books = _workbooks(folder, reading, merged, most_corrections)
        _write(hash_, folder, entries, reading, merged, books)
    taken = reading.decisions.added
    return Collected(merged, reading.returns, folder, not dry_run, most_corrections, taken)


def require_paths(paths: Iterable[Path]) -> None:
    """Raises WrongUsage if a file or folder that was named is not there."""
    for path in paths:
        if not path.exists():
            raise WrongUsage(
                f"{path} が見つかりません。ファイルかフォルダーの場所を確かめてください。"
            )


def _require_decisions(folder: RoundFolder) -> None:
    """Raises Stop where 決定.csv has gone since: all that was decided would fall away in silence."""
    path = folder.merged / DECISIONS
    try:
        before = from_json(Manifest, bytes_of(folder.merged / MANIFEST))
    except (FileNotFoundError, FileBroken, Unread):
        return
    if before.decisions and not (path.exists() and path.stat().st_size):
        raise Stop(
            f"{path}\n前の取りまとめで使った {DECISIONS} がないか、中身が空です。"
            "このまま取りまとめると、決めたことがすべて外れます。写し（バックアップ）から戻してください。"
            f"決定をすべて取り消すときは、見出しの1行（{','.join(HEADER)}）だけの {DECISIONS} を置いて、"
            "もう一度実行してください。"
        )


def _require_read(reading: RoundReading) -> None:
    """Raises Stop for what kept us, not the sender, from reading: it may have been handed in."""
    found = [each for one in reading.returns for each in one.findings if each.code in OURS]
    if found := [*found, *(each for each in reading.told if each.code in OURS)]:
        lines = (f"{each.place.file}\n　{each.words}{each.remedy}" for each in found)
        raise Stop("\n".join(("次のファイルを読めないため、取りまとめていません。", *lines)))


def _preferred(reading: RoundReading, merged: Merged, files: Sequence[Path]) -> Merged:
    """Decide every 相違 in which one of `files` takes part for that file."""
    chosen = {path: _sha_of(path, reading.returns) for path in files}
    if absent := [str(path) for path, sha in chosen.items() if not sha]:
        raise WrongUsage(
            f"{'、'.join(absent)} が見つかりません。--prefer のファイルを確かめてください。"
        )
    who, when = user(), now()
    more = [
        decision
        for sha in chosen.values()
        for decision in preferring(merged.conflicts, sha, "--prefer による", who, when)
    ]
    if not more:
        if any(each.sha256 in chosen.values() for one in merged.conflicts for each in one.answers):
            raise WrongUsage(
                "指定されたファイルの中に、同じ欄への異なる回答があるため、--prefer では決められません。"
                f"{CONFLICTS} で、採る回答を選んでください。"
            )
        raise WrongUsage("指定されたファイルに、決定が必要な「回答の相違」はありません。")
    reading.decisions.add(more)
    return reading.merged()


def _sha_of(path: Path, returns: Sequence[Return]) -> str:
    """Of a file, or of the one return that the screen shows by this name; '' if there is none."""
    if path.is_file():
        return sha256(path.read_bytes())
    named = {
        each.sha256
        for each in returns
        for at in each.paths
        if path in (Path(at), Path(Path(at).name))
    }
    return named.pop() if len(named) == 1 else ""


def _bring_in(entries: Sequence[Received], returned: Path) -> None:
    """Copy files from elsewhere into 2_回収 under a free name; what is there stays."""
    there = {entry.sha256 for entry in received(returned)}
    for entry in entries:
        if entry.finding:
            raise Stop(f"{entry.path}\n{entry.finding.words}{entry.finding.remedy}")
        if entry.sha256 in there:
            continue
        write_file(free(partial(_named, returned, entry.path)), entry.path.read_bytes())


def _named(folder: Path, path: Path, number: int) -> Path:
    again = f"（{number - 1}）" if number > 1 else ""
    return folder / f"{path.stem}{again}{path.suffix}"


def _write(
    masters: str,
    folder: RoundFolder,
    entries: Sequence[Received],
    reading: RoundReading,
    merged: Merged,
    books: Mapping[str, bytes],
) -> None:
    decided = reading.decisions
    files = merged_files(merged, inputs(entries), masters, decided.data, books)
    before = {decided.path: decided.data} if decided.data else {}
    if reading.past.answers and not folder.issued.is_dir():
        before[folder.issued / FROZEN] = to_csv(reading.past.answers)
    before |= _written_beside(folder, reading, books)
    with together() as put:
        for path, data in before.items():
            put(path, data)
        for name, content in files.items():
            put(folder.merged / name, content)
        reading.require_untouched()


def _written_beside(
    folder: RoundFolder, reading: RoundReading, books: Mapping[str, bytes]
) -> Mapping[Path, bytes]:
    """The office's tables with words beside them, which are not in the new ones, for 旧版."""
    told = {each.place.file for each in reading.told if each.code == BESIDE_DECISIONS.code}
    files: dict[Path, bytes] = {}
    for name in told & books.keys():
        lay(folder.merged / name, books[name], folder.superseded_tables, files)
    return files


def _workbooks(
    folder: RoundFolder, reading: RoundReading, merged: Merged, most_corrections: int
) -> Mapping[str, bytes]:
    """The office's tables; 回答の相違 only once there was one, or a hidden sheet. What was not read stays."""
    from kakunin_xlsx.feedback import conflict_workbook, correction_workbook

    font, ledger = reading.plan.style.font, reading.untaken
    books: dict[str, bytes] = {}
    asked = merged.asked.values()
    cells = sum(len(one.questions(row)) for one in asked for row in one.rows)
    # Nobody finds an answer among so many; a table that is there is kept up.
    if cells <= most_corrections or (folder.merged / CORRECTIONS).exists():
        books[CORRECTIONS] = correction_workbook(merged, font, ledger)
    if merged.conflicts or merged.hidden or (folder.merged / CONFLICTS).exists():
        books[CONFLICTS] = conflict_workbook(merged, font, ledger)
    kept = (each.path for each in reading.tables if each.unread)
    return books | {path.name: path.read_bytes() for path in kept}
