"""取りまとめ: a pure function of masters, returns and decisions, and its tables."""

from typing import TYPE_CHECKING

from kakunin_xlsx.later import later

if TYPE_CHECKING:
    from kakunin_xlsx.merge.decisions import (
        DECISIONS,
        Decision,
        DecisionsBroken,
        Taken,
        append_decisions,
        prefer,
        read_decisions,
        take,
    )
    from kakunin_xlsx.merge.join import RoundMerge, layouts, merge
    from kakunin_xlsx.merge.model import OPEN_STAGES, Conflict, Merged, Progress, Proposal, Stage
    from kakunin_xlsx.merge.tables import (
        ANSWERS,
        CONFLICTS,
        CORRECTIONS,
        FINDINGS,
        MANIFEST,
        PROGRESS,
        PROPOSALS,
        Manifest,
        Stale,
        load_merged_record,
        merged_files,
        read_table,
    )

__all__ = [
    "ANSWERS",
    "CONFLICTS",
    "CORRECTIONS",
    "DECISIONS",
    "FINDINGS",
    "MANIFEST",
    "OPEN_STAGES",
    "PROGRESS",
    "PROPOSALS",
    "Conflict",
    "Decision",
    "DecisionsBroken",
    "Manifest",
    "Merged",
    "Progress",
    "Proposal",
    "RoundMerge",
    "Stage",
    "Stale",
    "Taken",
    "append_decisions",
    "layouts",
    "load_merged_record",
    "merge",
    "merged_files",
    "prefer",
    "read_decisions",
    "read_table",
    "take",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        decisions=(
            "DECISIONS Decision DecisionsBroken Taken append_decisions prefer read_decisions take"
        ),
        join="RoundMerge layouts merge",
        model="OPEN_STAGES Conflict Merged Progress Proposal Stage",
        tables=(
            "ANSWERS CONFLICTS CORRECTIONS FINDINGS MANIFEST PROGRESS PROPOSALS "
            "Manifest Stale load_merged_record merged_files read_table"
        ),
    )
