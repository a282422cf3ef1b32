"""The files of 4_取りまとめ as bytes. No time stamps: the same merge, the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from kakunin_xlsx import __version__
from kakunin_xlsx.codec import key, to_json
from kakunin_xlsx.findings import Finding
from kakunin_xlsx.record.table import csv_bytes

if TYPE_CHECKING:
    from kakunin_xlsx.merge.answers import Answers
    from kakunin_xlsx.merge.model import Merged, Progress

ANSWERS, FINDINGS = "回答一覧.csv", "確認事項一覧.csv"
PROGRESS, PROPOSALS = "回収状況.csv", "修正提案.csv"
CONFLICTS, CORRECTIONS = "回答の相違.xlsx", "事務局修正.xlsx"  # where the office decides
MANIFEST = "取りまとめ.json"

Content = bytes | Iterable[bytes]  # of a file; in pieces that can be gone through again

FINDINGS_HEADER = [
    "重要度",
    "コード",
    "内容",
    "対応",
    "回答元",
    "ファイル",
    "シート",
    "セル",
    "行ID",
    "重点取組No",
    "項目",
    "値",
]
PROGRESS_HEADER = [
    *["回答元", "状態", "提出区分", "提出回", "記入者", "提出日", "ファイル"],
    *["必須欄", "記入済", "確認事項", "期限", "遅れ日数"],
]
PROPOSALS_HEADER = ["回答元", "行ID", "項目", "配布時", "記入", "ファイル", "シート", "セル"]


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
        PROGRESS: csv_bytes(PROGRESS_HEADER, map(_progress, merged.progress)),
        PROPOSALS: csv_bytes(PROPOSALS_HEADER, map(astuple, merged.proposals)),
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
    return csv_bytes(FINDINGS_HEADER, map(_finding, findings))


def _finding(finding: Finding) -> tuple[object, ...]:
    at = finding.place
    return (
        finding.severity.value,
        finding.code,
        finding.words,
        finding.remedy,
        at.respondent,
        at.file,
        at.sheet,
        at.cell,
        at.row,
        at.initiative,
        at.item,
        at.value,
    )


def _progress(line: Progress) -> tuple[object, ...]:
    return (
        line.name,
        line.stage.value,
        line.submission,
        line.turn or "",
        line.filler,
        line.submitted_on,
        line.file,
        line.required,
        line.filled,
        line.findings,
        line.due,
        "" if line.late is None else line.late,
    )
