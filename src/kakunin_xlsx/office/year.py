"""What all rounds of a year hold today, for the report: merged, or named as left out."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kakunin_xlsx.findings import catalogue
from kakunin_xlsx.folders import OutputFolder, RoundFolder
from kakunin_xlsx.merge import FINDINGS, MANIFEST, Stale, load_merged_record
from kakunin_xlsx.office.history import history
from kakunin_xlsx.plan import FiscalYear, Plan, Round
from kakunin_xlsx.record import Answer, Record
from kakunin_xlsx.stop import Stop

# What a chair should know of the merges' findings.
_TOLD = frozenset(
    kind.code
    for kind in (
        catalogue.SAME_TEXT,
        catalogue.RATING_AND_FIGURE,
        catalogue.NOTHING_YET_DONE,
        catalogue.PERSONAL,
    )
)


@dataclass(frozen=True)
class Year:
    """Answers of every merged round of a year and of the years before, and the findings to tell.

    `left_out` says, in sentences, which later rounds the record does not hold and why.
    """

    record: Record
    findings: Mapping[str, Sequence[Mapping[str, str]]]
    left_out: tuple[str, ...]


def load_year(plan: Plan, year: FiscalYear, output: OutputFolder, masters: str) -> Year:
    """Read the merges. Raises Stop unless the first round's is fresh."""
    answers: list[Answer] = []
    findings: dict[str, Sequence[Mapping[str, str]]] = {}
    left_out: list[str] = []
    for round_ in sorted(plan.rounds, key=lambda each: each.order):
        folder = output.round(year, round_)
        if round_ != plan.main_round and not (folder.merged / MANIFEST).exists():
            if folder.issued.is_dir():
                left_out.append(_not_merged(plan, year, round_))
            continue
        try:
            answers += load_merged_record(folder.merged, folder.returned, masters).answers
        except Stale as stale:
            command = f"kakunin merge {plan.words_for(year, round_)}"
            if round_ == plan.main_round:
                raise Stop(f"{stale}\n　{command}") from stale
            left_out.append(f"「{round_.name}」は載せていません。{stale}\n　{command}")
            continue
        findings[round_.code] = _findings(folder)
    answers += history(plan, year, output).record.answers
    return Year(Record(tuple(answers)), findings, tuple(left_out))


def _not_merged(plan: Plan, year: FiscalYear, round_: Round) -> str:
    return (
        f"「{round_.name}」は、まだ取りまとめていないため載せていません。"
        f"\n　kakunin merge {plan.words_for(year, round_)}"
    )


def _findings(folder: RoundFolder) -> Sequence[Mapping[str, str]]:
    text = (folder.merged / FINDINGS).read_bytes().decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return tuple(row for row in rows if row["コード"] in _TOLD)
