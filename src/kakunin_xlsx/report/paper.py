"""What a council's paper says beside the year's answers: given by the office, not by the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kakunin_xlsx.report.errata import Errata
from kakunin_xlsx.report.gaps import Findings


@dataclass(frozen=True)
class CouncilPaper:
    """資料番号, date and agenda of page one; findings of the merges; what changed since 第n版.

    `no` and `date` left empty are lines to be filled by hand; without `agenda` page one asks
    for what the plan's texts of that chapter say, or else the next council's form.
    `findings` are rows of 確認事項一覧.csv, by round; `edition` is the number of
    the 版 that this paper is, if it is one.
    """

    no: str = ""
    date: str = ""
    agenda: Sequence[str] = ()
    findings: Findings | None = None
    errata: Errata | None = None
    edition: int | None = None
