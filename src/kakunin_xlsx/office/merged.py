"""What all rounds of a year that were merged hold today, as one record."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from kakunin_xlsx.folders import OutputFolder
from kakunin_xlsx.merge import MANIFEST, Stale, load_merged_record
from kakunin_xlsx.plan import FiscalYear, Plan, Round
from kakunin_xlsx.record import Answer, Record
from kakunin_xlsx.stop import Stop


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
