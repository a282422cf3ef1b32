"""保存: a year's masters, forms, returns, tables and papers as one zip, and its line in the 台帳."""

from __future__ import annotations

import errno
import hashlib
import platform
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from kakunin_xlsx import __version__
from kakunin_xlsx.archive.contents import LEDGER, Chain, Contents, Registered, kept_until
from kakunin_xlsx.archive.kept import MASTERS, OUTPUT, Archive, load_chain
from kakunin_xlsx.archive.zips import (
    FileToPack,
    Inspected,
    files_below,
    inspect,
    original_name,
    pack,
)
from kakunin_xlsx.codec import from_json, to_json
from kakunin_xlsx.folders.files import MARKER, put_file, write_file
from kakunin_xlsx.folders.lock import locked, now, user
from kakunin_xlsx.folders.refusals import in_words
from kakunin_xlsx.folders.tree import OutputFolder, PaperFolder, RoundFolder
from kakunin_xlsx.merge import (
    ANSWERS,
    DECISIONS,
    FINDINGS,
    MANIFEST,
    OPEN_STAGES,
    PROGRESS,
    Manifest,
    Stage,
    Stale,
    read_table,
)
from kakunin_xlsx.merge.tables import sha256_of
from kakunin_xlsx.office.compose import (
    OlderPaper,
    known_conditions,
    older_papers,
)
from kakunin_xlsx.office.years import RoundAt, YearAt, hash_of_files, masters_hash, merged_record
from kakunin_xlsx.plan import FiscalYear, Plan
from kakunin_xlsx.returns.folder import shown
from kakunin_xlsx.stop import Stop
from kakunin_xlsx.textfiles import bytes_of

_PACKAGE = "kakunin-xlsx"
_RETURNED = "2_回収"  # what lies there was not written by us
_UNREAD = "読取不可"


@dataclass(frozen=True)
class Archived:
    """The zip and its entry; `link` is the newest 連鎖, for the 決裁文書.

    `taken` if a run that was stopped had left the zip already; `unregistered` are zips in the
    folder that the 台帳 does not know; `left_out` papers of another merge, which are not in it.
    """

    path: Path
    entry: Registered
    files: int
    open_items: tuple[str, ...]
    taken: bool
    unregistered: tuple[Path, ...]
    left_out: tuple[Path, ...] = ()


def archive_year(at: YearAt, masters: Path, allow_open: bool = False) -> Archived:
    """Pack the year and register the zip; nothing that was archived before is replaced.

    Raises Stop while a merge is out of date or, unless `allow_open`, while anything is open.
    Papers that do not belong to the merges are open, and then left out.
    """
    plan, year, output = at.plan, at.year, at.output
    if not (output.root / year.name).is_dir():
        raise Stop(f"{output.root / year.name}\n{year.name}のフォルダーがありません。")
    with locked(output.root):
        chain = load_chain(output.archive)
        if broken := next(chain.breaks(), None):
            raise Stop(f"{output.archive / LEDGER}\n{broken.words}{broken.remedy}")
        hashes = masters_hash(masters, year)
        _require_fresh(at, hashes)
        merged = {each.round.code: each.folder.merged / ANSWERS for each in at.merged_rounds}
        digests = {code: sha256_of(path) for code, path in merged.items()}
        older = tuple(older_papers(at.papers, digests, hashes))
        items = open_items(at, older)
        left_out = tuple(each.path for each in older if not each.edited)
        if items and not allow_open:
            raise Stop(_refusal(year, items, left_out))
        output.claim(plan)
        packing = _Packing(at, masters, items, left_out)
        zips = sorted(path for path in output.archive.glob("*.zip") if path.is_file())
        unregistered = [path for path in zips if path.name not in chain.by_file]
        left = next((path for path in unregistered if packing.is_same(path)), None)
        path = left or _free(output, year, chain)
        if left:
            packing.check(left)
        else:
            put_file(path, packing.write, packing.check)
        chain = chain.with_entry(packing.entry(path.name))
        write_file(output.archive / LEDGER, to_json(chain.entries))
    rest = tuple(each for each in unregistered if each != path)
    count_ = len(packing.files)
    return Archived(path, chain.entries[-1], count_, items, bool(left), rest, left_out)


