"""A year's record and 作成条件 → a paper's bytes; the conditions are kept so that it can be made again."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kakunin_xlsx.codec import Unread, from_json, key
from kakunin_xlsx.folders.tree import PaperFolder
from kakunin_xlsx.merge.tables import sha256_of
from kakunin_xlsx.plan import Audience
from kakunin_xlsx.record import Record
from kakunin_xlsx.report.paper import FrontMatter as FrontMatter
from kakunin_xlsx.stop import Stop
from kakunin_xlsx.textfiles import FileBroken, bytes_of

if TYPE_CHECKING:
    from kakunin_xlsx.office.years import YearAt
    from kakunin_xlsx.report.errata import Errata, SnapshotCell
    from kakunin_xlsx.report.flat import Findings
    from kakunin_xlsx.report.view import YearView

# 作成条件.


class ConditionsBroken(ValueError):
    """The text is no 作成条件 that this tool wrote."""


SHOWN = "掲載内容.csv"  # beside the workbook of a 版
SHAPE = 2  # of papers as they are made today; what was made on another cannot be compared


@dataclass(frozen=True, slots=True)
class MergeDigests:
    """Digests of the 回答一覧 and the 確認事項一覧 of one round."""

    answers: str = key("回答一覧のSHA256")
    findings: str = key("確認事項一覧のSHA256")


@dataclass(frozen=True, slots=True)
class Conditions:
    """Everything but the plan and the answers that decides what a paper says.

    `since` is the 版 it was compared with, `edition` the one it is. `merges` are the rounds it
    holds, by code; `masters` and `past` digests of the masters and of the earlier years'
    answers ('' if it shows none); `files` digests of what was written, by name. `shape` is that
    of the papers of the version that made it.
    """

    front: FrontMatter
    audience: Audience = key("公開範囲")
    since: int | None = key("比べた版")
    edition: int | None = key("残した版")
    merges: Mapping[str, MergeDigests] = key("載せた照会")
    masters: str = key("計画データのSHA256")
    past: str = key("過去の回答のSHA256")
    files: Mapping[str, str] = key("ファイルのSHA256")
    shape: int = key("確認表の形", 1)


def load_conditions(papers: PaperFolder, paper: str) -> Conditions | None:
    """How a paper was made; None where that was not kept. Raises ConditionsBroken."""
    path = papers.conditions(paper)
    if not path.exists():
        return None
    try:
        return from_json(Conditions, bytes_of(path))
    except (Unread, FileBroken) as broken:
        raise ConditionsBroken("資料の作成条件を読めません。") from broken


def known_conditions(papers: PaperFolder, paper: str) -> Conditions | None:
    """How a paper was made; None also where that cannot be read."""
    try:
        return load_conditions(papers, paper)
    except ConditionsBroken:
        return None


def keeping(now: Conditions, papers: PaperFolder, paper: str) -> Conditions:
    """With the PDF and the text of the run before, as long as they would be made the same again."""
    before = known_conditions(papers, paper)
    if before is None:
        return now
    book = f"{paper}.xlsx"
    same_text = (before.merges, before.masters, before.past) == (now.merges, now.masters, now.past)
    same_book = before.files.get(book) == now.files.get(book)
    kept = {
        name: digest
        for name, digest in before.files.items()
        if (same_text and name.endswith(".txt")) or (same_book and name.endswith(".pdf"))
    }
    return replace(now, files={**kept, **now.files})


@dataclass(frozen=True, slots=True)
class OlderPaper:
    """A paper that does not belong to today's merges; `edited`: it does, but was written into."""

    path: Path
    edited: bool
    todo: str


def older_papers(
    papers: PaperFolder,
    merges: Mapping[str, str],
    masters: Collection[str],
    copies: bool = False,
) -> Iterator[OlderPaper]:
    """The papers of every circle beside the 版, and their PDF and text, that are not of today.

    `merges` are today's digests of 回答一覧.csv by round, `masters` those of the masters. A 版 is
    of its own day, and named only where somebody wrote into it. What this tool did not name is
    none of its papers; `copies`: with what bears the name of one all the same.
    """
    folder, controls = papers.path, sorted(papers.controls.glob("*.json"))
    made = {each.stem: known_conditions(papers, each.stem) for each in controls}
    editions = [stem for stem in made if (folder / stem).is_dir()]
    for stem in editions:
        yield from _written_into(folder / stem, made.pop(stem))
    todays = [
        how
        for how in made.values()
        if how
        and how.masters in masters
        and {code: each.answers for code, each in how.merges.items()} == merges
    ]
    whose: dict[str, Conditions | None] = {}
    for stem, how in made.items():
        for name in {*(how.files if how else ()), f"{stem}.pdf", f"{stem}_読み上げ用.txt"}:
            whose.setdefault(name, how)
    for name, how in sorted(whose.items()):
        path = folder / name
        digests = [each.files[name] for each in todays if name in each.files]
        if not path.is_file() or sha256_of(path) in digests:
            continue
        options = f" --for {how.audience}" if how and path != papers.report() else ""
        options += {".pdf": " --pdf", ".txt": " --text"}.get(path.suffix, "")
        yield OlderPaper(path, bool(digests), f"kakunin report --year {papers.year}{options}")
    known = {digest for how in todays for digest in how.files.values()}
    for path in _named_alike(papers) if copies else ():
        if path.name not in whose and sha256_of(path) not in known:
            yield OlderPaper(path, False, "")


