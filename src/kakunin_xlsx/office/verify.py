"""確かめる: are the archives, and the 台帳 that chains them, as they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

from kakunin_xlsx import __version__
from kakunin_xlsx.archive.contents import (
    LEDGER,
    Contents,
    Fault,
)
from kakunin_xlsx.archive.kept import OUTPUT, Archive, Looked, masters_in
from kakunin_xlsx.archive.zips import Inspected, parts_digest
from kakunin_xlsx.folders.tree import OutputFolder
from kakunin_xlsx.merge import ANSWERS, FINDINGS, Merged
from kakunin_xlsx.merge.tables import sha256, sha256_of
from kakunin_xlsx.office.compose import (
    SHAPE,
    Conditions,
    ConditionsBroken,
    Draft,
    MergeDigests,
    compose,
    load_conditions,
)
from kakunin_xlsx.office.reading import read_round
from kakunin_xlsx.office.years import RoundAt, YearAt, masters_hash
from kakunin_xlsx.plan import FiscalYear, MastersBroken, load_plan
from kakunin_xlsx.record import Record, RecordBroken, from_csv, to_csv
from kakunin_xlsx.returns import received
from kakunin_xlsx.returns.model import Refused, address
from kakunin_xlsx.returns.ooxml import read_book
from kakunin_xlsx.returns.zips import Zip
from kakunin_xlsx.stop import Stop, WrongUsage
from kakunin_xlsx.textfiles import FileBroken, csv_lines, text_of

_MOST_CELLS = 2_000_000  # of one sheet of a report
_NOTHING = "（ありません）"


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
    looks = _looks(output, zips) if zips else [Looked(output.archive)]
    faults = tuple(dict.fromkeys(fault for look in looks for fault in look.faults()))
    found = [each for look in looks for each in look.found]
    return Verified(
        archives=tuple(each.path for each in found),
        faults=faults,
        link=looks[0].chain.link if looks[0].chain else "",
        replays=tuple(map(replay, found)) if again else (),
    )


def _looks(output: OutputFolder, zips: Sequence[Path]) -> list[Looked]:
    folders: dict[Path, list[Path]] = {}
    for path in zips:
        beside = (path.parent / LEDGER).is_file()
        folders.setdefault(path.parent if beside else output.archive, []).append(path)
    return [Looked(folder, paths) for folder, paths in folders.items()]


# Merged and composed once more.


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
    if (then := found.contents.version) != __version__:
        words = f"保存したときの道具の版は {then}、いまの版は {__version__} です。"
        again.notes.append(words)
    return Replayed(path, tuple(again.compared), differences, tuple(again.notes))


class _Again:
    """An archive laid out under `root`."""

    def __init__(self, root: Path, masters: Path, contents: Contents) -> None:
        year = FiscalYear.parse(contents.year)
        self.root, self.at = root, YearAt(load_plan(masters), year, OutputFolder(root / OUTPUT))
        self.papers = self.at.papers
        self.masters = masters_hash(masters, year)
        self.merged: list[tuple[RoundAt, Merged]] = []
        self.compared: list[str] = []
        self.notes: list[str] = []

    def differences(self) -> Iterator[Difference]:
        """Of each round's 回答一覧, then of each paper."""
        for each in self.at.merged_rounds:
            with read_round(each, received(each.folder.returned)) as reading:
                merged = reading.merged()
            self.merged.append((each, merged))
            path, again = each.folder.merged / ANSWERS, to_csv(merged.answers)
            yield from table_differences(self._named(path), path.read_bytes(), again)
        for control in sorted(self.papers.controls.glob("*.json")):
            yield from self._paper(control.stem)

    def _named(self, path: Path) -> str:
        """As the archive names it; from now on it counts as compared."""
        name = path.relative_to(self.root).as_posix()
        self.compared.append(name)
        return name

    def _paper(self, name: str) -> Iterator[Difference]:
        how = self._conditions(name)
        past = self._past(name, how) if how else None
        if how is None or past is None:
            return
        paper = self._composed(how, past)
        edition = self.papers.path / name
        folder = edition if edition.is_dir() else self.papers.path
        for path, again in self.papers.of(how.audience).files(paper).items():
            kept = folder / path.name
            if path.name not in how.files or not kept.is_file():
                continue
            archived, named = kept.read_bytes(), self._named(kept)
            if path.suffix == ".xlsx":
                yield from workbook_differences(named, archived, again)
            elif archived != again:
                yield Difference(named, "", "（作り直したものと違います）", "")

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
            at.round.code: MergeDigests(
                sha256(to_csv(merged.answers)), sha256_of(at.folder.merged / FINDINGS)
            )
            for at, merged in self.merged
            if at.round.code in how.merges
        }

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

    def _composed(self, how: Conditions, past: Record) -> Mapping[str, bytes]:
        held = [each for each in self.merged if each[0].round.code in how.merges]
        answers = [answer for _, merged in held for answer in merged.answers]
        record = Record((*answers, *past.answers))
        drafted = Draft(self.at, record, how.audience, how.since or None)
        findings = {at.round.code: at.notable_findings for at, _ in held}
        with_text = any(name.endswith(".txt") for name in how.files)
        return compose(drafted, how.front, findings, how.edition, with_text)