def _refusal(year: FiscalYear, items: Sequence[str], left_out: Sequence[Path]) -> str:
    listed = "\n".join(f"・{item}" for item in items)
    names = "、".join(path.name for path in left_out)
    papers = f"いまの取りまとめから作ったものではない資料は、zipに入れません（{names}）。"
    return (
        f"{year.name}には、済んでいない所が{len(items)}件あるため、保存しません。\n{listed}\n"
        "このまま保存するときは --allow-open を付けてください（済んでいない所は台帳に残ります）。"
        f"{papers if names else ''}"
    )


def _free(output: OutputFolder, year: FiscalYear, chain: Chain) -> Path:
    """令和7年度.zip, or the next number that was never given."""
    names = (f"{year.name}{f'-{number}' if number > 1 else ''}.zip" for number in count(1))
    paths = (output.archive / name for name in names if name not in chain.by_file)
    return next(path for path in paths if not path.exists())


class _Packing:
    """One year on its way into a zip."""

    def __init__(
        self, at: YearAt, masters: Path, items: tuple[str, ...], left_out: tuple[Path, ...]
    ) -> None:
        self.at = at
        plan, year, output = at.plan, at.year, at.output
        found = (
            *files_below(masters, f"{MASTERS}/{plan.id}"),
            *files_below(output.root / year.name, f"{OUTPUT}/{year.name}", foreign=_RETURNED),
            FileToPack(f"{OUTPUT}/{MARKER}", output.root / MARKER),
        )
        self.files = tuple(each for each in found if each.path not in left_out)
        self.contents = Contents(
            plan=plan.id,
            title=plan.title,
            year=year.code,
            version=__version__,
            environment=dict(_environment()),
            retention_years=plan.retention_years,
            until=kept_until(year, plan.retention_years),
            open_items=items,
        )
        self.found: Inspected | None = None

    def write(self, file: BinaryIO) -> None:
        """The zip, into an empty file."""
        self.contents = pack(file, self.files, self.contents)

    def is_same(self, path: Path) -> bool:
        """True if a zip is, byte for byte, what would be written now."""
        if not path.name.startswith(self.at.year.name):
            return False
        with in_words(path), TemporaryFile() as made, path.open("rb") as there:
            self.write(made)
            if made.tell() != path.stat().st_size:
                return False
            made.seek(0)
            digests = (hashlib.file_digest(each, "sha256").digest() for each in (made, there))
            return next(digests) == next(digests)

    def check(self, path: Path) -> None:
        """Every file again, from the zip as it was written. Raises OSError, or Stop if stale."""
        self.found = inspect(path)
        if self.found.faults or self.found.contents != self.contents:
            raise OSError(errno.EIO, "read back differs")
        _require_packed_fresh(self.at, Archive(path, self.contents))

    def entry(self, name: str) -> Registered:
        """The line in the 台帳, once the zip has been checked."""
        assert self.found
        return Registered(
            year=self.at.year.code,
            file=name,
            zip_sha256=self.found.sha256,
            manifest_sha256=self.found.manifest_sha256,
            when=now(),
            who=user(),
            open_items=len(self.contents.open_items),
            retention_years=self.contents.retention_years,
            until=self.contents.until,
        )


def _environment() -> Iterator[tuple[str, str]]:
    """Versions of what may have a say in the files."""
    yield "Python", platform.python_version()
    yield "zlib", zlib.ZLIB_RUNTIME_VERSION
    with suppress(metadata.PackageNotFoundError):  # run from a folder, never installed
        for requirement in sorted(metadata.requires(_PACKAGE) or []):
            name = re.split(r"[^A-Za-z0-9._-]", requirement)[0]
            yield name, metadata.version(name)


# Is each 取りまとめ what lies there now, and what was packed?


def _require_fresh(at: YearAt, masters: Sequence[str]) -> None:
    """Raises Stop, with the commands to run, if a merge was edited or is out of date."""
    found = []
    for each in at.merged_rounds:
        folder = each.folder.merged
        try:
            each.answers(masters)
            for name, digest in from_json(Manifest, bytes_of(folder / MANIFEST)).outputs.items():
                if sha256_of(path := folder / name) != digest:  # edited or taken away
                    raise Stale(f"{path} が取りまとめの後に変わっています。")
        except Stale as stale:
            found.append(f"・{each.round.name}：{stale}\n　kakunin merge {each.options}")
    if found:
        raise Stop("\n".join(("取りまとめをやり直してから保存します。", *found)))


