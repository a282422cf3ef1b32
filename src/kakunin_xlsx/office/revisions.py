"""改訂: taking changes into a masters folder, all of them or none."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kakunin_xlsx.folders import write_files
from kakunin_xlsx.plan import (
    CannotRevise,
    FiscalYear,
    Masters,
    MastersBroken,
    Revision,
    RevisionKind,
    load_masters,
    prove_masters,
    revise,
)
from kakunin_xlsx.plan.reading import read_text
from kakunin_xlsx.stop import Stop

HEADER = ("年度", "表", "キー", "列", "内容", "根拠")
_KINDS = {"終了": RevisionKind.END, "追加": RevisionKind.ADD}


def read_revisions(path: Path) -> tuple[Revision, ...]:
    """A table of changes: 年度 from which, 表, キー, 列, 内容, 根拠; any other column is passed over.

    列 「終了」 ends the row with the year before 年度 (内容: the 後継 of a department, if any);
    「追加」 adds a row whose cells are given as `見出し=値；見出し=値`. Raises Stop, in words.
    """
    text, problem = read_text(path)
    if problem:
        raise Stop(f"{path}\n{problem.wrong}{problem.todo}")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if missing := [name for name in HEADER if name not in (reader.fieldnames or ())]:
        raise Stop(
            f"{path}\n列「{'、'.join(missing)}」がありません。"
            f"1行目を {','.join(HEADER)} としてください。"
        )
    return tuple(_revision(path, reader.line_num, row) for row in reader if any(row.values()))


def _revision(path: Path, line: int, row: Mapping[str, str | None]) -> Revision:
    said = {name: (row[name] or "").strip() for name in HEADER}
    if empty := [name for name in ("年度", "表", "列", "根拠") if not said[name]]:
        raise Stop(f"{path} {line}行目\n「{'、'.join(empty)}」が空欄です。書いてください。")
    try:
        year = FiscalYear.parse(said["年度"])
    except ValueError as unread:
        raise Stop(f"{path} {line}行目\n{unread}") from unread
    return Revision(
        table=said["表"],
        key=said["キー"],
        column=said["列"],
        text=said["内容"],
        first_year=year,
        ground=said["根拠"],
        kind=_KINDS.get(said["列"], RevisionKind.CHANGE),
    )


def apply_revisions(folder: Path, revisions: Sequence[Revision]) -> None:
    """Write `revisions` into the masters under `folder`, in their order.

    Raises Stop, with nothing written, if one does not fit or the masters would not check.
    """
    write_files(revised_files(folder, revisions))


def revised_files(folder: Path, revisions: Sequence[Revision]) -> dict[Path, bytes]:
    """The files that `revisions` change, as they would be; proven to load and check.

    Raises Stop, in words; MastersBroken if the masters do not load as they are.
    """
    return {folder / name: data for name, data in _revised(folder, revisions).items()}


def revised_masters(folder: Path, revisions: Sequence[Revision]) -> tuple[Masters, Masters]:
    """The masters as they are and as `revisions` would leave them; nothing is written."""
    return load_masters(folder), _tried(folder, _revised(folder, revisions))


def _revised(folder: Path, revisions: Iterable[Revision]) -> dict[str, bytes]:
    load_masters(folder)
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}
    changed: dict[str, bytes] = {}
    for revision in revisions:
        try:
            changed |= revise({**files, **changed}, revision)
        except CannotRevise as told:
            place = f"{revision.table}「{revision.key}」の「{revision.column}」"
            raise Stop(f"台帳を改められません（{place}）。\n{told}") from told
    _tried(folder, changed)
    return changed


def _tried(folder: Path, changed: Mapping[str, bytes]) -> Masters:
    """The masters with the changed files, laid out elsewhere, loaded and checked."""
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    try:
        return prove_masters({**files, **changed})
    except MastersBroken as broken:
        told = "\n".join(f"・{problem}" for problem in broken.problems)
        raise Stop(
            f"このとおりに改めると、台帳に直す必要のある箇所が{len(broken.problems)}件できます。"
            f"何も書き込んでいません。改訂の内容を見直してください。\n{told}"
        ) from broken
