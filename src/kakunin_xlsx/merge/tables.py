"""The files of 4_取りまとめ as bytes, and reading the record back from them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from pathlib import Path

from kakunin_xlsx.findings import Finding
from kakunin_xlsx.merge.model import Merged, Proposal, Standing
from kakunin_xlsx.record import Record
from kakunin_xlsx.record.table import RecordBroken, from_csv, to_csv

ANSWERS, FINDINGS, STANDINGS, PROPOSALS, SUMMARY = (
    "回答一覧.csv",
    "確認事項一覧.csv",
    "回収状況.csv",
    "修正提案.csv",
    "取りまとめ.json",
)
FINDING_HEADER = [
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
STANDING_HEADER = [
    *["回答元", "状態", "提出区分", "提出回", "記入者", "提出日", "ファイル"],
    *["必須欄", "記入済", "確認事項", "期限", "遅れ日数"],
]
PROPOSAL_HEADER = ["回答元", "行ID", "項目", "配布時", "記入", "ファイル", "シート", "セル"]


class Stale(Exception):
    """What was merged is missing, edited, or older than the returns; the words say what."""


def merged_files(
    merged: Merged, about: Mapping[str, str], inputs: Mapping[str, str]
) -> Mapping[str, bytes]:
    """The five files by name. `about` says plan, year and so on; `inputs` path → SHA-256.

    No time stands in them: merging twice gives the same bytes.
    """
    tables = {
        ANSWERS: to_csv(merged.answers),
        FINDINGS: _csv(FINDING_HEADER, map(_finding_row, merged.findings)),
        STANDINGS: _csv(STANDING_HEADER, map(_row, merged.standings)),
        PROPOSALS: _csv(PROPOSAL_HEADER, map(_row, merged.proposals)),
    }
    summary = {
        **about,
        "入力": dict(sorted(inputs.items())),
        "出力": {name: sha256(data) for name, data in tables.items()},
    }
    text = json.dumps(summary, ensure_ascii=False, indent=2) + "\n"
    return {**tables, SUMMARY: text.encode()}


def load_merged_record(folder: Path, returned: Path) -> Record:
    """The record in a 4_取りまとめ folder.

    Raises Stale if it is not there, was edited, or if the files under `returned` are no
    longer those that were merged.
    """
    summary = _summary(folder / SUMMARY)
    data = _bytes(folder / ANSWERS)
    outputs, inputs = summary["出力"], summary["入力"]
    if outputs.get(ANSWERS) != sha256(data):
        raise Stale(
            f"{folder / ANSWERS} が、取りまとめの後に書き換えられています。"
            "回答を直すときは決定.csv に記録し、もう一度取りまとめてください。"
        )
    if changed := changed_inputs(returned, inputs):
        raise Stale(
            f"取りまとめの後に、回収フォルダーが変わっています（{'、'.join(changed[:3])}"
            f"{' ほか' if len(changed) > 3 else ''}）。もう一度取りまとめてください。"
        )
    try:
        return from_csv(data)
    except RecordBroken as broken:
        raise Stale(f"{broken}もう一度取りまとめてください。") from broken


def changed_inputs(returned: Path, inputs: Mapping[str, str]) -> list[str]:
    """Paths under the 回収 folder (and 決定.csv) that were added, removed or changed."""
    from kakunin_xlsx.returns.folder import received

    now = {path: entry.sha256 for entry in received(returned) for path in entry.paths}
    before = {path: sha for path, sha in inputs.items() if not path.startswith("../")}
    changed = [
        path for path in sorted(now.keys() | before.keys()) if now.get(path) != before.get(path)
    ]
    for path, sha in inputs.items():
        if path.startswith("../"):
            there = returned / path
            if (sha256(there.read_bytes()) if there.is_file() else "") != sha:
                changed.append(there.name)
    return changed


def sha256(data: bytes) -> str:
    """Hex digest."""
    return hashlib.sha256(data).hexdigest()


def _summary(path: Path) -> dict[str, dict[str, str]]:
    try:
        summary: dict[str, dict[str, str]] = json.loads(_bytes(path))
    except ValueError as broken:
        raise Stale(f"{path} を読めません。もう一度取りまとめてください。") from broken
    return summary


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as missing:
        raise Stale(f"{path} がありません。先に取りまとめてください。") from missing


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _row(each: Standing | Proposal) -> tuple[object, ...]:
    return astuple(each)


def _finding_row(finding: Finding) -> tuple[str, ...]:
    at = finding.place
    place = (at.respondent, at.file, at.sheet, at.cell, at.row, at.initiative, at.item, at.value)
    return (finding.severity, finding.code, finding.words, finding.remedy, *place)
