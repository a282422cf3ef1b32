"""An archived year merged and reported again, in a temporary folder: does the same come out?"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kakunin_xlsx import __version__
from kakunin_xlsx.archive.comparison import Difference, table_differences, workbook_differences
from kakunin_xlsx.archive.inspection import Inspected
from kakunin_xlsx.archive.manifest import Manifest
from kakunin_xlsx.folders import OutputFolder
from kakunin_xlsx.merge import ANSWERS, FINDINGS, Merged
from kakunin_xlsx.merge.tables import sha256
from kakunin_xlsx.office.archived import OUTPUT, Archive, masters_in
from kakunin_xlsx.office.collect import masters_hash
from kakunin_xlsx.office.compose import Paper, compose, draft
from kakunin_xlsx.office.conditions import (
    Conditions,
    ConditionsBroken,
    Merge,
    load_conditions,
)
from kakunin_xlsx.office.gather import merged_rounds
from kakunin_xlsx.office.publish import Places, load_issued
from kakunin_xlsx.office.reading import read_round
from kakunin_xlsx.office.year import told
from kakunin_xlsx.plan import FiscalYear, MastersBroken, Plan, load_plan
from kakunin_xlsx.record import Record
from kakunin_xlsx.record.table import RecordBroken, from_csv, to_csv
from kakunin_xlsx.returns import received
from kakunin_xlsx.stop import Stop


@dataclass(frozen=True)
class Replayed:
    """One archive: the files that were made again, the cells that differ, and what to know."""

    archive: Path
    compared: tuple[str, ...]
    differences: tuple[Difference, ...]
    notes: tuple[str, ...]


def replay(found: Inspected) -> Replayed:
    """Merge and compose what the zip holds, and compare. A zip that is not sound is only noted."""
    path = found.path
    if found.manifest is None or found.faults:
        return Replayed(path, (), (), ("zipが保存したときのままではないため、作り直せません。",))
    with TemporaryDirectory(prefix="kakunin-") as name:
        root = Path(name)
        try:
            Archive(path, found.manifest).lay_out(root)
            again = _Again(root, masters_in(root, path), found.manifest)
            differences = tuple(again.differences())
        except (ValueError, KeyError, csv.Error):
            words = "保存した表か控えを、この道具で読めないため、作り直せません。"
            return Replayed(path, (), (), (words,))
        except MastersBroken:
            return Replayed(path, (), (), ("計画の台帳を読めないため、作り直せません。",))
        except Stop as stop:
            return Replayed(path, (), (), (str(stop).replace(name, path.name),))
    return Replayed(path, tuple(again.compared), differences, (*again.notes, *_version(found)))


def _version(found: Inspected) -> Iterator[str]:
    assert found.manifest
    if (then := found.manifest.head.version) != __version__:
        yield f"保存したときの道具の版は {then}、いまの版は {__version__} です。"


class _Again:
    """An archive laid out under `root`."""

    def __init__(self, root: Path, masters: Path, manifest: Manifest) -> None:
        self.output = OutputFolder(root / OUTPUT)
        self.plan: Plan = load_plan(masters)
        self.year = FiscalYear.parse(manifest.head.year)
        self.masters = masters_hash(masters)
        self.merged: dict[str, Merged] = {}
        self.compared: list[str] = []
        self.notes: list[str] = []

    def differences(self) -> Iterator[Difference]:
        """Of each round's 回答一覧, then of each paper."""
        for round_ in merged_rounds(self.plan, self.year, self.output):
            folder = self.output.round(self.year, round_)
            entries = received(folder.returned)
            with read_round(self.plan, self.year, round_, self.output, entries) as reading:
                merged = reading.merged()
            self.merged[round_.code] = merged
            path = folder.merged / ANSWERS
            yield from table_differences(
                self._named(path), path.read_bytes(), to_csv(merged.answers)
            )
        controls = self.output.conditions(self.year, "x").parent
        for control in sorted(controls.glob("*.json")):
            yield from self._paper(control.stem)

    def _named(self, path: Path) -> str:
        """As the archive names it; from now on it counts as compared."""
        name = path.relative_to(self.output.root.parent).as_posix()
        self.compared.append(name)
        return name

    def _paper(self, name: str) -> Iterator[Difference]:
        how = self._conditions(name)
        if how is None:
            return
        past = self._past(name, how)
        if past is None:
            return
        paper = self._composed(how, past)
        folder = self._folder(name)
        for path, again in Places.of(self.year, how.audience, self.output).files(paper).items():
            kept = folder / path.name
            if path.name not in how.files or not kept.is_file():
                continue
            archived, named = kept.read_bytes(), self._named(kept)
            if path.suffix == ".xlsx":
                yield from workbook_differences(named, archived, again)
            elif archived != again:
                yield Difference(named, "", "（作り直したものと違います）", "")

    def _folder(self, name: str) -> Path:
        """Of a 版, or of the papers that were made last."""
        folder = self.output.report(self.year).parent
        return folder / name if (folder / name).is_dir() else folder

    def _conditions(self, name: str) -> Conditions | None:
        """Only if the paper was made from what is archived; else a note."""
        try:
            how = load_conditions(self.output, self.year, name)
        except ConditionsBroken as broken:
            self.notes.append(f"「{name}」：{broken}")
            return None
        if how and (how.masters, dict(how.merges)) != (self.masters, self._merges(how)):
            self.notes.append(
                f"「{name}」は、この取りまとめや台帳から作ったものではないため、比べていません。"
            )
            return None
        return how

    def _merges(self, how: Conditions) -> Mapping[str, Merge]:
        """Digests of what was merged again, and of the findings, of the rounds that a paper holds."""
        return {
            code: Merge(sha256(to_csv(merged.answers)), sha256(self._findings(code)))
            for code, merged in self.merged.items()
            if code in how.merges
        }

    def _findings(self, code: str) -> bytes:
        folder = self.output.round(self.year, self.plan.round[code])
        return (folder.merged / FINDINGS).read_bytes()

    def _past(self, name: str, how: Conditions) -> Record | None:
        """The earlier years' answers that the paper shows."""
        path = self.output.past_answers(self.year, name)
        data = path.read_bytes() if path.is_file() else b""
        try:
            if (sha256(data) if data else "") != how.past:
                raise RecordBroken("控えが変わっています。")
            return from_csv(data) if data else Record()
        except (RecordBroken, UnicodeDecodeError):
            self.notes.append(f"「{name}」：過去の回答の控えが違うため、比べていません。")
            return None

    def _composed(self, how: Conditions, past: Record) -> Paper:
        held = [merged for code, merged in self.merged.items() if code in how.merges]
        answers = [answer for merged in held for answer in merged.answers]
        record = Record((*answers, *past.answers))
        issued = load_issued(self.output, self.year, how.since) if how.since else None
        drafted = draft(self.plan, self.year, record, how.audience, issued)
        findings = {each.round: told(self._findings(each.round)) for each in held}
        with_text = any(name.endswith(".txt") for name in how.files)
        return compose(drafted, how.front, findings, how.edition, with_text)