def _written_into(edition: Path, how: Conditions | None) -> Iterator[OlderPaper]:
    for name, digest in how.files.items() if how else ():
        path = edition / name
        if path.is_file() and sha256_of(path) != digest:
            yield OlderPaper(path, True, "配ったときのファイルがあれば、それに戻してください")


def _named_alike(papers: PaperFolder) -> Iterator[Path]:
    """Copies and exports: other files whose names hold the name of a paper."""
    own = papers.report(), papers.report_data()
    for path in sorted(papers.path.iterdir()) if papers.path.is_dir() else ():
        alike = path not in own and any(each.stem in path.name for each in own)
        if alike and path.is_file() and not path.name.startswith((".", "~$")):
            yield path


# The paper itself.


@dataclass(frozen=True)
class Draft:
    """A paper before it is known whether it becomes a 版; `since` is the last one, if any."""

    at: YearAt
    record: Record
    audience: Audience
    since: int | None

    @cached_property
    def office(self) -> YearView:
        """All there is."""
        from kakunin_xlsx.report.view import YearView

        return YearView.of(self.at.plan, self.at.year, self.record)

    @cached_property
    def view(self) -> YearView:
        """What its readers may see."""
        if self.audience is Audience.OFFICE:
            return self.office
        from kakunin_xlsx.report.view import YearView

        return YearView.of(self.at.plan, self.at.year, self.record, audience=self.audience)

    @cached_property
    def cells(self) -> tuple[SnapshotCell, ...]:
        """What the paper shows, for the next one to be compared with."""
        from kakunin_xlsx.report.errata import snapshot

        return snapshot(self.view)

    @cached_property
    def errata(self) -> Errata | None:
        """What changed since the last 版. Raises Stop if that is unreadable."""
        from kakunin_xlsx.report.errata import Errata, added, changes

        if self.since is None:
            return None
        view, before = self.view, self._shown(self.since)
        held = {each.round.code: each for each in (view, *view.later)}
        names = {each.code: each.name for each in view.plan.rounds}
        # What these readers may not see, or nobody is asked any more, is no change.
        seen = [
            cell
            for cell in before
            if cell.round not in held or cell.key in held[cell.round].layout.column
        ]
        left_out = {code: name for code, name in names.items() if code not in held}
        changed = changes(seen, self.cells, left_out)
        return Errata(self.since, changed, tuple(added(before, self.cells, names)))

    @property
    def next_edition(self) -> int | None:
        """The number of the 版 to issue; None if it would be the last one again."""
        if self.errata is None:
            return 1
        changed = self.errata.changes or self.errata.added
        return self.errata.since + 1 if changed else None

    def _shown(self, number: int) -> tuple[SnapshotCell, ...]:
        """What 第`number`版 showed."""
        from kakunin_xlsx.report.errata import SnapshotBroken, from_csv

        path = self.at.papers.of(self.audience).edition(number) / SHOWN
        try:
            return from_csv(bytes_of(path))
        except (SnapshotBroken, FileNotFoundError) as broken:
            raise Stop(
                f"{path}\n{path.parent.name}の控えを読めないため、正誤表を作れません。"
                "控えを元に戻すか、その版のフォルダーの名前を変えて、もう一度実行してください。"
            ) from broken


def compose(
    drafted: Draft, front: FrontMatter, findings: Findings, edition: int | None, with_text: bool
) -> Mapping[str, bytes]:
    """The files of the paper: `workbook`, `data`, and the `text` to be read aloud if it is wanted.

    The same draft and conditions give the same bytes. The data are the office's, but for a paper
    for the public, whose data are public too.
    """
    from kakunin_xlsx.report.book import paper_workbook, report_pages
    from kakunin_xlsx.report.flat import flat_workbook
    from kakunin_xlsx.report.paper import CouncilPaper
    from kakunin_xlsx.report.speech import speech_bytes

    view = drafted.view
    with _all_kept():
        paper = CouncilPaper(view, front, drafted.errata, edition)
        pages = report_pages(paper)
        files = {"text": speech_bytes(pages)} if with_text else {}
        files["workbook"] = paper_workbook(paper, pages)
    del pages
    gc.collect()  # a finished workbook and its sheets hold each other
    with _all_kept():
        public = view.audience is Audience.PUBLIC
        files["data"] = flat_workbook(view if public else drafted.office, findings)
    return files


@contextmanager
def _all_kept() -> Iterator[None]:
    """Millions of cells are made and all stay: looking among them for garbage finds none."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
