"""What all rounds of a year hold today, for the report: merged, or named as left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kakunin_xlsx.findings import catalogue
from kakunin_xlsx.folders import OutputFolder, RoundFolder
from kakunin_xlsx.merge import ANSWERS, FINDINGS, MANIFEST, Stale, load_merged_record, read_table
from kakunin_xlsx.merge.tables import sha256_of
from kakunin_xlsx.office.conditions import MergeDigests
from kakunin_xlsx.office.earlier import history
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


def merged_rounds(plan: Plan, year: FiscalYear, output: OutputFolder) -> tuple[Round, ...]:
    """The rounds that were merged at least once, in the year's order."""
    return tuple(
        round_
        for round_ in plan.rounds_in_order
        if (output.round(year, round_).merged / MANIFEST).exists()
    )


def merged_record(
    plan: Plan, year: FiscalYear, output: OutputFolder, masters: Collection[str] | None = None
) -> Record:
    """Every answer of these rounds; `masters` as in `load_merged_record`.

    Raises Stop if the first round is not merged, or a merge was edited or is older than what
    lies in its folder.
    """
    return Record(tuple(_answers(plan, year, output, masters)))


def _answers(
    plan: Plan, year: FiscalYear, output: OutputFolder, masters: Collection[str] | None
) -> Iterator[Answer]:
    for round_ in merged_rounds(plan, year, output) or (plan.main_round,):
        folder = output.round(year, round_)
        try:
            yield from load_merged_record(folder.merged, folder.returned, masters).answers
        except Stale as stale:
            words = plan.words_for(year, round_)
            raise Stop(f"{round_.name}：{stale}\n　kakunin merge {words}") from stale


@dataclass(frozen=True)
class Year:
    """Answers of every merged round of a year and, in `past`, of the years before.

    `findings` are those to tell and `merges` digests, by round; `left_out` says, in sentences,
    which later rounds the record does not hold and why.
    """

    record: Record
    past: Record
    merges: Mapping[str, MergeDigests]
    findings: Mapping[str, Sequence[Mapping[str, str]]]
    left_out: tuple[str, ...]

    @property
    def whole(self) -> Record:
        """This year's answers and those of the years before."""
        return Record((*self.record.answers, *self.past.answers))


def load_year(plan: Plan, year: FiscalYear, output: OutputFolder, masters: Collection[str]) -> Year:
    """Read the merges. Raises Stop unless the first round's is fresh."""
    answers: list[Answer] = []
    findings: dict[str, Sequence[Mapping[str, str]]] = {}
    merges: dict[str, MergeDigests] = {}
    left_out: list[str] = []
    for round_ in plan.rounds_in_order:
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
        findings[round_.code] = notable_findings(folder)
        tables = (folder.merged / name for name in (ANSWERS, FINDINGS))
        merges[round_.code] = MergeDigests(*map(sha256_of, tables))
    past = history(plan, year, output).record
    return Year(Record(tuple(answers)), past, merges, findings, tuple(left_out))


def _not_merged(plan: Plan, year: FiscalYear, round_: Round) -> str:
    return (
        f"「{round_.name}」は、まだ取りまとめていないため載せていません。"
        f"\n　kakunin merge {plan.words_for(year, round_)}"
    )


def notable_findings(folder: RoundFolder) -> Sequence[Mapping[str, str]]:
    """What a chair should know of a 確認事項一覧.csv: its rows, by heading. Raises FileBroken."""
    return tuple(row for row in read_table(folder.merged, FINDINGS) if row["コード"] in _TOLD)
