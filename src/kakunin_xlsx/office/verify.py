"""確かめる: are the archives, and the 台帳 that chains them, as they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kakunin_xlsx import __version__
from kakunin_xlsx.archive.comparison import Difference, table_differences, workbook_differences
from kakunin_xlsx.archive.contents import (
    LEDGER,
    MANIFEST,
    Chain,
    Contents,
    Fault,
    FaultKind,
    Registered,
)
from kakunin_xlsx.archive.kept import OUTPUT, Archive, masters_in
from kakunin_xlsx.archive.zips import Inspected, inspect
from kakunin_xlsx.codec import Unread
from kakunin_xlsx.folders import OutputFolder, RoundFolder
from kakunin_xlsx.merge import ANSWERS, FINDINGS, Merged
from kakunin_xlsx.merge.tables import sha256
from kakunin_xlsx.office.compose import Composed, compose, draft
from kakunin_xlsx.office.conditions import (
    SHAPE,
    Conditions,
    ConditionsBroken,
    MergeDigests,
    load_conditions,
)
from kakunin_xlsx.office.masters_hash import masters_hash
from kakunin_xlsx.office.publish import PaperFiles, load_issued
from kakunin_xlsx.office.reading import read_round
from kakunin_xlsx.office.year import merged_rounds, notable_findings
from kakunin_xlsx.plan import FiscalYear, MastersBroken, Plan, load_plan
from kakunin_xlsx.record import Record
from kakunin_xlsx.record.table import RecordBroken, from_csv, to_csv
from kakunin_xlsx.returns import received
from kakunin_xlsx.stop import Stop, WrongUsage
from kakunin_xlsx.textfiles import FileBroken, bytes_of


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
    if found.contents is None or found.faults:
        return Replayed(path, (), (), ("zipが保存したときのままではないため、作り直せません。",))
    with TemporaryDirectory(prefix="kakunin-") as name:
        root = Path(name)
        try:
            Archive(path, found.contents).lay_out(root)
            again = _Again(root, masters_in(root, path), found.contents)
            differences = tuple(again.differences())
        except (ValueError, KeyError):
            words = "保存した表か控えを、この道具で読めないため、作り直せません。"
            return Replayed(path, (), (), (words,))
        except MastersBroken:
            return Replayed(path, (), (), ("計画の台帳を読めないため、作り直せません。",))
        except Stop as stop:
            return Replayed(path, (), (), (str(stop).replace(name, path.name),))
    return Replayed(path, tuple(again.compared), differences, (*again.notes, *_version(found)))


def _version(found: Inspected) -> Iterator[str]:
    assert found.contents
    if (then := found.contents.version) != __version__:
        yield f"保存したときの道具の版は {then}、いまの版は {__version__} です。"


class _Again:
    """An archive laid out under `root`."""

    def __init__(self, root: Path, masters: Path, contents: Contents) -> None:
        self.output = OutputFolder(root / OUTPUT)
        self.plan: Plan = load_plan(masters)
        self.year = FiscalYear.parse(contents.year)
        self.papers = self.output.papers(self.plan, self.year)
        self.masters = masters_hash(masters, self.year)
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
        for control in sorted(self.papers.controls.glob("*.json")):
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
        for path, again in PaperFiles.of(self.papers, how.audience).files(paper).items():
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
        folder = self.papers.path
        return folder / name if (folder / name).is_dir() else folder

    def _conditions(self, name: str) -> Conditions | None:
        """Only if the paper was made from what is archived; else a note."""
        try:
            how = load_conditions(self.papers, name)
        except ConditionsBroken as broken:
            self.notes.append(f"「{name}」：{broken}")
            return None
        if how and how.shape != SHAPE:
            self.notes.append(
                f"「{name}」は、前の版の道具の形の資料のため、作り直して比べていません"
                "（取りまとめは比べました）。"
            )
            return None
        if how and (how.masters not in self.masters or how.merges != self._merges(how)):
            self.notes.append(
                f"「{name}」は、この取りまとめや台帳から作ったものではないため、比べていません。"
            )
            return None
        return how

    def _merges(self, how: Conditions) -> Mapping[str, MergeDigests]:
        """Digests of what was merged again, and of the findings, of the rounds that a paper holds."""
        return {
            code: MergeDigests(
                sha256(to_csv(merged.answers)),
                sha256((self._folder_of(code).merged / FINDINGS).read_bytes()),
            )
            for code, merged in self.merged.items()
            if code in how.merges
        }

    def _folder_of(self, code: str) -> RoundFolder:
        return self.output.round(self.year, self.plan.round[code])

    def _past(self, name: str, how: Conditions) -> Record | None:
        """The earlier years' answers that the paper shows."""
        path = self.papers.past_answers(name)
        data = path.read_bytes() if path.is_file() else b""
        try:
            if (sha256(data) if data else "") != how.past:
                raise RecordBroken("控えが変わっています。")
            return from_csv(data) if data else Record()
        except RecordBroken:
            self.notes.append(f"「{name}」：過去の回答の控えが違うため、比べていません。")
            return None

    def _composed(self, how: Conditions, past: Record) -> Composed:
        held = [merged for code, merged in self.merged.items() if code in how.merges]
        answers = [answer for merged in held for answer in merged.answers]
        record = Record((*answers, *past.answers))
        circle = PaperFiles.of(self.papers, how.audience).circle
        since = how.since
        issued = load_issued(self.papers, since, circle) if since else None
        drafted = draft(self.plan, self.year, record, how.audience, issued)
        findings = {each.round: notable_findings(self._folder_of(each.round)) for each in held}
        with_text = any(name.endswith(".txt") for name in how.files)
        return compose(drafted, how.front, findings, how.edition, with_text)


