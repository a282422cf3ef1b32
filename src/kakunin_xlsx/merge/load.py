"""回答一覧.csv read back, only while it is what was merged from what still lies there."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

from kakunin_xlsx.codec import Unread, from_json
from kakunin_xlsx.merge.decisions import DECISIONS
from kakunin_xlsx.merge.tables import (
    ANSWERS,
    CONFLICTS,
    CORRECTIONS,
    FINDINGS,
    FINDINGS_HEADER,
    MANIFEST,
    PROGRESS,
    PROGRESS_HEADER,
    PROPOSALS,
    PROPOSALS_HEADER,
    Manifest,
    sha256,
)
from kakunin_xlsx.record import Record
from kakunin_xlsx.record.table import RecordBroken, from_csv
from kakunin_xlsx.returns.folder import inputs, received
from kakunin_xlsx.textfiles import bytes_of, csv_file

_AGAIN = "kakunin merge をもう一度実行してください。"
_HEADERS = {FINDINGS: FINDINGS_HEADER, PROGRESS: PROGRESS_HEADER, PROPOSALS: PROPOSALS_HEADER}


class Stale(RuntimeError):
    """回答一覧.csv must not be used; the text says why and what to do."""


def load_merged_record(
    folder: Path, returned: Path, masters: Collection[str] | None = None
) -> Record:
    """The record under `folder` (4_取りまとめ), merged from `returned` (2_回収).

    `masters` are today's digests of the masters, of which the merge has one; None asks for none. Raises Stale.
    """
    data, manifest = _read(folder)
    for name in (ANSWERS, FINDINGS, PROGRESS, PROPOSALS):
        if name in manifest.outputs and sha256_of(folder / name) != manifest.outputs[name]:
            raise Stale(
                f"{folder / name} が取りまとめの後に書き換えられています。{_AGAIN}"
                f"事務局で直す内容は {DECISIONS} に記録すると、取りまとめに反映されます。"
            )
    if changed := _changed(folder, returned, masters, manifest):
        raise Stale(f"取りまとめの後に{changed}。{_AGAIN}")
    try:
        return from_csv(data)
    except RecordBroken as broken:
        raise Stale(f"{broken} {_AGAIN}") from broken


def sha256_of(path: Path) -> str:
    """Hex digits of a file, which may be large; '' if there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_table(folder: Path, name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of 回収状況.csv or its like under `folder`. Raises FileBroken: merge again."""
    return csv_file(folder / name, _HEADERS[name], _AGAIN)


def _read(folder: Path) -> tuple[bytes, Manifest]:
    try:
        return bytes_of(folder / ANSWERS), from_json(Manifest, bytes_of(folder / MANIFEST))
    except FileNotFoundError as absent:
        name = Path(str(absent.filename)).name
        raise Stale(f"{folder} に {name} がありません。{_AGAIN}") from absent
    except Unread as broken:
        raise Stale(f"{folder / MANIFEST} を読めません。{_AGAIN}") from broken


def _changed(
    folder: Path, returned: Path, masters: Collection[str] | None, manifest: Manifest
) -> str:
    """What is no longer as it was when merged; '' if all is."""
    now, then = Counter(inputs(received(returned))), Counter(manifest.inputs)
    paths_now, paths_then = ({path for path, _ in each} for each in (now, then))
    if added := sorted(paths_now - paths_then):
        return f"ファイルが届いています（{'、'.join(added[:3])}）"
    if gone := sorted(paths_then - paths_now):
        return f"回収したファイルがなくなっています（{'、'.join(gone[:3])}）"
    if differing := sorted(path for path, _ in now - then):
        return f"回収したファイルが変わっています（{'、'.join(differing[:3])}）"
    decisions = folder / DECISIONS
    data = bytes_of(decisions) if decisions.exists() else b""
    if (sha256(data) if data else "") != manifest.decisions:
        return f" {DECISIONS} が変わっています"
    for name in (CONFLICTS, CORRECTIONS):
        path = folder / name
        if path.exists() and sha256_of(path) != manifest.outputs.get(name):
            return f" {name} に記入されています"
    if masters is not None and manifest.masters not in masters:
        return "計画の台帳が変わっています"
    return ""
