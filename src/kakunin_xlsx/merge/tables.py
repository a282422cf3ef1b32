"""The files of 4_取りまとめ as bytes, and read back while they are what lies there was merged to.

No time stamps: the same merge, the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from kakunin_xlsx import __version__
from kakunin_xlsx.codec import key, to_json
from kakunin_xlsx.findings import Finding
from kakunin_xlsx.merge.model import Progress, Proposal
from kakunin_xlsx.record import csv_bytes

if TYPE_CHECKING:
    from kakunin_xlsx.merge.answers import Answers
    from kakunin_xlsx.merge.model import Merged
from collections import Counter
from collections.abc import Collection
from operator import attrgetter
from pathlib import Path

from kakunin_xlsx.codec import Unread, from_json
from kakunin_xlsx.merge.decisions import DECISIONS
from kakunin_xlsx.record import Record, RecordBroken, from_csv
from kakunin_xlsx.returns.folder import inputs, received
from kakunin_xlsx.textfiles import bytes_of, csv_file

ANSWERS, FINDINGS = "回答一覧.csv", "確認事項一覧.csv"
PROGRESS, PROPOSALS = "回収状況.csv", "修正提案.csv"
CONFLICTS, CORRECTIONS = "回答の相違.xlsx", "事務局修正.xlsx"  # where the office decides
MANIFEST = "取りまとめ.json"

Content = bytes | Iterable[bytes]  # of a file; in pieces that can be gone through again

_OF_FINDING = {
    "重要度": "severity.value",
    "コード": "code",
    "内容": "words",
    "対応": "remedy",
    "回答元": "place.respondent",
    "ファイル": "place.file",
    "シート": "place.sheet",
    "セル": "place.cell",
    "行ID": "place.row",
    "重点取組No": "place.initiative",
    "項目": "place.item",
    "値": "place.value",
}
_OF_PROGRESS, _OF_PROPOSAL = (
    {field.metadata["key"]: field.name for field in fields(kind) if field.metadata}
    for kind in (Progress, Proposal)
)
PROPOSALS_HEADER = [*_OF_PROPOSAL]
_AGAIN = "kakunin merge をもう一度実行してください。"
_COLUMNS: Mapping[str, Mapping[str, str]] = {
    FINDINGS: _OF_FINDING,
    PROGRESS: _OF_PROGRESS,
    PROPOSALS: _OF_PROPOSAL,
}


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """取りまとめ.json: what was merged from what. `decisions` is the hash of 決定.csv or ''."""

    tool: str = key("道具", "kakunin-xlsx")
    version: str = key("版")
    plan: str = key("計画")
    year: str = key("年度")
    round: str = key("照会")
    masters: str = key("計画データのSHA256")
    decisions: str = key("決定のSHA256")
    inputs: tuple[tuple[str, str], ...] = key("回収ファイル", columns=("ファイル", "SHA256"))
    outputs: Mapping[str, str] = key("出力のSHA256")


def merged_files(
    merged: Merged,
    inputs: Iterable[tuple[str, str]],
    masters: str,
    decisions: bytes = b"",
    workbooks: Mapping[str, bytes] | None = None,
) -> Mapping[str, Content]:
    """Name → content of every file; the manifest comes last, so it never runs ahead of them.

    `inputs` are paths and digests of the 回収 folder, `masters` is the hash of the masters
    folder, `decisions` the bytes of 決定.csv as read, `workbooks` those for the office.
    """
    tables: dict[str, Content] = {
        ANSWERS: _Pieces(merged.answers),
        FINDINGS: findings_csv(merged.findings),
        PROGRESS: _table(PROGRESS, merged.progress),
        PROPOSALS: _table(PROPOSALS, merged.proposals),
        **(workbooks or {}),
    }
    manifest = Manifest(
        version=__version__,
        plan=merged.plan,
        year=merged.year,
        round=merged.round,
        masters=masters,
        decisions=sha256(decisions) if decisions else "",
        inputs=tuple(sorted(inputs)),
        outputs={name: _sha256_of(content) for name, content in tables.items()},
    )
    return {**tables, MANIFEST: to_json(manifest)}


class _Pieces:
    """回答一覧.csv, made again each time it is gone through: a nation's is never held whole."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def __iter__(self) -> Iterator[bytes]:
        return self._answers.pieces()


def sha256(data: bytes) -> str:
    """Hex digits."""
    return hashlib.sha256(data).hexdigest()


def _sha256_of(content: Content) -> str:
    made = hashlib.sha256()
    for piece in (content,) if isinstance(content, bytes) else content:
        made.update(piece)
    return made.hexdigest()


def findings_csv(findings: Iterable[Finding]) -> bytes:
    """確認事項一覧.csv."""
    return _table(FINDINGS, findings)


def _table(name: str, lines: Iterable[object]) -> bytes:
    columns = _COLUMNS[name]
    return csv_bytes([*columns], map(attrgetter(*columns.values()), lines))


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
    return csv_file(folder / name, [*_COLUMNS[name]], _AGAIN)


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