@dataclass(frozen=True)
class Verified:
    """What was looked at and every fault found; `link` is the newest 連鎖 ('' without a 台帳)."""

    archives: tuple[Path, ...]
    faults: tuple[Fault, ...]
    link: str
    replays: tuple[Replayed, ...] = ()

    @property
    def clean(self) -> bool:
        """True if nothing differs from what was archived."""
        return not self.faults and not any(each.differences for each in self.replays)


def verify(output: OutputFolder, zips: Sequence[Path] = (), again: bool = False) -> Verified:
    """Look at the zips, or at everything in 保存; with `again` also merge and compose them anew.

    A zip is judged by the 台帳 beside it, else by that of the output folder. Raises WrongUsage
    for a zip that is not there.
    """
    for path in zips:
        if not path.is_file():
            raise WrongUsage(f"{path} が見つかりません。zipの場所を確かめてください。")
    looks = _looks(output, zips) if zips else [_Looked(output.archive)]
    faults = tuple(dict.fromkeys(fault for look in looks for fault in look.faults()))
    found = [each for look in looks for each in look.found]
    return Verified(
        archives=tuple(each.path for each in found),
        faults=faults,
        link=looks[0].chain.link if looks[0].chain else "",
        replays=tuple(map(replay, found)) if again else (),
    )


def _looks(output: OutputFolder, zips: Sequence[Path]) -> list[_Looked]:
    folders: dict[Path, list[Path]] = {}
    for path in zips:
        folders.setdefault(_ledger_folder(path, output), []).append(path)
    return [_Looked(folder, paths) for folder, paths in folders.items()]


def _ledger_folder(path: Path, output: OutputFolder) -> Path:
    beside = path.parent
    return beside if (beside / LEDGER).is_file() else output.archive


class _Looked:
    """One 台帳 and the zips to be judged by it: the given ones, or every one beside it."""

    def __init__(self, folder: Path, zips: Sequence[Path] = ()) -> None:
        self.every, self.folder = not zips, folder
        self.chain, self.unread = _read(folder / LEDGER)
        paths = zips or sorted(folder.glob("*.zip"))
        self.found = tuple(inspect(path) for path in paths if path.is_file())
        self.nothing = not paths and not (folder / LEDGER).exists()
        self.entries = self.chain.by_file if self.chain else {}
        self.holds = dict(self._exchanged())

    def faults(self) -> Iterator[Fault]:
        """Of the 台帳, of its chain, and of each zip."""
        if self.chain is None:
            if self.nothing:
                yield Fault(FaultKind.NOTHING, str(self.folder), "", "保存したものがありません。")
                return
            yield Fault(FaultKind.LEDGER, LEDGER, "", self.unread)
            for each in self.found:
                yield from each.faults
            return
        yield from self.chain.breaks()
        there = {each.path.name for each in self.found}
        for name in self.entries:
            if self.every and name not in there:
                yield Fault(FaultKind.LOST, name, "", "保存台帳にあるzipが見つかりません。")
        for each in self.found:
            yield from self._zip(each)

    def _zip(self, found: Inspected) -> Iterator[Fault]:
        entry = self._entry(found)
        if entry is None:
            yield self._at(found, FaultKind.UNREGISTERED, "保存台帳に載っていないzipです。")
            yield from found.faults
        elif other := self.holds.get(found.path.name):
            if self.holds.get(other) != found.path.name:
                yield self._at(found, FaultKind.CHANGED, f"中身が「{other}」のものです。")
            elif found.path.name < other:
                yield self._at(found, FaultKind.SWAPPED, f"「{other}」と入れ替わっています。")
        elif found.sha256 != entry.zip_sha256:
            yield from self._changed(found, entry)
        else:
            yield from found.faults
            yield from self._manifest(found, entry)

    def _changed(self, found: Inspected, entry: Registered) -> Iterator[Fault]:
        told = (*found.faults, *self._manifest(found, entry))
        yield from told
        if not told:
            words = (
                "中のファイルはすべて保存したときのままですが、zipそのものが変わっています"
                "（作り直されたか、日付などが書き換えられています）。"
            )
            yield self._at(found, FaultKind.REWRITTEN, words)

    def _manifest(self, found: Inspected, entry: Registered) -> Iterator[Fault]:
        if found.contents is not None and found.manifest_sha256 != entry.manifest_sha256:
            words = "目録が、保存台帳に載せたときと変わっています。"
            yield Fault(FaultKind.MANIFEST, found.path.name, MANIFEST, words)

    def _entry(self, found: Inspected) -> Registered | None:
        """By its name, else by its content: a copy may have been renamed."""
        if not self.every and found.path.name not in self.entries:
            same = (each for each in self.entries.values() if each.zip_sha256 == found.sha256)
            return next(same, None)
        return self.entries.get(found.path.name)

    def _exchanged(self) -> Iterator[tuple[str, str]]:
        """Each zip that holds what was registered under another name, and that name."""
        whose = {entry.zip_sha256: entry.file for entry in self.entries.values()}
        for each in self.found:
            entry = self.entries.get(each.path.name)
            if entry and each.sha256 != entry.zip_sha256 and each.sha256 in whose:
                yield each.path.name, whose[each.sha256]

    def _at(self, found: Inspected, kind: FaultKind, words: str) -> Fault:
        return Fault(kind, found.path.name, "", words)


def _read(path: Path) -> tuple[Chain | None, str]:
    """The 台帳, or why there is none."""
    if not path.exists():
        return None, f"{path.parent} に {LEDGER} がありません。"
    try:
        return Chain.from_json(bytes_of(path)), ""
    except (Unread, FileBroken):
        return None, f"{LEDGER} を読めません。"