# Two tables or two workbooks, cell by cell.


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell: the archived file, the place in it, what is archived and what is made again."""

    file: str
    place: str
    archived: str
    again: str


def table_differences(file: str, archived: bytes, again: bytes) -> Iterator[Difference]:
    """Of two CSV tables, row by row in their order; rows count from 1 as on screen."""
    if archived == again:
        return
    try:
        old, new = _rows(archived), _rows(again)
    except FileBroken as broken:
        where = f"{broken.line}行目" if broken.line else ""
        yield Difference(file, where, f"（{broken.wrong.removesuffix('。')}）", "")
        return
    heading = (new or old or [[]])[0]
    for number, (was, now) in enumerate(zip_longest(old, new), start=1):
        if was is None or now is None:
            yield Difference(file, f"{number}行目", _row(was), _row(now))
        else:
            for column, before, after in zip_longest(heading, was, now, fillvalue=""):
                if before != after:
                    yield Difference(file, f"{number}行目「{column}」", before, after)


def _row(cells: list[str] | None) -> str:
    """A whole row in one line, or that there is none."""
    return _NOTHING if cells is None else "、".join(filter(None, cells))


def _rows(data: bytes) -> list[list[str]]:
    return [cells for _, cells in csv_lines(text_of(data))]


def workbook_differences(file: str, archived: bytes, again: bytes) -> Iterator[Difference]:
    """Of two workbooks, sheet by sheet; how cells look does not count."""
    if archived == again or parts_digest(archived) == parts_digest(again) != "":
        return
    old, new = _sheets(archived), _sheets(again)
    if old is None or new is None:
        yield Difference(file, "", "（Excelのファイルとして読めません）", "")
        return
    for sheet in dict.fromkeys((*new, *old)):
        if sheet not in old or sheet not in new:
            there = ("", _NOTHING) if sheet in old else (_NOTHING, "")
            yield Difference(file, f"シート「{sheet}」", *there)
            continue
        before, after = old[sheet], new[sheet]
        for at in sorted(before.keys() | after.keys()):
            was, now = before.get(at, ""), after.get(at, "")
            if was != now:
                yield Difference(file, f"{sheet}!{address(*at)}", was, now)


def _sheets(workbook: bytes) -> Mapping[str, Mapping[tuple[int, int], str]] | None:
    """Cells by row and column, by sheet; None if it cannot be read."""
    try:
        archive = Zip(workbook)
        archive.check_package()
        book = read_book(archive, _MOST_CELLS)
    except Refused:
        return None
    return {
        grid.name: {(cell.row, cell.col): cell.typed for cell in grid.cells} for grid in book.grids
    }