def _require_packed_fresh(at: YearAt, packed: Archive) -> None:
    """As `_require_fresh`, of what was packed: somebody may have put a file in meanwhile."""
    masters = f"{MASTERS}/{at.plan.id}/"
    names = [name for name in packed.below(masters) if "/" not in name]
    tables = [name for name in names if name.endswith((".csv", ".toml"))]
    hashes = hash_of_files({name: packed.read(f"{masters}{name}") for name in tables}, at.year)
    for round_ in at.plan.rounds:
        above = f"{OUTPUT}/{at.year.name}/{round_.folder}/"
        folder = RoundFolder(Path(above))
        outputs = packed.below(f"{above}{folder.merged.name}/")
        if MANIFEST not in outputs:
            continue
        merged = from_json(Manifest, packed.read(f"{above}{folder.merged.name}/{MANIFEST}"))
        returned = packed.below(f"{above}{folder.returned.name}/").items()
        if not (
            sorted((shown(original_name(name)), sha) for name, sha in returned)
            == sorted(merged.inputs)
            and {name: outputs.get(name) for name in merged.outputs} == merged.outputs
            and outputs.get(DECISIONS, "") == merged.decisions
            and merged.masters in hashes
        ):
            raise Stop(
                f"{round_.name}のファイルか台帳が、取りまとめの後に変わっています。"
                "取りまとめをやり直してから保存します。"
                f"\n　kakunin merge {at.of(round_).options}"
            )


# What is still open, in words.


def open_items(at: YearAt, older: Sequence[OlderPaper]) -> tuple[str, ...]:
    """Everything that a year's end should not leave; its merges must not be stale."""
    return (
        *(item for each in at.rounds for item in _round(each)),
        *_opinions(at),
        *_papers(at.plan, at.papers, older),
    )


def _round(at: RoundAt) -> Iterator[str]:
    folder, name = at.folder, at.round.name
    if not at.is_merged:
        begun = any(folder.issued.glob("*.xlsx")) or any(folder.returned.glob("*"))
        if at.round == at.plan.main_round or begun:
            yield f"{name}：取りまとめていません（kakunin merge {at.options}）"
        return
    for line in read_table(folder.merged, PROGRESS):
        if _is_open(line):
            yield f"{name}：{line['回答元']}（{line['状態']}）"
    findings = read_table(folder.merged, FINDINGS)
    if unread := [row["ファイル"] for row in findings if row["重要度"] == _UNREAD]:
        yield f"{name}：{_UNREAD}のファイル（{'、'.join(dict.fromkeys(unread))}）"


def _is_open(line: Mapping[str, str]) -> bool:
    """Who was asked for nothing that is required may stay silent."""
    silent = line["状態"] == Stage.MISSING and line["必須欄"] == "0"
    return line["状態"] in OPEN_STAGES and not silent


def _opinions(at: YearAt) -> Iterator[str]:
    """Opinions of councils to which somebody has not answered."""
    from kakunin_xlsx.report.view import YearView

    if not at.of(at.plan.main_round).is_merged:
        return
    for said in YearView.of(at.plan, at.year, merged_record(at)).opinions.unanswered:
        yield f"意見{said.no}（{said.short}、{said.about}）：未回答（{'、'.join(said.open)}）"


def _papers(plan: Plan, papers: PaperFolder, older: Sequence[OlderPaper]) -> Iterator[str]:
    """Is the 確認表 made, and does every paper belong to today's merges?"""
    path, what = papers.report(), plan.table_name
    if known_conditions(papers, path.stem) is None or not path.is_file():
        yield (
            f"{what}：作っていないか、作成条件の控えがありません"
            f"（kakunin report --year {papers.year}）"
        )
    for each in older:
        if each.edited:
            name = each.path.relative_to(papers.path).as_posix()
            yield f"{what}：{name} が、作った後に書き換えられています（{each.todo}）"
        else:
            name = "" if each.path == path else f"{each.path.name} は、"
            words = "いまの取りまとめや台帳から作ったものではありません"
            yield f"{what}：{name}{words}（{each.todo}）"
