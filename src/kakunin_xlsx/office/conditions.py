"""作成条件: what a paper was made from and for, kept beside it so that it can be made again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kakunin_xlsx.codec import Unread, from_json, key
from kakunin_xlsx.folders import PaperFolder
from kakunin_xlsx.plan import Audience
from kakunin_xlsx.report.paper import FrontMatter as FrontMatter
from kakunin_xlsx.textfiles import FileBroken, bytes_of


class ConditionsBroken(ValueError):
    """The text is no 作成条件 that this tool wrote."""


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
    path: Path = papers.conditions(paper)
    if not path.exists():
        return None
    try:
        return from_json(Conditions, bytes_of(path))
    except (Unread, FileBroken) as broken:
        raise ConditionsBroken("資料の作成条件を読めません。") from broken


def keeping(now: Conditions, papers: PaperFolder, paper: str) -> Conditions:
    """With the PDF and the text of the run before, as long as they would be made the same again."""
    try:
        before = load_conditions(papers, paper)
    except ConditionsBroken:
        before = None
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
    folder, made = papers.path, dict(_controls(papers))
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
        if not path.is_file() or _digest(path) in digests:
            continue
        options = f" --for {how.audience}" if how and path != papers.report() else ""
        options += {".pdf": " --pdf", ".txt": " --text"}.get(path.suffix, "")
        yield OlderPaper(path, bool(digests), f"kakunin report --year {papers.year}{options}")
    known = {digest for how in todays for digest in how.files.values()}
    for path in _named_alike(papers) if copies else ():
        if path.name not in whose and _digest(path) not in known:
            yield OlderPaper(path, False, "")


def _controls(papers: PaperFolder) -> Iterator[tuple[str, Conditions | None]]:
    """Every paper of which it is kept how it was made; None where that cannot be read."""
    for control in sorted(papers.controls.glob("*.json")):
        try:
            yield control.stem, load_conditions(papers, control.stem)
        except ConditionsBroken:
            yield control.stem, None


def _written_into(edition: Path, how: Conditions | None) -> Iterator[OlderPaper]:
    for name, digest in how.files.items() if how else ():
        path = edition / name
        if path.is_file() and _digest(path) != digest:
            yield OlderPaper(path, True, "配ったときのファイルがあれば、それに戻してください")


def _named_alike(papers: PaperFolder) -> Iterator[Path]:
    """Copies and exports: other files whose names hold the name of a paper."""
    own = papers.report(), papers.report_data()
    for path in sorted(papers.path.iterdir()) if papers.path.is_dir() else ():
        alike = path not in own and any(each.stem in path.name for each in own)
        if alike and path.is_file() and not path.name.startswith((".", "~$")):
            yield path


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
