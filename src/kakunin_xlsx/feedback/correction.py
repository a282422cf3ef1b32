"""What a department gets back: its answers at their places, findings, and what found no place."""

from __future__ import annotations

from dataclasses import dataclass

from kakunin_xlsx.findings import Finding, Severity
from kakunin_xlsx.findings.catalogue import OFFICE_CODES
from kakunin_xlsx.layout import Layout
from kakunin_xlsx.merge import Merged
from kakunin_xlsx.merge.anew import Unplaced
from kakunin_xlsx.record import FORM_ROW
from kakunin_xlsx.sheets.form import Values

_ASKING = (Severity.FIX, Severity.CONFIRM)


@dataclass(frozen=True)
class Correction:
    """The 修正依頼 of one respondent: the form anew, what to mend, and what is left over."""

    layout: Layout
    values: Values
    findings: tuple[Finding, ...]
    unplaced: tuple[Unplaced, ...]
    turn: int

    @property
    def counts(self) -> str:
        """How much is asked, in words to be followed by 「あります」."""
        fix = sum(finding.severity is Severity.FIX for finding in self.findings)
        confirm = len(self.findings) - fix
        told = [f"直していただく所が{fix}か所"] if fix else []
        return "、".join([*told, f"確かめていただく所が{confirm}か所"] if confirm else told)

    def cell_of(self, finding: Finding) -> tuple[str, str] | None:
        """Row id and column key of the cell a finding is about, or its row's first answer."""
        row, key = finding.place.row, finding.place.key
        if row == FORM_ROW and key in self.layout.form_column:
            return row, key
        questions = self.layout.questions(self.layout.row[row]) if row in self.layout.row else ()
        if key in self.layout.column and row in self.layout.row:
            return row, key
        return (row, questions[0].key) if questions else None


def corrections(merged: Merged) -> tuple[Correction, ...]:
    """One for each respondent who handed in something that is to be mended or looked at.

    Who filled in a form of another year or round instead gets this one, with those answers.
    """
    asking: dict[str, list[Finding]] = {}
    for finding in merged.findings:
        if finding.severity in _ASKING and finding.code not in OFFICE_CODES:
            asking.setdefault(finding.place.respondent, []).append(finding)
    made = []
    for code, anew in merged.anew.items():
        layout = merged.asked[code]
        found = asking.get(layout.respondent, [])
        if anew.sheets:
            at = anew.sheets
            found = [f for f in merged.findings if (f.place.file, f.place.sheet) in at]
        if found or anew.sheets:
            made.append(
                Correction(layout, anew.values, tuple(found), tuple(anew.unplaced), anew.turn)
            )
    return tuple(made)
